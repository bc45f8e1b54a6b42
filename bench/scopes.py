"""Requests a second of each kind of scope, with row security and without it.

    apt-get install wrk
    ATLAS_DATABASE_URL=$(.venv/bin/atlas db url) .venv/bin/python -m bench.scopes [--only company]

Copies the database of the address (the sample city, which nobody may be using), serves the copy
with one process and asks for what lies in the viewer's scope, so that every answer is the same with
and without row security. Rounds of the two take turns. Prints requests/s and their ratio.
"""

import argparse
import os
import re
import statistics
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from sqlalchemy import Engine, make_url, text

from tests.people import token_of
from tests.support import new_database, served

ROUNDS = 3
CONNECTIONS = 8
UNLIMITED = {"reads_per_minute": "100000000"}

_STREET = (
    "SELECT street_code FROM registry.compound WHERE district_code = '640106'"
    " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
)
_COMPANY = (
    "SELECT company_id FROM oversight.violation WHERE company_id IS NOT NULL"
    " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
)
_INSPECTOR = (
    "SELECT inspector_id FROM planning.inspection_inspector AS n JOIN planning.inspection AS i"
    " ON i.id = n.inspection_id WHERE i.inspected_on > current_date - 25"
    " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
)
PEOPLE = {
    "all": ("auditor", None, "SELECT min(id) FROM registry.compound"),
    "area, district": (
        "district_officer",
        ("area_code", "SELECT '640106'"),
        "SELECT min(id) FROM registry.compound WHERE district_code = '640106'",
    ),
    "area, street": (
        "street_officer",
        ("area_code", _STREET),
        f"SELECT min(id) FROM registry.compound WHERE street_code = ({_STREET})",
    ),
    "company": (
        "company_user",
        ("company_id", _COMPANY),
        "SELECT min(compound_id) FROM registry.contract WHERE superseded_at IS NULL"
        f" AND valid @> current_date AND company_id = ({_COMPANY})",
    ),
    "inspector": (
        "inspector",
        ("inspector_id", _INSPECTOR),
        "SELECT min(i.compound_id) FROM planning.inspection AS i"
        " JOIN planning.inspection_inspector AS n ON n.inspection_id = i.id"
        f" WHERE i.inspected_on > current_date - 25 AND n.inspector_id = ({_INSPECTOR})",
    ),
}
"""By kind of scope: a role, what it is bound to, and a compound of its own."""

ASKED = {
    "dossier": "/compounds/{compound}",
    "status": "/compounds/{compound}/status",
    "items": "/collections/compounds/items?limit=10&q={name}",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--only", choices=PEOPLE, nargs="+", default=list(PEOPLE))
    asked = parser.parse_args()
    seconds = asked.seconds
    url = os.environ["ATLAS_DATABASE_URL"]
    with (
        new_database(url, str(make_url(url).database)) as database,
        served(database, **UNLIMITED) as service,
    ):
        print("| scope | asked | without | with | ratio |\n|---|---|---|---|---|")
        for scope in asked.only:
            role, bound, own = PEOPLE[scope]
            token, given = _viewer(database, role, bound, own)
            for name, path in ASKED.items():
                address = service.url + path.format(**given)
                off, on = [], []
                for _ in range(ROUNDS):
                    with _without_row_security(database):
                        off.append(_rate(address, token, seconds))
                    on.append(_rate(address, token, seconds))
                without, with_ = statistics.median(off), statistics.median(on)
                print(
                    f"| {scope} | {name} | {without:.0f} | {with_:.0f} | {with_ / without:.2f} |",
                    flush=True,
                )


def _viewer(
    database: Engine, role: str, bound: tuple[str, str] | None, own: str
) -> tuple[str, dict[str, str]]:
    with database.connect() as connection:
        scope = {} if bound is None else {bound[0]: connection.scalar(text(bound[1]))}
        compound = connection.scalar(text(own))
        name = connection.scalar(
            text("SELECT name FROM registry.compound WHERE id = :id"), {"id": compound}
        )
    return token_of(database, role, **scope), {"compound": str(compound), "name": quote(str(name))}


@contextmanager
def _without_row_security(database: Engine) -> Iterator[None]:
    find = text(
        "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c"
        " JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE c.relrowsecurity AND n.nspname IN ('oversight', 'planning', 'registry')"
    )
    with database.connect() as connection:
        tables = connection.scalars(find).all()
    for how in ("DISABLE", "ENABLE"):
        # One by one: all at once could wait for each other with a request that is still answered.
        with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in tables:
                connection.exec_driver_sql(f"ALTER TABLE {table} {how} ROW LEVEL SECURITY")
        if how == "DISABLE":
            yield


def _rate(address: str, token: str, seconds: int) -> float:
    """Requests a second; raises where an answer was no success."""
    told = ""
    for duration in (1, seconds):  # the first warms the connections
        how = ("-t1", f"-c{CONNECTIONS}", f"-d{duration}s", "-H", f"Authorization: Bearer {token}")
        done = subprocess.run(["wrk", *how, address], check=True, capture_output=True, text=True)
        told = done.stdout
    if "Non-2xx" in told:
        raise RuntimeError(f"{address}: {told}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if found is None:
        raise RuntimeError(told)
    return float(found.group(1))


if __name__ == "__main__":
    main()
