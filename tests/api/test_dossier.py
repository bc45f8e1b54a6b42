"""The dossier tells what the facts tell, as of the day that is asked."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from geo.dates import today


@pytest.fixture(scope="module")
def busy(city: Engine) -> int:
    """A compound with violations, orders, a change of company and two ratings."""
    with city.connect() as connection:
        number = connection.scalar(
            text("""
                SELECT v.compound_id
                FROM oversight.violation AS v
                WHERE (SELECT count(*) FROM registry.contract AS k
                       WHERE k.compound_id = v.compound_id) > 1
                  AND (SELECT count(*) FROM oversight.rating AS r
                       WHERE r.compound_id = v.compound_id) > 1
                  AND (SELECT count(*) FROM oversight.rectification_order AS o
                       WHERE o.compound_id = v.compound_id) > 1
                GROUP BY v.compound_id
                ORDER BY count(*) DESC, v.compound_id
                LIMIT 1
            """)
        )
    assert number is not None
    return int(number)


@pytest.fixture(scope="module")
def dossier(client: httpx.Client, busy: int) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/compounds/{busy}").raise_for_status().json()
    return answer


def test_it_says_where_the_compound_is(dossier: dict[str, Any]) -> None:
    place = dossier["place"]
    assert place["city"] == {"code": "640100", "name": "银川市", "name_en": "Yinchuan"}
    assert place["street"]["code"].startswith(place["district"]["code"])
    assert place["street"]["synthetic"] is True
    assert 0 < place["street"]["share"] <= 1
    west, south, east, north = place["bbox"]
    lon, lat = place["label_point"]
    assert west < lon < east
    assert south < lat < north


def test_it_says_whether_the_outline_is_only_approximate(dossier: dict[str, Any]) -> None:
    assert dossier["approximate"] is False


def test_it_says_who_serves_it_since_when(dossier: dict[str, Any]) -> None:
    starts = [one["from"] for one in dossier["service"]]
    assert starts == sorted(starts, reverse=True)
    assert sum(one["current"] for one in dossier["service"]) <= 1
    for older, newer in zip(dossier["service"][1:], dossier["service"], strict=False):
        assert older["to"] < newer["from"]


def test_its_star_is_that_of_the_newest_rating(dossier: dict[str, Any]) -> None:
    current = [rating for rating in dossier["ratings"] if rating["current"]]
    assert [rating["star"] for rating in current] == [dossier["rated_star"]]
    assert len(current[0]["scores"]) == 7


def test_violations_and_orders_agree_with_the_database(
    dossier: dict[str, Any], busy: int, city: Engine
) -> None:
    with city.connect() as connection:
        proven = connection.scalars(
            text("""
                SELECT id FROM oversight.violation
                WHERE compound_id = :id AND confirmed_on <= :today
                ORDER BY found_on DESC, id DESC
            """),
            {"id": busy, "today": today()},
        ).all()
        orders = connection.scalars(
            text("""
                SELECT id FROM oversight.rectification_order
                WHERE compound_id = :id AND issued_on <= :today ORDER BY issued_on DESC, id DESC
            """),
            {"id": busy, "today": today()},
        ).all()
    assert dossier["violations"]["total"] == len(proven)
    assert [one["id"] for one in dossier["violations"]["items"]] == proven
    assert [one["id"] for one in dossier["orders"]] == orders
    for one in dossier["violations"]["items"]:
        assert one["type"]["row"] in {"T3", "T7", "T9", "T11", "T13"}


def test_agencies_answer_for_every_family(dossier: dict[str, Any]) -> None:
    families = {family for one in dossier["agencies"] for family in one["families"]}
    assert families >= {"conduct", "safety", "committee", "public_management"}
    for one in dossier["agencies"]:
        assert one["roles"]
        assert one["area"]["name"]


def test_six_disclosures_and_a_body_of_self_government(dossier: dict[str, Any]) -> None:
    kinds = [one["kind"] for one in dossier["disclosures"]]
    assert kinds == ["contract", "content", "telephone", "method", "fees", "revenue"]
    assert dossier["self_government"]


def test_a_past_day_knows_nothing_of_later_facts(client: httpx.Client, busy: int) -> None:
    day = today() - timedelta(days=500)
    then = client.get(f"/compounds/{busy}", params={"as_of": day.isoformat()}).json()
    assert then["as_of"] == day.isoformat()
    for one in then["violations"]["items"]:
        assert one["confirmed_on"] <= day.isoformat()
        assert one["closed_on"] is None or one["closed_on"] <= day.isoformat()
    for one in then["orders"]:
        assert one["issued_on"] <= day.isoformat()
        assert one["done_on"] is None or one["done_on"] <= day.isoformat()
    for one in then["ratings"]:
        assert one["published_on"] <= day.isoformat()


def test_an_order_is_open_then_overdue_then_late(client: httpx.Client, city: Engine) -> None:
    with city.connect() as connection:
        order = connection.execute(
            text("""
                SELECT o.id, o.compound_id, o.issued_on, o.due_on, o.done_on
                FROM oversight.rectification_order AS o
                WHERE o.done_on > o.due_on + 1 AND o.withdrawn_on IS NULL
                  AND NOT EXISTS (SELECT FROM oversight.order_extension WHERE order_id = o.id)
                ORDER BY o.id LIMIT 1
            """)
        ).one()

    def state(day: date) -> str:
        answer = client.get(f"/compounds/{order.compound_id}", params={"as_of": day.isoformat()})
        return str(next(one["state"] for one in answer.json()["orders"] if one["id"] == order.id))

    assert state(order.issued_on) == "open"
    assert state(order.due_on) == "open"
    assert state(order.due_on + timedelta(days=1)) == "overdue"
    assert state(order.done_on) == "late"


def test_no_personal_data_leave_the_service(client: httpx.Client, busy: int, city: Engine) -> None:
    body = client.get(f"/compounds/{busy}").text
    with city.connect() as connection:
        phones = connection.scalars(
            text("""
                SELECT p.phone FROM oversight.complaint_person AS p
                JOIN oversight.complaint AS c ON c.id = p.complaint_id
                WHERE c.compound_id = :id AND p.phone IS NOT NULL
            """),
            {"id": busy},
        ).all()
    assert phones
    assert not [phone for phone in phones if phone in body]
