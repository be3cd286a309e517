"""The formulas of unevenness, on amounts of shape (..., n): a thousand random registers cost one call.

They check nothing: `geo.coverage.concentration` does, and says what each one means. `amounts` are presences,
`shares` each territory's share q of the inhabitants, of shape (n,) and summing to 1.
"""

from __future__ import annotations

import numpy as np
import scipy

from geo.coverage.checking import FloatArray, IntArray


def share_of_total(amounts: FloatArray | IntArray) -> FloatArray:
    """Divide amounts by their total, along the last axis."""
    return np.asarray(amounts / amounts.sum(axis=-1, keepdims=True), dtype=np.float64)


def spread_hoover(amounts: FloatArray | IntArray, shares: FloatArray) -> FloatArray:
    """Compute ½ Σ |s - q| (Hoover 1936)."""
    return np.asarray(np.abs(share_of_total(amounts) - shares).sum(axis=-1) / 2)


def cumulate_from_least_served(
    amounts: FloatArray | IntArray, shares: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Cumulate the shares of presences and of inhabitants, by growing s/q; n + 1 points each."""
    presence_shares = share_of_total(amounts)
    with np.errstate(divide="ignore", invalid="ignore"):
        served = np.where(shares > 0, presence_shares / shares, np.where(presence_shares > 0, np.inf, 0.0))
    order = np.argsort(served, axis=-1, kind="stable")
    start = np.zeros((*presence_shares.shape[:-1], 1))
    presence = np.take_along_axis(presence_shares, order, axis=-1).cumsum(axis=-1)
    population = np.take_along_axis(np.broadcast_to(shares, presence_shares.shape), order, axis=-1)
    return (
        np.concatenate([start, presence], axis=-1),
        np.concatenate([start, population.cumsum(axis=-1)], axis=-1),
    )


def spread_gini(amounts: FloatArray | IntArray, shares: FloatArray) -> FloatArray:
    """Compute one less twice the area under Lorenz's curve (Gini 1914)."""
    presence, population = cumulate_from_least_served(amounts, shares)
    trapezes = np.diff(population, axis=-1) * (presence[..., 1:] + presence[..., :-1])
    return np.asarray(1 - trapezes.sum(axis=-1))


def spread_theil(amounts: FloatArray | IntArray, shares: FloatArray) -> FloatArray:
    """Compute Σ s ln(s/q) (Theil 1967); what has no inhabitant must have no presence."""
    presence_shares = share_of_total(amounts)
    divisor = np.where(shares > 0, shares, 1.0)
    return np.asarray(scipy.special.xlogy(presence_shares, presence_shares / divisor).sum(axis=-1))


def spread_atkinson(amounts: FloatArray | IntArray, shares: FloatArray, *, aversion: float) -> FloatArray:
    """Compute 1 - [Σ q (s/q)^(1-ε)]^(1/(1-ε)) over the inhabited territories (Atkinson 1970)."""
    is_inhabited = shares > 0
    weights = shares[is_inhabited]
    served = share_of_total(amounts)[..., is_inhabited] / weights
    if aversion == 1:
        with np.errstate(divide="ignore"):
            return np.asarray(1 - np.exp((weights * np.log(served)).sum(axis=-1)))
    power = 1 - aversion
    with np.errstate(divide="ignore"):
        mean_power = (weights * served**power).sum(axis=-1)
        return np.asarray(1 - mean_power ** (1 / power))
