"""The database lets nobody but the city set a fact itself aside, whatever the service asks."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from tests.security.conftest import Person, acting

_ONE = text("SELECT min(id) FROM oversight.violation WHERE superseded_at IS NULL")
_WITHDRAW = text("UPDATE oversight.violation SET superseded_at = now() WHERE id = :id")
_CORRECT = text("UPDATE oversight.violation SET recorded_at = now() WHERE id = :id")


@pytest.mark.parametrize("role", ["administrator", "city_officer"])
def test_the_city_withdraws(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str
) -> None:
    with acting(engines, people[role]) as connection:
        one = {"id": connection.scalar(_ONE)}
        assert connection.execute(_WITHDRAW, one).rowcount == 1


@pytest.mark.parametrize("role", ["district_officer", "street_officer", "inspector"])
def test_others_change_facts_and_withdraw_none(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str
) -> None:
    with acting(engines, people[role]) as connection:
        one = {"id": connection.scalar(_ONE)}
        assert connection.execute(_CORRECT, one).rowcount == 1
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(_WITHDRAW, one)
