"""Erasing takes a person's values out of everything, and leaves facts and seals as they were."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from access import accounts, grants, identities, sessions, tokens
from access import audit as accounting
from audit import erasure
from audit.settings import AuditSettings
from geo.errors import AtlasError
from oversight.writing import answered, fact
from oversight.writing.audit import Writer
from oversight.writing.bodies.breaches import LeadDecided, Proven
from oversight.writing.bodies.common import StepBody
from oversight.writing.database import transact
from oversight.writing.resource import Resource
from oversight.writing.resources import COMPLAINTS, LEADS
from tests.api import register
from tests.audit.support import Audit

NAME, PHONE, WORDS = "欧阳某某", "13912345678", "三号楼欧阳某某家漏水无人管"
REASON = "asked for it, letter 12"
WRITER = Writer("local")


class Office:
    """Enters facts, and changes them, as the service does."""

    def __init__(self, engine: Engine) -> None:
        """Write into this database."""
        self.engine = engine

    def enter(self, resource: Resource, **said: Any) -> int:
        body = resource.body.model_validate(said)
        made = transact(self.engine, lambda one: fact.enter(one, resource, body, WRITER))
        return int(made.fact["id"])

    def correct(self, resource: Resource, number: int, **said: Any) -> None:
        body = resource.correction.model_validate(said)
        knows = self.digest(resource, number).__eq__
        transact(self.engine, lambda one: fact.correct(one, resource, number, body, knows, WRITER))

    def advance(self, resource: Resource, number: int, body: StepBody) -> fact.Written:
        knows = self.digest(resource, number).__eq__
        return transact(
            self.engine, lambda one: fact.advance(one, resource, number, body, knows, WRITER)
        )

    def digest(self, resource: Resource, number: int) -> bytes | None:
        with self.engine.connect() as connection:
            return fact.read(connection, resource, number).digest


@pytest.fixture(scope="module")
def found(database: Engine) -> Engine:
    register.found(database)
    return database


@pytest.fixture
def office(found: Engine) -> Office:
    with found.begin() as connection:
        connection.execute(text("TRUNCATE oversight.complaint_person, oversight.answered"))
        connection.execute(text("TRUNCATE imports.file CASCADE"))
    return Office(found)


@pytest.fixture
def file(settings: AuditSettings) -> Path:
    return settings.erasures


def told(audit: Audit, *words: str) -> list[str]:
    """The tables in which any of these words stands."""
    tables = audit.all(
        "SELECT table_schema || '.' || table_name FROM information_schema.tables"
        " WHERE table_schema IN ('registry', 'oversight', 'planning', 'audit', 'imports')"
        " AND table_type = 'BASE TABLE' ORDER BY 1"
    )
    query = "SELECT FROM {} AS one WHERE one::text ~ :words LIMIT 1"
    return [name for (name,) in tables if audit.all(query.format(name), words="|".join(words))]


def erase(audit: Audit, kind: str, number: int, file: Path) -> int:
    with audit.engine.begin() as connection:
        return erasure.erase(connection, kind, number, REASON, file)


def complaint(office: Office) -> int:
    number = office.enter(
        COMPLAINTS,
        compound_id=1,
        subject="company",
        channel="hotline",
        received_on="2026-03-09",
        person={"name": NAME, "phone": PHONE, "statement": WORDS},
    )
    office.correct(COMPLAINTS, number, person={"phone": "13900000000"})
    return number


def test_an_event_tells_that_a_person_changed_by_hashes_alone(audit: Audit, office: Office) -> None:
    number = complaint(office)
    assert told(audit, NAME, PHONE) == ["audit.person_value", "oversight.complaint_person"]
    rows = audit.all(
        "SELECT action, before, after FROM audit.event"
        " WHERE table_name = 'oversight.complaint_person' AND row_key = :key ORDER BY id",
        key=str(number),
    )
    assert [action for action, _, _ in rows] == ["enter", "correct"]
    assert set(rows[1].before) == set(rows[1].after) == {"phone"}
    assert set(rows[0].after["name"]) == {"sha256"}


def test_erased_values_are_nowhere_and_seals_stay_whole(
    audit: Audit, office: Office, file: Path
) -> None:
    number = complaint(office)
    audit.seal()
    assert erase(audit, "complaint", number, file) > 3
    assert told(audit, NAME, PHONE, "13900000000", WORDS) == []
    audit.seal()
    report = audit.verify()
    assert report.findings == []
    assert audit.all("SELECT count(*) FROM oversight.complaint WHERE id = :id", id=number) == [(1,)]


def test_a_leads_words_are_erased_with_what_it_became(
    audit: Audit, office: Office, file: Path
) -> None:
    lead = office.enter(
        LEADS,
        compound_id=2,
        type_code="P1",
        reporter_kind="resident",
        reported_on="2026-03-09",
        statement=WORDS,
    )
    later = f"{WORDS}，已多次反映"
    office.correct(LEADS, lead, statement=later)
    proven = Proven(offender_kind="company")
    step = LeadDecided(step="decide", on="2026-03-12", outcome="proven", violation=proven)
    done = office.advance(LEADS, lead, step)
    answer = json.dumps({"fact": done.fact, "also": done.also}, ensure_ascii=False)
    with audit.engine.begin() as connection:
        answered.keep(connection, answered.Key("key", "local", "digest"), 200, answer, None)
    audit.seal()
    assert "oversight.answered" in told(audit, WORDS)
    erase(audit, "lead", lead, file)
    assert told(audit, WORDS, later) == []
    assert audit.verify().findings == []
    kept = "SELECT count(*) FROM oversight.violation WHERE id = :id AND evidence IS NULL"
    assert audit.all(kept, id=done.also[0]["fact"]["id"]) == [(1,)]


def test_the_same_words_of_another_lead_stay(audit: Audit, office: Office, file: Path) -> None:
    said = {"compound_id": 2, "reporter_kind": "resident", "reported_on": "2026-03-09"}
    one, other = (office.enter(LEADS, **said, statement="噪音扰民") for _ in range(2))
    erase(audit, "lead", one, file)
    kept = "SELECT id, statement FROM oversight.lead WHERE id = ANY(:ids) ORDER BY id"
    assert audit.all(kept, ids=[one, other]) == [(one, None), (other, "噪音扰民")]


def test_a_held_row_that_tells_of_the_person_loses_those_cells(
    audit: Audit, office: Office, file: Path
) -> None:
    number = complaint(office)
    with audit.engine.begin() as connection:
        connection.execute(_HELD, {"name": NAME, "phone": PHONE})
    erase(audit, "complaint", number, file)
    assert told(audit, NAME, PHONE) == []
    assert audit.all("SELECT cells FROM imports.held_row") == [(["C1", None, None, ""],)]


_HELD = text("""
    WITH file AS (
        INSERT INTO imports.file (kind, name, bytes, options, state, created_by, report)
        VALUES ('complaints', 'a.csv', 1, '{}', 'done', 'a',
                jsonb_build_object('examples', jsonb_build_array(CAST(:phone AS text))))
        RETURNING id
    ), held AS (
        INSERT INTO imports.held_row (import_id, verdict, sheet, number, cells)
        SELECT id, 'rejected', '', 2,
               jsonb_build_array('C1', CAST(:name AS text), CAST(:phone AS text), '')
        FROM file
        RETURNING id
    )
    INSERT INTO imports.finding (row_id, field, value, code, reason_zh, reason_en)
    SELECT id, 'phone', :phone, 'bad', '电话“' || :phone || '”有误', :phone || ' is wrong' FROM held
