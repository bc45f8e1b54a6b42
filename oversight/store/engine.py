"""The assessment sees all facts, whoever wrote one: the role it works as.

A street's violation can put a company over a rung that counts the whole city. So what follows is
worked out as ``atlas_engine``, which reads facts without personal data and writes statuses only,
inside the writer's transaction; what the writer is answered is read again as the writer. No other
module takes this role.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

_TAKE = text("SET LOCAL ROLE atlas_engine")
_LAY_DOWN = text("SET LOCAL ROLE NONE")


@contextmanager
def as_engine(connection: Connection) -> Iterator[None]:
    """Be the assessment for the block, and again who one was after it.

    Where the block fails the role ends with the transaction, which must not be gone on with.
    """
    connection.execute(_TAKE)
    yield
    connection.execute(_LAY_DOWN)
