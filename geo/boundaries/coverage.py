"""Checks a set of outlines must pass before it is loaded: codes, validity, parent, no gaps.

Every check returns nothing when all is well and else raises AtlasError naming the unit, the value
found and the way out. Frames have the columns code and geometry, in EPSG:4326.
"""

import re
from typing import Any

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import AtlasError

GAP_WIDTH = 1e-6
"""A gap narrower than this (degrees, about 0.1 m) is a slip of the pen, not a place."""

SHARE_TOLERANCE = 1e-5
"""So much of a unit may lie outside its parent, or of a parent outside its units, by area.

Lines on a grid of 1e-7 degrees move by up to 5 mm, which for the smallest of China's districts
stays well below; a corner left out by mistake is well above.
"""

EQUAL_AREA = "EPSG:6933"


def check_codes(codes: list[str], length: int, what: str) -> None:
    """Each code has so many digits and stands once."""
    seen: set[str] = set()
    for code in codes:
        if not re.fullmatch(rf"[0-9]{{{length}}}", code):
            raise AtlasError(f'{what} "{code}": a code has {length} digits; correct the source')
        if code in seen:
            raise AtlasError(f"{what} {code} is listed twice; remove one of them")
        seen.add(code)


def check_outlines(frame: geopandas.GeoDataFrame, what: str) -> None:
    """The datum is EPSG:4326; each outline is a valid, non-empty polygon or multipolygon."""
    if frame.crs is None:
        raise AtlasError(f"the outlines of the {what}s declare no datum; set EPSG:4326")
    if frame.crs.to_epsg() != 4326:
        raise AtlasError(f"the {what}s are in {frame.crs.to_string()}; convert them to EPSG:4326")
    for code, shape in zip(frame["code"], frame.geometry, strict=True):
        if shape is None or shape.is_empty:
            raise AtlasError(f"{what} {code} has no outline; correct the source")
        if shape.geom_type not in ("Polygon", "MultiPolygon"):
            raise AtlasError(f"{what} {code} is a {shape.geom_type}, not a polygon; correct it")
        if not shape.is_valid:
            raise AtlasError(
                f"{what} {code} is not valid: {shapely.is_valid_reason(shape)}; correct the source"
            )


def check_coverage(frame: geopandas.GeoDataFrame, what: str) -> None:
    """The outlines neither overlap nor leave slivers, and share their corners."""
    shapes = frame.geometry.to_numpy()
    if shapely.coverage_is_valid(shapes, gap_width=GAP_WIDTH):
        return
    edges = shapely.coverage_invalid_edges(shapes, gap_width=GAP_WIDTH)
    wrong = [index for index, edge in enumerate(edges) if not shapely.is_empty(edge)]
    lon, lat = shapely.get_coordinates(edges[wrong[0]])[0]
    codes = ", ".join(frame["code"].iloc[wrong[:4]])
    raise AtlasError(
        f"{what}s {codes} overlap or leave a gap near {lon:.6f}, {lat:.6f} "
        f"({len(wrong)} of {len(frame)} concerned); draw their common lines with the same corners"
    )


def check_inside(
    children: geopandas.GeoDataFrame, parents: geopandas.GeoDataFrame, key: str, what: str
) -> None:
    """The children fill their parents and nothing else, within SHARE_TOLERANCE of the area.

    ``key`` is the column of ``children`` that holds the parent's code; a parent without children
    is left out.
    """
    for code, shape in zip(parents["code"], parents.geometry, strict=True):
        mine = children[children[key] == code]
        if mine.empty:
            continue
        outlines = mine.geometry.to_numpy()
        outside = shapely.area(shapely.difference(outlines, shape)) / shapely.area(outlines)
        worst = int(np.argmax(outside))
        if outside[worst] > SHARE_TOLERANCE:
            raise AtlasError(
                f"{what} {mine['code'].iloc[worst]} lies outside {code} with "
                f"{_percent(outside[worst])} of its area; correct its outline or its code"
            )
        missing = shape.difference(shapely.coverage_union_all(outlines)).area / shape.area
        if missing > SHARE_TOLERANCE:
            raise AtlasError(
                f"the {what}s of {code} leave {_percent(missing)} of it uncovered; "
                f"add the missing {what} or correct their outlines"
            )
    unknown = children[~children[key].isin(parents["code"])]
    if not unknown.empty:
        row = unknown.iloc[0]
        raise AtlasError(f"{what} {row['code']} belongs to {row[key]}, which is not there; add it")


def check_area(frame: geopandas.GeoDataFrame, name: str, km2: float, tolerance: float) -> None:
    """The outlines together have the expected area, measured in EPSG:6933."""
    found = float(areas_m2(frame).sum()) / 1e6
    if abs(found - km2) > km2 * tolerance:
        raise AtlasError(
            f"{name} measures {found:,.1f} km², not {km2:,.1f} km² ± {_percent(tolerance)}; "
            "check outlines and datum, or correct the manifest"
        )


def areas_m2(frame: geopandas.GeoDataFrame) -> NDArray[np.float64]:
    """Area of each outline in square metres, in the equal-area projection EPSG:6933."""
    measured: Any = frame.to_crs(EQUAL_AREA).area
    result: NDArray[np.float64] = measured.to_numpy()
    return result


def _percent(share: float) -> str:
    return f"{share * 100:.3g} %"