""")


def test_the_register_names_no_person(audit: Audit, office: Office, file: Path) -> None:
    number = complaint(office)
    erase(audit, "complaint", number, file)
    (line,) = file.read_text("utf-8").splitlines()
    said = json.loads(line)
    assert set(said) == {"kind", "id", "at", "reason"}
    assert (said["kind"], said["id"], said["reason"]) == ("complaint", number, REASON)


def test_an_erasure_is_an_event_with_its_reason(audit: Audit, office: Office, file: Path) -> None:
    number = complaint(office)
    erase(audit, "complaint", number, file)
    last = "SELECT action, table_name, row_key, reason FROM audit.event ORDER BY id DESC LIMIT 1"
    assert audit.all(last) == [("erase", "oversight.complaint_person", str(number), REASON)]


def test_replaying_after_a_restore_erases_again_and_once_only(
    audit: Audit, office: Office, file: Path
) -> None:
    number = complaint(office)
    erase(audit, "complaint", number, file)
    with audit.engine.begin() as connection:
        assert erasure.replay(connection, file) == 0
        connection.execute(
            text("INSERT INTO oversight.complaint_person VALUES (:id, :name, :phone, :words)"),
            {"id": number, "name": NAME, "phone": PHONE, "words": WORDS},
        )
    with audit.engine.begin() as connection:
        assert erasure.replay(connection, file) == 1
    assert told(audit, NAME, PHONE, WORDS) == []
    with audit.engine.begin() as connection:
        assert erasure.replay(connection, file) == 0


PASSWORD = "nine paper boats upstream"  # noqa: S105 - of this test only


def official(audit: Audit, login: str) -> tuple[int, list[str]]:
    """An account of somebody with a session and a token; its number, and what proves who it is."""
    by = accounting.Writer("test")
    with audit.engine.begin() as connection:
        made = accounts.add(connection, by, login, NAME, PASSWORD)
        grants.give(connection, by, made.id, "auditor")
        identities.link(connection, by, login, "https://id.example.cn", f"{NAME}-{login}")
        begun = sessions.begin(connection, made.id, writer=by)
        token, _ = tokens.create(connection, by, made.id, "qgis", 30)
    return made.id, [begun.token, token]


def in_accounts(audit: Audit) -> list[str]:
    """The tables about accounts in which the person's name stands."""
    found = []
    for table in ("access.account", "access.session", "access.role_grant", "audit.person_value"):
        if audit.all(f"SELECT FROM {table} AS one WHERE one::text ~ :name LIMIT 1", name=NAME):
            found.append(table)
    return found


