"""The timeline tells officers who recorded a fact and who changed it last, and nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from audit import erasure
from tests.api.facts import SENT
from tests.api.register import Office
from tests.people import client_of, token_of
from tests.support import Service

VIOLATION = SENT["violations"]


@pytest.fixture(scope="module")
def street(written: Service) -> Iterator[Office]:
    token = token_of(written.engine, "street_officer", name="李街道", area_code="649904001")
    with client_of(written.url, token) as made:
        yield Office(made)


@pytest.fixture(scope="module")
def district(written: Service) -> Iterator[httpx.Client]:
    token = token_of(written.engine, "district_officer", name="王区长", area_code="649904")
    with client_of(written.url, token) as made:
        yield made


def told(client: httpx.Client, number: int, compound: int = 1) -> list[dict[str, Any]]:
    events = client.get(f"/compounds/{compound}/timeline").raise_for_status().json()["events"]
    found = [one for one in events if (one["kind"], one["id"]) == ("violation", number)]
    assert found
    return found


def test_a_fact_is_told_with_who_entered_it_and_who_changed_it_last(
    street: Office, district: httpx.Client
) -> None:
    number = street.enter("violations", **VIOLATION)["id"]
    for one in told(district, number):
        assert one["changed"] is None
        who = one["recorded"]
        assert (who["by"], who["office"], who["role"]["zh"]) == ("李街道", "中山街街道", "街道")
        assert (who["erased"], who["imported"]) == (False, False)
        assert "street_officer-" not in str(one)  # never the login
    corrected = Office(district).correct("violations", number, severity="serious")
    assert corrected.status_code == 200, corrected.text
    for one in told(street.client, number):
        assert (one["recorded"]["by"], one["changed"]["by"]) == ("李街道", "王区长")
        assert one["changed"]["office"] == "东城区"
        assert one["changed"]["at"] >= one["recorded"]["at"]


@pytest.mark.parametrize(
    ("role", "scope", "is_told"),
    [
        ("auditor", {}, True),
        ("city_officer", {"area_code": "649900"}, True),
        ("company_user", {"company_id": 1}, False),
    ],
)
def test_companies_are_not_told(
    written: Service, street: Office, role: str, scope: dict[str, Any], is_told: bool
) -> None:
    number = street.enter("violations", **VIOLATION)["id"]
    with client_of(written.url, token_of(written.engine, role, **scope)) as client:
        for one in told(client, number):
            assert ("recorded" in one, "changed" in one) == (is_told, is_told)


def test_who_was_erased_is_told_as_erased(
    written: Service, district: httpx.Client, database: Engine, tmp_path: Path
) -> None:
    token = token_of(written.engine, "street_officer", name="赵某某", area_code="649904001")
    with client_of(written.url, token) as client:
        number = Office(client).enter("violations", **VIOLATION)["id"]
    with database.begin() as connection:
        account = connection.scalar(text("SELECT id FROM access.account WHERE name = '赵某某'"))
        erasure.erase(connection, "account", account, "left", tmp_path / "erasures.jsonl")
    for one in told(district, number):
        assert (one["recorded"]["by"], one["recorded"]["erased"]) == (None, True)


def test_what_came_with_a_file_is_told_with_who_sent_it(
    written: Service, district: httpx.Client, database: Engine
) -> None:
    token_of(written.engine, "city_officer", name="钱市级", area_code="649900")
    with database.begin() as connection:
        number = connection.scalar(
            text("""
                WITH file AS (
                    INSERT INTO imports.file (kind, name, bytes, state, options, created_by,
                        finished_at, account_id, grant_id)
                    SELECT 'violations', 'a.xlsx', 1, 'done', '{}', a.login, now(), a.id, g.id
                    FROM access.account AS a JOIN access.role_grant AS g ON g.account_id = a.id
                    WHERE a.name = '钱市级' RETURNING id)
                INSERT INTO oversight.violation (city_code, compound_id, type_code, offender_kind,
                    company_id, severity, found_on, confirmed_on,
                    import_id)
                SELECT '649900', 1, 'P2', 'company', 1, 'serious', '2026-03-02', '2026-03-05', id
                FROM file
                RETURNING id
            """)
        )
    for one in told(district, number):
        who = one["recorded"]
        assert (who["by"], who["office"], who["imported"]) == ("钱市级", "试验市", True)


def test_what_a_command_entered_has_no_name(district: httpx.Client, database: Engine) -> None:
    with database.begin() as connection:
        number = connection.scalar(
            text("""
                INSERT INTO oversight.violation (city_code, compound_id, type_code, offender_kind,
                    company_id, severity, found_on, confirmed_on)
                VALUES ('649900', 1, 'P2', 'company', 1, 'serious', '2026-03-02', '2026-03-05')
                RETURNING id
            """)
        )
    assert {one["recorded"] for one in told(district, number)} == {None}
