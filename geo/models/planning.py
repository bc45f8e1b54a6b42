"""Targets, actions, campaigns, the random draw, plans and inspections."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Key,
    Numbered,
    OfCompound,
    Placed,
    Valid,
    bounded_start,
    in_order,
    once_per_city,
    one_of,
    within,
)


class Target(Fact, Base):
    """What a district is to reach in a year (T2)."""

    __tablename__ = "target"
    __table_args__ = (
        one_of("metric", codes.TARGET_METRICS),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        CheckConstraint("goal >= 0", name="goal"),
        UniqueConstraint("district_code", "year", "metric"),
        {"schema": "planning"},
    )

    district_code: Mapped[str] = mapped_column(ForeignKey("registry.district.code"))
    year: Mapped[int] = mapped_column(SmallInteger)
    metric: Mapped[str]
    goal: Mapped[float]
    area_code: Mapped[str] = within("district_code")


class Action(Fact, Base):
    """A task of the action plan with who does it by when (T1, T2)."""

    __tablename__ = "action"
    __table_args__ = (
        one_of("row", codes.ROWS),
        one_of("body", codes.DUTY_BODIES),
        in_order("starts_on", "due_on"),
        in_order("starts_on", "done_on"),
        {"schema": "planning"},
    )

    row: Mapped[str]
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    body: Mapped[str]
    title: Mapped[str]
    starts_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    note: Mapped[str | None]
    area_code: Mapped[str] = within("COALESCE(district_code, city_code)")


class Campaign(Fact, Valid, Base):
    """A survey or special check over a span of days (专项检查, T8)."""

    __tablename__ = "campaign"
    __table_args__ = (
        bounded_start(),
        one_of("kind", codes.CAMPAIGN_KINDS),
        one_of("row", codes.ROWS),
        {"schema": "planning"},
    )

    kind: Mapped[str]
    row: Mapped[str]
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    title: Mapped[str]
    area_code: Mapped[str] = within("COALESCE(district_code, city_code)")


class CampaignProblem(Fact, OfCompound, Placed, Base):
    """One entry of a campaign's problem list (问题清单, T8)."""

    __tablename__ = "campaign_problem"
    __table_args__ = (in_order("found_on", "solved_on"), {"schema": "planning"})

    campaign_id: Mapped[int] = mapped_column(ForeignKey("planning.campaign.id"), index=True)
    violation_id: Mapped[int | None] = mapped_column(
        ForeignKey("oversight.violation.id"), index=True
    )
    description: Mapped[str]
    found_on: Mapped[date]
    solved_on: Mapped[date | None]


class Training(Fact, Base):
    """A training held for committees, companies or residents (T12, T15)."""

    __tablename__ = "training"
    __table_args__ = (
        one_of("audience", codes.TRAINING_AUDIENCES),
        CheckConstraint("attendees >= 0", name="attendees"),
        {"schema": "planning"},
    )

    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    street_code: Mapped[str | None] = mapped_column(ForeignKey("registry.street.code"), index=True)
    audience: Mapped[str]
    topic: Mapped[str]
    held_on: Mapped[date]
    attendees: Mapped[int | None]
    area_code: Mapped[str] = within("COALESCE(street_code, district_code, city_code)")


class Assessment(Fact, Base):
    """A yearly score of a district, street, community, company or committee (T1, T15)."""

    __tablename__ = "assessment"
    __table_args__ = (
        one_of("subject", codes.ASSESSED_KINDS),
        CheckConstraint(
            "num_nonnulls(district_code, street_code, community_code, company_id, committee_id)"
            " = 1",
            name="one_subject",
        ),
        CheckConstraint("year BETWEEN 2000 AND 2100", name="year"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        {"schema": "planning"},
    )

    subject: Mapped[str]
    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    street_code: Mapped[str | None] = mapped_column(ForeignKey("registry.street.code"), index=True)
    community_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.community.code"), index=True
    )
    company_id: Mapped[int | None] = mapped_column(ForeignKey("registry.company.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(
        ForeignKey("registry.committee.id"), index=True
    )
    year: Mapped[int] = mapped_column(SmallInteger)
    score: Mapped[float]
    note: Mapped[str | None]
    area_code: Mapped[str] = within("COALESCE(street_code, district_code, city_code)")


class Inspector(Fact, Valid, Base):
    """An inspector by number, agency and skills; the name stands in ``inspector_person``."""

    __tablename__ = "inspector"
    __table_args__ = (
        bounded_start(),
        UniqueConstraint("city_code", "code"),
        {"schema": "planning"},
    )

    code: Mapped[str]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("oversight.agency.id"), index=True)
    street_code: Mapped[str | None] = mapped_column(ForeignKey("registry.street.code"), index=True)
    certified: Mapped[bool] = mapped_column(server_default=false())
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text))
    area_code: Mapped[str] = within("COALESCE(street_code, city_code)")


