"""What every room's tests share: the browser, started once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import start_chromium


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium, or skip with the remedy where there is none."""
    with start_chromium() as browser:
        yield browser