def test_an_official_is_erased_and_the_login_stays_with_what_was_done(
    audit: Audit, office: Office, file: Path
) -> None:
    number, proofs = official(audit, "1701")
    audit.seal()
    assert in_accounts(audit) == ["access.account"]
    assert erase(audit, "account", number, file) >= 2
    assert in_accounts(audit) == []
    assert told(audit, NAME) == []
    with audit.engine.connect() as connection:
        assert [sessions.who(connection, proof) for proof in proofs] == [None, None]
    left = "SELECT count(*) FROM access.session WHERE account_id = :id"
    assert audit.all(left, id=number) == [(0,)]
    (row,) = audit.all(
        "SELECT login, name, issuer, subject, password_hash, disabled_at IS NOT NULL AS closed"
        " FROM access.account WHERE id = :id",
        id=number,
    )
    assert tuple(row) == ("1701", "", None, None, None, True)
    assert audit.all("SELECT FROM audit.event WHERE after ->> 'login' = '1701'")
    audit.seal()
    assert audit.verify().findings == []


def test_an_account_that_was_erased_is_not_opened_again(
    audit: Audit, office: Office, file: Path
) -> None:
    number, _ = official(audit, "1702")
    erase(audit, "account", number, file)
    by = accounting.Writer("test")
    for again in (accounts.enable, accounts.reset):
        with (
            pytest.raises(AtlasError, match="of account 1702 was erased"),
            audit.engine.begin() as connection,
        ):
            again(connection, by, "1702")
    with pytest.raises(AtlasError, match="nothing personal is kept of account"):
        erase(audit, "account", number, file)
    assert len(file.read_text("utf-8").splitlines()) == 1


def test_an_official_is_erased_again_after_a_restore(
    audit: Audit, office: Office, file: Path
) -> None:
    number, _ = official(audit, "1703")
    erase(audit, "account", number, file)
    with audit.engine.begin() as connection:  # as the backup had it
        back = "UPDATE access.account SET name = :name, disabled_at = NULL WHERE id = :id"
        connection.execute(text(back), {"name": NAME, "id": number})
        assert erasure.replay(connection, file) == 1
        assert erasure.replay(connection, file) == 0
    closed = "SELECT name, disabled_at IS NOT NULL FROM access.account WHERE id = :id"
    assert [tuple(one) for one in audit.all(closed, id=number)] == [("", True)]
    last = "SELECT table_name, row_key, reason FROM audit.event ORDER BY id DESC LIMIT 1"
    (event,) = audit.all(last)
    assert tuple(event) == ("access.account", str(number), f"{REASON} (again after a restore)")


def test_what_cannot_be_erased_is_refused_by_name(audit: Audit, office: Office, file: Path) -> None:
    with pytest.raises(AtlasError, match="nothing personal is kept of complaint 999999"):
        erase(audit, "complaint", 999999, file)
    with pytest.raises(AtlasError, match="'house' is not one of company"):
        erase(audit, "house", 1, file)
    assert not file.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"kind": "complaint"}\n')
    with (
        pytest.raises(AtlasError, match="line 1 is not that of an erasure"),
        audit.engine.begin() as connection,
    ):
        erasure.replay(connection, file)


def test_every_kind_has_its_personal_fields(audit: Audit) -> None:
    known = {name for (name,) in audit.all("SELECT DISTINCT table_name FROM audit.personal_field")}
    assert {kind.name for kind in erasure.KINDS.values()} == known
