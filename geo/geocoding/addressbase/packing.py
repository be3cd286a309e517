"""Texts, names and points as the arrays of an index."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.addressbase.layout import BUCKET_SHIFT, LONGEST_STEP, find_cells, sign_letters

Ints = NDArray[np.int64]


def pack_texts(name: str, texts: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Keep texts as one run of bytes, a line each, and where each starts."""
    encoded = [text.replace("\n", " ").encode() for text in texts]
    starts = np.zeros(len(encoded) + 1, dtype=np.uint32)
    starts[1:] = np.cumsum([len(each) + 1 for each in encoded])
    blob = b"\n".join(encoded) + b"\n"
    return {f"{name}_start": starts, f"{name}s": np.frombuffer(blob, dtype=np.uint8)}


def hash_names(name: str, commune: Ints, keys: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Index names by the hash of commune and name, and count the communes that have each name."""
    encoded = [key.encode() for key in keys]
    hashes = np.array(
        [zlib.crc32(key, code) for key, code in zip(encoded, commune.tolist(), strict=True)], dtype=np.uint32
    )
    order = np.argsort(hashes, kind="stable")
    known, counts = np.unique(
        np.array([zlib.crc32(key) for key in encoded], dtype=np.uint32), return_counts=True
    )
    return {
        f"{name}_hash": hashes[order],
        f"{name}_bucket": find_buckets(hashes[order]),
        f"{name}_street": order.astype(np.uint32),
        f"known_{name}_hash": known,
        f"known_{name}_bucket": find_buckets(known),
        f"known_{name}_count": np.minimum(counts, 65_535).astype(np.uint16),
    }


def find_buckets(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Give where the hashes that share their first bits start, among sorted ones."""
    firsts = np.arange((1 << 32 - BUCKET_SHIFT) + 1, dtype=np.uint64) << np.uint64(BUCKET_SHIFT)
    return np.searchsorted(hashes.astype(np.uint64), firsts).astype(np.uint32)


def sign_names(distinct: Sequence[str], names: Ints) -> NDArray[np.uint64]:
    """Sign the letters of names, given as indexes into the distinct ones."""
    signatures = np.fromiter(map(sign_letters, distinct), dtype=np.uint64, count=len(distinct))
    return signatures[names]


def shorten_points(lon: Ints, lat: Ints, middle: Ints, street: Ints, starts: Ints) -> dict[str, NDArray[Any]]:
    """Keep points as steps from the middle of their street: a millionth of a degree, more in a long one."""
    east, north = lon - lon[middle][street], lat - lat[middle][street]
    furthest = np.maximum.reduceat(np.maximum(np.abs(east), np.abs(north)), starts[:-1])
    step = np.maximum(1, -(-furthest // LONGEST_STEP))
    return {
        "street_step": step.astype(np.uint32),
        "number_east": np.rint(east / step[street]).astype(np.int16),
        "number_north": np.rint(north / step[street]).astype(np.int16),
    }


def index_cells(lon: Ints, lat: Ints) -> dict[str, NDArray[Any]]:
    """Sort numbers by the cell they stand in, for reverse geocoding."""
    cell = find_cells(lon, lat)
    order = np.argsort(cell, kind="stable")
    cells, starts = np.unique(cell[order], return_index=True)
    return {
        "cell": cells.astype(np.int64),
        "cell_start": np.append(starts, len(order)).astype(np.uint32),
        "cell_number": order.astype(np.uint32),
    }
