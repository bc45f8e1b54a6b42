"""The narrow tables that tiles and pages are read from, where very much changes at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

TABLES = ("registry.compound_mark", "registry.compound_band", "registry.compound_geojson")
"""What triggers fill when compounds come."""


def gather_cells(connection: Connection) -> None:
    """Count the cells of low zooms anew, in place of what was added to them one by one."""
    connection.execute(text("SELECT registry.draw_cells()"))


@contextmanager
def cells_later(connection: Connection) -> Iterator[None]:
    """Count the cells when the block ends, not at each statement in it."""
    connection.execute(text("SET LOCAL atlas.cells = 'later'"))
    yield
    gather_cells(connection)
    connection.execute(text("SET LOCAL atlas.cells = ''"))
