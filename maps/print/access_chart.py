"""The coverage curve on paper: what share of the inhabitants lives within each minute of an antenne."""

from __future__ import annotations

import numpy as np

from geo.coverage.access import AccessCurve
from geo.coverage.answers import SitingAnswer
from geo.coverage.siting_sentences import find_best
from geo.french import write_at_place
from maps import style
from maps.popup import clean_text
from maps.print.headings import write_heading
from maps.print.letters import shorten
from maps.print.page import Frame, Page
from maps.print.shapes import Anchor, Area, Face, Lines, Points, Stroke

_LONGEST_MIN = 90
_MARKED_MIN = (20, 30, 45)
_GRID = Stroke(colour=style.AROUND, width_mm=0.2)
_AXIS = Stroke(colour=style.BORDER, width_mm=0.2)
_TODAY = Stroke(colour=style.FRAME, width_mm=0.45)
_NEXT = Stroke(colour=style.BRICK, width_mm=0.45, dash_mm=(1.4, 0.9))
_KEY_MM = 7.0


def draw_access_curve(page: Page, frame: Frame, siting: SitingAnswer) -> None:
    """
    Draw the curve of today and that of the best antenne more, in a frame, with its title and its key.

    The band is that of an estimate, of today only: two bands over one another would hide both.
    """
    top = write_heading(page, "Qui vit à combien de minutes ?", frame.x, frame.y, frame.width)
    best = find_best(siting)
    if siting.antenne_count:
        top = _write_key(page, frame, top, today=_TODAY, label="les antennes d’aujourd’hui")
    if best is not None:
        where = write_at_place(clean_text(best.commune_name))
        name = shorten(f"avec une antenne {where}", frame.width - 9, size_pt=7.5)
        top = _write_key(page, frame, top, today=_NEXT, label=name)
    plot = Frame(x=frame.x + 9, y=top + 1.5, width=frame.width - 11, height=frame.bottom - top - 8)
    if siting.is_estimated and siting.antenne_count:
        page.add(Area(rings=(_band(plot, siting.change.curve_before),), fill=style.AROUND))
    _draw_axes(page, plot)
    if best is not None:
        page.add(Lines(paths=(_trace(plot, siting.change.curve_after),), stroke=_NEXT))
    if siting.antenne_count:
        page.add(Lines(paths=(_trace(plot, siting.change.curve_before),), stroke=_TODAY))


def _write_key(page: Page, frame: Frame, y: float, *, today: Stroke, label: str) -> float:
    line = np.array([[frame.x, y + 1.8], [frame.x + _KEY_MM, y + 1.8]])
    page.add(Lines(paths=(line,), stroke=today))
    page.write(frame.x + _KEY_MM + 1.5, y + 2.8, label, size_pt=7.5)
    return y + 3.8


def _draw_axes(page: Page, plot: Frame) -> None:
    for share in (0, 50, 100):
        y = plot.bottom - plot.height * share / 100
        page.rule(plot.x, y, plot.width, stroke=_AXIS if share == 0 else _GRID)
        page.write(plot.x - 1.2, y + 0.9, f"{share} %", size_pt=7, colour=style.SOFT_INK, anchor="end")
    for minutes in (0, *_MARKED_MIN, 60, _LONGEST_MIN):
        x = plot.x + plot.width * minutes / _LONGEST_MIN
        if minutes in _MARKED_MIN:
            page.add(Lines(paths=(np.array([[x, plot.y], [x, plot.bottom]]),), stroke=_GRID))
        label = f"{minutes} min" if minutes == _LONGEST_MIN else str(minutes)
        anchor: Anchor = "end" if minutes == _LONGEST_MIN else "middle"
        page.write(x, plot.bottom + 3.6, label, size_pt=7, colour=style.SOFT_INK, anchor=anchor)
    page.write(
        plot.right, plot.bottom - 1.4, "part des habitants", size_pt=7, face=Face.ITALIC,
        colour=style.SOFT_INK, anchor="end",
    )  # fmt: skip


def _place(plot: Frame, minutes: Points, shares: Points) -> Points:
    return np.column_stack(
        (plot.x + plot.width * minutes / _LONGEST_MIN, plot.bottom - plot.height * np.clip(shares, 0, 1))
    )


def _trace(plot: Frame, curve: AccessCurve) -> Points:
    return _place(plot, curve.minutes, curve.share)


def _band(plot: Frame, curve: AccessCurve) -> Points:
    over = _place(plot, curve.minutes, curve.share_high)
    under = _place(plot, curve.minutes, curve.share_low)
    return np.vstack((over, under[::-1], over[:1]))
