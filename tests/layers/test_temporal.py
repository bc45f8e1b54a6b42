"""An interval takes the features that are there at any time of it, in every way of asking."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import mapbox_vector_tile
import pytest
from sqlalchemy import Connection, Engine, text

from geo.dates import today
from layers import items, tiles
from layers.grids import WEB_MERCATOR
from layers.items import Form, Page, Selection
from layers.layer import Layer
from layers.registry import LAYERS
from layers.tiles import Place
from tests.api import register
from tests.layers import prepared

FOREVER = "date 'infinity'"
ACTING = 10**15
"""Where the numbers of compounds begin in which the community acts unrecorded."""


def _believed(table: str, first: str, *last: str) -> str:
    ends = ", ".join((*last, FOREVER))
    return f"SELECT id, {first}, LEAST({ends}) FROM {table} WHERE superseded_at IS NULL"


DAYS = {
    "violations": _believed("oversight.violation", "found_on", "closed_on", "revoked_on"),
    "complaints": _believed("oversight.complaint", "received_on", "closed_on"),
    "leads": _believed("oversight.lead", "reported_on", "decided_on"),
    "hazards": _believed("oversight.hazard", "found_on", "cleared_on"),
    "orders": _believed("oversight.rectification_order", "issued_on", "done_on", "withdrawn_on"),
    "inspections": _believed("planning.inspection", "inspected_on", "inspected_on"),
    "utilities": _believed("registry.utility", "lower(valid)", "upper(valid) - 1"),
    "self-government": _believed("registry.committee", "lower(valid)", "upper(valid) - 1"),
}
"""By layer: number, and first and last day of each fact, told from the facts alone."""
_ACTING = """
    SELECT DISTINCT s.compound_id + 1000000000000000 FROM oversight.status AS s
    WHERE s.self_government = 'community_acting'
      AND s.valid && daterange(%(since)s, %(until)s, '[]')
      AND s.compound_id NOT IN (
          SELECT k.compound_id FROM registry.committee AS k
          WHERE k.kind = 'community_acting' AND k.superseded_at IS NULL
            AND k.valid && daterange(%(since)s, %(until)s, '[]'))
"""
INTERVALS = [
    (date(2026, 1, 1), date(2026, 3, 31)),
    (date(2026, 2, 10), date(2026, 2, 10)),
    (date.min, date(2025, 6, 30)),
    (date(2026, 6, 1), today()),
]


@pytest.fixture(scope="module")
def cursor(city: Engine) -> Iterator[Any]:
    connection = city.raw_connection()
    yield connection.cursor()
    connection.close()


def there(cursor: Any, name: str, chosen: Selection) -> set[int]:
    """The features of a page of all."""
    found = prepared.rows(cursor, items.page(LAYERS[name], chosen, Form(), Page(None)))
    numbers = [row[0] for row in found]
    assert len(numbers) == len(set(numbers))
    return set(numbers)


@pytest.mark.parametrize(("since", "until"), INTERVALS)
@pytest.mark.parametrize("name", DAYS)
def test_facts_that_meet_an_interval(cursor: Any, name: str, since: date, until: date) -> None:
    cursor.execute(
        f"SELECT id FROM ({DAYS[name]}) AS f (id, first, last) WHERE first <= %s AND last >= %s",
        [until, since],
    )
    recorded = expected = {number for (number,) in cursor.fetchall()}
    if name == "self-government":
        cursor.execute(_ACTING, {"since": since, "until": until})
        acting = {number for (number,) in cursor.fetchall()}
        assert acting
        expected = recorded | acting
    layer, chosen = LAYERS[name], Selection(until, since=since)
    assert there(cursor, name, chosen) == expected
    assert prepared.rows(cursor, items.matched(layer, chosen, 100_000)) == [(len(expected),)]
    counted = prepared.rows(cursor, items.counts(layer, chosen, by="district_code"))
    assert sum(row[1] for row in counted) == len(expected)
    moment = datetime.now().astimezone() + timedelta(minutes=1)
    assert there(cursor, name, Selection(until, since=since, known_at=moment)) == recorded


@pytest.mark.parametrize("name", DAYS)
def test_a_tile_shows_what_meets_the_interval(cursor: Any, name: str) -> None:
    layer, place = LAYERS[name], Place(WEB_MERCATOR, 5, 12, 25)
    since, until = INTERVALS[2]

    def drawn(chosen: Selection) -> set[int]:
        (row,) = prepared.rows(cursor, tiles.tile([layer], place, chosen))
        return {one["id"] for one in mapbox_vector_tile.decode(bytes(row[0]))[name]["features"]}

    chosen = Selection(until, since=since)
    shown = drawn(chosen)
    assert shown == there(cursor, name, chosen)
    # Utilities of the sample city are all there from the first day on.
    assert name == "utilities" or shown != drawn(Selection(today()))


@pytest.mark.parametrize("name", [one for one in LAYERS if one not in DAYS])
def test_what_is_there_on_every_day_is_in_the_state_of_the_last(cursor: Any, name: str) -> None:
    for since, until in INTERVALS:
        of_the_day = there(cursor, name, Selection(until))
        assert there(cursor, name, Selection(until, since=since)) == of_the_day


@pytest.mark.parametrize("layer", LAYERS.values(), ids=lambda layer: layer.id)
def test_a_layer_tells_its_first_day(cursor: Any, layer: Layer) -> None:
    ((first,),) = prepared.rows(cursor, items.first_day(layer))
    if layer.id == "self-government":
        cursor.execute(
            "SELECT LEAST((SELECT min(lower(valid)) FROM registry.committee), (SELECT"
            " min(lower(valid)) FROM oversight.status WHERE self_government = 'community_acting'))"
        )
        assert first == cursor.fetchone()[0]
    elif layer.id in DAYS:
        cursor.execute(f"SELECT min(first) FROM ({DAYS[layer.id]}) AS f (id, first, last)")
        assert first == cursor.fetchone()[0]
    assert (first is None) == (layer.id in ("duties", "communities"))


# A district whose outline changed, and one that was dissolved.

OLD, NEW = (
    "ST_MakeEnvelope(106, 38, 106.1, 38.1, 4326)",
    "ST_MakeEnvelope(106, 38, 106.2, 38.1, 4326)",
)
_CHANGED = f"""
    INSERT INTO registry.district (code, city_code, name) VALUES ('649905', '649900', '西城区');
    INSERT INTO registry.district_boundary
        (city_code, district_code, valid, geom, area_m2, label_point, source)
    SELECT '649900', code, CAST(valid AS daterange), ST_Multi(geom), 1, ST_Centroid(geom), 'office'
    FROM (VALUES ('649904', '[2020-01-01,2025-01-01)', {OLD}),
                 ('649904', '[2025-01-01,)', {NEW}),
                 ('649905', '[2020-01-01,2024-07-01)', {OLD})) AS b (code, valid, geom)
