"""Datums: published vectors, ways there and back, and how people spell them."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pyproj import Geod

from geo import crs
from geo.errors import AtlasError

WGS84_TO_GCJ02 = [
    # latitude, longitude in WGS 84 and in GCJ-02 (googollee/eviltransform)
    (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
    (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
    (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
]
BD09_TO_WGS84 = (29.199786, 120.019809, 29.196131605295484, 120.00877901149691)
"""Latitude, longitude in BD-09 and in WGS 84 (googollee/eviltransform)."""

# Within the strip along the rectangle's edge in which the algorithm has no inverse.
WEST, SOUTH, EAST, NORTH = 72.1, 0.9, 137.8, 55.8
longitudes = st.floats(WEST, EAST)
latitudes = st.floats(SOUTH, NORTH)


def _metres(a: tuple[object, object], b: tuple[object, object]) -> NDArray[np.float64]:
    (lon, lat), (there_lon, there_lat) = np.array(a, float), np.array(b, float)
    return np.asarray(Geod(ellps="WGS84").inv(lon, lat, there_lon, there_lat)[2])


@pytest.mark.parametrize(("lat", "lon", "there_lat", "there_lon"), WGS84_TO_GCJ02)
def test_published_gcj02_vectors_are_met_to_the_last_digit(
    lat: float, lon: float, there_lat: float, there_lon: float
) -> None:
    assert crs.wgs84_to_gcj02(lon, lat) == pytest.approx((there_lon, there_lat), abs=1e-13)


@pytest.mark.parametrize(("lat", "lon", "there_lat", "there_lon"), WGS84_TO_GCJ02)
def test_the_way_back_from_published_gcj02_vectors_errs_by_less_than_a_millimetre(
    lat: float, lon: float, there_lat: float, there_lon: float
) -> None:
    assert _metres(crs.gcj02_to_wgs84(there_lon, there_lat), (lon, lat)) < 0.001


def test_the_published_bd09_vector_is_met_as_well_as_the_formula_it_was_made_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was made with π where Baidu has 3000 π / 180 (11 m), and without iteration (2 m)."""
    lat, lon, there_lat, there_lon = BD09_TO_WGS84
    assert _metres(crs.bd09_to_wgs84(lon, lat), (there_lon, there_lat)) < 11.0
    monkeypatch.setattr(crs, "_BAIDU_PI", np.pi)
    assert _metres(crs.bd09_to_wgs84(lon, lat), (there_lon, there_lat)) < 2.0


def test_bd09_agrees_with_what_baidus_own_service_answers() -> None:
    """The worked example of Baidu's geoconv service; it rounds within about a metre."""
    there = crs.wgs84_to_bd09(114.21892734521, 29.575429778924)
    assert _metres(there, (114.23075195467634, 29.57908428837437)) < 1.0


@given(longitudes, latitudes)
def test_gcj02_and_back_errs_by_less_than_a_millimetre(lon: float, lat: float) -> None:
    there = crs.wgs84_to_gcj02(lon, lat)
    assert _metres(crs.gcj02_to_wgs84(*there), (lon, lat)) < 0.001
    assert _metres(there, (lon, lat)) < 800


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_bd09_and_back_errs_by_less_than_a_millimetre_everywhere(lon: float, lat: float) -> None:
    assert _metres(crs.bd09_to_gcj02(*crs.gcj02_to_bd09(lon, lat)), (lon, lat)) < 0.001


@given(longitudes, latitudes)
def test_bd09_to_wgs84_undoes_wgs84_to_bd09(lon: float, lat: float) -> None:
    assert _metres(crs.bd09_to_wgs84(*crs.wgs84_to_bd09(lon, lat)), (lon, lat)) < 0.001


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_outside_china_gcj02_is_the_identity_both_ways(lon: float, lat: float) -> None:
    west, south, east, north = crs.CHINA
    if not (west <= lon <= east and south <= lat <= north):
        assert crs.wgs84_to_gcj02(lon, lat) == (lon, lat)
        assert crs.gcj02_to_wgs84(lon, lat) == (lon, lat)


def test_the_shift_holds_up_to_the_edge_of_chinas_rectangle() -> None:
    west, south, east, north = crs.CHINA
    corners = np.array([west, west, east, east]), np.array([south, north, south, north])
    moved = crs.wgs84_to_gcj02(*corners)
    assert (_metres(moved, corners) > 1).all()
    beyond = np.nextafter(corners[0], [-180, -180, 180, 180]), corners[1]
    assert (np.array(crs.wgs84_to_gcj02(*beyond)) == np.array(beyond)).all()


def test_what_is_no_number_stays_none() -> None:
    lon, lat = crs.gcj02_to_wgs84(np.array([np.nan, np.inf, 106.0]), np.array([38.0, 38.0, 38.0]))
    assert list(np.isfinite(lon)) == [False, False, True]
    assert np.isfinite(lat[2])


def test_long_arrays_come_out_as_single_places_do() -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(WEST, EAST, 20_000), rng.uniform(SOUTH, NORTH, 20_000)
    whole = np.array(crs.gcj02_to_wgs84(lon, lat))
    for i in (0, 8191, 8192, 19_999):
        assert whole[:, i] == pytest.approx(crs.gcj02_to_wgs84(lon[i], lat[i]), abs=0)
    assert crs.bd09_to_gcj02(lon.reshape(2, -1), lat.reshape(2, -1))[0].shape == (2, 10_000)


