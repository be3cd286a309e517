"""The first pages of the atlas: every sheet by name with its page, each name leading to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.french import write_number
from maps import style
from maps.print.furniture import BODY, Credits, start_page, write_foot
from maps.print.letters import measure_mm, prepare, shorten
from maps.print.page import Frame, Page
from maps.print.shapes import Face, Lines, Stroke

_ROW_MM = 4.9
_SIZE_PT = 8.2
_COLUMNS = 2
_GAP_MM = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A line of the index: a name, the key of its page, what stands under which heading."""

    name: str
    key: str
    page_number: int


def draw_index_pages(
    entries: Sequence[IndexEntry], *, credit: Credits, heading: str, lead: str
) -> list[Page]:
    """
    Draw the index, as many pages as its entries need.

    Parameters
    ----------
    entries
        What the atlas holds, in the order of the index.
    credit
        Source and date.
    heading, lead
        What the first page says.
    """
    pages: list[Page] = []
    rest = list(entries)
    while rest or not pages:
        number = len(pages) + 1
        page, y = start_page(
            "Index" if number == 1 else f"Index ({number})", f"index-{number}", label="Atlas",
            heading=heading if number == 1 else "Index (suite)", credit=credit,
            under=lead if number == 1 else "",
        )  # fmt: skip
        foot = write_foot(page, credit)
        rows = int((foot - y - 8) // _ROW_MM)
        shown, rest = rest[: rows * _COLUMNS], rest[rows * _COLUMNS :]
        per_column = -(-len(shown) // _COLUMNS)
        width = (BODY.width - _GAP_MM) / _COLUMNS
        for place, entry in enumerate(shown):
            column, row = divmod(place, per_column)
            left, top = BODY.x + column * (width + _GAP_MM), y + 5 + row * _ROW_MM
            _write_entry(page, entry, Frame(x=left, y=top, width=width, height=_ROW_MM))
        pages.append(page)
    return pages


def _write_entry(page: Page, entry: IndexEntry, frame: Frame) -> None:
    baseline = frame.y + 3.2
    number = write_number(entry.page_number)
    room = frame.width - 10
    name = shorten(entry.name, room, size_pt=_SIZE_PT)
    page.write(frame.x, baseline, name, size_pt=_SIZE_PT)
    page.write(
        frame.right, baseline, number, size_pt=_SIZE_PT, face=Face.SEMIBOLD, colour=style.FRAME, anchor="end"
    )
    start = frame.x + measure_mm(name, Face.REGULAR, _SIZE_PT) + 1.5
    end = frame.right - measure_mm(prepare(number), Face.SEMIBOLD, _SIZE_PT) - 1.5
    if end - start > 2:
        dots = np.array([[start, baseline - 0.3], [end, baseline - 0.3]])
        stroke = Stroke(colour=style.HAIRLINE, width_mm=0.25, dash_mm=(0.1, 1.2))
        page.add(Lines(paths=(dots,), stroke=stroke))
    page.link(frame, entry.key)
