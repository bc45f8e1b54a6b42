"""A staged compound lies where most of it lies, unless that is in doubt."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from tests.geo.imports.compound_rows import (
    CITY,
    CITY_SQL,
    EAST,
    OTHER_CITYS,
    STREET,
    TODAY,
    WEST,
    area,
    counts,
    held,
    record,
    recorded,
    row,
    write,
)


@pytest.fixture(scope="module")
def ready(database: Engine) -> Engine:
    with database.begin() as connection:
        connection.execute(text(CITY_SQL))
    return database


@pytest.fixture
def connection(ready: Engine) -> Iterator[Connection]:
    """A transaction that is taken back after the test."""
    with ready.connect() as made:
        yield made
        made.rollback()


def test_a_new_compound_is_placed_and_measured(connection: Connection) -> None:
    written = write(connection, row(code="A1", households=120))
    assert counts(written) == (1, 0, 0)
    columns = ("id", "code", "households", "district_code", "street_code", "district_share")
    ((number, *values),) = recorded(connection, *columns)
    assert ([number], values) == (written.ids, ["A1", 120, WEST, STREET, 1.0])
    ((size, inside),) = recorded(connection, "area_m2", "ST_Covers(geom, label_point)")
    assert size == pytest.approx(20_000, rel=0.01)
    assert inside


def test_a_compound_outside_every_district_waits(connection: Connection) -> None:
    write(connection, row(geom=area(-2000, 50_000, 200, 100)))
    assert held(connection)[1][0] == "outside_districts"


def test_a_compound_in_another_city_waits(connection: Connection) -> None:
    write(connection, row(geom=area(10_000, 1000, 200, 100)))
    code, given = held(connection)[1]
    assert (code, given["city"], given["district"]) == ("other_city", "邻市", "邻区")


@pytest.mark.parametrize(("west", "waits"), [(150, True), (170, False)])
def test_a_compound_across_a_district_line_needs_four_fifths(
    connection: Connection, west: float, waits: bool
) -> None:
    written = write(connection, row(geom=area(-west, 1000, 200, 100)))
    if waits:
        code, given = held(connection)[1]
        assert (code, given["code"], given["percent"]) == ("unclear_place", WEST, 75)
    else:
        assert written.noted == {"crosses_district": 1}
        ((district, share),) = recorded(connection, "district_code", "district_share")
        assert (district, share) == (WEST, pytest.approx(0.85))


def test_a_compound_across_a_street_line_has_only_a_district(connection: Connection) -> None:
    written = write(connection, row(geom=area(-2000, -50, 200, 100)))
    assert written.noted == {"unclear_street": 1}
    assert recorded(connection, "district_code", "street_code") == [(WEST, None)]


@pytest.mark.parametrize(
    ("decision", "place"),
    [
        ("归 910102", (EAST, None)),
        ("place 西区", (WEST, STREET)),
        ("归 北街街道；新建", (WEST, STREET)),
    ],
)
def test_a_person_decides_where_a_compound_lies(
    connection: Connection, decision: str, place: tuple[str, str | None]
) -> None:
    across = area(-150, 1000, 200, 100)
    write(connection, row(geom=across, decision=decision))
    columns = ("district_code", "street_code", "place_decided")
    if decision.startswith("place"):
        place = (WEST, None)
    assert recorded(connection, *columns) == [(*place, True)]


def test_a_decided_place_of_a_recorded_compound_keeps_the_old_one(connection: Connection) -> None:
    across = area(-150, 1000, 200, 100)
    number = record(connection, across, district_code=WEST, district_share=0.75)
    written = write(connection, row(geom=across, code="A1", decision="归 东区"))
    assert (counts(written), written.ids) == ((0, 1, 0), [number])
    ((district, share, since),) = recorded(
        connection, "district_code", "district_share", "place_since"
    )
    assert (district, share, since) == (EAST, pytest.approx(0.25), TODAY)
    past = "SELECT district_code, upper(valid) FROM registry.compound_place"
    assert connection.execute(text(past)).all() == [(WEST, TODAY)]
    again = write(connection, row(geom=across, code="A1", decision="归 东区"))
    assert counts(again) == (0, 0, 1)


def test_a_stated_district_that_the_outline_denies_waits(connection: Connection) -> None:
    write(
        connection, row(code="A1", district="东区"), row("乙", area(-2000, 3000, 99, 99), code="A2")
    )
    code, given = held(connection)[1]
    assert (code, given) == ("other_district", {"code": WEST, "name": "西区", "percent": 100})
    assert recorded(connection, "code") == [("A2",)]


def test_a_public_map_goes_to_the_city_of_its_district_or_elsewhere(connection: Connection) -> None:
    told = {"city": "000000", "outside": "elsewhere", "source": "osm"}
    written = write(
        connection,
        row(source_ref="way/1"),
        row("邻家", area(10_000, 1000, 200, 100), source_ref="way/2"),
        row("远方", area(-2000, 50_000, 200, 100), source_ref="way/3"),
        row("叠置", area(-2000, 1020, 200, 100), source_ref="way/4"),
        **told,
    )
    assert (written.new, written.noted) == (4, {"allowed_overlap": 2})
    assert sorted(recorded(connection, "code", "city_code", "district_code", "source")) == [
        ("way/1", CITY, WEST, "osm"),
        ("way/2", "920100", OTHER_CITYS, "osm"),
        ("way/3", "000000", None, "osm"),
        ("way/4", CITY, WEST, "osm"),
    ]


def test_drawn_jurisdictions_reach_new_compounds(connection: Connection) -> None:
    connection.execute(
        text(
            "WITH agency AS (INSERT INTO oversight.agency (city_code, kind, level, name)"
            " VALUES ('910100', 'fire', 'city', '消防') RETURNING id)"
            " INSERT INTO oversight.jurisdiction"
            " (city_code, valid, agency_id, role, level, family, geom)"
            " SELECT '910100', '[1900-01-01,)', id, 'enforce', 'city', 'safety',"
            " ST_Multi(ST_MakeEnvelope(106.0, 38.0, 106.1, 38.1, 4326)) FROM agency"
        )
    )
    (number,) = write(connection, row()).ids
    reached = "SELECT compound_id, share FROM oversight.compound_jurisdiction"
    assert connection.execute(text(reached)).all() == [(number, 1.0)]
