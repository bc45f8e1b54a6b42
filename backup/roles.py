"""The roles of the program, kept without their passwords and made again where they are missing."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from backup.programs import Programs
from geo.errors import AtlasError

_NAME = r'"?(atlas[^" ;]*)"?'
_MADE = re.compile(rf"CREATE ROLE {_NAME};")
_ABOUT = re.compile(rf"(?:CREATE|ALTER|COMMENT ON) ROLE {_NAME}[ ;]")
_MEMBER = re.compile(rf'GRANT "?(?:atlas|pg_)\w*"? TO {_NAME}[ ;]')
_GRANTOR = re.compile(r' GRANTED BY ("[^"]*"|\w+)')

_EXISTING = text("SELECT rolname FROM pg_roles")


def save(programs: Programs, url: str, database: str, file: Path) -> None:
    """Write the roles whose names begin with ``atlas`` to ``file`` as SQL, without passwords.

    Who granted a membership is left out: that role need not be there again. Raises AtlasError.
    """
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        dumped = Path(folder) / "roles.sql"
        options = ("--roles-only", "--no-role-passwords", "--no-comments", f"--file={dumped}")
        # By default it connects to "postgres", which a role for backups need not be let into.
        programs.run("pg_dumpall", url, *options, f"--database={database}")
        kept = [
            _GRANTOR.sub("", statement)
            for statement in _statements(dumped.read_text())
            if _ABOUT.match(statement) or _MEMBER.match(statement)
        ]
    file.write_text("".join(f"{statement}\n" for statement in kept))


def names(connection: Connection) -> set[str]:
    """The roles the server has."""
    return set(connection.scalars(_EXISTING))


def create(connection: Connection, file: Path) -> list[str]:
    """Make the roles of ``file`` that the server lacks, in the connection's transaction.

    Roles that are there keep their attributes. Returns the names of those made; they have no
    passwords, nor the comments that tell which ones they had (:mod:`access.credentials`): so the
    service gives them theirs when it next starts.
    """
    before = names(connection)
    made: list[str] = []
    for statement in _statements(file.read_text()):
        new = _MADE.match(statement)
        if new and new[1] not in before:
            made.append(new[1])
        about = _ABOUT.match(statement) or _MEMBER.match(statement)
        if about is None:
            raise AtlasError(f"{file}: {statement!r} is not about a role of the program")
        if about[1] in made and not statement.startswith("COMMENT"):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    return made


def _statements(dumped: str) -> Iterator[str]:
    """The statements of a dump, which each end a line; a quoted text may span several."""
    pending = ""
    for line in dumped.splitlines():
        if not pending and (not line.strip() or line.startswith(("--", "\\", "SET "))):
            continue
        pending += line
        if line.endswith(";") and pending.count("'") % 2 == 0:
            yield pending
            pending = ""
        else:
            pending += "\n"