@pytest.mark.parametrize(
    ("written", "datum"),
    [
        ("GCJ-02", "gcj02"),
        ("火星坐标系", "gcj02"),
        ("高德", "gcj02"),
        ("ｇｃｊ０２", "gcj02"),
        ("百度坐标", "bd09"),
        ("BD-09", "bd09"),
        ("WGS 84", "wgs84"),
        ("wgs1984", "wgs84"),
        ("epsg:4326", "wgs84"),
        ("OGC:CRS84", "wgs84"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "wgs84"),
        ("国家2000", "cgcs2000"),
        ("2000国家大地坐标系", "cgcs2000"),
        ("CGCS2000", "cgcs2000"),
        ("4490", "cgcs2000"),
        ("EPSG:4523", "EPSG:4523"),
        ("4544", "EPSG:4544"),
        ("EPSG:3857", "EPSG:3857"),
    ],
)
def test_datums_are_understood_as_people_write_them(written: str, datum: str) -> None:
    assert crs.parse_datum(written) == datum
    assert crs.parse_datum(datum) == datum


@pytest.mark.parametrize("written", ["", "银川独立坐标系", "EPSG:99999", "foo:bar", "utm", "guess"])
def test_an_unknown_datum_is_named_with_the_choices(written: str) -> None:
    with pytest.raises(AtlasError) as caught:
        crs.parse_datum(written)
    assert f'"{written}"' in str(caught.value)
    assert all(choice in str(caught.value) for choice in (*crs.DATUMS, "EPSG:n"))


def test_what_arcgis_writes_beside_a_shapefile_is_understood() -> None:
    written = (
        'GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID['
        '"CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",'
        "0.0174532925199433]]"
    )
    zone = (
        f'PROJCS["CGCS2000_3_Degree_GK_Zone_35",{written},PROJECTION["Gauss_Kruger"],PARAMETER['
        '"False_Easting",35500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian"'
        ',105.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",'
        "1.0]]"
    )
    assert crs.parse_datum(written) == "cgcs2000"
    assert crs.parse_datum(zone) == "EPSG:4523"
    own = zone.replace("CGCS2000_3_Degree_GK_Zone_35", "Yinchuan").replace("105.0", "106.25")
    there = crs.from_wgs84(shapely.points([[106.25, 38.5]]), own)
    assert shapely.get_x(there)[0] == pytest.approx(35_500_000)


@pytest.mark.parametrize(
    ("zone", "easting"),
    [("EPSG:4523", 35_607_327.846), ("EPSG:4544", 607_327.846)],
)
def test_cgcs2000_zones_are_read_with_and_without_the_zone_in_the_easting(
    zone: str, easting: float
) -> None:
    place = crs.to_wgs84(shapely.points([[easting, 4_261_495.415]]), zone)
    assert shapely.get_coordinates(place)[0] == pytest.approx((106.23, 38.48), abs=1e-8)


@pytest.mark.parametrize("number", range(4513, 4555))
def test_every_cgcs2000_zone_can_be_read(number: int) -> None:
    there = crs.from_wgs84(shapely.points([[106.23, 38.48]]), f"EPSG:{number}")
    back = crs.to_wgs84(there, f"EPSG:{number}")
    assert shapely.get_coordinates(back)[0] == pytest.approx((106.23, 38.48), abs=1e-7)


def test_a_system_without_a_known_way_to_wgs84_is_refused_rather_than_guessed() -> None:
    with pytest.raises(AtlasError, match="Xian 1980"):
        crs.to_wgs84(shapely.points([[106.23, 38.48]]), "EPSG:4610")


@pytest.mark.parametrize("datum", ["wgs84", "cgcs2000", "EPSG:4326", "4490"])
def test_what_needs_no_shift_is_not_even_copied(datum: str) -> None:
    shapes = shapely.points([[106.23, 38.48]])
    assert crs.needs_no_shift(datum)
    assert crs.to_wgs84(shapes, datum) is shapes
    assert crs.from_wgs84(shapes, datum) is shapes


def test_degrees_and_metres_are_told_apart() -> None:
    assert all(crs.in_degrees(datum) for datum in (*crs.DATUMS, "EPSG:4214"))
    assert not crs.in_degrees("EPSG:4523")


@pytest.mark.parametrize("datum", ["gcj02", "bd09", "EPSG:4523", "EPSG:3857"])
def test_shapes_of_any_type_go_there_and_back(datum: str) -> None:
    written = [
        "POINT (106.2 38.4)",
        "LINESTRING (106.2 38.4, 106.3 38.5)",
        "POLYGON ((106.2 38.4, 106.3 38.4, 106.3 38.5, 106.2 38.4),"
        " (106.25 38.41, 106.28 38.41, 106.28 38.44, 106.25 38.41))",
        "GEOMETRYCOLLECTION (POINT (106.2 38.4), LINESTRING (106.2 38.4, 106.3 38.5))",
        "POLYGON EMPTY",
    ]
    shapes = np.array([*shapely.from_wkt(written), None], dtype=object)
    there = crs.from_wgs84(shapes, datum)
    back = crs.to_wgs84(there, datum)
    assert shapely.equals_exact(back[:-1], shapes[:-1], 1e-8).all()
    assert there[-1] is None
    assert not shapely.equals_exact(there[:4], shapes[:4], 1e-4).any()
    assert shapely.to_wkt(shapes[0]) == "POINT (106.2 38.4)"


def test_heights_survive_the_shift() -> None:
    shapes = np.array([shapely.Point(106.2, 38.4, 1100.0), shapely.Point(106.2, 38.4)], object)
    moved = crs.to_wgs84(shapes, "gcj02")
    assert list(shapely.has_z(moved)) == [True, False]
    assert shapely.get_z(moved)[0] == 1100.0
    assert shapely.get_x(moved)[0] == shapely.get_x(moved)[1]
