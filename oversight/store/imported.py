"""Brings statuses up to date with what an import wrote, in the import's own transaction."""

import re
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, text

from geo import dates
from geo.imports.profile import Profile
from geo.imports.staged import Written
from oversight.assess import company_history, history
from oversight.facts import CompanyFacts, CompoundFacts
from oversight.policy import of_city, versions
from oversight.store import rows
from oversight.store.public import publish
from oversight.store.refresh import AT_ONCE, refresh
from oversight.store.writing import COMPANIES, COMPOUNDS, Kept

COMPANIES_AT_ONCE = 250

_CASTS = {
    "valid": "daterange",
    "detail": "jsonb",
    "reasons": "jsonb",
    "measures_due": "text[]",
    "gaps": "text[]",
    "next_inspection_on": "date",
    "holds_until": "date",
    "rated_star": "smallint",
    "effective_star": "smallint",
    "company_id": "bigint",
}
"""Types of the columns that a bare parameter does not tell."""


def refresh_imported(connection: Connection, profile: Profile, _written: Written) -> None:
    """Assess the compounds and companies whose facts an import wrote, corrected or ended.

    The import holds its city's lock, so none of them is locked by itself. Places, agencies and
    jurisdictions have no part in a status.
    """
    kind = profile.table.partition(".")[2]
    touching = _queries().get(kind)
    if touching is None:
        return
    for city in _cities(connection, profile.table):
        touched = connection.execute(text(touching), {"city": city}).all()
        compounds = {one.compound_id for one in touched if one.compound_id is not None}
        companies = {one.company_id for one in touched if one.company_id is not None}
        if kind == "compound":
            compounds -= _enter_bare(connection, COMPOUNDS, city, compounds)
        if kind == "company":
            companies -= _enter_bare(connection, COMPANIES, city, companies)
        for part in _parts(sorted(companies), COMPANIES_AT_ONCE):
            refresh(connection, companies=part, city_is_locked=True)
        for part in _parts(sorted(compounds), AT_ONCE):
            refresh(connection, compounds=part, city_is_locked=True)


def _cities(connection: Connection, table: str) -> Sequence[str]:
    """The cities of the rows that were written; compounds may be of more than one."""
    tables = [table, "oversight.rating_round"] if table == "oversight.rating" else [table]
    found = " UNION ".join(
        f"SELECT DISTINCT city_code FROM {one} WHERE recorded_at = now() OR superseded_at = now()"  # noqa: S608 - names of our own
        for one in tables
    )
    return connection.scalars(text(f"{found} ORDER BY 1")).all()


def _enter_bare(connection: Connection, kept: Kept, city: str, ids: Collection[int]) -> set[int]:
    """Give those of which nothing is known yet their status, the same for all but the number."""
    known = text(_queries()[f"bare_{kept.key.removesuffix('_id')}"])
    bare = connection.scalars(known, {"ids": sorted(ids), "city": city}).all()
    if not bare:
        return set()
    policy = of_city(city)
    versions.keep(connection, policy)
    if kept is COMPOUNDS:
        (span,) = history(CompoundFacts(id=0, city_code=city), policy, dates.today())
        values = rows.status_row(span, city, policy.version)
    else:
        (found,) = company_history(CompanyFacts(id=0, city_code=city), policy, dates.today())
        values = rows.company_row(found, city, policy.version)
    row = dict(zip(kept.columns, values, strict=True))
    del row[kept.key]
    shown = [f"CAST(:{name} AS {_CASTS[name]})" if name in _CASTS else f":{name}" for name in row]
    connection.execute(
        text(
            f"INSERT INTO {kept.table} ({kept.key}, {', '.join(row)})"  # noqa: S608 - names of our own
            f" SELECT id, {', '.join(shown)} FROM unnest(CAST(:bare AS bigint[])) AS id"
        ),
        {**row, "bare": bare},
    )
    if kept is COMPOUNDS:
        publish(connection, bare)
    return set(bare)


def _parts(numbers: list[int], most: int) -> list[list[int]]:
    return [numbers[start : start + most] for start in range(0, len(numbers), most)]


@cache
def _queries() -> dict[str, str]:
    script = Path(__file__).with_suffix(".sql").read_text("utf-8")
    parts = re.split(r"^-- name: (\w+)$", script, flags=re.MULTILINE)
    return {name: sql.strip() for name, sql in zip(parts[1::2], parts[2::2], strict=True)}
