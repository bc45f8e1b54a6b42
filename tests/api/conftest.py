"""The service over a database that knows Yinchuan, taking in files of a few megabytes."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text

from tests.api import register
from tests.api.register import Office
from tests.people import client_of, token_of
from tests.support import Service, served
from tests.uploads import MEGABYTES


@pytest.fixture(scope="module")
def spool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home") / "spool"


@pytest.fixture(scope="module")
def service(database: Engine, spool: Path) -> Iterator[Service]:
    """The service over a database that knows Yinchuan; no worker runs yet."""
    with database.begin() as connection:
        connection.execute(
            text("INSERT INTO registry.city (code, name) VALUES ('640100', '银川市')")
        )
    with served(
        database, spool=str(spool), upload_megabytes=str(MEGABYTES), upload_idle_seconds="1"
    ) as made:
        yield made


@pytest.fixture
def office(service: Service) -> Iterator[httpx.Client]:
    with client_of(service.url, token_of(service.engine, "city_officer")) as made:
        yield made


@pytest.fixture(scope="module")
def written(database: Engine) -> Iterator[Service]:
    """The service over a city of three compounds that the module's tests write about."""
    register.found(database)
    with served(database) as made:
        yield made


@pytest.fixture
def writer(written: Service) -> Iterator[Office]:
    """An office of the city that writes facts."""
    with client_of(written.url, token_of(written.engine, "city_officer")) as made:
        yield Office(made)


@pytest.fixture(scope="session")
def guarded(city: Engine) -> Iterator[Service]:
    """The service behind a proxy on this machine, with limits that tests can meet."""
    with served(
        city,
        allowed_hosts="map.example.cn, *.gov.example.cn",
        proxies="127.0.0.0/8, 10.0.0.0/8",
        cors_origins="https://gis.example.cn",
        reads_per_minute="60",
        writes_per_minute="12",
        sign_ins_per_minute="6",
        in_flight="2",
        connections="20",
        head_seconds="1.5",
        body_seconds="2",
    ) as made:
        yield made
