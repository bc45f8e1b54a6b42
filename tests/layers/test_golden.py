"""Decoded tiles of a small city that never changes are those that stand in files, to the digit.

Where a tile is to look otherwise, ``ATLAS_GOLDEN=write`` writes the files anew, for people to read.
"""

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from shapely.geometry import shape
from sqlalchemy import Engine, text

from geo.dates import today
from layers import tiles
from layers.grids import CRS84_QUAD, WEB_MERCATOR
from layers.items import Selection
from layers.registry import LAYERS
from layers.tiles import Place
from tests.layers import prepared

GOLDEN = Path(__file__).parent / "golden"
DAY = date(2026, 3, 1)

PLACES = {
    "compounds-14": ("compounds", Place(WEB_MERCATOR, 14, 6296, 13025), Selection(today())),
    "compounds-7": ("compounds", Place(WEB_MERCATOR, 7, 49, 101), Selection(today())),
    "compounds-of-a-past-day": (
        "compounds",
        Place(WEB_MERCATOR, 12, 1574, 3256),
        Selection(date(2025, 1, 1)),
    ),
    "compounds-in-degrees": ("compounds", Place(CRS84_QUAD, 12, 1174, 6512), Selection(today())),
    "districts-9": ("districts", Place(WEB_MERCATOR, 9, 196, 406), Selection(today())),
    "hazards-13": ("hazards", Place(WEB_MERCATOR, 13, 3148, 6512), Selection(DAY)),
}


@pytest.fixture(scope="module")
def cursor(database: Engine) -> Iterator[Any]:
    with database.begin() as connection:
        connection.execute(text((GOLDEN / "city.sql").read_text("utf-8")))
    connection = database.raw_connection()
    yield connection.cursor()
    connection.close()


def written(tile: bytes) -> str:
    """A tile as lines: its layers, and each feature with number, properties and shape."""
    lines = []
    decoded = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True})
    for name, layer in sorted(decoded.items()):
        lines.append(f"{name}, version {layer['version']}, extent {layer['extent']}")
        lines += sorted(f"  {_line(one)}" for one in layer["features"])
    return "\n".join([*lines, ""])


def _line(one: dict[str, Any]) -> str:
    told = json.dumps(one["properties"], ensure_ascii=False, sort_keys=True)
    return f"{one.get('id', '-')} {told} {shape(one['geometry']).normalize().wkt}"


@pytest.mark.parametrize("name", PLACES)
def test_a_tile_is_as_it_was(cursor: Any, name: str) -> None:
    layer, place, chosen = PLACES[name]
    seen = LAYERS[layer].seen_by("public")
    ((body,),) = prepared.rows(cursor, tiles.tile([seen], place, chosen))
    found, file = written(bytes(body)), GOLDEN / f"{name}.txt"
    if os.environ.get("ATLAS_GOLDEN") == "write":
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8")
    assert found.count("\n") > 3
