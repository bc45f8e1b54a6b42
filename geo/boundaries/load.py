"""Loads the districts and streets of a city, checked, with history and copies for low zooms."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas
import pandas
from sqlalchemy import Connection, Engine, text

from geo import dates, noted
from geo.boundaries import coverage
from geo.boundaries.gazetteer import Gazetteer, prefix_of, read_city
from geo.boundaries.generalise import BANDS, generalise
from geo.boundaries.renew import (
    Origin,
    assign_touched,
    lock,
    renew,
    stage,
    write_generalised,
)
from geo.boundaries.tessellation import tessellate
from geo.errors import AtlasError

_NAMES = text(Path(__file__).with_name("names.sql").read_text(encoding="utf-8"))
_LISTED = text(Path(__file__).with_name("list.sql").read_text(encoding="utf-8"))

DEFAULT_SEED = 1


@dataclass(frozen=True)
class Summary:
    """What adding a city did; counts of outlines opened and closed are 0 when nothing changed."""

    code: str
    name: str
    districts: int
    streets: int
    opened: int
    closed: int
    unplaced: list[str]
    without_streets: list[str]


@dataclass(frozen=True)
class Outlines:
    """A city's districts and streets (EPSG:4326) that passed every check.

    ``units`` are the streets, and the districts that have none, as one coverage.
    """

    city: Gazetteer
    districts: geopandas.GeoDataFrame
    units: geopandas.GeoDataFrame
    seed: int

    @property
    def streets(self) -> geopandas.GeoDataFrame:
        """The streets: code, district_code, geometry."""
        return self.units[self.units["code"].isin(self.city.streets["code"])]


def outlines(code: str, seed: int = DEFAULT_SEED, folder: Path | None = None) -> Outlines:
    """Read a city, cut its districts into streets and check it all.

    Raises AtlasError where the code is unknown or anything fails its check.
    """
    if seed < 0:
        raise AtlasError(f"--seed {seed} is negative; give a number from 0 on")
    city = read_city(code, folder)
    check_districts(city)
    ready = Outlines(city, city.districts, tessellate(city.districts, city.streets, seed), seed)
    check_streets(city, ready.streets)
    coverage.check_coverage(ready.units, "unit")
    return ready


def check_districts(city: Gazetteer) -> None:
    """Codes, outlines, coverage, and the figures the manifest expects of this city."""
    codes = city.districts["code"].tolist()
    coverage.check_codes(codes, 6, "district")
    for code in codes:
        if not code.startswith(prefix_of(city.code)):
            raise AtlasError(f"district {code} does not belong to city {city.code}; remove it")
    coverage.check_outlines(city.districts, "district")
    coverage.check_coverage(city.districts, "district")
    expected = city.expected
    if "area_km2" in expected:
        coverage.check_area(
            city.districts, city.name, expected["area_km2"], expected["area_tolerance"]
        )
    _check_count(city.name, "districts", len(codes), expected.get("districts"))
    counts = city.streets["district_code"].value_counts().reindex(codes, fill_value=0)
    for code, found, wanted in zip(codes, counts, expected.get("streets", counts), strict=True):
        _check_count(code, "streets", int(found), int(wanted))


def check_streets(city: Gazetteer, streets: geopandas.GeoDataFrame) -> None:
    """Codes, outlines and coverage, and that the streets of a district fill it."""
    coverage.check_codes(streets["code"].tolist(), 9, "street")
    coverage.check_outlines(streets, "street")
    coverage.check_coverage(streets, "street")
    coverage.check_inside(streets, city.districts, "district_code", "street")


def add_city(
    target: Engine | Connection,
    code: str,
    seed: int = DEFAULT_SEED,
    on: date | None = None,
    folder: Path | None = None,
) -> Summary:
    """Load a city in one transaction; loading the same again changes nothing.

    A unit's first outline holds from :data:`geo.dates.FIRST_DAY`; a changed one from ``on`` (today
    in Asia/Shanghai if not given), on which the old one ends. Compounds of the city that what
    changed touches are then assigned anew. Raises AtlasError, and writes nothing, where a check
    fails.
    """
    ready = outlines(code, seed, folder)
    with _transaction(target) as connection:
        return load(connection, ready, on or dates.today())


def load(connection: Connection, ready: Outlines, on: date) -> Summary:
    """Write checked outlines within the connection's transaction."""
    city = ready.city
    lock(connection, city.code)
    _write_names(connection, city)
    version = f"seed {ready.seed} over {city.source} {city.source_version}"
    origins = {
        "district": Origin(city.source, city.source_version),
        "street": Origin("tessellation", version, synthetic=True),
    }
    opened = closed = 0
    for level, frame in (("district", ready.districts), ("street", ready.streets)):
        stage(connection, zip(frame["code"], frame.geometry, strict=True))
        done = renew(connection, level, city.code, on, origins[level], whole=True)
        opened, closed = opened + done.opened, closed + done.closed
    if opened or closed:
        _write_generalised(connection, ready)
        assign_touched(connection, city.code, on)
        _note(connection, ready, version, opened, closed)
    bare = city.districts[~city.districts["code"].isin(city.streets["district_code"])]
    return Summary(
        code=city.code,
        name=city.name,
        districts=len(ready.districts),
        streets=len(ready.streets),
        opened=opened,
        closed=closed,
        unplaced=city.unplaced["name"].tolist(),
        without_streets=bare["name"].tolist(),
    )


