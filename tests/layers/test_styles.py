"""Styles: one declaration per layer, written for several programs, in the web map's colours."""

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from layers.layer import Layer
from layers.registry import LAYERS
from layers.styles import legend, maplibre, palette, qml, sld
from layers.styles.dashes import dashes
from layers.styles.style import RIMS, Class, Style, at

WEB = Path(__file__).parents[2] / "web"
DRAWN = [layer for layer in LAYERS.values() if layer.geometry != "none"]
HOSTILE = "\"><script>&'</x>"


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_a_style_names_only_what_tiles_hold_for_whoever_asks(layer: Layer) -> None:
    for kind in ("public", "city"):
        seen = layer.seen_by(kind)
        assert set(seen.style.named) <= set(seen.drawn_attributes)
    values = {one.value for one in layer.style.classes}
    assert len(values) == len(layer.style.classes)
    if layer.style.by is not None and layer.properties[layer.style.by].codes:
        assert set(layer.properties[layer.style.by].codes) == values - {None}


def test_a_scoped_property_is_left_out_of_the_publics_style() -> None:
    compounds = LAYERS["compounds"]
    style = replace(compounds.style, by="rung", label="key_target")
    seen = replace(compounds, style=style).seen_by("public")
    assert seen.style.named == ()
    assert b"rung" not in qml.qml(seen) + sld.sld("x", [seen])
    assert "rung" not in json.dumps(maplibre.style("x", "x", [seen], {"compounds": "y"}))


def test_the_colours_are_those_of_the_web_map() -> None:
    text = (WEB / "src/theme/tokens.css").read_text("utf-8")
    light = text[text.index(":root {") : text.index(':root[data-theme="dark"]')]
    tokens = dict(re.findall(r"--([a-z0-9-]+): ([^;]+);", light))
    named = {
        name.lower().replace("_", "-"): value
        for name, value in vars(palette).items()
        if name.isupper() and not name.startswith("MARK_")
    }
    assert named == {name: tokens[name] for name in named}
    assert tokens["mark-outline"] == "rgb(0 0 0 / 70%)"
    assert (palette.MARK_OUTLINE, palette.MARK_OUTLINE_OPACITY) == ("#000000", 0.7)
    stars = {one.text or "unrated": one.colour for one in LAYERS["compounds"].style.classes}
    assert stars == {
        name.removeprefix("star-"): value
        for name, value in tokens.items()
        if name.startswith("star-")
    }


def test_maplibre_takes_every_style() -> None:
    spec = WEB / "node_modules/@maplibre/maplibre-gl-style-spec"
    node = shutil.which("node")
    assert node, "node is missing: scripts/web installs it"
    assert spec.is_dir(), "MapLibre's style specification is not installed: run scripts/web"
    addresses = {one.id: f"https://map.example.cn/{one.id}" for one in DRAWN}
    made = [maplibre.style(one.id, one.title, [one], addresses) for one in DRAWN]
    made.append(maplibre.style("map", "map", DRAWN, addresses))
    program = (
        "import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';"
        "import { readFileSync } from 'node:fs';"
        "const all = JSON.parse(readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(all.map((s) => validateStyleMin(s).map((e) => e.message))));"
    )
    broken = {**made[0], "layers": [{"id": "x", "type": "fill"}]}
    ran = subprocess.run(
        [node, "--input-type=module", "-e", program],
        cwd=WEB,
        input=json.dumps([*made, broken]),
        capture_output=True,
        text=True,
        check=True,
    )
    *told, of_broken = json.loads(ran.stdout)
    assert told == [[] for _ in made]
    assert of_broken


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_qgis_has_a_symbol_for_each_class(layer: Layer) -> None:
    root = ET.fromstring(qml.qml(layer))  # noqa: S314 - our own text
    symbols = {one.get("name") for one in root.iterfind("renderer-v2/symbols/symbol")}
    categories = root.findall("renderer-v2/categories/category")
    assert symbols == ({one.get("symbol") for one in categories} if categories else {"0"})
    assert {one.text for one in layer.style.valued} == {one.get("value") for one in categories} - {
        ""
    }
    wide = "renderer-v2/symbols/symbol/layer[@class='CentroidFill']/symbol/layer"
    points = root.findall(wide)
    assert len(points) == (0 if layer.style.points_below is None else len(symbols))
    kinds = {one.get("type") for one in root.iterfind("renderer-v2/symbols/symbol")}
    assert kinds == {"marker" if layer.geometry == "point" else "fill"}


def test_sizes_grow_between_their_stops() -> None:
    assert [at(RIMS, zoom) for zoom in (0, 7, 9, 11, 20)] == [0.3, 0.3, 0.525, 0.75, 0.75]
    radii = LAYERS["compounds"].style.radii
    assert [at(radii, zoom) for zoom in (5, 8, 9.5, 11)] == [1, 2, 3.25, 4.5]


def test_names_in_qgis_have_the_larger_scale_as_their_first() -> None:
    root = ET.fromstring(qml.qml(LAYERS["streets"]))  # noqa: S314
    shown = root.find("labeling/settings/rendering")
    assert shown is not None
    assert 0 < int(shown.get("scaleMin", "0")) < int(shown.get("scaleMax", "0"))


