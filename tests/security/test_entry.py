"""T6: whether a company may take a compound rests on facts of everywhere; not all are told it."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.security.conftest import Person

_STAINED = text("""
    SELECT s.company_id FROM oversight.company_status AS s
    WHERE upper_inf(s.valid) AND s.rung >= 4 AND s.company_id <> :own ORDER BY 1 LIMIT 1
""")


@pytest.fixture(scope="module")
def foreign(city: Engine, people: Mapping[str, Person]) -> int:
    """A company with grounds against it, which is not the company user's."""
    with city.connect() as connection:
        return int(connection.execute(_STAINED, {"own": people["company_user"].bound}).scalar_one())


@pytest.fixture(scope="module")
def stranger(city: Engine, elsewhere: str) -> Iterator[int]:
    """A company of another city."""
    with city.begin() as connection:
        number = connection.execute(
            text(
                "INSERT INTO registry.company (city_code, code, name, synthetic)"
                " VALUES (:city, 'Z', '外地物业', true) RETURNING id"
            ),
            {"city": elsewhere},
        ).scalar_one()
    yield int(number)
    with city.begin() as connection:
        connection.execute(text("DELETE FROM registry.company WHERE id = :id"), {"id": number})


def entry(client: httpx.Client, company: int) -> httpx.Response:
    return client.get(f"/companies/{company}/entry", params={"compound": 1})


@pytest.mark.parametrize("role", ["company_user", "agency_officer", "inspector"])
def test_of_a_company_that_is_not_ones_own_nothing_is_told(
    clients: Mapping[str, httpx.Client], foreign: int, role: str
) -> None:
    known: dict[str, Any] = entry(clients["administrator"], foreign).raise_for_status().json()
    assert known["grounds"]
    answer = entry(clients[role], foreign)
    assert answer.status_code == 404, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "etag" not in answer.headers
    for ground in known["grounds"]:
        assert ground["zh"] not in answer.text


def test_a_company_is_told_of_itself(
    clients: Mapping[str, httpx.Client], people: Mapping[str, Person]
) -> None:
    own = int(people["company_user"].bound or 0)
    found, known = (
        entry(clients[role], own).raise_for_status().json()
        for role in ("company_user", "administrator")
    )
    assert found["verdict"] == known["verdict"]
    assert [one["code"] for one in found["grounds"]] == [one["code"] for one in known["grounds"]]


@pytest.mark.parametrize(
    "role", ["administrator", "auditor", "city_officer", "district_officer", "street_officer"]
)
def test_offices_of_its_city_are_told(
    clients: Mapping[str, httpx.Client], foreign: int, role: str
) -> None:
    known = entry(clients["administrator"], foreign).json()
    assert entry(clients[role], foreign).raise_for_status().json()["verdict"] == known["verdict"]


@pytest.mark.parametrize("role", ["city_officer", "district_officer", "street_officer"])
def test_offices_of_another_city_are_not(
    clients: Mapping[str, httpx.Client], stranger: int, role: str
) -> None:
    answer = entry(clients[role], stranger)
    assert (answer.status_code, "parameter" in answer.json()) == (404, False), answer.text
