"""The matrix of travel times, and the one Parquet file that holds it.

One line a destination, a fixed list of times from every commune in it, as tenths of a minute on 16 bits: all
the communes of the region towards all of them are 14.3 million times, 28 MB in memory and less on disk, and
any commune may then be tried as the place of an antenne. Where the times come from is written in the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from data.exports.atomic import write_atomically
from data.travel.errors import UnreadableMatrixError
from geo.french import write_date

NO_WAY = 65_535
"""The time of a journey that no road makes."""

TENTHS = 10
FAR_FROM_ROAD_M = 1_000.0
"""A town hall farther than this from the road where its journeys start is told apart."""

_FORMAT = 1
_KEY = b"maillage"

Tenths = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixFacts:
    """
    Where times come from.

    `roads` names the extract or the server, `roads_date` is the day of its roads when it says so, `vintage`
    the year of the communes. `speeds_km_h` are by class of road, empty when the router keeps them for itself.
    `far_from_road_m` has the communes whose town hall is over a kilometre from its road.
    """

    engine: str
    profile: str
    roads: str
    roads_date: date | None
    computed_on: date
    vintage: int
    speeds_km_h: dict[str, float] = field(default_factory=dict)
    far_from_road_m: dict[str, float] = field(default_factory=dict)

    @property
    def caption(self) -> str:
        """
        Say in French where the times come from, to stand beside every figure.

        Examples
        --------
        >>> MatrixFacts(engine="OSRM", profile="driving", roads="x", roads_date=date(2025, 11, 7),
        ...     computed_on=date(2026, 1, 2), vintage=2026).caption
        'temps de trajet en voiture de mairie à mairie, calculés par OSRM (profil driving) sur les routes
        OpenStreetMap du 7 novembre 2025'
        """
        of_day = (
            f"du {write_date(self.roads_date)}"
            if self.roads_date
            else f"de date inconnue, le {write_date(self.computed_on)}"
        )
        return (
            f"temps de trajet en voiture de mairie à mairie, calculés par {self.engine} "
            f"(profil {self.profile}) sur les routes OpenStreetMap {of_day}"
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class TravelMatrix:
    """Tenths of a minute from `origins` (columns) to `destinations` (rows), `NO_WAY` where there is none."""

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    tenths: Tenths
    facts: MatrixFacts

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each destination's code."""
        return {code: row for row, code in enumerate(self.destinations)}

    def find_missing(self, codes: Sequence[str]) -> list[str]:
        """List the destinations that the matrix does not know."""
        return sorted(set(codes).difference(self.row_of))

    def minutes_to(self, codes: Sequence[str]) -> NDArray[np.float64]:
        """Give minutes, shape (origins, codes), NaN where there is no way."""
        return as_minutes(self.tenths[[self.row_of[code] for code in codes]]).T

    def minutes_to_nearest(self, codes: Sequence[str]) -> NDArray[np.float64]:
        """Give minutes to the nearest of some destinations, shape (origins,), NaN where there is no way."""
        rows = sorted({self.row_of[code] for code in codes})
        return as_minutes(self.tenths[rows].min(axis=0, initial=NO_WAY))


def as_tenths(seconds: NDArray[np.float64]) -> Tenths:
    """
    Round seconds to tenths of a minute; what is not finite becomes `NO_WAY`.

    Examples
    --------
    >>> as_tenths(np.array([0.0, 90.0, np.inf])).tolist()
    [0, 15, 65535]
    """
    is_known = np.isfinite(seconds)
    tenths = np.rint(np.where(is_known, seconds, 0.0) / 60 * TENTHS).clip(0, NO_WAY - 1)
    return np.where(is_known, tenths, NO_WAY).astype(np.uint16)


def as_minutes(tenths: Tenths) -> NDArray[np.float64]:
    """Turn tenths into minutes, NaN where there is no way."""
    return np.where(tenths == NO_WAY, np.nan, tenths / TENTHS)


def write_matrix(matrix: TravelMatrix, path: Path) -> None:
    """
    Write the matrix whole or not at all.

    Raises
    ------
    FileNotWrittenError
        If the folder is missing, read-only or full; the file in place is then as it was.
    """
    facts = asdict(matrix.facts) | {"format": _FORMAT, "origins": list(matrix.origins)}
    values = pa.array(matrix.tenths.ravel(), type=pa.uint16())
    table = pa.table(
        {
            "destination": pa.array(matrix.destinations, type=pa.string()),
            "minutes_x10": pa.FixedSizeListArray.from_arrays(values, len(matrix.origins)),
        }
    ).replace_schema_metadata({_KEY: orjson.dumps(facts)})
    write_atomically(path, lambda target: pq.write_table(table, target, compression="zstd"))


def read_matrix(path: Path) -> TravelMatrix:
    """
    Read the matrix.

    Raises
    ------
    UnreadableMatrixError
        If the file is not one, or is damaged.
    """
    try:
        table = pq.read_table(path)
        said = orjson.loads((table.schema.metadata or {})[_KEY])
        if said.pop("format") != _FORMAT:
            raise UnreadableMatrixError(path=path, why="écrit par une autre version du service")
        origins = tuple(said.pop("origins"))
        lists = table.column("minutes_x10").combine_chunks()
        tenths = lists.flatten().to_numpy(zero_copy_only=False).reshape(len(table), len(origins))
        return TravelMatrix(
            origins=origins,
            destinations=tuple(table.column("destination").to_pylist()),
            tenths=tenths,
            facts=_read_facts(said),
        )
    except (OSError, pa.ArrowException) as error:
        raise UnreadableMatrixError(path=path, why="ce n'est pas un fichier Parquet entier") from error
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, UnreadableMatrixError):
            raise
        raise UnreadableMatrixError(path=path, why="ce n'est pas une matrice de temps") from error


def _read_facts(said: dict[str, Any]) -> MatrixFacts:
    days = {name: said.pop(name) for name in ("roads_date", "computed_on")}
    return MatrixFacts(
        roads_date=date.fromisoformat(days["roads_date"]) if days["roads_date"] else None,
        computed_on=date.fromisoformat(days["computed_on"]),
        **said,
    )
