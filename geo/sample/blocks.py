"""Street blocks: an uneven grid of main roads, cut again and again by side streets.

A block is a convex quadrilateral with its corners counter-clockwise. Blocks share their edges until
:func:`inset` draws every edge in by half the road beside it; so two blocks never overlap.
"""

import numpy as np

from geo.sample.setting import Array

MAIN_ROAD = (30.0, 40.0)  # metres
SIDE_ROAD = (12.0, 22.0)
_SPACING = (480.0, 980.0)  # between main roads
_BEND = 28.0  # how far a crossing of main roads is off the grid, at most
_TARGET = (66_000.0, 0.62)  # median and log-deviation of the ground a block keeps, m²
_CUTS = 6


def blocks(
    rng: np.random.Generator, centre: tuple[float, float], angle: float, reach: float
) -> Array:
    """Blocks within a square of side ``2 * reach`` about a centre, roads left out: (n, 4, 2)."""
    quads, half_roads = _grid(rng, reach)
    target = _targets(rng, len(quads))
    for _ in range(_CUTS):
        large = area(quads) > 1.4 * target
        first, second, half = _cut(rng, quads[large], half_roads[large])
        quads = np.concatenate([quads[~large], first, second])
        half_roads = np.concatenate([half_roads[~large], half[0], half[1]])
        target = np.concatenate([target[~large], _targets(rng, 2 * len(first))])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    placed: Array = inset(quads, half_roads) @ turn + np.asarray(centre)
    return placed


def area(quads: Array) -> Array:
    """Area of convex quadrilaterals, from their diagonals."""
    return _cross(quads[:, 2] - quads[:, 0], quads[:, 3] - quads[:, 1]) / 2


def sides(quads: Array) -> Array:
    """Lengths of the four sides: (n, 4)."""
    lengths: Array = np.linalg.norm(np.roll(quads, -1, axis=1) - quads, axis=2)
    return lengths


def inset(quads: Array, depth: Array) -> Array:
    """Move each side inwards by its depth; side i runs from corner i to the next."""
    along = np.roll(quads, -1, axis=1) - quads
    along /= np.linalg.norm(along, axis=2, keepdims=True)
    before, depth_before = np.roll(along, 1, axis=1), np.roll(depth, 1, axis=1)
    sine = _cross(before, along)[..., None]
    shift: Array = (depth_before[..., None] * along - depth[..., None] * before) / sine
    return quads + shift


def _grid(rng: np.random.Generator, reach: float) -> tuple[Array, Array]:
    """Cells between main roads, and half the width of the road on each side."""
    x, y = _lines(rng, reach), _lines(rng, reach)
    nodes = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1)
    nodes += rng.uniform(-_BEND, _BEND, nodes.shape)
    quads = np.stack([nodes[:-1, :-1], nodes[1:, :-1], nodes[1:, 1:], nodes[:-1, 1:]], axis=2)
    quads = quads.reshape(-1, 4, 2)
    return quads, np.full(quads.shape[:2], rng.uniform(*MAIN_ROAD) / 2)


def _lines(rng: np.random.Generator, reach: float) -> Array:
    count = int(np.ceil(2 * reach / np.mean(_SPACING))) + 2
    lines = np.cumsum(rng.uniform(*_SPACING, count))
    return lines - lines.mean()


def _targets(rng: np.random.Generator, count: int) -> Array:
    median, deviation = _TARGET
    return median * np.exp(rng.normal(0.0, deviation, count))


def _cut(
    rng: np.random.Generator, quads: Array, half_roads: Array
) -> tuple[Array, Array, tuple[Array, Array]]:
    """Cut each quadrilateral across its longer direction by a side street, a little askew."""
    lengths = sides(quads)
    tall = lengths[:, 1] + lengths[:, 3] > lengths[:, 0] + lengths[:, 2]
    quads = np.where(tall[:, None, None], np.roll(quads, -1, axis=1), quads)
    half_roads = np.where(tall[:, None], np.roll(half_roads, -1, axis=1), half_roads)
    share = rng.uniform(0.36, 0.64, (len(quads), 1))
    askew = share + rng.normal(0.0, 0.012, share.shape)
    a, b, c, d = np.moveaxis(quads, 1, 0)
    lower, upper = a + share * (b - a), d + askew * (c - d)
    street = rng.uniform(*SIDE_ROAD, len(quads)) / 2
    first, second = half_roads.copy(), half_roads.copy()
    first[:, 1] = second[:, 3] = street
    return np.stack([a, lower, upper, d], 1), np.stack([lower, b, c, upper], 1), (first, second)


def _cross(a: Array, b: Array) -> Array:
    product: Array = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    return product
