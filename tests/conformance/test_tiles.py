"""OGC API Tiles, part 1: core (20-057), of vector tiles and of pictures.

With the metadata of sets of tiles and the limits of OGC 17-083r4.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import mapbox_vector_tile
import pytest
from jsonschema import Draft202012Validator
from morecantile import TileMatrixSet
from PIL import Image
from pyproj import Transformer
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from tests.conformance.requirements import of
from tests.conformance.test_common import REL, linked
from tests.conformance.tileset_schema import LISTED, SCHEMA

requirement = of("ogcapi-tiles-1/1.0")

GRIDS = ("WebMercatorQuad", "WorldCRS84Quad")
MVT = "application/vnd.mapbox-vector-tile"
TILE = "/collections/compounds/tiles/WebMercatorQuad/12/1573/3257"
KINDS = {"vector": "tilesets-vector", "map": "tilesets-map"}
CORNERS = ("lowerLeft", "upperRight")
MERCATOR = Transformer.from_crs("OGC:CRS84", "EPSG:3857", always_xy=True)
PARTS = ("tileMatrix", "tileRow", "tileCol")
IN_DESCRIPTION = r"/\{tileMatrix\}/\{tileRow\}/\{tileCol\}$"


def rels(document: dict[str, Any], kind: str) -> list[str]:
    return [one["href"] for one in linked(document["links"], f"{REL}/{KINDS[kind]}")]


def lists(public: httpx.Client) -> list[tuple[str, str]]:
    """Where tilesets are listed, and of what kind: as landing page and collections say."""
    landing = public.get("/", headers={"Accept": "application/json"}).json()
    documents = [landing, *public.get("/collections").json()["collections"]]
    return [(kind, href) for one in documents for kind in KINDS for href in rels(one, kind)]


def tilesets(public: httpx.Client) -> Iterator[tuple[str, str]]:
    """Each tileset's kind and address."""
    for kind, href in lists(public):
        for one in public.get(href).json()["tilesets"]:
            (own,) = linked(one["links"], "self")
            yield kind, own["href"]


def filled(template: str, z: str, row: int, col: int) -> str:
    named = {"tileMatrix": z, "tileRow": str(row), "tileCol": str(col)}
    return re.sub(r"\{(\w+)\}", lambda found: named[found[1]], template)


def scheme_of(public: httpx.Client, document: dict[str, Any]) -> TileMatrixSet:
    (link,) = linked(document["links"], f"{REL}/tiling-scheme")
    return TileMatrixSet.model_validate(public.get(link["href"]).raise_for_status().json())


@requirement("/req/core/conformance-success")
def test_the_classes_that_are_kept_to_are_told(public: httpx.Client) -> None:
    told = public.get("/conformance").json()["conformsTo"]
    kept = ("core", "tileset", "tilesets-list", "dataset-tilesets", "geodata-tilesets")
    for name in (*kept, "oas30", "mvt", "png"):
        assert f"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{name}" in told


@requirement("/req/core/tc-op")
def test_the_middle_of_each_tileset_is_a_tile_of_its_template(public: httpx.Client) -> None:
    """In the deepest matrix, where the template and the tiling scheme together say it lies."""
    seen = set()
    for kind, address in tilesets(public):
        document = public.get(address).json()
        (template,) = linked(document["links"], "item")
        deepest = document["tileMatrixSetLimits"][-1]["tileMatrix"]
        corners = document["boundingBox"]
        middle = [sum(one) / 2 for one in zip(*(corners[c] for c in CORNERS), strict=True)]
        at = scheme_of(public, document).tile(*middle, int(deepest))
        answer = public.get(filled(template["href"], deepest, at.y, at.x))
        assert answer.status_code in (200, 204), address
        if answer.status_code == 200:
            assert answer.headers["content-type"] == template["type"]
            seen.add(kind)
    assert seen == KINDS.keys()


@requirement("/req/core/tc-tilematrix-definition")
@requirement("/req/core/tc-tilerow-definition")
@requirement("/req/core/tc-tilecol-definition")
def test_the_parts_of_a_tiles_path_are_described(public: httpx.Client) -> None:
    described = {
        path: item["get"]["parameters"]
        for path, item in public.get("/api").json()["paths"].items()
        if re.search(IN_DESCRIPTION, path)
    }
    assert len(described) > 20
    for path, parameters in described.items():
        told = {one["name"]: one for one in parameters if one.get("in") == "path"}
        for name, kind in (
            ("tileMatrix", "string"),
            ("tileRow", "integer"),
            ("tileCol", "integer"),
        ):
            assert told[name]["required"] is True, path
            assert told[name]["schema"]["type"] == kind, path


