"""The compounds of a city: which blocks they take, their outline, age, size and address."""

from dataclasses import dataclass
from typing import Any

import geopandas
import numpy as np
import pandas
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import AtlasError
from geo.sample import names
from geo.sample.blocks import area, blocks, sides
from geo.sample.setting import Array, Frames, Setting, standard
from geo.sample.shapes import outlines
from geo.sample.towns import towns

SMALLEST_M2, LARGEST_M2 = 10_400.0, 294_000.0  # 1 and 30 ha, with room for another projection
_SHORTEST_SIDE = 70.0
_LONGEST_RATIO = 3.4
_REACH = 2.6  # radii of a town within which blocks are drawn
_URBAN = np.log(6.0)  # how much likelier a block of a 街道 is to be lived in
_CHANCE = 0.8  # spread of the dice that leave parks, schools and works between compounds
HOUSEHOLD_M2 = 104.0


@dataclass(frozen=True)
class Homes:
    """What the other topics know of the compounds, one row each, in the order of their ids.

    ``table`` has district_code, street_code, x, y, year_built, households, area_m2, age (in
    standard deviations, older is more) and field (the neighbourhood's smooth standing, likewise,
    worse is more); ``polygons`` are the outlines in EPSG:4326.
    """

    table: pandas.DataFrame
    polygons: Array

    def __len__(self) -> int:
        """How many compounds there are."""
        return len(self.table)


def settle(setting: Setting) -> Homes:
    """Place the compounds. Raises AtlasError where the city has no room for so many."""
    sites = _sites(setting)
    rng = setting.generator("settle")
    chosen = _choose(rng, sites, setting)
    table = chosen.drop(columns=["geometry", "near"]).reset_index(drop=True)
    table["field"] = _standing(rng, table["x"].to_numpy(), table["y"].to_numpy())
    table["year_built"] = _years(rng, chosen["near"].to_numpy(), setting)
    table["age"] = standard(-table["year_built"].to_numpy(float))
    built = _plot_ratio(rng, table["year_built"].to_numpy(), chosen["near"].to_numpy())
    table["floor_area_m2"] = (table["area_m2"] * built).round(-1)
    sizes = HOUSEHOLD_M2 * np.exp(rng.normal(0, 0.12, len(table)))
    table["households"] = (table["floor_area_m2"] * 0.93 / sizes).astype(int)
    polygons = chosen.set_geometry("geometry").to_crs("EPSG:4326").geometry
    return Homes(table, np.asarray(polygons))


def tables(setting: Setting, homes: Homes) -> Frames:
    """registry.compound; geo.derive and geo.assign add what follows from the outlines."""
    rng = setting.generator("compounds")
    count = len(homes)
    shapes = shapely.multipolygons(homes.polygons, indices=np.arange(count))
    compound = pandas.DataFrame(
        {
            "id": np.arange(count),
            "code": "SAMPLE" + setting.city_code + names.numbered(count, 6),
            "name": names.compounds(rng, count),
            "name_generated": True,
            "address": names.addresses(rng, count),
            "households": homes.table["households"],
            "floor_area_m2": homes.table["floor_area_m2"],
            "year_built": homes.table["year_built"],
            "geom": shapes,
            "source": "sample",
        }
    )
    return {"registry.compound": compound}


def first_days(homes: Homes) -> Array:
    """The first of January of the year each compound was built."""
    years = homes.table["year_built"].to_numpy() - 1970
    return years.astype("datetime64[Y]").astype("datetime64[D]")


def points_inside(rng: np.random.Generator, polygons: Array) -> Array:
    """A point inside each polygon: by throwing at its box, else on its surface."""
    west, south, east, north = shapely.bounds(polygons).T
    points = shapely.point_on_surface(polygons)
    open_ = np.ones(len(polygons), bool)
    for _ in range(4):
        x = west + (east - west) * rng.random(len(polygons))
        y = south + (north - south) * rng.random(len(polygons))
        hit = open_ & shapely.contains_xy(polygons, x, y)
        points[hit] = shapely.points(x[hit], y[hit])
        open_ &= ~hit
    return np.asarray(points)


def _sites(setting: Setting) -> geopandas.GeoDataFrame:
    """Every block that could hold a compound, with its outline drawn, town and street."""
    rng = setting.generator("sites")
    every = towns(setting)
    districts = setting.districts.to_crs(setting.metric).set_index("code").geometry
    found = []
    for number, town in enumerate(every.to_dict("records")):
        rivals = every[every["district_code"] == town["district_code"]]
        own = _sites_of(rng, town, rivals, districts[town["district_code"]])
        found.append(own.assign(town=number))
    sites = geopandas.GeoDataFrame(pandas.concat(found, ignore_index=True), crs=setting.metric)
    sites = sites[sites["area_m2"].between(SMALLEST_M2, LARGEST_M2)]
    return _with_street(sites, setting, every)


