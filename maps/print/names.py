"""Names in columns, cut by « … et 12 autres » where their frame ends."""

from __future__ import annotations

from collections.abc import Sequence

from maps.print.labels import list_fitting, write_rest
from maps.print.letters import shorten
from maps.print.page import Frame, Page
from maps.print.shapes import Face


def write_names_block(
    page: Page,
    names: Sequence[str],
    frame: Frame,
    *,
    size_pt: float = 7.5,
    columns: int = 3,
    total: int | None = None,
) -> float:
    """
    Write names in columns, one a line, and give the y under them.

    Where the frame ends, « … et 12 autres » counts those left out; `total` also counts those not handed in.
    """
    step = size_pt * 1.42 * 0.3528
    rows = max(1, int(frame.height // step))
    unlisted = max(0, (total or 0) - len(names))
    kept, others = list_fitting(list(names), rows * columns - bool(unlisted))
    others += unlisted
    lines = [*kept, *([write_rest(others)] if others else [])]
    per_column = -(-len(lines) // columns) if lines else 0
    gap = 5.0
    width = (frame.width - gap * (columns - 1)) / columns
    for place, line in enumerate(lines):
        column, row = divmod(place, per_column)
        is_rest = bool(others) and place == len(lines) - 1
        page.write(
            frame.x + column * (width + gap), frame.y + row * step + size_pt * 0.78 * 0.3528,
            shorten(line, width, size_pt=size_pt), size_pt=size_pt,
            face=Face.ITALIC if is_rest else Face.REGULAR,
        )  # fmt: skip
    return frame.y + per_column * step
