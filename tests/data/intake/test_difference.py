"""Lists are compared by what their rows say: never by their order, never by line numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from data.incoming import StoredRow
from data.intake.difference import Difference, compare_rows, pair_most_similar
from data.intake.identity import digest_row
from geo.records import Kind


@dataclass(frozen=True)
class KeyedCells:
    key: str
    row: Mapping[str, str]
    kind: Kind = Kind.ACTOR
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprint", digest_row(self.row))


class Held:
    """What a register holds of a source."""

    def __init__(self, rows: Sequence[KeyedCells], absent: Sequence[int] = ()) -> None:
        self.rows = rows
        self.stored = [
            StoredRow(
                presence_id=number,
                kind=row.kind,
                key=row.key,
                fingerprint=row.fingerprint,
                is_absent=number in absent,
            )
            for number, row in enumerate(rows)
        ]

    def compare(self, incoming: Sequence[KeyedCells]) -> Difference:
        return compare_rows(
            incoming, self.stored, lambda ids: {number: self.rows[number].row for number in ids}
        )


def cells(key: str, **row: str) -> KeyedCells:
    return KeyedCells(key, {"key": key, **row})


def test_rows_of_one_key_are_told_apart_by_their_other_columns() -> None:
    held = Held([cells("S", mesure="ACI", ville="Lens"), cells("S", mesure="EI", ville="Lens")])

    difference = held.compare(
        [cells("S", mesure="EI", ville="Lens"), cells("S", mesure="ACI", ville="Arras")]
    )

    assert difference == Difference(same=[(1, 0)], changed=[(0, 1)])


def test_the_most_similar_rows_are_paired() -> None:
    held = Held([cells("S", a="1", b="1", c="1"), cells("S", a="2", b="2", c="2")])

    difference = held.compare(
        [cells("S", a="2", b="2", c="9"), cells("S", a="1", b="9", c="1"), cells("S", a="8")]
    )

    assert sorted(difference.changed) == [(0, 1), (1, 0)]
    assert difference.new == [2]


def test_a_vanished_row_is_absent_and_one_that_returns_is_found() -> None:
    held = Held([cells("A"), cells("B")], absent=[1])

    assert held.compare([cells("B")]) == Difference(same=[(1, 0)], absent=[0])


def test_a_present_twin_is_matched_before_an_absent_one() -> None:
    held = Held([cells("A"), cells("A")], absent=[0])

    assert held.compare([cells("A")]) == Difference(same=[(1, 0)], absent=[0])


def test_kinds_do_not_mix() -> None:
    held = Held([KeyedCells("A", {"key": "A"}, Kind.PROJECT)])

    difference = held.compare([cells("A")])

    assert (difference.new, difference.absent) == ([0], [0])


def test_thousands_of_rows_under_one_key_are_compared_slice_by_slice() -> None:
    rows = [cells("", n=str(number)) for number in range(3_000)]
    changed = [cells("", n=str(number), note="x") for number in range(2_500)]

    difference = Held(rows).compare(changed)

    assert len(difference.changed) == 2_500
    assert len(difference.absent) == 500
    assert not difference.new


def test_empty_cells_are_not_alike() -> None:
    assert pair_most_similar([{"a": "", "b": "1"}], [{"a": "", "b": "2"}, {"a": "x", "b": "1"}]) == [(0, 1)]


ROWS = st.lists(
    st.builds(
        cells,
        st.sampled_from("AB"),
        x=st.sampled_from("12"),
        y=st.sampled_from("12"),
        z=st.sampled_from("123"),
    ),
    max_size=8,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_same_rows_in_any_order_are_the_same(rows: list[KeyedCells], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    difference = Held(rows).compare(shuffled)

    assert len(difference.same) == len(rows)
    assert [*difference.new, *difference.changed, *difference.absent] == []


@given(ROWS, ROWS, st.randoms(use_true_random=False))
def test_every_row_is_counted_once_and_order_does_not_count(
    before: list[KeyedCells], after: list[KeyedCells], random: Random
) -> None:
    held = Held(before)
    shuffled = list(after)
    random.shuffle(shuffled)

    difference, again = held.compare(after), held.compare(shuffled)

    indexes = [*difference.new, *(index for _, index in (*difference.same, *difference.changed))]
    ids = [*difference.absent, *(number for number, _ in (*difference.same, *difference.changed))]
    assert sorted(indexes) == list(range(len(after)))
    assert sorted(ids) == list(range(len(before)))
    assert [
        len(part) for part in (difference.new, difference.same, difference.changed, difference.absent)
    ] == [len(part) for part in (again.new, again.same, again.changed, again.absent)]
    assert {(number, after[index].fingerprint) for number, index in difference.changed} == {
        (number, shuffled[index].fingerprint) for number, index in again.changed
    }
