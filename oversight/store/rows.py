"""Statuses as rows of ``oversight.status`` and ``company_status``, and back.

Columns hold what is searched and drawn; ``detail`` the other fields and ``reasons`` why, both as
JSON without what is empty. A reason is a list: code, row, facts, setting, detail; a fact a text of
its kind, number and day. A history holds so many that to name each value took a third of a row. The
company's part of a compound's status is a row of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from geo.models.codes import DISCLOSURE_KINDS
from oversight.assess import Span
from oversight.status import CompanyStatus, FactRef, MeasureState, Reason, Status

STATUS_COLUMNS = (
    "compound_id",
    "valid",
    "company_id",
    "rated_star",
    "effective_star",
    "key_target",
    "exit_case",
    "exit_ground",
    "self_government",
    "next_inspection_on",
    "next_inspection_for",
    "orders_open",
    "orders_overdue",
    "hazards_open",
    "measures_due",
    "gaps",
    "city_code",
    "policy_version",
    "rung",
    "credit_points",
    "detail",
    "reasons",
    "holds_until",
)
COMPANY_COLUMNS = (
    "company_id",
    "valid",
    "restricted",
    "blacklisted",
    "joint_punishment",
    "city_code",
    "policy_version",
    "rung",
    "credit_points",
    "detail",
    "reasons",
    "holds_until",
)

LATELY = 1024
"""So many pieces of JSON are kept: of a span to the next, most stay the same."""

type Row = tuple[Any, ...]
"""The values of a row's columns; arrays, JSON and ranges as text."""


def status_row(span: Span[Status], city_code: str, version: str) -> Row:
    """A compound's span as a row, in the order of ``STATUS_COLUMNS``."""
    one = span.status
    return (
        one.compound_id,
        _range(span),
        one.company_id,
        one.rated_star,
        one.effective_star,
        one.key_target,
        one.exit_case,
        one.exit_ground,
        one.self_government,
        one.next_inspection_on,
        one.next_inspection_for,
        len(one.orders_open),
        len(one.orders_overdue),
        len(one.hazards_open),
        _kinds_due(one.measures),
        _array(one.gaps),
        city_code,
        version,
        one.rung,
        one.credit_points,
        _json(_status_detail(one)),
        _json([_reason(each) for each in one.reasons]),
        span.holds_until,
    )


def company_row(span: Span[CompanyStatus], city_code: str, version: str) -> Row:
    """A company's span as a row, in the order of ``COMPANY_COLUMNS``."""
    one = span.status
    detail = {
        "rung_since": one.rung_since,
        "counting": one.counting,
        "measures": _measures(one.measures),
        "exits_open": one.exits_open,
    }
    return (
        one.company_id,
        _range(span),
        one.restricted,
        one.blacklisted,
        one.joint_punishment,
        city_code,
        version,
        one.rung,
        one.credit_points,
        _json(_full(detail)),
        _json([_reason(each) for each in one.reasons]),
        span.holds_until,
    )


def status_of(row: Mapping[str, Any], company: CompanyStatus | None = None) -> Status:
    """The status a row holds, with its company's."""
    detail = row["detail"]
    return Status(
        compound_id=row["compound_id"],
        company_id=row["company_id"],
        rung=row["rung"],
        rung_since=_day(detail.get("rung_since")),
        counting=tuple(detail.get("counting", ())),
        rated_star=row["rated_star"],
        effective_star=row["effective_star"],
        key_target=row["key_target"],
        exit_case=row["exit_case"],
        exit_ground=row["exit_ground"],
        exit_since=_day(detail.get("exit_since")),
        exit_decided=detail.get("exit_decided", False),
        measures=_measures_of(detail),
        credit_points=row["credit_points"],
        orders_open=tuple(detail.get("orders_open", ())),
        orders_overdue=tuple(detail.get("orders_overdue", ())),
        referrals_due=tuple(detail.get("referrals_due", ())),
        referrals_overdue=tuple(detail.get("referrals_overdue", ())),
        disclosures=tuple(
            (kind, detail.get("disclosures", {}).get(kind)) for kind in DISCLOSURE_KINDS
        ),
        hazards_open=tuple(detail.get("hazards_open", ())),
        hazards_overdue=tuple(detail.get("hazards_overdue", ())),
        complaints_open=tuple(detail.get("complaints_open", ())),
        self_government=row["self_government"],
        term_ends_on=_day(detail.get("term_ends_on")),
        committee_steps_due=tuple(
            (step, number) for step, number in detail.get("committee_steps_due", ())
        ),
        next_inspection_on=row["next_inspection_on"],
        next_inspection_for=row["next_inspection_for"],
        gaps=tuple(row["gaps"]),
        reasons=reasons_of(row["reasons"]),
        company=company,
        holds_until=row["holds_until"],
    )


