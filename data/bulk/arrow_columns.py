"""Columns for Arrow from plain values, without `pa.array`: that loads pandas where it is installed, 70 MB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Value = str | float | bool | None


def make_column(values: Sequence[Value], kind: Any) -> Any:  # noqa: ANN401 (pyarrow has no types)
    """
    Make a column of texts, numbers or truth values; None is null among the last two, and no text.

    Parameters
    ----------
    values
        The values, all of one type.
    kind
        `pa.string()`, `pa.float64()` or `pa.bool_()`.

    Examples
    --------
    >>> make_column([1.5, None], pa.float64()).to_pylist(), make_column(["é", ""], pa.string()).to_pylist()
    ([1.5, None], ['é', ''])
    """
    if pa.types.is_string(kind):
        texts = [str(value or "").encode(errors="replace") for value in values]
        offsets = np.zeros(len(texts) + 1, dtype=np.int32)
        np.cumsum([len(text) for text in texts], out=offsets[1:])
        parts = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(texts))]
        return pa.Array.from_buffers(kind, len(texts), parts)
    is_known = np.fromiter((value is not None for value in values), dtype=np.bool_, count=len(values))
    numbers = np.fromiter((value or 0 for value in values), dtype=np.float64, count=len(values))
    content = _pack(numbers != 0) if pa.types.is_boolean(kind) else pa.py_buffer(numbers)
    return pa.Array.from_buffers(kind, len(values), [_pack(is_known), content])


def _pack(bits: NDArray[np.bool_]) -> Any:  # noqa: ANN401 (as above)
    return pa.py_buffer(np.packbits(bits, bitorder="little"))
