"""Everything dated about one compound, newest first; no persons."""

from collections.abc import Collection
from datetime import date

from geo.dates import FIRST_DAY
from layers.layer import read_sql
from layers.statement import Statement, bind

_SQL = read_sql(__file__)


def timeline(
    compound_id: int, *, known: date, since: date | None, until: date, limit: int
) -> Statement:
    """Up to ``limit`` + 1 events between two days: on_day, kind, event, id, row, data (JSON text).

    A violation is told of once it is proven, on the day ``known``; events to come are left out
    by an ``until`` of no later day.
    """
    values = {
        "compound_id": compound_id,
        "known": known,
        "since": since or FIRST_DAY,
        "until": until,
        "rows": limit + 1,
    }
    return bind(_SQL, values)


TABLES = {
    "contract": "registry.contract",
    "rating": "oversight.rating",
    "violation": "oversight.violation",
    "order": "oversight.rectification_order",
    "referral": "oversight.referral",
    "measure": "oversight.measure",
    "exit_case": "oversight.exit_case",
    "committee": "registry.committee",
    "committee_step": "registry.committee_step",
    "inspection": "planning.inspection",
    "hazard": "oversight.hazard",
    "complaint": "oversight.complaint",
    "notice": "registry.notice",
    "plaque": "registry.plaque",
    "lead": "oversight.lead",
    "disclosure": "registry.disclosure",
    "utility": "registry.utility",
    "guard_filing": "registry.guard_filing",
    "emergency_plan": "registry.emergency_plan",
    "committee_member": "registry.member",
    "mediation": "oversight.mediation",
    "presence": "registry.presence",
}
"""By kind of event the table of the fact it is of; what a status was follows from other facts."""

_RECORDED = """
    SELECT * FROM access.recorded(CAST(:tables AS text[]), CAST(:numbers AS bigint[]))
"""


def recorded(facts: Collection[tuple[str, int]]) -> Statement:
    """Who recorded facts (kind, number) and changed them last: a row or two of each.

    Of a row: table_name, id, changed, at, name, erased, role, office, imported. Only for the kinds
    of scope ``area`` and ``all``.
    """
    given = {"tables": [TABLES[kind] for kind, _ in facts], "numbers": [one for _, one in facts]}
    return bind(_RECORDED, given)


def exists(compound_id: int) -> Statement:
    """A row where there is such a compound."""
    sql = "SELECT id FROM registry.compound WHERE id = :compound_id AND superseded_at IS NULL"
    return bind(sql, {"compound_id": compound_id})
