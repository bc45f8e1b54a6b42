"""Puts new outlines of districts, streets or communities beside those recorded, with history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from sqlalchemy import Connection, text

from geo import dates
from geo.assign import assign_compounds
from geo.ending import end_listed
from geo.history import set_aside_listed
from geo.staging import copy_rows, ewkb


def _template(name: str) -> Template:
    return Template(Path(__file__).with_name(name).read_text(encoding="utf-8"))


_FIND = _template("renew.sql")
_WRITE = _template("renewed.sql")
_GENERALISED = _template("generalised.sql")
_BORDERS = text(Path(__file__).with_name("borders.sql").read_text("utf-8"))

_TOUCHED = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS touched_outline (level text, code text, geom geometry)"
    " ON COMMIT DROP"
)


@dataclass(frozen=True)
class Origin:
    """Where outlines come from: the source and its version, or the import that brought them."""

    source: str
    version: str | None = None
    synthetic: bool = False
    import_id: int | None = None


@dataclass(frozen=True)
class Renewed:
    """How many outlines are new or other than before, and how many of those recorded gave way."""

    opened: int
    closed: int


def lock(connection: Connection, city: str) -> None:
    """Two that change a city's facts wait for each other; 2260 is the standard of the codes."""
    connection.execute(text("SELECT pg_advisory_xact_lock(2260, :key)"), {"key": int(city)})


def stage(connection: Connection, outlines: Iterable[tuple[str, Any]]) -> None:
    """Put codes with their outlines (EPSG:4326) into the temporary table ``staged_outline``."""
    connection.execute(text("DROP TABLE IF EXISTS staged_outline"))
    connection.execute(
        text("CREATE TEMPORARY TABLE staged_outline (code text, geom geometry) ON COMMIT DROP")
    )
    rows = ((code, ewkb(shape)) for code, shape in outlines)
    copy_rows(connection, "staged_outline", ("code", "geom"), rows)


def renew(
    connection: Connection,
    level: str,
    city: str,
    on: date,
    origin: Origin,
    *,
    whole: bool,
    correct: bool = False,
) -> Renewed:
    """Make the outlines in ``staged_outline`` (code, geom) those that hold from ``on``.

    ``level`` is district, street or community. What is as before stays untouched. A changed outline
    ends on ``on``; with ``whole`` also one of the city that is not staged. One that began on that
    very day never held and is superseded. A unit's first outline holds from
    :data:`geo.dates.FIRST_DAY`. With ``correct`` what was recorded was wrong all along: it is
    superseded and the new outline takes over its span. What changed is left in the temporary tables
    ``fresh_outline`` (code, geom, stale_id) and ``touched_outline``, which gathers old and new
    outlines until :func:`assign_touched`.
    """
    connection.execute(text(_TOUCHED))
    given = {"city": city, "on": on, "whole": whole, "correct": correct}
    connection.execute(text(_FIND.substitute(level=level)), given)
    table = f"registry.{level}_boundary"
    if correct:
        listed = "SELECT stale_id AS id FROM fresh_outline WHERE stale_id IS NOT NULL"
        connection.execute(text("DROP TABLE IF EXISTS corrected_outline"))
        connection.execute(
            text(f"CREATE TEMPORARY TABLE corrected_outline ON COMMIT DROP AS {listed}")
        )
        set_aside_listed(connection, table, "corrected_outline")
    end_listed(connection, table, "ending_outline")
    row = connection.execute(
        text(_WRITE.substitute(level=level)),
        {
            "city": city,
            "on": on,
            "first_day": dates.FIRST_DAY,
            "correct": correct,
            "source": origin.source,
            "version": origin.version,
            "synthetic": origin.synthetic,
            "import_id": origin.import_id,
        },
    ).one()
    return Renewed(row.opened, row.closed)


def write_generalised(connection: Connection, level: str, city: str, zoom: int) -> None:
    """Make ``staged_outline`` the copies, up to a zoom, of the outlines that hold."""
    given = {"city": city, "zoom": zoom}
    connection.execute(text(_GENERALISED.substitute(level=level)), given)
    if level == "district":
        connection.execute(_BORDERS, given)


def assign_touched(connection: Connection, city: str, on: date) -> int:
    """Assign anew the city's compounds that what changed touches; returns how many moved."""
    connection.execute(text("CREATE INDEX ON touched_outline USING gist (geom)"))
    connection.execute(text("ANALYZE touched_outline"))
    moved = assign_compounds(connection, city=city, on=on, touching="touched_outline")
    connection.execute(text("DROP TABLE touched_outline"))
    return moved
