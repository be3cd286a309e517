"""Times by road over a graph: shortest paths from many town halls at once (Dijkstra, through scipy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from data.travel.building import Places
from data.travel.matrix import MatrixFacts, Tenths, as_tenths
from data.travel.road_speeds import SPEEDS_KM_H
from data.travel.roads import Roads
from geo.position import to_lambert93

BAND = 32
"""Destinations at once: 300,000 crossroads times 32 are 77 MB."""

SMALL_ISLAND = 1_000
"""No journey starts on a piece of road cut off from all others with fewer nodes than this."""

# No edge may weigh nothing: a sparse graph would lose it.
_LEAST_S = 1e-3

Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Segments:
    """Every piece of road between two neighbouring nodes: nodes by rank, seconds, road."""

    tail: Ranks
    head: Ranks
    seconds: NDArray[np.float64]
    road: Ranks


class RoadGraph:
    """
    The roads as a graph, with the town halls on it.

    Parameters
    ----------
    roads
        The roads.
    places
        The town halls; each starts from the nearest node that is part of the whole network.
    extracts
        The names of the files, and their digest.
    """

    band = BAND

    def __init__(self, roads: Roads, places: Places, *, extracts: Sequence[str], digest: str) -> None:
        self._roads = roads
        self._places = places
        self._extracts = tuple(extracts)
        self._digest = digest
        self._node_ids, first, self._rank_of_node = np.unique(
            roads.node_ids, return_index=True, return_inverse=True
        )
        x_m, y_m = to_lambert93(roads.lon[first], roads.lat[first])
        self._points_m = np.column_stack([x_m, y_m])

    @property
    def identity(self) -> dict[str, object]:
        """Tell this graph from another."""
        return {"engine": "graphe", "extracts": self._extracts, "digest": self._digest}

    def measure(self, origins: Places, destinations: Places) -> tuple[Tenths, NDArray[np.float64]]:
        """Find the times from every origin to some destinations: paths are followed from their end."""
        reverse, starts = self._contracted
        rank_of = {code: rank for rank, code in enumerate(self._places.codes)}
        from_ = starts[[rank_of[code] for code in origins.codes]]
        to = starts[[rank_of[code] for code in destinations.codes]]
        seconds = dijkstra(reverse, directed=True, indices=to)[:, from_]
        return as_tenths(seconds), self._snapped[1][[rank_of[code] for code in origins.codes]]

    def describe(self, *, computed_on: date, vintage: int, far: dict[str, float]) -> MatrixFacts:
        """Say where the times come from."""
        return MatrixFacts(
            engine="Maillage",
            profile="voiture, route vide",
            roads=", ".join(self._extracts),
            roads_date=self._roads.day,
            computed_on=computed_on,
            vintage=vintage,
            speeds_km_h=dict(SPEEDS_KM_H),
            far_from_road_m=far,
        )

    @cached_property
    def _segments(self) -> _Segments:
        roads = self._roads
        road_of_node = np.repeat(np.arange(len(roads.starts) - 1), np.diff(roads.starts))
        is_inside = road_of_node[:-1] == road_of_node[1:]
        tail, head = self._rank_of_node[:-1][is_inside], self._rank_of_node[1:][is_inside]
        road = road_of_node[:-1][is_inside]
        # Lambert-93 lengths are within 0.3 % of the ground here.
        metres = np.hypot(*(self._points_m[tail] - self._points_m[head]).T)
        return _Segments(tail=tail, head=head, seconds=metres / roads.metres_per_s[road], road=road)

    @cached_property
    def _snapped(self) -> tuple[Ranks, NDArray[np.float64]]:
        """Put each town hall on its node: ranks, and metres to it."""
        graph = self._join(self._segments, len(self._node_ids))
        _, piece_of = connected_components(graph, directed=True, connection="strong")
        sizes = np.bincount(piece_of)
        is_whole = (sizes >= min(SMALL_ISLAND, sizes.max()))[piece_of]
        eligible = np.nonzero(is_whole)[0]
        x_m, y_m = to_lambert93(self._places.lon, self._places.lat)
        metres, nearest = cKDTree(self._points_m[eligible]).query(np.column_stack([x_m, y_m]))
        return eligible[nearest], np.asarray(metres)

    @cached_property
    def _contracted(self) -> tuple[csr_array, Ranks]:
        """Keep crossroads, ends and town halls only: the graph backwards, and the town halls' ranks in it."""
        roads, segments = self._roads, self._segments
        uses = np.bincount(self._rank_of_node, minlength=len(self._node_ids))
        is_vertex = uses > 1
        ends = np.concatenate([roads.starts[:-1], roads.starts[1:] - 1])
        is_vertex[self._rank_of_node[ends]] = True
        is_vertex[self._snapped[0]] = True
        # Segments run along their road: each piece starts where its tail is a vertex.
        first = np.nonzero(is_vertex[segments.tail])[0]
        last = np.append(first[1:] - 1, len(segments.tail) - 1)
        rank_of_vertex = np.cumsum(is_vertex) - 1
        pieces = _Segments(
            tail=rank_of_vertex[segments.tail[first]],
            head=rank_of_vertex[segments.head[last]],
            seconds=np.add.reduceat(segments.seconds, first),
            road=segments.road[first],
        )
        reverse = self._join(pieces, int(is_vertex.sum())).T.tocsr()
        return reverse, rank_of_vertex[self._snapped[0]]

    def _join(self, segments: _Segments, count: int) -> csr_array:
        """Make the graph, seconds on edges, each way that its road allows; of two edges the faster one."""
        forward, backward = self._roads.forward[segments.road], self._roads.backward[segments.road]
        tail = np.concatenate([segments.tail[forward], segments.head[backward]])
        head = np.concatenate([segments.head[forward], segments.tail[backward]])
        seconds = np.concatenate([segments.seconds[forward], segments.seconds[backward]])
        order = np.lexsort((seconds, head, tail))
        tail, head, seconds = tail[order], head[order], np.maximum(seconds[order], _LEAST_S)
        is_first = np.ones(len(tail), dtype=np.bool_)
        is_first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return csr_array((seconds[is_first], (tail[is_first], head[is_first])), shape=(count, count))
