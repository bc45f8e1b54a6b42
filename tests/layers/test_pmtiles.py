"""What is asked for when tiles are written into one file."""

import asyncio
import io

import pytest
from pmtiles.reader import MemorySource, all_tiles

from geo.dates import today
from layers import pmtiles, tiles
from layers.items import Selection
from layers.pmtiles import Archive
from layers.registry import LAYERS
from layers.statement import Statement
from layers.tiles import Place

COMPOUNDS = LAYERS["compounds"]
EDGE = 105.46875
"""Between two tiles of zoom 8, and so of every zoom below."""


def test_an_outline_is_drawn_beyond_the_edge_whose_other_side_has_the_mark(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def name(_layers: object, place: Place, _chosen: Selection) -> Statement:
        return Statement("", (place,))

    async def ask(statement: Statement) -> bytes:
        (place,) = statement.arguments
        west, _south, east, _north = place.reaching(0)
        marked = west <= EDGE - 0.001 < east
        outlined = place.z >= COMPOUNDS.outline_min_zoom
        return b"drawn" if marked or outlined else b""

    monkeypatch.setattr(tiles, "tile", name)
    file = io.BytesIO()
    box = (EDGE - 0.002, 38.45, EDGE + 0.002, 38.451)
    archive = Archive([COMPOUNDS], box, today(), range(7, 11))
    asyncio.run(pmtiles.write(archive, ask, file))
    found = {place for place, _ in all_tiles(MemorySource(file.getvalue()))}
    assert {x for z, x, _y in found if z == 8} == {202}
    assert {x for z, x, _y in found if z == 9} == {405, 406}
    assert {x for z, x, _y in found if z == 10} == {811, 812}
