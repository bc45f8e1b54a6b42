"""The floor: our own SQL by pgbench, as the public's role, with nothing of HTTP around it.

A connection prepares each statement once and gives it the values of one of the questions by chance,
as the service does; of an answer only its length is sent. No service over this SQL is faster here.
"""

import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from psycopg2.extensions import adapt
from sqlalchemy import Connection, Engine, make_url, text

from access.credentials import address, installation_secret
from access.enforce import LOGINS
from bench.serving import tables
from bench.serving.asked import Case, Question, Tile
from bench.serving.peers import IN_ALL
from geo.dates import today
from geo.server.programs import find_programs
from geo.settings import DatabaseSettings
from layers import items, tiles
from layers.cql import compile_filter
from layers.crs import CRS84
from layers.grids import WEB_MERCATOR
from layers.items import Form, Page, Selection
from layers.statement import Statement
from layers.tiles import Place

_AFTER = text("SELECT id FROM bench.compounds ORDER BY id OFFSET :rows LIMIT 1")


def rate(database: Engine, case: Case, seconds: float) -> float:
    """Answers a second of the SQL of a case."""
    with database.connect() as connection:
        asked = [
            _tile(one) if isinstance(one, Tile) else _page(one, connection) for one in case.asked
        ]
    url = database.url.render_as_string(hide_password=False)
    return _pgbench(address(url, LOGINS["public"], installation_secret()), asked, seconds)


def rate_of_table(database: Engine, table: str, case: Case, seconds: float) -> float:
    """Answers a second of a plain query for boxes of a table, or of a view like it."""
    sql = f"""
        SELECT sum(octet_length(CAST(t AS text)))
        FROM (SELECT * FROM {table}
              WHERE ST_Intersects(geom, ST_MakeEnvelope($1, $2, $3, $4, 4326))
              ORDER BY id LIMIT $5) AS t"""
    asked = []
    for one in case.asked:
        assert isinstance(one, Question)
        assert one.box
        asked.append((Statement(sql, (*one.box, one.limit)),))
    return _pgbench(database.url.render_as_string(hide_password=False), asked, seconds)


def _tile(tile: Tile) -> tuple[Statement, ...]:
    place = Place(WEB_MERCATOR, tile.z, row=tile.y, col=tile.x)
    made = tiles.tile([tables.PUBLIC], place, Selection(today()))
    return (_only(made, "octet_length(mvt)"),)


def _page(question: Question, connection: Connection) -> tuple[Statement, ...]:
    cql = question.filter and compile_filter(
        question.filter, "cql2-text", tables.PUBLIC.queryables, CRS84
    )
    chosen = Selection(
        today(), boxes=(question.box,) if question.box else (), cql=cql if cql else None
    )
    after = None
    if question.page:
        rows = question.page * question.limit - 1
        after = ((), int(connection.execute(_AFTER, {"rows": rows}).scalar_one()))
    page = items.page(
        tables.PUBLIC, chosen, Form(), Page(question.limit, after=after), counted=True
    )
    return (_only(page, "sum(octet_length(feature)), max(matched)"),)


def _only(statement: Statement, what: str) -> Statement:
    return Statement(f"SELECT {what} FROM ({statement.sql}) AS t", statement.arguments)


def _scripts(asked: Sequence[tuple[Statement, ...]]) -> list[tuple[str, int]]:
    """Scripts with their weights: one for all that is the same SQL with other values."""
    alike: dict[tuple[str, ...], list[tuple[Statement, ...]]] = defaultdict(list)
    for one in asked:
        alike[tuple(statement.sql for statement in one)].append(one)
    scripts = []
    for sqls, group in alike.items():
        lines = [rf"\set which random(1, {len(group)})"]
        for number, sql in enumerate(sqls):
            rows = [one[number].arguments for one in group]
            lines += [*_variables(number, rows), f"{_with_values(number, sql, rows)};"]
        scripts.append(("\n".join(lines), len(group)))
    return scripts


def _variables(number: int, rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """Numbers that differ are given as values apart, so that a plan may be made for each."""
    for place, given in enumerate(zip(*rows, strict=True), 1):
        if _is_variable(given):
            cases = " ".join(f"WHEN :which = {n} THEN {one}" for n, one in enumerate(given, 1))
            yield rf"\set v{number}_{place} CASE {cases} END"


def _is_variable(given: Sequence[Any]) -> bool:
    return len(set(given)) > 1 and all(isinstance(one, int | float) for one in given)


def _with_values(number: int, sql: str, rows: Sequence[tuple[Any, ...]]) -> str:
    """The text with one of several values in each place: the one that ``:which`` names."""

    def value(found: re.Match[str]) -> str:
        given = [row[int(found[1]) - 1] for row in rows]
        if _is_variable(given):
            return f":v{number}_{found[1]}"
        literals = [_literal(one) for one in given]
        if len(set(literals)) == 1:
            return f"({literals[0]})"
        return f"(ARRAY[{', '.join(literals)}])[:which]"

    return re.sub(r"\$(\d+)", value, sql)


def _literal(value: Any) -> str:
    made = adapt(value)
    if hasattr(made, "encoding"):
        made.encoding = "utf-8"
    return str(made.getquoted().decode())


def _pgbench(url: str, asked: Sequence[tuple[Statement, ...]], seconds: float) -> float:
    where = make_url(url)
    environment = {
        **os.environ,
        "PGHOST": str(where.host),
        "PGPORT": str(where.port),
        "PGUSER": str(where.username),
        "PGPASSWORD": str(where.password),
        "PGDATABASE": str(where.database),
    }
    with tempfile.TemporaryDirectory(prefix="atlas-bench-") as folder:
        named: list[str] = []
        for number, (script, weight) in enumerate(_scripts(asked)):
            path = Path(folder) / f"{number}.sql"
            path.write_text(f"{script}\n", "utf-8")
            named += ["-f", f"{path}@{weight}"]
        command = [
            *(_program(), "-n", "-M", "prepared", "-c", str(IN_ALL), "-j", "2"),
            *("-T", str(max(1, round(seconds))), *named),
        ]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([\d.]+)", done.stdout, re.M)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench: {done.stderr[-2000:] or done.stdout}")
    return float(found[1])


def _program() -> str:
    return find_programs(folder=DatabaseSettings().postgres_bin).path("pgbench")
