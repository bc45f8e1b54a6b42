"""The timeline tells everything dated about a compound, newest first, and of no person."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.told import LINES
from geo.dates import today
from layers.timeline import TABLES


@pytest.fixture(scope="module")
def busy(city: Engine) -> int:
    """A compound where much happened."""
    with city.connect() as connection:
        return int(
            connection.execute(
                text("""
                    SELECT x.compound_id FROM oversight.exit_case AS x
                    JOIN oversight.referral AS r ON r.compound_id = x.compound_id
                    JOIN oversight.status AS u ON u.compound_id = x.compound_id
                     AND upper_inf(u.valid) AND u.rung >= 2
                    ORDER BY 1 LIMIT 1
                """)
            ).scalar_one()
        )


@pytest.fixture(scope="module")
def events(client: httpx.Client, busy: int) -> list[dict[str, Any]]:
    answer = client.get(f"/compounds/{busy}/timeline", params={"limit": 1000}).raise_for_status()
    assert answer.json()["more"] is False
    found: list[dict[str, Any]] = answer.json()["events"]
    return found


@pytest.mark.parametrize("kind", TABLES)
def test_it_tells_of_every_kind_of_fact(client: httpx.Client, city: Engine, kind: str) -> None:
    of_committee = kind in {"committee_member", "committee_step"}
    sql = f"SELECT min(compound_id) FROM {TABLES[kind]} WHERE superseded_at IS NULL"
    if kind == "violation":
        sql += " AND confirmed_on <= CURRENT_DATE"
    if of_committee:
        seated = f"SELECT committee_id FROM {TABLES[kind]} WHERE superseded_at IS NULL"
        sql = f"SELECT min(compound_id) FROM registry.committee WHERE id IN ({seated})"
    with city.connect() as connection:
        compound = connection.scalar(text(sql))
    assert compound is not None, f"the sample city has no row of {TABLES[kind]}"
    answer = client.get(f"/compounds/{compound}/timeline", params={"limit": 1000})
    assert kind in {one["kind"] for one in answer.raise_for_status().json()["events"]}


def test_the_newest_come_first_and_none_is_to_come(events: list[dict[str, Any]]) -> None:
    days = [one["on"] for one in events]
    assert days == sorted(days, reverse=True)
    assert days[0] <= today().isoformat()


def test_each_event_is_one_line_in_both_languages_with_its_row(
    events: list[dict[str, Any]],
) -> None:
    for one in events:
        assert one["row"].startswith("T")
        assert one["what"]["zh"] != one["what"]["en"]
        assert "None" not in one["what"]["zh"] + one["what"]["en"]
        assert (one["kind"], one["event"]) in LINES


def test_every_event_of_the_city_has_words(client: httpx.Client, city: Engine) -> None:
    with city.connect() as connection:
        some = connection.scalars(
            text("SELECT id FROM registry.compound ORDER BY md5(id::text) LIMIT 40")
        ).all()
    for compound in some:
        client.get(f"/compounds/{compound}/timeline", params={"limit": 1000}).raise_for_status()


def test_each_step_of_a_violation_is_told(
    events: list[dict[str, Any]], city: Engine, busy: int
) -> None:
    with city.connect() as connection:
        expected = connection.execute(
            text("""
                SELECT count(occurred_on) + count(found_on) + count(confirmed_on)
                     + count(appealed_on) + count(closed_on) + count(revoked_on)
                FROM oversight.violation
                WHERE compound_id = :id AND confirmed_on <= :today AND superseded_at IS NULL
            """),
            {"id": busy, "today": today()},
        ).scalar_one()
    assert sum(one["kind"] == "violation" for one in events) == expected


def test_changes_of_the_rung_are_those_of_the_history(
    events: list[dict[str, Any]], city: Engine, busy: int
) -> None:
    with city.connect() as connection:
        rungs = connection.scalars(
            text("SELECT rung FROM oversight.status WHERE compound_id = :id ORDER BY lower(valid)"),
            {"id": busy},
        ).all()
    changes = sum(a != b for a, b in zip([0, *rungs], rungs, strict=False))
    told = [one for one in events if (one["kind"], one["event"]) == ("status", "rung")]
    assert len(told) == changes > 0


def test_a_part_of_it_can_be_asked_for(
    client: httpx.Client, events: list[dict[str, Any]], busy: int
) -> None:
    first = (today() - timedelta(days=400)).isoformat()
    last = (today() - timedelta(days=100)).isoformat()
    part = client.get(f"/compounds/{busy}/timeline", params={"from": first, "to": last}).json()
    assert part["events"] == [one for one in events if first <= one["on"] <= last]
    three = client.get(f"/compounds/{busy}/timeline", params={"limit": 3}).json()
    assert three["events"] == events[:3]
    assert three["more"] is True


def test_it_names_no_person(client: httpx.Client, city: Engine, busy: int) -> None:
    body = client.get(f"/compounds/{busy}/timeline", params={"limit": 1000}).text
    with city.connect() as connection:
        names = connection.scalars(
            text("""
                SELECT p.name FROM oversight.complaint_person AS p
                JOIN oversight.complaint AS c ON c.id = p.complaint_id
                WHERE c.compound_id = :id AND p.name IS NOT NULL
                UNION ALL
                SELECT m.name FROM registry.contract_manager AS m
                JOIN registry.contract AS k ON k.id = m.contract_id
                WHERE k.compound_id = :id AND m.name IS NOT NULL
            """),
            {"id": busy},
        ).all()
    assert names
    assert not [name for name in names if name in body]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("from=2026-02-01&to=2026-01-01", "from"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("to=soon", "to"),
        ("kind=order", "kind"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(
    client: httpx.Client, query: str, parameter: str
) -> None:
    answer = client.get(f"/compounds/1/timeline?{query}")
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter


def test_a_compound_that_is_not_there_has_none(client: httpx.Client) -> None:
    assert client.get("/compounds/9999999/timeline").status_code == 404
