"""Invented street outlines fill their districts and repeat by seed."""

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from geo.boundaries.adjacency import grow, neighbours
from geo.boundaries.gazetteer import Gazetteer, read_city
from geo.boundaries.tessellation import spread, tessellate


@pytest.fixture(scope="module")
def yinchuan() -> Gazetteer:
    return read_city("640100")


@pytest.fixture(scope="module")
def streets(yinchuan: Gazetteer) -> geopandas.GeoDataFrame:
    return tessellate(yinchuan.districts, yinchuan.streets, seed=1)


def _districts(*shapes: Polygon | MultiPolygon) -> geopandas.GeoDataFrame:
    inside = shapely.point_on_surface(list(shapes))
    return geopandas.GeoDataFrame(
        {
            "code": [f"64990{number}" for number in range(1, len(shapes) + 1)],
            "lon": shapely.get_x(inside),
            "lat": shapely.get_y(inside),
        },
        geometry=list(shapes),
        crs="EPSG:4326",
    )


def _names(district: str, subdistricts: int, towns: int) -> pandas.DataFrame:
    codes = [f"{district}{n:03}" for n in range(1, subdistricts + 1)]
    codes += [f"{district}{n:03}" for n in range(100, 100 + towns)]
    kinds = ["subdistrict"] * subdistricts + ["town"] * towns
    return pandas.DataFrame({"code": codes, "kind": kinds, "district_code": district})


def test_streets_of_a_city_are_one_valid_coverage(streets: geopandas.GeoDataFrame) -> None:
    shapes = streets.geometry.to_numpy()
    assert len(shapes) == 62
    assert shapely.is_valid(shapes).all()
    assert not shapely.is_empty(shapes).any()
    assert shapely.coverage_is_valid(shapes)


def test_streets_of_a_district_are_the_district(
    yinchuan: Gazetteer, streets: geopandas.GeoDataFrame
) -> None:
    joined = streets.dissolve("district_code").geometry
    for district in yinchuan.districts.itertuples():
        differs = joined[district.code].symmetric_difference(district.geometry)
        assert differs.area / district.geometry.area < 1e-6


def test_every_street_of_yinchuan_is_one_polygon(streets: geopandas.GeoDataFrame) -> None:
    assert set(streets.geom_type) == {"Polygon"}


def test_subdistricts_are_smaller_and_nearer_than_towns(
    yinchuan: Gazetteer, streets: geopandas.GeoDataFrame
) -> None:
    frame = streets.merge(yinchuan.streets[["code", "kind"]], on="code")
    frame["km2"] = frame.to_crs("EPSG:6933").area / 1e6
    middle = yinchuan.districts.set_index("code").loc[frame["district_code"], ["lon", "lat"]]
    frame["away"] = shapely.distance(
        frame.geometry.to_numpy(), shapely.points(middle["lon"], middle["lat"])
    )
    for _, district in frame.groupby("district_code"):
        urban = district[district["kind"] == "subdistrict"]
        rural = district[district["kind"] != "subdistrict"]
        assert urban["km2"].mean() < rural["km2"].mean() / 2
        assert urban["away"].mean() < rural["away"].mean()


def test_the_same_seed_draws_the_same_lines(
    yinchuan: Gazetteer, streets: geopandas.GeoDataFrame
) -> None:
    again = tessellate(yinchuan.districts, yinchuan.streets, seed=1)
    other = tessellate(yinchuan.districts, yinchuan.streets, seed=2)
    assert streets.geometry.geom_equals_exact(again.geometry, 0).all()
    assert not streets.geometry.geom_equals_exact(other.geometry, 0).any()


def test_the_lines_of_a_district_do_not_depend_on_its_neighbours(yinchuan: Gazetteer) -> None:
    alone = yinchuan.districts[yinchuan.districts["code"] == "640106"]
    names = yinchuan.streets[yinchuan.streets["district_code"] == "640106"]
    one = tessellate(alone, names).set_index("code").geometry
    among = tessellate(yinchuan.districts, yinchuan.streets).set_index("code").geometry
    for code, shape in one.items():
        assert shape.symmetric_difference(among[code]).area < 1e-4 * shape.area


def test_a_detached_part_goes_to_the_nearest_street() -> None:
    mainland, island = box(106, 38, 106.4, 38.4), box(106.45, 38.2, 106.46, 38.21)
    districts = _districts(MultiPolygon([mainland, island]))
    drawn = tessellate(districts, _names("649901", 2, 2))
    assert shapely.coverage_is_valid(drawn.geometry.to_numpy())
    assert drawn.union_all().symmetric_difference(districts.geometry[0]).area < 1e-8
    owners = drawn[drawn.intersects(island)]
    assert len(owners) == 1
    on_mainland = drawn.intersection(mainland).to_numpy()
    assert shapely.distance(on_mainland, island).argmin() == owners.index[0]


def test_an_enclave_of_another_district_stays_out() -> None:
    whole, hole = box(106, 38, 106.4, 38.4), box(106.15, 38.15, 106.2, 38.2)
    districts = _districts(whole.difference(hole), hole)
    names = pandas.concat([_names("649901", 3, 3), _names("649902", 1, 0)])
    drawn = tessellate(districts, names)
    assert shapely.coverage_is_valid(drawn.geometry.to_numpy())
    assert drawn.geometry.iloc[-1].symmetric_difference(hole).area < 1e-9


def test_one_street_is_its_whole_district() -> None:
    districts = _districts(box(106, 38, 106.1, 38.1))
    drawn = tessellate(districts, _names("649901", 0, 1))
    assert drawn.geometry[0].equals(districts.geometry[0])


def test_a_district_without_streets_stays_whole_beside_one_that_has_some() -> None:
    districts = _districts(box(106, 38, 106.1, 38.1), box(106.1, 38, 106.2, 38.1))
    drawn = tessellate(districts, _names("649901", 2, 2))
    assert drawn["code"].tolist()[-1] == "649902"
    assert shapely.coverage_is_valid(drawn.geometry.to_numpy())
    assert drawn.geometry.iloc[-1].symmetric_difference(districts.geometry[1]).area < 1e-9


def test_spread_points_are_distinct_even_when_crowded() -> None:
    points = np.repeat([[106.0, 38.0], [106.1, 38.1]], 5, axis=0)
    chosen = spread(points, 10, np.random.default_rng(1))
    assert sorted(chosen) == list(range(10))


def test_neighbours_share_a_segment_not_just_a_corner() -> None:
    squares = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), box(1, 1, 2, 2)])
    assert neighbours(squares).tolist() == [[0, 1], [1, 2]]


def test_regions_grow_only_over_neighbours() -> None:
    pairs = np.array([[0, 1], [1, 2], [3, 4]])
    labels = grow(5, pairs, np.array([0, 2]), np.array([1.0, 0.5, 1.0, 1.0, 1.0]))
    assert labels.tolist() == [0, 0, 1, -1, -1]
