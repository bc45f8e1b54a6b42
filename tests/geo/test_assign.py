"""A compound belongs where most of its area lies, and its places keep their history."""

from collections.abc import Iterator
from datetime import date

import geopandas
import pytest
import shapely
from shapely import MultiPolygon, affinity, box, union_all
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, text

from geo import boundaries
from geo.assign import assign_compounds, assign_jurisdictions, place_shapes, unclear_places
from geo.staging import ewkb
from tests.geo.placing import across, add, community, inside, redraw

NOW = text("""
    SELECT district_code, district_share, street_code, street_share, community_code,
           community_share, CAST(place_since AS text) AS since, place_decided
    FROM registry.compound WHERE id = :id
""")
BEFORE = text("""
    SELECT district_code, street_code, CAST(valid AS text) AS valid, superseded_at IS NULL AS held
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


def test_the_largest_share_wins_and_is_stored(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    shape = across(ready, 0.8, 0.95)
    number = add(connection, "across", shape)
    assert assign_compounds(connection, ids=[number]) == 1
    place = connection.execute(NOW, {"id": number}).one()
    shapes = ready.districts.set_index("code").geometry
    assert (place.district_code, place.since) == ("640106", "1900-01-01")
    wanted = shape.intersection(shapes["640106"]).area / shape.area
    assert place.district_share == pytest.approx(wanted)
    assert connection.execute(BEFORE, {"id": number}).all() == []


def test_shares_and_places_are_those_of_the_plain_computation(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    west, south, east, north = ready.districts.total_bounds
    grid = [
        box(x, y, x + 0.012, y + 0.012)
        for x in [west + (east - west) * i / 25 for i in range(25)]
        for y in [south + (north - south) * i / 25 for i in range(25)]
    ]
    connection.execute(text("CREATE TEMPORARY TABLE grid (key bigint, geom geometry)"))
    connection.execute(
        text("INSERT INTO grid VALUES (:key, CAST(:geom AS geometry))"),
        [{"key": key, "geom": ewkb(shape)} for key, shape in enumerate(grid)],
    )
    place_shapes(connection, "grid")
    placed = {row.key: row for row in connection.execute(text("SELECT * FROM placed")).all()}
    assert len(placed) == len(grid)
    for key, shape in enumerate(grid):
        wanted = _largest(ready.districts, shape)
        assert placed[key].district_code == wanted[0]
        assert (placed[key].district_share or 0) == pytest.approx(wanted[1], abs=1e-5)
        streets = ready.streets[ready.streets["district_code"] == wanted[0]]
        wanted = _largest(streets, shape)
        assert placed[key].street_code == wanted[0]
        assert (placed[key].street_share or 0) == pytest.approx(wanted[1], abs=1e-5)
    crossing = [row for row in placed.values() if row.street_share and row.street_share < 0.99]
    assert len(crossing) > 100


def _largest(units: geopandas.GeoDataFrame, shape: BaseGeometry) -> tuple[str | None, float]:
    shares = shapely.area(shapely.intersection(units.geometry.to_numpy(), shape)) / shape.area
    if not (shares > 1e-9).any():
        return None, 0.0
    return units["code"].iloc[int(shares.argmax())], float(shares.max())


def test_a_compound_without_a_clear_district_is_not_guessed(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    number = add(connection, "doubt", across(ready, 0.55, 0.79))
    assert assign_compounds(connection, ids=[number]) == 0
    place = connection.execute(NOW, {"id": number}).one()
    assert place[:6] == (None,) * 6
    assert unclear_places(connection, "640100")["id"].tolist() == [number]
    assert assign_compounds(connection, ids=[number], clear=0.5) == 1
    listed = unclear_places(connection, "640100").iloc[0]
    assert (listed["id"], listed["district"]) == (number, "640106")
    assert 0.55 < listed["district_share"] < 0.79


def test_a_clear_district_stands_without_a_clear_street(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    streets = ready.streets.set_index("code").geometry
    code = ready.streets["code"].iloc[0]
    mates = ready.streets["code"].str.startswith(code[:6])
    line = next(
        streets[code].intersection(streets[other])
        for other in ready.streets["code"][mates]
        if other != code and streets[code].intersection(streets[other]).length > 0.001
    )
    at = line.interpolate(0.5, normalized=True)
    number = add(
        connection, "between streets", box(at.x - 1e-4, at.y - 1e-4, at.x + 1e-4, at.y + 1e-4)
    )
    assert assign_compounds(connection, ids=[number]) == 1
    place = connection.execute(NOW, {"id": number}).one()
    assert (place.district_code, place.street_code) == (code[:6], None)
    assert unclear_places(connection, "640100")["id"].tolist() == [number]


def test_a_compound_outside_every_district_has_no_place(connection: Connection) -> None:
    number = add(connection, "far", box(24.9, 60.1, 24.91, 60.11))
    assert assign_compounds(connection, ids=[number]) == 0
    assert connection.execute(NOW, {"id": number}).one()[:6] == (None,) * 6
    assert unclear_places(connection, "640100")["code"].tolist() == ["far"]


def test_the_community_is_looked_for_within_the_street(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    street, shape = inside(ready)
    _, other = inside(ready, 30)
    community(connection, f"{street}001", shape.buffer(1e-5, join_style="mitre"))
    community(connection, f"{ready.streets['code'].iloc[1]}001", shape.buffer(1e-3))
    whole = add(connection, "in a community", shape)
    half = add(connection, "half in it", affinity.translate(shape, 1e-4, 0))
    elsewhere = add(connection, "in none", other)
    assert assign_compounds(connection, city="640100") == 3
    places = [connection.execute(NOW, {"id": one}).one() for one in (whole, half, elsewhere)]
    assert [(one.community_code, one.community_share) for one in places] == [
        (f"{street}001", 1.0),
        (None, None),
        (None, None),
    ]
    assert places[1].street_code == street


def test_assigning_again_changes_nothing(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    street, shape = inside(ready)
    number = add(connection, "still", shape)
    assert assign_compounds(connection, city="640100") == 1
    assert assign_compounds(connection, city="640100", on=date(2026, 5, 1)) == 0
    place = connection.execute(NOW, {"id": number}).one()
    assert (place.street_code, place.street_share, place.since) == (street, 1.0, "1900-01-01")
    assert connection.execute(BEFORE, {"id": number}).all() == []


def test_moved_boundaries_reassign_and_keep_the_old_place(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    numbers = [
        add(connection, f"in {row.code}", row.geometry.representative_point().buffer(1e-4))
        for row in ready.streets.itertuples()
    ]
    assign_compounds(connection, city="640100")
    boundaries.add_city(connection, "640100", seed=5, on=date(2026, 5, 1))
    moved = 0
    for number, street in zip(numbers, ready.streets["code"], strict=True):
        before = connection.execute(BEFORE, {"id": number}).all()
        place = connection.execute(NOW, {"id": number}).one()
        assert place.district_code == street[:6]
        if place.street_code != street:
            moved += 1
            assert before == [(street[:6], street, "[1900-01-01,2026-05-01)", True)]
            assert place.since == "2026-05-01"
    assert moved > 10


def test_a_place_that_moves_on_the_day_it_began_never_held(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    street, shape = inside(ready)
    number = add(connection, "twice", shape)
    assign_compounds(connection, ids=[number])
    streets = ready.streets.set_index("code").geometry
    far = affinity.translate(streets[street], 5, 0)
    redraw(connection, street, far)
    assign_compounds(connection, ids=[number], on=date(2026, 5, 1))
    assert connection.execute(NOW, {"id": number}).one().street_code is None
    redraw(connection, street, streets[street])
    assign_compounds(connection, ids=[number], on=date(2026, 5, 1))
    assert connection.execute(BEFORE, {"id": number}).all() == [
        (street[:6], street, "[1900-01-01,2026-05-01)", True),
        (street[:6], None, "[2026-05-01,)", False),
    ]


def test_a_place_from_an_earlier_day_cuts_the_history(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    street, shape = inside(ready)
    number = add(connection, "backdated", shape)
    streets = ready.streets.set_index("code").geometry
    assign_compounds(connection, ids=[number])
    redraw(connection, street, affinity.translate(streets[street], 5, 0))
    assign_compounds(connection, ids=[number], on=date(2026, 5, 1))
    redraw(connection, street, streets[street])
    assign_compounds(connection, ids=[number], on=date(2026, 3, 1))
    held = [row for row in connection.execute(BEFORE, {"id": number}).all() if row.held]
    assert held == [(street[:6], street, "[1900-01-01,2026-03-01)", True)]
    assert connection.execute(NOW, {"id": number}).one().since == "2026-03-01"


def test_an_unclear_share_keeps_the_place_while_it_touches_it(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    street, shape = inside(ready)
    number = add(connection, "cut", shape)
    assign_compounds(connection, ids=[number])
    whole = ready.streets.set_index("code").geometry[street]
    west, south, _, north = shape.bounds
    strip = box(west - 5, south - 5, west + 0.5e-4, north + 5)
    redraw(connection, street, whole.intersection(strip))
    assert assign_compounds(connection, ids=[number], on=date(2026, 5, 1)) == 0
    place = connection.execute(NOW, {"id": number}).one()
    assert (place.street_code, place.since) == (street, "1900-01-01")
    assert place.street_share == pytest.approx(0.25, abs=1e-6)
    assert unclear_places(connection)["id"].tolist() == [number]


def test_what_a_person_decided_stays_while_it_touches_the_compound(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    shape = across(ready, 0.82, 0.95)
    number = add(connection, "decided", shape)
    decide = text(
        "UPDATE registry.compound SET district_code = '640104', place_decided = TRUE WHERE id = :id"
    )
    connection.execute(decide, {"id": number})
    assert assign_compounds(connection, ids=[number]) == 0
    place = connection.execute(NOW, {"id": number}).one()
    assert (place.district_code, place.place_decided) == ("640104", True)
    assert 0.05 < place.district_share < 0.18
    assert unclear_places(connection).empty
    connection.execute(
        text("UPDATE registry.compound SET geom = ST_Translate(geom, -0.02, 0) WHERE id = :id"),
        {"id": number},
    )
    assert assign_compounds(connection, ids=[number], on=date(2026, 5, 1)) == 1
    place = connection.execute(NOW, {"id": number}).one()
    assert (place.district_code, place.place_decided) == ("640106", False)


def test_only_compounds_that_touch_what_changed_are_looked_at(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    (_, near), (_, far) = inside(ready), inside(ready, 30)
    numbers = [add(connection, "near", near), add(connection, "far", far)]
    connection.execute(text("CREATE TEMPORARY TABLE met (geom geometry)"))
    connection.execute(
        text("INSERT INTO met VALUES (CAST(:geom AS geometry))"), {"geom": ewkb(near)}
    )
    assert assign_compounds(connection, touching="met") == 1
    placed = [connection.execute(NOW, {"id": one}).one().street_code for one in numbers]
    assert placed[0] is not None
    assert placed[1] is None


def _jurisdiction(connection: Connection, shape: BaseGeometry, valid: str) -> int:
    return int(
        connection.execute(
            text("""
                WITH office AS (
                    INSERT INTO oversight.agency (city_code, kind, level, name)
                    VALUES ('640100', 'fire', 'city', '消防救援支队') RETURNING id
                )
                INSERT INTO oversight.jurisdiction
                    (city_code, valid, agency_id, role, level, family, geom)
                SELECT '640100', CAST(:valid AS daterange), id, 'enforce', 'city', 'safety',
                       CAST(:geom AS geometry)
                FROM office RETURNING id
            """),
            {"valid": valid, "geom": ewkb(MultiPolygon([shape]))},
        ).scalar_one()
    )


REACHES = text("""
    SELECT compound_id, CAST(valid AS text), round(CAST(share AS numeric), 3)
    FROM oversight.compound_jurisdiction AS held WHERE superseded_at IS NULL
    ORDER BY held.valid, compound_id
""")


def test_a_drawn_jurisdiction_reaches_the_compounds_in_it(connection: Connection) -> None:
    whole = add(connection, "in it", box(106.2, 38.4, 106.201, 38.401))
    half = add(connection, "half in it", box(106.2095, 38.4, 106.2105, 38.401))
    add(connection, "beside it", box(106.3, 38.4, 106.301, 38.401))
    area = box(106.19, 38.39, 106.21, 38.41)
    number = _jurisdiction(connection, area, "[2024-01-01,2027-01-01)")
    assert assign_jurisdictions(connection, jurisdiction_ids=[number]) == 2
    assert connection.execute(REACHES).all() == [
        (whole, "[2024-01-01,2027-01-01)", 1),
        (half, "[2024-01-01,2027-01-01)", pytest.approx(0.5, abs=1e-3)),
    ]
    assert assign_jurisdictions(connection, city="640100") == 0


def test_a_share_that_changed_ends_and_the_new_one_begins(connection: Connection) -> None:
    stays = add(connection, "stays", box(106.2, 38.4, 106.201, 38.401))
    moves = add(connection, "moves", box(106.205, 38.4, 106.206, 38.401))
    leaves = add(connection, "leaves", box(106.207, 38.4, 106.208, 38.401))
    number = _jurisdiction(connection, box(106.19, 38.39, 106.21, 38.41), "[2024-01-01,)")
    assign_jurisdictions(connection, compound_ids=[stays, moves, leaves])
    shift = text("UPDATE registry.compound SET geom = ST_Translate(geom, :by, 0) WHERE id = :id")
    connection.execute(shift, {"id": moves, "by": 0.0045})
    connection.execute(shift, {"id": leaves, "by": 1})
    changed = assign_jurisdictions(connection, compound_ids=[moves, leaves], on=date(2026, 6, 1))
    assert changed == 2
    assert connection.execute(REACHES).all() == [
        (moves, "[2024-01-01,2026-06-01)", 1),
        (leaves, "[2024-01-01,2026-06-01)", 1),
        (stays, "[2024-01-01,)", 1),
        (moves, "[2026-06-01,)", pytest.approx(0.5, abs=1e-3)),
    ]
    end = text("UPDATE oversight.jurisdiction SET valid = '[2024-01-01,2026-08-01)' WHERE id = :id")
    connection.execute(end, {"id": number})
    assign_jurisdictions(connection, jurisdiction_ids=[number], on=date(2026, 9, 1))
    spans = {row[1] for row in connection.execute(REACHES).all()}
    assert spans == {
        "[2024-01-01,2026-06-01)",
        "[2024-01-01,2026-08-01)",
        "[2026-06-01,2026-08-01)",
    }


def test_a_street_over_a_district_line_does_not_decide_the_district(
    connection: Connection, ready: boundaries.Outlines
) -> None:
    street = next(code for code in ready.streets["code"] if code.startswith("640104"))
    _, shape = next(
        inside(ready, place)
        for place, code in enumerate(ready.streets["code"])
        if code.startswith("640106")
    )
    outline = ready.streets.set_index("code").geometry[street]
    redraw(connection, street, union_all([outline, shape.buffer(0.001)]))
    number = add(connection, "claimed by two", shape)
    assign_compounds(connection, ids=[number])
    place = connection.execute(NOW, {"id": number}).one()
    assert place.district_code == "640106"
    assert place.street_code.startswith("640106")
