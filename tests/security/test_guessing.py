"""What is hidden answers just as what is missing: in words, headers, and the time it takes."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import httpx
import pytest
from sqlalchemy import Engine, text

from layers.registry import LAYERS
from oversight.writing.resources import RESOURCES
from tests.people import client_of, token_of
from tests.security.conftest import BOUNDED, Person, acting
from tests.security.test_routes import EVERYBODY, ROUTES, SIGNED_IN, asked, who
from tests.support import Service

MISSING = 987654321
TRIES, ROUNDS = 15, 10
TOLERANCE = 0.15
"""So far may a hidden row be from a missing one in the median, as a part of the time that takes.

What a busy machine adds differs from round to round; what the service adds is in each of them.
"""
APART = {"x-request-id", "date", "content-length", "ratelimit"}
TABLES = {f" /{resource.name}/": resource.full_name for resource in RESOURCES}
LAYERS_OF_FACTS = {
    "complaints": "oversight.complaint",
    "hazards": "oversight.hazard",
    "inspections": "planning.inspection",
    "leads": "oversight.lead",
    "orders": "oversight.rectification_order",
    "self-government": "registry.committee",
    "utilities": "registry.utility",
    "violations": "oversight.violation",
}
TABLES |= {f"/collections/{name}/items/": table for name, table in LAYERS_OF_FACTS.items()}
HIDDEN = [
    route
    for route in ROUTES
    if not route.startswith("OPTIONS")  # which tells what may be done, and reads nothing
    and (
        "{number}" in route or ("{feature_id}" in route and route.split("/")[2] in LAYERS_OF_FACTS)
    )
]
"""Routes with the number of something that not everybody may know of."""
READ = [route for route in HIDDEN if route.startswith("GET")]


def test_other_routes_with_numbers_are_of_what_everybody_knows() -> None:
    """Compounds and companies are public; what of them is not has a rule of its own."""
    assert {name for name, one in LAYERS.items() if one.readers is not None} == set(LAYERS_OF_FACTS)
    for route in ROUTES:
        if "{" in route and route not in HIDDEN and "/imports/" not in route:
            path = route.split(" ")[1]
            tiles = "{z}" in path or path.startswith("/tile")
            public = tiles or path.startswith("/collections/")
            assert route in EVERYBODY | SIGNED_IN or public, route


@pytest.fixture(scope="module")
def seekers(city: Engine, elsewhere: str, people: Mapping[str, Person]) -> Mapping[str, Person]:
    """By bounded role somebody who does not see all of the city; its own officers do."""
    token = token_of(city, "city_officer", area_code=elsewhere)
    stranger = Person("city_officer", "area", elsewhere, token)
    return {role: people[role] for role in BOUNDED} | {"city_officer": stranger}


@pytest.fixture(scope="module")
def hidden(
    city: Engine, engines: Mapping[str, Engine], seekers: Mapping[str, Person]
) -> Callable[[str, str], int]:
    """The number of a row that is there and that somebody in a role does not see, by its route."""

    @cache
    def of_table(role: str, table: str) -> int:
        believed = f"SELECT id FROM {table} WHERE superseded_at IS NULL"
        with acting(engines, seekers[role]) as connection:
            seen = connection.scalars(text(believed)).all()
        with city.connect() as connection:
            others = text(f"{believed} AND id <> ALL(:seen) ORDER BY id LIMIT 1")
            found = connection.scalar(others, {"seen": seen})
        assert found is not None, f"{role} sees all rows of {table} in the sample city"
        return int(found)

    def of_route(role: str, route: str) -> int:
        return of_table(role, next(name for path, name in TABLES.items() if path in route))

    return of_route


@pytest.mark.parametrize("role", BOUNDED)
def test_a_hidden_row_is_told_as_a_missing_one(
    served_city: Service,
    seekers: Mapping[str, Person],
    hidden: Callable[[str, str], int],
    role: str,
) -> None:
    with client_of(served_city.url, seekers[role].token) as client:
        for route in HIDDEN:
            numbers = (hidden(role, route), MISSING)
            told = [_told(asked(client, route, number=one), one) for one in numbers]
            assert told[0] == told[1], route
            assert told[0][0] in {403, 404}, route
            if route in READ and role in who(route):
                assert told[0][0] == 404, route


@pytest.mark.parametrize("route", [route for route in ROUTES if "{import_id}" in route])
def test_another_citys_import_is_told_as_a_missing_one(
    foreign_import: int, clients: Mapping[str, httpx.Client], route: str
) -> None:
    client = clients["city_officer"]
    told = [_told(asked(client, route, number=one), one) for one in (foreign_import, MISSING)]
    assert told[0] == told[1]
    assert told[0][0] == 404


@pytest.mark.parametrize("route", READ)
def test_a_hidden_row_takes_as_long_as_a_missing_one(
    clients: Mapping[str, httpx.Client], hidden: Callable[[str, str], int], route: str
) -> None:
    number = hidden("street_officer", route)
    rounds: list[float] = []
    while len(rounds) < ROUNDS and not any(abs(one) <= TOLERANCE for one in rounds):
        rounds.append(_apart(clients["street_officer"], route, number))
    assert min(map(abs, rounds)) <= TOLERANCE, rounds


def _apart(client: httpx.Client, route: str, hidden: int) -> float:
    """How much longer a hidden row takes than a missing one, as a part of the time of that."""
    pairs = []
    for turn in range(TRIES):
        # Neither is always the first of the two.
        order = (hidden, MISSING) if turn % 2 else (MISSING, hidden)
        took = {one: _seconds(client, route, one) for one in order}
        pairs.append((took[hidden], took[MISSING]))
    usual = statistics.median(missing for _, missing in pairs)
    return statistics.median(one - missing for one, missing in pairs) / usual


@pytest.fixture(scope="module")
def foreign_import(city: Engine, elsewhere: str) -> Iterator[int]:
    """An import that failed in a city whose officer asks nothing here."""
    with city.begin() as connection:
        number = connection.scalar(
            text(
                "INSERT INTO imports.file (kind, city_code, name, bytes, dry_run, state, options,"
                " created_by, error, finished_at) VALUES ('companies', :city, 'x.csv', 1, false,"
                " 'failed', '{}', 'test', 'x', clock_timestamp()) RETURNING id"
            ),
            {"city": elsewhere},
        )
    yield number or 0
    with city.begin() as connection:
        connection.execute(text("DELETE FROM imports.file WHERE id = :id"), {"id": number})


def _told(answer: httpx.Response, number: int) -> tuple[int, str, dict[str, str]]:
    body = str({**answer.json(), "request_id": ""}).replace(str(number), "N")
    headers = {name: value for name, value in answer.headers.items() if name not in APART}
    assert "etag" not in headers
    return answer.status_code, body, headers


def _seconds(client: httpx.Client, route: str, number: int) -> float:
    began = time.perf_counter()
    assert asked(client, route, number=number).status_code == 404
    return time.perf_counter() - began
