"""A city that files are imported into, by the role that imports what people send."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from access.credentials import address, installation_secret
from access.enforce import WORKER, enforce
from geo import boundaries
from geo.database import engine as connecting


@pytest.fixture(scope="module")
def yinchuan(database: Engine) -> Iterator[Engine]:
    """The city's boundaries and nothing else."""
    boundaries.add_city(database, "640100")
    with database.begin() as connection:
        enforce(connection, installation_secret())  # a copied database has lost its rights
    url = database.url.render_as_string(hide_password=False)
    made = connecting(address(url, WORKER, installation_secret()))
    yield made
    made.dispose()


@pytest.fixture
def engine(yinchuan: Engine) -> Iterator[Engine]:
    """The city, without compounds and companies afterwards."""
    yield yinchuan
    with yinchuan.begin() as connection:
        connection.execute(
            text(
                "TRUNCATE registry.compound, registry.company, imports.file"
                " RESTART IDENTITY CASCADE"
            )
        )
