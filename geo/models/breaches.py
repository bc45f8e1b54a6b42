"""Breaches and what follows: leads, violations, orders, referrals, measures, exit cases."""

from datetime import date

from sqlalchemy import ARRAY, CheckConstraint, Computed, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from geo.models import codes
from geo.models.base import (
    Base,
    Fact,
    Numbered,
    OfCompound,
    Placed,
    in_order,
    once_per_city,
    one_of,
)


class ViolationType(Base):
    """One kind of breach the list names (P1–P9 and the T7, T9, T11, T13 families)."""

    __tablename__ = "violation_type"
    __table_args__ = (
        one_of("family", codes.VIOLATION_FAMILIES),
        one_of("row", codes.ROWS),
        one_of("severity", codes.SEVERITIES),
        {"schema": "oversight"},
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str]
    row: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    severity: Mapped[str]
    referral: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")


class Lead(Fact, OfCompound, Placed, Base):
    """An unproven report (线索) with its own accepting agency; a violation only when proven."""

    __tablename__ = "lead"
    __table_args__ = (
        one_of("reporter_kind", codes.REPORTER_KINDS),
        one_of("outcome", codes.LEAD_OUTCOMES),
        in_order("reported_on", "decided_on"),
        CheckConstraint(
            "COALESCE(outcome = 'proven', false) = (violation_id IS NOT NULL)", name="proven"
        ),
        {"schema": "oversight"},
    )

    type_code: Mapped[str | None] = mapped_column(ForeignKey("oversight.violation_type.code"))
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("oversight.agency.id"), index=True)
    violation_id: Mapped[int | None] = mapped_column(
        ForeignKey("oversight.violation.id"), index=True
    )
    reporter_kind: Mapped[str]
    reported_on: Mapped[date]
    decided_on: Mapped[date | None]
    outcome: Mapped[str | None]
    statement: Mapped[str | None]


class Violation(Fact, OfCompound, Numbered, Placed, Base):
    """One breach: type, compound, offender, dates; counted once ``confirmed_on`` has come."""

    __tablename__ = "violation"
    __table_args__ = (
        one_of("offender_kind", codes.OFFENDER_KINDS),
        one_of("severity", codes.SEVERITIES),
        CheckConstraint(
            "offender_kind <> 'company' OR company_id IS NOT NULL", name="offender_company"
        ),
        CheckConstraint(
            "offender_kind NOT IN ('committee', 'member') OR committee_id IS NOT NULL",
            name="offender_committee",
        ),
        in_order("occurred_on", "found_on", "confirmed_on"),
        in_order("confirmed_on", "closed_on"),
        CheckConstraint("revoked_on >= confirmed_on", name="revoked_on"),
        CheckConstraint("appealed_on >= confirmed_on", name="appealed_on"),
        Index("violation_type_code_idx", "type_code"),
        Index(
            "violation_version_of_idx",
            "version_of",
            postgresql_where=text("version_of IS NOT NULL"),
        ),
        once_per_city("violation", "code"),
        {"schema": "oversight"},
    )

    type_code: Mapped[str] = mapped_column(ForeignKey("oversight.violation_type.code"))
    offender_kind: Mapped[str]
    company_id: Mapped[int | None] = mapped_column(ForeignKey("registry.company.id"), index=True)
    committee_id: Mapped[int | None] = mapped_column(
        ForeignKey("registry.committee.id"), index=True
    )
    incident: Mapped[str | None]
    severity: Mapped[str]
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("registry.member.id"), index=True, sort_order=96
    )
    occurred_on: Mapped[date | None]
    found_on: Mapped[date]
    confirmed_on: Mapped[date | None]
    appealed_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    revoked_on: Mapped[date | None]
    evidence: Mapped[str | None]
    status: Mapped[str] = mapped_column(
        Computed(
            "CASE WHEN revoked_on IS NOT NULL THEN 'revoked'"
            " WHEN closed_on IS NOT NULL THEN 'closed'"
            " WHEN appealed_on IS NOT NULL THEN 'appealed'"
            " WHEN confirmed_on IS NOT NULL THEN 'confirmed' ELSE 'found' END",
            persisted=True,
        )
    )


class RectificationOrder(Fact, OfCompound, Numbered, Placed, Base):
    """An order with a deadline (限期整改), kept, late or open (T3)."""

    __tablename__ = "rectification_order"
    __table_args__ = (
        in_order("issued_on", "due_on"),
        in_order("issued_on", "done_on", "accepted_on"),
        CheckConstraint("withdrawn_on >= issued_on", name="withdrawn_on"),
        once_per_city("rectification_order", "code"),
        Index("rectification_order_due_on_open_idx", "due_on", postgresql_where="done_on IS NULL"),
        {"schema": "oversight"},
    )

    violation_id: Mapped[int | None] = mapped_column(
        ForeignKey("oversight.violation.id"), index=True
    )
    company_id: Mapped[int | None] = mapped_column(ForeignKey("registry.company.id"), index=True)
    issued_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    requirement: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(sort_order=96)


