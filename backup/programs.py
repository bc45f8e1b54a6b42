"""Runs PostgreSQL's own programs against an address, with no secret among their arguments."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from psycopg2.extensions import make_dsn, parse_dsn

from backup.address import parsed, written
from geo.errors import AtlasError
from geo.server.programs import client_program

# These two would stand among the arguments, which every user of the machine can read.
_SECRET = ("password", "sslpassword")


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs that fit a server of a ``major`` version.

    ``folder`` (ATLAS_POSTGRES_BIN) is the only place to look where it is given.
    """

    major: int
    folder: Path | None = None

    def path(self, name: str) -> str:
        """The full path of one of them; AtlasError when there is none, or only an older one."""
        return client_program(name, major=self.major, folder=self.folder)

    def run(self, name: str, url: str, *arguments: str) -> None:
        """Run one against the database of ``url`` to its end; AtlasError with its last words."""
        with self.started(name, url, *arguments) as running:
            running.finish()

    @contextmanager
    def started(self, name: str, url: str, *arguments: str) -> Iterator["Running"]:
        """Start one against the database of ``url``; it is ended with the block, if need be."""
        command = [self.path(name), "--no-password", f"--dbname={_shown(url)}", *arguments]
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(
                command,
                env=_environment(url),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=said,
            )
            try:
                yield Running(name, process, said)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()


@dataclass(frozen=True)
class Running:
    """A program at work, and what it says."""

    name: str
    process: "subprocess.Popen[bytes]"
    said: IO[str]

    def finish(self) -> None:
        """Wait for its end; AtlasError with what it said last when it failed."""
        if self.process.wait() == 0:
            return
        self.said.seek(0)
        raise AtlasError(f"{self.name} failed: {_reason(self.said.read())}")


def _shown(url: str) -> str:
    """The address as arguments may show it."""
    return make_dsn(**{k: v for k, v in _parts(url).items() if k not in _SECRET})


def _environment(url: str) -> dict[str, str]:
    """The caller's variables with the password; messages in English, since tests read them."""
    password = _parts(url).get("password")
    return {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}


def _parts(url: str) -> dict[str, str]:
    parts: dict[str, str] = parse_dsn(written(parsed(url)))
    if "sslpassword" in parts:
        raise AtlasError(
            "the address of the database has sslpassword, which PostgreSQL's programs would show "
            "to every user: keep that key without a passphrase, readable by this account only"
        )
    return parts


def _reason(said: str) -> str:
    """The errors among a program's words, else its last line.

    Details are left out: they quote rows, and what is said here may end in a log.
    """
    lines: Sequence[str] = [line.strip() for line in said.splitlines() if line.strip()]
    told = [line.partition("error: ")[2] for line in lines if "error: " in line]
    return " ".join(told[:3] or list(lines[-1:]) or ["it gave no reason"])
