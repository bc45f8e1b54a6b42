"""How long the map takes to stand still, in Chromium with software rendering.

    .venv/bin/python bench/page.py http://127.0.0.1:8000 [--times 7]

Each time a new browser profile opens the page; the clock runs from the start of navigation to
MapLibre's first `idle` after its data (the mark `atlas:idle`). Prints the median and the range.
"""

import argparse
import statistics

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]
IDLE = "() => performance.getEntriesByName('atlas:idle')[0]?.startTime"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--fragment", default="", help="a view, as in the page's address")
    options = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        address = f"{options.url}/#{options.fragment}"
        times = [_idle(browser, address) for _ in range(options.times)]
        browser.close()
    low, middle, high = min(times), statistics.median(times), max(times)
    print(f"time to idle: median {middle:.0f} ms, {low:.0f} to {high:.0f} ms, {len(times)} loads")


def _idle(browser: Browser, address: str) -> float:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(IDLE, timeout=60_000)
    milliseconds: float = page.evaluate(IDLE)
    context.close()
    return milliseconds


if __name__ == "__main__":
    main()
