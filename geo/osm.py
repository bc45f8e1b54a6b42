"""Reads residential areas (landuse=residential) from an OpenStreetMap file and imports them.

Closed ways and multipolygon relations become compounds with source ``osm`` and the reference
``way/123`` or ``relation/45``. OpenStreetMap's datum is WGS 84; its licence is ODbL 1.0.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from osmium.filter import TagFilter
from shapely.geometry import MultiPolygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Engine, text

from geo.assign import assign_compounds
from geo.derive import derive_compounds
from geo.errors import AtlasError
from geo.staging import copy_rows, ewkb

SMALLEST_M2 = 100.0
"""Anything smaller is a slip of the mapper's hand, not a place where people live."""

ELSEWHERE = "000000"
"""The city of compounds that lie in no city that is loaded."""

ELSEWHERE_NAME = "未划定城市"

METRES_PER_DEGREE = 111_195.0
"""On a sphere of 6,371 km."""

_IMPORT = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
_CITY = text(
    "INSERT INTO registry.city (code, name) VALUES (:code, :name) ON CONFLICT (code) DO NOTHING"
)
_COLUMNS = ("source_ref", "name", "name_generated", "address", "geom")


@dataclass(frozen=True)
class Area:
    """One residential area, valid, in EPSG:4326."""

    ref: str
    name: str
    name_generated: bool
    address: str | None
    shape: MultiPolygon


@dataclass
class Report:
    """What was read and what became of it; ``rejected`` counts by reason."""

    ways: int = 0
    relations: int = 0
    named: int = 0
    generated: int = 0
    repaired: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def read(self) -> int:
        """Tagged ways and relations in the file."""
        return self.ways + self.relations


def import_osm(
    engine: Engine, path: Path, city: str | None = None, city_name: str | None = None
) -> Report:
    """Import the residential areas of a PBF file in one transaction.

    A compound belongs to the loaded city whose district holds most of it; else to ``city``, which
    is made under ``city_name`` if it is new; else to the catch-all :data:`ELSEWHERE`. Importing a
    file twice changes nothing; what is no longer in the file stays. Raises AtlasError, and changes
    nothing, where the file cannot be read or the city is not known.
    """
    report = Report()
    with engine.begin() as connection:
        fallback = _fallback(connection, city, city_name)
        connection.execute(
            text(
                "CREATE TEMPORARY TABLE staged_compound (source_ref text PRIMARY KEY, name text,"
                " name_generated boolean, address text, geom geometry) ON COMMIT DROP"
            )
        )
        rows = (
            (area.ref, area.name, area.name_generated, area.address, ewkb(area.shape))
            for area in read_areas(path, report)
        )
        copied = copy_rows(connection, "staged_compound", _COLUMNS, rows)
        given = {"city": fallback, "elsewhere": ELSEWHERE, "elsewhere_name": ELSEWHERE_NAME}
        touched = connection.execute(_IMPORT, given).all()
        ids = [row.id for row in touched]
        derive_compounds(connection, ids=ids)
        assign_compounds(connection, ids=ids)
    report.inserted = sum(row.is_new for row in touched)
    report.updated = len(touched) - report.inserted
    report.unchanged = copied - len(touched)
    return report


def read_areas(path: Path, report: Report) -> Iterator[Area]:
    """The residential areas of a PBF file, one by one; counts into ``report``.

    Rings that cross themselves are repaired; what cannot be repaired, is smaller than
    :data:`SMALLEST_M2`, or is incomplete in the file is rejected and counted. Raises AtlasError
    where the file is missing, cut off or no PBF.
    """
    if not path.is_file():
        raise AtlasError(f"{path} is not a file; name an OpenStreetMap file (.osm.pbf)")
    assembled: set[int] = set()
    relations: set[int] = set()
    try:
        for found in _residential(path):
            if found.is_relation():
                relations.add(found.id)
                report.relations += 1
            elif found.is_way():
                report.ways += 1
                yield from _usable(f"way/{found.id}", found.tags, _ring(found, report), report)
            elif found.is_area() and not found.from_way():
                assembled.add(found.orig_id())
                ref = f"relation/{found.orig_id()}"
                yield from _usable(ref, found.tags, _multipolygon(found), report)
    except (RuntimeError, OSError) as error:
        raise AtlasError(
            f"{path} cannot be read as OpenStreetMap PBF ({error}); download it again"
        ) from None
    if lost := len(relations - assembled):
        report.rejected["rings incomplete or crossing"] += lost


