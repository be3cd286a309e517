"""What a list changes: each of its rows is new, changed or the same, and what it no longer shows is absent.

Rows are matched inside their kind and key: equal digests first, then, among what is left, the most similar
ones. The order of the rows never counts: neither line numbers nor ids decide anything but between equals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.incoming import StoredRow
from geo.records import Kind

# Rows under one key that are compared each with each; beyond (a list without names), slice by slice.
_COMPARED_AT_ONCE = 2_000

ReadReceived = Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]]


class KeyedRow(Protocol):
    """What is needed of an incoming row to match it."""

    @property
    def kind(self) -> Kind:
        """What the row is."""

    @property
    def key(self) -> str:
        """What identifies it."""

    @property
    def fingerprint(self) -> str:
        """The digest of all it holds."""

    @property
    def row(self) -> Mapping[str, str]:
        """Its cells as received."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """
    How a list differs from what the register holds of its source.

    `new` are indexes into the list, `absent` are ids; `same` and `changed` pair an id with an index.
    """

    new: list[int] = field(default_factory=list)
    same: list[tuple[int, int]] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)
    absent: list[int] = field(default_factory=list)


def compare_rows(
    incoming: Sequence[KeyedRow], stored: Sequence[StoredRow], read_received: ReadReceived
) -> Difference:
    """
    Match the rows of a list with those that the register holds.

    Parameters
    ----------
    incoming
        The rows of the list.
    stored
        The rows held of the same source, absent ones included: they may come back.
    read_received
        Gives the cells of stored rows by presence id; asked only for rows that share a key and differ.

    Returns
    -------
    Difference
        Every incoming row once in `new`, `same` or `changed`; every stored one in those or in `absent`.
    """
    held: dict[tuple[Kind, str], list[StoredRow]] = defaultdict(list)
    for stored_row in stored:
        held[stored_row.kind, stored_row.key].append(stored_row)
    received: dict[tuple[Kind, str], list[int]] = defaultdict(list)
    for index, row in enumerate(incoming):
        received[row.kind, row.key].append(index)
    difference = Difference()
    doubtful: list[tuple[list[int], list[StoredRow]]] = []
    for key, indexes in received.items():
        left, unmatched = _match_equal(incoming, indexes, held.pop(key, []), difference)
        if not unmatched:
            difference.new.extend(left)
        elif not left:
            difference.absent.extend(row.presence_id for row in unmatched)
        elif len(left) == len(unmatched) == 1:
            difference.changed.append((unmatched[0].presence_id, left[0]))
        else:
            doubtful.append((left, unmatched))
    difference.absent.extend(row.presence_id for rows in held.values() for row in rows)
    _match_similar(incoming, doubtful, read_received, difference)
    difference.new.sort()
    difference.absent.sort()
    return difference


def _match_equal(
    incoming: Sequence[KeyedRow], indexes: list[int], rows: list[StoredRow], difference: Difference
) -> tuple[list[int], list[StoredRow]]:
    """Match rows of one key that are the same, cell by cell; give what is left on both sides."""
    if not rows:
        return indexes, []
    by_fingerprint: dict[str, list[StoredRow]] = defaultdict(list)
    # Popped from the end: present rows go before absent ones, older presences before newer.
    for row in sorted(rows, key=lambda row: (not row.is_absent, -row.presence_id)):
        by_fingerprint[row.fingerprint].append(row)
    left = []
    for index in indexes:
        equal = by_fingerprint.get(incoming[index].fingerprint)
        if equal:
            difference.same.append((equal.pop().presence_id, index))
        else:
            left.append(index)
    return left, [row for equal in by_fingerprint.values() for row in equal]


def _match_similar(
    incoming: Sequence[KeyedRow],
    doubtful: Sequence[tuple[list[int], list[StoredRow]]],
    read_received: ReadReceived,
    difference: Difference,
) -> None:
    if not doubtful:
        return
    cells = read_received([row.presence_id for _, rows in doubtful for row in rows])
    for indexes, rows in doubtful:
        # Between equals the order is that of the digests: the same whatever the order of the file.
        left = sorted(indexes, key=lambda index: incoming[index].fingerprint)
        held = sorted(rows, key=lambda row: (row.is_absent, row.fingerprint, row.presence_id))
        matched, taken = set(), set()
        for start in range(0, min(len(left), len(held)), _COMPARED_AT_ONCE):
            some = left[start : start + _COMPARED_AT_ONCE]
            others = held[start : start + _COMPARED_AT_ONCE]
            pairs = pair_most_similar(
                [incoming[index].row for index in some],
                [cells.get(row.presence_id, {}) for row in others],
            )
            for position, rank in pairs:
                difference.changed.append((others[rank].presence_id, some[position]))
                matched.add(some[position])
                taken.add(others[rank].presence_id)
        difference.new.extend(index for index in left if index not in matched)
        difference.absent.extend(row.presence_id for row in held if row.presence_id not in taken)


def pair_most_similar(
    rows: Sequence[Mapping[str, str]], others: Sequence[Mapping[str, str]]
) -> list[tuple[int, int]]:
    """
    Pair rows with others, those with the most equal cells first; what is too many on one side stays alone.

    Examples
    --------
    >>> pair_most_similar([{"a": "1", "b": "2"}], [{"a": "9", "b": "9"}, {"a": "1", "b": "9"}])
    [(0, 1)]
    """
    scores = _count_equal_cells(rows, others)
    is_free = np.ones(len(others), dtype=bool)
    waiting = list(range(len(rows)))
    pairs = []
    for score in range(int(scores.max(initial=0)), -1, -1):
        left = []
        for index in waiting:
            found = np.flatnonzero((scores[index] == score) & is_free)
            if found.size:
                is_free[found[0]] = False
                pairs.append((index, int(found[0])))
            else:
                left.append(index)
        waiting = left
    return pairs


def _count_equal_cells(
    rows: Sequence[Mapping[str, str]], others: Sequence[Mapping[str, str]]
) -> NDArray[np.int16]:
    """Count, for each pair, the columns in which both hold the same text; empty cells are not alike."""
    scores = np.zeros((len(rows), len(others)), dtype=np.int16)
    columns = dict.fromkeys(name for row in (*rows, *others) for name in row)
    for name in columns:
        codes: dict[str, int] = {}
        ours = [codes.setdefault(row.get(name, ""), len(codes)) for row in rows]
        theirs = [codes.setdefault(row.get(name, ""), len(codes)) for row in others]
        empty = codes.get("", -1)
        left, right = np.array(ours), np.array(theirs)
        scores += (left[:, None] == right[None, :]) & (left[:, None] != empty)
    return scores
