"""The map draws any day since the first ratings, and asks for nothing while the slider moves."""

from collections import Counter
from datetime import date, timedelta

import httpx
import pytest
from playwright.sync_api import Page, expect

from geo.dates import today
from tests.e2e.conftest import Visit

pytestmark = pytest.mark.e2e

POINTS = "compounds-point"
SLIDER = "day-bar input[type=range]"
DRAWN = "day => document.querySelector('atlas-map').drawnDay === day"


def stars(client: httpx.Client, day: str) -> dict[int, int | None]:
    """The effective star of every compound on a day, as the API lists them."""
    found: dict[int, int | None] = {}
    address = "/collections/compounds/items"
    query: dict[str, str] | None = {"limit": "1000", "skipGeometry": "true", "as_of": day}
    while address:
        page = client.get(address, params=query).raise_for_status().json()
        found |= {one["id"]: one["properties"]["effective_star"] for one in page["features"]}
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")
        query = None
    return found


def drawn(window: Visit) -> dict[object, object]:
    """The effective star of every compound on the map."""
    return {one["id"]: one.get("effective_star") for one in window.rendered(POINTS)}


def open_days(page: Page) -> None:
    page.get_by_role("button", name="选择日期").click()
    page.locator(SLIDER).wait_for()


def slide(window: Visit, day: date) -> None:
    """Move the slider with the mouse held down, and leave it there."""
    box = window.page.locator(SLIDER).bounding_box()
    assert box
    first, last = (
        int(window.page.locator(SLIDER).get_attribute(end) or "") for end in ("min", "max")
    )
    # The middle of the knob, which is 16 pixels wide, is never nearer to an end than its half.
    part = ((day - date(1970, 1, 1)).days - first) / (last - first)
    y = box["y"] + box["height"] / 2
    window.page.mouse.move(box["x"] + box["width"] - 8, y)
    window.page.mouse.down()
    for step in range(1, 9):
        to = 1 + (part - 1) * step / 8
        window.page.mouse.move(box["x"] + 8 + (box["width"] - 16) * to, y)
    window.steady()


def asked(window: Visit, *kinds: str) -> list[str]:
    return [url for url in window.requests if any(kind in url for kind in kinds)]


def test_the_slider_shows_another_day_and_asks_nothing_while_it_moves(visit, client):
    window = visit()
    page = window.open()
    open_days(page)
    # A page asks for its icon when its address changes.
    before = [url for url in window.requests if "icon" not in url]
    slide(window, today() - timedelta(days=500))
    assert [url for url in window.requests if "icon" not in url] == before
    passed = page.evaluate("document.querySelector('atlas-map').drawnDay")
    then = stars(client, passed)
    assert then != stars(client, today().isoformat())
    assert drawn(window) == then
    page.mouse.up()
    page.wait_for_function("day => location.hash.includes('day=' + day)", arg=passed)
    window.steady()
    assert drawn(window) == then
    assert asked(window, "/tiles/", "/columns") == [
        url for url in before if "/tiles/" in url or "/columns" in url
    ]


def test_the_legend_counts_along_with_the_slider(visit, client):
    window = visit()
    page = window.open()
    open_days(page)
    slide(window, today() - timedelta(days=400))
    passed = page.evaluate("document.querySelector('atlas-map').drawnDay")
    numbers = Counter(stars(client, passed).values())
    for star, word in ((5, "五星"), (1, "一星"), (None, "未评定")):
        label = f"在列表中查看{word}小区，{numbers[star]:,} 个"
        expect(page.get_by_role("button", name=label)).to_be_visible()
    page.mouse.up()


def test_the_slider_works_with_the_keyboard(visit, client):
    window = visit()
    page = window.open()
    page.locator("body").press("d")
    expect(page.locator(SLIDER)).to_be_focused()
    page.keyboard.press("Home")
    first = page.locator("day-bar .ends span").first.inner_text()[:10]
    page.wait_for_function("day => location.hash.includes('day=' + day)", arg=first)
    expect(page.locator(SLIDER)).to_have_attribute("aria-valuetext", first)
    window.steady()
    assert drawn(window) == stars(client, first)
    page.get_by_role("button", name="今天", exact=True).click()
    window.steady()
    assert "day=" not in page.url
    assert drawn(window) == stars(client, today().isoformat())


