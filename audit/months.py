"""Partitions of the audit, one a month, made before they are needed."""

from sqlalchemy import Engine, text

AHEAD = 3
"""Months; what no partition was made for goes to the default one."""

_MAKE = text("SELECT audit.make_partitions(:ahead)")


def make_partitions(engine: Engine, ahead: int = AHEAD) -> int:
    """Make the partitions of this month and of those ahead; how many were new."""
    with engine.begin() as connection:
        return int(connection.execute(_MAKE, {"ahead": ahead}).scalar_one())
