"""Who recorded a fact is told to officers who see the fact; the audit itself stays closed."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from audit.record import Who, act_as, record
from tests.security.conftest import Person, acting

_ASK = text("SELECT id, name FROM access.recorded(CAST(:tables AS text[]), CAST(:ids AS bigint[]))")
_FACTS = text(
    "SELECT max(id) FROM oversight.violation WHERE (left(area_code, 6) = '640106') = :own"
)


@pytest.fixture(scope="module")
def facts(city: Engine) -> tuple[int, int]:
    """A violation of the district officer's district, and one elsewhere; both are on record."""
    with city.begin() as connection:
        account = connection.scalar(
            text("INSERT INTO access.account (login, name) VALUES ('sun', '孙某') RETURNING id")
        )
        act_as(connection, Who("sun", account_id=account))
        own, other = (connection.scalar(_FACTS, {"own": own}) for own in (True, False))
        for number in (own, other):
            record(connection, "enter", "oversight.violation", number, after={"a": 1})
    assert own
    assert other
    return own, other


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        ("district_officer", "own"),
        ("city_officer", "both"),
        ("administrator", "both"),
        ("auditor", "both"),
    ],
)
def test_an_officer_is_told_of_facts_of_the_area_only(
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    facts: tuple[int, int],
    role: str,
    sees: str,
) -> None:
    asked = {"tables": ["oversight.violation"] * 2, "ids": list(facts)}
    with acting(engines, people[role]) as connection:
        found = {row.id: row.name for row in connection.execute(_ASK, asked)}
    assert found == dict.fromkeys(facts if sees == "both" else facts[:1], "孙某")


@pytest.mark.parametrize("role", ["public", "company_user", "agency_officer", "inspector"])
def test_others_cannot_ask(
    engines: Mapping[str, Engine], people: Mapping[str, Person], facts: tuple[int, int], role: str
) -> None:
    asked = {"tables": ["oversight.violation"], "ids": [facts[0]]}
    with (
        acting(engines, people[role]) as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(_ASK, asked)


@pytest.mark.parametrize(
    "table",
    ["access.account", "audit.event", "oversight.violation; DROP TABLE x", "pg_authid"],
)
def test_nothing_but_facts_can_be_named(
    engines: Mapping[str, Engine], people: Mapping[str, Person], table: str
) -> None:
    with acting(engines, people["administrator"]) as connection:
        assert connection.execute(_ASK, {"tables": [table], "ids": [1]}).all() == []


def test_nobody_adds_to_the_counts_of_readings_but_who_signs_people_in(
    engines: Mapping[str, Engine], people: Mapping[str, Person]
) -> None:
    for role, person in people.items():
        with (
            acting(engines, person) as connection,
            pytest.raises(ProgrammingError, match="permission denied"),
        ):
            connection.execute(text("SELECT audit.count_readings('[]')"))
        with acting(engines, person) as connection:
            if role in {"administrator", "auditor"}:
                connection.execute(text("SELECT count(*) FROM audit.reading"))
            elif role in {"city_officer", "district_officer", "street_officer"}:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    connection.execute(text("SELECT count(*) FROM audit.reading"))
