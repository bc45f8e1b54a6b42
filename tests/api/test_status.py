"""A status is read as it was stored, with the reasons that made it, for any day."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from api.explained import every_reason
from geo.dates import today
from oversight.assess import assess, assess_company
from oversight.policy import of_city
from oversight.rules.company import own_star
from oversight.store.reading import read_companies, read_compounds

YINCHUAN = "640100"

Find = Callable[[str], int]


@pytest.fixture(scope="module")
def find(city: Engine) -> Find:
    """The first compound whose status of today fulfils a condition."""

    def compound(condition: str) -> int:
        sql = f"""
            SELECT u.compound_id FROM oversight.status AS u
            WHERE upper_inf(u.valid) AND {condition} ORDER BY 1 LIMIT 1"""
        with city.connect() as connection:
            number = connection.scalar(text(sql))
        assert number is not None, condition
        return int(number)

    return compound


@pytest.fixture(scope="module")
def restricted(city: Engine) -> int:
    """A company that may take no compound."""
    with city.connect() as connection:
        return int(
            connection.execute(
                text("""
                    SELECT company_id FROM oversight.company_status
                    WHERE upper_inf(valid) AND restricted ORDER BY 1 LIMIT 1
                """)
            ).scalar_one()
        )


def status(client: httpx.Client, compound: int, day: date | None = None) -> dict[str, Any]:
    parameters = {} if day is None else {"as_of": day.isoformat()}
    answer = client.get(f"/compounds/{compound}/status", params=parameters).raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("back", [0, 100, 400, 900])
def test_it_is_what_the_rules_say_of_the_day(
    client: httpx.Client, city: Engine, find: Find, back: int
) -> None:
    compound, day = find("rung >= 2"), today() - timedelta(days=back)
    policy = of_city(YINCHUAN)
    with city.connect() as connection:
        (facts,) = read_compounds(connection, [compound], policy, with_companies=True)
    expected = assess(facts, policy, day)
    found = status(client, compound, day)
    for name in ("rung", "rated_star", "effective_star", "key_target", "exit_case", "exit_ground"):
        assert found[name] == getattr(expected, name), name
    assert found["counting"] == list(expected.counting)
    assert [one["kind"] for one in found["measures"]] == [one.kind for one in expected.measures]
    assert found["disclosures"] == dict(expected.disclosures)
    assert [one["code"] for one in found["gaps"]] == list(expected.gaps)
    told = [(one["code"], one["detail"]) for one in found["reasons"]]
    assert told == [(one.code, one.detail) for one in every_reason(expected)]
    assert found["readings"].keys() == {
        setting
        for part in (found, found["company"] or {})
        for one in part.get("reasons", ())
        for setting in one["settings"]
    }
    company = expected.company
    assert (found["company"] or {}).get("rung") == (company.rung if company else None)


def test_every_reason_is_a_sentence_with_its_row_in_both_languages(
    client: httpx.Client, find: Find
) -> None:
    for condition in ("rung = 3", "exit_case", "orders_overdue > 0", "effective_star IS NULL"):
        for one in status(client, find(condition))["reasons"]:
            assert one["row"].startswith("T")
            assert one["zh"] != one["en"]
            assert "{" not in one["zh"] + one["en"]


def test_a_reason_names_the_reading_that_made_it(client: httpx.Client, find: Find) -> None:
    found = status(client, find("rung = 3"))
    rung = next(one for one in found["reasons"] if one["code"] == "rung_reached")
    assert rung["setting"] == "ladder.count"
    assert rung["reading"]["value"] == "distinct"
    assert rung["reading"]["question"]["zh"]
    assert rung["reading"]["meaning"]["en"]
    assert len(found["policy"]["version"]) == 16


def test_the_facts_of_a_reason_are_those_that_count(client: httpx.Client, find: Find) -> None:
    found = status(client, find("rung = 2"))
    rung = next(one for one in found["reasons"] if one["code"] == "rung_reached")
    assert {one["id"] for one in rung["facts"]} <= set(found["counting"])
    assert all(one["kind"] == "violation" for one in rung["facts"])


def test_a_past_day_lies_in_the_span_that_is_answered(client: httpx.Client, find: Find) -> None:
    day = today() - timedelta(days=300)
    valid = status(client, find("rung >= 2"), day)["valid"]
    assert valid["from"] <= day.isoformat() <= valid["to"]


def test_a_day_before_anything_was_known_names_the_first(client: httpx.Client, find: Find) -> None:
    compound = find("rung >= 2")
    first = status(client, compound)["first_day"]
    answer = client.get(f"/compounds/{compound}/status", params={"as_of": "1950-01-01"})
    assert answer.status_code == 404
    assert first in answer.json()["detail"]
    assert answer.json()["parameter"] == "as_of"


def test_a_day_to_come_is_assumed_until_time_alone_changes_it(
    client: httpx.Client, find: Find
) -> None:
    compound = find("holds_until > CURRENT_DATE + 10")
    until = date.fromisoformat(status(client, compound)["holds_until"])
    assert status(client, compound)["assumed"] is False
    assert status(client, compound, until - timedelta(days=1))["assumed"] is True
    answer = client.get(f"/compounds/{compound}/status", params={"as_of": until.isoformat()})
    assert answer.status_code == 404
    assert until.isoformat() in answer.json()["detail"]


def test_an_unchanged_status_is_not_sent_again(client: httpx.Client, find: Find) -> None:
    address = f"/compounds/{find('rung = 1')}/status"
    tag = client.get(address).headers["etag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""


def test_a_company_has_its_measures_and_the_compounds_it_serves(
    client: httpx.Client, city: Engine, restricted: int
) -> None:
    found = client.get(f"/companies/{restricted}/status").raise_for_status().json()
    policy = of_city(YINCHUAN)
    with city.connect() as connection:
        (facts,) = read_companies(connection, [restricted], policy)
        served = connection.execute(
            text("""
                SELECT u.effective_star, c.households FROM registry.contract AS k
                JOIN registry.compound AS c ON c.id = k.compound_id
                LEFT JOIN oversight.status AS u ON u.compound_id = c.id AND upper_inf(u.valid)
                WHERE k.company_id = :id AND k.valid @> CAST(:today AS date)
            """),
            {"id": restricted, "today": today()},
        ).all()
    expected = assess_company(facts, policy, today())
    assert found["restricted"] is True
    assert found["rung"] == expected.rung
    assert found["credit_points"] == expected.credit_points
    assert [one["kind"] for one in found["measures"]] == [one.kind for one in expected.measures]
    star = own_star([(row.effective_star, row.households) for row in served], policy)
    assert found["own_star"] == pytest.approx(star, abs=0.01)
    assert sum(one["count"] for one in found["projects_by_star"]) == len(served)
    assert len(found["projects"]) == len(served)


def test_a_restricted_company_may_take_no_compound(
    client: httpx.Client, city: Engine, find: Find, restricted: int
) -> None:
    compound = find(f"company_id <> {restricted}")
    found = client.get(f"/companies/{restricted}/entry", params={"compound": compound}).json()
    assert found["verdict"] == "no"
    ground = found["grounds"][0]
    assert (ground["code"], ground["row"]) == ("entry_restricted", "T3")
    assert ground["reading"]["value"] == "new"


def test_a_company_without_a_stain_may(client: httpx.Client, city: Engine, find: Find) -> None:
    with city.connect() as connection:
        company = connection.execute(
            text("""
                SELECT s.company_id FROM oversight.company_status AS s
                WHERE upper_inf(s.valid) AND s.rung = 0
                  AND NOT EXISTS (SELECT FROM oversight.exit_case AS x
                                  WHERE x.company_id = s.company_id)
                  AND NOT EXISTS (SELECT FROM oversight.status AS u
                                  WHERE u.company_id = s.company_id AND u.exit_case
                                    AND upper_inf(u.valid))
                  AND NOT EXISTS (SELECT FROM oversight.measure AS m
                                  WHERE m.company_id = s.company_id AND m.compound_id IS NULL)
                  AND NOT EXISTS (SELECT FROM registry.contract AS k
                                  WHERE k.company_id = s.company_id AND k.end_reason = 'exit')
                ORDER BY 1 LIMIT 1
            """)
        ).scalar_one()
    compound = find(f"company_id <> {company}")
    found = client.get(f"/companies/{company}/entry", params={"compound": compound}).json()
    assert (found["verdict"], found["grounds"]) == ("yes", [])


@pytest.mark.parametrize(
    ("address", "code", "parameter"),
    [
        ("/compounds/1/status?as_of=yesterday", 400, "as_of"),
        ("/compounds/1/status?on=2026-01-01", 400, "on"),
        ("/compounds/9999999/status", 404, None),
        ("/companies/9999999/status", 404, None),
        ("/companies/1/entry", 400, "compound"),
        ("/companies/1/entry?compound=9999999", 404, "compound"),
        ("/companies/9999999/entry?compound=1", 404, None),
    ],
)
def test_what_cannot_be_answered_says_why(
    client: httpx.Client, address: str, code: int, parameter: str | None
) -> None:
    answer = client.get(address)
    assert answer.status_code == code
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json().get("parameter") == parameter
