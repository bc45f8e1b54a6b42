"""Streets and communities from an office's file: checked, with history, compounds follow."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, text

from geo.assign import assign_compounds
from geo.boundaries.generalise import BANDS
from geo.imports import places, profile, references, staged
from geo.imports.problems import REASONS
from geo.imports.staged import Writing, Written
from geo.staging import ewkb

DISTRICT = box(106.0, 38.0, 106.4, 38.2)
WEST, EAST = box(106.0, 38.0, 106.2, 38.2), box(106.2, 38.0, 106.4, 38.2)
A, B = "640104001", "640104002"

Row = dict[str, Any]


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    """A transaction with a city of one district, drawn; taken back after the test."""
    with database.connect() as made:
        made.execute(
            text("""
                INSERT INTO registry.city (code, name) VALUES ('640100', '银川市');
                INSERT INTO registry.district (code, city_code, name)
                VALUES ('640104', '640100', '兴庆区'), ('640105', '640100', '西夏区');
                INSERT INTO registry.district_boundary
                    (city_code, valid, district_code, geom, area_m2, label_point, source)
                SELECT '640100', '[1900-01-01,)', '640104', given.geom, 1,
                       ST_PointOnSurface(given.geom), 'test'
                FROM (SELECT CAST(:geom AS geometry) AS geom) AS given
            """),
            {"geom": ewkb(MultiPolygon([DISTRICT]))},
        )
        yield made
        made.rollback()


def _write(
    connection: Connection,
    rows: list[Row],
    *,
    kind: str = "streets",
    on: date = date(2026, 6, 1),
    correct: bool = False,
) -> Written:
    """Stage rows as a file's reader leaves them, and write them."""
    made = profile.load(kind)
    staged.create(connection, made)
    frame = pandas.DataFrame([{k: v for k, v in row.items() if k != "shape"} for row in rows])
    shapes = [row["shape"] for row in rows]
    whole = [s if isinstance(s, MultiPolygon) else MultiPolygon([s]) for s in shapes]
    decisions = frame.pop("decision") if "decision" in frame else None
    numbers = np.arange(2, 2 + len(rows))
    staged.add_rows(connection, made, numbers, frame, np.array(whole), decisions=decisions)
    writing = Writing(3, "640100", on, frozenset(frame.columns), correct, actor="office")
    references.resolve(connection, made, writing)
    staged.drop_held(connection)
    return places.write(connection, made, writing)


def _street(code: str, shape: BaseGeometry, **more: Any) -> Row:
    return {"code": code, "name": f"{code[-3:]}街道", "shape": shape, **more}


def _problems(connection: Connection) -> list[tuple[int, str]]:
    """Rows and reasons; that the sentences can be filled in is checked on the way."""
    found = connection.execute(text('SELECT "row", code, value, given FROM problem ORDER BY 1, 2'))
    told = []
    for row in found.all():
        reason = REASONS[row.code]
        for sentence in (reason.zh, reason.en):
            assert row.value in sentence.format(value=row.value, title="", **row.given)
        told.append((int(row[0]), row.code))
    return told


def _spans(connection: Connection, code: str, level: str = "street") -> list[tuple[str, bool]]:
    query = text(f"""
        SELECT CAST(valid AS text), superseded_at IS NULL FROM registry.{level}_boundary
        WHERE {level}_code = :code ORDER BY lower(valid), superseded_at NULLS LAST, id
    """)
    return [(row[0], row[1]) for row in connection.execute(query, {"code": code}).all()]


def _compound(connection: Connection, shape: Polygon) -> int:
    number = connection.execute(
        text(
            "INSERT INTO registry.compound (city_code, code, name, geom, source)"
            " VALUES ('640100', 'c', 'c', CAST(:geom AS geometry), 'test') RETURNING id"
        ),
        {"geom": ewkb(MultiPolygon([shape]))},
    ).scalar_one()
    assign_compounds(connection, ids=[number], on=date(2026, 1, 1))
    return int(number)


def _place(connection: Connection, number: int) -> tuple[Any, ...]:
    query = text("""
        SELECT district_code, street_code, community_code, CAST(place_since AS text)
        FROM registry.compound WHERE id = :id
    """)
    return tuple(connection.execute(query, {"id": number}).one())