@requirement("/req/core/tc-success")
@pytest.mark.parametrize("grid", GRIDS)
def test_a_tile_holds_what_meets_it(public: httpx.Client, grid: str) -> None:
    """The compounds of the tile are those that a box of the same extent finds."""
    described = public.get(f"/collections/compounds/tiles/{grid}").json()
    scheme = scheme_of(public, described)
    z = 13 if grid == "WebMercatorQuad" else 12
    at = scheme.tile(*described["centerPoint"]["coordinates"], z)
    row, col = next(
        (row, col)
        for row in range(at.y - 6, at.y + 7)
        for col in range(at.x - 6, at.x + 7)
        if tile_of(public, grid, z, row, col).status_code == 200
    )
    answer = tile_of(public, grid, z, row, col)
    assert answer.headers["content-type"] == MVT
    decoded = mapbox_vector_tile.decode(answer.content)
    drawn = {one["id"] for one in decoded["compounds"]["features"]}
    bounds = scheme.bounds(col, row, z)
    corners = ",".join(str(side) for side in bounds)
    found = public.get(
        "/collections/compounds/items", params={"bbox": corners, "limit": 1000}
    ).json()
    inside = {one["id"] for one in found["features"]}
    assert found["numberMatched"] == len(inside) > 0
    assert inside <= drawn
    # A little beyond the edge is drawn too, so that outlines do not end at seams.
    beyond = max(bounds.right - bounds.left, bounds.top - bounds.bottom) * 64 / 4096
    near = box(*bounds).buffer(beyond, join_style="mitre")
    for number in drawn - inside:
        one = public.get(f"/collections/compounds/items/{number}").json()
        assert near.intersects(shape(one["geometry"]))


def tile_of(public: httpx.Client, grid: str, z: int, row: int, col: int) -> httpx.Response:
    return public.get(f"/collections/compounds/tiles/{grid}/{z}/{row}/{col}")


@requirement("/req/core/tc-success")
@pytest.mark.parametrize("grid", GRIDS)
def test_a_picture_is_as_large_as_its_matrix_says(public: httpx.Client, grid: str) -> None:
    document = public.get(f"/map/tiles/{grid}").json()
    matrices = {one.id: one for one in scheme_of(public, document).tileMatrices}
    (template,) = linked(document["links"], "item")
    for limit in document["tileMatrixSetLimits"]:
        one = matrices[limit["tileMatrix"]]
        picture = public.get(filled(template["href"], one.id, 0, 0)).raise_for_status()
        assert Image.open(io.BytesIO(picture.content)).size == (one.tileWidth, one.tileHeight)


@requirement("/req/core/tc-error")
def test_what_lies_outside_the_limits_is_refused(public: httpx.Client) -> None:
    for _kind, address in tilesets(public):
        document = public.get(address).json()
        (template,) = linked(document["links"], "item")
        limits = {one["tileMatrix"]: one for one in document["tileMatrixSetLimits"]}
        last = limits[max(limits, key=int)]
        for matrix in scheme_of(public, document).tileMatrices:
            if matrix.id not in limits:
                assert public.get(filled(template["href"], matrix.id, 0, 0)).status_code == 404
        for row, col in ((last["maxTileRow"] + 1, 0), (0, last["maxTileCol"] + 1)):
            answer = public.get(filled(template["href"], last["tileMatrix"], row, col))
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"
        assert public.get(filled(template["href"], "99", 0, 0)).status_code == 400


@requirement("/req/core/tc-error")
def test_a_tile_inside_the_limits_where_nothing_lies_is_empty(public: httpx.Client) -> None:
    for kind, address in tilesets(public):
        document = public.get(address).json()
        (template,) = linked(document["links"], "item")
        for limit in document["tileMatrixSetLimits"][-3:]:
            for side in ("min", "max"):
                place = (limit[f"{side}TileRow"], limit[f"{side}TileCol"])
                answer = public.get(filled(template["href"], limit["tileMatrix"], *place))
                assert answer.status_code == (204 if kind == "vector" else 200)
                if kind == "vector":
                    assert answer.content == b""
                else:
                    picture = Image.open(io.BytesIO(answer.content)).convert("RGBA")
                    assert picture.getextrema()[3] == (0, 0)


