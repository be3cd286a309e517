"""Printed pages, kept while the data stay the same: a map of 3,782 communes takes seconds to draw."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

DEFAULT_ENTRIES = 24


class PrintShelf:
    """
    The last files asked for, by state of the data and question; safe to share between threads.

    Examples
    --------
    >>> shelf = PrintShelf(entries=1)
    >>> shelf.get("today", lambda: b"%PDF")
    b'%PDF'
    >>> shelf.get("today", lambda: b"not drawn again")
    b'%PDF'
    """

    def __init__(self, entries: int = DEFAULT_ENTRIES) -> None:
        self._entries = entries
        self._files: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], bytes]) -> bytes:
        """Give the file of a key, drawing it if it is not there; two callers may draw it at once."""
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        content = draw()
        with self._lock:
            self._files[key] = content
            while len(self._files) > self._entries:
                self._files.popitem(last=False)
        return content