"""


@pytest.fixture(scope="module")
def changed(database: Engine) -> Iterator[Connection]:
    register.found(database)
    with database.begin() as connection:
        connection.execute(text(_CHANGED))
    with database.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("since", "until", "east"),
    [
        ("2024-01-01", "2024-12-31", {649904: 106.1, 649905: 106.1}),
        ("2024-01-01", "2026-01-01", {649904: 106.2, 649905: 106.1}),
        ("2024-07-01", "2024-12-31", {649904: 106.1}),
        ("2025-01-01", "2026-01-01", {649904: 106.2}),
        ("0001-01-01", "2019-12-31", {}),
    ],
)
def test_of_several_outlines_the_newest_that_meets_the_interval_is_given(
    changed: Connection, since: str, until: str, east: dict[int, float]
) -> None:
    layer = LAYERS["districts"]
    chosen = Selection(date.fromisoformat(until), since=date.fromisoformat(since))
    cursor = changed.connection.cursor()
    found = prepared.rows(cursor, items.page(layer, chosen, Form(written="wkt"), Page(None)))
    assert {row[0]: float(row[2].split(",")[2].split()[0]) for row in found} == east
    assert prepared.rows(cursor, items.matched(layer, chosen)) == [(len(east),)]


_CORRECTED = f"""
    UPDATE registry.district_boundary SET recorded_at = '2026-02-01T00:00:00Z'
    WHERE district_code = '649904' AND upper_inf(valid);
    INSERT INTO registry.district_boundary (city_code, district_code, valid, geom, area_m2,
        label_point, source, recorded_at, superseded_at, version_of)
    SELECT city_code, district_code, valid, ST_Multi({OLD}), 1, label_point, source,
           '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', id
    FROM registry.district_boundary WHERE district_code = '649904' AND upper_inf(valid)
"""


@pytest.mark.parametrize("since", [None, date(2025, 1, 1)])
@pytest.mark.parametrize(("month", "east"), [(1, 106.1), (2, 106.2)])
def test_an_outline_is_as_it_was_believed(
    changed: Connection, since: date | None, month: int, east: float
) -> None:
    with changed.begin_nested() as kept:
        changed.execute(text(_CORRECTED))
        moment = datetime(2026, month, 15, tzinfo=UTC)
        chosen = Selection(date(2026, 3, 1), {"code": "649904"}, since=since, known_at=moment)
        layer, cursor = LAYERS["districts"], changed.connection.cursor()
        page = items.page(layer, chosen, Form(written="wkt"), Page(None))
        ((number, _keys, shape, *_rest),) = prepared.rows(cursor, page)
        assert (number, float(shape.split(",")[2].split()[0])) == (649904, east)
        assert prepared.rows(cursor, items.matched(layer, chosen)) == [(1,)]
        kept.rollback()
