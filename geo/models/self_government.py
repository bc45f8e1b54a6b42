"""Self-government of owners: committee, PMC, community acting (T11, T12, T15)."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, false
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Numbered,
    OfCompound,
    Placed,
    Valid,
    bounded_start,
    in_order,
    no_overlap,
    once_per_city,
    one_of,
)


class Committee(Fact, Valid, OfCompound, Numbered, Placed, Base):
    """A body that speaks for the owners: 业委会, 物管会 or 社区代行.

    ``valid`` is how long it acts; ``term`` how long it was elected for. A committee whose term ran
    out still acts and is flagged, not replaced (setting ``selfgov.expired``).
    """

    __tablename__ = "committee"
    __table_args__ = (
        bounded_start(),
        one_of("kind", codes.SELF_GOVERNMENT_KINDS),
        CheckConstraint("members_count BETWEEN 1 AND 99", name="members_count"),
        CheckConstraint("party_members_count <= members_count", name="party_members_count"),
        CheckConstraint("NOT pilot OR kind = 'pmc'", name="pilot"),
        no_overlap("committee", "compound_id", "kind"),
        once_per_city("committee", "code"),
        {"schema": "registry"},
    )

    kind: Mapped[str]
    community_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.community.code"), index=True
    )
    term: Mapped[Range[Any] | None] = mapped_column(DATERANGE)
    members_count: Mapped[int | None]
    party_members_count: Mapped[int | None]
    filed_on: Mapped[date | None]
    funds_published_on: Mapped[date | None]
    handed_over_on: Mapped[date | None]
    pilot: Mapped[bool] = mapped_column(server_default=false())


class Member(Fact, Valid, Placed, Base):
    """A seat on a committee over a span of days; who holds it stands in ``member_person``."""

    __tablename__ = "member"
    __table_args__ = (
        bounded_start(),
        one_of("position", codes.MEMBER_POSITIONS),
        {"schema": "registry"},
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("registry.committee.id"), index=True)
    position: Mapped[str]


class MemberPerson(Placed, Base):
    """The person on a seat: name, phone, party membership, 两委, 两代表一委员 (T11, T12)."""

    __tablename__ = "member_person"
    __table_args__ = {"schema": "registry"}  # noqa: RUF012

    member_id: Mapped[int] = mapped_column(ForeignKey("registry.member.id"), primary_key=True)
    name: Mapped[str | None]
    phone: Mapped[str | None]
    party_member: Mapped[bool | None]
    community_post: Mapped[bool | None]
    delegate: Mapped[bool | None]


class CommitteeStep(Fact, Placed, Base):
    """A step against a committee or one member (T12: suspended … announced; T11: revoked)."""

    __tablename__ = "committee_step"
    __table_args__ = (one_of("kind", codes.COMMITTEE_STEPS), {"schema": "registry"})

    committee_id: Mapped[int] = mapped_column(ForeignKey("registry.committee.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("registry.member.id"), index=True)
    violation_id: Mapped[int | None] = mapped_column(
        ForeignKey("oversight.violation.id"), index=True
    )
    kind: Mapped[str]
    taken_on: Mapped[date]
    document: Mapped[str | None]


class AssemblyVote(Fact, OfCompound, Placed, Base):
    """A vote of the owners' assembly (业主大会), on paper or electronic (T12, T15)."""

    __tablename__ = "assembly_vote"
    __table_args__ = (
        in_order("opened_on", "closed_on"),
        CheckConstraint("voted >= 0 AND voted <= entitled", name="voted"),
        {"schema": "registry"},
    )

    topic: Mapped[str]
    electronic: Mapped[bool]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    entitled: Mapped[int | None]
    voted: Mapped[int | None]
    passed: Mapped[bool | None]
