"""When a source shows a presence, in whatever order its lists are entered."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from data.periods import Period, hide, show

FIRST_DAY = date(2024, 1, 1)


def enter(lists: dict[int, bool], order: list[int]) -> tuple[Period, ...]:
    """Enter lists (by day, whether each shows the presence) in an order; give the periods in the end."""
    periods: tuple[Period, ...] = ()
    entered: list[int] = []
    for day in order:
        later = [FIRST_DAY + timedelta(days=other) for other in entered if other > day]
        move = show if lists[day] else hide
        periods = move(periods, day=FIRST_DAY + timedelta(days=day), next_day=min(later, default=None))
        entered.append(day)
    return periods


@given(st.data())
def test_the_order_in_which_lists_are_entered_changes_nothing(data: st.DataObject) -> None:
    lists = data.draw(st.dictionaries(st.integers(0, 400), st.booleans(), min_size=1, max_size=7))
    in_order = enter(lists, sorted(lists))
    assert enter(lists, data.draw(st.permutations(sorted(lists)))) == in_order


@given(st.dictionaries(st.integers(0, 60), st.booleans(), min_size=1, max_size=7))
def test_a_day_is_what_the_last_list_before_it_says(lists: dict[int, bool]) -> None:
    periods = enter(lists, sorted(lists))
    for day in range(-1, 70):
        said = [lists[each] for each in sorted(lists) if each <= day]
        is_shown = any(period.covers(FIRST_DAY + timedelta(days=day)) for period in periods)
        assert is_shown == (bool(said) and said[-1])


@given(st.dictionaries(st.integers(0, 400), st.booleans(), min_size=1, max_size=7))
def test_entering_a_list_twice_changes_nothing(lists: dict[int, bool]) -> None:
    once = enter(lists, sorted(lists))
    last = max(lists)
    move = show if lists[last] else hide
    assert move(once, day=FIRST_DAY + timedelta(days=last), next_day=None) == once


def test_what_a_second_list_of_the_same_day_brings_back_was_never_away() -> None:
    day = FIRST_DAY + timedelta(days=10)
    shown = show((), day=FIRST_DAY, next_day=None)
    gone = hide(shown, day=day, next_day=None)
    assert gone == (Period(since=FIRST_DAY, until=day),)
    assert show(gone, day=day, next_day=None) == shown
