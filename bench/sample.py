"""Times the loading of the sample: `python bench/sample.py 1500`, or `500000` for a nation.

Makes a database of its own on the server ATLAS_DATABASE_URL names, and drops it unless --keep.
Drawing and writing overlap, so the stages may add up to more than the whole.
"""

import argparse
import os
import resource
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import make_url, text

from geo import migrate, sample
from geo.database import engine
from geo.sample import copy, load
from oversight import catalogue

SPENT: dict[str, float] = defaultdict(float)
ROWS: dict[str, int] = defaultdict(int)
DATABASE = "atlas_bench_sample"


def timed(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def run(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return work(*given, **named)
        finally:
            SPENT[stage] += time.perf_counter() - began

    return run


def timed_copy(connection: Any, table: Any, frame: Any, work: Any = copy._copy) -> None:
    ROWS[table.fullname] += len(frame)
    timed(f"  {table.fullname}", work)(connection, table, frame)


def watch() -> None:
    load.boundaries.add_city = timed("boundaries", load.boundaries.add_city)
    load.city.rows = timed("draw", load.city.rows)
    load.copy.write = timed("copy", load.copy.write)
    load.derive_compounds = timed("derive", load.derive_compounds)
    load.assign_compounds = timed("assign", load.assign_compounds)
    copy._copy = timed_copy


def fresh(url: str) -> Any:
    with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {DATABASE}"))
    target = engine(make_url(url).set(database=DATABASE).render_as_string(hide_password=False))
    migrate.upgrade(target)
    with target.begin() as connection:
        catalogue.load(connection)
    return target


def report(total: float, compounds: int, size: int) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = sum(ROWS.values())
    print(f"{compounds:,} compounds, {rows:,} rows in {total:.1f} s ({rows / total:,.0f} rows/s)")
    print(f"peak memory {peak:,.0f} MiB, database {size / 2**20:,.0f} MiB, {os.cpu_count()} cores")
    for stage, spent in sorted(SPENT.items(), key=lambda item: -item[1]):
        count = ROWS.get(stage.strip(), 0)
        each = f"{count:>12,} rows {1e6 * spent / count:6.0f} µs each" if count else ""
        print(f"{stage:<34}{spent:9.2f} s {each}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compounds", type=int)
    parser.add_argument("--until", type=date.fromisoformat)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    url = os.environ["ATLAS_DATABASE_URL"]
    target = fresh(url)
    watch()
    began = time.perf_counter()
    if given.compounds > sample.MOST_IN_ONE_CITY:
        sample.fill(
            target,
            given.compounds,
            until=given.until,
            progress=lambda code, total: print(
                f"{time.perf_counter() - began:8.1f} s  {code}  {total:>9,}", flush=True
            ),
        )
    else:
        load.boundaries.add_city(target, sample.YINCHUAN)
        sample.build(target, compounds=given.compounds, until=given.until)
    total = time.perf_counter() - began
    with target.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    report(total, given.compounds, size)
    target.dispose()
    if not given.keep:
        with engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE {DATABASE} WITH (FORCE)"))


if __name__ == "__main__":
    main()