def test_new_streets_hold_from_the_first_day(connection: Connection) -> None:
    written = _write(connection, [_street(A, WEST), _street(B, EAST, kind="town")])
    assert (written.new, written.updated, written.unchanged) == (2, 0, 0)
    assert _problems(connection) == []
    rows = connection.execute(
        text("""
            SELECT s.code, s.name, s.kind, s.district_code, b.import_id, b.source,
                   ST_Contains(b.geom, b.label_point), b.area_m2 > 1e8
            FROM registry.street AS s JOIN registry.street_boundary AS b ON b.street_code = s.code
            ORDER BY s.code
        """)
    ).all()
    assert rows == [
        (A, "001街道", "subdistrict", "640104", 3, "office", True, True),
        (B, "002街道", "town", "640104", 3, "office", True, True),
    ]
    assert _spans(connection, A) == [("[1900-01-01,)", True)]
    assert len(written.ids) == 2


def test_the_same_file_again_changes_nothing(connection: Connection) -> None:
    rows = [_street(A, WEST), _street(B, EAST)]
    _write(connection, rows)
    again = _write(connection, rows, on=date(2026, 7, 1))
    assert (again.new, again.updated, again.unchanged, again.ids) == (0, 0, 2, [])
    assert _spans(connection, A) == [("[1900-01-01,)", True)]
    assert connection.execute(text("SELECT count(*) FROM audit.event")).scalar_one() == 0


def test_a_changed_outline_ends_the_old_one_and_others_stay(connection: Connection) -> None:
    _write(connection, [_street(A, WEST), _street(B, EAST)])
    written = _write(connection, [_street(A, box(106.0, 38.0, 106.19, 38.2))])
    assert (written.new, written.updated, written.unchanged) == (0, 1, 0)
    assert _spans(connection, A) == [
        ("[1900-01-01,)", False),
        ("[1900-01-01,2026-06-01)", True),
        ("[2026-06-01,)", True),
    ]
    assert _spans(connection, B) == [("[1900-01-01,)", True)]


def test_a_corrected_outline_takes_over_the_span_and_is_audited(connection: Connection) -> None:
    _write(connection, [_street(A, WEST)])
    number = connection.execute(text("SELECT id FROM registry.street_boundary")).scalar_one()
    written = _write(connection, [_street(A, box(106.0, 38.0, 106.1, 38.2))], correct=True)
    assert (written.updated, written.ids) == (1, [number])
    assert _spans(connection, A) == [("[1900-01-01,)", False), ("[1900-01-01,)", True)]
    event = connection.execute(
        text("SELECT actor, action, row_key, before, after, reason FROM audit.event")
    ).one()
    assert event[:3] == ("office", "correct", str(number))
    assert shapely.from_wkt(event.before["geom"]).equals(WEST)
    assert shapely.from_wkt(event.after["geom"]).equals(box(106.0, 38.0, 106.1, 38.2))
    assert event.reason == "import 3"


def test_a_renamed_street_keeps_its_outline_and_is_audited(connection: Connection) -> None:
    _write(connection, [_street(A, WEST)])
    written = _write(connection, [_street(A, WEST) | {"name": "新名街道"}])
    assert (written.new, written.updated) == (0, 1)
    assert _spans(connection, A) == [("[1900-01-01,)", True)]
    event = connection.execute(text("SELECT action, before, after FROM audit.event")).one()
    assert (event.before["name"], event.after["name"]) == ("001街道", "新名街道")


def test_compounds_follow_the_line_and_remember_their_street(connection: Connection) -> None:
    _write(connection, [_street(A, WEST), _street(B, EAST)])
    moves = _compound(connection, box(106.195, 38.1, 106.196, 38.101))
    stays = text("""
        INSERT INTO registry.compound (city_code, code, name, geom, source)
        SELECT city_code, 'd', 'd', ST_Translate(geom, -0.1, 0), 'test' FROM registry.compound
    """)
    connection.execute(stays)
    assign_compounds(connection, on=date(2026, 1, 1))
    rows = [
        _street(A, box(106.0, 38.0, 106.19, 38.2)),
        _street(B, box(106.19, 38.0, 106.4, 38.2)),
    ]
    written = _write(connection, rows)
    assert written.noted == {"compounds_moved": 1}
    assert _place(connection, moves) == ("640104", B, None, "2026-06-01")
    past = connection.execute(
        text("SELECT compound_id, street_code, CAST(valid AS text) FROM registry.compound_place")
    )
    assert past.all() == [(moves, A, "[1900-01-01,2026-06-01)")]


def test_a_street_outside_its_district_waits_for_a_person(connection: Connection) -> None:
    outside = _street(A, box(106.3, 38.0, 106.5, 38.2))
    assert _write(connection, [outside]).new == 0
    assert _problems(connection) == [(2, "outside_parent")]
    assert REASONS["outside_parent"].verdict == "review"
    assert _write(connection, [outside | {"decision": "新建"}]).new == 1


