"""Gives compounds the district and street that hold the largest share of their area.

The street is looked for within the district found, so that the two never contradict each other.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, text

from geo import dates

_ASSIGN = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def assign_compounds(
    connection: Connection,
    city: str | None = None,
    ids: Sequence[int] | None = None,
    on: date | None = None,
) -> int:
    """Assign the compounds of a city, or those with the given ids, or all; returns how many moved.

    Writes district and street to the compound, and both with their shares (0–1, of the compound's
    area) to its history of places. A first place holds from :data:`geo.dates.FIRST_DAY`, a later
    one from ``on`` (today in Asia/Shanghai if not given). A compound outside every district has
    no place. Boundaries are those that hold on ``on``.
    """
    given = {
        "city": city,
        "ids": None if ids is None else list(ids),
        "on": on or dates.today(),
        "first_day": dates.FIRST_DAY,
    }
    moved: int = connection.execute(_ASSIGN, given).scalar_one()
    return moved
