"""What an answer may tell by the side: of rows it met, that are hidden, and in its ETag."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.security.conftest import Person

VIOLATION = {
    "type_code": "P2",
    "offender_kind": "company",
    "found_on": "2026-03-02",
}


BELIEVED = "FROM oversight.violation WHERE superseded_at IS NULL"


@pytest.fixture(scope="module")
def officer(clients: Mapping[str, httpx.Client]) -> httpx.Client:
    return clients["street_officer"]


@pytest.fixture
def taken(city: Engine, people: Mapping[str, Person]) -> Iterator[tuple[str, str]]:
    """Codes of two violations, one of the officer's street and one of elsewhere."""
    numbers = own_and_foreign(city, people, f"SELECT id {BELIEVED}")
    codes = ("side-own", "side-foreign")
    change = text("UPDATE oversight.violation SET code = :code WHERE id = :id")
    with city.begin() as connection:
        for number, code in zip(numbers, codes, strict=True):
            connection.execute(change, {"id": number, "code": code})
    yield codes
    with city.begin() as connection:
        for number in numbers:
            connection.execute(change, {"id": number, "code": None})


def own_and_foreign(city: Engine, people: Mapping[str, Person], query: str) -> tuple[Any, Any]:
    """One value of the street officer's own and one of elsewhere."""
    street = people["street_officer"].bound
    with city.connect() as connection:
        own = connection.scalar(
            text(f"{query} AND area_code = :street LIMIT 1"), {"street": street}
        )
        foreign = connection.scalar(
            text(f"{query} AND area_code <> :street LIMIT 1"), {"street": street}
        )
    assert own is not None
    assert foreign is not None
    return own, foreign


def said(answer: httpx.Response, number: object = "") -> dict[str, Any]:
    """What is answered, but for what was asked."""
    found = {name: value for name, value in answer.json().items() if name != "request_id"}
    return {**found, "detail": found["detail"].replace(str(number), "N")}


def test_a_code_taken_elsewhere_is_answered_as_one_taken_here(
    city: Engine,
    people: Mapping[str, Person],
    officer: httpx.Client,
    taken: tuple[str, str],
) -> None:
    compound, _ = own_and_foreign(
        city,
        people,
        "SELECT compound_id FROM registry.contract WHERE superseded_at IS NULL"
        " AND valid @> DATE '2026-03-02'",
    )
    answers = [
        officer.post(
            "/violations",
            params={"dry_run": "true"},
            json={**VIOLATION, "compound_id": compound, "code": code},
        )
        for code in (*taken, "nobody-has-this")
    ]
    assert [answer.status_code for answer in answers] == [409, 409, 200], answers[0].text
    assert said(answers[0]) == said(answers[1])


def test_what_is_hidden_is_refused_like_what_is_missing(
    city: Engine, people: Mapping[str, Person], officer: httpx.Client
) -> None:
    _, foreign = own_and_foreign(city, people, f"SELECT id {BELIEVED}")
    answers = [
        officer.post(
            "/referrals",
            params={"dry_run": "true"},
            json={"violation_id": number, "sent_on": "2026-05-01"},
        )
        for number in (foreign, 2**40)
    ]
    assert [answer.status_code for answer in answers] == [422, 422], answers[0].text
    assert said(answers[0], foreign) == said(answers[1], 2**40)


def test_an_etag_is_no_digest_that_a_guess_could_be_tried_against(officer: httpx.Client) -> None:
    answer = officer.get("/compounds/1/responsibilities", headers={"Accept-Encoding": "identity"})
    tag = answer.headers["ETag"].strip('"')
    tried = hashlib.blake2b(answer.content, digest_size=len(tag) // 2).hexdigest()
    assert tag != tried
    again = officer.get("/compounds/1/responsibilities", headers={"If-None-Match": f'"{tag}"'})
    assert again.status_code == 304