def test_a_street_may_stick_out_of_its_district_a_little(connection: Connection) -> None:
    assert _write(connection, [_street(A, box(106.0, 38.0, 106.2, 38.21))]).new == 1


def test_overlapping_streets_of_a_file_wait_for_a_person(connection: Connection) -> None:
    rows = [_street(A, box(106.0, 38.0, 106.22, 38.2)), _street(B, EAST)]
    assert _write(connection, rows).new == 0
    assert _problems(connection) == [(2, "overlaps_neighbour"), (3, "overlaps_neighbour")]


def test_a_street_over_a_recorded_neighbour_waits_for_a_person(connection: Connection) -> None:
    _write(connection, [_street(A, WEST)])
    _write(connection, [_street(B, box(106.1, 38.0, 106.4, 38.2))])
    assert _problems(connection) == [(2, "overlaps_neighbour")]


def test_slips_of_the_pen_between_neighbours_are_borne(connection: Connection) -> None:
    rows = [_street(A, box(106.0, 38.0, 106.2001, 38.2)), _street(B, EAST)]
    assert _write(connection, rows).new == 2


def test_invented_outlines_do_not_speak_against_drawn_ones(connection: Connection) -> None:
    _write(connection, [_street(A, WEST)])
    connection.execute(text("UPDATE registry.street_boundary SET synthetic = TRUE"))
    assert _write(connection, [_street(B, box(106.1, 38.0, 106.4, 38.2))]).new == 1
    inside = _compound(connection, box(106.15, 38.1, 106.151, 38.101))
    assert _place(connection, inside)[1] == B


def test_a_code_that_is_not_of_the_district_is_rejected(connection: Connection) -> None:
    rows = [_street(A, WEST, district="西夏区"), _street("640199001", EAST)]
    assert _write(connection, rows).new == 0
    assert _problems(connection) == [(2, "code_not_of_parent"), (3, "unknown_parent")]
    assert {REASONS[code].verdict for _, code in _problems(connection)} == {"rejected"}


def test_a_city_without_districts_is_a_district_of_its_own(connection: Connection) -> None:
    connection.execute(
        text("""
            INSERT INTO registry.district (code, city_code, name)
            VALUES ('640100', '640100', '银川市')
        """)
    )
    assert _write(connection, [_street("640199001", WEST)]).new == 1


def test_communities_lie_in_their_street_and_hold_compounds(connection: Connection) -> None:
    _write(connection, [_street(A, WEST), _street(B, EAST)])
    inside = _compound(connection, box(106.05, 38.1, 106.051, 38.101))
    rows = [
        {"code": f"{A}001", "name": "甲社区", "shape": box(106.0, 38.0, 106.1, 38.2)},
        {"code": f"{A}201", "name": "乙村", "shape": box(106.1, 38.0, 106.2, 38.2)},
        {"code": f"{A}002", "name": "丙社区", "shape": box(106.19, 38.0, 106.3, 38.2)},
    ]
    written = _write(connection, rows, kind="communities")
    assert written.new == 1
    assert _problems(connection) == [
        (3, "overlaps_neighbour"),
        (4, "outside_parent"),
        (4, "overlaps_neighbour"),
    ]
    assert _write(connection, rows[:2], kind="communities").new == 1
    kinds = connection.execute(text("SELECT code, kind FROM registry.community ORDER BY code"))
    assert kinds.all() == [(f"{A}001", "community"), (f"{A}201", "village")]
    assert _place(connection, inside)[:3] == ("640104", A, f"{A}001")


@pytest.mark.parametrize("drawn", [EAST, box(106.2001, 38.0, 106.4, 38.2)])
def test_streets_get_valid_copies_for_every_zoom_band(
    connection: Connection, drawn: Polygon
) -> None:
    """Beside a neighbour that shares its corners, and beside one that does not."""
    jagged = shapely.segmentize(WEST, 0.001)
    jagged = shapely.transform(jagged, lambda at: at + 2e-5 * np.sin(at[:, ::-1] * 9e4))
    jagged = jagged.difference(EAST) if drawn is not EAST else WEST
    _write(connection, [_street(A, jagged), _street(B, drawn)])
    copies = connection.execute(
        text("""
            SELECT copy.max_zoom, count(*), bool_and(ST_NPoints(copy.geom) <= ST_NPoints(b.geom))
            FROM registry.street_generalised AS copy
            JOIN registry.street_boundary AS b ON b.id = copy.boundary_id
            GROUP BY copy.max_zoom ORDER BY copy.max_zoom
        """)
    ).all()
    assert copies == [(zoom, 2, True) for zoom in BANDS]
