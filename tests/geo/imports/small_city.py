"""A city of four compounds in two districts, and files imported into it row by row."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas
from sqlalchemy import Connection, Engine, text

from geo.imports import duplicates, facts, profile, references, staged
from geo.imports.profile import Profile
from geo.imports.staged import Writing, Written

CITY = "649900"
TODAY = date(2026, 11, 23)

_PLACES = """
    INSERT INTO registry.city (code, name) VALUES ('649900', '试验市');
    INSERT INTO registry.district (code, city_code, name)
    VALUES ('649904', '649900', '东城区'), ('649905', '649900', '西城区');
    INSERT INTO registry.street (code, district_code, city_code, name, kind)
    VALUES ('649904001', '649904', '649900', '中山街街道', 'subdistrict'),
           ('649905001', '649905', '649900', '文昌街街道', 'subdistrict');
    INSERT INTO registry.community (code, street_code, city_code, name, kind)
    VALUES ('649904001001', '649904001', '649900', '光华社区', 'community');
    INSERT INTO registry.company (city_code, code, name)
    VALUES ('649900', '91640100A', '银川安居物业服务有限公司'),
           ('649900', '91640100B', '银川宁居物业服务有限公司');
    INSERT INTO oversight.agency (city_code, kind, level, district_code, name)
    VALUES ('649900', 'police', 'city', NULL, '试验市公安局'),
           ('649900', 'market', 'county', '649904', '东城区市场监管局');
"""
_COMPOUND = text("""
    INSERT INTO registry.compound
        (city_code, code, name, district_code, street_code, geom, source)
    VALUES ('649900', :code, :name, :district, :street,
            ST_Multi(ST_MakeEnvelope(:west, 38.4, :west + 0.002, 38.402, 4326)), 'office')
""")
_COMPOUNDS = [
    ("C1", "阳光花园", "649904", "649904001", 106.200),
    ("C2", "丽景湾", "649904", "649904001", 106.210),
    ("C3", "锦绣家园", "649904", "649904001", 106.220),
    ("C4", "锦绣家园", "649905", "649905001", 106.230),
]


@dataclass
class Outcome:
    """What became of a file; ``problems`` are (row, code, field, value, given)."""

    written: Written
    repeated: int
    problems: list[Any] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, int, int]:
        return self.written.new, self.written.updated, self.written.unchanged

    @property
    def codes(self) -> list[tuple[int, str, str | None]]:
        return [(row, code, about) for row, code, about, _, _ in self.problems]


@contextmanager
def small_city(database: Engine) -> Iterator[Connection]:
    """A connection to the city, undone when the block ends."""
    with database.connect() as connection, connection.begin() as transaction:
        connection.execute(text(_PLACES))
        for code, name, district, street, west in _COMPOUNDS:
            given = {"code": code, "name": name, "district": district}
            connection.execute(_COMPOUND, given | {"street": street, "west": west})
        yield connection
        transaction.rollback()


def stage(
    connection: Connection, kind: str, rows: Sequence[dict[str, Any]], **options: Any
) -> tuple[Profile, Writing]:
    """Stage rows of a file, numbered from 2; ``geom`` is a shape in EPSG:4326, days are ISO."""
    made = profile.load(kind)
    frame = pandas.DataFrame(list(rows), dtype=object)
    frame = frame.where(frame.notna(), None)
    shapes = None
    if "geom" in frame:
        shapes = frame.pop("geom").to_numpy(dtype=object)
    for one in made.fields:
        if one.type == "date" and one.name in frame:
            frame[one.name] = [day and date.fromisoformat(day) for day in frame[one.name]]
    staged.create(connection, made)
    numbers = np.arange(2, len(rows) + 2, dtype=np.int64)
    staged.add_rows(connection, made, numbers, frame, shapes)
    present = frozenset(frame.columns)
    writing = Writing(**{"import_id": 7, "city": CITY, "on": TODAY, "present": present} | options)
    references.resolve(connection, made, writing)
    return made, writing


def bring(
    connection: Connection, kind: str, rows: Sequence[dict[str, Any]], **options: Any
) -> Outcome:
    """Import rows of a file, as :mod:`geo.imports.run` does once they are checked."""
    made, writing = stage(connection, kind, rows, **options)
    repeated = duplicates.refuse(connection, made)
    written = facts.write(connection, made, writing)
    problems = connection.execute(
        text('SELECT "row", code, field, value, given FROM problem ORDER BY "row", code, field')
    )
    return Outcome(written, repeated, [tuple(one) for one in problems])


def rows_of(connection: Connection, query: str, **given: Any) -> list[tuple[Any, ...]]:
    """What a query gives, as tuples."""
    return [tuple(one) for one in connection.execute(text(query), given)]
