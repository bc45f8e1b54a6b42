"""Databases cloned from migrated templates, and a running service over the sample city."""

import os
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import Engine

from access.credentials import installation_secret
from access.enforce import enforce
from geo import boundaries, migrate, sample
from geo.cluster import Cluster
from oversight import catalogue, duties
from oversight.store.rebuild import rebuild
from tests.people import client_of, token_of
from tests.support import ROOT, UNSAFE, Service, new_database, served
from tests.templates import kept


@pytest.fixture(scope="session")
def server(worker_id: str) -> Iterator[str]:
    """The address of a PostgreSQL server on which databases may be made, one a test process."""
    given = os.environ.get("ATLAS_DATABASE_URL")
    if given:
        yield given
        return
    cluster = Cluster(ROOT / ".atlas" / f"test-{worker_id}", options=UNSAFE)
    cluster.start()
    yield cluster.url("postgres")
    cluster.stop()


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """The name of a database with the schema and the violation catalogue, and no facts."""
    return kept(server, "empty", "template0", _without_facts)


@pytest.fixture(scope="session")
def city_template(server: str, template: str) -> str:
    """The name of a database with Yinchuan's sample city of 1,500 compounds, and their statuses."""
    return kept(server, "city", template, _sample_city)


def _without_facts(made: Engine) -> None:
    migrate.upgrade(made)
    with made.begin() as connection:
        enforce(connection, installation_secret())
        catalogue.load(connection)


def _sample_city(made: Engine) -> None:
    boundaries.add_city(made, "640100")
    sample.build(made)
    with made.begin() as connection:
        duties.load(connection)
    rebuild(made)


@pytest.fixture(scope="module")
def database(server: str, template: str) -> Iterator[Engine]:
    """A database of the module's own, with the schema and no facts."""
    with new_database(server, template) as made:
        yield made


@pytest.fixture
def fresh(server: str, template: str) -> Iterator[Engine]:
    """A database of the test's own, with the schema and no facts."""
    with new_database(server, template) as made:
        yield made


@pytest.fixture(scope="session")
def city(server: str, city_template: str) -> Iterator[Engine]:
    """The sample city, shared by all who only read it."""
    with new_database(server, city_template) as made:
        yield made


@pytest.fixture(scope="session")
def served_city(city: Engine) -> Iterator[Service]:
    """The real service, in a process of its own, over the sample city."""
    with served(city) as service:
        yield service


@pytest.fixture(scope="session")
def client(served_city: Service) -> Iterator[httpx.Client]:
    """A client of the service over the sample city, that sees all (administrator)."""
    with client_of(served_city.url, token_of(served_city.engine, "administrator")) as made:
        yield made


@pytest.fixture(scope="session")
def public(served_city: Service) -> Iterator[httpx.Client]:
    """A client of nobody in particular."""
    with client_of(served_city.url, None) as made:
        yield made
