"""What a page carries comes back whole, and never as markup."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.packing import pack, pack_values
from tests.maps.reading import read_packed, unpack

NUMBERS = st.lists(st.integers(-(2**30), 2**30), max_size=50)


@given(st.binary(max_size=3_000), st.integers(1, 9))
def test_what_is_packed_comes_back_and_never_ends_its_element(content: bytes, level: int) -> None:
    packed = pack(content, level)
    assert unpack(packed) == content
    assert re.fullmatch(r"[#-;=-x]*", packed)


@given(NUMBERS, NUMBERS, st.text(max_size=20))
def test_columns_and_texts_come_back(x: list[int], y: list[int], name: str) -> None:
    text = name.encode("utf-8", "ignore").decode()
    values = {"name": text, "deep": {"x": np.array(x, dtype=np.int64)}, "y": np.array(y, dtype=np.int64)}
    assert read_packed(pack_values(values)) == {"name": text, "deep": {"x": x}, "y": y}


def test_a_value_that_cannot_travel_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        pack_values({"what": object()})
