"""Columns made without pandas: the same as Arrow's own, nulls and all."""

from __future__ import annotations

import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bulk.arrow_columns import make_column

KINDS = {
    "text": (pa.string(), st.text(st.characters(exclude_categories=["Cs"]))),
    "number": (pa.float64(), st.none() | st.floats(allow_nan=False)),
    "truth": (pa.bool_(), st.none() | st.booleans()),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_column_is_the_one_that_arrow_makes(name: str) -> None:
    kind, values = KINDS[name]

    @given(st.lists(values, max_size=40))
    def check(column: list[str | float | bool | None]) -> None:
        made = make_column(column, kind)
        made.validate(full=True)
        assert made.equals(pa.array(column, kind))

    check()


def test_a_letter_that_is_half_a_pair_is_written_all_the_same() -> None:
    assert make_column(["a\ud800b"], pa.string()).to_pylist() == ["a?b"]


def test_making_columns_does_not_load_pandas() -> None:
    program = (
        "import sys, pyarrow as pa\n"
        "from data.bulk.arrow_columns import make_column\n"
        "make_column(['a'], pa.string()), make_column([1.0, None], pa.float64())\n"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
