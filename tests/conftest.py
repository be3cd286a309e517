"""What every room's tests share: the browser, started once; and which files run in one process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser import start_chromium

# What an example takes says how busy the machine is, nothing else.
settings.register_profile("maillage", deadline=None)
settings.load_profile("maillage")

# These ask the same pair of registers, which takes twenty seconds to fill: one process fills one pair.
_ASK_THE_PAIR = tuple(
    f"tests/engines/test_{name}.py"
    for name in ("exact_order", "nearby", "quick_answers", "same_answers", "same_rest")
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object | None:
    """Give files to processes, as `--dist loadfile` does, those of the two engines' pair to the same one."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class PairTogether(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return _ASK_THE_PAIR[0] if file in _ASK_THE_PAIR else file

    return PairTogether(config, log)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the system's Chromium, or skip with the remedy where there is none."""
    with start_chromium() as browser:
        yield browser
