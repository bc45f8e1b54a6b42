"""Times the statuses: `python bench/refresh.py 50000`, or `500000` for a nation.

Makes a database of its own on the server ATLAS_DATABASE_URL names (`--reuse` takes the one that is
there) and drops it unless --keep. Measures today's statuses, the whole history, and one changed
fact: locked, written, refreshed and committed. `--plans` shows how the facts are read instead.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import refresh_data
from sqlalchemy import Engine, make_url, text

from access.credentials import installation_secret
from access.enforce import enforce
from geo import dates
from geo.database import engine
from oversight import policy
from oversight.store import locks
from oversight.store.reading import queries
from oversight.store.rebuild import rebuild
from oversight.store.refresh import refresh

DATABASE = "atlas_bench_refresh"
FACTS = 50

_VIOLATION = text("""
    INSERT INTO oversight.violation
        (city_code, compound_id, type_code, offender_kind, company_id, severity, occurred_on,
         found_on, confirmed_on, synthetic)
    SELECT city_code, compound_id, :type, 'company', company_id, 'general',
           CAST(:on AS date) - 9, CAST(:on AS date) - 5, CAST(:on AS date) - 1, true
    FROM registry.contract WHERE compound_id = :compound AND upper_inf(valid)
    RETURNING company_id
""")
_SERVING = text(
    "SELECT company_id FROM registry.contract WHERE compound_id = :compound AND upper_inf(valid)"
)


def timed(name: str, work: Callable[[], Any]) -> None:
    began = time.perf_counter()
    done = work()
    print(f"{name:<34}{time.perf_counter() - began:9.1f} s  {done}", flush=True)


def one_fact(target: Engine, compounds: int) -> None:
    """Enter violations one by one at compounds far apart; the first few warm the caches."""
    on = dates.today()
    spent = []
    for number in range(FACTS + 5):
        compound = 1 + number * (compounds // (FACTS + 5))
        began = time.perf_counter()
        with target.begin() as connection:
            company = connection.scalars(_SERVING, {"compound": compound}).one()
            locks.lock(connection, [compound], [company])
            given = {"compound": compound, "type": f"P{1 + number % 9}", "on": on}
            connection.execute(_VIOLATION, given)
            refresh(connection, compounds=[compound], companies=[company])
        spent.append(1000 * (time.perf_counter() - began))
    spent = spent[5:]
    print(
        f"one fact: median {statistics.median(spent):.1f} ms, "
        f"95 % {statistics.quantiles(spent, n=20)[-1]:.1f} ms, most {max(spent):.1f} ms"
    )


def plans(target: Engine, many: int) -> None:
    """How PostgreSQL reads each kind of fact for one compound and for many."""
    believed = {"believed": "f.superseded_at IS NULL", "entered": ""}
    for name, sql in queries().items():
        for ids in ([1], list(range(1, many + 1))):
            with target.connect() as connection, connection.connection.cursor() as cursor:
                explained = f"EXPLAIN (ANALYZE, BUFFERS) {sql.format(**believed)}"
                cursor.execute(explained, {"ids": ids})
                print(f"-- {name}, {len(ids)}")
                print("\n".join(line for (line,) in cursor.fetchall()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compounds", type=int)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scheduler")
    parser.add_argument("--database", default=DATABASE)
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--plans", action="store_true")
    given = parser.parse_args()
    url = os.environ["ATLAS_DATABASE_URL"]
    if given.reuse:
        named = make_url(url).set(database=given.database)
        target = engine(named.render_as_string(hide_password=False))
    else:
        target = refresh_data.make(url, given.database, given.compounds)
    print(f"policy {policy.load().version}, {os.cpu_count()} cores")
    if given.plans:
        plans(target, 1000)
    else:
        how: dict[str, Any] = {"workers": given.workers, "scheduler": given.scheduler}
        with target.begin() as connection:
            connection.execute(text("TRUNCATE oversight.status, oversight.company_status"))
        timed("today, none written before", lambda: rebuild(target, today_only=True, **how))
        timed("whole history", lambda: rebuild(target, **how))
        timed("today, over the history", lambda: rebuild(target, today_only=True, **how))
        with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE oversight.status, oversight.company_status"))
        with target.begin() as connection:
            enforce(connection, installation_secret())
        one_fact(target, given.compounds)
    target.dispose()
    if not (given.keep or given.reuse):
        with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'DROP DATABASE "{given.database}" WITH (FORCE)'))


if __name__ == "__main__":
    main()
