"""Python's search for cycles, left out of the way of what makes millions of small objects."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_cycle_search() -> Iterator[None]:
    """
    Leave Python's search for cycles out of the way of the block.

    An import makes millions of small objects that all live to its end; looking through them again and again
    took a quarter of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
