"""Compounds and areas put where a test wants them."""

from shapely import MultiPolygon, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

from geo import boundaries
from geo.staging import ewkb

INSERT = text("""
    INSERT INTO registry.compound (city_code, code, name, geom, source)
    VALUES ('640100', :code, :code, CAST(:geom AS geometry), 'test') RETURNING id
""")


def add(connection: Connection, code: str, shape: BaseGeometry) -> int:
    whole = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    given = {"code": code, "geom": ewkb(whole)}
    return int(connection.execute(INSERT, given).scalar_one())


def across(ready: boundaries.Outlines, least: float, most: float) -> Polygon:
    """A square over a district line, between so much of it in 金凤区, the rest in 兴庆区."""
    shapes = ready.districts.set_index("code").geometry
    line = shapes["640106"].intersection(shapes["640104"])
    middle = line.interpolate(0.5, normalized=True)
    square = box(-0.002, -0.002, 0.002, 0.002)
    for step in range(-40, 40):
        placed = affinity.translate(square, middle.x + step * 1e-4, middle.y)
        share = placed.intersection(shapes["640106"]).area / placed.area
        if least < share < most and placed.within(shapes["640106"].union(shapes["640104"])):
            return placed
    raise AssertionError("the line has no straight stretch there")


def inside(ready: boundaries.Outlines, number: int = 0) -> tuple[str, Polygon]:
    """A street and a small square well inside it."""
    row = ready.streets.iloc[number]
    at = row.geometry.representative_point()
    return row["code"], box(at.x - 1e-4, at.y - 1e-4, at.x + 1e-4, at.y + 1e-4)


def redraw(connection: Connection, street: str, shape: BaseGeometry) -> None:
    """Draw a street's outline anew, without history, for what follows from it."""
    whole = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    connection.execute(
        text(
            "UPDATE registry.street_boundary SET geom = CAST(:geom AS geometry)"
            " WHERE street_code = :street"
        ),
        {"street": street, "geom": ewkb(whole)},
    )


def community(connection: Connection, code: str, shape: BaseGeometry) -> None:
    connection.execute(
        text("""
            INSERT INTO registry.community (code, street_code, city_code, name, kind)
            VALUES (:code, left(:code, 9), '640100', :code, 'community');
            INSERT INTO registry.community_boundary
                (city_code, valid, community_code, geom, area_m2, label_point, source)
            SELECT '640100', '[1900-01-01,)', :code, given.geom, 1,
                   ST_PointOnSurface(given.geom), 'test'
            FROM (SELECT CAST(:geom AS geometry) AS geom) AS given
        """),
        {"code": code, "geom": ewkb(MultiPolygon([shape]))},
    )
