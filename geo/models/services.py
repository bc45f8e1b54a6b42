"""What a compound discloses, who supplies it, how it is guarded, plaques and notices."""

from datetime import date

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, false
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    OfCompound,
    Placed,
    Shape,
    Valid,
    bounded_start,
    in_order,
    no_overlap,
    one_of,
    spatial,
)


class Disclosure(Fact, Valid, OfCompound, Placed, Base):
    """Whether one of the six disclosures (六个公开) stands, over a span of days (T7)."""

    __tablename__ = "disclosure"
    __table_args__ = (
        bounded_start(),
        one_of("kind", codes.DISCLOSURE_KINDS),
        no_overlap("disclosure", "compound_id", "kind"),
        {"schema": "registry"},
    )

    kind: Mapped[str]
    disclosed: Mapped[bool]
    evidence: Mapped[str | None]


class Utility(Fact, Valid, OfCompound, Placed, Base):
    """Who supplies a compound, and whether to the end user (最后一公里, T13)."""

    __tablename__ = "utility"
    __table_args__ = (
        bounded_start(),
        one_of("kind", codes.UTILITY_KINDS),
        no_overlap("utility", "compound_id", "kind"),
        {"schema": "registry"},
    )

    kind: Mapped[str]
    provider: Mapped[str]
    serves_end_user: Mapped[bool]
    hotline: Mapped[str | None]


class GuardFiling(Fact, Valid, OfCompound, Placed, Base):
    """The guard service of a compound as filed with the police (T13)."""

    __tablename__ = "guard_filing"
    __table_args__ = (
        bounded_start(),
        CheckConstraint("certified BETWEEN 0 AND guards", name="certified"),
        no_overlap("guard_filing", "compound_id"),
        {"schema": "registry"},
    )

    company_id: Mapped[int | None] = mapped_column(ForeignKey("registry.company.id"), index=True)
    guards: Mapped[int]
    certified: Mapped[int]
    filed: Mapped[bool] = mapped_column(server_default=false())
    filed_on: Mapped[date | None]
    document: Mapped[str | None]


class EmergencyPlan(Fact, Valid, OfCompound, Placed, Base):
    """An emergency plan with its supplies, training and drill (T9)."""

    __tablename__ = "emergency_plan"
    __table_args__ = (
        bounded_start(),
        one_of("kind", codes.EMERGENCY_KINDS),
        no_overlap("emergency_plan", "compound_id", "kind"),
        {"schema": "registry"},
    )

    kind: Mapped[str]
    supplies: Mapped[bool | None]
    trained_on: Mapped[date | None]
    drilled_on: Mapped[date | None]


class WorkFiling(Fact, OfCompound, Placed, Base):
    """Confined-space work or work at height, as filed before it starts (T9)."""

    __tablename__ = "work_filing"
    __table_args__ = (
        one_of("kind", codes.WORK_KINDS),
        in_order("starts_on", "ends_on"),
        {"schema": "registry"},
    )

    company_id: Mapped[int | None] = mapped_column(ForeignKey("registry.company.id"), index=True)
    kind: Mapped[str]
    filed_on: Mapped[date | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    certified: Mapped[bool | None]


class FireFeature(Fact, Valid, OfCompound, Placed, Base):
    """A fire lane, ladder-truck ground or exit on the map (T9, T10)."""

    __tablename__ = "fire_feature"
    __table_args__ = (
        bounded_start(),
        one_of("kind", codes.FIRE_FEATURE_KINDS),
        spatial("fire_feature"),
        {"schema": "registry"},
    )

    kind: Mapped[str]
    marked: Mapped[bool | None]
    geom: Mapped[Shape] = mapped_column(Geometry("GEOMETRY", srid=4326, spatial_index=False))


class Plaque(Fact, OfCompound, Placed, Base):
    """A star plaque (铭牌) issued for a rating, and its withdrawal (T6)."""

    __tablename__ = "plaque"
    __table_args__ = (
        CheckConstraint("star BETWEEN 1 AND 5", name="star"),
        in_order("issued_on", "withdrawn_on"),
        {"schema": "registry"},
    )

    rating_id: Mapped[int | None] = mapped_column(ForeignKey("oversight.rating.id"), index=True)
    star: Mapped[int] = mapped_column(SmallInteger)
    issued_on: Mapped[date]
    withdrawn_on: Mapped[date | None]


class Notice(Fact, OfCompound, Placed, Base):
    """The posting of the responsibility notice (管理责任清单进小区, T14)."""

    __tablename__ = "notice"
    __table_args__ = (in_order("posted_on", "removed_on"), {"schema": "registry"})

    posted_on: Mapped[date]
    removed_on: Mapped[date | None]
    photo: Mapped[str | None]


class Presence(Fact, Valid, OfCompound, Placed, Base):
    """An agency regularly present in the compound (常态化进驻, T14)."""

    __tablename__ = "presence"
    __table_args__ = (
        bounded_start(),
        no_overlap("presence", "compound_id", "agency_id"),
        {"schema": "registry"},
    )

    agency_id: Mapped[int] = mapped_column(ForeignKey("oversight.agency.id"), index=True)
    schedule: Mapped[str | None]