def company_of(row: Mapping[str, Any]) -> CompanyStatus:
    """The company status a row holds."""
    detail = row["detail"]
    return CompanyStatus(
        company_id=row["company_id"],
        rung=row["rung"],
        rung_since=_day(detail.get("rung_since")),
        counting=tuple(detail.get("counting", ())),
        credit_points=row["credit_points"],
        measures=_measures_of(detail),
        restricted=row["restricted"],
        blacklisted=row["blacklisted"],
        joint_punishment=row["joint_punishment"],
        exits_open=tuple(detail.get("exits_open", ())),
        reasons=reasons_of(row["reasons"]),
        holds_until=row["holds_until"],
    )


def reasons_of(stored: Iterable[Sequence[Any]]) -> tuple[Reason, ...]:
    """Reasons out of the column ``reasons``."""
    return tuple([_reason_of(*one) for one in stored])


def _reason_of(code: str, row: str, facts: Iterable[str] = (), *why: str | None) -> Reason:
    return Reason(code, row, tuple([_fact_of(*fact.split()) for fact in facts]), *why)


def _fact_of(kind: str, number: str, on: str) -> FactRef:
    return FactRef(kind, int(number), date.fromisoformat(on))


def _status_detail(one: Status) -> dict[str, Any]:
    return _full(
        {
            "rung_since": one.rung_since,
            "counting": one.counting,
            "exit_since": one.exit_since,
            "exit_decided": one.exit_decided,
            "measures": _measures(one.measures),
            "orders_open": one.orders_open,
            "orders_overdue": one.orders_overdue,
            "referrals_due": one.referrals_due,
            "referrals_overdue": one.referrals_overdue,
            "disclosures": _disclosures(one.disclosures),
            "hazards_open": one.hazards_open,
            "hazards_overdue": one.hazards_overdue,
            "complaints_open": one.complaints_open,
            "term_ends_on": one.term_ends_on,
            "committee_steps_due": one.committee_steps_due,
        }
    )


@lru_cache(LATELY)
def _reason(one: Reason) -> orjson.Fragment:
    facts = [f"{fact.kind} {fact.id} {fact.on}" for fact in one.facts]
    values = [one.code, one.row, facts, one.setting, one.detail]
    while not values[-1]:
        values.pop()
    return _fragment(values)


@lru_cache(LATELY)
def _measures(measures: tuple[MeasureState, ...]) -> orjson.Fragment | None:
    return _fragment([tuple(one) for one in measures]) if measures else None


@lru_cache(LATELY)
def _disclosures(disclosures: tuple[tuple[str, bool | None], ...]) -> orjson.Fragment | None:
    looked_at = {kind: state for kind, state in disclosures if state is not None}
    return _fragment(looked_at) if looked_at else None


@lru_cache(LATELY)
def _kinds_due(measures: tuple[MeasureState, ...]) -> str:
    return _array(dict.fromkeys(one.kind for one in measures if one.state == "due"))


def _array(codes: Iterable[str]) -> str:
    return "{" + ",".join(codes) + "}"


def _measures_of(detail: Mapping[str, Any]) -> tuple[MeasureState, ...]:
    return tuple(
        MeasureState(kind, state, date.fromisoformat(since), binds, measure_id, violation_id)
        for kind, state, since, binds, measure_id, violation_id in detail.get("measures", ())
    )


def _full(values: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty."""
    return {name: value for name, value in values.items() if value}


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _fragment(value: Any) -> orjson.Fragment:
    return orjson.Fragment(orjson.dumps(value))


def _range(span: Span[Any]) -> str:
    return f"[{span.start.isoformat()},{'' if span.end is None else span.end.isoformat()})"


def _day(said: str | None) -> date | None:
    return None if said is None else date.fromisoformat(said)
