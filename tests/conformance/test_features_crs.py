"""OGC API Features, part 2: reference systems (18-058r1)."""

import math
from functools import cache

import httpx
import numpy as np
import pyproj
import pytest
import shapely
from shapely.geometry import shape

from tests.conformance.requirements import of
from tests.conformance.test_common import HTML
from tests.conformance.test_features_core import parameter

requirement = of("ogcapi-features-2/1.0")

ITEMS = "/collections/compounds/items"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
NORTHING_FIRST = [f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in (4326, 4490, 4507)]
SYSTEMS = [CRS84, "http://www.opengis.net/def/crs/EPSG/0/3857", *NORTHING_FIRST]
UNKNOWN = ["EPSG:4326", "http://www.opengis.net/def/crs/EPSG/0/2154", "x", ""]


@cache
def to_authority(uri: str) -> pyproj.Transformer:
    """From CRS84 to a system, in the order of axes that its authority gives."""
    code = "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rpartition('/')[2]}"
    return pyproj.Transformer.from_crs("OGC:CRS84", code)


def placed(geometry: shapely.Geometry, uri: str) -> shapely.Geometry:
    transform = to_authority(uri).transform
    return shapely.transform(geometry, lambda xy: np.column_stack(transform(*xy.T)))


@requirement("/req/crs/crs-uri")
@requirement("/req/crs/fc-md-crs-list")
@requirement("/req/crs/fc-md-crs-list-global")
@requirement("/req/crs/fc-md-storageCrs")
@requirement("/req/crs/fc-md-storageCrs-valid-value")
def test_collections_list_their_reference_systems_by_uri(public: httpx.Client) -> None:
    whole = public.get("/collections").json()
    assert set(whole["crs"]) == set(SYSTEMS)
    for one in whole["collections"]:
        assert one["crs"][0] == CRS84
        assert set(one["crs"]) == set(SYSTEMS)
        assert one["storageCrs"] in one["crs"]


@requirement("/req/crs/fc-crs-definition")
@requirement("/req/crs/fc-bbox-crs-definition")
@pytest.mark.parametrize("name", ["crs", "bbox-crs"])
def test_the_parameters_are_described(public: httpx.Client, name: str) -> None:
    schema = parameter(public, name)["schema"]
    assert (schema["type"], schema["default"]) == ("string", CRS84)


@requirement("/req/crs/fc-crs-valid-value")
@requirement("/req/crs/fc-bbox-crs-valid-value")
@pytest.mark.parametrize("uri", UNKNOWN)
@pytest.mark.parametrize("name", ["crs", "bbox-crs", "filter-crs"])
def test_a_system_that_is_not_listed_is_refused(public: httpx.Client, name: str, uri: str) -> None:
    answer = public.get(ITEMS, params={name: uri, "bbox": "106,38,107,39"})
    assert (answer.status_code, answer.json()["parameter"]) == (400, name)


@requirement("/req/crs/fc-crs-default-value")
@requirement("/req/crs/fc-bbox-crs-valid-defaultValue")
def test_crs84_is_meant_where_nothing_is_said(public: httpx.Client) -> None:
    asked = {"limit": "3", "bbox": "106.2,38.4,106.3,38.5"}
    silent = public.get(ITEMS, params=asked)
    said = public.get(ITEMS, params={**asked, "crs": CRS84, "bbox-crs": CRS84})
    assert silent.headers["content-crs"] == said.headers["content-crs"] == f"<{CRS84}>"
    assert silent.json()["features"] == said.json()["features"] != []


@requirement("/req/crs/fc-crs-action")
@requirement("/req/crs/geojson")
@requirement("/req/crs/ogc-crs-header")
@requirement("/req/crs/ogc-crs-header-value")
@pytest.mark.parametrize("uri", SYSTEMS)
def test_coordinates_are_in_the_system_asked_for_in_its_order(
    public: httpx.Client, uri: str
) -> None:
    for path in (f"{ITEMS}?limit=20", f"{ITEMS}/7"):
        plain = public.get(path).json()
        answer = public.get(path, params={**httpx.URL(path).params, "crs": uri})
        assert answer.headers["content-crs"] == f"<{uri}>"
        for one, other in zip(
            plain.get("features", [plain]),
            answer.json().get("features", [answer.json()]),
            strict=True,
        ):
            expected = placed(shape(one["geometry"]), uri)
            near = 0.02 if uri.endswith(("3857", "4507")) else 1e-6
            assert shape(other["geometry"]).hausdorff_distance(expected) < near
            assert other["bbox"] == pytest.approx(shape(other["geometry"]).bounds)


@requirement("/req/crs/fc-crs-action")
@pytest.mark.parametrize("uri", NORTHING_FIRST)
def test_the_northing_stands_first_where_the_authority_says_so(
    public: httpx.Client, uri: str
) -> None:
    (feature,) = public.get(ITEMS, params={"limit": 1, "crs": uri}).json()["features"]
    first, second = feature["geometry"]["coordinates"][0][0][0]
    if uri.endswith("4507"):
        # Gauss-Krüger about 105° E in zone 18: northings of some 4,200 km, eastings of some 610 km.
        assert 4.1e6 < first < 4.4e6
        assert 5e5 < second < 8e5
    else:
        assert (math.floor(first), math.floor(second)) == (38, 106)


@requirement("/req/crs/ogc-crs-header")
def test_pages_tell_their_system_too(public: httpx.Client) -> None:
    answer = public.get(ITEMS, params={"limit": 2, "crs": NORTHING_FIRST[0]}, headers=HTML)
    assert answer.headers["content-crs"] == f"<{NORTHING_FIRST[0]}>"


@requirement("/req/crs/fc-bbox-crs-action")
@pytest.mark.parametrize("uri", SYSTEMS)
def test_a_box_is_read_in_its_system_and_order(public: httpx.Client, uri: str) -> None:
    """A box about one compound finds it in any system; the same numbers in another find none."""
    (sought,) = public.get(ITEMS, params={"limit": 1, "sortby": "-code"}).json()["features"]
    corners = placed(shape(sought["geometry"]), uri).bounds
    asked = {"bbox": ",".join(f"{corner:.9f}" for corner in corners), "limit": "50"}
    found = public.get(ITEMS, params={**asked, "bbox-crs": uri}).json()
    assert sought["id"] in {one["id"] for one in found["features"]}
    assert found["numberMatched"] < 10
    # The box is in one system, the answer in another.
    both = public.get(ITEMS, params={**asked, "bbox-crs": uri, "crs": SYSTEMS[1]})
    assert [one["id"] for one in both.json()["features"]] == [
        one["id"] for one in found["features"]
    ]
    if uri in NORTHING_FIRST[:2]:
        assert public.get(ITEMS, params=asked).json().get("numberMatched", 0) == 0
