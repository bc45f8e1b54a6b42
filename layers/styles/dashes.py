"""Lines cut into dashes, for pictures whose library draws whole lines only."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

type Line = NDArray[np.float64]
"""Points in order: rows of x, y."""


def dashes(line: Line, on: float, off: float) -> Iterator[Line]:
    """The drawn pieces of a line, each with the corners that lie on it.

    A dash ``on`` long and a gap ``off`` long follow each other from the line's first point, in the
    units of its coordinates; the last dash ends where the line does.
    """
    sides = np.hypot(*np.diff(line, axis=0).T)
    places = np.concatenate(([0.0], np.cumsum(sides)))
    long = places[-1]
    for begin in np.arange(0.0, long, on + off):
        end = min(begin + on, long)
        corners = line[(places > begin) & (places < end)]
        ends = [[np.interp(at, places, line[:, axis]) for axis in (0, 1)] for at in (begin, end)]
        yield np.vstack((ends[:1], corners, ends[1:]))