def test_a_link_shows_map_and_list_of_its_day(visit, client):
    day = (today() - timedelta(days=600)).isoformat()
    window = visit()
    page = window.open(f"day={day}&list=1&stars=1")
    then = stars(client, day)
    ones = {number for number, star in then.items() if star == 1}
    assert set(drawn(window)) == ones
    expect(page.locator("results-table header")).to_contain_text(f"/ {len(ones):,}")
    parameters = {"as_of": day, "effective_star": "1", "limit": "100"}
    rows = client.get("/collections/compounds/items", params=parameters).json()["features"]
    expect(page.locator("results-table tbody button")).to_have_text(
        [row["properties"]["name"] for row in rows]
    )
    page.get_by_role("button", name="回到今天并关闭").click()
    page.wait_for_function(DRAWN, arg=None)
    window.steady()
    assert len(drawn(window)) == sum(s == 1 for s in stars(client, today().isoformat()).values())
    expect(page.locator("day-bar")).to_have_count(0)


def test_filters_ask_for_no_tile_and_no_column(visit):
    window = visit()
    page = window.open()
    before = asked(window, "/tiles/", "/columns")
    assert before
    whole = drawn(window)
    page.locator("star-legend input[name='3']").uncheck()
    window.steady()
    assert set(drawn(window)) == {number for number, star in whole.items() if star != 3}
    page.get_by_label("只看重点整治对象").check()
    window.steady()
    assert 0 < len(drawn(window)) < len(whole)
    page.get_by_role("button", name="清除筛选").click()
    window.steady()
    assert drawn(window) == whole
    assert asked(window, "/tiles/", "/columns") == before


def test_shapes_are_asked_for_without_cookies(visit):
    window = visit()
    sent = []
    window.page.on("request", lambda request: sent.append((request.url, request.all_headers())))
    window.open()
    tiles = [headers for url, headers in sent if "/collections/compounds/tiles/" in url]
    columns = [headers for url, headers in sent if "/collections/compounds/columns" in url]
    assert tiles
    assert not any("cookie" in headers for headers in tiles)
    assert columns
    assert all("cookie" in headers for headers in columns)


def test_the_public_sees_other_days_too_but_no_standings(visit, client):
    window = visit(part=None)
    page = window.open()
    open_days(page)
    slide(window, today() - timedelta(days=300))
    passed = page.evaluate("document.querySelector('atlas-map').drawnDay")
    page.mouse.up()
    assert drawn(window) == stars(client, passed)
    assert not any("key_target" in one for one in window.rendered(POINTS))
    assert not asked(window, "key_target")


def test_what_cannot_be_read_is_said_and_asked_for_again_when_the_map_moves(visit):
    window = visit()
    page = window.page
    page.route("**/compounds/columns?*", lambda route: route.fulfill(status=503))
    page.goto(window.url)
    expect(page.get_by_text("部分地图数据未能读取")).to_be_visible()
    page.unroute("**/compounds/columns?*")
    page.evaluate("document.querySelector('atlas-map').map.panBy([40, 0])")
    window.steady()
    assert drawn(window)
    window.forgive(503)
    window.errors[:] = [error for error in window.errors if not error.startswith("atlas: map")]


def test_a_compound_says_how_it_was_rated_on_the_day(visit, client):
    day = (today() - timedelta(days=200)).isoformat()
    parameters = {"as_of": day, "limit": "1000", "skipGeometry": "true", "effective_star": "2"}
    page_of = client.get("/collections/compounds/items", params=parameters).json()["features"]
    reduced = next(one for one in page_of if one["properties"]["rated_star"] == 3)
    at = reduced["properties"]
    window = visit()
    page = window.open(f"day={day}&at={at['label_lat']},{at['label_lon']},16&hide=names")
    box = page.locator("atlas-map").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2)
    expect(page.locator("atlas-map .tip b")).to_have_text(at["name"])
    expect(page.locator("atlas-map .tip")).to_contain_text("二星（评定三星）")
