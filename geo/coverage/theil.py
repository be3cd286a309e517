"""How much of the unevenness lies between groups of territories, and how much inside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from geo.coverage.chance import (
    DEFAULT_DRAWS,
    DEFAULT_SEED,
    AgainstChance,
    draw_proportional_registers,
    set_against_chance,
)
from geo.coverage.checking import (
    BoolArray,
    FloatArray,
    IntArray,
    as_amounts,
    as_counts,
    check_lengths,
    check_total,
)
from geo.coverage.concentration import theil_index
from geo.coverage.spread import spread_theil


@dataclass(frozen=True, slots=True, kw_only=True)
class TheilPart:
    """
    One group's part of Theil's index.

    `between` is S_g ln(S_g / Q_g), negative for an under-served group; `inner` is the index inside the group,
    None where it holds no presence; `within` is S_g × inner.
    """

    group: str
    presence_share: float
    population_share: float
    between: float
    inner: float | None
    within: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TheilDecomposition:
    """Theil's index cut between and within groups: total = between + within, each beside its chance level."""

    total: AgainstChance
    between: AgainstChance
    within: AgainstChance
    parts: tuple[TheilPart, ...]


def decompose_theil(
    counts: ArrayLike,
    populations: ArrayLike,
    groups: Sequence[str],
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
) -> TheilDecomposition | None:
    """
    Cut Theil's index between groups of territories (the MEL and the rest, départements) and within them.

    T = Σ_g S_g ln(S_g / Q_g) + Σ_g S_g T_g (Theil 1967, ch. 4; Shorrocks 1980).

    Parameters
    ----------
    counts, populations
        As in `measure_concentration`.
    groups
        The group of each territory, n labels.
    draws, seed
        Random registers of the chance levels.

    Returns
    -------
    TheilDecomposition or None
        Parts in alphabetical order of group; None on an empty register.

    Raises
    ------
    UnequalLengthsError, ImpossibleValueError, NothingToCompareError
        As in `theil_index`.

    Examples
    --------
    All the difference lies between the two groups:

    >>> cut = decompose_theil([0, 0, 0, 10, 10, 10], [1] * 6, list("aaabbb"))
    >>> round(cut.between.value, 4), round(cut.within.value, 4)
    (0.6931, 0.0)
    """
    presence = as_counts(counts)
    people = as_amounts(populations, name="population")
    check_lengths(présences=presence, populations=people, groupes=np.asarray(groups, dtype=np.str_))
    check_total(people, name="population")
    total = int(presence.sum())
    if total == 0:
        return None
    shares = people / people.sum()
    names, group_of = np.unique(np.asarray(groups, dtype=np.str_), return_inverse=True)
    membership = np.equal.outer(group_of, np.arange(len(names))).astype(np.float64)
    drawn = draw_proportional_registers(total, people, draws=draws, seed=seed)
    group_shares = shares @ membership
    whole, chance_whole = theil_index(presence, people), spread_theil(drawn, shares)
    between = float(spread_theil(presence @ membership, group_shares))
    chance_between = spread_theil(drawn @ membership, group_shares)
    return TheilDecomposition(
        total=set_against_chance(whole, chance_whole),
        between=set_against_chance(between, chance_between),
        within=set_against_chance(whole - between, chance_whole - chance_between),
        parts=tuple(
            _describe_group(str(name), presence, shares, group_of == rank) for rank, name in enumerate(names)
        ),
    )


def _describe_group(name: str, presence: IntArray, shares: FloatArray, is_member: BoolArray) -> TheilPart:
    presence_share = float(presence[is_member].sum() / presence.sum())
    population_share = float(shares[is_member].sum())
    inner = None
    if presence_share > 0:
        inner = float(spread_theil(presence[is_member], shares[is_member] / population_share))
    return TheilPart(
        group=name,
        presence_share=presence_share,
        population_share=population_share,
        between=float(scipy.special.xlogy(presence_share, presence_share / population_share))
        if presence_share
        else 0.0,
        inner=inner,
        within=presence_share * inner if inner is not None else 0.0,
    )
