"""Whether a peer answers the same as this service: the same features with the same attributes."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import httpx
from mapbox_vector_tile import decode
from mapbox_vector_tile.Mapbox import vector_tile_pb2

from bench.serving import tables
from bench.serving.asked import Case, Question, Tile
from bench.serving.peers import OUTLINES_FROM, Server

SOME = 5
"""How many of a case are compared."""
EXTENT = 4096
NEAR = 1e-6
"""Degrees; how far the same corner may differ, since each rounds to its own digits."""

type Features = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Agreement:
    """How many answers and features were compared, and the first ways in which they differ."""

    answers: int
    features: int
    differences: tuple[str, ...]

    def __str__(self) -> str:
        same = f"{self.features:,} features in {self.answers} answers"
        return f"{same} alike" if not self.differences else "; ".join(self.differences)


def compare(ours: Server, peer: Server, case: Case) -> Agreement:
    """Ask both for some of a case."""
    features, differences = 0, []
    some = case.asked[:SOME]
    # The gateway of the bench signs its certificate itself.
    with httpx.Client(timeout=120, verify=False) as client:  # noqa: S501
        for one in some:
            own, other = (
                client.get(f"{server.url}{server.path(one)}").raise_for_status().content
                for server in (ours, peer)
            )
            compared = _tiles(own, other, one) if isinstance(one, Tile) else _pages(own, other)
            features += compared[0]
            differences += [f"{_named(one)}: {what}" for what in compared[1]]
    return Agreement(len(some), features, tuple(differences[:3]))


def _named(one: Tile | Question) -> str:
    if isinstance(one, Tile):
        return f"{one.z}/{one.x}/{one.y}"
    return one.filter or (f"box {one.box}" if one.box else f"page {one.page + 1}")


def _tiles(own: bytes, other: bytes, tile: Tile) -> tuple[int, list[str]]:
    """Of a peer that draws one layer only that layer is compared."""
    mine, theirs = _layers(own, tile), _layers(other, tile)
    total, told = 0, []
    for layer, found in theirs.items():
        wanted = mine.get(layer, {})
        total += len(wanted)
        lone = _within(own, layer, wanted.keys() - found.keys(), tile)
        more = _within(other, layer, found.keys() - wanted.keys(), tile)
        if lone or more:
            told.append(
                f"{layer} has {len(wanted)} features here and {len(found)} there"
                f" ({len(lone)} only here, {len(more)} only there)"
            )
        told += _attributes(wanted, found)
    if not theirs and any(mine.values()):
        told.append("nothing there")
    return total, told


def _attributes(wanted: Features, found: Features) -> list[str]:
    unlike = [n for n in wanted.keys() & found.keys() if wanted[n] != found[n]]
    if not unlike:
        return []
    first = min(unlike)
    return [f"{len(unlike)} differ in attributes, as {first}: {wanted[first]} and {found[first]}"]


def _layers(body: bytes, tile: Tile) -> dict[str, Features]:
    """The attributes of every feature by layer and number, without reading the shapes."""
    message = vector_tile_pb2.tile()
    message.ParseFromString(body)
    return {
        _layer(one.name, tile): dict(_features(one)) for one in message.layers if len(one.features)
    }


def _features(layer: Any) -> Iterable[tuple[int, dict[str, Any]]]:
    values = [getattr(value, value.ListFields()[0][0].name) for value in layer.values]
    for feature in layer.features:
        tags = iter(feature.tags)
        properties = {layer.keys[key]: values[next(tags)] for key in tags}
        number = properties.pop("id", feature.id if feature.HasField("id") else _unnamed(feature))
        yield int(number), {k: v for k, v in properties.items() if k in tables.properties()}


def _unnamed(feature: Any) -> int:
    """What tells features without a number, as counts of cells are, from each other."""
    return -1 - crc32(repr((*feature.geometry, *feature.tags)).encode())


def _layer(name: str, tile: Tile) -> str:
    known = {tables.OUTLINES: "compounds", tables.LABELS: "compounds_label"}
    if name == "default":
        name = tables.OUTLINES if tile.z >= OUTLINES_FROM else tables.LABELS
    return known.get(name, name)


def _within(body: bytes, layer: str, numbers: Iterable[int], tile: Tile) -> set[int]:
    """Those that lie in the tile itself; what only its margin shows may be left out."""
    wanted = set(numbers)
    if not wanted:
        return wanted
    found = set()
    for name, drawn in decode(body).items():
        if _layer(name, tile) != layer:
            continue
        for feature in drawn["features"]:
            number = int(feature["properties"].get("id", feature.get("id", 0)))
            if number in wanted and _meets(feature["geometry"]["coordinates"]):
                found.add(number)
    return found


def _meets(coordinates: Any) -> bool:
    xs, ys = zip(*_corners(coordinates), strict=True)
    # On the edge itself two neighbours may share what is theirs differently.
    return bool(max(xs) > 0 and min(xs) < EXTENT and max(ys) > 0 and min(ys) < EXTENT)


def _pages(own: bytes, other: bytes) -> tuple[int, list[str]]:
    mine, theirs = json.loads(own), json.loads(other)
    told = []
    ids = [[feature["id"] for feature in page["features"]] for page in (mine, theirs)]
    if ids[0] != list(map(int, ids[1])):
        told.append(f"{len(ids[0])} features here, {len(ids[1])} there, or in another order")
    if mine.get("numberMatched") not in (None, theirs.get("numberMatched")):
        told.append(f"{mine['numberMatched']} match here and {theirs.get('numberMatched')} there")
    for one, another in zip(mine["features"], theirs["features"], strict=False):
        properties = {k: v for k, v in another["properties"].items() if k in one["properties"]}
        if one["properties"] != properties:
            unlike = [k for k, v in one["properties"].items() if properties.get(k, ...) != v]
            told.append(f"{one['id']} differs in {', '.join(unlike)}")
            break
        if not _alike(one["geometry"]["coordinates"], another["geometry"]["coordinates"]):
            told.append(f"{one['id']} has another shape")
            break
    return len(ids[0]), told


def _alike(one: Any, another: Any) -> bool:
    pairs = zip(_corners(one), _corners(another), strict=True)
    return all(abs(a[0] - b[0]) < NEAR and abs(a[1] - b[1]) < NEAR for a, b in pairs)


def _corners(coordinates: Any) -> list[Any]:
    """Every corner of a shape, however deep the lists are."""
    if isinstance(coordinates[0], (int, float)):
        return [coordinates]
    return [corner for part in coordinates for corner in _corners(part)]