class InspectorPerson(Placed, Base):
    """Name and phone of an inspector: personal data."""

    __tablename__ = "inspector_person"
    __table_args__ = {"schema": "planning"}  # noqa: RUF012

    inspector_id: Mapped[int] = mapped_column(ForeignKey("planning.inspector.id"), primary_key=True)
    name: Mapped[str | None]
    phone: Mapped[str | None]


class Draw(Fact, Base):
    """A random draw of compounds that anyone can repeat from its seed (随机督查, T1)."""

    __tablename__ = "draw"
    __table_args__ = (CheckConstraint("size > 0", name="size"), {"schema": "planning"})

    drawn_at: Mapped[datetime]
    seed: Mapped[int] = mapped_column(BigInteger)
    size: Mapped[int]
    strata: Mapped[list[Any]] = mapped_column(JSONB)
    population_digest: Mapped[str]


class DrawPick(OfCompound, Placed, Base):
    """A compound that was drawn; a skipped one stays in the count, with its reason."""

    __tablename__ = "draw_pick"
    __table_args__ = (
        UniqueConstraint("draw_id", "position"),
        UniqueConstraint("draw_id", "compound_id"),
        {"schema": "planning"},
    )

    id: Mapped[Key]
    draw_id: Mapped[int] = mapped_column(ForeignKey("planning.draw.id"))
    position: Mapped[int]
    stratum: Mapped[str]
    skipped_reason: Mapped[str | None]


class Plan(Fact, Base):
    """Visits of one day for the inspectors of one office."""

    __tablename__ = "plan"
    __table_args__ = (one_of("state", codes.PLAN_STATES), {"schema": "planning"})

    district_code: Mapped[str | None] = mapped_column(
        ForeignKey("registry.district.code"), index=True
    )
    day: Mapped[date]
    state: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    area_code: Mapped[str] = within("COALESCE(district_code, city_code)")


class Visit(Fact, OfCompound, Placed, Base):
    """A planned visit: kind, tier, reasons with their row of the list, approval and legal item."""

    __tablename__ = "visit"
    __table_args__ = (
        one_of("kind", codes.VISIT_KINDS),
        one_of("state", codes.VISIT_STATES),
        CheckConstraint("tier BETWEEN 1 AND 3", name="tier"),
        CheckConstraint("minutes > 0", name="minutes"),
        UniqueConstraint("plan_id", "inspector_id", "position"),
        {"schema": "planning"},
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("planning.plan.id"))
    inspector_id: Mapped[int] = mapped_column(ForeignKey("planning.inspector.id"), index=True)
    position: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    tier: Mapped[int] = mapped_column(SmallInteger)
    arrives_at: Mapped[time | None]
    minutes: Mapped[int]
    locked: Mapped[bool] = mapped_column(server_default=false())
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    approval: Mapped[str | None]
    legal_item: Mapped[str | None]
    state: Mapped[str]


class Inspection(Fact, OfCompound, Numbered, Placed, Base):
    """A visit that took place: reason, checklist, findings (检查、巡查; T4, T5, T10)."""

    __tablename__ = "inspection"
    __table_args__ = (
        one_of("kind", codes.VISIT_KINDS),
        one_of("reason", codes.INSPECTION_REASONS),
        one_of("agency_kind", codes.INSPECTING_BODIES),
        CheckConstraint("findings_count >= 0", name="findings_count"),
        once_per_city("inspection", "code"),
        {"schema": "planning"},
    )

    visit_id: Mapped[int | None] = mapped_column(ForeignKey("planning.visit.id"), index=True)
    inspected_on: Mapped[date]
    kind: Mapped[str]
    reason: Mapped[str]
    agency_kind: Mapped[str]
    findings_count: Mapped[int]
    checklist: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    findings: Mapped[str | None]


class InspectionInspector(Placed, Base):
    """Who took part in an inspection."""

    __tablename__ = "inspection_inspector"
    __table_args__ = (
        Index("inspection_inspector_inspector_id_inspected_on_idx", "inspector_id", "inspected_on"),
        {"schema": "planning"},
    )

    inspection_id: Mapped[int] = mapped_column(
        ForeignKey("planning.inspection.id"), primary_key=True
    )
    inspector_id: Mapped[int] = mapped_column(ForeignKey("planning.inspector.id"), primary_key=True)
    # As the inspection has it, kept by a trigger: whose last month it is must be found at once.
    inspected_on: Mapped[date | None] = mapped_column(sort_order=100)


class InspectionPhoto(Fact, Placed, Base):
    """A photograph taken at an inspection; the file is kept outside the database."""

    __tablename__ = "inspection_photo"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        {"schema": "planning"},
    )

    inspection_id: Mapped[int] = mapped_column(ForeignKey("planning.inspection.id"), index=True)
    path: Mapped[str]
    sha256: Mapped[str]
    taken_at: Mapped[datetime | None]
