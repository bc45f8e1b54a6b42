"""The tables that peers read: what our public layer answers, computed beforehand.

A peer has nothing to join and nobody to keep anything from: a flat table in the schema ``bench``
with today's star in it. For tiles there is one of outlines and one of label points, projected
already and drawn with the attributes of our tiles. The same indexes as ours. A view over the facts
(``bench_view.compounds``) is there to tell what it would cost them.
"""

import hashlib
from typing import Any

import sqlalchemy
from sqlalchemy import Connection

from geo.dates import today
from layers.compounds import COMPOUNDS
from layers.layer import SQL_TYPES, Layer

PUBLIC: Layer = COMPOUNDS.seen_by("public")

ITEMS, OUTLINES, LABELS, VIEW = (
    "bench.compounds",
    "bench.outlines",
    "bench.labels",
    "bench_view.compounds",
)


def make(connection: Connection) -> bool:
    """Make the tables where they are not of today and of the layer's SQL; tell whether any was."""
    day = today()
    statements = _statements()
    # A database that was copied has the tables of the other one.
    database = str(connection.scalar(sqlalchemy.text("SELECT current_database()")))
    made_of = "\n".join((database, day.isoformat(), *statements))
    mark = hashlib.sha256(made_of.encode()).hexdigest()
    holds = "SELECT obj_description(to_regnamespace('bench'), 'pg_namespace')"
    if connection.scalar(sqlalchemy.text(holds)) == mark:
        return False
    connection.exec_driver_sql("SET LOCAL maintenance_work_mem = '512MB'")
    for statement in statements:
        connection.execute(_text(statement), {"as_of": day} if ":as_of" in statement else {})
    view = _selected(_bare(PUBLIC.features), _properties(), "geom").replace(
        "CAST(:as_of AS date)", "current_date"
    )
    connection.exec_driver_sql(f"CREATE VIEW {VIEW} AS {view}".replace("%", "%%"))
    connection.exec_driver_sql(f"COMMENT ON SCHEMA bench IS '{mark}'")
    return True


def properties() -> dict[str, str]:
    """The attributes of tiles with their types in SQL."""
    return {name: SQL_TYPES[PUBLIC.properties[name].kind] for name in PUBLIC.drawn_attributes}


def _statements() -> list[str]:
    drawn = _bare(PUBLIC.features)
    made = [
        "DROP SCHEMA IF EXISTS bench CASCADE",
        "DROP SCHEMA IF EXISTS bench_view CASCADE",
        "CREATE SCHEMA bench",
        "CREATE SCHEMA bench_view",
        # In the order of the Hilbert curve, which PostGIS sorts geometries by.
        f"CREATE TABLE {ITEMS} AS {_selected(drawn, _properties(), 'geom')} ORDER BY id",
    ]
    for table, geometry in (
        (OUTLINES, "ST_Transform(c.geom, 3857)"),
        (LABELS, "ST_Transform(c.label_point, 3857)"),
    ):
        named = ", ".join(f"b.{name}" for name in PUBLIC.drawn_attributes)
        made.append(
            f"CREATE TABLE {table} AS SELECT b.id, {geometry} AS geom, {named}"
            f" FROM {ITEMS} AS b JOIN {PUBLIC.table} AS c USING (id) ORDER BY {geometry}"
        )
    for table, kind, srid in (
        (ITEMS, "MultiPolygon", 4326),
        (OUTLINES, "MultiPolygon", 3857),
        (LABELS, "Point", 3857),
    ):
        made += [
            f"ALTER TABLE {table} ADD PRIMARY KEY (id)",
            f"ALTER TABLE {table} ALTER geom TYPE geometry({kind}, {srid})",
            f"CREATE INDEX ON {table} USING gist (geom)",
        ]
    made += [
        f"CREATE INDEX ON {ITEMS} (district_code, id)",
        f"CREATE INDEX ON {ITEMS} (street_code, id)",
    ]
    return made


def _bare(sql: str) -> str:
    """An SQL text without its comments."""
    return "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))


def _properties() -> str:
    return ", ".join(
        f"CAST(f.{name} AS {SQL_TYPES[one.kind]}) AS {name}"
        for name, one in PUBLIC.properties.items()
    )


def _selected(features: str, named: str, geometry: str) -> str:
    return f"SELECT f.id, f.{geometry}, {named} FROM ({features}) AS f"


def _text(statement: str) -> Any:
    """With what only looks like a parameter left alone."""
    return sqlalchemy.text(statement.replace("::", r"\:\:"))
