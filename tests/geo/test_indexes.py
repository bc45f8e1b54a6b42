"""An index that is missing or unusable is told by name, with what makes it again."""

import re

import httpx
import pytest
from sqlalchemy import Engine, text

from geo import indexes
from geo.errors import AtlasError
from tests.support import served

NAME = "registry.compound_geom_gist"


def test_nothing_is_missing_after_the_migrations(fresh: Engine) -> None:
    with fresh.connect() as connection:
        indexes.check(connection)
    assert NAME in indexes.needed()
    assert len(indexes.needed()) > 200


@pytest.mark.parametrize(
    "spoilt",
    [
        f"DROP INDEX {NAME}",
        f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{NAME}'::regclass",
    ],
)
def test_what_is_told_makes_it_again(fresh: Engine, spoilt: str) -> None:
    with fresh.begin() as connection:
        connection.execute(text(spoilt))
    with fresh.connect() as connection, pytest.raises(AtlasError, match=NAME) as told:
        indexes.check(connection)
    (remedy,) = re.findall(r"^  (DROP INDEX .*)$", str(told.value), re.MULTILINE)
    with fresh.begin() as connection:
        connection.exec_driver_sql(remedy)
        indexes.check(connection)


def test_a_service_without_it_is_not_ready(fresh: Engine) -> None:
    with served(fresh) as service:
        with fresh.begin() as connection:
            connection.execute(text(f"DROP INDEX {NAME}"))
        answer = httpx.get(f"{service.url}/readyz")
        assert answer.status_code == 503
        assert NAME in answer.json()["detail"]
