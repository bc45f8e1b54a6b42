"""A city of two districts and three streets side by side, and who claims to answer in them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shapely import MultiPolygon, Polygon, box
from sqlalchemy import Connection, text

from geo.assign import assign_compounds, assign_jurisdictions
from geo.staging import ewkb

CITY = "649900"
EAST, WEST = "649904", "649905"
"""Districts; the first has two streets."""
FIRST, SECOND, THIRD = "649904001", "649904002", "649905001"
"""Streets, from west to east, each 0.02 degrees wide."""
DAY = date(2026, 6, 1)
FAMILIES = ("prohibition", "conduct", "safety", "committee", "public_management")

STREETS = {
    FIRST: box(106.00, 38.40, 106.02, 38.42),
    SECOND: box(106.02, 38.40, 106.04, 38.42),
    THIRD: box(106.04, 38.40, 106.06, 38.42),
}
COMPOUNDS = {
    1: box(106.010, 38.410, 106.012, 38.412),  # inside the first street
    2: box(106.018, 38.404, 106.023, 38.406),  # two fifths in the first, the rest in the second
    3: box(106.039, 38.404, 106.044, 38.406),  # a fifth in one district, the rest in the other
}

_UNITS = """
    INSERT INTO registry.city (code, name) VALUES ('649900', '试验市');
    INSERT INTO registry.district (code, city_code, name)
    VALUES ('649904', '649900', '东城区'), ('649905', '649900', '西城区');
    INSERT INTO registry.street (code, district_code, city_code, name, kind)
    VALUES ('649904001', '649904', '649900', '中山街街道', 'subdistrict'),
           ('649904002', '649904', '649900', '解放街街道', 'subdistrict'),
           ('649905001', '649905', '649900', '北京路街道', 'subdistrict');
"""
_OUTLINE = """
    INSERT INTO registry.{unit}_boundary
        (city_code, valid, {unit}_code, geom, area_m2, label_point, source)
    SELECT '649900', '[1900-01-01,)', :code, g, ST_Area(g::geography), ST_PointOnSurface(g), 'test'
    FROM (SELECT CAST(:geom AS geometry) AS g) AS drawn
"""
_COMPOUND = text("""
    INSERT INTO registry.compound (id, city_code, code, name, geom, source)
    VALUES (:id, '649900', 'C' || :id, '小区' || :id, CAST(:geom AS geometry), 'office')
""")
_AGENCY = text("""
    INSERT INTO oversight.agency (city_code, kind, level, district_code, name, hotline)
    VALUES ('649900', :kind, :level, :district, :name, :hotline) RETURNING id
""")
_CLAIM = text("""
    INSERT INTO oversight.jurisdiction
        (city_code, valid, agency_id, role, level, type_code, family, district_code, street_code,
         area_name, geom, hotline, legal_basis)
    VALUES ('649900', CAST(:valid AS daterange), :agency, :role, 'city', :type_code, :family,
            :district, :street, :area_name, CAST(:geom AS geometry), :hotline, :legal_basis)
    RETURNING id
""")


def found(connection: Connection) -> None:
    """Enter the city with its outlines and compounds into a database without facts."""
    connection.execute(text(_UNITS))
    districts = {EAST: box(106.00, 38.40, 106.04, 38.42), WEST: STREETS[THIRD]}
    for unit, outlines in (("district", districts), ("street", STREETS)):
        outline = text(_OUTLINE.format(unit=unit))
        for code, shape in outlines.items():
            connection.execute(outline, {"code": code, "geom": _multi(shape)})
    for number, shape in COMPOUNDS.items():
        connection.execute(_COMPOUND, {"id": number, "geom": _multi(shape)})
    assign_compounds(connection, city=CITY, on=DAY)


def agency(
    connection: Connection,
    kind: str,
    name: str,
    district: str | None = None,
    hotline: str | None = None,
) -> int:
    """A new agency of the city, or of a district; its number."""
    given = {
        "kind": kind,
        "name": name,
        "level": "county" if district else "city",
        "district": district,
        "hotline": hotline,
    }
    return int(connection.execute(_AGENCY, given).scalar_one())


def claim(
    connection: Connection,
    agency: int,
    breach: str,
    role: str = "enforce",
    area: Polygon | str | None = None,
    **more: Any,
) -> int:
    """A jurisdiction over a type or family of breach; ``area`` is drawn, a code, or the city."""
    code = area if isinstance(area, str) else ""
    given: Mapping[str, Any] = {
        "agency": agency,
        "role": role,
        "type_code": None if breach in FAMILIES else breach,
        "family": breach if breach in FAMILIES else None,
        "district": code if len(code) == len(EAST) else None,
        "street": code if len(code) == len(FIRST) else None,
        "geom": _multi(area) if isinstance(area, Polygon) else None,
        "area_name": None,
        "hotline": None,
        "legal_basis": None,
        "valid": "[2020-01-01,)",
        **more,
    }
    number = int(connection.execute(_CLAIM, given).scalar_one())
    assign_jurisdictions(connection, jurisdiction_ids=[number], on=DAY)
    return number


def answered(connection: Connection, agency: int) -> None:
    """Let one agency accept and enforce every breach in the whole city: then nothing is open."""
    for family in FAMILIES:
        for role in ("accept", "enforce"):
            claim(connection, agency, family, role)


def _multi(shape: Polygon) -> str:
    return ewkb(MultiPolygon([shape]))
