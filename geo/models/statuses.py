"""What follows from the facts for compounds and companies, kept as a history; and the policies."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import Base, Placed, bounded_start, no_overlap, one_of


class Policy(Base):
    """A version of a city's policy, as it was when it first made a status."""

    __tablename__ = "policy"
    __table_args__ = {"schema": "oversight"}  # noqa: RUF012

    city_code: Mapped[str] = mapped_column(ForeignKey("registry.city.code"), primary_key=True)
    version: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    first_used_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Derived:
    """What followed from the facts over a span of days; rewritten when a fact changes.

    Without foreign keys: it is made of rows that are never deleted, and many millions of rows need
    not prove it again.
    """

    city_code: Mapped[str]
    policy_version: Mapped[str]
    rung: Mapped[int] = mapped_column(SmallInteger)
    credit_points: Mapped[float]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, sort_order=80)
    reasons: Mapped[list[Any]] = mapped_column(JSONB, sort_order=81)
    holds_until: Mapped[date | None] = mapped_column(sort_order=82)


class Status(Derived, Placed, Base):
    """Rung, stars and duties of a compound over a span of days, with reasons (T3, T5).

    The row that holds today is open-ended; ``holds_until`` is the day on which it must be looked
    at again. ``detail`` holds the fields of ``oversight.status.Status`` that have no column.
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
        no_overlap("status", "compound_id", where="true"),
        Index("status_holds_until_idx", "holds_until", postgresql_where=text("upper_inf(valid)")),
        Index(
            "status_compound_id_open_idx",
            "compound_id",
            unique=True,
            postgresql_where=text("upper_inf(valid)"),
        ),
        Index("status_company_id_idx", "company_id", postgresql_where=text("upper_inf(valid)")),
        Index("status_city_code_idx", "city_code"),
        {"schema": "oversight"},
    )

    compound_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, sort_order=-9
    )
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE, primary_key=True, sort_order=-7)
    company_id: Mapped[int | None] = mapped_column(BigInteger)
    rated_star: Mapped[int | None] = mapped_column(SmallInteger)
    effective_star: Mapped[int | None] = mapped_column(SmallInteger)
    key_target: Mapped[bool]
    exit_case: Mapped[bool]
    exit_ground: Mapped[str | None]
    self_government: Mapped[str]
    next_inspection_on: Mapped[date | None]
    next_inspection_for: Mapped[str | None]
    orders_open: Mapped[int] = mapped_column(SmallInteger)
    orders_overdue: Mapped[int] = mapped_column(SmallInteger)
    hazards_open: Mapped[int] = mapped_column(SmallInteger)
    measures_due: Mapped[list[str]] = mapped_column(ARRAY(Text))
    gaps: Mapped[list[str]] = mapped_column(ARRAY(Text))


class PublicStatus(Base):
    """What everybody may know of a compound's status on the days of ``valid``."""

    __tablename__ = "status_public"
    __table_args__ = (
        bounded_start(),
        CheckConstraint("rated_star BETWEEN 0 AND 5", name="rated_star"),
        CheckConstraint("effective_star BETWEEN 0 AND 5", name="effective_star"),
        Index(
            "status_public_compound_id_open_idx",
            "compound_id",
            unique=True,
            postgresql_where=text("upper_inf(valid)"),
        ),
        {"schema": "oversight"},
    )

    compound_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    valid: Mapped[Range[date]] = mapped_column(DATERANGE, primary_key=True)
    city_code: Mapped[str] = mapped_column(index=True)
    company_id: Mapped[int | None] = mapped_column(BigInteger)
    rated_star: Mapped[int | None] = mapped_column(SmallInteger)
    effective_star: Mapped[int | None] = mapped_column(SmallInteger)
    round_id: Mapped[int | None] = mapped_column(BigInteger)
    disclosures: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CompanyStatus(Derived, Base):
    """Rung and measures of a company over all its compounds, over a span of days (T3).

    Its star and its projects by star are read from the statuses of its compounds.
    """

    __tablename__ = "company_status"
    __table_args__ = (
        bounded_start(),
        CheckConstraint("rung BETWEEN 0 AND 4", name="rung"),
        no_overlap("company_status", "company_id", where="true"),
        Index(
            "company_status_holds_until_idx",
            "holds_until",
            postgresql_where=text("upper_inf(valid)"),
        ),
        Index("company_status_city_code_idx", "city_code"),
        {"schema": "oversight"},
    )

    company_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, sort_order=-9
    )
    valid: Mapped[Range[Any]] = mapped_column(DATERANGE, primary_key=True, sort_order=-7)
    restricted: Mapped[bool]
    blacklisted: Mapped[bool]
    joint_punishment: Mapped[bool]


class Answered(Base):
    """What a write with an ``Idempotency-Key`` was answered, so that a repeat gets the same."""

    __tablename__ = "answered"
    __table_args__ = (Index("answered_at_idx", "at"), {"schema": "oversight"})

    key: Mapped[str] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(primary_key=True)
    request_digest: Mapped[str]
    status: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    etag: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
