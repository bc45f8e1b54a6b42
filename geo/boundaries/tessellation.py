"""Invented outlines for streets whose real ones are not public: districts cut up, no gap left.

Each district is filled with small Voronoi cells, dense in its built-up part and sparse outside.
Streets grow over neighbouring cells from seeds of their own: subdistricts (街道) in the built-up
part, towns, townships and farms around it. All lines of a city are noded once, on one grid, so that
neighbours share every corner, also across a district line.
"""

from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import pandas
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.boundaries.adjacency import grow, neighbours

GRID = 1e-7
"""Corners lie on a grid of 1e-7 degrees, about 1 cm; outlines in six decimals lie on it too."""

CELLS = 32
"""Cells per street: enough for a ragged border, few enough for a nation's 41,000 streets."""

SUBDISTRICT_KM2 = 5.0
"""The built-up part allowed to one subdistrict; a choice of the drawing, not a measurement."""

BUILT_UP_MOST = 0.6
"""The built-up part leaves the rest of a district to its other streets, where it has any."""

KM_PER_DEGREE = 111.195
"""On a sphere of 6,371 km."""

type Points = NDArray[np.float64]
type Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Plan:
    """A district prepared for cutting: cell centres in degrees; each street's seed is one."""

    streets: list[str]
    points: Points
    seeds: list[int]


def tessellate(
    districts: geopandas.GeoDataFrame, streets: pandas.DataFrame, seed: int = 1
) -> geopandas.GeoDataFrame:
    """Cut every district into its streets; the same seed gives the same lines.

    ``districts`` has code, lon, lat (the middle of the built-up part) and geometry (EPSG:4326, a
    valid coverage); ``streets`` has code, kind, district_code. Returns code, district_code and
    geometry in the order of ``streets``, then each district without streets as a unit of its own
    code: a valid coverage of all districts. A street is one polygon, but may own detached parts of
    its district besides.
    """
    bare = districts.loc[~districts["code"].isin(streets["district_code"]), "code"]
    table = pandas.concat(
        [
            streets[["code", "district_code"]],
            pandas.DataFrame({"code": bare, "district_code": bare}),
        ],
        ignore_index=True,
    )
    plans = [
        plan(row, streets[streets["district_code"] == row.code], seed)
        for row in districts.itertuples()
    ]
    outlines = districts.geometry.to_numpy()
    faces = cut(outlines, [each.points for each in plans])
    owner = _container(outlines, shapely.point_on_surface(faces))
    shapes: dict[str, BaseGeometry] = {}
    for index, each in enumerate(plans):
        rng = np.random.default_rng([seed, int(districts["code"].iloc[index]), 1])
        shapes |= _dissolve(each, faces[owner == index], rng)
    return geopandas.GeoDataFrame(
        table, geometry=[shapes[code] for code in table["code"]], crs=districts.crs
    )


def plan(district: Any, streets: pandas.DataFrame, seed: int) -> Plan:
    """Choose cell centres and seeds for one district; reproducible by seed and district code."""
    if streets.empty:
        return Plan([district.code], np.empty((0, 2)), [])
    rng = np.random.default_rng([seed, int(district.code), 0])
    is_urban = streets["kind"] == "subdistrict"
    groups = [sorted(streets.loc[mask, "code"]) for mask in (is_urban, ~is_urban)]
    middle = np.array([[district.lon, district.lat]])
    built_up, outside = _pools(district.geometry, middle, [len(codes) for codes in groups], rng)
    names: list[str] = []
    seeds: list[int] = []
    for codes, points, start in ((groups[0], built_up, 0), (groups[1], outside, len(built_up))):
        names += codes
        if codes:
            chosen = spread(points, len(codes), rng)
            nearest_first = np.argsort(_distance(points[chosen], middle), kind="stable")
            seeds += [start + int(chosen[index]) for index in nearest_first]
    return Plan(names, np.vstack([built_up, outside]), seeds)


def cut(outlines: Shapes, points: list[Points]) -> Shapes:
    """The cells of all districts as polygons that share every corner, in degrees on the grid."""
    walls = [_walls(*pair) for pair in zip(outlines, points, strict=True)]
    return _faces(np.concatenate([shapely.boundary(outlines), walls]))


