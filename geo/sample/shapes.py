"""Outlines of compounds: rectilinear, with jogs, notches, cut corners, L and U forms.

Each outline is drawn in the unit square and mapped bilinearly into its block, which keeps lines
parallel to the square's sides straight. In the square, a side is a stair of levels no deeper than
0.12 whose breaks lie between 0.25 and 0.75, so stairs of different sides never meet; the one side
that may be deeper (0.58) does so only between breaks, or towards a side without breaks. Levels
differ by 0.022 at least, so every corner turns.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from geo.sample.setting import Array

_MOST = 6  # breaks of a side
_STEP = 0.028
_DEEP = (0.30, 0.58)
_CHAMFER = (0.02, 0.045)
_FORMS = (0.76, 0.14, 0.10)  # plain, L, U


@dataclass(frozen=True)
class _Stairs:
    """Sides in local coordinates: position along the side, depth inwards; four sides a shape."""

    count: Array  # breaks: (n, 4)
    at: Array  # where a break lies: (n, 4, 6)
    depth: Array  # level before each break and after the last: (n, 4, 7)
    chamfer: Array  # how much of the corner at the side's end is cut off: (n, 4)


def outlines(rng: np.random.Generator, quads: Array) -> Array:
    """One polygon of 8 to 56 corners inside each convex quadrilateral of (n, 4, 2)."""
    local, used = _corners(_stairs(rng, len(quads)))
    x, y = local[..., 0], local[..., 1]
    a, b, c, d = (quads[:, corner, None, :] for corner in range(4))
    x, y = x[..., None], y[..., None]
    points = a * (1 - x) * (1 - y) + b * x * (1 - y) + c * x * y + d * (1 - x) * y
    rings = np.repeat(np.arange(len(quads)), used.sum(axis=1))
    polygons: Array = shapely.polygons(shapely.linearrings(points[used], indices=rings))
    return polygons


def _stairs(rng: np.random.Generator, n: int) -> _Stairs:
    """Draw the sides: most are plain, some rich; a few shapes are cut to an L or hold a bay (U)."""
    rows, side = np.arange(n), rng.integers(0, 4, n)
    form = rng.choice(["plain", "cut", "bay"], n, p=_FORMS)
    count = np.minimum(rng.poisson(rng.gamma(1.5, 0.7, (n, 1)), (n, 4)), _MOST)
    chamfer = np.where(rng.random((n, 4)) < 0.22, rng.uniform(*_CHAMFER, (n, 4)), 0.0)
    count[form == "cut", (side[form == "cut"] + 1) % 4] = 0
    poor = 2 * count.sum(axis=1) + (chamfer > 0).sum(axis=1) < 4
    more = rows[poor | (form != "plain")]
    count[more, side[more]] = np.maximum(count[more, side[more]], 2)
    slot = np.arange(_MOST)
    at = (
        0.25 + 0.5 * (slot + rng.uniform(0.2, 0.8, (n, 4, _MOST))) / np.maximum(count, 1)[..., None]
    )
    move = rng.integers(1, 5, (n, 4, _MOST + 1))
    depth = (np.cumsum(move, axis=2) % 5) * _STEP + rng.uniform(0, 0.006, move.shape)
    depth[count == 0] *= 0.3
    level = np.where(form == "cut", count[rows, side], 1)
    deep = rows[form != "plain"]
    depth[deep, side[deep], level[deep]] = rng.uniform(*_DEEP, len(deep))
    return _Stairs(count, at, depth, chamfer)


def _corners(stairs: _Stairs) -> tuple[Array, Array]:
    """All corners in the unit square, counter-clockwise, and which of the slots are in use."""
    n = len(stairs.count)
    slots = 2 * _MOST + 2
    along, depth = np.zeros((n, 4, slots)), np.zeros((n, 4, slots))
    used = np.zeros((n, 4, slots), bool)
    along[..., 0:12:2] = along[..., 1:12:2] = stairs.at
    depth[..., 0:12:2], depth[..., 1:12:2] = stairs.depth[..., :-1], stairs.depth[..., 1:]
    breaks = np.arange(_MOST) < stairs.count[..., None]
    used[..., 0:12:2] = used[..., 1:12:2] = breaks
    last = np.take_along_axis(stairs.depth, stairs.count[..., None], axis=2)[..., 0]
    wall = 1 - np.roll(stairs.depth[..., 0], -1, axis=1)
    along[..., 12], depth[..., 12] = wall - stairs.chamfer, last
    along[..., 13], depth[..., 13] = wall, last + stairs.chamfer
    used[..., 12], used[..., 13] = stairs.chamfer > 0, True
    return _turned(along, depth).reshape(n, -1, 2), used.reshape(n, -1)


def _turned(along: Array, depth: Array) -> Array:
    """Local coordinates of bottom, right, top and left side as coordinates of the square."""
    square = np.empty((*along.shape, 2))
    square[:, 0, :, 0], square[:, 0, :, 1] = along[:, 0], depth[:, 0]
    square[:, 1, :, 0], square[:, 1, :, 1] = 1 - depth[:, 1], along[:, 1]
    square[:, 2, :, 0], square[:, 2, :, 1] = 1 - along[:, 2], 1 - depth[:, 2]
    square[:, 3, :, 0], square[:, 3, :, 1] = depth[:, 3], 1 - along[:, 3]
    return square