class OrderExtension(Fact, Placed, Base):
    """A later deadline granted for an order, with its reason."""

    __tablename__ = "order_extension"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        in_order("granted_on", "due_on"),
        {"schema": "oversight"},
    )

    order_id: Mapped[int] = mapped_column(
        ForeignKey("oversight.rectification_order.id"), index=True
    )
    granted_on: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str]


class OrderReopening(Fact, Placed, Base):
    """An order taken up again, with a new deadline and the reason; what had ended it before."""

    __tablename__ = "order_reopening"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        in_order("done_on", "accepted_on", "reopened_on", "due_on"),
        {"schema": "oversight"},
    )

    order_id: Mapped[int] = mapped_column(
        ForeignKey("oversight.rectification_order.id"), index=True
    )
    reopened_on: Mapped[date]
    due_on: Mapped[date]
    done_on: Mapped[date]
    accepted_on: Mapped[date | None]
    reason: Mapped[str]


class Referral(Fact, OfCompound, Placed, Base):
    """A violation passed to an agency (移交) and its answer (T3, T10, T13)."""

    __tablename__ = "referral"
    __table_args__ = (
        one_of("outcome", codes.REFERRAL_OUTCOMES),
        in_order("sent_on", "due_on"),
        in_order("sent_on", "received_on", "answered_on"),
        CheckConstraint("outcome IS NULL OR answered_on IS NOT NULL", name="answered"),
        CheckConstraint("withdrawn_on >= sent_on", name="withdrawn_on"),
        {"schema": "oversight"},
    )

    violation_id: Mapped[int] = mapped_column(ForeignKey("oversight.violation.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("oversight.agency.id"), index=True)
    sent_on: Mapped[date]
    due_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    outcome: Mapped[str | None]
    answer: Mapped[str | None]
    received_on: Mapped[date | None] = mapped_column(sort_order=96)
    withdrawn_on: Mapped[date | None] = mapped_column(sort_order=97)
    reason: Mapped[str | None] = mapped_column(sort_order=98)


class ReferralExtension(Fact, Placed, Base):
    """A later deadline granted to the agency, with its reason."""

    __tablename__ = "referral_extension"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        in_order("granted_on", "due_on"),
        {"schema": "oversight"},
    )

    referral_id: Mapped[int] = mapped_column(ForeignKey("oversight.referral.id"), index=True)
    granted_on: Mapped[date]
    due_on: Mapped[date]
    reason: Mapped[str]


class ReferralReopening(Fact, Placed, Base):
    """A referral taken up again after an answer, with the reason; the answer it had before."""

    __tablename__ = "referral_reopening"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="reason"),
        in_order("answered_on", "reopened_on", "due_on"),
        {"schema": "oversight"},
    )

    referral_id: Mapped[int] = mapped_column(ForeignKey("oversight.referral.id"), index=True)
    reopened_on: Mapped[date]
    due_on: Mapped[date | None]
    answered_on: Mapped[date]
    outcome: Mapped[str | None]
    answer: Mapped[str | None]
    reason: Mapped[str]


class Measure(Fact, Placed, Base):
    """One consequence for one company or compound: due → decided → done or withdrawn (T3)."""

    __tablename__ = "measure"
    __table_args__ = (
        one_of("kind", codes.MEASURE_KINDS),
        CheckConstraint("num_nonnulls(company_id, compound_id) >= 1", name="subject"),
        CheckConstraint(
            "decided_on IS NULL OR (authority IS NOT NULL AND document IS NOT NULL)", name="decided"
        ),
        CheckConstraint("done_on IS NULL OR decided_on IS NOT NULL", name="done"),
        CheckConstraint("withdrawn_on IS NULL OR reason IS NOT NULL", name="withdrawn"),
        in_order("due_on", "decided_on", "done_on"),
        {"schema": "oversight"},
    )

    kind: Mapped[str]
    company_id: Mapped[int | None] = mapped_column(ForeignKey("registry.company.id"), index=True)
    compound_id: Mapped[int | None] = mapped_column(ForeignKey("registry.compound.id"), index=True)
    due_on: Mapped[date]
    decided_on: Mapped[date | None]
    authority: Mapped[str | None]
    document: Mapped[str | None]
    ends_on: Mapped[date | None]
    done_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    reason: Mapped[str | None]


class ExitCase(Fact, OfCompound, Placed, Base):
    """The lawful removal of a company from a compound (清退, T3 and T5)."""

    __tablename__ = "exit_case"
    __table_args__ = (
        one_of("ground", codes.EXIT_GROUNDS),
        in_order("opened_on", "decided_on", "closed_on"),
        CheckConstraint("withdrawn_on IS NULL OR reason IS NOT NULL", name="withdrawn"),
        {"schema": "oversight"},
    )

    company_id: Mapped[int] = mapped_column(ForeignKey("registry.company.id"), index=True)
    ground: Mapped[str]
    opened_on: Mapped[date]
    decided_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    reason: Mapped[str | None]


class PublishedCase(Fact, OfCompound, Base):
    """A typical case made public (曝光典型案例, T8)."""

    __tablename__ = "published_case"
    __table_args__ = ({"schema": "oversight"},)

    violation_id: Mapped[int] = mapped_column(ForeignKey("oversight.violation.id"), index=True)
    published_on: Mapped[date]
    title: Mapped[str]
    text: Mapped[str | None]