def _note(connection: Connection, ready: Outlines, version: str, opened: int, closed: int) -> None:
    city = ready.city
    said = {
        "city_code": city.code,
        "districts": len(ready.districts),
        "streets": len(ready.streets),
        "opened": opened,
        "closed": closed,
        "source": f"{city.source} {city.source_version}",
        "streets_source": f"tessellation, {version}",
    }
    noted.note(connection, "load", "registry.district_boundary", said)


def is_loaded(target: Engine | Connection, code: str) -> bool:
    """Whether the database holds district outlines of the city."""
    query = text(
        "SELECT EXISTS (SELECT FROM registry.district_boundary"
        " WHERE city_code = :code AND superseded_at IS NULL)"
    )
    with _transaction(target) as connection:
        return bool(connection.execute(query, {"code": code}).scalar_one())


def loaded(target: Engine | Connection) -> pandas.DataFrame:
    """The cities the database holds: code, name, districts, streets, km2, source, version."""
    with _transaction(target) as connection:
        result = connection.execute(_LISTED, {"on": dates.today()})
        return pandas.DataFrame(result.mappings().all(), columns=list(result.keys()))


def check_loaded(target: Engine | Connection, code: str) -> int:
    """Check the outlines a database holds of a city as those of a file; returns how many.

    Raises AtlasError where one fails.
    """
    query = (
        "SELECT u.code, b.geom AS geometry{parent} FROM registry.{level} AS u"
        " JOIN registry.{level}_boundary AS b ON b.{level}_code = u.code"
        " WHERE u.city_code = %(code)s AND b.valid @> %(on)s AND b.superseded_at IS NULL"
        " ORDER BY u.code"
    )
    with _transaction(target) as connection:
        given = {"code": code, "on": dates.today()}
        districts, streets = (
            geopandas.read_postgis(
                query.format(level=level, parent=parent), connection, "geometry", params=given
            )
            for level, parent in (("district", ""), ("street", ", u.district_code"))
        )
    if districts.empty:
        raise AtlasError(f"city {code} is not loaded; `atlas boundaries add {code}` brings it")
    for frame, what in ((districts, "district"), (streets, "street")):
        if not frame.empty:
            coverage.check_outlines(frame, what)
            coverage.check_coverage(frame, what)
    coverage.check_inside(streets, districts, "district_code", "street")
    return len(districts) + len(streets)


def _check_count(of: str, what: str, found: int, expected: int | None) -> None:
    if expected is not None and found != expected:
        raise AtlasError(
            f"{of} has {found} {what}, not {expected} as the manifest says; correct one of them"
        )


def _write_names(connection: Connection, city: Gazetteer) -> None:
    connection.execute(
        _NAMES,
        {
            "city": city.code,
            "name": city.name,
            "name_en": city.name_en,
            "district_codes": city.districts["code"].tolist(),
            "district_names": city.districts["name"].tolist(),
            "district_names_en": city.districts["name_en"].tolist(),
            "street_codes": city.streets["code"].tolist(),
            "street_names": city.streets["name"].tolist(),
            "street_kinds": city.streets["kind"].tolist(),
            "street_districts": city.streets["district_code"].tolist(),
        },
    )


def _write_generalised(connection: Connection, ready: Outlines) -> None:
    for zoom in BANDS:
        districts, units = generalise(ready.districts, ready.units, zoom)
        for level, frame in (("district", districts), ("street", units)):
            stage(connection, zip(frame["code"], frame.geometry, strict=True))
            write_generalised(connection, level, ready.city.code, zoom)


@contextmanager
def _transaction(target: Engine | Connection) -> Iterator[Connection]:
    """A transaction of its own on an engine; the caller's on a connection."""
    if isinstance(target, Connection):
        yield target
    else:
        with target.begin() as connection:
            yield connection