@requirement("/req/tileset/description")
def test_a_tileset_describes_itself(public: httpx.Client) -> None:
    validator = Draft202012Validator(SCHEMA)
    found = list(tilesets(public))
    assert len(found) > 20
    for kind, address in found:
        answer = public.get(address, headers={"Accept": "application/json"})
        assert answer.headers["content-type"] == "application/json"
        document = answer.json()
        assert [str(error) for error in validator.iter_errors(document)] == []
        assert document["dataType"] == kind
        grid = address.rpartition("/")[2]
        assert document["tileMatrixSetURI"].endswith(f"/def/tilematrixset/OGC/1.0/{grid}")
        scheme = scheme_of(public, document)
        assert scheme.id == grid
        for template in linked(document["links"], "item"):
            assert template["templated"] is True
            assert template["type"] in (MVT, "image/png")
            assert re.findall(r"\{(\w+)\}", template["href"]) == [
                "tileMatrix",
                "tileRow",
                "tileCol",
            ]
        for link in document["links"]:
            if not link.get("templated"):
                assert public.get(link["href"]).status_code == 200, link


@requirement("/req/tileset/description")
def test_limits_are_whole_matrices_from_the_first_to_the_last_that_is_drawn(
    public: httpx.Client,
) -> None:
    for _kind, address in tilesets(public):
        document = public.get(address).json()
        limits = document["tileMatrixSetLimits"]
        zooms = [int(one["tileMatrix"]) for one in limits]
        drawn = [
            (int(one["minTileMatrix"]), int(one["maxTileMatrix"])) for one in document["layers"]
        ]
        if document["dataType"] == "vector":
            assert zooms[0] == min(first for first, _ in drawn)
        assert zooms == list(range(zooms[0], max(last for _, last in drawn) + 1))
        matrices = {one.id: one for one in scheme_of(public, document).tileMatrices}
        for one in limits:
            matrix = matrices[one["tileMatrix"]]
            assert (one["minTileRow"], one["minTileCol"]) == (0, 0)
            assert one["maxTileRow"] == matrix.matrixHeight - 1
            assert one["maxTileCol"] == matrix.matrixWidth - 1


@requirement("/req/tilesets-list/tileset-links")
def test_each_list_tells_its_tilesets_and_their_grids(public: httpx.Client) -> None:
    validator = Draft202012Validator(LISTED)
    for kind, href in lists(public):
        answer = public.get(href, headers={"Accept": "application/json"}).raise_for_status()
        assert answer.headers["content-type"] == "application/json"
        listed = answer.json()["tilesets"]
        assert [one["title"] for one in listed] == list(GRIDS)
        for one in listed:
            assert [str(error) for error in validator.iter_errors(one)] == []
            assert one["dataType"] == kind
            (own,) = linked(one["links"], "self")
            assert own["href"] == f"{href}/{one['title']}"
            whole = public.get(own["href"]).json()
            for name in ("crs", "tileMatrixSetURI", "dataType"):
                assert whole[name] == one[name]
            assert scheme_of(public, one).id == one["title"]


@requirement("/req/dataset-tilesets/landingpage")
@requirement("/req/dataset-tilesets/operation")
def test_the_landing_page_leads_to_the_tilesets_of_all(public: httpx.Client) -> None:
    landing = public.get("/", headers={"Accept": "application/json"}).json()
    root = str(public.base_url).rstrip("/")
    assert rels(landing, "vector") == [f"{root}/tiles"]
    assert rels(landing, "map") == [f"{root}/map/tiles"]
    for kind in KINDS:
        (href,) = rels(landing, kind)
        assert public.get(href).json()["tilesets"]


@requirement("/req/geodata-tilesets/desc-links")
@requirement("/req/geodata-tilesets/operation")
def test_each_collection_leads_to_its_tilesets(public: httpx.Client) -> None:
    root = str(public.base_url).rstrip("/")
    having = 0
    for one in public.get("/collections").json()["collections"]:
        here = f"{root}/collections/{one['id']}"
        # Duties lie nowhere, and are no geospatial data.
        if one["id"] == "duties":
            assert not rels(one, "vector")
            continue
        assert rels(one, "vector") == [f"{here}/tiles"]
        assert rels(one, "map") == [f"{here}/map/tiles"]
        assert public.get(f"{here}/tiles").json()["tilesets"]
        having += 1
    assert having >= 5


@requirement("/req/oas30/completeness")
def test_every_resource_of_tiles_is_described(public: httpx.Client) -> None:
    paths = public.get("/api").json()["paths"]
    root = str(public.base_url).rstrip("/")
    for _kind, href in lists(public):
        assert "get" in paths[href.removeprefix(root)]
    for kind, address in tilesets(public):
        path = address.removeprefix(root)
        assert "get" in paths[path]
        (template,) = linked(public.get(address).json()["links"], "item")
        tile = paths[template["href"].removeprefix(root)]["get"]
        assert template["type"] in tile["responses"]["200"]["content"]
        if path.startswith("/tiles/"):
            for one in (paths[path]["get"], tile):
                names = [each["name"] for each in one["parameters"] if "name" in each]
                assert "collections" in names, (kind, path)


