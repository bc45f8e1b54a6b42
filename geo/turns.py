"""Takes whole tables from those at work, without breaking anybody off."""

import itertools
import logging
import time
from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from geo.errors import AtlasError

PATIENCE_S = 1800.0
"""How long is tried for: longer than an import of a city's compounds holds a table."""

_TURN_MS = 500
"""Half the time after which PostgreSQL looks for rings (``deadlock_timeout``): whoever waits for
a table held here, while this waits for one of theirs, gets it before one of the two is ended."""

_REST_S = 0.5
_ENDED = "57014"

_log = logging.getLogger(__name__)


def take(connection: Connection, tables: Sequence[str], patience: float = PATIENCE_S) -> None:
    """Lock tables for oneself alone until the transaction ends; others wait half a second at most.

    What is not to be had at once is let go of and tried again, so nobody is kept waiting behind
    somebody who reads or imports for long. ``tables`` are names of the program. Raises AtlasError
    after ``patience`` seconds.
    """
    began = time.monotonic()
    for turn in itertools.count():
        if _taken(connection, tables):
            return
        if turn == 1:
            _log.warning("waiting for those who are at work on %s", ", ".join(tables))
        if time.monotonic() - began > patience:
            raise AtlasError(
                f"others held one of {', '.join(tables)} for {patience:.0f} s: end imports and"
                " queries that run long, then try again"
            )
        time.sleep(_REST_S)


def _taken(connection: Connection, tables: Sequence[str]) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(text(f"SET LOCAL statement_timeout = {_TURN_MS}"))
            connection.execute(text(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE"))
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) != _ENDED:
            raise
        return False
    connection.execute(text("SET LOCAL statement_timeout TO DEFAULT"))
    return True
