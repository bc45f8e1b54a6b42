"""Features that are kept whole are what would be composed, or are not handed out."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from geo.dates import today
from layers import items, whole
from layers.cql import compile_filter
from layers.items import Form, Page, Selection
from layers.registry import LAYERS
from tests.layers import prepared
from tests.support import new_database

COMPOUNDS = LAYERS["compounds"].seen_by("public")
TODAY = COMPOUNDS.on(today())
COPIED = """
    SELECT m.compound_id, m.effective_star, m.rated_star, b.effective_star, b.rated_star
    FROM registry.compound_mark AS m JOIN registry.compound_band AS b USING (compound_id)
    ORDER BY 1"""
STARS = """
    SELECT m.compound_id, s.effective_star, s.rated_star, s.effective_star, s.rated_star
    FROM registry.compound_mark AS m LEFT JOIN registry.compound_star AS s USING (compound_id)
    ORDER BY 1"""
KEPT = "SELECT compound_id, feature FROM registry.compound_feature ORDER BY 1"
NOTED = "SELECT count(DISTINCT compound_id) FROM registry.compound_outdated"
MARKED = b'{"type":"Feature","id":0,"geometry":null,"properties":{"name":"as it was kept"}}'

CHANGES = (
    "UPDATE registry.compound SET name = name || '甲' WHERE id % 7 = 0",
    "UPDATE registry.compound SET address = '一号\"楼', households = 1 WHERE id % 5 = 0",
    "UPDATE registry.compound SET district_code = NULL, street_code = NULL WHERE id % 50 = 1",
    "UPDATE registry.compound SET geom = ST_Translate(geom, 0.01, 0.002),"
    " label_point = ST_Translate(label_point, 0.01, 0.002) WHERE id % 11 = 0",
    "UPDATE registry.compound SET superseded_at = now() WHERE id % 13 = 0",
    "UPDATE registry.compound SET superseded_at = NULL WHERE id % 26 = 0",
    "UPDATE registry.district SET name = name || '乙' WHERE code < '640110'",
    "UPDATE registry.street SET name = name || '丙' WHERE code < '640105'",
    "UPDATE registry.company SET name = name || '丁' WHERE id % 3 = 0",
    "UPDATE oversight.rating_round SET name = name || '戊'",
    "UPDATE oversight.rating_round SET published_on = published_on + 1 WHERE published_on < now()",
    "UPDATE oversight.status_public SET effective_star = 5 - effective_star"
    " WHERE upper_inf(valid) AND compound_id % 3 = 0",
    "UPDATE oversight.status_public SET company_id = NULL"
    " WHERE upper_inf(valid) AND compound_id % 17 = 0",
    "DELETE FROM oversight.status_public WHERE upper_inf(valid) AND compound_id % 19 = 0",
    "INSERT INTO oversight.status_public (compound_id, valid, city_code, effective_star,"
    " disclosures) SELECT id, daterange(CURRENT_DATE, NULL), city_code, 3, '{}'"
    " FROM registry.compound WHERE id % 19 = 0 AND superseded_at IS NULL",
    "INSERT INTO registry.compound (city_code, code, name, geom, label_point, source)"
    " SELECT city_code, 'new' || code, name, geom, label_point, 'test' FROM registry.compound"
    " WHERE id <= 40",
)


@pytest.fixture(scope="module")
def changed(server: str, city_template: str) -> Iterator[Engine]:
    with new_database(server, city_template) as made:
        whole.write(made)
        yield made


def page(
    connection: Connection, chosen: Selection | None = None, form: Form | None = None
) -> dict[int, Any]:
    """The features of all compounds as a page hands them out, by number."""
    asked = items.page(COMPOUNDS, chosen or Selection(today()), form or Form(), Page(None))
    cursor = connection.connection.cursor()
    return {number: json.loads(bytes(one)) for number, _, one in prepared.rows(cursor, asked)}


def composed(connection: Connection) -> dict[int, Any]:
    """The same from the facts alone."""
    every = "ARRAY(SELECT id FROM registry.compound)"
    sql = items.composed(TODAY).replace("CAST(:ids AS bigint[])", every)
    found = connection.exec_driver_sql(sql.replace("%", "%%")).all()
    return {number: json.loads(bytes(one)) for number, one in found}


def kept(connection: Connection) -> dict[int, Any]:
    found = connection.execute(text(KEPT)).all()
    return {number: json.loads(bytes(one)) for number, one in found}


def copies_are_true(connection: Connection) -> bool:
    """Whether the rows that are drawn from tell the stars of today."""
    return connection.execute(text(COPIED)).all() == connection.execute(text(STARS)).all()


def mark(connection: Connection) -> None:
    """Make all that is kept tell that it is."""
    connection.execute(text("UPDATE registry.compound_feature SET feature = :it"), {"it": MARKED})


def marked(features: dict[int, Any]) -> int:
    return sum(one["properties"].get("name") == "as it was kept" for one in features.values())


def test_the_features_of_a_city_are_kept_as_they_are_composed(changed: Engine) -> None:
    with changed.connect() as connection:
        assert connection.scalar(text(NOTED)) == 0
        features = kept(connection)
        assert len(features) == 1500
        assert features == composed(connection) == page(connection)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one[:60])
def test_what_changes_is_told_at_once_and_kept_again_later(changed: Engine, change: str) -> None:
    with changed.begin() as connection:
        before = composed(connection)
        assert connection.execute(text(change)).rowcount != 0
        after = composed(connection)
        assert page(connection) == after
        differing = {one for one in before | after if before.get(one) != after.get(one)}
        assert differing
        noted = set(connection.scalars(text("SELECT compound_id FROM registry.compound_outdated")))
        assert differing <= noted
    assert whole.write(changed) >= len(differing)
    with changed.connect() as connection:
        assert connection.scalar(text(NOTED)) == 0
        assert kept(connection) == after == page(connection)
        assert copies_are_true(connection)


@pytest.mark.parametrize(
    ("chosen", "form", "used"),
    [
        (Selection(today()), Form(), True),
        (Selection(today(), {"district_code": "640104"}), Form(), True),
        (Selection(today(), boxes=((106.0, 38.0, 106.4, 38.6),)), Form(), True),
        (
            Selection(
                today(),
                cql=compile_filter("effective_star <= 3", "cql2-text", COMPOUNDS.queryables),
            ),
            Form(),
            True,
        ),
        (Selection(today() - timedelta(1)), Form(), False),
        (Selection(today()), Form(digits=5), False),
        (Selection(today()), Form(geometry=False), False),
        (Selection(today()), Form(properties=frozenset({"name"})), False),
    ],
)
def test_what_is_kept_is_handed_out_where_just_that_is_asked(
    changed: Engine, chosen: Selection, form: Form, *, used: bool
) -> None:
    with changed.connect() as connection:
        mark(connection)
        found = page(connection, chosen, form)
        assert found
        assert marked(found) == (len(found) if used else 0)


def test_who_may_read_more_reads_nothing_that_is_kept(changed: Engine) -> None:
    layer = LAYERS["compounds"]
    asked = items.page(layer, Selection(today()), Form(), Page(None))
    with changed.connect() as connection:
        mark(connection)
        rows = prepared.rows(connection.connection.cursor(), asked)
    found = {number: json.loads(bytes(one)) for number, _, one in rows}
    assert marked(found) == 0
    assert all("rung" in one["properties"] for one in found.values())


def test_what_was_composed_in_another_way_is_not_handed_out(changed: Engine) -> None:
    with changed.connect() as connection:
        mark(connection)
        connection.execute(
            text("UPDATE registry.compound_feature SET form = 1 WHERE compound_id > 9")
        )
        assert marked(page(connection)) == 9


def test_an_earlier_versions_features_are_written_anew(changed: Engine) -> None:
    forms = text("SELECT DISTINCT form FROM registry.compound_feature")
    with changed.begin() as connection:
        connection.execute(
            text("UPDATE registry.compound_feature SET form = 1 WHERE compound_id < 9")
        )
    whole.outdate_other_forms(changed)
    assert whole.write(changed) == 8
    with changed.connect() as connection:
        assert connection.scalars(forms).all() == [items.form_number(TODAY)]


def test_a_change_while_features_are_written_is_not_lost(changed: Engine) -> None:
    """One that commits after the notes were taken, and one that commits after the features were."""
    rename = text("UPDATE registry.compound SET name = :name WHERE id = 3")
    done = []

    def between(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.lstrip().startswith("INSERT INTO registry.compound_feature") and not done:
            done.append(True)
            with changed.begin() as other:
                other.execute(rename, {"name": "之间"})

    with changed.begin() as connection:
        connection.execute(rename, {"name": "之前"})
    open_one = changed.connect()
    open_one.execute(text("UPDATE registry.compound SET name = '之后' WHERE id = 4"))
    event.listen(changed, "before_cursor_execute", between)
    try:
        whole.write(changed)
    finally:
        event.remove(changed, "before_cursor_execute", between)
    assert done
    open_one.commit()
    open_one.close()
    with changed.connect() as connection:
        told = page(connection)
        assert told[3]["properties"]["name"] == "之间"
        assert told[4]["properties"]["name"] == "之后"
        assert told == composed(connection)
    whole.write(changed)
    with changed.connect() as connection:
        assert kept(connection) == composed(connection)


def test_a_change_after_the_features_were_read_leaves_its_note(changed: Engine) -> None:
    """The notes are taken by an earlier snapshot than the features are read by."""
    rename = text("UPDATE registry.compound SET name = :name WHERE id = 5")
    seen = []

    def after(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if statement.lstrip().startswith("INSERT INTO registry.compound_feature") and not seen:
            with changed.begin() as other:
                other.execute(rename, {"name": "读后"})
            with changed.connect() as other:
                seen.append(other.scalar(text(NOTED)))

    with changed.begin() as connection:
        connection.execute(rename, {"name": "读前"})
    event.listen(changed, "after_cursor_execute", after)
    try:
        assert whole.write(changed) == 2
    finally:
        event.remove(changed, "after_cursor_execute", after)
    assert seen == [1]
    with changed.connect() as connection:
        assert kept(connection)[5]["properties"]["name"] == "读后"


def test_two_do_not_write_at_a_time(changed: Engine) -> None:
    with changed.begin() as connection:
        connection.execute(text("UPDATE registry.compound SET name = '一' WHERE id = 6"))
    with changed.connect() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('atlas.features', 0))"))
        assert whole.write(changed) == 0
    assert whole.write(changed) == 1


def test_the_worker_keeps_at_it(changed: Engine) -> None:
    with whole.writing(changed):
        with changed.begin() as connection:
            connection.execute(text("UPDATE registry.compound SET name = '二' WHERE id = 7"))
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with changed.connect() as connection:
                if connection.scalar(text(NOTED)) == 0:
                    break
            time.sleep(0.1)
        with changed.connect() as connection:
            assert kept(connection)[7]["properties"]["name"] == "二"


def test_what_is_emptied_is_told_of_no_more(changed: Engine) -> None:
    with changed.begin() as connection:
        connection.execute(text("TRUNCATE oversight.status_public"))
        told = page(connection)
        assert told == composed(connection)
        assert {one["properties"]["effective_star"] for one in told.values()} == {None}
    with changed.connect() as connection:
        connection.execute(text("TRUNCATE registry.compound CASCADE"))
        assert connection.scalar(text(NOTED)) == 0
        assert kept(connection) == {} == page(connection)
