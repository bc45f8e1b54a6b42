"""The demonstration from the command line: what it refuses and says, and what the audit has."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.command import atlas
from tests.uploads import companies

PASSWORD = "four old cranes by the lake\n"  # noqa: S105


@pytest.fixture
def url(fresh: Engine) -> str:
    with fresh.begin() as connection:
        connection.execute(
            text("INSERT INTO registry.city (code, name) VALUES ('640100', '银川市')")
        )
    url = fresh.url.render_as_string(hide_password=False)
    started = atlas("demo", "start", database_url=url)
    assert started.returncode == 0, started.stderr
    return url


def test_no_real_account_is_made_in_a_demonstration(url: str, fresh: Engine) -> None:
    wanted = ("users", "add", "17", "--name", "王芳", "--admin", "--password-stdin")
    refused = atlas(*wanted, stdin=PASSWORD, database_url=url)
    assert refused.returncode == 1
    assert "atlas demo end" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert atlas("demo", "end", database_url=url).returncode == 0
    assert atlas(*wanted, stdin=PASSWORD, database_url=url).returncode == 0
    with fresh.connect() as connection:
        assert connection.scalars(text("SELECT login FROM access.account")).all() == ["17"]


def test_who_imports_is_told_that_it_will_count_as_made_up(
    url: str, fresh: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "企业.csv"
    file.write_bytes(companies(2))
    done = atlas("import", "companies", str(file), database_url=url)
    assert done.returncode == 0, done.stderr
    assert "示例数据" in done.stderr
    assert "atlas demo end" in done.stderr
    with fresh.connect() as connection:
        assert connection.scalars(text("SELECT synthetic FROM registry.company")).all() == [
            True,
            True,
        ]
    ended = atlas("demo", "end", database_url=url)
    assert "1 files were imported in it" in ended.stdout
    other = tmp_path / "其他.csv"
    other.write_bytes(companies(2).replace(b"MA000000", b"MA000009"))
    assert "demo" not in atlas("import", "companies", str(other), database_url=url).stderr


def test_the_audit_has_its_beginning_and_its_end(url: str, fresh: Engine) -> None:
    assert atlas("demo", "end", database_url=url).returncode == 0
    told = text("""
        SELECT action, after ->> 'login' AS made, before ->> 'login' AS gone, actor
        FROM audit.event WHERE table_name IN ('access.demo', 'access.account') ORDER BY id
    """)
    with fresh.connect() as connection:
        events = connection.execute(told).all()
    assert events[0].action == "begin demonstration"
    made = {one.made for one in events if one.action == "add account"}
    gone = {one.gone for one in events if one.action == "delete account"}
    assert made == gone >= {"demo-auditor", "demo-admin"}
    assert "end demonstration" in {one.action for one in events}
    assert {one.actor.endswith("(atlas)") for one in events} == {True}
