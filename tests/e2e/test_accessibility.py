"""axe-core finds nothing serious in any state of the page, in either theme."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"

RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [id, ...nodes.map(({ target }) => String(target))].join(" | "));
}"""


@pytest.mark.parametrize(
    ("width", "fragment"),
    [
        (1280, "compound={id}&list=1"),
        (1280, "compound={id}&company=1"),
        (390, "compound={id}"),
        (390, "list=1&lang=en"),
    ],
    ids=["desk", "company", "phone, dossier", "phone, list"],
)
def test_nothing_serious_in_either_theme(visit, any_compound, width, fragment):
    page = visit(width=width).open(fragment.format(id=any_compound))
    page.locator("compound-dossier h3, company-panel h3, results-table tbody tr").first.wait_for()
    # The debugger is not bound by the page's policy, so axe needs no exception to it.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    light = page.evaluate(RUN)
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert light + page.evaluate(RUN) == []
