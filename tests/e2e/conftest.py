"""A real Chromium on the real page, watched for errors, policy violations and foreign requests."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from access import demo
from tests.people import client_of, token_of
from tests.support import Service, new_database, served

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# The page cannot tell Playwright of a violation in its own words: the policy forbids inline script
# only to the page, not to the debugger that runs this.
WATCH_POLICY = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""

STEADY = """() => {
  const map = document.querySelector("atlas-map")?.map;
  return performance.getEntriesByName("atlas:idle").length > 0
    && map.loaded() && map.areTilesLoaded() && !map.isMoving();
}"""


@dataclass
class Visit:
    """One reader's browser window on the page."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, fragment: str = "") -> Page:
        """Open a view and wait until its map stands still."""
        self.page.goto(f"{self.url}/#{fragment}")
        self.steady()
        return self.page

    def steady(self) -> None:
        """Wait until the map has drawn what the state asks for."""
        self.page.wait_for_function(STEADY, timeout=90_000)
        self.page.evaluate(
            """() => new Promise((done) => {
                 const map = document.querySelector("atlas-map").map;
                 map.once("idle", done);
                 map.triggerRepaint();
               })"""
        )

    def rendered(self, *layers: str) -> list[dict[str, object]]:
        """The features drawn in the view: id and properties, each once."""
        found: list[dict[str, object]] = self.page.evaluate(
            """(layers) => {
                 const map = document.querySelector("atlas-map").map;
                 const seen = new Map();
                 for (const { id, properties } of map.queryRenderedFeatures({ layers }))
                   seen.set(id, { id, ...properties });
                 return [...seen.values()];
               }""",
            list(layers),
        )
        return found

    def forgive(self, status: int) -> None:
        """Pass over what the browser itself notes of answers with this status, met on purpose."""
        self.errors[:] = [error for error in self.errors if str(status) not in error]

    def foreign(self) -> list[str]:
        """Requests that went to another host."""
        own = urlsplit(self.url).netloc
        return [url for url in self.requests if urlsplit(url).netloc != own]


NewVisit = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, drawing in software.

    It draws as long as it lives, and its loop runs in this thread: so it ends with the file.
    """
    program = shutil.which("chromium")
    assert program, "chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def served_city(server: str, city_template: str) -> Iterator[Service]:
    """The real service over a sample city of its own, in which the demonstration is on."""
    with new_database(server, city_template) as made:
        with made.begin() as connection:
            demo.start(connection)
        with served(made) as service:
            yield service


@pytest.fixture(scope="module")
def client(served_city: Service) -> Iterator[httpx.Client]:
    """A client of that service that sees all (administrator)."""
    with client_of(served_city.url, token_of(served_city.engine, "administrator")) as made:
        yield made


@pytest.fixture(scope="module")
def any_compound(client) -> int:
    """The id of a compound of the sample city."""
    parameters = {"limit": 1, "skipGeometry": "true"}
    answer = client.get("/collections/compounds/items", params=parameters)
    return int(answer.raise_for_status().json()["features"][0]["id"])


@pytest.fixture(scope="module")
def context(browser: Browser) -> BrowserContext:
    """One profile for the whole file, so that scripts are fetched and compiled once."""
    made = browser.new_context(locale="zh-CN", reduced_motion="reduce")
    made.add_init_script(WATCH_POLICY)
    # Chromium draws in software beside the other test process.
    made.set_default_timeout(90_000)
    return made


@pytest.fixture
def visit(context: BrowserContext, served_city) -> Iterator[NewVisit]:
    """Opens windows; when the test ends none may have met an error or asked another host.

    Whoever opens one plays ``part`` of the demonstration; None is nobody, who comes the first time.
    """
    visits: list[Visit] = []

    def new(*, width: int = 1280, height: int = 720, part: str | None = "demo-planner") -> Visit:
        context.clear_cookies()
        if part is not None:
            play(context, served_city.url, part)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        made = Visit(page, served_city.url)
        visits.append(made)
        page.on("console", lambda message: _note(made, message))
        page.on("pageerror", lambda error: made.errors.append(str(error)))
        page.on("request", lambda request: made.requests.append(request.url))
        return made

    yield new
    violations = [item for made in visits for item in made.page.evaluate("window.__violations")]
    for made in visits:
        made.page.evaluate("localStorage.clear()")
        made.page.close()
    assert violations == []
    assert [error for made in visits for error in made.errors] == []
    assert [url for made in visits for url in made.foreign()] == []


def play(context: BrowserContext, url: str, part: str) -> None:
    """Play a part of the demonstration in every window of the context, from the next load on."""
    answer = context.request.post(
        f"{url}/session/demo", data={"part": part}, headers={"Origin": url}
    )
    assert answer.ok, answer.text()


def _note(made: Visit, message: ConsoleMessage) -> None:
    # Headless Chromium warns of slow pixel reads in software; no reader's browser does.
    harmless = "GPU stall due to ReadPixels" in message.text
    if message.type in {"error", "warning"} and not harmless:
        made.errors.append(message.text)
