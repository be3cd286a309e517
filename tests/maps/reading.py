"""Reads a map page as its scripts do."""

from __future__ import annotations

import re
import zlib
from html.parser import HTMLParser
from typing import Any

import orjson


def read_values(page: str) -> dict[str, Any]:
    """Unpack what a page's scripts draw."""
    found = re.search(r'class="mm-data">([^<]*)<', page)
    assert found is not None
    values: dict[str, Any] = read_packed(found[1])
    return values


def read_packed(text: str) -> Any:  # noqa: ANN401  what was packed
    """Undo `maps.packing.pack_values`."""
    head, _, tail = unpack(text).partition(b"\0")
    return _fill(orjson.loads(head), tail)


def _fill(value: Any, tail: bytes) -> Any:  # noqa: ANN401  any JSON
    if isinstance(value, list):
        return [_fill(item, tail) for item in value]
    if not isinstance(value, dict):
        return value
    if "planes" not in value:
        return {key: _fill(item, tail) for key, item in value.items()}
    at, count = value["at"], value["count"]
    folded = [
        sum(tail[at + plane * count + row] << (8 * plane) for plane in range(value["planes"]))
        for row in range(count)
    ]
    return [(number >> 1) ^ -(number & 1) for number in folded]


def read_layer(page: str, type_: str) -> dict[str, Any]:
    """Read one layer of a page."""
    [layer] = [layer for layer in read_values(page)["layers"] if layer["type"] == type_]
    return dict(layer)


def unpack(text: str) -> bytes:
    """Undo `maps.packing.pack`, a letter at a time."""
    padding = -len(text) % 5
    digits = [ord(letter) - (36 if letter > "<" else 35) for letter in text + "x" * padding]
    words = [sum(digits[at + i] * 85 ** (4 - i) for i in range(5)) for at in range(0, len(digits), 5)]
    deflated = b"".join(word.to_bytes(4, "big") for word in words)
    return zlib.decompress(deflated[: len(deflated) - padding])


class PageReader(HTMLParser):
    """Collects a page's tags with their attributes, and the words a reader sees."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._words: list[str] = []
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._silent += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.append(data)

    @property
    def text(self) -> str:
        """Give the words, no-break spaces made plain, one space between them."""
        return " ".join("".join(self._words).replace("\u00a0", " ").replace("\u202f", " ").split())

    def find(self, tag: str) -> list[dict[str, str | None]]:
        """List the attributes of every tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]
