"""Why a territory gained: the growth of all, that of its sectors, and what is its own (shift-share).

« Le Pas-de-Calais a gagné 12 membres : 7 viennent de la croissance générale, 1 des filières, 4 d'un effet
local. » Insee: « analyse structurelle-résiduelle ».
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geo.coverage.checking import BoolArray, FloatArray, IntArray, as_counts
from geo.coverage.errors import UnequalLengthsError
from geo.coverage.laws import find_poisson_quantile


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftShare:
    """
    The change of each sector in each territory, arrays of shape (sectors, territories), in presences.

    `regional` + `sectoral` + `local` = `change`, cell by cell. `local_low` and `local_high`, shape
    (territories,), hold the local effect 95 times in 100 if the territory only followed its sectors.
    """

    change: IntArray
    regional: FloatArray
    sectoral: FloatArray
    local: FloatArray
    local_low: FloatArray
    local_high: FloatArray

    @property
    def is_local_beyond_chance(self) -> BoolArray:
        """Whether each territory's own effect is larger than chance makes likely, shape (territories,)."""
        own = self.local.sum(axis=0)
        is_beyond = (own < self.local_low - 1e-9) | (own > self.local_high + 1e-9)
        return np.asarray(is_beyond, dtype=np.bool_)


def decompose_change(before: ArrayLike, after: ArrayLike) -> ShiftShare:
    """
    Cut the change between two dates into a regional, a sectoral and a local effect.

    x_is g + x_is (g_s - g) + x_is (g_is - g_s), g being growth in all, by sector, by cell (Dunn, Papers of
    the Regional Science Association 6, 1960). A sector that did not exist has no growth: its change is local.
    Chance is read on a Poisson law of mean Σ_s x_is (1 + g_s), which takes every presence as new: those that
    stay make the range wider than needed.

    Parameters
    ----------
    before, after
        Presences per sector and territory at the two dates, on one geography, shape (sectors, territories).

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError
        If the tables differ in shape or hold an impossible count.

    Examples
    --------
    Two sectors, two territories; all grew by half, the first territory by more:

    >>> parts = decompose_change([[10, 10], [10, 10]], [[20, 10], [15, 15]])
    >>> [effect.sum(axis=0).tolist() for effect in (parts.regional, parts.sectoral, parts.local)]
    [[10.0, 10.0], [0.0, 0.0], [5.0, -5.0]]
    """
    first, second = as_counts(before, dimensions=2), as_counts(after, dimensions=2)
    if first.shape != second.shape:
        raise UnequalLengthsError(
            {
                "filières avant": first.shape[0],
                "filières après": second.shape[0],
                "territoires avant": first.shape[1],
                "territoires après": second.shape[1],
            }
        )
    change = second - first
    total = first.sum()
    growth = change.sum() / total if total else 0.0
    of_sector = first.sum(axis=1, keepdims=True)
    sector_growth = np.divide(
        change.sum(axis=1, keepdims=True), of_sector, out=np.zeros(of_sector.shape), where=of_sector > 0
    )
    regional = first * growth
    expected = first * (1 + sector_growth)
    sectoral = first * (sector_growth - growth)
    means = expected.sum(axis=0)
    return ShiftShare(
        change=change,
        regional=regional,
        sectoral=sectoral,
        local=change - regional - sectoral,
        local_low=find_poisson_quantile(0.025, means) - means,
        local_high=find_poisson_quantile(0.975, means) - means,
    )
