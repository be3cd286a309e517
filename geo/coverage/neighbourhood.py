"""Who borders whom, read from contours or given, and what the neighbours of each territory are worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.coverage.checking import FloatArray, IntArray, check_lengths
from geo.coverage.errors import ImpossibleValueError, IsolatedTerritoryError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Neighbourhood:
    """
    Who borders whom among `size` territories: `neighbours[k]` borders `territories[k]`, both ways round.

    Pairs are sorted by territory, then by neighbour, each once.
    """

    size: int
    territories: NDArray[np.intp]
    neighbours: NDArray[np.intp]

    @property
    def neighbour_counts(self) -> IntArray:
        """How many neighbours each territory has, shape (size,)."""
        return np.bincount(self.territories, minlength=self.size).astype(np.int64)

    def neighbours_of(self, rank: int) -> NDArray[np.intp]:
        """
        Give the ranks of the neighbours of one territory.

        Examples
        --------
        >>> list_neighbours([[1], [0, 2], [1]]).neighbours_of(1).tolist()
        [0, 2]
        """
        return np.asarray(self.neighbours[self.territories == rank], dtype=np.intp)

    def sum_of_neighbours(self, values: FloatArray) -> FloatArray:
        """
        Sum the values of the neighbours of each territory, shape (size,).

        Examples
        --------
        >>> list_neighbours([[1], [0, 2], [1]]).sum_of_neighbours(np.array([1.0, 2.0, 4.0]))
        array([2., 5., 2.])
        """
        check_lengths(valeurs=values, territoires=np.empty(self.size))
        sums = np.bincount(self.territories, weights=values[self.neighbours], minlength=self.size)
        return np.asarray(sums, dtype=np.float64)

    def mean_of_neighbours(self, values: FloatArray) -> FloatArray:
        """
        Average the values of the neighbours of each territory: the spatial lag of row-standardised weights.

        Raises
        ------
        IsolatedTerritoryError
            If a territory has no neighbour.

        Examples
        --------
        >>> list_neighbours([[1], [0, 2], [1]]).mean_of_neighbours(np.array([1.0, 2.0, 4.0]))
        array([2. , 2.5, 2. ])
        """
        self.check_no_island()
        return self.sum_of_neighbours(values) / self.neighbour_counts

    def check_no_island(self) -> None:
        """
        Refuse a territory without any neighbour.

        Raises
        ------
        IsolatedTerritoryError
            If there is one.
        """
        alone = np.nonzero(self.neighbour_counts == 0)[0]
        if len(alone):
            raise IsolatedTerritoryError(ranks=[int(rank) for rank in alone])


def list_neighbours(neighbours: Sequence[Sequence[int]]) -> Neighbourhood:
    """
    Read who borders whom from one list of ranks per territory; what borders one way borders both.

    Raises
    ------
    ImpossibleValueError
        If a rank is that of no territory, or of the territory itself.

    Examples
    --------
    >>> list_neighbours([[1], [], [1]]).neighbour_counts.tolist()
    [1, 2, 1]
    """
    size = len(neighbours)
    pairs = [(rank, other) for rank, others in enumerate(neighbours) for other in others]
    for rank, other in pairs:
        if not 0 <= other < size or other == rank:
            raise ImpossibleValueError(
                name="voisin", expected="le rang d'un autre territoire de la liste", received=other, rank=rank
            )
    first = np.array([rank for rank, _ in pairs], dtype=np.intp)
    second = np.array([other for _, other in pairs], dtype=np.intp)
    return _build(size, first, second)


def build_contiguity(contours: Sequence[BaseGeometry], *, shared_border_only: bool = False) -> Neighbourhood:
    """
    Read who borders whom from contours: territories that touch are neighbours (queen contiguity).

    Topology only, so any CRS will do as long as shared borders are drawn with the same points.

    Parameters
    ----------
    contours
        Polygons or multipolygons, in the order of the territories.
    shared_border_only
        True leaves out territories that meet at single points (rook contiguity).

    Raises
    ------
    ImpossibleValueError
        If a contour is missing or empty.

    Examples
    --------
    Four squares that meet at one corner:

    >>> squares = [shapely.box(x, y, x + 1, y + 1) for x in (0, 1) for y in (0, 1)]
    >>> build_contiguity(squares).neighbour_counts.tolist()
    [3, 3, 3, 3]
    >>> build_contiguity(squares, shared_border_only=True).neighbour_counts.tolist()
    [2, 2, 2, 2]
    """
    shapes = np.array(contours, dtype=object)
    is_absent = np.asarray(shapely.is_missing(shapes) | shapely.is_empty(shapes), dtype=np.bool_)
    if is_absent.any():
        rank = int(np.nonzero(is_absent)[0][0])
        raise ImpossibleValueError(name="contour", expected="un contour non vide", received="rien", rank=rank)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    is_other = first < second
    first, second = first[is_other], second[is_other]
    if shared_border_only:
        shared = shapely.intersection(shapes[first], shapes[second])
        is_border = np.asarray(shapely.get_dimensions(shared) >= 1, dtype=np.bool_)
        first, second = first[is_border], second[is_border]
    return _build(len(shapes), np.asarray(first, dtype=np.intp), np.asarray(second, dtype=np.intp))


def _build(size: int, first: NDArray[np.intp], second: NDArray[np.intp]) -> Neighbourhood:
    both = np.unique(np.array([np.r_[first, second], np.r_[second, first]]), axis=1)
    return Neighbourhood(size=size, territories=both[0], neighbours=both[1])
