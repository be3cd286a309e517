"""Fill an R*Tree at once, ten times faster than entry by entry, and packed tighter.

SQLite keeps a tree in three tables of its own: `_node` (number, bytes), `_parent` (node, node above) and
`_rowid` (entry, leaf). A node is two bytes of depth (in the root only), two of how many cells it has, then
the cells: eight bytes of entry or child number and a big-endian 32-bit float for each bound
(sqlite.org/rtree.html, § 7, and the head of rtree.c). Entries are laid out by sort-tile-recursion
(Leutenegger, Lopez and Edgington, « STR: a simple and efficient algorithm for R-tree packing », ICDE 1997).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

# Room is left in every node, so that later entries do not split it at once.
_FILL = 0.8
_HEADER_BYTES = 4
_ROOT = 1

_Bounds = NDArray[np.float32]


def pack_rtree(
    connection: Connection,
    table: str,
    ids: NDArray[np.int64],
    shelves: NDArray[np.int64],
    lows: NDArray[np.float64],
    highs: NDArray[np.float64],
) -> None:
    """
    Replace what a tree holds.

    Parameters
    ----------
    connection
        A connection inside a writing transaction.
    table
        The tree.
    ids
        Distinct entry numbers, shape (n,).
    shelves
        Entries of one shelf are kept together: they are searched together; shape (n,).
    lows, highs
        Bounds of each entry on each axis, in the tree's order of axes, shape (n, axes). The first two axes
        are the plane in which entries are tiled.
    """
    node_bytes = int(
        connection.exec_driver_sql(
            f"SELECT length(data) FROM {table}_node WHERE nodeno = {_ROOT}"
        ).scalar_one()
    )
    bounds = _round_outwards(lows, highs)
    cell = np.dtype([("number", ">i8"), ("bounds", ">f4", (bounds.shape[1],))])
    capacity = (node_bytes - _HEADER_BYTES) // cell.itemsize
    order = _tile(shelves, lows[:, 0], lows[:, 1], per_leaf=max(2, int(capacity * _FILL)))
    numbers, bounds = ids[order], bounds[order]
    nodes: list[tuple[int, bytes]] = []
    parents: list[tuple[int, int]] = []
    rowids: list[tuple[int, int]] = []
    depth = 0
    following = _ROOT + 1
    while True:
        starts = _cut(len(numbers), max(2, int(capacity * _FILL)))
        is_root = len(starts) <= 1
        node_numbers = (
            np.array([_ROOT]) if is_root else np.arange(following, following + len(starts), dtype=np.int64)
        )
        cells = np.zeros(len(numbers), dtype=cell)
        cells["number"], cells["bounds"] = numbers, bounds
        sizes = np.diff([*starts.tolist(), len(numbers)]) if len(starts) else np.array([0])
        held = zip(numbers.tolist(), np.repeat(node_numbers, sizes).tolist(), strict=True)
        (parents if depth else rowids).extend(held)
        ends = np.cumsum(sizes).tolist()
        for number, size, end in zip(node_numbers.tolist(), sizes.tolist(), ends, strict=True):
            head = (depth if is_root else 0).to_bytes(2, "big") + size.to_bytes(2, "big")
            nodes.append((number, (head + cells[end - size : end].tobytes()).ljust(node_bytes, b"\0")))
        if is_root:
            break
        numbers, bounds = node_numbers, _enclose(bounds, starts)
        following += len(starts)
        depth += 1
    for name in ("node", "parent", "rowid"):
        connection.exec_driver_sql(f"DELETE FROM {table}_{name}")
    for name, rows in (("node", nodes), ("parent", parents), ("rowid", sorted(rowids))):
        if rows:
            connection.exec_driver_sql(f"INSERT INTO {table}_{name} VALUES (?, ?)", rows)


def _round_outwards(lows: NDArray[np.float64], highs: NDArray[np.float64]) -> _Bounds:
    """Give low and high of each axis in turn as 32-bit floats that still hold the exact values."""
    bounds = np.empty((len(lows), lows.shape[1] * 2), dtype=np.float32)
    low, high = lows.astype(np.float32), highs.astype(np.float32)
    bounds[:, 0::2] = np.where(low > lows, np.nextafter(low, np.float32(-np.inf)), low)
    bounds[:, 1::2] = np.where(high < highs, np.nextafter(high, np.float32(np.inf)), high)
    return bounds


def _tile(
    shelves: NDArray[np.int64], x: NDArray[np.float64], y: NDArray[np.float64], *, per_leaf: int
) -> NDArray[np.intp]:
    """Give the order in which entries fill the leaves: shelf by shelf, in columns of x, each along y."""
    by_x = np.lexsort((x, shelves))
    _, first, count = np.unique(shelves[by_x], return_index=True, return_counts=True)
    rank = np.arange(len(by_x)) - np.repeat(first, count)
    leaves = np.ceil(count / per_leaf)
    column_length = per_leaf * np.ceil(np.sqrt(leaves))
    column = np.empty(len(by_x), dtype=np.int64)
    column[by_x] = rank // np.repeat(column_length, count)
    return np.lexsort((y, column, shelves))


def _cut(count: int, per_node: int) -> NDArray[np.int64]:
    """Give where each node begins, nodes being as even as can be."""
    node_count = math.ceil(count / per_node)
    return np.arange(node_count, dtype=np.int64) * count // max(node_count, 1)


def _enclose(bounds: _Bounds, starts: NDArray[np.int64]) -> _Bounds:
    """Give the bounds of each node from those of its cells."""
    enclosing = np.empty((len(starts), bounds.shape[1]), dtype=np.float32)
    enclosing[:, 0::2] = np.minimum.reduceat(bounds[:, 0::2], starts, axis=0)
    enclosing[:, 1::2] = np.maximum.reduceat(bounds[:, 1::2], starts, axis=0)
    return enclosing
