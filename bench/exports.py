"""Time, size and the service's peak memory for the whole of a nation's compounds in every format.

    ATLAS_DATABASE_URL=$(.venv/bin/atlas db url) .venv/bin/python -m bench.exports [COUNT]

Makes a database of 500,000 compounds of 24 corners beside the one of the address, serves it with
one process and takes each format from it once as somebody who sees all, without compression; what
comes is counted and thrown away. Peak memory is the growth of the service's largest resident size
(VmHWM, which is reset before each), so what a format's library takes is in the first that uses it.
"""

import argparse
import os
import statistics
import threading
import time
from pathlib import Path

import httpx
import psutil
from sqlalchemy import Engine, text

from access.credentials import installation_secret
from access.enforce import enforce
from geo import bulk, migrate
from geo.database import engine
from layers.formats import FORMATS
from tests.people import token_of
from tests.support import new_database, served

PER_CITY = 2000
MIB = 2**20

_CITIES = """
    INSERT INTO registry.city (code, name)
    SELECT (100000 + c)::text, '城市' || c FROM generate_series(1, :cities) AS c"""
_COMPANIES = """
    INSERT INTO registry.company (id, city_code, code, name, synthetic)
    SELECT c, (100000 + c)::text, 'C' || c, '安居物业服务有限公司' || c, true
    FROM generate_series(1, :cities) AS c"""
_ROUNDS = """
    INSERT INTO oversight.rating_round (id, city_code, code, name, cutoff_on, published_on,
                                        synthetic)
    SELECT c, (100000 + c)::text, '2025', '二〇二五年度', '2025-10-31', '2025-12-15', true
    FROM generate_series(1, :cities) AS c"""
_COMPOUNDS = """
    INSERT INTO registry.compound (id, city_code, code, name, address, households, floor_area_m2,
                                   year_built, geom, area_m2, label_point, source, synthetic)
    SELECT i, (100001 + (i - 1) / 2000)::text, 'B' || i, '示例花园小区' || i,
           '人民路' || i % 900 || '号', 200 + i % 2000, 20000.5 + i, 1980 + i % 45,
           ST_Multi(ST_Buffer(point, 0.0005, 'quad_segs=6')), 8000 + i % 999, point, 'bench', true
    FROM generate_series(1, :compounds) AS i,
         LATERAL (SELECT 80 + (i % 800) * 0.05 AS x, 20 + (i / 800) * 0.04 AS y) AS corner,
         LATERAL (SELECT ST_SetSRID(ST_MakePoint(x, y), 4326) AS point) AS place"""
_STATUSES = """
    INSERT INTO oversight.status_public (compound_id, valid, city_code, company_id, rated_star,
                                         effective_star, round_id, disclosures)
    SELECT id, '[2025-12-15,)', city_code, (id - 1) / 2000 + 1, id % 6, id % 6, (id - 1) / 2000 + 1,
           '[]'
    FROM registry.compound"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("compounds", type=int, nargs="?", default=500_000)
    compounds = parser.parse_args().compounds
    with new_database(os.environ["ATLAS_DATABASE_URL"]) as database:
        _fill(database, compounds)
        token = token_of(database, "administrator")
        with served(database, statement_seconds="120") as service:
            (process,) = psutil.Process().children()
            with httpx.Client(
                base_url=service.url,
                timeout=900,
                headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
            ) as client:
                client.get("/collections/compounds/items?limit=1000").raise_for_status()
                print(
                    "| format | seconds | first byte | features/s | MB | peak memory | `/livez` |"
                )
                print("|---|---|---|---|---|---|---|", flush=True)
                for name in FORMATS:
                    _measured(client, process.pid, name, compounds)


def _fill(database: Engine, compounds: int) -> None:
    began = time.perf_counter()
    migrate.upgrade(database)
    given = {"compounds": compounds, "cities": -(-compounds // PER_CITY)}
    with database.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        for sql in (_CITIES, _COMPANIES, _ROUNDS):
            connection.execute(text(sql), given)
        for table, sql in (
            ("registry.compound", _COMPOUNDS),
            ("oversight.status_public", _STATUSES),
        ):
            with bulk.without_indexes(connection, table):
                connection.execute(text(sql), given)
        enforce(connection, installation_secret())
    with engine(database.url.render_as_string(hide_password=False)).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    print(f"{compounds:,} compounds made in {time.perf_counter() - began:.0f} s\n", flush=True)


def _measured(client: httpx.Client, pid: int, name: str, compounds: int) -> None:
    before = _resident(pid)
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    size, first = 0, 0.0
    began = time.perf_counter()
    with _Pulse(str(client.base_url)) as pulse:
        address = f"/collections/compounds/export?f={name}&as_of=2026-01-01"
        with client.stream("GET", address) as answer:
            answer.raise_for_status()
            for piece in answer.iter_raw():
                first = first or time.perf_counter() - began
                size += len(piece)
    spent = time.perf_counter() - began
    print(
        f"| {name} | {spent:.1f} | {first:.1f} | {compounds / spent:,.0f} | {size / 1e6:,.0f}"
        f" | {(_peak(pid) - before) / MIB:.0f} MiB | {pulse.told} |",
        flush=True,
    )


def _resident(pid: int) -> int:
    return psutil.Process(pid).memory_info().rss


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


class _Pulse:
    """How long another request to the same process takes meanwhile."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._over = threading.Event()
        self._times: list[float] = []
        self._thread = threading.Thread(target=self._beat)

    def __enter__(self) -> "_Pulse":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        with httpx.Client(base_url=self._url, timeout=60) as client:
            while not self._over.wait(0.1):
                began = time.perf_counter()
                client.get("/livez")
                self._times.append((time.perf_counter() - began) * 1000)

    @property
    def told(self) -> str:
        """Median and 99 of a hundred, in milliseconds."""
        if len(self._times) < 2:
            return "–"
        slow = statistics.quantiles(self._times, n=100)[98]
        return f"{statistics.median(self._times):.0f} / {slow:.0f} ms"


if __name__ == "__main__":
    main()
