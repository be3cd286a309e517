"""From points to communes: exactly one each, by one tree of the contours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.position import get_geodesic

SNAP_DISTANCE_M = 100.0
"""How far outside every contour a point may lie and still be given to the nearest commune: contours are
generalised (a straight line may cut a harbour or a bend of the border by some tens of metres)."""

_SNAP_DISTANCE_DEG = 0.0015  # more than 100 m in every direction below 52° N: the geodesic decides within it


class CommuneLocator:
    """
    Finds the commune of points.

    Parameters
    ----------
    codes
        INSEE codes in ascending order, one a contour.
    contours
        Polygons or multipolygons in WGS84 degrees that form a coverage.
    """

    def __init__(self, codes: Sequence[str], contours: NDArray[np.object_]) -> None:
        self._codes = list(codes)
        self._tree = shapely.STRtree(contours)
        self._contours = contours

    def locate(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[str | None]:
        """
        Give the code of the commune each point lies in, None outside.

        A point on a boundary belongs to the commune with the lowest code of those that touch it. A point
        outside all of them by `SNAP_DISTANCE_M` at most belongs to the nearest.
        """
        count = len(lon)
        found = np.full(count, len(self._codes), dtype=np.int64)
        usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        points = shapely.points(
            np.asarray(lon, dtype=np.float64)[usable], np.asarray(lat, dtype=np.float64)[usable]
        )
        which, commune = self._tree.query(points, predicate="intersects")
        np.minimum.at(found, usable[which], commune)
        missing = np.flatnonzero(found[usable] == len(self._codes))
        if len(missing):
            found[usable[missing]] = self._snap(points[missing])
        return [self._codes[index] if index < len(self._codes) else None for index in found.tolist()]

    def _snap(self, points: NDArray[np.object_]) -> NDArray[np.int64]:
        """Give each point the nearest commune near enough, or the count of communes for none."""
        best = np.full(len(points), len(self._codes), dtype=np.int64)
        which, commune = self._tree.query(points, predicate="dwithin", distance=_SNAP_DISTANCE_DEG)
        if not len(which):
            return best
        lines = shapely.shortest_line(points[which], self._contours[commune])
        ends = shapely.get_coordinates(lines).reshape(-1, 4)
        _, _, metres = get_geodesic().inv(ends[:, 0], ends[:, 1], ends[:, 2], ends[:, 3])
        # Nearest first, the lowest code on a tie, kept to the millimetre so that a shared vertex is a tie.
        order = np.lexsort((commune, np.round(metres, 3), which))
        first = order[np.unique(which[order], return_index=True)[1]]
        near = first[metres[first] <= SNAP_DISTANCE_M]
        best[which[near]] = commune[near]
        return best
