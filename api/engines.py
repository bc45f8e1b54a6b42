"""Connections for work that runs in threads: an engine for each kind of scope."""

from collections.abc import Mapping

from sqlalchemy import Connection, Engine, text

from access.credentials import address
from access.enforce import LOGINS
from api.viewer import Viewer
from geo.database import engine


class Engines:
    """The engines of the kinds of scope; each connects as the role of its kind."""

    def __init__(self, url: str, secret: bytes, statement_seconds: float | None = None) -> None:
        """Keep the addresses; nothing connects yet."""
        self._engines = {
            kind: engine(address(url, login, secret), statement_seconds=statement_seconds)
            for kind, login in LOGINS.items()
        }

    def of(self, viewer: Viewer) -> Engine:
        """The engine of a viewer's kind."""
        return self._engines[viewer.kind]

    def close(self) -> None:
        """Give the connections back to the server."""
        for one in self._engines.values():
            one.dispose()


def settings(viewer: Viewer) -> Mapping[str, str]:
    """What the transaction of a viewer says of them, for row policies and the audit."""
    if viewer.who is None or viewer.token is None:
        return {}
    return {"atlas.session": viewer.token}


def enter(connection: Connection, given: Mapping[str, str]) -> None:
    """Say who the transaction is of; forgotten when it ends."""
    for name, value in given.items():
        connection.execute(
            text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value}
        )
