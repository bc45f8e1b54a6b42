"""Derives what hangs on a compound's outline, and keeps the old outline when it is drawn anew."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

from sqlalchemy import Connection, text

from geo.ending import end_listed

_DERIVE = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
_REDRAW = Template(Path(__file__).with_name("derive_redraw.sql").read_text(encoding="utf-8"))
_REDRAWN = text(Path(__file__).with_name("derive_redrawn.sql").read_text(encoding="utf-8"))


def derive_compounds(
    connection: Connection, city: str | None = None, ids: Sequence[int] | None = None
) -> int:
    """Derive for the compounds of a city, or those with the given ids, or all.

    ``area_m2`` is measured in EPSG:6933, ``label_point`` (EPSG:4326) lies inside the outline.
    Returns how many compounds did not have them yet, or had others.
    """
    given = {"city": city, "ids": None if ids is None else list(ids)}
    return connection.execute(_DERIVE, given).rowcount


def redraw_compounds(
    connection: Connection,
    table: str,
    on: date,
    import_id: int | None = None,
    correct: bool = False,
) -> int:
    """Give compounds new outlines, with area and label point; returns how many had another one.

    ``table`` is a temporary table of the program with unique ``id`` (of a believed compound),
    ``geom`` (valid MultiPolygon, EPSG:4326) and ``approximate``. The old outline moves to the
    history and ends on ``on``, from which the new one holds; one recorded as beginning on ``on`` or
    later never held and is superseded. With ``correct`` the old outline was wrong all along: it is
    superseded and the new one holds from the day it did. Call it before ``source`` of the compound
    is changed: the history takes it for the old outline's.
    """
    given = {"on": on, "correct": correct}
    connection.execute(text(_REDRAW.substitute(table=table)), given)
    end_listed(connection, "registry.compound_outline", "ending_outline")
    given = {"on": on, "correct": correct, "import_id": import_id}
    redrawn: int = connection.execute(_REDRAWN, given).scalar_one()
    return redrawn
