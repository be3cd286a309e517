"""A page of a box is read from an index whose entries have an end: names that have none are on it too."""

from __future__ import annotations

import pytest

from data.questions import find_in_box, find_in_box_soon
from data.session import Register
from geo.boxes import Box
from tests.data.register.builders import LENS, LIEVIN, import_rows, make_row
from tests.engines.event_loop import run_apart

pytestmark = pytest.mark.engines

AROUND_LENS = Box(west=2.7, south=50.3, east=2.9, north=50.5)

# Longer than an entry (2,704 bytes) even when it is packed, longer than a page; and one of which only the
# sectors are long.
LONG_NAMES = (" ".join(f"maison {number * 7919 % 10_007}" for number in range(600)), "é" * 20_000)
LONG_SECTORS = tuple(f"filiere-{number:04}" for number in range(300))


def fill(register: Register) -> list[str]:
    """Place long names among short ones, and give all names in the order of pages."""
    names = [f"Structure {number:02}" for number in range(40)]
    for rank, name in zip((0, 17), LONG_NAMES, strict=True):
        names[rank] = name
    rows = [
        make_row(f"{number}", (LENS[0], LENS[1] + number / 1_000, LENS[2]), name=name)
        for number, name in enumerate(names)
    ]
    rows.append(make_row("nord", (LIEVIN[0], LIEVIN[1], 50.45), name="Aux sectors", sectors=LONG_SECTORS))
    import_rows(register, rows[::-1])
    return [*names, "Aux sectors"]


@pytest.mark.parametrize("size", [1, 7, 200])
def test_every_page_holds_them_in_their_place(register: Register, size: int) -> None:
    names = fill(register)
    found: list[str] = []
    cursor = None
    while True:
        page = find_in_box(register, box=AROUND_LENS, limit=size, cursor=cursor)
        found += [each.name for each in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert found == names
    assert page.items[-1].sectors == LONG_SECTORS


def test_the_event_loop_leaves_such_a_page_to_the_usual_way(server: Register) -> None:
    async def is_answered_soon() -> bool:
        # What has to be known of a state of the data is asked the usual way, once.
        find_in_box(server, box=AROUND_LENS)
        try:
            return await find_in_box_soon(server, box=AROUND_LENS) is not None
        finally:
            await server.end_asking()

    import_rows(server, [make_row("courte")])
    assert run_apart(is_answered_soon)
    import_rows(server, [make_row("longue", name=LONG_NAMES[0])], source="une autre")
    assert not run_apart(is_answered_soon)