def spread(points: Points, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Indices of ``count`` points that lie well apart, by k-means (Lloyd's algorithm)."""
    flat = _flat(points, points[:, 1].mean())
    centres = flat[rng.choice(len(flat), count, replace=False)]
    for _ in range(12):
        squares = ((flat[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        cluster = squares.argmin(axis=1)
        size = np.bincount(cluster, minlength=count)
        sums = np.stack([np.bincount(cluster, flat[:, i], count) for i in (0, 1)], axis=1)
        centres = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], centres)
    chosen: list[int] = []
    for centre in centres:
        order = ((flat - centre) ** 2).sum(axis=1).argsort(kind="stable")
        taken = set(chosen)
        chosen.append(next(int(index) for index in order if int(index) not in taken))
    return np.array(chosen)


def _pools(
    outline: BaseGeometry, middle: Points, counts: list[int], rng: np.random.Generator
) -> tuple[Points, Points]:
    """Random cell centres: those of the built-up part round the middle, and those outside it."""
    urban, rural = counts
    square_km = outline.area * KM_PER_DEGREE**2 * np.cos(np.radians(middle[0, 1]))
    share = min(SUBDISTRICT_KM2 * urban / square_km, BUILT_UP_MOST) if rural else float(urban > 0)
    wanted = [CELLS * urban, CELLS * rural]
    total = max(wanted[0] / share if share > 0 else 0, wanted[1] / (1 - share) if share < 1 else 0)
    candidates = _random_points(outline, int(np.ceil(total)) + 1, rng)
    nearest_first = np.argsort(_distance(candidates, middle), kind="stable")
    split = max(round(share * len(candidates)), wanted[0])
    built_up = rng.choice(nearest_first[:split], wanted[0], replace=False)
    outside = rng.choice(nearest_first[split:], min(wanted[1], len(candidates) - split), False)
    return candidates[built_up], candidates[outside]


def _random_points(outline: BaseGeometry, count: int, rng: np.random.Generator) -> Points:
    """So many points, evenly spread over the outline at random."""
    west, south, east, north = outline.bounds
    fill = outline.area / ((east - west) * (north - south))
    shapely.prepare(outline)
    found: list[Points] = []
    while sum(map(len, found)) < count:
        tries = rng.random((int(count / fill) + 100, 2))
        tries = tries * [east - west, north - south] + [west, south]
        found.append(tries[shapely.contains_xy(outline, tries)])
    return np.vstack(found)[:count]


def _walls(outline: BaseGeometry, points: Points) -> BaseGeometry:
    """The Voronoi edges between the points, as far as they lie inside the outline."""
    if len(points) < 2:
        return shapely.MultiLineString()
    latitude = float(points[:, 1].mean())
    edges = shapely.voronoi_polygons(
        shapely.multipoints(_flat(points, latitude)),
        only_edges=True,
        extend_to=shapely.transform(shapely.envelope(outline), lambda c: _flat(c, latitude)),
    )
    return shapely.intersection(shapely.transform(edges, lambda c: _round(c, latitude)), outline)


def _faces(lines: Shapes) -> Shapes:
    """What the lines enclose, noded on the grid, in an order that depends on place alone."""
    noded = shapely.union_all(lines, grid_size=GRID)
    faces: Shapes = shapely.get_parts(shapely.polygonize([noded]))
    middles = shapely.get_coordinates(shapely.centroid(faces))
    return faces[np.lexsort(middles.T)]


def _dissolve(plan: Plan, cells: Shapes, rng: np.random.Generator) -> dict[str, BaseGeometry]:
    """Join the cells of one district to streets."""
    if len(plan.streets) == 1:
        return {plan.streets[0]: shapely.coverage_union_all(cells)}
    seeds = _container(cells, shapely.points(plan.points[plan.seeds]))
    labels = grow(len(cells), neighbours(cells), seeds, rng.uniform(0.7, 1.3, len(cells)))
    labels = _adopt(cells, labels)
    return {
        code: shapely.coverage_union_all(cells[labels == index])
        for index, code in enumerate(plan.streets)
    }


def _adopt(cells: Shapes, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each detached part of a district to the street nearest to it."""
    stray = np.flatnonzero(labels < 0)
    if not len(stray):
        return labels
    home = np.flatnonzero(labels >= 0)
    parts = shapely.get_parts(shapely.coverage_union_all(cells[stray]))
    tree = shapely.STRtree(cells[home])
    adopted = labels[home[tree.nearest(parts)]]
    labels = labels.copy()
    labels[stray] = adopted[_container(parts, shapely.point_on_surface(cells[stray]))]
    return labels


def _container(polygons: Shapes, points: Shapes) -> NDArray[np.int64]:
    """For each point the index of the polygon it lies in, or -1."""
    point, polygon = shapely.STRtree(polygons).query(points, predicate="within")
    result = np.full(len(points), -1, dtype=np.int64)
    result[point] = polygon
    return result


def _flat(points: Points, latitude: float) -> Points:
    """Degrees with the longitude shrunk, so that distances compare; straight lines stay so."""
    flat: Points = points * np.array([np.cos(np.radians(latitude)), 1.0])
    return flat


def _round(points: Points, latitude: float) -> Points:
    """Back from flat to degrees."""
    degrees: Points = points / np.array([np.cos(np.radians(latitude)), 1.0])
    return degrees


def _distance(points: Points, middle: Points) -> Points:
    away: Points = np.hypot(*_flat(points - middle, middle[0, 1]).T)
    return away
