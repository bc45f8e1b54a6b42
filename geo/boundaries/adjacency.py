"""Which polygons of a coverage share a line, and growing regions over them from seeds."""

import heapq

import numpy as np
import shapely
from numpy.typing import NDArray


def neighbours(polygons: NDArray[np.object_]) -> NDArray[np.int64]:
    """Pairs of polygons that share a segment, each once, as an array of shape (n, 2).

    The polygons are a coverage: what is shared has the same corners on both sides, bit for bit.
    """
    rings, polygon_of_ring = shapely.get_rings(polygons, return_index=True)
    corners, ring_of_corner = shapely.get_coordinates(rings, return_index=True)
    follows = ring_of_corner[1:] == ring_of_corner[:-1]
    starts, ends = corners[:-1][follows], corners[1:][follows]
    owner = polygon_of_ring[ring_of_corner[:-1][follows]]
    turned = (starts[:, 0] > ends[:, 0]) | (
        (starts[:, 0] == ends[:, 0]) & (starts[:, 1] > ends[:, 1])
    )
    segments = np.hstack([starts, ends])
    segments[turned] = np.hstack([ends, starts])[turned]
    order = np.lexsort((owner, *segments.T))
    same = (segments[order][1:] == segments[order][:-1]).all(axis=1)
    pairs = np.stack([owner[order][:-1][same], owner[order][1:][same]], axis=1)
    return np.unique(pairs, axis=0)


def grow(
    count: int, pairs: NDArray[np.int64], seeds: NDArray[np.int64], costs: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Give each of ``count`` cells the index of the seed nearest along neighbours; else -1.

    ``costs`` is what entering a cell costs (> 0). A region grown so is always connected
    (Dijkstra's algorithm from all seeds at once).
    """
    near: list[list[int]] = [[] for _ in range(count)]
    for left, right in pairs.tolist():
        near[left].append(right)
        near[right].append(left)
    labels = np.full(count, -1, dtype=np.int64)
    queue = [(0.0, cell, label) for label, cell in enumerate(seeds.tolist())]
    heapq.heapify(queue)
    while queue:
        cost, cell, label = heapq.heappop(queue)
        if labels[cell] >= 0:
            continue
        labels[cell] = label
        for other in near[cell]:
            if labels[other] < 0:
                heapq.heappush(queue, (cost + float(costs[other]), other, label))
    return labels
