"""A compound is known again by number, reference, or outline and name; doubts wait for a person."""

from collections.abc import Iterator
from datetime import date

import pytest
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, text

from tests.geo.imports.compound_rows import (
    CITY,
    CITY_SQL,
    EAST,
    HOME,
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


def test_a_compound_without_a_number_gets_one_from_its_city(connection: Connection) -> None:
    write(connection, row())
    ((number, code),) = recorded(connection, "id", "code")
    assert code == f"{CITY}-{number}"


@pytest.mark.parametrize("told", [{"code": "A1"}, {"source_ref": "way/7"}, {}])
def test_the_same_file_twice_changes_nothing(connection: Connection, told: dict[str, str]) -> None:
    rows = [row(**told), row("湖畔嘉苑", area(-2000, 2000, 200, 100))]
    before = write(connection, *rows), recorded(connection, "*")
    after = write(connection, *rows), recorded(connection, "*")
    assert counts(after[0]) == (0, 0, 2)
    assert after[0].ids == []
    assert after[1] == before[1]
    everything = "SELECT count(*) FROM registry.compound"
    assert connection.execute(text(everything)).scalar_one() == 2


def test_a_number_knows_a_compound_however_it_is_drawn_and_called(connection: Connection) -> None:
    number = record(connection)
    far = area(-3000, 3000, 100, 100)
    assert write(connection, row("改名小区", far, code="A1")).ids == [number]
    assert recorded(connection, "id", "name") == [(number, "改名小区")]


def test_what_a_file_changes_stays_known_as_it_was(connection: Connection) -> None:
    number = record(connection, households=100, address="解放街1号")
    written = write(connection, row(code="A1", households=120, address=None))
    assert counts(written) == (0, 1, 0)
    assert recorded(connection, "id", "households", "address") == [(number, 120, "解放街1号")]
    past = "SELECT households FROM registry.compound WHERE superseded_at IS NOT NULL"
    assert connection.execute(text(past)).scalars().all() == [100]


def test_a_new_outline_ends_the_old_one_on_the_day(connection: Connection) -> None:
    number = record(connection, district_code=WEST, district_share=1.0)
    moved = area(300, 1000, 200, 100)
    write(connection, row(code="A1", geom=moved))
    ((since, district, moved_on),) = recorded(
        connection, "outline_since", "district_code", "place_since"
    )
    assert (since, district, moved_on) == (TODAY, EAST, TODAY)
    for table, column in (("compound_outline", "compound_id"), ("compound_place", "compound_id")):
        ended = f"SELECT {column}, upper(valid) FROM registry.{table}"
        assert connection.execute(text(ended)).all() == [(number, TODAY)]


def test_a_hair_of_difference_is_no_new_outline(connection: Connection) -> None:
    record(connection)
    shaken = shapely.transform(HOME, lambda corners: corners + 4e-10)
    assert counts(write(connection, row(code="A1", geom=shaken))) == (0, 0, 1)


def test_outline_and_name_together_know_a_compound_without_a_number(connection: Connection) -> None:
    number = record(connection, code=f"{CITY}-0", source="osm", source_ref="way/1")
    drawn = area(-2010, 1005, 200, 100)
    written = write(connection, row("阳光花园小区", drawn, code="B7"))
    assert (counts(written), written.ids) == ((0, 1, 0), [number])
    taken = recorded(connection, "code", "name", "source", "source_ref")
    assert taken == [("B7", "阳光花园小区", "office", "way/1")]


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("碧水蓝天", area(-2010, 1005, 200, 100)),
        ("阳光花园", area(-2120, 1000, 200, 100)),
        ("阳光花园", area(-1700, 1000, 200, 100)),
    ],
    ids=["same outline, other name", "same name, half the outline", "same name, next door"],
)
def test_outline_or_name_alone_is_a_doubt(
    connection: Connection, name: str, shape: BaseGeometry
) -> None:
    record(connection, source="osm")
    written = write(connection, row(name, shape))
    assert counts(written) == (0, 0, 0)
    code, given = held(connection)[1]
    assert (code, given["code"], given["name"]) == ("maybe_same", "A1", "阳光花园")


def test_two_parts_of_one_estate_are_no_doubt(connection: Connection) -> None:
    record(connection, source="osm", name="阳光花园一期")
    assert write(connection, row("阳光花园二期", area(-1700, 1000, 200, 100))).new == 1


def test_one_office_tells_its_compounds_apart_by_number(connection: Connection) -> None:
    record(connection)
    assert write(connection, row(geom=area(-1700, 1000, 200, 100), code="A2")).new == 1


def test_another_number_for_the_same_outline_and_name_is_a_doubt(connection: Connection) -> None:
    record(connection)
    write(connection, row(geom=area(-2005, 1000, 200, 100), code="A2"))
    assert held(connection)[1][0] == "maybe_same"


@pytest.mark.parametrize(("decision", "new"), [("新建", 1), ("同 A1", 0), ("Same: A1", 0)])
def test_a_person_decides_a_doubt(connection: Connection, decision: str, new: int) -> None:
    number = record(connection, source="osm")
    doubtful = row("碧水蓝天", area(-2010, 1005, 200, 100), decision=decision)
    written = write(connection, doubtful)
    assert counts(written) == (new, 1 - new, 0)
    assert (number in written.ids) == (not new)


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ("随便", "unknown_decision"),
        ("同 Z9", "decided_unknown_compound"),
        ("归 火星区", "decided_unknown_place"),
    ],
)
def test_a_decision_nobody_understands_is_refused(
    connection: Connection, decision: str, code: str
) -> None:
    assert write(connection, row(decision=decision)).new == 0
    assert held(connection)[1][0] == code


