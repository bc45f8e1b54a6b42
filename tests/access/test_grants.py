"""Roles are granted over places and bodies that exist, from a day to a day."""

from datetime import date

import pytest
from sqlalchemy import Engine, text

from access import grants
from access.bodies import number_of
from access.roles import Scope
from geo import boundaries
from geo.errors import AtlasError
from tests.access.people import NOW, OFFICE, events, grants_of, person

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture(scope="module")
def places(database: Engine) -> dict[str, int]:
    """Two small cities with a company each of one code, an agency and an inspector."""
    boundaries.add_city(database, "640500")
    boundaries.add_city(database, "640400")
    statements = {
        "company": "INSERT INTO registry.company (city_code, code, name)"
        " VALUES ('640500', 'C1', '甲物业') RETURNING id",
        "other": "INSERT INTO registry.company (city_code, code, name)"
        " VALUES ('640400', 'C1', '甲物业') RETURNING id",
        "agency": "INSERT INTO oversight.agency (city_code, kind, level, name)"
        " VALUES ('640500', 'fire', 'city', '消防支队') RETURNING id",
        "inspector": "INSERT INTO planning.inspector (city_code, code, valid, skills)"
        " VALUES ('640500', 'J1', '[2026-01-01,)', '{}') RETURNING id",
    }
    with database.begin() as connection:
        return {name: connection.scalar(text(sql)) or 0 for name, sql in statements.items()}


def test_a_grant_names_what_exists(database: Engine, places: dict[str, int]) -> None:
    account = person(database, "holder")
    with database.begin() as connection:
        district, street = connection.execute(
            text("SELECT district_code, code FROM registry.street ORDER BY code LIMIT 1")
        ).one()
        for role, scope in (
            ("city_officer", Scope(area_code="640500")),
            ("district_officer", Scope(area_code=district)),
            ("street_officer", Scope(area_code=street)),
            ("company_user", Scope(company_id=places["company"])),
            ("agency_officer", Scope(agency_id=places["agency"])),
            ("inspector", Scope(inspector_id=places["inspector"])),
        ):
            given = grants.give(connection, OFFICE, account.id, role, scope, now=NOW)
            assert given.scope == scope
            assert given.holds(date(2026, 3, 2))


@pytest.mark.parametrize(
    ("role", "scope", "said"),
    [
        ("city_officer", Scope(area_code="110100"), "city 110100"),
        ("district_officer", Scope(area_code="640599"), "district 640599"),
        ("street_officer", Scope(area_code="640599999"), "street 640599999"),
        ("company_user", Scope(company_id=999), "company 999"),
        ("agency_officer", Scope(agency_id=999), "agency 999"),
        ("inspector", Scope(inspector_id=999), "inspector 999"),
    ],
)
def test_what_does_not_exist_is_not_granted(
    database: Engine, places: dict[str, int], role: str, scope: Scope, said: str
) -> None:
    account = person(database, f"no.{role}")
    with pytest.raises(AtlasError, match=f"there is no {said}"), database.begin() as connection:
        grants.give(connection, OFFICE, account.id, role, scope)
    assert len(grants_of(database, account)) == 1


def test_a_grant_has_a_day_on_which_it_holds(database: Engine) -> None:
    account = person(database, "dayless")
    with pytest.raises(AtlasError, match="name a later day"), database.begin() as connection:
        grants.give(
            connection,
            OFFICE,
            account.id,
            "auditor",
            begin=date(2026, 3, 2),
            end=date(2026, 3, 2),
        )


def test_nobody_cannot_hold_a_role(database: Engine) -> None:
    with pytest.raises(AtlasError, match="no account 999999"), database.begin() as connection:
        grants.give(connection, OFFICE, 999999, "auditor")


def test_a_grant_is_revoked_once_and_stays_on_record(database: Engine) -> None:
    account = person(database, "taken")
    (grant,) = grants_of(database, account)
    with database.begin() as connection:
        grants.revoke(connection, OFFICE, grant.id, now=NOW)
        assert list(grants.current(connection, account.id, NOW)) == []
        with pytest.raises(AtlasError, match=f"grant {grant.id}: there is none"):
            grants.revoke(connection, OFFICE, grant.id, now=NOW)
    (kept,) = grants_of(database, account)
    assert kept.revoked_at == NOW
    (event,) = [one for one in events(database, "revoke role") if one.row_key == str(grant.id)]
    assert event.before == {
        "account_id": account.id,
        "login": "taken",
        "role": "auditor",
        "from": "2026-03-01",
        "until": None,
    }


def test_bodies_are_found_by_what_offices_call_them(
    database: Engine, places: dict[str, int]
) -> None:
    with database.connect() as connection:
        assert number_of(connection, "agency", "消防支队") == places["agency"]
        assert number_of(connection, "inspector", "J1") == places["inspector"]
        assert number_of(connection, "company", f"id:{places['other']}") == places["other"]
        with pytest.raises(AtlasError, match=rf"several cities: .*id:{places['other']} \(640400\)"):
            number_of(connection, "company", "C1")
        with pytest.raises(AtlasError, match="no company C9"):
            number_of(connection, "company", "C9")
        with pytest.raises(AtlasError, match="after id: comes a number"):
            number_of(connection, "company", "id:twelve")
