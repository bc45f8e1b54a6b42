"""Sizes: the pixels and units of a tile, and which zoom of a style it has."""

from layers.drawing import EXTENT
from layers.tiles import Place

SIDE = 256
"""Pixels of a tile's side on a plain screen."""
WIDEST_EMS = 8
"""How many letters of Chinese a line of a name has at most, as on the web map."""
LARGEST = 15
"""Pixels of the largest letters of names."""

LARGEST_POINT = 8
"""Pixels from the middle to the rim of the largest points."""

NAME_MARGIN = round(1.5 * WIDEST_EMS * LARGEST * EXTENT / SIDE)
"""Units beyond the edge from which names count: half of one's own width, and all of another's."""
POINT_MARGIN = round(LARGEST_POINT * EXTENT / SIDE)
"""Units beyond the edge from which points reach in."""
REACH = NAME_MARGIN / EXTENT
"""How far beyond the edge anything counts, in sides of the tile."""


def zoom(place: Place) -> float:
    """The zoom of a style at which a tile is drawn: styles count in tiles of 512 pixels."""
    return place.level - 1
