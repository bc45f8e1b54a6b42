"""A reader finds a compound, by mouse, keyboard or link, in either language, on any screen."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def compound(client) -> dict:
    """A compound of the sample city that has everything a dossier shows."""
    parameters = {"limit": 1, "effective_star": "1", "skipGeometry": "true"}
    page = client.get("/collections/compounds/items", params=parameters).raise_for_status().json()
    feature = page["features"][0]
    return {"id": feature["id"], **feature["properties"]}


def view(compound: dict, zoom: float = 14) -> str:
    return f"at={compound['label_lat']:.5f},{compound['label_lon']:.5f},{zoom:.2f}"


def test_search_by_name_opens_the_dossier_and_stays_out_of_the_address(visit, compound):
    window = visit()
    page = window.open()
    page.keyboard.press("/")
    page.keyboard.insert_text(compound["name"])
    page.get_by_role("option").filter(has_text=compound["name"]).first.wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("compound-dossier h2")).to_have_text(compound["name"])
    window.steady()
    assert f"compound={compound['id']}" in page.url
    assert re.search(r"at=[\d.]+,[\d.]+,15", page.url)
    assert "%E" not in page.url


def test_the_dossier_says_what_the_api_says(visit, compound, client):
    facts = client.get(f"/compounds/{compound['id']}").json()
    page = visit().open(f"{view(compound)}&compound={compound['id']}")
    dossier = page.locator("compound-dossier")
    expect(dossier.locator("h2")).to_have_text(facts["name"])
    text = "\n".join(dossier.locator("header, .scroll").all_inner_texts())
    assert "一星" in text
    assert facts["place"]["district"]["name"] in text
    assert facts["service"][0]["company"]["name"] in text
    assert f"{facts['violations']['total']} 条" in text
    assert facts["agencies"][0]["hotline"] in text
    newest = facts["ratings"][0]
    assert f"{newest['scores']['sanitation']:.1f}" in text
    assert "（T5）" in text
    assert "示例数据" in text


def test_a_click_on_the_map_opens_the_compound_under_it(visit, compound):
    window = visit()
    page = window.open(view(compound, 16))
    box = page.locator("atlas-map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator("compound-dossier h2")).to_have_text(compound["name"])
    assert page.url.count("at=") == 1
    window.steady()


def test_the_keyboard_alone_leads_through_the_list_to_a_dossier_and_back(visit):
    window = visit()
    page = window.open("stars=1")
    page.keyboard.press("t")
    rows = page.locator("results-table tbody tr")
    expect(rows.nth(0).locator("button")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    third = rows.nth(2).locator("button")
    expect(third).to_be_focused()
    name = third.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator("compound-dossier h2")).to_have_text(name)
    expect(page.get_by_role("button", name="关闭档案")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("compound-dossier")).to_have_count(0)
    expect(third).to_be_focused()


def test_the_map_can_be_read_with_the_keyboard(visit, compound):
    window = visit()
    page = window.open(view(compound, 16))
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("ArrowRight")
    window.steady()
    expect(page.locator("atlas-map [aria-live]")).to_contain_text("画面内")
    page.keyboard.press("ArrowLeft")
    window.steady()
    page.keyboard.press("Enter")
    expect(page.locator("compound-dossier h2")).to_have_text(compound["name"])


def test_more_of_the_list_follows_on_demand(visit):
    page = visit().open("list=1")
    rows = page.locator("results-table tbody tr")
    expect(rows).to_have_count(100)
    page.get_by_role("button", name="再列 100 个").click()
    expect(rows).to_have_count(200)
    assert len(set(rows.all_inner_texts())) == 200
    expect(rows.nth(100).locator("button")).to_be_focused()


def test_a_link_opens_the_same_view_and_back_undoes_a_step(visit, compound):
    window = visit()
    page = window.open(view(compound))
    district = page.get_by_label("县（市）区", exact=True)
    before = "640105" if compound["district_code"] != "640105" else "640104"
    district.select_option(before)
    district.select_option(compound["district_code"])
    window.steady()
    page.locator("star-legend input[name='5']").uncheck()
    page.get_by_role("button", name="English").click()
    page.evaluate("(id) => { location.hash += `&compound=${id}` }", compound["id"])
    expect(page.locator("compound-dossier h2")).to_have_text(compound["name"])
    window.steady()

    other = visit()
    copy = other.open(page.url.split("#")[1])
    expect(copy.locator("compound-dossier h2")).to_have_text(compound["name"])
    assert copy.url == page.url
    assert copy.locator("html").get_attribute("lang") == "en"
    assert copy.locator("star-legend input[name='5']").is_checked() is False
    assert copy.get_by_label("District", exact=True).input_value() == compound["district_code"]
    assert {d["id"] for d in other.rendered("compounds-fill", "compounds-point")} == {
        d["id"] for d in window.rendered("compounds-fill", "compounds-point")
    }

    page.go_back()
    expect(page.locator("compound-dossier")).to_have_count(0)
    page.go_back()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.go_back()
    expect(page.locator("star-legend input[name='5']")).to_be_checked()
    page.go_back()
    expect(district).to_have_value(before)
    page.go_back()
    expect(district).to_have_value("")


def test_english_is_one_press_away(visit):
    page = visit().open("list=1")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Filters")).to_be_visible()
    district = page.locator("results-table tbody td:nth-child(4)").first
    expect(district).to_have_text(re.compile(r"^\s*[A-Z][a-z]+ (District|County|City)\s*$"))
    assert "lang=en" in page.url
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="筛选")).to_be_visible()


def test_an_empty_list_says_why_and_offers_a_way_out(visit):
    page = visit().open("list=1&stars=none")
    expect(page.locator("results-table")).to_contain_text("没有选中任何星级")
    page.locator("results-table").get_by_role("button", name="全部显示").click()
    expect(page.locator("results-table tbody tr").first).to_be_visible()


def test_shortcuts_can_be_switched_off(visit):
    page = visit().open()
    page.keyboard.press("Shift+Slash")
    page.get_by_role("checkbox", name="启用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("results-table tbody")).to_have_count(0)
    assert "list=1" not in page.url


def test_a_compound_that_is_gone_is_said_to_be(visit):
    window = visit()
    page = window.open("compound=999999999")
    expect(page.locator("compound-dossier")).to_contain_text("没有编号为 999999999 的小区")
    # The browser itself notes the 404 that this view is about.
    window.forgive(404)


def test_on_a_phone_panels_are_sheets_from_below(visit, compound):
    window = visit(width=390, height=800)
    page = window.open(f"{view(compound)}&compound={compound['id']}")
    expect(page.locator("compound-dossier h2")).to_have_text(compound["name"])
    sheet = page.locator("compound-dossier").bounding_box()
    assert sheet["x"] == 0
    assert sheet["width"] == 390
    assert sheet["y"] > 200
    assert abs(sheet["y"] + sheet["height"] - 800) < 1
    page.get_by_role("button", name="关闭档案").click()
    expect(page.locator("filter-panel")).to_be_hidden()
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("heading", name="筛选")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_api_can_be_read_and_tried(visit):
    window = visit()
    page = window.page
    page.goto(f"{window.url}/docs")
    page.get_by_role("link", name="health", exact=True).click()
    page.get_by_text("/readyz", exact=True).click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table td.response-col_description").last).to_contain_text(
        '"status": "ready"'
    )
