"""Each role is bound to exactly what it needs, in Python and in the database."""

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from access.roles import ROLES, Scope, check_scope, kind_of
from geo.errors import AtlasError
from geo.models.codes import OFFICE_ROLES
from tests.access.people import person

RIGHT = [
    ("administrator", Scope(), "all"),
    ("auditor", Scope(), "all"),
    ("city_officer", Scope(), "all"),
    ("city_officer", Scope(area_code="640100"), "area"),
    ("district_officer", Scope(area_code="640104"), "area"),
    ("street_officer", Scope(area_code="640104001"), "area"),
    ("agency_officer", Scope(agency_id=3), "agency"),
    ("inspector", Scope(inspector_id=4), "inspector"),
    ("company_user", Scope(company_id=5), "company"),
]

WRONG = [
    ("administrator", Scope(area_code="640100")),
    ("auditor", Scope(company_id=5)),
    ("city_officer", Scope(area_code="640104")),
    ("city_officer", Scope(area_code="640100", agency_id=3)),
    ("district_officer", Scope()),
    ("district_officer", Scope(area_code="640100")),
    ("district_officer", Scope(area_code="640104001")),
    ("street_officer", Scope()),
    ("street_officer", Scope(area_code="640104")),
    ("street_officer", Scope(area_code="６４０１０４００１")),
    ("agency_officer", Scope()),
    ("agency_officer", Scope(area_code="640104", agency_id=3)),
    ("inspector", Scope(company_id=5)),
    ("company_user", Scope(inspector_id=4, company_id=5)),
]


@pytest.fixture(scope="module")
def account_id(database: Engine) -> int:
    return person(database, "roles").id


def _insert(database: Engine, account_id: int, role: str, scope: Scope) -> None:
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO access.role_grant (account_id, role, area_code, company_id, agency_id,"
                " inspector_id, valid) VALUES (:account, :role, :area_code, :company_id,"
                " :agency_id, :inspector_id, '[2026-01-01,)')"
            ),
            {"account": account_id, "role": role, **vars(scope)},
        )


@pytest.mark.parametrize(("role", "scope", "kind"), RIGHT)
def test_a_role_with_its_scope_is_of_one_kind(
    database: Engine, account_id: int, role: str, scope: Scope, kind: str
) -> None:
    check_scope(role, scope)
    _insert(database, account_id, role, scope)
    assert kind_of(role, scope.area_code) == kind


@pytest.mark.parametrize(("role", "scope"), WRONG)
def test_a_scope_that_is_not_the_role_s_is_refused_twice(
    database: Engine, account_id: int, role: str, scope: Scope
) -> None:
    with pytest.raises(AtlasError, match=f"role {role}"):
        check_scope(role, scope)
    with pytest.raises(IntegrityError, match="role_grant_"):
        _insert(database, account_id, role, scope)


def test_every_role_of_the_database_has_its_names() -> None:
    assert tuple(ROLES) == OFFICE_ROLES
    assert ROLES["street_officer"].zh == "街道"


def test_a_role_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(AtlasError, match='"mayor" is not one of administrator, city_officer'):
        kind_of("mayor")
