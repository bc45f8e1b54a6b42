"""Outlines with fewer corners for low zooms, without opening a gap between neighbours."""

from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

BANDS = (4, 6, 8)
"""A generalised copy serves the zooms above the band before it, up to and including its own."""

TILE_PIXELS = 1024
"""How finely a tile is looked at: 512 px on a screen with two device pixels to the pixel."""

EQUATOR_M = 40_075_016.686
"""Circumference of the web-mercator square (EPSG:3857)."""


def tolerance_m(zoom: int) -> float:
    """Half a device pixel at a zoom, in web-mercator metres."""
    return float(EQUATOR_M / (TILE_PIXELS * 2**zoom) / 2)


def generalise(
    districts: geopandas.GeoDataFrame, units: geopandas.GeoDataFrame, zoom: int
) -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
    """Simplify a city for one zoom; returns districts and units as code and geometry.

    ``units`` are the streets, and the districts that have none, as one valid coverage: code,
    district_code, geometry (EPSG:4326). It is simplified as a whole and the districts are put
    together again from it, so that a district line is always a street line. Visvalingam and
    Whyatt's rule, by GEOS: a corner goes while the triangle it makes is smaller than tolerance².
    """
    flat = units[["code", "district_code", "geometry"]].to_crs("EPSG:3857")
    flat.geometry = shapely.coverage_simplify(flat.geometry.to_numpy(), tolerance_m(zoom))
    # Joining first and projecting after keeps shared corners bit for bit the same.
    joined = [
        shapely.coverage_union_all(flat.geometry[flat["district_code"] == code].to_numpy())
        for code in districts["code"]
    ]
    return (
        geopandas.GeoDataFrame(
            {"code": districts["code"].to_numpy()}, geometry=joined, crs=flat.crs
        ).to_crs(districts.crs),
        flat[["code", "geometry"]].to_crs(districts.crs),
    )


def simplify(outlines: geopandas.GeoDataFrame, zoom: int) -> geopandas.GeoDataFrame:
    """Simplify outlines (code, geometry; EPSG:4326) of one level for one zoom; returns the same.

    Where they are a valid coverage, neighbours keep their common line. Else each is simplified by
    itself (Douglas and Peucker's rule), so a gap or an overlap up to the tolerance may open between
    neighbours; one that would become invalid or empty stays as it is.
    """
    flat = outlines[["code", "geometry"]].to_crs("EPSG:3857")
    shapes = flat.geometry.to_numpy()
    if shapely.coverage_is_valid(shapes):
        flat.geometry = shapely.coverage_simplify(shapes, tolerance_m(zoom))
    else:
        flat.geometry = _each_alone(shapes, zoom)
    return flat.to_crs(outlines.crs)


def _each_alone(shapes: NDArray[Any], zoom: int) -> NDArray[Any]:
    simple = shapely.simplify(shapes, tolerance_m(zoom), preserve_topology=True)
    usable = shapely.is_valid(simple) & ~shapely.is_empty(simple)
    return np.where(usable, simple, shapes)
