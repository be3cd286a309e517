"""The shipped territory referential: see README.md beside the Parquet files for what it is made of."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geo.territories import ContourArrays, Referential, ReferentialTables

FOLDER = Path(__file__).parent
MICRODEGREES = 1e6


@cache
def load_referential() -> Referential:
    """
    Load the shipped referential, once a process.

    Examples
    --------
    >>> from geo.records import Level
    >>> load_referential().get(Level.EPCI, "200093201").name
    'Métropole Européenne de Lille'
    """
    return read_referential(FOLDER)


def read_referential(folder: Path) -> Referential:
    """Read a referential that `scripts/build_reference.py` wrote in `folder`."""
    # Arrow's own pool keeps what it once took; the system's takes it back, 14 MB that serving never needs.
    pa.set_memory_pool(pa.system_memory_pool())
    return Referential.from_tables(
        ReferentialTables(
            communes={
                2022: lambda: read_columns(folder, "communes_2022"),
                2026: lambda: read_columns(folder, "communes"),
            },
            territories=read_columns(folder, "territories"),
            parts=read_columns(folder, "parts"),
            contours=lambda: _read_contours(folder),
            aliases=lambda: read_columns(folder, "aliases"),
            elsewhere=lambda: read_columns(folder, "elsewhere"),
            fingerprint=_fingerprint(folder),
        )
    )


def read_columns(folder: Path, name: str) -> dict[str, list[Any]]:
    """Read one of the referential's tables as plain columns; equal texts are one text in memory."""
    columns: dict[str, list[Any]] = _open(folder, name).to_pydict()
    return {
        key: [sys.intern(value) if isinstance(value, str) else value for value in values]
        for key, values in columns.items()
    }


def _fingerprint(folder: Path) -> str:
    """Digest the files that say who the communes are and what they make up."""
    digest = hashlib.sha256()
    for name in ("communes_2022", "communes", "territories"):
        digest.update((folder / f"{name}.parquet").read_bytes())
    return digest.hexdigest()


def _open(folder: Path, name: str) -> pa.Table:
    # Not `read_table`: it loads the dataset and pandas machinery, a third of a second for nothing.
    return pq.ParquetFile(folder / f"{name}.parquet").read(use_threads=False)


def _read_contours(folder: Path) -> ContourArrays:
    table = _open(folder, "contours").combine_chunks()
    x, y = (_flatten(table.column(name)) for name in ("x_microdeg", "y_microdeg"))
    coordinates = np.column_stack([x[0], y[0]]) / MICRODEGREES
    return ContourArrays(
        codes=table.column("code").to_pylist(),
        coordinates=coordinates,
        ring_offsets=x[1],
        polygon_offsets=x[2],
        commune_offsets=x[3],
    )


def _flatten(column: pa.ChunkedArray) -> tuple[np.ndarray[Any, Any], ...]:
    """Give the values of a thrice nested column, then the offsets of rings, polygons and communes."""
    communes = column.chunk(0)
    polygons = communes.values
    rings = polygons.values
    return (
        _view(rings.values),
        _view(rings.offsets).astype(np.int64),
        _view(polygons.offsets).astype(np.int64),
        _view(communes.offsets).astype(np.int64),
    )


def _view(numbers: pa.Array) -> np.ndarray[Any, Any]:
    """See whole numbers without nulls as numpy does; Arrow's own way imports pandas, a third of a second."""
    kind = np.dtype(f"i{numbers.type.bit_width // 8}")
    start = numbers.offset * kind.itemsize
    return np.frombuffer(numbers.buffers()[1], dtype=kind, count=len(numbers), offset=start)
