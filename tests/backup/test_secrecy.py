"""PostgreSQL's programs get the password by the environment, never among their arguments."""

import stat
from pathlib import Path

import pytest

from backup.programs import Programs
from geo.errors import AtlasError

PROGRAM = """#!/bin/sh
case "$1" in --version) echo "pg_dump (PostgreSQL) {version}"; exit ;; esac
printf '%s\\n' "$@" >"{folder}/arguments"
printf '%s' "$PGPASSWORD" >"{folder}/password"
{then}
"""


def _program(folder: Path, version: str = "16.2", then: str = "exit 0") -> Path:
    path = folder / "pg_dump"
    path.write_text(PROGRAM.format(version=version, folder=folder, then=then))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder


def test_the_password_goes_by_the_environment(tmp_path: Path):
    Programs(16, _program(tmp_path)).run(
        "pg_dump", "postgresql://atlas:p%40ss@db:5433/city?sslmode=require", "--schema-only"
    )
    assert (tmp_path / "password").read_text() == "p@ss"
    said = (tmp_path / "arguments").read_text()
    assert "p@ss" not in said
    assert "p%40ss" not in said
    shown = next(line for line in said.splitlines() if line.startswith("--dbname="))
    assert {"host=db", "port=5433", "dbname=city", "user=atlas", "sslmode=require"} == set(
        shown.removeprefix("--dbname=").split()
    )


def test_a_key_s_passphrase_in_the_address_is_refused(tmp_path: Path):
    url = "postgresql://atlas@db/city?sslpassword=hush"
    with pytest.raises(AtlasError, match="sslpassword") as refused:
        Programs(16, _program(tmp_path)).run("pg_dump", url)
    assert "hush" not in str(refused.value)


def test_an_older_program_is_refused(tmp_path: Path):
    with pytest.raises(AtlasError, match=r"pg_dump is of PostgreSQL 16, older than the 17"):
        Programs(17, _program(tmp_path)).path("pg_dump")


def test_no_program_is_said(tmp_path: Path):
    with pytest.raises(AtlasError, match=r"pg_dump was not found in .*ATLAS_POSTGRES_BIN"):
        Programs(16, tmp_path).path("pg_dump")


def test_an_error_is_told_without_the_row_it_quotes(tmp_path: Path):
    said = "pg_dump: error: no such key\\nDETAIL:  Key (phone)=(13909510000) is missing"
    then = f'printf "{said}" >&2; exit 1'
    with pytest.raises(AtlasError, match=r"pg_dump failed: no such key$"):
        Programs(16, _program(tmp_path, then=then)).run("pg_dump", "postgresql://atlas@db/city")
