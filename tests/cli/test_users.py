"""``atlas users`` and ``atlas tokens``: people and programs, from the command line."""

import re
import subprocess
from pathlib import Path

from sqlalchemy import Engine, text

from access import sessions
from access.sessions import SignedIn
from access.signing_in import sign_in
from tests.command import atlas

PASSWORD = "four old cranes by the lake"  # noqa: S105


def _atlas(database: Engine, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    url = database.url.render_as_string(hide_password=False)
    return atlas(*arguments, stdin=stdin, database_url=url)


def _signs_in(database: Engine, login: str, password: str) -> SignedIn | None:
    with database.begin() as connection:
        done = sign_in(connection, login, password, "192.0.2.7")
    return done if isinstance(done, SignedIn) else None


def test_a_person_s_way_from_the_first_day_to_the_last(database: Engine) -> None:
    empty = _atlas(database, "users", "list")
    assert empty.stdout == "no accounts yet: atlas users add LOGIN --name NAME --admin\n"

    options = ("--name", "王芳", "--admin", "--password-stdin")
    added = _atlas(database, "users", "add", "Wang", *options, stdin=PASSWORD + "\n")
    assert added.returncode == 0, added.stderr
    assert re.match(r"account wang made: grant 1, 管理员 administrator, from ", added.stdout)
    first = _signs_in(database, "wang", PASSWORD)
    assert first is not None
    assert not first.session.must_change

    granted = _atlas(
        *(database, "users", "grant", "wang", "--role", "auditor"),
        *("--from", "2026-01-01", "--until", "2126-12-31"),
    )
    assert granted.stdout == (
        "account wang: grant 2, 审计 auditor, from 2026-01-01 until 2126-12-31\n"
    )
    _add_another_administrator(database)
    assert _atlas(database, "users", "revoke", "1").returncode == 0
    listed = _atlas(database, "users", "list").stdout
    assert re.search(r"k-17\s+of", listed)
    assert "王芳" in listed
    assert "(revoked)" in listed

    token = _atlas(database, "tokens", "add", "wang", "--name", "qgis", "--days", "30")
    assert token.returncode == 0, token.stderr
    assert re.fullmatch(r"atlas_[\w-]{43}\n", token.stdout)
    assert 'token 2 "qgis" of wang, under grant 2' in token.stderr
    assert "qgis" in _atlas(database, "tokens", "list").stdout
    with database.connect() as connection:
        assert sessions.who(connection, token.stdout.strip()) is not None
    assert "is revoked" in _atlas(database, "tokens", "revoke", "2").stdout
    with database.connect() as connection:
        assert sessions.who(connection, token.stdout.strip()) is None

    given = _atlas(database, "users", "reset", "wang").stdout.strip()
    assert _signs_in(database, "wang", PASSWORD) is None
    second = _signs_in(database, "wang", given)
    assert second is not None
    assert second.session.must_change

    assert _atlas(database, "users", "disable", "wang").returncode == 0
    assert _signs_in(database, "wang", given) is None
    assert _atlas(database, "users", "enable", "wang").returncode == 0
    assert _signs_in(database, "wang", given) is not None


def _add_another_administrator(database: Engine) -> None:
    """Who signs in through a provider; before, the only one is not let go."""
    last = _atlas(database, "users", "revoke", "1")
    assert last.returncode == 1
    assert "nobody would be left who administers" in last.stderr
    keeper = ("--name", "周敏", "--admin", "--subject", "k-17", "--issuer", "https://id.example.cn")
    assert _atlas(database, "users", "add", "zhou", *keeper).returncode == 0


def test_a_one_time_password_stands_alone_on_standard_output(database: Engine) -> None:
    options = ("--name", "李娜", "--role", "auditor", "--one-time")
    added = _atlas(database, "users", "add", "li", *options)
    assert added.returncode == 0, added.stderr
    assert "account li made" in added.stderr
    signed_in = _signs_in(database, "li", added.stdout.strip())
    assert signed_in is not None
    assert signed_in.session.must_change


def test_what_is_wrong_is_one_sentence_and_nothing_is_made(database: Engine) -> None:
    name, stdin = ("--name", "赵"), "--password-stdin"
    for arguments, typed, said in (
        (("--role", "auditor"), "", "use --password-stdin or --one-time"),
        (("--admin", "--role", "auditor", stdin), PASSWORD, "exclude each other"),
        (("--role", "city_officer", "--area", "110100", stdin), PASSWORD, "no city 110100"),
    ):
        refused = _atlas(database, "users", "add", "zhao", *name, *arguments, stdin=typed)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    with database.connect() as connection:
        found = connection.scalar(text("SELECT count(*) FROM access.account WHERE login = 'zhao'"))
    assert found == 0


def test_the_audit_tells_that_the_command_line_did_it(database: Engine) -> None:
    options = ("--name", "孙悟空", "--admin", "--one-time")
    assert _atlas(database, "users", "add", "sun", *options).returncode == 0
    with database.connect() as connection:
        rows = connection.execute(
            text("SELECT actor, e::text FROM audit.event e WHERE after ->> 'login' = 'sun'")
        ).all()
    assert len(rows) == 2
    assert all(row.actor.endswith("(atlas)") for row in rows)
    assert all("孙悟空" not in row.e for row in rows)


def test_an_official_is_erased_unless_nobody_else_administers(
    database: Engine, tmp_path: Path
) -> None:
    url = database.url.render_as_string(hide_password=False)

    def users(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return atlas(*arguments, stdin=stdin, database_url=url, seals=str(tmp_path))

    with database.begin() as connection:
        connection.execute(text("DELETE FROM access.account"))
    options = ("--admin", "--password-stdin")
    users("users", "add", "1701", "--name", "王芳", *options, stdin=PASSWORD + "\n")
    with database.connect() as connection:
        number = connection.scalar(text("SELECT id FROM access.account WHERE login = '1701'"))
    assert re.search(rf"1701\s+│\s+{number}\s", users("users", "list").stdout)
    erase = ("people", "erase", "account", str(number), "--reason", "left, letter 12")
    refused = users(*erase)
    assert refused.returncode == 1
    assert "nobody would be left who administers" in refused.stderr
    assert not (tmp_path / "erasures.jsonl").exists()

    users("users", "add", "1702", "--name", "周敏", *options, stdin=PASSWORD + "\n")
    assert users(*erase).returncode == 0
    assert "account" in (tmp_path / "erasures.jsonl").read_text()
    listed = users("users", "list").stdout
    assert "王芳" not in listed
    assert "erased" in listed
    with database.connect() as connection:
        actors = connection.scalars(
            text("SELECT actor FROM audit.event WHERE action IN ('erase', 'disable account')")
        ).all()
    assert len(actors) >= 2
    assert all(actor.endswith("(atlas)") for actor in actors)
