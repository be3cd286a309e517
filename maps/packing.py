"""How values travel in a page: JSON and columns of whole numbers, deflated, as letters safe in HTML."""

from __future__ import annotations

import zlib
from collections.abc import Mapping

import numpy as np
import orjson
from numpy.typing import NDArray

# Level 9 takes three times as long on twenty thousand presences, for less than 1 % fewer bytes.
_VALUES_LEVEL = 7

# Each column of a page has letters of its own: codes of short blocks fit them closer than zlib's usual ones.
_SHORT_BLOCKS = 6


def pack(content: bytes, level: int = 9) -> str:
    """
    Deflate bytes (zlib, RFC 1950) and write them in base 85: what the loader's `unpack` reads.

    Four bytes become five letters, a sixteenth less than base 64. The letters are those of ASCII from `#` to
    `x` without `<`, so that no packed text ever ends the element it stands in.

    Parameters
    ----------
    content
        What to pack.
    level
        Zlib's, 1 to 9.

    Examples
    --------
    >>> packed = pack(b"maillage")
    >>> len(packed), "<" in packed
    (20, False)
    """
    squeezer = zlib.compressobj(level, memLevel=_SHORT_BLOCKS)
    deflated = squeezer.compress(content) + squeezer.flush()
    padding = -len(deflated) % 4
    words = np.frombuffer(deflated + bytes(padding), dtype=">u4").astype(np.uint32)
    digits = np.empty((len(words), 5), dtype=np.uint8)
    for place in range(4, -1, -1):
        words, digits[:, place] = np.divmod(words, 85)
    letters = digits + ord("#")
    letters += letters >= ord("<")
    return letters.tobytes()[: letters.size - padding].decode("ascii")


def pack_values(values: Mapping[str, object]) -> str:
    """
    Pack values whose arrays of whole numbers travel as planes of bytes: a sixth less than as JSON.

    The JSON comes first; an array stands in it as `{"at", "count", "planes"}`: where its bytes start after
    the null byte that ends the JSON, how many numbers it has, and on how many bytes each is written. All low
    bytes come first, then all next ones, of numbers written as in `_fold`.

    Parameters
    ----------
    values
        What JSON can say, and NumPy arrays of whole numbers.

    Examples
    --------
    >>> packed = pack_values({"x": np.array([3, -1])})
    >>> len(packed) > 0
    True
    """
    planes = bytearray()

    def place(array: object) -> dict[str, int]:
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{type(array).__name__} does not travel in a page")
        folded = _fold(array)
        width = (int(folded.max(initial=0)).bit_length() + 7) // 8
        at = len(planes)
        for plane in range(width):
            planes.extend(((folded >> (8 * plane)) & 255).astype(np.uint8).tobytes())
        return {"at": at, "count": len(folded), "planes": width}

    head = orjson.dumps(values, default=place)
    return pack(head + b"\0" + bytes(planes), _VALUES_LEVEL)


def _fold(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Write 0, -1, 1, -2… as 0, 1, 2, 3…: small either way stays small."""
    return (numbers << 1) ^ (numbers >> 63)
