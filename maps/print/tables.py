"""Tables on paper: a head, rows, hairlines; a text too long for its cell ends in « … »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maps import style
from maps.print.letters import shorten, wrap
from maps.print.page import Page, measure_block, measure_leading
from maps.print.shapes import Anchor, Box, Face, Stroke

_PAD_MM = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: figures stand at the right, names at the left."""

    label: str
    width: float
    anchor: Anchor = "end"


def draw_table(
    page: Page,
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    x: float,
    y: float,
    *,
    step_mm: float = 4.8,
    size_pt: float = 8.0,
) -> float:
    """Draw a table from its upper left corner and give the y under it."""
    head_mm = max(
        measure_block(column.label, column.width - 2 * _PAD_MM, size_pt=7, face=Face.SEMIBOLD, leading=1.1)
        for column in columns
    )
    left = x
    for column in columns:
        _write_head(page, column, left, y, head_mm)
        left += column.width
    y += head_mm + 1.6
    page.rule(x, y, left - x, stroke=Stroke(colour=style.BORDER, width_mm=0.25))
    for place, row in enumerate(rows):
        if place % 2:
            page.add(Box(x=x, y=y, width=left - x, height=step_mm, fill=style.PAPER))
        _write_row(page, columns, row, x, y + step_mm * 0.72, size_pt)
        y += step_mm
    page.rule(x, y, left - x)
    return y


def _write_head(page: Page, column: Column, left: float, y: float, head_mm: float) -> None:
    """Write a head at the foot of its cell, each line aligned as its column."""
    width = column.width - 2 * _PAD_MM
    lines = wrap(column.label, width, size_pt=7, face=Face.SEMIBOLD)
    step = measure_leading(7, 1.1)
    for place, line in enumerate(lines):
        text = " ".join(word.text for word in line)
        baseline = y + head_mm - (len(lines) - 1 - place) * step - 0.4
        at = left + _PAD_MM if column.anchor == "start" else left + column.width - _PAD_MM
        page.write(
            at, baseline, text, size_pt=7, face=Face.SEMIBOLD, colour=style.SOFT_INK, anchor=column.anchor
        )


def _write_row(
    page: Page, columns: Sequence[Column], row: Sequence[str], x: float, baseline: float, size_pt: float
) -> None:
    left = x
    for column, cell in zip(columns, row, strict=True):
        text = shorten(cell, column.width - 2 * _PAD_MM, size_pt=size_pt)
        at = left + _PAD_MM if column.anchor == "start" else left + column.width - _PAD_MM
        is_zero = text == "0"
        page.write(
            at, baseline, text, size_pt=size_pt, anchor=column.anchor,
            colour=style.BRICK if is_zero else style.INK, face=Face.SEMIBOLD if is_zero else Face.REGULAR,
        )  # fmt: skip
        left += column.width
