"""Figures are those that one counts by hand from the facts, on any day, as each kind is told."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from geo.dates import today
from layers import summaries
from layers.statement import Statement

XINGQING = "640104"
PAST = today() - timedelta(days=150)
EMPTY = {"place": "", "families": {}}


def _rows(connection: Connection, statement: Statement) -> list[dict[str, Any]]:
    """The answer, by psycopg2's kind of parameters."""
    sql, values = statement.sql, {}
    for number in range(len(statement.arguments), 0, -1):
        sql = sql.replace(f"${number}", f":p{number}")
        values[f"p{number}"] = statement.arguments[number - 1]
    return [dict(row) for row in connection.execute(text(sql), values).mappings()]


def _figures(city: Engine, places: list[str], days: list[date]) -> list[dict[str, Any]]:
    with city.connect() as connection:
        rows = _rows(connection, summaries.placed(places, days))
    return [
        {"place": row["place"], "on": row["on_day"], **summaries.figures(row, "all")}
        for row in rows
    ]


@pytest.mark.parametrize("day", [today(), PAST])
def test_stars_and_duties_are_those_of_the_history_of_statuses(city: Engine, day: date) -> None:
    (told,) = _figures(city, [XINGQING], [day])
    with city.connect() as connection:
        members = connection.execute(
            text("SELECT id, households, district_code FROM registry.compound")
        ).all()
        statuses = {
            row.compound_id: row
            for row in connection.execute(text("SELECT * FROM oversight.status"))
            if row.valid.lower <= day and (row.valid.upper is None or day < row.valid.upper)
        }
    ours = [one for one in members if one.district_code == XINGQING]
    held = [statuses[one.id] for one in ours if one.id in statuses]
    stars = Counter(statuses[one.id].effective_star if one.id in statuses else None for one in ours)
    assert told["compounds"] == told["synthetic"] == len(ours) > 100
    assert told["households"] == sum(one.households or 0 for one in ours)
    assert told["stars"] == {
        **{str(star): stars[star] for star in (5, 4, 3, 2, 1, 0)},
        "unrated": stars[None],
    }
    assert told["key_targets"] == sum(one.key_target for one in held) > 0
    assert told["exit_cases"] == sum(one.exit_case for one in held)
    assert told["orders_overdue"] == sum(one.orders_overdue for one in held)
    assert told["compounds_overdue"] == sum(one.orders_overdue > 0 for one in held)
    assert told["covers"] == {"compounds": len(held), "of": len(held)}


def test_a_past_day_differs_from_today(city: Engine) -> None:
    past, now = _figures(city, [XINGQING], [PAST, today()])
    assert (past["on"], now["on"]) == (PAST, today())
    assert past["violations"]["total"]["total"] < now["violations"]["total"]["total"]


def test_a_district_is_the_sum_of_its_streets(city: Engine) -> None:
    with city.connect() as connection:
        (place,) = _rows(connection, summaries.named([XINGQING]))
    streets = [one["code"] for one in place["streets"]]
    told = _figures(city, [XINGQING, *streets], [today()])
    assert [one["place"] for one in told] == [XINGQING, *streets]
    for name in ("compounds", "households", "key_targets", "orders_overdue", "inspected"):
        assert told[0][name] == sum(one[name] for one in told[1:])


def test_a_compound_counts_where_it_lay_on_the_day(city: Engine) -> None:
    """It moves from one district to another; before that day it is the first's."""
    moved = today() - timedelta(days=30)
    with city.connect() as connection:
        before = {
            row["place"]: row["compounds"]
            for row in _rows(connection, summaries.placed([XINGQING, "640105"], [today()]))
        }
        connection.execute(
            text("""
                WITH one AS (
                    SELECT id, city_code, street_code FROM registry.compound
                    WHERE district_code = :old ORDER BY id LIMIT 1
                ), kept AS (
                    INSERT INTO registry.compound_place
                        (city_code, valid, compound_id, district_code, street_code)
                    SELECT city_code, daterange('1900-01-01', :moved), id, :old, street_code
                    FROM one
                )
                UPDATE registry.compound SET district_code = '640105', place_since = :moved
                WHERE id = (SELECT id FROM one)
            """),
            {"old": XINGQING, "moved": moved},
        )
        days = [moved - timedelta(days=1), moved]
        found = {
            (row["place"], row["on_day"]): row["compounds"]
            for row in _rows(connection, summaries.placed([XINGQING, "640105"], days))
        }
        connection.rollback()
    assert found[XINGQING, days[0]] == before[XINGQING]
    assert found[XINGQING, days[1]] == before[XINGQING] - 1
    assert found["640105", days[0]] == before["640105"]
    assert found["640105", days[1]] == before["640105"] + 1


def test_a_compound_counts_in_a_circle_while_its_outline_lay_there(city: Engine) -> None:
    """Its outline is drawn anew elsewhere; before that day it is still the old one that counts."""
    drawn = today() - timedelta(days=30)
    days = [drawn - timedelta(days=1), drawn]
    with city.connect() as connection:
        (one,) = connection.execute(
            text("""
                SELECT id, ST_X(label_point) AS lon, ST_Y(label_point) AS lat
                FROM registry.compound ORDER BY id LIMIT 1
            """)
        )
        circle = summaries.Circle(one.lon, one.lat, 50)

        def counted() -> tuple[list[int], list[list[int]]]:
            told = _rows(connection, summaries.around(circle, days))
            listed = [
                [row["id"] for row in _rows(connection, summaries.nearby(circle, as_of=d, limit=9))]
                for d in days
            ]
            return [row["compounds"] or 0 for row in told], listed

        assert counted() == ([1, 1], [[one.id], [one.id]])
        connection.execute(
            text("""
                WITH kept AS (
                    INSERT INTO registry.compound_outline
                        (city_code, valid, compound_id, geom, source)
                    SELECT city_code, daterange('1900-01-01', :drawn), id, geom, source
                    FROM registry.compound WHERE id = :id
                )
                UPDATE registry.compound
                SET geom = ST_Translate(geom, 0.02, 0), outline_since = :drawn,
                    label_point = ST_Translate(label_point, 0.02, 0)
                WHERE id = :id
            """),
            {"id": one.id, "drawn": drawn},
        )
        assert counted() == ([1, 0], [[one.id], []])
        connection.rollback()


def test_the_public_is_told_of_stars_only() -> None:
    stars = dict.fromkeys([*(f"star_{n}" for n in range(6)), "unrated"], 1)
    names = ("compounds", "households", "households_unknown", "assessed", "seen", "synthetic")
    more = ("seen_households", "key_targets", "exit_cases", "orders_open", "orders_overdue")
    last = ("compounds_overdue", "hazards_open", "inspected")
    row = {**EMPTY, **stars, **dict.fromkeys((*names, *more, *last), 7)}
    assert set(summaries.figures(row, "public")) == {
        "compounds", "households", "households_unknown", "assessed", "synthetic", "stars",
    }  # fmt: skip
    assert "key_targets" not in summaries.figures(row, "agency")
    assert summaries.figures(row, "area")["key_targets"] == 7
