"""The map draws the city's compounds by star, and shows what the filters ask for."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

FILL = "compounds-fill"


@pytest.fixture(scope="module")
def compounds(client) -> list[dict]:
    """Every compound, as the API lists it."""
    found, address = [], "/collections/compounds/items"
    parameters: dict = {"limit": 1000, "skipGeometry": "true"}
    while address:
        page = client.get(address, params=parameters).raise_for_status().json()
        found += [{"id": f["id"], **f["properties"]} for f in page["features"]]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        address, parameters = (following[0] if following else ""), None
    return found


def at(compound: dict, zoom: float) -> str:
    return f"at={compound['label_lat']},{compound['label_lon']},{zoom}"


def star(compound: dict) -> str:
    star = compound.get("effective_star")
    return "unrated" if star is None else str(star)


def test_the_whole_city_is_drawn_as_points_first(visit, compounds):
    window = visit()
    window.open()
    drawn = window.rendered("compounds-point")
    assert len(drawn) == len(compounds)
    assert {d["name"] for d in window.rendered("districts-fill")} >= {"兴庆区", "灵武市"}


def test_stars_on_the_map_are_those_of_the_api(visit, compounds):
    window = visit()
    window.open(at(compounds[0], 13))
    drawn = window.rendered(FILL)
    known = {compound["id"]: star(compound) for compound in compounds}
    assert len(drawn) > 5
    assert {d["id"]: star(d) for d in drawn} == {d["id"]: known[d["id"]] for d in drawn}


def test_a_compound_has_the_colour_of_its_star(visit, compounds):
    window = visit()
    page = window.open(f"{at(compounds[0], 14.5)}&hide=names")
    spots = page.evaluate(SPOTS)
    picture = _pixels(page, 0, 0, 1280, 720)
    assert len(spots) >= 4
    for key, x, y in spots:
        expected = _rgb(page.evaluate(STAR_COLOUR, key))
        pixel = picture.getpixel((round(x), round(y)))
        assert all(abs(a - b) < 40 for a, b in zip(pixel, expected, strict=True)), (key, pixel)


def test_the_legend_filters_the_map_without_new_tiles(visit, compounds):
    window = visit()
    page = window.open(at(compounds[0], 12))
    before = len([url for url in window.requests if "/tiles/" in url])
    shown = {star(d) for d in window.rendered(FILL)}
    assert before > 0
    assert {"3", "4"} <= shown
    page.locator("star-legend input[name='3']").uncheck()
    window.steady()
    assert {star(d) for d in window.rendered(FILL)} == shown - {"3"}
    assert len([url for url in window.requests if "/tiles/" in url]) == before
    assert "stars=5,4,2,1,0,unrated" in page.url


def test_a_count_of_the_legend_opens_the_list_behind_it(visit, compounds):
    window = visit()
    page = window.open()
    expected = sum(star(c) == "1" for c in compounds)
    count = page.get_by_role("button", name=f"在列表中查看一星小区，{expected:,} 个")
    count.click()
    rows = page.locator("results-table tbody tr")
    rows.first.wait_for()
    assert rows.count() == min(expected, 100)
    assert f"/ {expected:,}" in page.locator("results-table header").inner_text()
    assert set(rows.locator(".star").all_inner_texts()) == {"1\n一星"}


def test_the_district_selector_shows_that_district_alone(visit, compounds):
    window = visit()
    page = window.open()
    page.get_by_label("县（市）区", exact=True).select_option("640105")
    page.wait_for_function("() => location.hash.includes('district=640105')")
    window.steady()
    drawn = window.rendered("compounds-point", FILL)
    assert {d["district_code"] for d in drawn} == {"640105"}
    assert len(drawn) == sum(c["district_code"] == "640105" for c in compounds)


def test_chinese_names_are_drawn_from_the_readers_own_fonts(visit):
    window = visit()
    page = window.open()
    x, y = page.evaluate(
        """() => {
             const map = document.querySelector("atlas-map").map;
             const all = map.querySourceFeatures("districts", { sourceLayer: "districts_label" });
             const lingwu = all.find(({ properties }) => properties.code === "640181");
             const { x, y } = map.project(lingwu.geometry.coordinates);
             return [x, y];
           }"""
    )
    y += page.locator("atlas-map").bounding_box()["y"]
    area = (x - 24, y - 12, 48, 24)
    named = _pixels(page, *area)
    page.get_by_label("名称", exact=True).uncheck()
    window.steady()
    assert _dark(named) > _dark(_pixels(page, *area)) + 60
    assert page.evaluate(DISTINCT_GLYPHS) == 3


def test_areas_of_jurisdiction_are_drawn_on_demand(visit, served_city):
    window = visit()
    page = window.open("at=38.47,106.25,11")
    assert not [url for url in window.requests if "/jurisdictions/tiles" in url]
    page.get_by_label("管辖空白与重叠").check()
    window.steady()
    drawn = window.rendered("jurisdictions-fill")
    assert {one["problem"] for one in drawn} == {"area"}
    x, y = page.evaluate(OPEN_GROUND)
    page.mouse.click(x, y)
    note = page.locator("atlas-map .ground")
    expect(note).to_contain_text("单独划定的管辖范围")
    assert any(str(one["area_name"]) in note.inner_text() for one in drawn)
    page.get_by_role("button", name="关闭说明").click()
    expect(note).to_have_count(0)


def test_themes_recolour_the_map(visit):
    window = visit()
    page = window.open()
    corner = (1000, 70, 1, 1)
    light = _pixels(page, *corner).getpixel((0, 0))
    page.get_by_role("button", name="切换到深色").click()
    window.steady()
    dark = _pixels(page, *corner).getpixel((0, 0))
    assert min(light) > 200
    assert max(dark) < 60


# One spot for each star in clear view, beside the digit and inside the fill; 不达标 is hatched.
SPOTS = """() => {
  const host = document.querySelector("atlas-map");
  const { x: left, y: top } = host.getBoundingClientRect();
  const spots = new Map();
  const labels = host.map.querySourceFeatures("compounds", { sourceLayer: "compounds_label" });
  for (const label of labels) {
    const { x, y } = host.map.project(label.geometry.coordinates);
    const [dx, dy] = [x + 12, y + 10];
    const key = String(label.properties.effective_star ?? "unrated");
    const inside = host.map.queryRenderedFeatures([dx, dy], { layers: ["compounds-fill"] });
    const clear = dx > 380 && dx < 1200 && dy > 20 && dy < 600;
    if (clear && key !== "0" && inside.length === 1 && inside[0].id === label.id)
      spots.set(key, [key, dx + left, dy + top]);
  }
  return [...spots.values()];
}"""

# A spot inside an area of jurisdiction where no compound lies.
OPEN_GROUND = """() => {
  const host = document.querySelector("atlas-map");
  const { x: left, y: top } = host.getBoundingClientRect();
  for (let x = 400; x < 1200; x += 7)
    for (let y = 60; y < 600; y += 7) {
      const hit = (...layers) => host.map.queryRenderedFeatures([x, y], { layers }).length;
      if (hit("jurisdictions-fill") && !hit("compounds-fill", "compounds-point"))
        return [x + left, y + top];
    }
}"""

STAR_COLOUR = """(key) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--star-${key}`)"""

# Boxes for missing glyphs all look alike; real ones do not.
DISTINCT_GLYPHS = """() => new Set([..."灵武\\u{10fffe}"].map((glyph) => {
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  context.font = `48px ${getComputedStyle(document.body).fontFamily}`;
  context.fillText(glyph, 10, 60);
  return canvas.toDataURL();
})).size"""


def _pixels(page, x: float, y: float, width: float, height: float) -> Image.Image:
    clip = {"x": x, "y": y, "width": width, "height": height}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


def _dark(image: Image.Image) -> int:
    return sum(max(pixel) < 150 for pixel in image.get_flattened_data())


def _rgb(colour: str) -> tuple[int, ...]:
    match = re.fullmatch(r"\s*#(..)(..)(..)\s*", colour)
    assert match, colour
    return tuple(int(part, 16) for part in match.groups())
