"""Drawn maps, kept while the data stay the same: drawing costs a hundred times more than sending."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

from api.security import write_map_policy


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A map page as bytes, and what it is allowed to load and run."""

    body: bytes
    policy: str


class MapShelf:
    """
    The last maps asked for, by state of the data and question; safe to share between threads.

    Examples
    --------
    >>> shelf = MapShelf(entries=1)
    >>> shelf.get("today", lambda: "<p>carte</p>").body
    b'<p>carte</p>'
    >>> shelf.get("today", lambda: "not drawn again").body
    b'<p>carte</p>'
    """

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._maps: OrderedDict[Hashable, DrawnMap] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, draw: Callable[[], str]) -> DrawnMap:
        """Give the map of a key, drawing it if it is not there; two callers may draw it at once."""
        with self._lock:
            if key in self._maps:
                self._maps.move_to_end(key)
                return self._maps[key]
        html = draw()
        drawn = DrawnMap(html.encode(), write_map_policy(html))
        with self._lock:
            self._maps[key] = drawn
            while len(self._maps) > self._entries:
                self._maps.popitem(last=False)
        return drawn
