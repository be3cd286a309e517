"""What the builder and the reader of an index agree on."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MICRODEGREES: Final = 1_000_000
"""Points are kept as whole millionths of a degree: a tenth of a metre."""

LONGEST_STEP: Final = 32_767
"""How many steps from the middle of its street a number's point may be."""

BUCKET_SHIFT: Final = 17
"""Hashes of 32 bits are looked up by their 15 first bits: four names share them in a whole region."""

CELL_DEG: Final = 0.005
"""Side of the cells that reverse geocoding looks in: about 550 m by 350 m."""

CELL_SIDE: Final = round(CELL_DEG * MICRODEGREES)
CELLS_A_ROW: Final = round(360 / CELL_DEG)


_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_BITS: Final = {character: 1 << rank for rank, character in enumerate(_LETTERS + "0123456789")}
_ALL_LETTERS: Final = (1 << len(_LETTERS)) - 1


def sign_letters(key: str) -> int:
    """
    Sign a canonical name with the letters and figures it holds, and the letters it holds twice: 62 bits.

    An edit changes two bits at most, so that names of a few edits have signatures of a few bits.

    Examples
    --------
    >>> (sign_letters("ruedelaliberte") ^ sign_letters("ruedelalibrete")).bit_count()
    0
    """
    once = twice = 0
    for character in key:
        bit = _BITS.get(character, 0)
        twice |= once & bit
        once |= bit
    return once | (twice & _ALL_LETTERS) << len(_BITS)


def find_cells(lon_microdeg: NDArray[Any], lat_microdeg: NDArray[Any]) -> NDArray[np.int64]:
    """Number the cell of each point, row after row of cells from the south-west."""
    column = (np.asarray(lon_microdeg, dtype=np.int64) + 180 * MICRODEGREES) // CELL_SIDE
    row = (np.asarray(lat_microdeg, dtype=np.int64) + 90 * MICRODEGREES) // CELL_SIDE
    return row * CELLS_A_ROW + column
