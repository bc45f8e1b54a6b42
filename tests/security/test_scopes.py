"""What each role sees of each table, asked of PostgreSQL itself."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from access.enforce import LOGINS
from access.rules import AREA, CITY, EVERYTHING, RULES
from audit.record import Who, act_as, record
from tests.people import token_of
from tests.security.conftest import BOUND, Person, acting

SCOPED = sorted(
    table for table in RULES if table.partition(".")[0] in {"oversight", "planning", "registry"}
)
BY_AREA = [table for table in SCOPED if RULES[table].area == AREA]
BY_CITY = [table for table in SCOPED if RULES[table].area == CITY]
FOR_ALL = [table for table in SCOPED if RULES[table].all == EVERYTHING]
ROLES = ("public", *BOUND)
AREA_ROLES = ("city_officer", "district_officer", "street_officer")


_BEAR = text("SELECT set_config('atlas.session', :token, true)")
_TOLD = text("SELECT actor, account_id, grant_id, session_id FROM audit.event WHERE id = :id")
_KNOWN = text("""
    SELECT a.login AS actor, s.account_id, s.grant_id, CAST(s.id AS text) AS session_id
    FROM access.session AS s JOIN access.account AS a ON a.id = s.account_id
    WHERE s.token_hash = sha256(convert_to(:token, 'UTF8'))
