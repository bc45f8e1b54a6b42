"""Residential areas (landuse=residential) of an OpenStreetMap file.

Closed ways and multipolygon relations are rows with the reference ``way/123`` or ``relation/45``.
OpenStreetMap's datum is WGS 84; its licence is ODbL 1.0.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import pandas
import shapely
from osmium.filter import TagFilter

from geo.errors import AtlasError
from geo.imports.table import ROWS_AT_ONCE, Chunk, Layout, Source

HEADINGS = ("source_ref", "code", "name", "name_generated", "address")

Found = tuple[str, Mapping[str, str], Any, str | None]
"""Reference, tags, shape, and why there is none."""


def source(path: Path) -> Source:
    """Open a PBF file; AtlasError where it is cut off or none."""
    return Source("OSM PBF", lambda: _chunks(path), "EPSG:4326")


def _chunks(path: Path) -> Iterator[Chunk]:
    layout = Layout(0, "", HEADINGS)
    waiting: list[Found] = []
    first = 1
    try:
        for one in _areas(path):
            waiting.append(one)
            if len(waiting) == ROWS_AT_ONCE:
                yield _chunk(layout, first, waiting)
                first, waiting = first + len(waiting), []
    except (RuntimeError, OSError) as error:
        raise AtlasError(
            f"{path} cannot be read as OpenStreetMap PBF ({error}); download it again"
        ) from None
    yield _chunk(layout, first, waiting)


def _chunk(layout: Layout, first: int, found: list[Found]) -> Chunk:
    rows = [_cells(ref, tags) for ref, tags, _, _ in found]
    shapes = np.full(len(found), None, dtype=object)
    shapes[:] = [shape for _, _, shape, _ in found]
    return Chunk(
        layout,
        np.arange(first, first + len(found), dtype=np.int64),
        pandas.DataFrame(rows, columns=list(HEADINGS), dtype=object),
        shapes,
        {at: why for at, (_, _, _, why) in enumerate(found) if why},
    )


def _cells(ref: str, tags: Mapping[str, str]) -> tuple[Any, ...]:
    name = next((tags[key] for key in ("name", "name:zh", "name:en") if tags.get(key)), None)
    return ref, ref, name or f"居住区 {ref}", name is None, address_of(tags)


def address_of(tags: Mapping[str, str]) -> str | None:
    """``addr:full``, or street and number, then the place; None where nothing is tagged."""
    if full := tags.get("addr:full"):
        return full
    keys = ("addr:street", "addr:place", "addr:housenumber", "addr:postcode", "addr:city")
    return " ".join(part for key in keys if (part := tags.get(key))) or None


def _areas(path: Path) -> Iterator[Found]:
    """Every tagged way and relation once, with its shape or the reason why it has none."""
    assembled: set[int] = set()
    relations: dict[int, dict[str, str]] = {}
    for found in _residential(path):
        if found.is_relation():
            relations[found.id] = dict(found.tags)
        elif found.is_way():
            yield (f"way/{found.id}", dict(found.tags), *_ring(found))
        elif found.is_area() and not found.from_way():
            assembled.add(found.orig_id())
            wkb = osmium.geom.WKBFactory().create_multipolygon(found)
            yield f"relation/{found.orig_id()}", dict(found.tags), shapely.from_wkb(wkb), None
    for number in sorted(relations.keys() - assembled):
        yield f"relation/{number}", relations[number], None, "rings incomplete or crossing"


def _residential(path: Path) -> Iterator[Any]:
    """Tagged ways, relations and assembled areas; node locations are kept by osmium."""
    wanted = TagFilter(("landuse", "residential"))
    file = osmium.io.File(str(path), "pbf")
    if next(iter(osmium.FileProcessor(file)), None) is None:
        raise RuntimeError("it holds nothing")
    return iter(osmium.FileProcessor(file).with_areas(wanted).with_filter(wanted))


def _ring(way: Any) -> tuple[Any, str | None]:
    """The polygon of a closed way, perhaps invalid; else None and why."""
    if not way.is_closed() or len(way.nodes) < 4:
        return None, "not closed"
    if not all(node.location.valid() for node in way.nodes):
        return None, "corners missing in the file"
    return shapely.polygons([(node.location.lon, node.location.lat) for node in way.nodes]), None
