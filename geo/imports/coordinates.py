"""Shapes from columns of a table: longitude and latitude, or well-known text; swapped columns."""

import re
import unicodedata
from typing import Any

import numpy as np
import pandas
import shapely
from numpy.typing import NDArray

from geo import crs
from geo.imports.outlines import Marks, Numbers, Shapes
from geo.imports.problems import Problem, Reason, reasons

PAD_DEGREES = 0.2
"""How far beyond the loaded districts a place still counts as within their reach."""

_WKT = re.compile(
    r"\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON|LINEARRING)\b|\s*GEOMETRYCOLLECTION\b", re.IGNORECASE
)
_CURVED = re.compile("CURVE|CIRCULAR|SURFACE", re.IGNORECASE)
_DEEPEST = 16

reasons(
    swapped=Reason(
        "经纬度颠倒：{at} 应为 {swapped}；请对调两列后重新导入",
        "longitude and latitude are swapped: {at} should be {swapped}; exchange them and import"
        " again",
    ),
    half_a_point=Reason(
        "经度和纬度只填了一个；请两个都填",
        "only one of longitude and latitude is given; give both",
    ),
    bad_wkt=Reason(
        "WKT“{value}”无法读取；应形如 POLYGON((106.2 38.5, …))，前面不带 SRID",
        'the WKT "{value}" cannot be read; it should look like POLYGON((106.2 38.5, …)), without'
        " an SRID",
    ),
)


def from_columns(
    longitude: "pandas.Series[Any]",
    latitude: "pandas.Series[Any]",
    wkt: "pandas.Series[Any] | None",
    rows: NDArray[np.int64],
) -> tuple[Shapes, list[Problem]]:
    """Shapes in the table's own datum: points of both numbers, else of the WKT; None for neither.

    WKT with full-width punctuation is read too. A row with one number only, or with WKT that is
    none, has a problem.
    """
    x = pandas.to_numeric(longitude, errors="coerce").to_numpy(float)
    y = pandas.to_numeric(latitude, errors="coerce").to_numpy(float)
    shapes = np.full(len(rows), None, dtype=object)
    problems: list[Problem] = []
    both = ~np.isnan(x) & ~np.isnan(y)
    shapes[both] = shapely.points(x[both], y[both])
    texts = [None] * len(rows) if wkt is None else wkt.to_numpy(object)
    for position in np.flatnonzero(~both).tolist():
        text, row = texts[position], int(rows[position])
        if isinstance(text, str) and text.strip():
            shapes[position] = from_wkt(text)
            if shapes[position] is None:
                problems.append(Problem(row, "bad_wkt", "wkt", text[:80]))
        elif np.isnan(x[position]) != np.isnan(y[position]):
            missing = "longitude" if np.isnan(x[position]) else "latitude"
            problems.append(Problem(row, "half_a_point", missing))
    return shapes, problems


def find_swapped(
    shapes: Shapes, rows: NDArray[np.int64], reach: tuple[float, float, float, float] | None
) -> list[Problem]:
    """Rows whose longitude and latitude changed places: beyond reach, but within once exchanged.

    ``shapes`` are in degrees; ``reach`` (west, south, east, north) is where the loaded districts
    lie. Without it, and for latitudes beyond ±90, it is China's rectangle (:data:`geo.crs.CHINA`).
    """
    west, south, east, north = shapely.bounds(shapes).T
    x, y = (west + east) / 2, (south + north) / 2
    impossible = (np.abs(y) > 90) & _within(y, x, crs.CHINA)
    near = reach and (
        reach[0] - PAD_DEGREES,
        reach[1] - PAD_DEGREES,
        reach[2] + PAD_DEGREES,
        reach[3] + PAD_DEGREES,
    )
    area = near or crs.CHINA
    swapped = impossible | (~_within(x, y, area) & _within(y, x, area))
    return [
        Problem(
            int(rows[position]),
            "swapped",
            "geom",
            None,
            {"at": _shown(x[position], y[position]), "swapped": _shown(y[position], x[position])},
        )
        for position in np.flatnonzero(swapped).tolist()
    ]


def from_wkt(text: str) -> Any:
    """The geometry of a text; None if it is none, or has curves.

    GEOS reads collections within collections by calling itself and dies of thousands of them.
    """
    plain = unicodedata.normalize("NFKC", text)
    deep = plain.upper().count("GEOMETRYCOLLECTION") > _DEEPEST
    if deep or not _WKT.match(plain) or _CURVED.search(plain):
        return None
    return shapely.from_wkt(plain, on_invalid="ignore")


def _shown(x: float, y: float) -> str:
    return f"({x:.6f}, {y:.6f})"


def _within(x: Numbers, y: Numbers, area: tuple[float, float, float, float]) -> Marks:
    west, south, east, north = area
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)
