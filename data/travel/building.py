"""Computing the matrix by bands of destinations, each kept as soon as it is known.

Stopped by anything, the matrix in place is as it was, and the same command takes up at the first band that is
missing. Bands of another question (other roads, other communes) are thrown away.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np
import orjson
from numpy.typing import NDArray

from data.errors import FileNotWrittenError
from data.travel.matrix import FAR_FROM_ROAD_M, MatrixFacts, Tenths, TravelMatrix, write_matrix
from data.travel.stored import locate_matrix
from geo.french import write_system_error

PARTS = "temps-de-trajet.parties"
"""The folder of the bands already computed, beside the matrix."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Town halls by commune code: WGS84 degrees, shape (n,)."""

    codes: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def take(self, codes: Sequence[str]) -> Places:
        """Keep some of them, in the order given."""
        rank_of = {code: rank for rank, code in enumerate(self.codes)}
        ranks = [rank_of[code] for code in codes]
        return Places(codes=tuple(codes), lon=self.lon[ranks], lat=self.lat[ranks])


class TimesSource(Protocol):
    """What computes times: `band` destinations at once; `identity` is all that its times depend on."""

    band: int

    @property
    def identity(self) -> dict[str, object]:
        """Tell this source from another."""
        ...

    def measure(self, origins: Places, destinations: Places) -> tuple[Tenths, NDArray[np.float64]]:
        """Give times, shape (destinations, origins), and metres from each origin to its road."""
        ...

    def describe(self, *, computed_on: date, vintage: int, far: dict[str, float]) -> MatrixFacts:
        """Say where the times come from, once they are all known."""
        ...


def build_matrix(
    source: TimesSource,
    origins: Places,
    destinations: Places,
    *,
    home: Path,
    vintage: int,
    computed_on: date,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> TravelMatrix:
    """
    Compute and store the times from every origin to every destination.

    Parameters
    ----------
    source
        What computes them.
    origins, destinations
        From where to where.
    home
        The service's folder.
    vintage
        The year of the communes.
    computed_on
        Today.
    progress
        Called with the destinations done and all of them.

    Raises
    ------
    TravelTimesError
        As the source; the matrix in place is as it was.
    FileNotWrittenError
        If the folder is missing, read-only or full.
    """
    folder = _open_folder(home, source, origins, destinations)
    total = len(destinations.codes)
    rows: list[Tenths] = []
    snap_m = np.zeros(len(origins.codes))
    for first in range(0, total, source.band):
        path = folder / f"bande-{first:05d}.npz"
        if not path.exists():
            wanted = destinations.take(destinations.codes[first : first + source.band])
            tenths, away_m = source.measure(origins, wanted)
            _keep(path, tenths, away_m)
        with np.load(path) as kept:
            rows.append(kept["tenths"])
            snap_m = np.maximum(snap_m, kept["away_m"])
        progress(min(first + source.band, total), total)
    far = {
        code: float(round(metres))
        for code, metres in zip(origins.codes, snap_m, strict=True)
        if metres > FAR_FROM_ROAD_M
    }
    matrix = TravelMatrix(
        origins=origins.codes,
        destinations=destinations.codes,
        tenths=np.concatenate(rows),
        facts=source.describe(computed_on=computed_on, vintage=vintage, far=far),
    )
    write_matrix(matrix, locate_matrix(home))
    shutil.rmtree(folder, ignore_errors=True)
    return matrix


def _open_folder(home: Path, source: TimesSource, origins: Places, destinations: Places) -> Path:
    """Give the folder of the bands: those of this very question, or none."""
    question = {
        **source.identity,
        "band": source.band,
        "origins": [origins.codes, origins.lon.tolist(), origins.lat.tolist()],
        "destinations": destinations.codes,
    }
    digest = hashlib.sha256(orjson.dumps(question)).hexdigest()
    folder = home / PARTS
    mark = folder / "question"
    try:
        if not (mark.exists() and mark.read_text(encoding="ascii") == digest):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            mark.write_text(digest, encoding="ascii")
    except OSError as error:
        raise FileNotWrittenError(path=folder, reason=write_system_error(error)) from error
    return folder


def _keep(path: Path, tenths: Tenths, away_m: NDArray[np.float64]) -> None:
    """Keep a band, whole or not at all."""
    unfinished = path.with_suffix(".part")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, tenths=tenths, away_m=away_m)
        unfinished.replace(path)
    except OSError as error:
        raise FileNotWrittenError(path=path, reason=write_system_error(error)) from error
