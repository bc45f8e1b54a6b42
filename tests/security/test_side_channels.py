"""What an answer may tell by the side: of rows it met, that are hidden, and in its ETag."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.security.conftest import Person

BELIEVED = "FROM oversight.violation WHERE superseded_at IS NULL"


@pytest.fixture(scope="module")
def officer(clients: Mapping[str, httpx.Client]) -> httpx.Client:
    return clients["street_officer"]


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


def guesses(answer: httpx.Response) -> set[str]:
    """Digests, as far as an ETag may be long, that whoever guesses the answer could work out."""
    contents = [answer.content]
    if answer.headers["content-type"] == "application/json":
        fact = answer.json().get("fact", {})
        # A fact's state is told beside it, and follows from it.
        stored = {name: value for name, value in fact.items() if name not in {"state", "steps"}}
        contents += [
            json.dumps(one, sort_keys=True, ensure_ascii=False).encode() for one in (fact, stored)
        ]
    contents += [hashlib.sha256(one).digest() for one in contents]
    sizes = range(8, 33)
    found = {
        hashlib.blake2b(one, digest_size=size).hexdigest() for one in contents for size in sizes
    }
    for name in ("md5", "sha1", "sha256", "sha512"):
        found |= {
            hashlib.new(name, one).hexdigest()[: 2 * size] for one in contents for size in sizes
        }
    return found


@pytest.mark.parametrize("path", ["/compounds/1/responsibilities", "/compounds/1/status", "fact"])
def test_an_etag_is_no_digest_that_a_guess_could_be_tried_against(
    city: Engine, people: Mapping[str, Person], clients: Mapping[str, httpx.Client], path: str
) -> None:
    if path == "fact":
        own, _ = own_and_foreign(city, people, f"SELECT id {BELIEVED}")
        path = f"/violations/{own}"
    asked = clients["administrator"].get(path, headers={"Accept-Encoding": "identity"})
    tag = asked.raise_for_status().headers["ETag"].strip('"')
    assert len(tag) >= 16
    assert tag not in guesses(asked)


def test_an_unchanged_answer_is_not_sent_again(officer: httpx.Client) -> None:
    path = "/compounds/1/responsibilities"
    tag = officer.get(path, headers={"Accept-Encoding": "identity"}).headers["ETag"]
    assert officer.get(path, headers={"If-None-Match": tag}).status_code == 304
