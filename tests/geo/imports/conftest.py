"""A city that files are imported into."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from geo import boundaries


@pytest.fixture(scope="module")
def yinchuan(database: Engine) -> Engine:
    """The city's boundaries and nothing else."""
    boundaries.add_city(database, "640100")
    return database


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
