"""Answers that may be kept: what was asked, what was answered, and what it shows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from layers.crs import Box

type Key = tuple[str, bytes, str | None, date, tuple[str, ...]]
"""What was asked: path, query, coding, day, and what else the answer follows from."""


@dataclass(frozen=True)
class Cover:
    """What an answer shows: the layers, and the box in WGS 84 that they were drawn in."""

    layers: frozenset[str]
    box: Box

    def shows(self, layer: str, box: Box | None) -> bool:
        """Whether a change in a layer, everywhere or in a box, may show in it."""
        if layer not in self.layers:
            return False
        if box is None:
            return True
        west, south, east, north = box
        own_west, own_south, own_east, own_north = self.box
        return west <= own_east and east >= own_west and south <= own_north and north >= own_south


@dataclass(frozen=True)
class Answer:
    """An answer as it left the routes, and what it shows where it may be kept."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    cover: Cover | None
    route: Any
