"""Safety hazards (T9, T10), complaints (T8, T15) and mediation (T15)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Numbered,
    OfCompound,
    Placed,
    Shape,
    in_order,
    once_per_city,
    one_of,
    point,
    spatial,
)


class Hazard(Fact, OfCompound, Numbered, Placed, Base):
    """A danger found in a compound, with the day by which it must be gone."""

    __tablename__ = "hazard"
    __table_args__ = (
        one_of("severity", codes.SEVERITIES),
        in_order("found_on", "due_on"),
        in_order("found_on", "cleared_on"),
        spatial("hazard"),
        once_per_city("hazard", "code"),
        Index("hazard_due_on_open_idx", "due_on", postgresql_where="cleared_on IS NULL"),
        {"schema": "oversight"},
    )

    type_code: Mapped[str] = mapped_column(ForeignKey("oversight.violation_type.code"))
    severity: Mapped[str]
    found_on: Mapped[date]
    due_on: Mapped[date]
    cleared_on: Mapped[date | None]
    geom: Mapped[Shape | None] = point()
    description: Mapped[str | None]


class Complaint(Fact, Numbered, Placed, Base):
    """A complaint as a point on the map; about a compound, or a street or community (T15)."""

    __tablename__ = "complaint"
    __table_args__ = (
        one_of("subject", codes.COMPLAINT_SUBJECTS),
        one_of("channel", codes.COMPLAINT_CHANNELS),
        CheckConstraint(
            "num_nonnulls(compound_id, street_code, community_code) >= 1", name="about"
        ),
        in_order("received_on", "due_on"),
        in_order("received_on", "closed_on"),
        spatial("complaint"),
        once_per_city("complaint", "code"),
        Index("complaint_due_on_open_idx", "due_on", postgresql_where="closed_on IS NULL"),
        {"schema": "oversight"},
    )

    compound_id: Mapped[int | None] = mapped_column(ForeignKey("registry.compound.id"), index=True)
    street_code: Mapped[str | None] = mapped_column(ForeignKey("registry.street.code"), index=True)
    community_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.community.code"), index=True
    )
    type_code: Mapped[str | None] = mapped_column(ForeignKey("oversight.violation_type.code"))
    subject: Mapped[str]
    channel: Mapped[str]
    received_on: Mapped[date]
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    upheld: Mapped[bool | None]
    geom: Mapped[Shape | None] = point()


class ComplaintPerson(Placed, Base):
    """Who complained and in what words: personal data, apart from the complaint."""

    __tablename__ = "complaint_person"
    __table_args__ = {"schema": "oversight"}  # noqa: RUF012

    complaint_id: Mapped[int] = mapped_column(
        ForeignKey("oversight.complaint.id"), primary_key=True
    )
    name: Mapped[str | None]
    phone: Mapped[str | None]
    statement: Mapped[str | None]


class Mediation(Fact, OfCompound, Placed, Base):
    """A dispute mediated by street or community (调处调解, T15)."""

    __tablename__ = "mediation"
    __table_args__ = (
        one_of("party", codes.MEDIATION_PARTIES),
        one_of("counterparty", codes.MEDIATION_PARTIES),
        one_of("outcome", codes.MEDIATION_OUTCOMES),
        in_order("opened_on", "closed_on"),
        {"schema": "oversight"},
    )

    party: Mapped[str]
    counterparty: Mapped[str]
    subject: Mapped[str]
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None]
