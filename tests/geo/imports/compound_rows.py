"""A small city of two districts, and rows of compounds written into it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

from geo.imports import compounds, problems, references, staged
from geo.imports.profile import load
from geo.imports.staged import Writing, Written
from geo.staging import ewkb

PROFILE = load("compounds")
TODAY = date(2026, 11, 23)
CITY = "910100"
WEST, EAST, OTHER_CITYS = "910101", "910102", "920101"
STREET = "910101001"
METRE = 1 / 111_195
STRETCH = 1 / np.cos(np.radians(38))


def area(east: float, north: float, width: float, height: float) -> BaseGeometry:
    """A rectangle, in metres from (106.1, 38.05), where two districts and two streets meet."""
    scale = np.array([METRE * STRETCH, METRE])
    corner = np.array([106.1, 38.05]) + np.array([east, north]) * scale
    size = np.array([width, height]) * scale
    return shapely.MultiPolygon([shapely.box(*corner, *(corner + size))])


HOME = area(-2000, 1000, 200, 100)
"""Well within the western district's northern street."""

CITY_SQL = """
    INSERT INTO registry.city (code, name) VALUES ('910100', '试验市'), ('920100', '邻市');
    INSERT INTO registry.district (code, city_code, name, name_en) VALUES
        ('910101', '910100', '西区', 'West'), ('910102', '910100', '东区', 'East'),
        ('920101', '920100', '邻区', 'Next');
    INSERT INTO registry.street (code, district_code, city_code, name, kind) VALUES
        ('910101001', '910101', '910100', '北街街道', 'subdistrict'),
        ('910101002', '910101', '910100', '南街街道', 'subdistrict');
    INSERT INTO registry.district_boundary
        (city_code, valid, district_code, geom, area_m2, label_point, source)
    SELECT city_code, '[1900-01-01,)', code, ST_Multi(shape), 1, ST_PointOnSurface(shape), 'test'
    FROM (VALUES
        ('910100', '910101', ST_MakeEnvelope(106.0, 38.0, 106.1, 38.1, 4326)),
        ('910100', '910102', ST_MakeEnvelope(106.1, 38.0, 106.2, 38.1, 4326)),
        ('920100', '920101', ST_MakeEnvelope(106.2, 38.0, 106.3, 38.1, 4326))
    ) AS drawn (city_code, code, shape);
    INSERT INTO registry.street_boundary
        (city_code, valid, street_code, geom, area_m2, label_point, source)
    SELECT '910100', '[1900-01-01,)', code, ST_Multi(shape), 1, ST_PointOnSurface(shape), 'test'
    FROM (VALUES
        ('910101001', ST_MakeEnvelope(106.0, 38.05, 106.1, 38.1, 4326)),
        ('910101002', ST_MakeEnvelope(106.0, 38.0, 106.1, 38.05, 4326))
    ) AS drawn (code, shape);
"""


def row(name: str = "阳光花园", geom: BaseGeometry = HOME, **more: Any) -> dict[str, Any]:
    return {"name": name, "geom": geom} | more


def write(connection: Connection, *rows: dict[str, Any], **told: Any) -> Written:
    """Import rows numbered from 1; fields are those that any of the rows has."""
    staged.create(connection, PROFILE)
    shapes = np.array([one["geom"] for one in rows], dtype=object)
    circles = np.array([one.get("approximate", False) for one in rows], bool)
    aside = {"geom", "approximate", "decision"}
    fields = {name for one in rows for name in one} - aside
    values = pandas.DataFrame(
        {name: pandas.Series([one.get(name) for one in rows], dtype=object) for name in fields}
    )
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    decisions = [one.get("decision") for one in rows]
    staged.add_rows(connection, PROFILE, numbers, values, shapes, circles, decisions)
    given = {"import_id": 1, "city": CITY, "on": TODAY, "present": frozenset(fields)} | told
    writing = Writing(**given)
    references.resolve(connection, PROFILE, writing)
    return compounds.write(connection, PROFILE, writing)


def held(connection: Connection) -> dict[int, tuple[str, dict[str, Any]]]:
    """By row: why it is held; its sentences can be filled from what is given."""
    found = connection.execute(text('SELECT "row", code, value, given FROM problem')).all()
    for _, code, value, given in found:
        reason = problems.REASONS[code]
        for sentence in (reason.zh, reason.en):
            assert "None" not in sentence.format_map({"value": value, **given})
    return {number: (code, given) for number, code, _, given in found}


def recorded(connection: Connection, *columns: str) -> Sequence[Any]:
    """These columns of the believed compounds, by id."""
    query = f"SELECT {', '.join(columns)} FROM registry.compound WHERE superseded_at IS NULL"
    return connection.execute(text(f"{query} ORDER BY id")).all()


def record(connection: Connection, geom: BaseGeometry = HOME, **given: Any) -> int:
    """A recorded compound."""
    values = {"city_code": CITY, "code": "A1", "name": "阳光花园", "source": "office"} | given
    columns = ", ".join([*values, "geom"])
    bound = ", ".join(f":{name}" for name in [*values, "geom"])
    made = text(f"INSERT INTO registry.compound ({columns}) VALUES ({bound}) RETURNING id")
    return int(connection.execute(made, values | {"geom": ewkb(geom)}).scalar_one())


def counts(written: Written) -> tuple[int, int, int]:
    return written.new, written.updated, written.unchanged