def _sites_of(
    rng: np.random.Generator, town: dict[Any, Any], rivals: pandas.DataFrame, district: BaseGeometry
) -> pandas.DataFrame:
    """The blocks of one town: inside its district, all corners nearer to it than to its rivals."""
    shapely.prepare(district)
    seat = (town["x"], town["y"])
    quads = _usable(blocks(rng, seat, town["angle"], max(_REACH * town["radius"], 1500.0)))
    seats = rivals[["x", "y"]].to_numpy()
    mine = _nearest(quads, seats) == (seats == seat).all(axis=1).argmax()
    mine &= shapely.contains_properly(district, shapely.polygons(quads))
    quads = quads[mine]
    middle = quads.mean(axis=1)
    distance = np.hypot(*(middle - seat).T)
    shapes = outlines(rng, quads)
    return pandas.DataFrame(
        {
            "district_code": town["district_code"],
            "x": middle[:, 0],
            "y": middle[:, 1],
            "near": np.exp(-((distance / town["radius"]) ** 2)),
            "area_m2": shapely.area(shapes),
            "geometry": shapes,
        }
    )


def _usable(quads: Array) -> Array:
    """Blocks neither sharp nor narrow; the roads may have eaten a small one."""
    lengths = sides(quads)
    good = lengths.min(axis=1) > _SHORTEST_SIDE
    good &= lengths.max(axis=1) < _LONGEST_RATIO * lengths.min(axis=1)
    good &= area(quads) > SMALLEST_M2
    return quads[good]


def _nearest(quads: Array, seats: Array) -> Array:
    """The seat all corners of a block are nearest to; -1 where they differ."""
    distance = np.linalg.norm(quads[:, :, None] - seats, axis=3)
    nearest = distance.argmin(axis=2)
    return np.where((nearest == nearest[:, :1]).all(axis=1), nearest[:, 0], -1)


def _with_street(
    sites: geopandas.GeoDataFrame, setting: Setting, every: pandas.DataFrame
) -> geopandas.GeoDataFrame:
    streets = setting.streets.to_crs(setting.metric)
    tree = shapely.STRtree(streets.geometry.to_numpy())
    site, street = tree.query(shapely.points(sites["x"], sites["y"]), predicate="within")
    order = np.full(len(sites), -1)
    order[site] = street
    sites = sites.assign(street=order)
    sites = sites[sites["street"] >= 0].reset_index(drop=True)
    row = streets.iloc[sites.pop("street").to_numpy()]
    sites["street_code"] = row["code"].to_numpy()
    urban = (row["kind"].to_numpy() == "subdistrict") & every["main"].to_numpy()[sites["town"]]
    sites["draw"] = np.log(sites["near"].clip(1e-9)) + _URBAN * urban
    return sites


def _choose(
    rng: np.random.Generator, sites: geopandas.GeoDataFrame, setting: Setting
) -> geopandas.GeoDataFrame:
    """Take the likeliest blocks of each town, the dice (Gumbel) and green belts permitting."""
    every = towns(setting)
    room = sites["town"].value_counts().reindex(every.index, fill_value=0).to_numpy()
    wanted = _apportion(every["share"].to_numpy(), room, setting)
    green = _standing(rng, sites["x"].to_numpy(), sites["y"].to_numpy(), grain=380.0)
    sites = sites.assign(draw=sites["draw"] + 0.6 * green + _CHANCE * rng.gumbel(size=len(sites)))
    sites = sites.sort_values(["town", "draw"], ascending=[True, False], kind="stable")
    taken = sites.groupby("town").cumcount().to_numpy() < wanted[sites["town"].to_numpy()]
    return sites[taken].drop(columns="draw")


def _apportion(shares: Array, room: Array, setting: Setting) -> Array:
    """Whole compounds by share (largest remainder); what a town has no room for, others take."""
    if room.sum() < setting.compounds:
        raise AtlasError(
            f"city {setting.city_code} has room for {room.sum()} sample compounds, not for "
            f"{setting.compounds}; ask for fewer with --compounds"
        )
    given = np.zeros(len(shares), int)
    while (missing := setting.compounds - given.sum()) > 0:
        spare = room - given
        weight = np.where(spare > 0, shares, 0.0)
        ideal = missing * weight / weight.sum()
        step = np.floor(ideal).astype(int)
        step[np.argsort(step - ideal, kind="stable")[: missing - step.sum()]] += 1
        given += np.minimum(step, spare)
    return given


def _standing(rng: np.random.Generator, x: Array, y: Array, grain: float = 2200.0) -> Array:
    """A smooth random field of unit variance: waves of random direction and phase."""
    waves = 24
    direction = rng.uniform(0, 2 * np.pi, waves)
    number = rng.uniform(0.5, 1.5, waves) / grain
    phase = rng.uniform(0, 2 * np.pi, waves)
    along = np.outer(x, np.cos(direction)) + np.outer(y, np.sin(direction))
    return np.asarray(np.sqrt(2 / waves) * np.cos(along * number + phase).sum(axis=1))


def _years(rng: np.random.Generator, near: Array, setting: Setting) -> Array:
    """Years of completion: about 25 years back in the centre, about 9 at the edge."""
    age = 9.0 + 17.0 * near + rng.normal(0, 5.5, len(near))
    return np.asarray(setting.until.year - np.clip(age, 2, 46).astype(int))


def _plot_ratio(rng: np.random.Generator, year: Array, near: Array) -> Array:
    """Floor area over ground: walk-ups of the nineties 1.2, towers of today up to 3."""
    modern = np.clip((year - 1995) / 25, 0, 1)
    return np.asarray((1.1 + 1.0 * modern + 0.3 * near) * np.exp(rng.normal(0, 0.18, len(year))))
