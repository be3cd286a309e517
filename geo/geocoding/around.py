"""Communes around a point: what an address without a commune may mean when the reader looks at a map."""

from __future__ import annotations

from math import exp

import numpy as np

from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.hypotheses import NEAR_THE_POINT, Hypothesis, Source
from geo.position import Position, measure_distances_m

AROUND_M = 12_000
"""Communes with their centre further away are not looked in."""

MOST_COMMUNES = 40

_FADING_M = 4_000  # at this distance a point counts for a third


class CommunesAround:
    """
    Finds communes around points.

    Parameters
    ----------
    gazetteer
        The communes and their positions.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        placed = [
            (code, commune.position) for code, commune in gazetteer.communes.items() if commune.position
        ]
        self._gazetteer = gazetteer
        self._codes = [code for code, _ in placed]
        self._rank = {code: rank for rank, code in enumerate(self._codes)}
        self._lon = np.array([position.lon for _, position in placed])
        self._lat = np.array([position.lat for _, position in placed])

    def prefer(self, hypotheses: list[Hypothesis], near: Position) -> list[Hypothesis]:
        """Weigh readings by how near they are to a point; without any of use, read the communes around it."""
        distances_m = measure_distances_m(near, self._lon, self._lat)
        useful = [h for h in hypotheses if h.points >= 0 and not h.in_street]
        if not useful:
            nearest = np.argsort(distances_m)[:MOST_COMMUNES]
            useful = [
                Hypothesis(
                    self._codes[rank], self._gazetteer.communes[self._codes[rank]].name, Source.NEAR, 0.0
                )
                for rank in nearest.tolist()
                if distances_m[rank] <= AROUND_M
            ]
        for hypothesis in useful:
            if hypothesis.code:
                hypothesis.points += NEAR_THE_POINT * exp(
                    -distances_m[self._rank[hypothesis.code]] / _FADING_M
                )
        return sorted(useful, key=lambda hypothesis: -hypothesis.points)
