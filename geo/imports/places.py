"""Writes streets (街道、乡镇) and communities (社区、村) with their outlines, and their history.

Only the units in the file change. Compounds that a changed outline touches are placed anew.
"""

from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

import geopandas
from sqlalchemy import Connection, text

from geo.assign import CLEAR_SHARE
from geo.boundaries.generalise import BANDS, simplify
from geo.boundaries.renew import (
    Origin,
    assign_touched,
    lock,
    renew,
    stage,
    write_generalised,
)
from geo.imports import staged
from geo.imports.city import ELSEWHERE
from geo.imports.problems import Reason, reasons
from geo.imports.profile import Profile
from geo.imports.staged import Writing, Written

MOST_OVERLAP = 0.01
"""Neighbours share a line; more than this share of the smaller one is not a slip of the pen."""

reasons(
    unknown_parent=Reason(
        zh="{code} 的上级“{value}”没有登记：请先导入上级区划，或改正代码",
        en='the unit above {code}, "{value}", is not known; import it first or correct the code',
    ),
    code_not_of_parent=Reason(
        zh="代码“{value}”不是以上级 {name}（{parent}）的代码开头：请改正代码或所属上级",
        en='the code "{value}" does not begin with that of {name} ({parent}); '
        "correct the code or the unit it belongs to",
    ),
    outside_parent=Reason(
        zh="{code} 的范围只有 {percent}% 在所属 {name}（{value}）内，应不少于 {wanted}%："
        "请核对坐标系、范围或所属上级；确认无误的，在处理决定中写“新建”",
        en="only {percent} % of {code} lies in {name} ({value}), {wanted} % is wanted; check the "
        'datum, the outline or the unit it belongs to; if it is right, decide "new"',
        verdict="review",
    ),
    overlaps_neighbour=Reason(
        zh="“{value}”与相邻的 {name}（{neighbour}）重叠，占较小者的 {percent}%，超过 {allowed}%："
        "请核对两者的范围，或一并导入；确认无误的，在处理决定中写“新建”",
        en='"{value}" overlaps its neighbour {name} ({neighbour}) with {percent} % of the smaller, '
        "more than {allowed} %; check both outlines, or import both together; "
        'if it is right, decide "new"',
        verdict="review",
    ),
)


@dataclass(frozen=True)
class Level:
    """A kind of unit and the one above it, whose code is so many ``digits``.

    ``kind`` is SQL that tells what the code says of a unit whose kind is not known: the third part
    of a street's code (GB/T 10114), the fourth of a community's (统计用区划代码).
    """

    name: str
    parent: str
    digits: int
    kind: str
    generalised: bool

    def sql(self, name: str) -> str:
        """The SQL of a step, for this level."""
        text_of = Path(__file__).with_name(f"places_{name}.sql").read_text(encoding="utf-8")
        return Template(text_of).substitute(level=self.name, parent=self.parent, kind=self.kind)


LEVELS = {
    "streets": Level(
        "street",
        "district",
        6,
        "CASE WHEN right(staged.code, 3) < '100' THEN 'subdistrict'"
        " WHEN right(staged.code, 3) < '200' THEN 'town'"
        " WHEN right(staged.code, 3) < '400' THEN 'township' ELSE 'other' END",
        generalised=True,
    ),
    "communities": Level(
        "community",
        "street",
        9,
        "CASE WHEN substr(staged.code, 10, 1) IN ('2', '3', '5') THEN 'village'"
        " ELSE 'community' END",
        generalised=False,
    ),
}


def write(connection: Connection, profile: Profile, writing: Writing) -> Written:
    """Write the staged streets or communities; what is as recorded stays untouched.

    A changed outline holds from ``writing.on``, on which the old one ends; with ``correct`` it
    takes the place of the recorded one over its whole span, and the audit says so. A unit outside
    its parent, or over a neighbour of its level, is held for review. ``ids`` are the numbers of the
    outlines; ``noted`` counts the compounds that moved.
    """
    level = LEVELS[profile.kind]
    _stage_units(connection, level, writing)
    given = {"on": writing.on, "clear": CLEAR_SHARE, "overlap": MOST_OVERLAP}
    connection.execute(text(level.sql("check")), given)
    staged.drop_held(connection)
    cities = text("SELECT DISTINCT city_code FROM staged_unit ORDER BY city_code")
    written = Written()
    for city in connection.execute(cities).scalars().all():
        _write_city(connection, level, writing, city, written)
    return written


def _stage_units(connection: Connection, level: Level, writing: Writing) -> None:
    column = f"ALTER TABLE staged ADD COLUMN IF NOT EXISTS {level.parent}_code text"
    connection.execute(text(column))
    given = {
        "city": writing.city,
        "anywhere": writing.city == ELSEWHERE,
        "digits": level.digits,
    }
    connection.execute(text(level.sql("stage")), given)


def _write_city(
    connection: Connection, level: Level, writing: Writing, city: str, written: Written
) -> None:
    lock(connection, city)
    given: dict[str, Any] = {
        "city": city,
        "actor": writing.actor,
        "correct": writing.correct,
        "reason": f"import {writing.import_id}",
        "import_id": writing.import_id or None,
    }
    connection.execute(text(level.sql("name")), given)
    origin = Origin(
        writing.source,
        f"import {writing.import_id}",
        synthetic=writing.made_up,
        import_id=writing.import_id or None,
    )
    done = renew(
        connection, level.name, city, writing.on, origin, whole=False, correct=writing.correct
    )
    told = connection.execute(text(level.sql("tell")), given).one()
    written.new += told.new
    written.updated += told.updated
    written.unchanged += told.unchanged
    written.ids += told.ids
    if done.opened:
        if level.generalised:
            _generalise(connection, level, city)
        moved = assign_touched(connection, city, writing.on)
        written.noted["compounds_moved"] = written.noted.get("compounds_moved", 0) + moved


def _generalise(connection: Connection, level: Level, city: str) -> None:
    """Make the copies for low zooms anew, of all the city's units: neighbours share their lines."""
    query = (
        f"SELECT {level.name}_code AS code, geom FROM registry.{level.name}_boundary"  # noqa: S608 - names of our own
        " WHERE city_code = %(city)s AND superseded_at IS NULL AND upper_inf(valid)"
    )
    held = geopandas.read_postgis(query, connection, "geom", params={"city": city})
    held = held.rename_geometry("geometry")
    for zoom in BANDS:
        simple = simplify(held, zoom)
        stage(connection, zip(simple["code"], simple.geometry, strict=True))
        write_generalised(connection, level.name, city, zoom)
