"""Communes around a point: what an address without a commune may mean when the reader looks at a map."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.hypotheses import AFTER_POSTCODE, NEAR_THE_POINT, Hypothesis, Source
from geo.geocoding.provider import AddressMatch
from geo.position import Position, measure_distances_m

AROUND_M = 12_000
"""Communes with their centre further away are not looked in."""

MOST_COMMUNES = 40

FAR_FROM_THE_POINT = -1.0
"""What a name counts for less when it follows other words and is no commune's around."""

_FADING_M = 4_000  # at this distance a point counts for a third
_ADDRESS_FADING_M = 1_000  # addresses stand closer together than the centres of communes
_UNNAMED = frozenset((Source.NEAR, Source.POSTCODE))


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
        """
        Weigh readings by how near they are to a point, and read the communes around it.

        Where a name is written that may be a commune's, those around count less: « rue du Sapin Vert » is
        theirs only if a street is called so in full.
        """
        distances_m = measure_distances_m(near, self._lon, self._lat)
        useful = [h for h in hypotheses if h.points >= 0 and not h.in_street]
        if all(h.points < AFTER_POSTCODE for h in useful):
            worth = -NEAR_THE_POINT if useful else 0.0
            named = {h.code for h in useful}
            for hypothesis in useful:
                self._discount_far(hypothesis, distances_m)
            nearest = np.argsort(distances_m)[:MOST_COMMUNES]
            around = [self._codes[rank] for rank in nearest.tolist() if distances_m[rank] <= AROUND_M]
            useful += [
                Hypothesis(code, self._gazetteer.communes[code].name, Source.NEAR, worth)
                for code in around
                if code not in named
            ]
        for hypothesis in useful:
            if hypothesis.code:
                hypothesis.points += NEAR_THE_POINT * exp(
                    -distances_m[self._rank[hypothesis.code]] / _FADING_M
                )
        return sorted(useful, key=lambda hypothesis: -hypothesis.points)

    def _discount_far(self, hypothesis: Hypothesis, distances_m: NDArray[np.float64]) -> None:
        """Count a far commune less that may be the end of a street: « boulevard Jean de la Fontaine »."""
        if hypothesis.span is None or not hypothesis.span[0]:
            return
        rank = self._rank.get(hypothesis.code)
        if rank is None or distances_m[rank] > AROUND_M:
            hypothesis.points += FAR_FROM_THE_POINT


def prefer_nearest(matches: list[AddressMatch], near: Position) -> list[AddressMatch]:
    """
    Weigh addresses found by how near they are to a point: of two streets of one name, the one beside it.

    Where a commune is named, its name says more.
    """
    if any(match.commune.source not in _UNNAMED for match in matches):
        return matches
    distances_m = measure_distances_m(
        near,
        np.array([match.position.lon for match in matches]),
        np.array([match.position.lat for match in matches]),
    )
    return [
        replace(match, points=match.points + NEAR_THE_POINT * exp(-distance_m / _ADDRESS_FADING_M))
        for match, distance_m in zip(matches, distances_m.tolist(), strict=True)
    ]
