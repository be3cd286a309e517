"""What a reader waits for: the first marker, what is carried, how long the browser is busy, in Chromium.

Each page is opened with an empty cache at the size of a phone, on a server of one process on 127.0.0.1. Run:
`python -m scripts.bench.pages [--presences 5000 1000000] [--pages /carte]`. Every wait is bounded, the
server is stopped at the end whatever happens.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from geo.french import write_number
from scripts.bench.http_near import fill_register, serve_register

SIZES = (5_000, 20_000)
ROUNDS = 3
PAGES = ("/carte", "/embed/carte", "/proche?q=Lille&reach=10000", "/presences/1", "/rencontres")
_WAIT_MS = 30_000
# The first question about a million presences has them all counted.
_FIRST_WAIT_MS = 240_000
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

_MARKS = ".mm-count, .mm-tiled-count, .mm-result, .mm-plan, .mm-origin"
# These fill the window by themselves; the others hold their map in a frame.
_WHOLE_MAPS = ("/carte/plan", "/embed/carte")

# Runs in every frame before its own scripts: notes long tasks, and the first thing drawn that is data.
_WATCH = f"""
window.busyMs = 0;
new PerformanceObserver((list) => {{
  for (const task of list.getEntries()) window.busyMs += task.duration;
}}).observe({{ type: "longtask", buffered: true }});
const look = () => {{
  if (document.querySelector("{_MARKS}")) window.markedAt = performance.timeOrigin + performance.now();
  else requestAnimationFrame(look);
}};
requestAnimationFrame(look);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMeasure:
    """How one page came: milliseconds from the click, and compressed kilobytes of all that it asked for."""

    page: str
    presences: int
    html_ms: float
    marker_ms: float
    busy_ms: float
    kilobytes: float


def measure_page(
    browser: Browser, site: str, page: str, presences: int, *, wait_ms: int = _WAIT_MS
) -> PageMeasure:
    """
    Open a page once with an empty cache, and measure it until its map shows its first mark.

    What the site's worker keeps afterwards for the days without network is not the page's weight.
    """
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="fr-FR", service_workers="block"
    )
    context.set_default_timeout(wait_ms)
    context.add_init_script(_WATCH)
    sizes: list[int] = []
    opened = context.new_page()
    opened.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    try:
        opened.goto(f"{site}{page}", wait_until="load")
        start, html = opened.evaluate(
            "() => [performance.timeOrigin, performance.getEntriesByType('navigation')[0].responseEnd]"
        )
        frame = opened.main_frame
        if not page.startswith(_WHOLE_MAPS):
            # A map below the first screen is only fetched when it is scrolled to.
            opened.evaluate("document.querySelector('.map iframe').scrollIntoView()")
            opened.frame_locator(".map iframe").locator(_MARKS).first.wait_for(state="attached")
            frame = next(each for each in opened.frames if "cadre=1" in each.url)
        frame.wait_for_function("() => window.markedAt")
        marked = float(frame.evaluate("() => window.markedAt"))
        opened.wait_for_load_state("networkidle")
        busy = sum(float(each.evaluate("() => window.busyMs || 0")) for each in opened.frames)
        return PageMeasure(
            page=page,
            presences=presences,
            html_ms=float(html),
            marker_ms=marked - float(start),
            busy_ms=busy,
            kilobytes=sum(sizes) / 1_000,
        )
    finally:
        context.close()


def measure_pages(count: int, pages: Sequence[str] = PAGES) -> list[PageMeasure]:
    """Measure pages on a register of `count` presences: the median of some openings."""
    measures = []
    with tempfile.TemporaryDirectory() as folder:
        fill_register(Path(folder), count)
        measures += _measure_served(Path(folder), count, pages)
    return measures


def _measure_served(home: Path, count: int, pages: Sequence[str]) -> list[PageMeasure]:
    measures = []
    with serve_register(home) as port:
        site = f"http://127.0.0.1:{port}"
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
            try:
                for page in pages:
                    # The first opening draws the map, which the server then keeps.
                    measure_page(browser, site, page, count, wait_ms=_FIRST_WAIT_MS)
                    rounds = [measure_page(browser, site, page, count) for _ in range(ROUNDS)]
                    measures.append(_take_median(rounds))
            finally:
                browser.close()
    return measures


def _take_median(rounds: list[PageMeasure]) -> PageMeasure:
    first = rounds[0]
    return PageMeasure(
        page=first.page,
        presences=first.presences,
        html_ms=statistics.median(each.html_ms for each in rounds),
        marker_ms=statistics.median(each.marker_ms for each in rounds),
        busy_ms=statistics.median(each.busy_ms for each in rounds),
        kilobytes=statistics.median(each.kilobytes for each in rounds),
    )


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presences", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--pages", nargs="+", default=list(PAGES))
    asked = parser.parse_args()
    print("| presences | page | HTML, ms | first marker, ms | busy, ms | kB compressed |")
    print("|--:|---|--:|--:|--:|--:|")
    for count in asked.presences:
        for each in measure_pages(count, asked.pages):
            figures = (each.html_ms, each.marker_ms, each.busy_ms, each.kilobytes)
            cells = " | ".join(write_number(figure) for figure in figures)
            print(f"| {write_number(count)} | `{each.page}` | {cells} |", flush=True)


if __name__ == "__main__":
    main()