def test_a_layer_definition_opens_the_collection_with_its_style() -> None:
    root = ET.fromstring(qml.qlr(LAYERS["compounds"], "https://map.example.cn"))  # noqa: S314
    one = root.find("maplayers/maplayer")
    group = root.find("layer-tree-group/layer-tree-layer")
    assert one is not None
    assert group is not None
    assert one.findtext("id") == group.get("id")
    assert one.findtext("provider") == group.get("providerKey") == "OAPIF"
    source = one.findtext("datasource") or ""
    assert "typename='compounds' url='https://map.example.cn'" in source
    system = one.find("srs/spatialrefsys")
    assert system is not None
    assert system.findtext("authid") == "EPSG:4326"
    assert (system.findtext("wkt") or "").startswith("GEOGCRS")
    renderer = one.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "effective_star"


def test_a_descriptor_has_a_rule_for_each_class_and_one_for_the_rest() -> None:
    names = {"se": sld.SE, "ogc": sld.OGC}
    root = ET.fromstring(sld.sld("compounds", [LAYERS["compounds"]]))  # noqa: S314
    assert root.tag == f"{{{sld.SLD}}}StyledLayerDescriptor"
    assert [one.text for one in root.iterfind(".//se:FeatureTypeName", names)] == ["compounds"]
    *valued, rest = root.findall(".//se:Rule", names)
    literals = [one.findtext(".//ogc:Literal", namespaces=names) for one in valued]
    assert literals == ["5", "4", "3", "2", "1", "0"]
    assert rest.find("ogc:Filter/ogc:Or/ogc:PropertyIsNull", names) is not None
    others = rest.iterfind("ogc:Filter/ogc:Or/ogc:Not/ogc:Or//ogc:Literal", names)
    assert [one.text for one in others] == literals


def test_colours_in_maplibre_are_by_lists_of_values() -> None:
    """QGIS makes empty lists of values that stand alone, and so draws all as the rest."""
    drawn = maplibre.style("x", "x", [LAYERS["compounds"]], {"compounds": "y"})["layers"][0]
    kind, value, *cases, rest = drawn["paint"]["fill-color"]
    assert (kind, value, rest) == ("match", ["get", "effective_star"], palette.STAR_UNRATED)
    assert cases[:4] == [[5], palette.STAR_5, [4], palette.STAR_4]


def test_one_layer_alone_hides_nothing_below_it() -> None:
    addresses = {"districts": "x", "compounds": "y"}
    shown = [LAYERS["districts"], LAYERS["compounds"]]
    kinds = [
        [one["type"] for one in maplibre.style("x", "x", part, addresses)["layers"]]
        for part in (shown, shown[:1])
    ]
    assert ["background" in one for one in kinds] == [True, False]


def test_a_line_is_cut_into_dashes_that_keep_its_corners() -> None:
    line = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 5.0]])
    cut = [piece.tolist() for piece in dashes(line, 3, 2)]
    assert cut == [[[0, 0], [3, 0]], [[4, 1], [4, 4]]]
    cut = [piece.tolist() for piece in dashes(line, 5, 2)]
    assert cut == [[[0, 0], [4, 0], [4, 1]], [[4, 3], [4, 5]]]
    assert not list(dashes(np.array([[1.0, 1.0], [1.0, 1.0]]), 3, 2))


@pytest.mark.parametrize(("name", "dashed"), [("districts", True), ("streets", False)])
def test_dashes_of_a_legend_are_dashed_in_both_forms(name: str, dashed: bool) -> None:
    layer = LAYERS[name]
    assert layer.style.dashed is dashed
    assert (b"stroke-dasharray" in legend.svg(layer)) is dashed
    image = Image.open(io.BytesIO(legend.png(layer))).convert("RGB")
    top = [image.getpixel((x, legend._TOP * 2)) for x in range(26, 70)]
    changes = sum(one != other for one, other in pairwise(top))
    assert changes >= 4 if dashed else changes == 0


def test_texts_of_a_layer_are_escaped() -> None:
    style = Style(by="name", classes=(Class(HOSTILE, HOSTILE, HOSTILE, "#123456"),))
    layer = replace(LAYERS["compounds"], title=HOSTILE, title_en=HOSTILE, style=style)
    for made in (qml.qml(layer), qml.qlr(layer, "x"), sld.sld("x", [layer]), legend.svg(layer)):
        assert b"<script" not in made
        root = ET.fromstring(made)  # noqa: S314
        texts = [text or "" for one in root.iter() for text in (one.text, *one.attrib.values())]
        assert any(HOSTILE in text for text in texts)


@pytest.mark.parametrize("layer", DRAWN, ids=lambda layer: layer.id)
def test_a_legend_shows_every_class(layer: Layer) -> None:
    listed = legend.entries(layer)
    root = ET.fromstring(legend.svg(layer))  # noqa: S314
    text = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert text[1:] == [f"{one.title}  {one.title_en}" for one in listed]
    assert [one["colour"] for one in legend.document(layer)["classes"]] == [
        one.colour for one in listed
    ]
    image = Image.open(io.BytesIO(legend.png(layer)))
    colours = image.getcolors(1 << 20)
    assert colours is not None
    if layer.geometry == "point":
        shown = {colour for _, colour in colours}
        for one in listed:
            assert tuple(bytes.fromhex(one.colour[1:])) in shown