""")


def seen(engines: Mapping[str, Engine], person: Person, table: str) -> int | None:
    """How many rows the person sees; None where the table may not even be asked for."""
    with acting(engines, person) as connection:
        asked = text("SELECT has_any_column_privilege(:table, 'SELECT')")
        if not connection.scalar(asked, {"table": table}):
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.execute(text(f"SELECT count(*) FROM {table}"))
            return None
        return connection.scalar(text(f"SELECT count(*) FROM {table}"))


def counted(city: Engine, table: str, where: str = "true", **values: object) -> int:
    with city.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {where}"), values) or 0


@pytest.mark.parametrize("table", SCOPED)
def test_the_public_sees_no_row(
    engines: Mapping[str, Engine], people: Mapping[str, Person], table: str
) -> None:
    assert not seen(engines, people["public"], table)


@pytest.mark.parametrize("table", BY_AREA)
@pytest.mark.parametrize("role", AREA_ROLES)
def test_an_office_sees_its_area_and_nothing_else(
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    city: Engine,
    role: str,
    table: str,
) -> None:
    area = str(people[role].bound)
    below = "area_code = :area OR area_code LIKE :below"
    like = f"{area[:4]}%" if role == "city_officer" else f"{area}%"
    expected = counted(city, table, below, area=area, below=like)
    assert seen(engines, people[role], table) == expected


@pytest.mark.parametrize("table", BY_CITY)
@pytest.mark.parametrize("role", AREA_ROLES)
def test_what_is_the_citys_every_office_of_it_sees(
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    city: Engine,
    role: str,
    table: str,
) -> None:
    assert seen(engines, people[role], table) == counted(city, table, "city_code = '640100'")


def test_contacts_are_those_of_the_companies_that_serve_in_the_area(
    engines: Mapping[str, Engine], people: Mapping[str, Person], city: Engine
) -> None:
    serving = (
        "company_id IN (SELECT company_id FROM registry.contract WHERE area_code LIKE :below"
        " AND superseded_at IS NULL AND valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date)"
    )
    street = people["street_officer"]
    expected = counted(city, "registry.company_contact", serving, below=f"{street.bound}%")
    assert expected < counted(city, "registry.company_contact")
    assert seen(engines, street, "registry.company_contact") == expected


@pytest.mark.parametrize("table", FOR_ALL)
@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_sees_all_sees_every_row(
    engines: Mapping[str, Engine],
    people: Mapping[str, Person],
    city: Engine,
    role: str,
    table: str,
) -> None:
    assert seen(engines, people[role], table) == counted(city, table)


def test_a_company_sees_its_own_breaches_only(
    engines: Mapping[str, Engine], people: Mapping[str, Person], city: Engine
) -> None:
    company = people["company_user"]
    own = counted(city, "oversight.violation", "company_id = :id", id=company.bound)
    assert 0 < own == seen(engines, company, "oversight.violation")
    with acting(engines, company) as connection:
        companies = connection.scalars(
            text("SELECT DISTINCT company_id FROM oversight.company_status")
        ).all()
    assert companies == [company.bound]


def test_an_agency_sees_what_was_passed_to_it(
    engines: Mapping[str, Engine], people: Mapping[str, Person], city: Engine
) -> None:
    agency = people["agency_officer"]
    passed = counted(city, "oversight.referral", "agency_id = :id", id=agency.bound)
    assert 0 < passed == seen(engines, agency, "oversight.referral")
    referred = counted(
        city,
        "oversight.violation",
        "id IN (SELECT violation_id FROM oversight.referral WHERE agency_id = :id"
        " AND superseded_at IS NULL)",
        id=agency.bound,
    )
    assert seen(engines, agency, "oversight.violation") == referred
    assert not seen(engines, agency, "oversight.hazard")


def test_an_inspector_sees_the_compounds_visited(
    engines: Mapping[str, Engine], people: Mapping[str, Person]
) -> None:
    with acting(engines, people["inspector"]) as connection:
        compounds = connection.scalars(
            text("SELECT DISTINCT compound_id FROM oversight.status")
        ).all()
        mine = connection.scalar(text("SELECT access.compounds()"))
        inspectors = connection.scalars(text("SELECT id FROM planning.inspector")).all()
    assert 0 < len(compounds) == len(mine)
    assert inspectors == [people["inspector"].bound]


@pytest.mark.parametrize("role", AREA_ROLES)
@pytest.mark.parametrize("token", [None, "", "atlas_wrong", "x' OR true --"])
def test_without_a_session_that_holds_nothing_is_seen(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str, token: str | None
) -> None:
    stranger = Person(role, people[role].kind, None, token)
    assert seen(engines, stranger, "oversight.violation") == 0


def test_a_scope_cannot_be_claimed(
    engines: Mapping[str, Engine], people: Mapping[str, Person]
) -> None:
    street = people["street_officer"]
    with acting(engines, street) as connection:
        before = connection.scalar(text("SELECT count(*) FROM oversight.violation"))
        for name in ("atlas.codes", "atlas.area_code", "atlas.role", "atlas.account_id"):
            connection.execute(text("SELECT set_config(:name, '640100', true)"), {"name": name})
        assert connection.scalar(text("SELECT count(*) FROM oversight.violation")) == before


@pytest.mark.parametrize("role", AREA_ROLES)
@pytest.mark.parametrize(
    "taken", ["atlas_all", "atlas_owner", "atlas_worker", "atlas_backup", "atlas", "atlas_gate"]
)
def test_no_other_role_can_be_taken(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str, taken: str
) -> None:
    with (
        acting(engines, people[role]) as connection,
        pytest.raises(ProgrammingError, match="permission"),
    ):
        connection.exec_driver_sql(f"SET LOCAL ROLE {taken}")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_reads_accounts_or_sessions(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str
) -> None:
    for table in ("access.account", "access.session", "access.role_grant", "access.attempt"):
        assert seen(engines, people[role], table) is None


def test_only_auditors_and_administrators_read_the_audit(
    engines: Mapping[str, Engine], people: Mapping[str, Person], city: Engine
) -> None:
    for role in ROLES:
        found = seen(engines, people[role], "audit.event")
        if role in {"auditor", "administrator"}:
            assert found == counted(city, "audit.event") > 0
        else:
            assert not found, role


@pytest.mark.parametrize("role", ROLES)
def test_an_event_cannot_be_written_but_through_the_audit(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str
) -> None:
    with (
        acting(engines, people[role]) as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text("INSERT INTO audit.event (actor, action) VALUES ('x', 'y')"))


@pytest.mark.parametrize("role", BOUND)
def test_an_event_is_in_the_name_of_whose_session_it_is(
    engines: Mapping[str, Engine], people: Mapping[str, Person], city: Engine, role: str
) -> None:
    with engines[people[role].kind].begin() as connection:
        connection.execute(_BEAR, {"token": people[role].token})
        act_as(connection, Who("zhang", account_id=1000, grant_id=1001, session_id="1002"))
        number = record(connection, "enter", actor="li")
    with city.connect() as connection:
        told = connection.execute(_TOLD, {"id": number}).one()
        known = connection.execute(_KNOWN, {"token": people[role].token}).one()
    assert told == known


def test_an_event_at_the_end_of_what_began_in_a_session_that_ended_names_it_still(
    engines: Mapping[str, Engine], city: Engine
) -> None:
    """An export goes on after somebody signs out, and its end is told."""
    token = token_of(city, "district_officer", area_code="640106")
    with city.begin() as connection:
        known = connection.execute(_KNOWN, {"token": token}).one()
        ending = text("UPDATE access.session SET revoked_at = now() WHERE id::text = :id")
        connection.execute(ending, {"id": known.session_id})
    with engines["area"].begin() as connection:
        connection.execute(_BEAR, {"token": token})
        number = record(connection, "exported", actor="li")
    with city.connect() as connection:
        assert connection.execute(_TOLD, {"id": number}).one() == known


@pytest.mark.parametrize("kind", LOGINS)
@pytest.mark.parametrize("token", ["", "atlas_wrong"])
def test_whoever_asks_without_a_session_records_nothing(
    engines: Mapping[str, Engine], kind: str, token: str
) -> None:
    with engines[kind].connect() as connection:
        connection.execute(_BEAR, {"token": token})
        act_as(connection, Who("admin", account_id=1))
        with pytest.raises(ProgrammingError, match=r"session of whoever asks|permission denied"):
            record(connection, "enter", actor="admin")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE oversight.policy SET content = '{}'",
        "INSERT INTO oversight.policy (city_code, version, content) VALUES ('640100', 'x', '{}')",
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_nobody_who_asks_writes_a_policy(
    engines: Mapping[str, Engine], people: Mapping[str, Person], role: str, change: str
) -> None:
    with (
        acting(engines, people[role]) as connection,
        pytest.raises(ProgrammingError, match="permission denied"),
    ):
        connection.execute(text(change))


def test_an_auditor_writes_nothing(
    engines: Mapping[str, Engine], people: Mapping[str, Person]
) -> None:
    with acting(engines, people["auditor"]) as connection:
        changed = connection.execute(text("UPDATE oversight.violation SET evidence = 'x'")).rowcount
    assert changed == 0


def test_a_street_cannot_move_a_fact_to_another_street_or_change_one_there(
    engines: Mapping[str, Engine], people: Mapping[str, Person], city: Engine
) -> None:
    street = people["street_officer"]
    with city.connect() as connection:
        other = connection.scalar(
            text(
                "SELECT id FROM oversight.violation WHERE area_code <> :area"
                " AND superseded_at IS NULL LIMIT 1"
            ),
            {"area": street.bound},
        )
    with acting(engines, street) as connection:
        changed = connection.execute(
            text("UPDATE oversight.violation SET evidence = 'x' WHERE id = :id"), {"id": other}
        ).rowcount
    assert changed == 0
    with acting(engines, street) as connection, pytest.raises(ProgrammingError, match="row-level"):
        connection.execute(
            text("""
                INSERT INTO oversight.hazard
                    (city_code, compound_id, type_code, severity, found_on, due_on)
                SELECT city_code, compound_id, 'T9.fire_lane', 'general', '2026-01-01', '2026-01-02'
                FROM (SELECT c.city_code, c.id AS compound_id FROM registry.compound AS c
                      WHERE c.street_code <> :area LIMIT 1) AS elsewhere
            """),
            {"area": street.bound},
        )


def test_an_inspection_whose_day_is_corrected_moves_out_of_an_inspectors_month(
    city: Engine,
) -> None:
    """The day beside who inspected is that of the inspection, whatever is given."""
    day = text(
        "SELECT DISTINCT inspected_on FROM planning.inspection_inspector WHERE inspection_id = 1"
    )
    with city.connect() as connection:
        before = connection.scalars(
            text("SELECT inspected_on FROM planning.inspection WHERE id = 1")
        )
        assert connection.scalars(day).all() == before.all()
        for change in (
            "UPDATE planning.inspection SET inspected_on = '2020-02-02' WHERE id = 1",
            "UPDATE planning.inspection_inspector SET inspected_on = '2021-01-01'",
        ):
            connection.execute(text(change))
            assert [str(one) for one in connection.scalars(day)] == ["2020-02-02"]
        connection.rollback()
