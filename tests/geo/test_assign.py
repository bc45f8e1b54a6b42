"""A compound belongs where most of its area lies, and its places keep their history."""

from collections.abc import Iterator
from datetime import date

import pytest
from shapely import MultiPolygon, Polygon, affinity, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, text

from geo import boundaries
from geo.assign import assign_compounds
from geo.derive import derive_compounds
from geo.staging import ewkb

INSERT = text("""
    INSERT INTO registry.compound (city_code, code, name, geom, source)
    VALUES ('640100', :code, :code, CAST(:geom AS geometry), 'test') RETURNING id
""")
PLACES = text("""
    SELECT district_code, district_share, street_code, street_share, CAST(valid AS text),
           superseded_at IS NULL
    FROM registry.compound_place WHERE compound_id = :id ORDER BY id
""")


@pytest.fixture(scope="module")
def ready(database: Engine) -> boundaries.Outlines:
    boundaries.add_city(database, "640100")
    return boundaries.outlines("640100")


@pytest.fixture
def connection(database: Engine, ready: boundaries.Outlines) -> Iterator[Connection]:
    """A transaction that is taken back after the test."""
    with database.connect() as made:
        yield made
        made.rollback()


def _add(connection: Connection, code: str, shape: BaseGeometry) -> int:
    whole = shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
    given = {"code": code, "geom": ewkb(whole)}
    return int(connection.execute(INSERT, given).scalar_one())


def _across(ready: boundaries.Outlines) -> Polygon:
    """A square over a district line, a good part of it in 金凤区 and a smaller one in 兴庆区."""
    shapes = ready.districts.set_index("code").geometry
    line = shapes["640106"].intersection(shapes["640104"])
    middle = line.interpolate(0.5, normalized=True)
    square = box(-0.002, -0.002, 0.002, 0.002)
    for step in range(-20, 20):
        placed = affinity.translate(square, middle.x + step * 1e-4, middle.y)
        share = placed.intersection(shapes["640106"]).area / placed.area
        if 0.6 < share < 0.9 and placed.within(shapes["640106"].union(shapes["640104"])):
            return placed
    raise AssertionError("the line has no straight stretch there")


def test_the_largest_share_wins_and_is_stored(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    shape = _across(ready)
    number = _add(connection, "across", shape)
    assert assign_compounds(connection, ids=[number]) == 1
    (district, share, street, street_share, valid, believed), *rest = connection.execute(
        PLACES, {"id": number}
    ).all()
    shapes = ready.districts.set_index("code").geometry
    assert (district, rest, valid, believed) == ("640106", [], "[1900-01-01,)", True)
    assert share == pytest.approx(shape.intersection(shapes["640106"]).area / shape.area)
    streets = ready.streets.set_index("code").geometry
    assert street.startswith("640106")
    assert street_share == pytest.approx(shape.intersection(streets[street]).area / shape.area)


def test_a_compound_outside_every_district_has_no_place(connection: Connection) -> None:
    number = _add(connection, "far", box(24.9, 60.1, 24.91, 60.11))
    assert assign_compounds(connection, ids=[number]) == 0
    assert connection.execute(PLACES, {"id": number}).all() == []


def test_assigning_again_changes_nothing(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    inside = ready.streets.geometry.iloc[0].representative_point().buffer(1e-4)
    number = _add(connection, "still", inside)
    assert assign_compounds(connection, city="640100") == 1
    assert assign_compounds(connection, city="640100") == 0
    (row,) = connection.execute(PLACES, {"id": number}).all()
    assert (row.street_code, row.street_share) == (ready.streets["code"].iloc[0], 1.0)


def test_moved_boundaries_reassign_and_keep_the_old_place(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    numbers = [
        _add(connection, f"in {row.code}", row.geometry.representative_point().buffer(1e-4))
        for row in ready.streets.itertuples()
    ]
    assign_compounds(connection, city="640100")
    boundaries.add_city(connection, "640100", seed=5, on=date(2026, 5, 1))
    histories = [connection.execute(PLACES, {"id": number}).all() for number in numbers]
    moved = [places for places in histories if len(places) == 2]
    assert moved
    for before, after in moved:
        assert before[4:] == ("[1900-01-01,2026-05-01)", True)
        assert after[4:] == ("[2026-05-01,)", True)
        assert before.district_code == after.district_code


def test_area_label_and_first_outline_are_derived(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    lon, lat = 106.2, 38.47
    number = _add(connection, "square", box(lon, lat, lon + 0.001, lat + 0.001))
    assert derive_compounds(connection, ids=[number]) == 1
    assert derive_compounds(connection, ids=[number]) == 0
    query = text("""
        SELECT area_m2, ST_Contains(geom, label_point) AS inside,
               (SELECT CAST(valid AS text) FROM registry.compound_outline
                WHERE compound_id = compound.id) AS valid
        FROM registry.compound WHERE id = :id
    """)
    row = connection.execute(query, {"id": number}).one()
    # One thousandth of a degree at 38.47° N on the WGS 84 ellipsoid: 87.28 m by 111.01 m.
    assert row.area_m2 == pytest.approx(87.28 * 111.01, rel=1e-3)
    assert (row.inside, row.valid) == (True, "[1900-01-01,)")


def test_a_redrawn_outline_ends_the_old_one(connection: Connection) -> None:
    number = _add(connection, "redrawn", box(106.2, 38.4, 106.201, 38.401))
    derive_compounds(connection, ids=[number])
    connection.execute(
        text("UPDATE registry.compound SET geom = ST_Translate(geom, 0.001, 0) WHERE id = :id"),
        {"id": number},
    )
    assert derive_compounds(connection, ids=[number], on=date(2026, 6, 1)) == 1
    query = text(
        "SELECT CAST(valid AS text) FROM registry.compound_outline"
        " WHERE compound_id = :id ORDER BY valid"
    )
    spans = connection.execute(query, {"id": number}).scalars().all()
    assert spans == ["[1900-01-01,2026-06-01)", "[2026-06-01,)"]
