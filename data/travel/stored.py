"""The travel times that the administrator stored, found again and kept in memory while the file stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from data.travel.errors import UnreadableMatrixError
from data.travel.matrix import TravelMatrix, read_matrix

FILE_NAME = "temps-de-trajet.parquet"

Stamp = tuple[int, int] | None
"""What changes when the file does: its time and size; None without a file."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredMatrix:
    """The matrix as questions use it; without one, `problem` says in French why a file is not used."""

    matrix: TravelMatrix | None
    problem: str | None = None


def locate_matrix(home: Path) -> Path:
    """Say where the stored times are, whether or not there are any."""
    return home / FILE_NAME


def stamp_matrix(home: Path) -> Stamp:
    """Tell one state of the stored times from another, without reading them."""
    try:
        facts = locate_matrix(home).stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size


def find_matrix(home: Path, *, origins: Sequence[str], vintage: int) -> StoredMatrix:
    """
    Find the stored times, if they are those of today's communes.

    Parameters
    ----------
    home
        The service's folder.
    origins
        Codes of today's communes, in the order wanted.
    vintage
        The year of today's communes.

    Returns
    -------
    StoredMatrix
        Without a matrix when there is no file (no problem), or when it cannot be used (problem says why).
    """
    stamp = stamp_matrix(home)
    if stamp is None:
        return StoredMatrix(matrix=None)
    return _read_for(locate_matrix(home), stamp, tuple(origins), vintage)


@lru_cache(maxsize=2)
def _read_for(path: Path, _stamp: Stamp, origins: tuple[str, ...], vintage: int) -> StoredMatrix:
    try:
        matrix = read_matrix(path)
    except UnreadableMatrixError:
        return StoredMatrix(matrix=None, problem="les temps enregistrés sont illisibles")
    if matrix.facts.vintage != vintage or set(matrix.origins) != set(origins):
        problem = f"les temps enregistrés sont ceux des communes de {matrix.facts.vintage}"
        return StoredMatrix(matrix=None, problem=problem)
    if matrix.origins == origins:
        return StoredMatrix(matrix=matrix)
    column_of = {code: column for column, code in enumerate(matrix.origins)}
    columns = np.array([column_of[code] for code in origins])
    return StoredMatrix(
        matrix=TravelMatrix(
            origins=origins,
            destinations=matrix.destinations,
            tenths=matrix.tenths[:, columns],
            facts=matrix.facts,
        )
    )
