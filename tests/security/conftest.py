"""People of every role over the sample city, and connections as the database's own roles."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import Connection, Engine, text

from access.credentials import address, installation_secret
from access.enforce import LOGINS
from access.roles import kind_of
from geo.database import engine
from tests.people import client_of, token_of
from tests.support import Service

BOUND: Mapping[str, tuple[str, str] | None] = {
    "administrator": None,
    "auditor": None,
    "city_officer": ("area_code", "SELECT '640100'"),
    "district_officer": ("area_code", "SELECT '640106'"),
    "street_officer": (
        "area_code",
        "SELECT street_code FROM registry.compound WHERE district_code = '640106'"
        " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    ),
    "agency_officer": (
        "agency_id",
        "SELECT agency_id FROM oversight.referral GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    ),
    "company_user": (
        "company_id",
        "SELECT company_id FROM oversight.violation WHERE company_id IS NOT NULL"
        " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    ),
    "inspector": (
        "inspector_id",
        "SELECT inspector_id FROM planning.inspection_inspector AS n"
        " JOIN planning.inspection AS i ON i.id = n.inspection_id"
        " WHERE i.inspected_on > current_date - 25"
        " GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    ),
}

BOUNDED = [role for role, bound in BOUND.items() if bound is not None]
"""The roles that do not see everything."""


@dataclass(frozen=True)
class Person:
    """Somebody with one role: the kind of scope, what it is bound to, and a token."""

    role: str
    kind: str
    bound: str | int | None
    token: str | None


@pytest.fixture(scope="session")
def people(city: Engine) -> Mapping[str, Person]:
    """By role somebody who holds it; ``public`` is nobody."""
    found = {"public": Person("public", "public", None, None)}
    for role, query in BOUND.items():
        scope = {}
        if query is not None:
            with city.connect() as connection:
                scope = {query[0]: connection.scalar(text(query[1]))}
        kind = kind_of(role, scope.get("area_code"))
        bound = next(iter(scope.values()), None)
        found[role] = Person(role, kind, bound, token_of(city, role, **scope))
    return found


@pytest.fixture(scope="module")
def elsewhere(city: Engine) -> Iterator[str]:
    """The code of a city without facts, beside the sample city."""
    with city.begin() as connection:
        connection.execute(text("INSERT INTO registry.city VALUES ('000000', '未划定城市')"))
    yield "000000"
    with city.begin() as connection:
        connection.execute(text("DELETE FROM registry.city WHERE code = '000000'"))


@pytest.fixture(scope="session")
def clients(
    served_city: Service, people: Mapping[str, Person]
) -> Iterator[Mapping[str, httpx.Client]]:
    """By role a client of the service."""
    made = {role: client_of(served_city.url, one.token) for role, one in people.items()}
    yield made
    for client in made.values():
        client.close()


@pytest.fixture(scope="session")
def engines(city: Engine) -> Iterator[Mapping[str, Engine]]:
    """By kind of scope an engine that connects as its role."""
    url = city.url.render_as_string(hide_password=False)
    secret = installation_secret()
    made = {kind: engine(address(url, login, secret)) for kind, login in LOGINS.items()}
    yield made
    for one in made.values():
        one.dispose()


@contextmanager
def acting(engines: Mapping[str, Engine], person: Person) -> Iterator[Connection]:
    """A transaction as the person, undone at the end."""
    with engines[person.kind].connect() as connection:
        connection.execute(
            text("SELECT set_config('atlas.session', :token, true)"), {"token": person.token or ""}
        )
        yield connection
        connection.rollback()
