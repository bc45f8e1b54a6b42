"""What follows for a compound, and why, can be read on the page, for any day."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from geo.dates import today

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def reduced(served_city) -> int:
    """A compound that lost its stars to the ladder, served by a company."""
    with served_city.engine.connect() as connection:
        return int(
            connection.execute(
                text("""
                    SELECT compound_id FROM oversight.status
                    WHERE upper_inf(valid) AND rung = 3 AND rated_star > effective_star
                      AND exit_case AND company_id IS NOT NULL
                    ORDER BY 1 LIMIT 1
                """)
            ).scalar_one()
        )


@pytest.fixture(scope="module")
def status(client, reduced) -> dict:
    """What the API says of it."""
    return client.get(f"/compounds/{reduced}/status").raise_for_status().json()


def test_the_dossier_begins_with_the_status_and_its_reasons(visit, reduced, status):
    page = visit().open(f"compound={reduced}")
    first = page.locator("compound-dossier section").first
    expect(first.locator("h3")).to_contain_text("状态与依据")
    expect(first.locator("[aria-current='step']")).to_contain_text("3")
    reason = next(one for one in status["reasons"] if one["code"] == "rung_reached")
    expect(first).to_contain_text(f"{reason['brief']['zh']}（T3）")
    expect(page.locator("compound-dossier header")).to_contain_text("不达标")
    for gap in status["gaps"]:
        expect(first).to_contain_text(gap["zh"])


def test_the_readings_behind_a_reason_are_one_press_away(visit, reduced, status):
    page = visit().open(f"compound={reduced}")
    basis = page.locator("compound-dossier details.reading").first
    settings = basis.locator("code")
    expect(settings.first).to_be_hidden()
    basis.get_by_text("依据").click()
    expect(settings.first).to_have_text("ladder.count = distinct")
    expect(basis).to_contain_text("按不同的“条”计")
    reason = next(one for one in status["reasons"] if one["code"] == "rung_reached")
    expect(settings).to_have_count(len(reason["settings"]))


def test_an_earlier_day_shows_what_held_then(visit, reduced, client):
    day = (today() - timedelta(days=700)).isoformat()
    then = client.get(f"/compounds/{reduced}/status", params={"as_of": day}).json()
    page = visit().open(f"compound={reduced}")
    page.locator("compound-dossier input[type=date]").fill(day)
    page.locator("compound-dossier input[type=date]").blur()
    step = page.locator("compound-dossier section").first.locator("[aria-current='step'] b")
    expect(step).to_have_text(str(then["rung"]))
    assert f"day={day}" in page.url


def test_a_company_opens_from_the_dossier_with_the_entry_check(visit, reduced, status):
    page = visit().open(f"compound={reduced}")
    name = status["company"]["name"]
    page.locator("compound-dossier").get_by_role("button", name=name).first.click()
    panel = page.locator("company-panel")
    expect(panel.locator("h2")).to_have_text(name)
    expect(panel).to_contain_text("可否承接本小区（T6）")
    expect(panel).to_contain_text("在管小区")
    page.wait_for_function("() => document.activeElement.localName === 'company-panel'")
    page.keyboard.press("Escape")
    expect(page.locator("company-panel")).to_have_count(0)
    expect(page.locator("compound-dossier h2")).to_have_text(status["compound"]["name"])
    page.wait_for_function("() => document.activeElement.localName === 'compound-dossier'")


def test_key_targets_alone_can_be_shown(visit, client):
    parameters = {"by": "key_target", "key_target": "true"}
    count = client.get("/collections/compounds/counts", params=parameters).json()["total"]
    window = visit()
    page = window.open()
    page.get_by_label("只看重点整治对象").check()
    window.steady()
    drawn = window.rendered("compounds-point")
    assert len(drawn) == count
    assert all(one["key_target"] for one in drawn)
    assert "only=key_target" in page.url
    expect(page.locator("filter-panel .total")).to_contain_text(f"{count:,} 个小区")


def test_the_timeline_tells_what_happened(visit, reduced, client):
    newest = client.get(f"/compounds/{reduced}/timeline").json()["events"][0]
    page = visit().open(f"compound={reduced}")
    page.locator("compound-dossier").get_by_text("从新到旧").click()
    first = page.locator("compound-dossier .timeline li").first
    expect(first).to_contain_text(newest["on"])
    expect(first).to_contain_text(newest["what"]["zh"])
