"""The p-median by Benders' decomposition: where sites make the mean time shortest.

Magnanti & Wong, Operations Research 29 (1981); Duran-Mateluna, Ales & Elloumi, « An efficient Benders
decomposition for the p-median problem », European Journal of Operational Research 304 (2023). Written out in
full, the model of 3,782 communes by 92 candidates takes HiGHS more than a minute; by cuts, about a second.
"""

from __future__ import annotations

from time import monotonic

import numpy as np
import scipy

from geo.coverage.checking import FloatArray, IntArray
from geo.coverage.errors import NoPlanFoundError


class SiteMedian:
    """
    The sites that make the mean time shortest: a small model, told by cuts how long journeys are at least.

    Parameters
    ----------
    minutes
        Minutes from n places to m candidates; infinite where there is no way.
    left
        Minutes today, shape (n,), infinite where there is no site.
    load
        What each place weighs, above zero, shape (n,).

    Examples
    --------
    >>> median = SiteMedian(np.array([[0.0, 20], [30, 0]]), np.array([60.0, 60]), np.array([2.0, 1]))
    >>> median.solve(1, monotonic() + 10)
    (array([0]), 10.0)
    """

    def __init__(self, minutes: FloatArray, left: FloatArray, load: FloatArray) -> None:
        # No way at all costs ten times the longest way, so that it is the last thing to choose.
        times = np.minimum(minutes, left[:, np.newaxis])
        farthest = 10 * times[np.isfinite(times)].max(initial=1.0)
        self.times = np.minimum(times, farthest)
        self.today = np.minimum(left, farthest)
        self.order = np.argsort(self.times, axis=1, kind="stable")
        self.sorted = np.take_along_axis(self.times, self.order, axis=1)
        # One cut per group of places with the same nearest candidate: fewer are weaker, more are heavier.
        names, group_of = np.unique(self.order[:, 0], return_inverse=True)
        self.groups = np.zeros((len(names), len(load)))
        self.groups[group_of, np.arange(len(load))] = load / load.sum()

    def cut(self, opening: FloatArray) -> tuple[FloatArray, FloatArray]:
        """
        Give, per group, a constant and slopes such that its mean minutes ≥ constant - slopes · opening.

        The dual of each place's assignment: it goes up its candidates, nearest first, until they open a whole
        site; beyond that one, none can serve it better.
        """
        is_served = opening[self.order].cumsum(axis=1) >= 1 - 1e-9
        last = np.where(
            is_served[:, -1], self.sorted[np.arange(len(self.sorted)), is_served.argmax(axis=1)], self.today
        )
        saved = np.maximum(0.0, last[:, np.newaxis] - self.times)
        return self.groups @ last, self.groups @ saved

    def measure(self, chosen: IntArray) -> float:
        """Give the mean minutes with these sites open."""
        return float((self.groups @ self.times[:, chosen].min(axis=1)).sum())

    def solve(self, count: int, deadline: float) -> tuple[IntArray, float]:
        """
        Give the best sites, and a bound on the mean minutes of any.

        Cuts are added while sites may be open by parts, then whole, until the model is right on its own plan.

        Parameters
        ----------
        count
            How many sites.
        deadline
            When to stop, on the clock of `time.monotonic`.

        Raises
        ------
        NoPlanFoundError
            If time runs out before any plan is found.
        """
        candidates = self.times.shape[1]
        opening = np.full(candidates, count / candidates)
        rows, constants = [], []
        chosen, value, bound, is_whole = widest_open(opening, count), np.inf, -np.inf, False
        while True:
            constant, slopes = self.cut(opening)
            rows.append(np.hstack([slopes, np.eye(len(slopes))]))
            constants.append(constant)
            solution = self._solve_model(rows, constants, count, is_whole=is_whole, deadline=deadline)
            if solution.x is None:
                break
            opening = solution.x[:candidates]
            proposed = widest_open(opening, count)
            bound = max(bound, float(solution.mip_dual_bound if is_whole else solution.fun))
            if self.measure(proposed) < value:
                chosen, value = proposed, self.measure(proposed)
            constant, slopes = self.cut(opening)
            is_settled = float((constant - slopes @ opening).sum()) <= float(solution.fun) * (1 + 1e-9) + 1e-9
            if value <= bound * (1 + 1e-9) + 1e-9 or (is_whole and is_settled) or monotonic() > deadline:
                break
            is_whole = is_whole or is_settled
        if not np.isfinite(value):
            raise NoPlanFoundError(reason="calcul interrompu")
        return chosen, bound

    def _solve_model(
        self,
        rows: list[FloatArray],
        constants: list[FloatArray],
        count: int,
        *,
        is_whole: bool,
        deadline: float,
    ) -> scipy.optimize.OptimizeResult:
        candidates, groups = self.times.shape[1], len(self.groups)
        return scipy.optimize.milp(
            np.concatenate([np.zeros(candidates), np.ones(groups)]),
            constraints=[
                scipy.optimize.LinearConstraint(np.vstack(rows), np.concatenate(constants), np.inf),
                scipy.optimize.LinearConstraint(row_of_sites(candidates, groups), count, count),
            ],
            integrality=np.concatenate([np.full(candidates, float(is_whole)), np.zeros(groups)]),
            bounds=scipy.optimize.Bounds(0, np.concatenate([np.ones(candidates), np.full(groups, np.inf)])),
            options={"mip_rel_gap": 0, "time_limit": max(0.01, deadline - monotonic())},
        )


def row_of_sites(candidates: int, others: int) -> scipy.sparse.csr_array:
    """Give the row of a model that counts its open sites, its other variables left out."""
    return scipy.sparse.csr_array(np.concatenate([np.ones(candidates), np.zeros(others)])[np.newaxis, :])


def widest_open(opening: FloatArray, count: int) -> IntArray:
    """Give the ranks of the sites that are most open, in growing order."""
    return np.sort(np.argsort(-opening, kind="stable")[:count]).astype(np.int64)
