"""The tables a referential is built from: plain columns by name, so that `geo` reads no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, Sequence[Any]]
"""A table: one sequence a column, all of one length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContourArrays:
    """
    Contours of the communes, in one order of codes, as ragged arrays.

    `coordinates` is (n, 2), longitude and latitude in degrees; the offsets are those that
    `shapely.from_ragged_array` takes for multipolygons: vertices of each ring, rings of each polygon,
    polygons of each commune.
    """

    codes: Sequence[str]
    coordinates: NDArray[np.float64]
    ring_offsets: NDArray[np.int64]
    polygon_offsets: NDArray[np.int64]
    commune_offsets: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferentialTables:
    """
    What `Referential.from_tables` needs. The callables are only called when what they give is asked for.

    `communes` maps each vintage to its table; the last vintage is today's, and only it has town halls and
    contours. `fingerprint` changes whenever what communes and territories say does; empty when unknown.
    """

    communes: Mapping[int, Callable[[], Columns]]
    territories: Columns
    parts: Columns
    contours: Callable[[], ContourArrays]
    aliases: Callable[[], Columns]
    elsewhere: Callable[[], Columns]
    fingerprint: str = ""
