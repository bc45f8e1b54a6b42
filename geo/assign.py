"""Gives shapes the district, street and community that hold the largest share of their area.

The street is looked for within the district found, the community within the street, so that they
never contradict each other. A share below :data:`CLEAR_SHARE` is a doubt, not an answer: what is
recorded keeps its place while that place touches it, and is listed by :func:`unclear_places`.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from string import Template

import pandas
from sqlalchemy import Connection, text

from geo import dates
from geo.ending import end_listed

CLEAR_SHARE = 0.8
"""So much of a compound must lie in one unit for it to be placed there unasked."""

LEAST_SHARE = 1e-9
"""Less than this is the noise of coordinates along a common line."""

NESTED_SHARE = 1e-5
"""A street of which no more than this lies outside its district is taken to lie in it."""


def _sql(name: str) -> str:
    return Path(__file__).with_name(f"assign_{name}.sql").read_text(encoding="utf-8")


_SHAPES = Template(_sql("shapes"))
_WANTED = Template(_sql("wanted"))
_SETTLE = text(_sql("settle"))
_MOVE = text(_sql("move"))
_UNCLEAR = text(_sql("unclear"))
_REACH = text(_sql("reach"))
_REACHED = text(_sql("reached"))


def place_shapes(
    connection: Connection, source: str, on: date | None = None, *, key: str = "key"
) -> None:
    """Find the place of every shape of a table, by the boundaries that hold on a day.

    ``source`` is a table of the program with a unique column ``key`` and ``geom`` (valid polygons,
    EPSG:4326); give a large one a GiST index on ``geom`` and ANALYZE it before. Makes the temporary
    table ``placed`` (key, district_code, district_share, street_code, street_share, community_code,
    community_share), a row for every shape, which goes with the transaction. Shares are 0–1, of the
    shape's area; code and share are NULL where no unit touches the shape. No share is too small
    here: what is clear enough the caller decides.
    """
    given = {"on": on or dates.today(), "least": LEAST_SHARE, "nested": NESTED_SHARE}
    connection.execute(text(_SHAPES.substitute(source=source, key=f'"{key}"')), given)


def assign_compounds(
    connection: Connection,
    city: str | None = None,
    ids: Sequence[int] | None = None,
    on: date | None = None,
    *,
    clear: float = CLEAR_SHARE,
    touching: str | None = None,
) -> int:
    """Assign the compounds of a city, those with the given ids, or all; returns how many moved.

    ``touching`` names a temporary table with a column ``geom``: only compounds that meet one of
    its shapes are looked at. Each level is judged by itself: a share of ``clear`` or more is the
    place; else the compound keeps the unit it had while that still touches it, else has none. What
    a person decided (``place_decided``) stays likewise. Shares (0–1, of the compound's area) are
    stored. A first place holds from :data:`geo.dates.FIRST_DAY`, a later one from ``on`` (today in
    Asia/Shanghai if not given), on which the old one moves to the history of places. Boundaries are
    those that hold on ``on``.
    """
    on = on or dates.today()
    _wanted(connection, city, ids, touching)
    place_shapes(connection, "wanted_compound", on)
    connection.execute(_SETTLE, {"on": on, "clear": clear, "least": LEAST_SHARE})
    end_listed(connection, "registry.compound_place", "ending_place")
    given = {"on": on, "first_day": dates.FIRST_DAY, "least": LEAST_SHARE}
    moved: int = connection.execute(_MOVE, given).scalar_one()
    return moved


def unclear_places(
    connection: Connection, city: str | None = None, clear: float = CLEAR_SHARE
) -> pandas.DataFrame:
    """Recorded compounds whose district or street nobody has decided, of a city or of all.

    Those without a district or street, where their city and district have any, and those whose
    share (0–1) is less than ``clear``. Columns: id, code, name, district, district_share, street,
    street_share; districts and streets by code.
    """
    given = {"city": city, "clear": clear, "on": dates.today()}
    return pandas.read_sql(_UNCLEAR, connection, params=given)


def assign_jurisdictions(
    connection: Connection,
    *,
    compound_ids: Sequence[int] | None = None,
    jurisdiction_ids: Sequence[int] | None = None,
    city: str | None = None,
    on: date | None = None,
) -> int:
    """Find which jurisdictions drawn as polygons reach which compounds; returns how many changed.

    Looks at every pair of the given compounds and jurisdictions (each: all, if not given) of one
    city. A first share (0–1, of the compound's area) holds as long as the jurisdiction does; one
    that changed holds from ``on`` (today in Asia/Shanghai if not given), on which the old one ends.
    """
    on = on or dates.today()
    given = {
        "compound_ids": None if compound_ids is None else list(compound_ids),
        "jurisdiction_ids": None if jurisdiction_ids is None else list(jurisdiction_ids),
        "city": city,
        "on": on,
        "least": LEAST_SHARE,
    }
    connection.execute(_REACH, given)
    end_listed(connection, "oversight.compound_jurisdiction", "stale_reach")
    changed: int = connection.execute(_REACHED, {"on": on}).scalar_one()
    return changed


def _wanted(
    connection: Connection, city: str | None, ids: Sequence[int] | None, touching: str | None
) -> None:
    """Put the compounds to assign into the temporary table ``wanted_compound`` (key, geom)."""
    met = "TRUE"
    if touching is not None:
        met = f"EXISTS (SELECT FROM {touching} AS met WHERE ST_Intersects(met.geom, compound.geom))"
    given = {"city": city, "ids": None if ids is None else list(ids)}
    connection.execute(text(_WANTED.substitute(met=met)), given)
