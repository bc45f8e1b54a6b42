"""Reads what is written: the status of a compound or company on a day."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from oversight.rules.entry import OpenExit
from oversight.status import CompanyStatus, Status
from oversight.store import rows

_STATUS = text("""
    SELECT *, lower(valid) AS start, upper(valid) AS ends FROM oversight.status
    WHERE compound_id = :id AND valid @> CAST(:day AS date)
""")
_COMPANY = text("""
    SELECT *, lower(valid) AS start, upper(valid) AS ends FROM oversight.company_status
    WHERE company_id = :id AND valid @> CAST(:day AS date)
""")

_EXITS = text("""
    SELECT DISTINCT s.compound_id, CAST(s.detail ->> 'exit_since' AS date) AS since
    FROM registry.contract AS k
    JOIN oversight.status AS s ON s.compound_id = k.compound_id
    WHERE k.company_id = :id AND k.superseded_at IS NULL AND k.valid @> CAST(:day AS date)
      AND s.valid @> CAST(:day AS date) AND s.company_id = k.company_id AND s.exit_case
    ORDER BY 1
""")


class Stored[S: (Status, CompanyStatus)](NamedTuple):
    """A status with the days it holds on, ``[start, end)``, and the policy that made it."""

    status: S
    start: date
    end: date | None
    policy_version: str


def status_at(connection: Connection, compound_id: int, day: date) -> Stored[Status] | None:
    """What held for a compound on a day, with what held for its company; None before any fact."""
    row = connection.execute(_STATUS, {"id": compound_id, "day": day}).mappings().first()
    if row is None:
        return None
    company = None
    if row["company_id"] is not None:
        found = company_at(connection, row["company_id"], day)
        company = found.status._replace(holds_until=None) if found else None
    return _stored(rows.status_of(dict(row), company), row)


def company_at(connection: Connection, company_id: int, day: date) -> Stored[CompanyStatus] | None:
    """What held for a company on a day; None before any fact."""
    row = connection.execute(_COMPANY, {"id": company_id, "day": day}).mappings().first()
    return None if row is None else _stored(rows.company_of(dict(row)), row)


def exits_at(connection: Connection, company_id: int, day: date) -> list[OpenExit]:
    """The exit cases that were open on a day in the compounds a company served (T3, T5)."""
    found = connection.execute(_EXITS, {"id": company_id, "day": day})
    return [OpenExit(row.compound_id, row.since or day) for row in found]


def _stored[S: (Status, CompanyStatus)](status: S, row: Any) -> Stored[S]:
    return Stored(status, row["start"], row["ends"], row["policy_version"])
