"""Who may be kept out of a page: axe-core's rules, contrast, what a small or enlarged screen cuts off."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser import DESKTOP, PHONE

# Text contrast at 7:1 (WCAG 1.4.6) besides the 4.5:1 that axe-core asks by itself. The maps in frames are
# looked at by themselves: axe-core would wait for an answer from each of them.
_EVERYTHING: dict[str, Any] = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}},
    "iframes": False,
}
_CONTRAST = _EVERYTHING | {"runOnly": ["color-contrast", "color-contrast-enhanced"]}

_FIND_VIOLATIONS = """async (options) => (await axe.run(document, options)).violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ` + nodes.map(({ html }) => html.slice(0, 160)).join(" | "))"""

ENLARGED = {"width": 640, "height": 400}
"""A screen of 1280 at 200 % (WCAG 1.4.4)."""

REFLOWED = {"width": 320, "height": 400}
"""A screen of 1280 at 400 % (WCAG 1.4.10)."""


@cache
def _read_axe() -> str:
    found = importlib.util.find_spec("axe_playwright_python")
    assert found is not None
    assert found.origin is not None
    return next(Path(found.origin).parent.rglob("axe.min.js")).read_text(encoding="utf-8")


def check_access(page: Page, *, only_contrast: bool = False) -> None:
    """Let axe-core look for what keeps people out."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(f"{_read_axe()};0")
    found = page.evaluate(_FIND_VIOLATIONS, _CONTRAST if only_contrast else _EVERYTHING)
    assert found == [], f"{page.url}\n" + "\n".join(found)


def check_fits(page: Page) -> None:
    """Check that nothing stands outside the page on a phone, a desktop, a screen enlarged 2 and 4 times."""
    first = page.viewport_size
    for size in (DESKTOP, ENLARGED, REFLOWED, PHONE):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (page.url, size)
    if first is not None:
        page.set_viewport_size(first)
