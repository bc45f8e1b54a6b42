"""The databases that are served: the sample city, and a nation of 500,000 compounds like it.

The nation is the sample city (outlines, companies, rounds, stars of today) at 334 places, so that
its shapes have the corners that the sample draws. Both are kept until what made them changes.
"""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, make_url, text

from access.credentials import installation_secret
from access.enforce import enforce
from bench.serving import tables
from cli.prepared import prepare
from geo import boundaries, bulk, sample
from geo.database import engine
from geo.dates import today
from layers import whole
from oversight.store.rebuild import rebuild

ROOT = Path(__file__).parents[2]
CITY = 1500
MAKERS = ("bench/serving/data.py", "geo/migrations", "geo/sample", "oversight/store")
"""What the content of a database depends on."""

COPIED = (
    *("registry.city", "registry.district", "registry.district_boundary"),
    *("registry.district_generalised", "registry.street", "registry.street_boundary"),
    *("registry.street_generalised", "registry.company", "oversight.rating_round"),
    *("registry.compound", "oversight.status_public"),
)
"""What a city of the nation has: all that its public layers of places and compounds show."""

MANY = 1_000_000
"""Numbers of the rows of one city are below this."""

# Cities about a hundred kilometres from each other, the nearest to the sample city first.
_CITIES = """
    CREATE TEMPORARY TABLE shift AS
    SELECT n, CAST(2000 + n AS text) AS prefix, dx, dy
    FROM (SELECT row_number() OVER (ORDER BY dx * dx + dy * dy, dx, dy) - 1 AS n, dx, dy
          FROM (SELECT x * 1.15 AS dx, y * 1.1 AS dy
                FROM generate_series(-7, 12) AS x, generate_series(-14, 5) AS y) AS grid) AS near
    ORDER BY n LIMIT :cities"""
_COLUMNS = text("""
    SELECT quote_ident(attname) AS name, format_type(atttypid, NULL) AS type
    FROM pg_attribute
    WHERE attrelid = to_regclass(:table) AND attnum > 0 AND NOT attisdropped
      AND attgenerated = ''
    ORDER BY attnum""")
_UPTO = text("""
    SELECT max(id) FROM (SELECT id FROM registry.compound ORDER BY id LIMIT :compounds) AS c""")
# One form for all: the sample city's statuses hold from the day it was made.
_SINCE = """
    UPDATE oversight.status_public
    SET valid = daterange(date_trunc('year', current_date)::date, NULL)
    WHERE upper_inf(valid) AND lower(valid) > date_trunc('year', current_date)::date"""


def ready(server: str, compounds: int) -> Engine:
    """A database of so many compounds with the tables that peers read, made where it is missing."""
    if compounds == CITY:
        return _kept(server, CITY, _digest(today().isoformat()), "template0", _city)

    def nation(target: Engine) -> None:
        _copy(target, compounds)

    return _kept(server, compounds, _digest(str(compounds)), _name(CITY), nation)


def _name(compounds: int) -> str:
    return f"atlas_bench_{compounds}"


def _kept(
    server: str, compounds: int, digest: str, template: str, fill: Callable[[Engine], None]
) -> Engine:
    name = _name(compounds)
    target = engine(make_url(server).set(database=name).render_as_string(hide_password=False))
    began = time.perf_counter()
    made = _made_of(server, name) != digest
    if made:
        if template == _name(CITY):
            ready(server, CITY).dispose()
        with engine(server).connect().execution_options(isolation_level="AUTOCOMMIT") as admin:
            admin.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            admin.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        fill(target)
    with target.begin() as connection:
        enforce(connection, installation_secret())
        renewed = tables.make(connection)
    whole.write(target)
    if made or renewed:
        _autocommit(target, "VACUUM ANALYZE")
        _autocommit(target, f"COMMENT ON DATABASE {name} IS '{digest}'")
        print(f"{name} made ready in {time.perf_counter() - began:.0f} s", flush=True)
    return target


def _made_of(server: str, name: str) -> str | None:
    found = text("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :n")
    with engine(server).connect() as connection:
        said = connection.scalar(found, {"n": name})
    return None if said is None else str(said)


def _digest(*given: str) -> str:
    digest = hashlib.sha256("\n".join(given).encode())
    for maker in MAKERS:
        place = ROOT / maker
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _city(target: Engine) -> None:
    def fill(empty: Engine) -> None:
        boundaries.add_city(empty, sample.YINCHUAN)
        sample.build(empty, compounds=CITY)

    prepare(target, fill=fill)
    rebuild(target, cities=[sample.YINCHUAN], today_only=True)


def _copy(target: Engine, compounds: int) -> None:
    """Put copies of the city beside it until there are so many compounds."""
    cities = -(-compounds // CITY)
    with target.begin() as connection:
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        connection.execute(text(_SINCE))
        connection.execute(text(_CITIES), {"cities": cities})
        upto = connection.scalar(_UPTO, {"compounds": compounds - (cities - 1) * CITY})
        given = {"last": cities - 1, "upto": upto}
        for table in COPIED:
            _copy_table(connection, table, given)


def _copy_table(connection: Connection, table: str, given: dict[str, int]) -> None:
    columns = {row.name: row.type for row in connection.execute(_COLUMNS, {"table": table})}
    if not columns:
        return
    values = [_value(table, name, kind) for name, kind in columns.items()]
    compound = {"registry.compound": "t.id", "oversight.status_public": "t.compound_id"}.get(table)
    kept = ["k.n > 0"]
    if "superseded_at" in columns:
        kept.append("t.superseded_at IS NULL")
    if compound:
        kept.append(f"(k.n < :last OR {compound} <= :upto)")
    sql = f"""
        INSERT INTO {table} ({", ".join(columns)})
        SELECT {", ".join(values)}
        FROM {table} AS t CROSS JOIN shift AS k
        WHERE {" AND ".join(kept)}"""
    with bulk.without_indexes(connection, table):
        connection.execute(text(sql), given if compound else {})


def _value(table: str, name: str, kind: str) -> str:
    """What a column holds in another city: other numbers and codes, the same at another place."""
    place = table in {"registry.city", "registry.district", "registry.street"}
    if kind == "geometry":
        return f"ST_Translate(t.{name}, k.dx, k.dy)"
    if name == "import_id":
        return "NULL"
    if kind == "bigint":
        return f"t.{name} + k.n * {MANY}"
    if name in {"city_code", "district_code", "street_code"} or (place and name == "code"):
        return f"k.prefix || substr(t.{name}, 5)"
    return f"t.{name}"


def _autocommit(target: Engine, sql: str) -> None:
    with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(sql)
