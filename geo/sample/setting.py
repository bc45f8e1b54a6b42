"""What one sample city starts from: its places, its catalogue of breaches, a seed and a day."""

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Any

import geopandas
import numpy as np
import pandas
from numpy.typing import NDArray
from pyproj import CRS

YEARS = 3
"""Facts span this many years up to the last day."""


@dataclass(frozen=True)
class Setting:
    """The givens of one city.

    ``districts`` has code, name, lon, lat (a point in the built-up part) and geometry; ``streets``
    has code, district_code, kind and geometry; both are EPSG:4326 and in code order. ``types`` has
    code, family and severity of every kind of breach, in code order.
    """

    city_code: str
    compounds: int
    seed: int
    until: date
    districts: geopandas.GeoDataFrame
    streets: geopandas.GeoDataFrame
    types: pandas.DataFrame

    def generator(self, topic: str) -> np.random.Generator:
        """A stream of its own for a topic, so that a new topic changes no other."""
        key = zlib.crc32(topic.encode())
        return np.random.default_rng([self.seed, int(self.city_code), key])

    @property
    def last(self) -> np.datetime64:
        """The last day of the sample."""
        return np.datetime64(self.until, "D")

    @property
    def first(self) -> np.datetime64:
        """The first day of the sample's dated facts."""
        return self.last - np.timedelta64(365 * YEARS, "D")

    @property
    def metric(self) -> CRS:
        """A transverse Mercator plane in metres about the middle of the city (WGS 84)."""
        west, south, east, north = self.districts.total_bounds
        return CRS.from_proj4(
            f"+proj=tmerc +lat_0={(south + north) / 2:.4f} +lon_0={(west + east) / 2:.4f}"
            " +datum=WGS84 +units=m"
        )


Array = NDArray[Any]
Frames = dict[str, pandas.DataFrame]
"""Tables by qualified name. ``id`` counts from 0; a reference of -1 is none."""


def ordinals(counts: Array) -> Array:
    """0, 1, 2 … within each run of the given lengths: [2, 3] gives 0 1 0 1 2."""
    total = int(counts.sum())
    return np.asarray(np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts))


def given(where: Array, values: Any) -> Array:
    """The values where the condition holds, None elsewhere."""
    return np.where(where, np.asarray(values, dtype=object), np.array(None, dtype=object))


def standard(values: Array) -> Array:
    """The values in standard deviations from their mean."""
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9))
