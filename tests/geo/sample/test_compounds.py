"""Compounds lie where people live, on ground of their own, in plausible sizes."""

import geopandas
import numpy as np
import pytest
import shapely

from geo.sample.compounds import Homes, points_inside, settle
from geo.sample.setting import Setting


@pytest.fixture(scope="module")
def homes(setting: Setting) -> Homes:
    return settle(setting)


def test_there_are_as_many_as_asked_for(homes: Homes):
    assert len(homes) == 1500


def test_none_touches_another(homes: Homes):
    one, other = shapely.STRtree(homes.polygons).query(homes.polygons, predicate="intersects")
    assert (one == other).all()


def test_areas_are_between_1_and_30_hectares(homes: Homes):
    equal_area = geopandas.GeoSeries(homes.polygons, crs="EPSG:4326").to_crs("EPSG:6933")
    hectares = equal_area.area / 10_000
    assert hectares.min() >= 1
    assert hectares.max() <= 30
    assert hectares.max() > 15


def test_corners_are_between_8_and_60(homes: Homes):
    corners = shapely.get_num_coordinates(homes.polygons) - 1
    assert corners.min() >= 8
    assert corners.max() <= 60


def test_most_lie_in_built_up_streets(setting: Setting, homes: Homes):
    kind = setting.streets.set_index("code")["kind"]
    assert (homes.table["street_code"].map(kind) == "subdistrict").mean() > 0.7


def test_nearly_all_lie_within_eight_kilometres_of_an_urban_centre(setting: Setting, homes: Homes):
    centres = geopandas.points_from_xy(
        setting.districts["lon"], setting.districts["lat"], crs="EPSG:4326"
    ).to_crs(setting.metric)
    seats = np.column_stack([centres.x, centres.y])
    distance = np.linalg.norm(homes.table[["x", "y"]].to_numpy()[:, None] - seats, axis=2)
    assert (distance.min(axis=1) < 8000).mean() > 0.9


def test_shares_of_districts_are_like_the_citys(homes: Homes):
    share = homes.table["district_code"].value_counts(normalize=True)
    assert share["640104"] == pytest.approx(0.35, abs=0.01)
    assert share["640106"] == pytest.approx(0.25, abs=0.01)
    assert share["640105"] == pytest.approx(0.17, abs=0.01)
    assert len(share) == 6


def test_some_cross_a_street_line_and_none_a_district_line(setting: Setting, homes: Homes):
    def crossings(shapes: geopandas.GeoDataFrame) -> int:
        lines = shapely.STRtree(shapely.boundary(shapes.geometry.to_numpy()))
        crossing, _ = lines.query(homes.polygons, predicate="crosses")
        return len(set(crossing.tolist()))

    assert 15 < crossings(setting.streets) < 400
    assert crossings(setting.districts) == 0


def test_density_falls_and_buildings_get_younger_away_from_the_centre(
    setting: Setting, homes: Homes
):
    own = homes.table[homes.table["district_code"] == "640104"]
    centre = own[["x", "y"]].median()
    distance = np.hypot(own["x"] - centre["x"], own["y"] - centre["y"])
    near, far = own[distance < 2500], own[distance > 5000]
    ring = (distance.max() ** 2 - 5000**2) / 2500**2
    assert len(near) > 2 * len(far) / ring
    assert near["year_built"].mean() < far["year_built"].mean() - 3


def test_points_inside_are_inside(homes: Homes):
    points = points_inside(np.random.default_rng(1), homes.polygons)
    assert shapely.contains(homes.polygons, points).all()
