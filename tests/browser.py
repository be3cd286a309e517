"""The system's Chromium for tests: pages are watched, and nothing of theirs may leave this machine.

Playwright drives the browser that the system's packages install; its own browser is never downloaded.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, ViewportSize, sync_playwright
from playwright.sync_api import Error as PlaywrightError

PHONE = ViewportSize(width=360, height=740)
DESKTOP = ViewportSize(width=1280, height=800)
SIZES = {"phone": PHONE, "desktop": DESKTOP}

# Screenshots to look at; the folder is not tracked.
ARTEFACTS = Path(__file__).resolve().parents[1] / "test-artefacts"

REMEDY = (
    "Chromium est introuvable. Pour l'installer : "
    "sudo apt-get update && sudo apt-get install --yes --no-install-recommends chromium"
)

# Without these, Chromium looks for its own services at every start and never finds them.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_NOT_CAPTURED = "Unable to capture screenshot"

# What Playwright itself writes when a page would like its worker.
_WORKER_KEPT_OUT = "Service Worker registration blocked by Playwright"


@dataclass
class WatchedPage:
    """A page, and all that it asked for or complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note_request)
        self.page.on("requestfailed", self._note_failure)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note_message)
        self.page.on("dialog", self._note_dialog)

    def _note_failure(self, request: Request) -> None:
        # A reader who leaves before the icon has come aborts it: nothing failed.
        if request.failure != "net::ERR_ABORTED":
            self.failed.append(request.url)

    def _note_request(self, request: Request) -> None:
        self.asked.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and message.text != _WORKER_KEPT_OUT:
            self.complaints.append(message.text)

    def _note_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    @property
    def foreign(self) -> list[str]:
        """List what was asked of anybody but this machine."""
        return [
            url
            for url in self.asked
            if urlsplit(url).scheme not in {"file", "data", "blob", "about"}
            and urlsplit(url).hostname not in {"127.0.0.1", "localhost", "testserver"}
        ]

    def check_quiet(self) -> None:
        """Check that nothing was asked of others, nothing failed, nothing complained."""
        assert self.foreign == []
        assert self.failed == []
        assert self.complaints == []
        assert self.dialogs == []

    def picture(self, name: str, *, full_page: bool = False) -> None:
        """
        Keep a screenshot among the artefacts.

        On a busy machine Chromium may say once that it cannot: it is asked again, for a picture is something
        to look at, not what a test proves.
        """
        ARTEFACTS.mkdir(exist_ok=True)
        path = ARTEFACTS / f"{name}.png"
        try:
            self.page.screenshot(path=path, full_page=full_page)
        except PlaywrightError as error:
            if _NOT_CAPTURED not in error.message:
                raise
            self.page.wait_for_timeout(1_000)
            self.page.screenshot(path=path, full_page=full_page)


def find_chromium() -> str | None:
    """Find the system's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def start_chromium() -> Iterator[Browser]:
    """Start the system's Chromium; skip the test, with the remedy, where there is none."""
    path = find_chromium()
    if path is None:
        pytest.skip(REMEDY)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watch_page(
    browser: Browser,
    *,
    size: ViewportSize = DESKTOP,
    offline: bool = True,
    has_scripts: bool = True,
    has_worker: bool = False,
) -> Iterator[WatchedPage]:
    """Open an empty page in a context of its own; the site's worker stays out unless it is asked for."""
    context = browser.new_context(
        viewport=size,
        offline=offline,
        java_script_enabled=has_scripts,
        has_touch=size == PHONE,
        locale="fr-FR",
        reduced_motion="reduce",
        service_workers="allow" if has_worker else "block",
    )
    context.set_default_timeout(15_000)
    try:
        yield WatchedPage(context.new_page())
    finally:
        context.close()
