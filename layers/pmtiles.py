"""All tiles of layers in one file that needs no server (PMTiles, version 3).

Drawn by the same query as the tiles of the service, in WebMercatorQuad.
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, BinaryIO, NamedTuple

from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from layers import tiles
from layers.crs import Box
from layers.grids import WEB_MERCATOR
from layers.items import Selection
from layers.layer import Layer
from layers.statement import Statement
from layers.tiles import Place
from layers.vector_layers import fields, vector_layers

AT_ONCE = 64
"""Tiles that are asked for before the first of them is written."""

_TYPES = {"integer": "Number", "number": "Number", "boolean": "Boolean"}

type Ask = Callable[[Statement], Awaitable[bytes]]
"""Asks for one tile's bytes."""


class Archive(NamedTuple):
    """What goes into the file: layers as the public sees them, their box, a day, and zooms."""

    layers: Sequence[Layer]
    box: Box
    as_of: date
    zooms: range
    attribution: str = ""


async def write(archive: Archive, ask: Ask, file: BinaryIO) -> int:
    """Write the archive; the number of tiles in it.

    Below a tile without anything nothing is asked for, unless a layer or its outlines begin at a
    greater zoom: until then a compound is only in the tile that holds its mark.
    """
    writer: Any = Writer(file)  # type: ignore[no-untyped-call]
    written = 0
    places = list(_meeting(archive.box, archive.zooms.start))
    for zoom in archive.zooms:
        last_begins = max(max(one.min_zoom, one.outline_min_zoom) for one in archive.layers)
        kept: list[Place] = []
        for few in _few(sorted(places, key=_number)):
            found = await asyncio.gather(*(_drawn(archive, ask, place) for place in few))
            for place, data in zip(few, found, strict=True):
                if data:
                    writer.write_tile(_number(place), gzip.compress(data, mtime=0))
                    written += 1
                if data or zoom < last_begins:
                    kept.append(place)
        places = [below for place in kept for below in _below(place, archive.box)]
    if written:
        writer.finalize(_header(archive), _metadata(archive))
    return written


async def _drawn(archive: Archive, ask: Ask, place: Place) -> bytes:
    layers = [one for one in archive.layers if one.min_zoom <= place.z <= one.max_zoom]
    if not layers:
        return b""
    return await ask(tiles.tile(layers, place, Selection(archive.as_of)))


def _few(places: Sequence[Place]) -> Iterator[Sequence[Place]]:
    for start in range(0, len(places), AT_ONCE):
        yield places[start : start + AT_ONCE]


def _number(place: Place) -> int:
    return zxy_to_tileid(place.z, place.col, place.row)


def _meeting(box: Box, zoom: int) -> Iterator[Place]:
    """The tiles of a zoom that meet a box."""
    waiting = [Place(WEB_MERCATOR, 0, 0, 0)]
    while waiting:
        place = waiting.pop()
        if place.z == zoom:
            yield place
        else:
            waiting += _below(place, box)


def _below(place: Place, box: Box) -> list[Place]:
    """The four tiles in which the next zoom draws this one, but for those beside the box."""
    children = (
        Place(WEB_MERCATOR, place.z + 1, 2 * place.row + down, 2 * place.col + right)
        for down in (0, 1)
        for right in (0, 1)
    )
    return [one for one in children if _meets(one.box, box)]


def _meets(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]


def _header(archive: Archive) -> dict[str, Any]:
    west, south, east, north = (round(side * 10_000_000) for side in archive.box)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
        "center_zoom": archive.zooms.start,
        "center_lon_e7": (west + east) // 2,
        "center_lat_e7": (south + north) // 2,
    }


def _metadata(archive: Archive) -> dict[str, Any]:
    return {
        "name": " · ".join(layer.title for layer in archive.layers),
        "description": f"as of {archive.as_of}",
        "attribution": archive.attribution,
        "vector_layers": [
            {**part, "fields": _types(layer, part["fields"])}
            for layer in archive.layers
            for part in vector_layers(layer)
        ],
    }


def _types(layer: Layer, named: Iterable[str]) -> dict[str, str]:
    """The type of each field: here it stands where TileJSON has a description (MBTiles 1.3)."""
    told = fields(layer)
    # The one that is no property counts what cells stand for.
    return {
        name: _TYPES.get(told[name]["type"] if name in told else "integer", "String")
        for name in named
    }