@requirement("/req/oas30/operation-id")
def test_operations_are_known_by_the_ends_of_their_ids(public: httpx.Client) -> None:
    ids = {
        path: item["get"]["operationId"]
        for path, item in public.get("/api").json()["paths"].items()
        if "get" in item
    }
    assert len(set(ids.values())) == len(ids)
    for base, where in (("", "dataset"), ("/collections/{collectionId}", "collection")):
        for below, kind in (("/tiles", "vector"), ("/map/tiles", "map")):
            path = f"{base}{below}"
            assert ids[path].endswith(f".{where}.{kind}.getTileSetsList")
            for grid in GRIDS:
                assert ids[f"{path}/{grid}"].endswith(f".{where}.{kind}.getTileSet")
                tile = ids[f"{path}/{grid}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"]
                assert tile.endswith(f".{where}.{kind}.getTile")
    assert ids["/tileMatrixSets"].endswith(".getTileMatrixSetsList")
    for grid in GRIDS:
        assert ids[f"/tileMatrixSets/{grid}"].endswith(".getTileMatrixSet")


@requirement("/req/mvt/content")
def test_a_vector_tile_is_one_and_its_units_are_those_of_the_tile(public: httpx.Client) -> None:
    """From the upper left corner; with the type and geometry of each feature."""
    answer = public.get(TILE).raise_for_status()
    assert answer.headers["content-type"] == MVT
    assert public.get(TILE, headers={"Accept": MVT}).content == answer.content
    tile = mapbox_vector_tile.decode(answer.content, default_options={"y_coord_down": True})
    scheme = scheme_of(public, public.get("/collections/compounds/tiles/WebMercatorQuad").json())
    left, bottom, right, top = scheme.xy_bounds(3257, 1573, 12)
    assert len({one["id"] for one in tile["compounds_label"]["features"]}) > 20
    for one in (*tile["compounds"]["features"], *tile["compounds_label"]["features"]):
        assert one["type"] == "Feature"
        assert one["geometry"]["type"] in {"Point", "Polygon", "MultiPolygon"}
        assert not shape(one["geometry"]).is_empty
    extent = tile["compounds_label"]["extent"]
    for one in tile["compounds_label"]["features"]:
        told = public.get(f"/collections/compounds/items/{one['id']}").json()["properties"]
        x, y = MERCATOR.transform(told["label_lon"], told["label_lat"])
        expected = ((x - left) / (right - left) * extent, (top - y) / (top - bottom) * extent)
        assert one["geometry"]["coordinates"] == pytest.approx(expected, abs=0.75)


@requirement("/req/png/content")
def test_a_picture_shows_the_features_of_its_tile_and_nothing_beside_them(
    public: httpx.Client,
) -> None:
    """Transparent elsewhere; a compound's star has one colour, the same in each tile."""
    colours: dict[int, dict[Any, Counter[Any]]] = {}
    for col in (3256, 3257):
        place = f"WebMercatorQuad/12/1573/{col}"
        answer = public.get(f"/collections/compounds/map/tiles/{place}").raise_for_status()
        assert answer.headers["content-type"] == "image/png"
        picture = Image.open(io.BytesIO(answer.content))
        assert picture.format == "PNG"
        shown = picture.convert("RGBA")
        assert shown.getchannel("A").getextrema()[0] == 0
        vector = public.get(f"/collections/compounds/tiles/{place}").content
        tile = mapbox_vector_tile.decode(vector, default_options={"y_coord_down": True})
        for one in tile["compounds"]["features"]:
            star = one["properties"].get("effective_star")
            seen = colours.setdefault(col, {}).setdefault(star, Counter())
            seen.update(shown.getpixel(pixel) for pixel in inside(shape(one["geometry"])))
    one, other = colours.values()
    both = one.keys() & other.keys()
    assert len(both) > 3
    usual = {star: one[star].most_common(1)[0][0] for star in both}
    assert usual == {star: other[star].most_common(1)[0][0] for star in both}
    assert len(set(usual.values())) == len(usual)
    assert all(colour[3] > 0 for colour in usual.values())


def inside(outline: BaseGeometry) -> list[tuple[int, int]]:
    """The pixels, of 256 to the tile, that lie wholly in an outline."""
    left, top, right, bottom = (round(side / 16) for side in outline.bounds)
    return [
        (x, y)
        for x in range(max(left, 0), min(right, 256))
        for y in range(max(top, 0), min(bottom, 256))
        if outline.contains(box(16 * x, 16 * y, 16 * x + 16, 16 * y + 16))
    ]
