"""What follows from the facts for a compound, kept as a history."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import Base, Fact, OfCompound, Valid, bounded_start, no_overlap, one_of


class Status(Fact, Valid, OfCompound, Base):
    """Rung, stars and duties of a compound over a span of days, with reasons (T3, T5).

    ``holds_until`` is the first day on which time alone changes the answer.
    """

    __tablename__ = "status"
    __table_args__ = (
        bounded_start(),
        CheckConstraint("rung BETWEEN 0 AND 4", name="rung"),
        CheckConstraint("rated_star BETWEEN 0 AND 5", name="rated_star"),
        CheckConstraint("effective_star BETWEEN 0 AND 5", name="effective_star"),
        CheckConstraint("(exit_ground IS NOT NULL) = exit_case", name="exit_case"),
        one_of("exit_ground", codes.EXIT_GROUNDS),
        one_of("self_government", codes.SELF_GOVERNMENT_STATUSES),
        no_overlap("status", "compound_id"),
        Index("status_holds_until_idx", "holds_until"),
        {"schema": "oversight"},
    )

    policy_version: Mapped[str]
    rung: Mapped[int] = mapped_column(SmallInteger)
    rated_star: Mapped[int | None] = mapped_column(SmallInteger)
    effective_star: Mapped[int | None] = mapped_column(SmallInteger)
    key_target: Mapped[bool]
    exit_case: Mapped[bool]
    exit_ground: Mapped[str | None]
    self_government: Mapped[str]
    credit_points: Mapped[float]
    next_inspection_on: Mapped[date | None]
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    holds_until: Mapped[date | None]
