"""Derives what hangs on a compound's outline: area, label point, and the history of outlines."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, text

from geo import dates

_DERIVE = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def derive_compounds(
    connection: Connection,
    city: str | None = None,
    ids: Sequence[int] | None = None,
    on: date | None = None,
) -> int:
    """Derive for the compounds of a city, or those with the given ids, or all.

    ``area_m2`` is measured in EPSG:6933, ``label_point`` (EPSG:4326) lies inside the outline. An
    outline that is new to the history holds from ``on`` (today in Asia/Shanghai if not given), a
    compound's first from :data:`geo.dates.FIRST_DAY`. Returns how many outlines were new.
    """
    given = {
        "city": city,
        "ids": None if ids is None else list(ids),
        "on": on or dates.today(),
        "first_day": dates.FIRST_DAY,
    }
    new: int = connection.execute(_DERIVE, given).scalar_one()
    return new
