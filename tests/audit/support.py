"""What tests of the audit do again and again: record, seal, verify, and tamper."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, text

from audit import keys, sealer
from audit.findings import Report
from audit.record import record
from audit.seals import Seal
from audit.settings import AuditSettings
from audit.verify import verify


@dataclass(frozen=True)
class Audit:
    """A database, and where its seals go."""

    engine: Engine
    settings: AuditSettings
    place: sealer.Place

    def record(self, count: int = 1, **facts: Any) -> list[int]:
        """Record so many events in a transaction; their numbers."""
        with self.engine.begin() as connection:
            return [record(connection, "test", actor="王工", **facts) for _ in range(count)]

    def seal(self) -> list[Seal]:
        """Seal; the new seals."""
        made = sealer.seal(self.engine, self.place)
        assert made is not None
        return made

    def verify(self) -> Report:
        """Compare everything, with the key that seals are made with."""
        key = keys.public_key(self.settings.public_key)
        return verify(self.engine, self.settings.seal_file, key)

    def found(self) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
        """What verifying finds: kind, seals, events."""
        return [(one.kind, one.seals, one.events) for one in self.verify().findings]

    def all(self, query: str, **given: Any) -> list[Any]:
        """The rows of a query."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(query), given).all())

    @contextmanager
    def tampering(self) -> Iterator[Connection]:
        """A superuser's transaction in which no trigger fires."""
        with self.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection

    def tamper(self, statement: str, **given: Any) -> None:
        """Do what nobody may."""
        with self.tampering() as connection:
            connection.execute(text(statement), given)
