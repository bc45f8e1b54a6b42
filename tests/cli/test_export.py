"""``atlas export pmtiles``: the service's own tiles in one file, public and whole or not at all."""

import gzip
import random
from pathlib import Path

import httpx
import mapbox_vector_tile
import pandas as pd
import pyogrio
import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles

from tests.command import atlas
from tests.support import Service

LAYERS = "districts,streets,compounds"


@pytest.fixture(scope="module")
def exported(served_city: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("export") / "city.pmtiles"
    url = served_city.engine.url.render_as_string(hide_password=False)
    done = atlas("export", "pmtiles", str(out), "--zooms", "5-12", database_url=url)
    assert done.returncode == 0, done.stderr
    assert str(out) in done.stdout
    assert [one.name for one in out.parent.iterdir()] == ["city.pmtiles"]
    return out


def decoded(tile: bytes) -> dict[str, list[str]]:
    """The features of a tile by layer, in an order of their own."""
    return {
        name: sorted(map(repr, layer["features"]))
        for name, layer in mapbox_vector_tile.decode(tile).items()
    }


def test_each_tile_is_the_service_s(exported: Path, public: httpx.Client) -> None:
    with exported.open("rb") as file:
        found = {place: gzip.decompress(tile) for place, tile in all_tiles(MmapSource(file))}
    assert {z for z, _x, _y in found} == set(range(5, 13))
    some = random.Random(7).sample(sorted(found), 40)  # noqa: S311 - no secret
    for z, x, y in some:
        answer = public.get(
            f"/tiles/WebMercatorQuad/{z}/{y}/{x}", params={"collections": LAYERS}
        ).raise_for_status()
        assert decoded(found[z, x, y]) == decoded(answer.content), (z, x, y)


def test_no_tile_that_the_service_has_is_left_out(exported: Path, public: httpx.Client) -> None:
    with exported.open("rb") as file:
        found = {place for place, _tile in all_tiles(MmapSource(file))}
    for x in range(1624, 1636):
        for y in range(780, 792):
            path = f"/tiles/WebMercatorQuad/11/{y}/{x}"
            status = public.get(path, params={"collections": LAYERS}).status_code
            assert ((11, x, y) in found) == (status == 200), (x, y)


def test_gdal_reads_what_the_service_shows(exported: Path, public: httpx.Client) -> None:
    """Another implementation of PMTiles: that of GDAL, which comes with pyogrio."""
    named = {name for name, _kind in pyogrio.list_layers(exported)}
    assert {"districts", "streets", "compounds", "compounds_label"} <= named
    read = pyogrio.read_dataframe(exported, layer="compounds_label", zoom_level=12)
    address, shown = "/collections/compounds/items?limit=1000", {}
    while address:
        page = public.get(address).raise_for_status().json()
        shown |= {one["id"]: one["properties"] for one in page["features"]}
        onward = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address = onward[0] if onward else ""
    assert sorted(read["mvt_id"]) == sorted(shown)
    places = read.to_crs("OGC:CRS84").geometry
    for one, place in zip(read.to_dict("records"), places, strict=True):
        told = shown[one["mvt_id"]]
        assert one["name"] == told["name"]
        star = one["effective_star"]
        assert (None if pd.isna(star) else star) == told["effective_star"]
        # A unit of a tile of zoom 12 is 2.4 m of web mercator.
        assert abs(place.x - told["label_lon"]) < 3e-5
        assert abs(place.y - told["label_lat"]) < 3e-5


def test_it_says_what_is_in_it_and_nothing_is_of_offices(exported: Path) -> None:
    with exported.open("rb") as file:
        reader = Reader(MmapSource(file))
        header, told = reader.header(), reader.metadata()
    assert (header["min_zoom"], header["max_zoom"]) == (5, 12)
    assert 105.5 < header["min_lon_e7"] / 1e7 < header["max_lon_e7"] / 1e7 < 107.2
    layers = {one["id"]: one for one in told["vector_layers"]}
    assert {"districts", "streets", "compounds", "compounds_label"} <= layers.keys()
    assert layers["compounds"]["fields"]["effective_star"] == "Number"
    assert layers["compounds"]["fields"]["synthetic"] == "Boolean"
    assert layers["compounds_label"]["fields"]["count"] == "Number"
    assert layers["districts"]["fields"]["name"] == "String"
    assert not {"rung", "key_target", "exit_case"} & layers["compounds"]["fields"].keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["x.mbtiles"], "the name must end with .pmtiles"),
        (["x.pmtiles", "--layers", "violations"], "--layers violations: the public has districts"),
        (["x.pmtiles", "--layers", " , "], "name some of districts"),
        (["x.pmtiles", "--zooms", "9"], "--zooms 9: two zooms from 0 to 16"),
        (["x.pmtiles", "--zooms", "12-5"], "--zooms 12-5"),
        (["x.pmtiles", "--layers", "compounds", "--zooms", "0-1"], "nothing is drawn at the zooms"),
        (["x.pmtiles", "--layers", "communities"], "there is nothing in them yet"),
        (["nowhere/x.pmtiles", "--zooms", "5-6"], "nowhere"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(
    served_city: Service, tmp_path: Path, arguments: list[str], said: str
) -> None:
    name, *rest = arguments
    url = served_city.engine.url.render_as_string(hide_password=False)
    done = atlas("export", "pmtiles", str(tmp_path / name), *rest, database_url=url)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
