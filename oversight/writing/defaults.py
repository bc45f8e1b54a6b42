"""What a fact is completed with when it is entered: severities, deadlines, who it concerns."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from oversight import workdays
from oversight.policy.model import ViolationType
from oversight.writing.refusals import Refusal
from oversight.writing.resource import Draft

_SERVING = text("""
    SELECT company_id FROM registry.contract
    WHERE compound_id = :compound AND valid @> CAST(:day AS date) AND superseded_at IS NULL
""")
_AGENCY = text((Path(__file__).parent / "agency.sql").read_text("utf-8"))


def severity(draft: Draft) -> None:
    """The severity the policy gives the type, where none is stated."""
    kind = _type(draft, draft.values["type_code"])
    draft.values["severity"] = draft.values.get("severity") or kind.severity


def known_type(draft: Draft) -> None:
    """Refuse a type of violation the policy does not know."""
    if draft.values.get("type_code") is not None:
        _type(draft, draft.values["type_code"])


def offender(draft: Draft) -> None:
    """The company serving on the day, where a company is at fault and none is named (T3).

    The day is that on which it happened, else on which it was found.
    """
    values = draft.values
    if values["offender_kind"] != "company" or values.get("company_id") is not None:
        return
    day = values.get("occurred_on") or values["found_on"]
    values["company_id"] = _serving(draft, day)


def serving(draft: Draft) -> None:
    """The company serving on the day an exit case is opened, where none is named."""
    if draft.values.get("company_id") is None:
        draft.values["company_id"] = _serving(draft, draft.values["opened_on"])


def ordered(draft: Draft) -> None:
    """An order goes to the offender and gives the working days of the type (T3)."""
    values, violation = draft.values, draft.found.get("violation_id")
    if violation is not None and values.get("company_id") is None:
        values["company_id"] = violation["company_id"]
    if values.get("due_on") is not None:
        return
    if violation is None:
        raise Refusal(
            "due_on: an order without a violation needs its deadline; send due_on, or violation_id",
            field="due_on",
        )
    days = _type(draft, violation["type_code"]).deadline_days
    values["due_on"] = workdays.add(values["issued_on"], days)


def referred(draft: Draft) -> None:
    """A referral goes to the agency that answers there and is due in working days (T3)."""
    values, violation = draft.values, draft.found["violation_id"]
    if values.get("agency_id") is None:
        values["agency_id"] = _agency(draft, violation, values["sent_on"])
    if values.get("due_on") is None:
        days = draft.policy.deadlines.referral_days
        values["due_on"] = workdays.add(values["sent_on"], days)


def complained(draft: Draft) -> None:
    """A complaint is due so many days after it was received (T8)."""
    if draft.values.get("due_on") is None:
        days = draft.policy.deadlines.complaint_days
        draft.values["due_on"] = draft.values["received_on"] + timedelta(days=days)


def endangered(draft: Draft) -> None:
    """A hazard must be gone so many days after it was found, by its severity (T9, T10)."""
    if draft.values.get("due_on") is None:
        days = draft.policy.deadlines.hazard_days[draft.values["severity"]]
        draft.values["due_on"] = draft.values["found_on"] + timedelta(days=days)


def _type(draft: Draft, code: str) -> ViolationType:
    kind = draft.policy.types.get(code)
    if kind is None:
        raise Refusal(
            f"type_code = {code!r}: the policy of {draft.policy.city} has no such type of "
            "violation; `atlas policy show` lists them",
            field="type_code",
        )
    return kind


def _serving(draft: Draft, day: date) -> int:
    given = {"compound": draft.values["compound_id"], "day": day}
    found = draft.connection.execute(_SERVING, given).scalar()
    if found is None:
        raise Refusal(
            f"company_id: no company served the compound on {day}; name the company",
            field="company_id",
        )
    return int(found)


def _agency(draft: Draft, violation: Mapping[str, Any], day: date) -> int:
    kind = _type(draft, violation["type_code"])
    given = {
        "compound": violation["compound_id"],
        "kinds": list(kind.referral),
        "type": kind.code,
        "family": kind.family,
        "day": day,
    }
    found = draft.connection.execute(_AGENCY, given).scalar()
    if found is None:
        raise Refusal(
            f"agency_id: no agency is entered to which {kind.code} is referred there; name one",
            field="agency_id",
        )
    return int(found)