def test_two_rows_that_look_the_same_both_wait(connection: Connection) -> None:
    near = area(-2020, 1000, 200, 100)
    far = area(-2000, 3000, 200, 100)
    written = write(connection, row(), row("碧水蓝天", near), row("湖畔嘉苑", far))
    assert counts(written) == (1, 0, 0)
    assert {number: code for number, (code, _) in held(connection).items()} == {
        1: "same_in_file",
        2: "same_in_file",
    }
    assert held(connection)[1][1] == {"other": 2, "other_name": "碧水蓝天"}


def test_two_rows_cannot_be_one_recorded_compound(connection: Connection) -> None:
    record(connection, source_ref="way/3")
    apart = area(-3000, 3000, 200, 100)
    write(connection, row(code="A1"), row("湖畔嘉苑", apart, source_ref="way/3"))
    assert {code for code, _ in held(connection).values()} == {"same_in_file"}


def test_a_compound_on_another_waits_and_a_hand_s_breadth_goes_in(connection: Connection) -> None:
    record(connection)
    beside = area(-1810, 1000, 200, 100)
    on = area(-2000, 1070, 200, 100)
    written = write(connection, row("甲", beside, code="A2"), row("乙", on, code="A3"))
    assert (written.new, written.noted) == (1, {"slight_overlap": 1})
    code, given = held(connection)[2]
    assert (code, given) == ("overlaps", {"other": "A1", "other_name": "阳光花园", "percent": 30})


def test_two_numbered_rows_on_each_other_wait(connection: Connection) -> None:
    on = area(-2000, 1070, 200, 100)
    write(connection, row(code="A1"), row("乙", on, code="A2"))
    named = {number: (code, given["other"]) for number, (code, given) in held(connection).items()}
    assert named == {1: ("overlaps", "A2"), 2: ("overlaps", "A1")}


def test_a_compound_may_take_the_ground_another_leaves(connection: Connection) -> None:
    record(connection)
    left = area(-3000, 3000, 200, 100)
    written = write(connection, row(geom=left, code="A1"), row("乙", HOME, code="A2"))
    assert (counts(written), held(connection)) == ((1, 1, 0), {})


def test_a_point_does_not_replace_an_outline(connection: Connection) -> None:
    record(connection)
    circle = area(-1940, 1010, 80, 80)
    written = write(connection, row(geom=circle, code="A1", approximate=True))
    assert counts(written) == (0, 0, 1)
    assert recorded(connection, "approximate") == [(False,)]


def test_an_outline_replaces_a_point_of_that_name(connection: Connection) -> None:
    circle = area(-1940, 1010, 80, 80)
    number = record(connection, circle, code=f"{CITY}-0", source="osm", approximate=True)
    written = write(connection, row(code="A1"))
    assert (counts(written), written.ids) == ((0, 1, 0), [number])
    assert recorded(connection, "approximate") == [(False,)]


def test_a_public_map_does_not_change_what_an_office_said(connection: Connection) -> None:
    record(connection, source_ref="way/1", district_code=WEST)
    told = {"city": "000000", "outside": "elsewhere", "source": "osm"}
    written = write(
        connection, row("Sunshine", area(-2000, 1000, 90, 90), source_ref="way/1"), **told
    )
    assert (counts(written), written.noted) == ((0, 0, 1), {"kept_office": 1})
    assert recorded(connection, "name", "source") == [("阳光花园", "office")]


def test_a_compound_of_another_city_is_not_changed_but_named(connection: Connection) -> None:
    number = record(connection, city_code="920100", code="B1", source_ref="way/1")
    sent = row("阳光花园二", source_ref="way/1", code="A9")
    assert counts(write(connection, sent)) == (0, 0, 0)
    ((code, given),) = held(connection).values()
    assert (code, given["code"], given["city"]) == ("of_other_city", "B1", "920100")
    assert recorded(connection, "id", "name") == [(number, "阳光花园")]


def test_a_correction_is_written_to_the_audit_with_both_values(connection: Connection) -> None:
    number = record(connection, households=100)
    write(
        connection, row(code="A1", households=120, geom=area(-2000, 1000, 210, 100)), correct=True
    )
    event = "SELECT action, row_key, before, after FROM audit.event"
    ((action, key, before, after),) = connection.execute(text(event)).all()
    assert (action, key, before["households"], after["households"]) == (
        "correct",
        str(number),
        100,
        120,
    )
    assert before["geom"].startswith("MULTIPOLYGON")
    assert before.keys() == {"households", "geom"}
    ((since,),) = recorded(connection, "outline_since")
    assert since == date(1900, 1, 1)


def test_a_number_that_another_compound_has_is_refused(connection: Connection) -> None:
    record(connection, code="A2", geom=area(-3000, 3000, 100, 100), name="乙")
    record(connection, code="A1")
    write(connection, row(code="A2", decision="同 A1"))
    assert held(connection)[1] == ("code_taken", {"code": "A2", "name": "乙"})


def test_many_rows_go_in_without_indexes_and_are_known_again(connection: Connection) -> None:
    corners = [(column * 60, line * 60) for column in range(120) for line in range(100)]
    plots = [area(-8400 + east, 50 - 5400 + north * 0.5, 40, 20) for east, north in corners]
    rows = [row(f"第{n}院", plot, code=f"N{n}") for n, plot in enumerate(plots)]
    written = write(connection, *rows)
    assert written.new + len(held(connection)) == 12_000
    assert written.new > 11_000
    assert written.new == len(recorded(connection, "id"))
    assert counts(write(connection, *rows)) == (0, 0, written.new)
