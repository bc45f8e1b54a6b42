"""axe-core finds nothing serious in any state of the page, in either theme."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, ...nodes.map(({ target }) => String(target))].join(" | "));
}"""


@pytest.mark.parametrize(
    ("part", "width", "fragment"),
    [
        ("demo-planner", 1280, "compound={id}&list=1"),
        ("demo-planner", 1280, "compound={id}&company=1"),
        ("demo-planner", 390, "compound={id}"),
        ("demo-planner", 390, "list=1&lang=en"),
        (None, 1280, "compound={id}&list=1"),
        (None, 390, "list=1"),
    ],
    ids=["desk", "company", "phone, dossier", "phone, list", "public, desk", "public, phone"],
)
def test_nothing_serious_in_either_theme(visit, any_compound, part, width, fragment):
    page = visit(width=width, part=part).open(fragment.format(id=any_compound))
    page.locator("compound-dossier h3, company-panel h3, results-table tbody tr").first.wait_for()
    assert _serious(page) == []


@pytest.mark.parametrize(
    ("part", "width", "opened"),
    [
        ("demo-district", 1280, "account-menu .toggle"),
        ("demo-district", 390, "demo-parts .toggle"),
        (None, 1280, "account-menu .sign-in"),
        (None, 1280, "top-bar .day"),
        ("demo-planner", 390, "top-bar .day"),
    ],
    ids=["account", "parts", "sign-in", "days", "phone, days"],
)
def test_nothing_serious_in_menus_and_dialogs(visit, part, width, opened):
    page = visit(width=width, part=part).open()
    page.locator(opened).click()
    assert _serious(page) == []


def _serious(page: Page) -> list[str]:
    """What axe finds serious, in the light and in the dark theme."""
    # The debugger is not bound by the page's policy, so axe needs no exception to it.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    light = page.evaluate(RUN)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    found: list[str] = light + page.evaluate(RUN)
    return found
