"""This service beside its peers, on one machine in one run: ``make bench-serving``.

    make bench-serving BENCH="--only 1500 --seconds 4 --no-write"

Makes the databases ``atlas_bench_1500`` and ``atlas_bench_500000`` on the server of
ATLAS_DATABASE_URL, else in the private cluster, and keeps them for the next run. Prints each
figure as it comes, then the tables, then one line per target.
"""

import argparse
import re
import subprocess
import time

from bench.serving import data, measure, report, servers, targets
from bench.serving.data import ROOT
from geo.cluster import database_url
from geo.database import engine
from geo.dates import today
from geo.settings import DatabaseSettings

SIZES = (data.CITY, targets.NATION)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=int, choices=SIZES, help="one of the two sizes")
    parser.add_argument("--seconds", type=float, default=4, help="how long each is measured")
    parser.add_argument("--no-write", action="store_true", help="leave docs/performance.md alone")
    given = parser.parse_args()
    url, began = database_url(DatabaseSettings()), time.perf_counter()
    runs = []
    for compounds in (given.only,) if given.only else SIZES:
        database = data.ready(url, compounds)
        try:
            print(f"\n{compounds:,} compounds", flush=True)
            runs.append(measure.run(database, compounds, given.seconds, _tell))
        finally:
            database.dispose()
    text = report.section(runs, given.seconds, _versions(url), today())
    print(f"\n{text}")
    for results in runs:
        for verdict in targets.judged(results):
            print(f"{results.compounds:>8,}  {verdict}")
    if not given.no_write:
        report.write(text)
        print(f"\nwritten to {report.DOCUMENT.relative_to(ROOT)}", end="")
    print(f"\n{time.perf_counter() - began:.0f} s in all")


def _tell(line: str) -> None:
    print(f"  {line}", flush=True)


def _versions(url: str) -> str:
    """What was compared, as each says of itself."""
    told = [_first_number("PostgreSQL", _server_version(url))]
    martin, nginx = servers.found("martin"), servers.found("nginx")
    if martin:
        told.append(_first_number("Martin", _said(martin, "--version")))
    tipg = ROOT / ".atlas/peers/tipg/bin/python"
    if tipg.exists():
        asked = "import tipg; print(tipg.__version__)"
        told.append(_first_number("tipg", _said(str(tipg), "-c", asked)))
    if nginx:
        told.append(_first_number("nginx", _said(nginx, "-v")))
    return ", ".join(told)


def _server_version(url: str) -> str:
    with engine(url).connect() as connection:
        return str(connection.exec_driver_sql("SHOW server_version").scalar_one())


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _first_number(name: str, said: str) -> str:
    found = re.search(r"\d+(\.\d+)+", said)
    return f"{name} {found[0]}" if found else name


if __name__ == "__main__":
    main()
