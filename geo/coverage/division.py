"""Whether an answer depends on how the land is cut: the same presences in other divisions of the region.

The modifiable areal unit problem (Openshaw 1984, « The Modifiable Areal Unit Problem », CATMOG 38): an index
of concentration, and the number of empty territories, change with the size and borders of the territories.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.coverage.chance import AgainstChance
from geo.coverage.concentration import measure_concentration
from geo.coverage.representation import expect_empty

SIGNIFICANT_FROM = 3.0
"""An empty territory means something from this many presences expected: chance empties it 5 % of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DivisionComparison:
    """
    The same presences in one division of the region.

    `empty_expected` is how many territories chance alone would leave empty; `empty_significant` how many of
    the
    empty ones were expected to hold at least `SIGNIFICANT_FROM` presences. `hoover` stands beside its chance
    level.
    """

    name: str
    territory_count: int
    hoover: AgainstChance | None
    empty_count: int
    empty_expected: float | None
    empty_significant: int


def compare_division(
    name: str, counts: Sequence[int] | NDArray[np.int64], amounts: Sequence[float] | NDArray[np.float64]
) -> DivisionComparison:
    """
    Measure presences in one division.

    Parameters
    ----------
    name
        What the division is called.
    counts
        Presences by territory, shape (n,).
    amounts
        What they are counted against (inhabitants) by territory, shape (n,).

    Examples
    --------
    >>> compare_division("moitiés", [0, 12], [50.0, 50.0]).empty_significant
    1
    """
    held = np.asarray(counts, dtype=np.int64)
    base = np.asarray(amounts, dtype=np.float64)
    total = int(held.sum())
    is_measured = total > 0 and base.sum() > 0
    spread = measure_concentration(held, base) if is_measured else None
    expected = total * base / base.sum() if base.sum() > 0 else np.zeros_like(base)
    return DivisionComparison(
        name=name,
        territory_count=len(held),
        hoover=spread.hoover if spread else None,
        empty_count=int((held == 0).sum()),
        empty_expected=expect_empty(total, base.tolist()) if is_measured else None,
        empty_significant=int(((held == 0) & (expected >= SIGNIFICANT_FROM)).sum()),
    )


def gather_by_cell(
    counts: Mapping[str, int], amounts: Mapping[str, float], cell_by_place: Mapping[str, Hashable]
) -> tuple[list[int], list[float]]:
    """
    Sum places into the cells that hold them, in the order of the cells' first place.

    Parameters
    ----------
    counts, amounts
        By place; every place of `cell_by_place` is in both.
    cell_by_place
        The cell of each place.

    Examples
    --------
    >>> gather_by_cell({"a": 1, "b": 2, "c": 0}, {"a": 5, "b": 5, "c": 9}, {"a": 1, "b": 1, "c": 2})
    ([3, 0], [10.0, 9.0])
    """
    counted: dict[Hashable, int] = {}
    based: dict[Hashable, float] = {}
    for place, cell in cell_by_place.items():
        counted[cell] = counted.get(cell, 0) + counts[place]
        based[cell] = based.get(cell, 0.0) + amounts[place]
    return list(counted.values()), list(based.values())