def _residential(path: Path) -> Iterator[Any]:
    """Tagged ways, relations and assembled areas; node locations are kept by osmium."""
    wanted = TagFilter(("landuse", "residential"))
    file = osmium.io.File(str(path), "pbf")
    if next(iter(osmium.FileProcessor(file)), None) is None:
        raise RuntimeError("it holds nothing")
    return iter(osmium.FileProcessor(file).with_areas(wanted).with_filter(wanted))


def _ring(way: Any, report: Report) -> BaseGeometry | None:
    """The polygon of a closed way, perhaps invalid; None, counted, when there is none."""
    if not way.is_closed() or len(way.nodes) < 4:
        report.rejected["not closed"] += 1
        return None
    if not all(node.location.valid() for node in way.nodes):
        report.rejected["corners missing in the file"] += 1
        return None
    return shapely.polygons([(node.location.lon, node.location.lat) for node in way.nodes])


def _multipolygon(area: Any) -> BaseGeometry:
    return shapely.from_wkb(osmium.geom.WKBFactory().create_multipolygon(area))


def _usable(
    ref: str, tags: Mapping[str, str], shape: BaseGeometry | None, report: Report
) -> Iterator[Area]:
    """The area, or nothing where its shape is no use; counts either way."""
    if shape is None:
        return
    was_valid = shapely.is_valid(shape)
    shape = polygons_of(shape if was_valid else shapely.make_valid(shape))
    if shape.is_empty:
        report.rejected["no area"] += 1
        return
    if _square_metres(shape) < SMALLEST_M2:
        report.rejected[f"smaller than {SMALLEST_M2:.0f} m²"] += 1
        return
    report.repaired += not was_valid
    name = next((tags[key] for key in ("name", "name:zh", "name:en") if tags.get(key)), None)
    report.named += name is not None
    report.generated += name is None
    yield Area(ref, name or f"居住区 {ref}", name is None, address_of(tags), shape)


def polygons_of(shape: BaseGeometry) -> MultiPolygon:
    """The polygons of a geometry as one multipolygon; lines and points are dropped."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    kept = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 0)]
    return MultiPolygon(list(kept))


def address_of(tags: Mapping[str, str]) -> str | None:
    """``addr:full``, or street and number, then the place; None where nothing is tagged."""
    if full := tags.get("addr:full"):
        return full
    keys = ("addr:street", "addr:place", "addr:housenumber", "addr:postcode", "addr:city")
    return " ".join(part for key in keys if (part := tags.get(key))) or None


def _square_metres(shape: BaseGeometry) -> float:
    """Near enough to tell a slip from a place."""
    latitude = shape.centroid.y
    return float(shape.area * METRES_PER_DEGREE**2 * np.cos(np.radians(latitude)))


def _fallback(connection: Connection, city: str | None, name: str | None) -> str | None:
    """The city the caller asks for, made if it is new."""
    if city is None:
        if name is not None:
            raise AtlasError(f'--city-name "{name}" needs --city with a code of six digits')
        return None
    if not (city.isascii() and city.isdigit() and len(city) == 6):
        raise AtlasError(f'--city "{city}": a city\'s code has six digits, as 640100')
    known = text("SELECT EXISTS (SELECT FROM registry.city WHERE code = :code)")
    if not connection.execute(known, {"code": city}).scalar_one():
        if not name:
            raise AtlasError(f"city {city} is not known; name it with --city-name to make it")
        connection.execute(_CITY, {"code": city, "name": name})
    return city
