"""Everything dated about one compound, newest first; no persons."""

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


def exists(compound_id: int) -> Statement:
    """A row where there is such a compound."""
    sql = "SELECT id FROM registry.compound WHERE id = :compound_id AND superseded_at IS NULL"
    return bind(sql, {"compound_id": compound_id})
