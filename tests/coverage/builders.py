"""What the tests of coverage open and read."""

from __future__ import annotations

from pathlib import Path

from data.opening import open_register
from data.session import Register
from data.settings import DatabaseSettings

LISTS = Path(__file__).parents[3] / "shared" / "data"


def open_in(folder: Path) -> Register:
    """Open a register in a folder, without a word from the environment."""
    return open_register(DatabaseSettings(home=folder, database_url=None))
