"""The funnel plot on paper: ratios against expected counts, between the lines that chance rarely crosses."""

from __future__ import annotations

import numpy as np

from geo.coverage.funnel import trace_funnel_limits
from geo.coverage.study import CoverageStudy
from geo.french import write_number
from maps import style
from maps.popup import clean_text
from maps.print.callouts import Callouts
from maps.print.headings import write_heading
from maps.print.page import Frame, Page
from maps.print.shapes import Disc, Face, Lines, Points, Stroke

_AXIS = Stroke(colour=style.BORDER, width_mm=0.2)
_EVEN = Stroke(colour=style.INK, width_mm=0.3)
# As on the site: the nearer line whole, the farther one in dashes.
_INNER = Stroke(colour=style.FRAME, width_mm=0.35)
_OUTER = Stroke(colour=style.FRAME, width_mm=0.3, dash_mm=(1.2, 0.8))
_MOST_RATIO = 4.0
_NAMED = 6


def draw_funnel(page: Page, frame: Frame, study: CoverageStudy) -> None:
    """Draw the funnel of a study in a frame, with its title; a sentence where there is nothing to draw."""
    top = write_heading(page, "Observé sur attendu, et le hasard", frame.x, frame.y, frame.width)
    funnel = study.funnel
    if funnel is None:
        page.write_block(frame.x, top, "Le registre ne compte encore personne.", frame.width, size_pt=8.5)
        return
    plot = Frame(x=frame.x + 7, y=top + 1, width=frame.width - 9, height=frame.bottom - top - 10)
    scale = _Scale(plot, float(np.nanmax(funnel.expected)))
    _draw_axes(page, plot, scale)
    grid = np.geomspace(scale.low, scale.high, 120)
    callouts = Callouts(page, plot)
    # The figures of the axes are not written over, nor run together with a name.
    boxes = [words.box for words in page.words]
    callouts.spots.extend((left - 2, top, right + 2, bottom) for left, top, right, bottom in boxes)
    for level, stroke in ((0.95, _INNER), (0.998, _OUTER)):
        limits = trace_funnel_limits(grid, level=level, dispersion=funnel.dispersion)
        for side in (limits.low, limits.high):
            _add_lines(page, callouts, _trace(scale, grid, np.minimum(side, _MOST_RATIO), stroke))
    for ratio in range(1, int(_MOST_RATIO)):
        even = _trace(scale, grid, np.full_like(grid, ratio), _EVEN)
        _add_lines(page if ratio == 1 else None, callouts, even)
    outside = np.zeros(len(funnel.ratio), dtype=bool)
    for flags in funnel.flags:
        if flags.level < 0.99:
            outside |= flags.is_below | flags.is_above
    points: list[Disc] = []
    for place in np.argsort(outside, kind="stable"):
        if np.isfinite(funnel.ratio[place]):
            x, y = scale.place(float(funnel.expected[place]), float(funnel.ratio[place]))
            points.append(_draw_point(x, y, is_outside=bool(outside[place])))
            callouts.keep_point(x, y, points[-1].radius_mm)
    names = [row.name for row in study.answer.rows]
    _name_points(callouts, scale, funnel.expected, funnel.ratio, outside, names)
    page.add(*points)


class _Scale:
    """Places expected counts (logarithmic) and ratios (linear, cut at 4) in the plot."""

    def __init__(self, plot: Frame, largest: float) -> None:
        self.plot = plot
        self.low, self.high = 0.1, max(10.0, largest * 1.3)

    def place(self, expected: float, ratio: float) -> tuple[float, float]:
        share = np.log(max(expected, self.low) / self.low) / np.log(self.high / self.low)
        height = min(ratio, _MOST_RATIO) / _MOST_RATIO
        return self.plot.x + self.plot.width * float(share), self.plot.bottom - self.plot.height * height


def _trace(scale: _Scale, grid: Points, ratios: Points, stroke: Stroke) -> list[Lines]:
    places = np.array([scale.place(float(e), float(r)) for e, r in zip(grid, ratios, strict=True)])
    # What the plot cuts is not drawn along its edge.
    is_cut = np.asarray(ratios) >= _MOST_RATIO
    kept = places[~is_cut]
    return [Lines(paths=(kept,), stroke=stroke)] if len(kept) > 1 else []


def _draw_axes(page: Page, plot: Frame, scale: _Scale) -> None:
    for ratio in range(int(_MOST_RATIO) + 1):
        _, y = scale.place(1, ratio)
        page.rule(plot.x, y, plot.width, stroke=Stroke(colour=style.AROUND, width_mm=0.2))
        label = f"{ratio} ou +" if ratio == _MOST_RATIO else str(ratio)
        if ratio == _MOST_RATIO:
            page.write(plot.x + 0.8, y + 3, label, size_pt=7, colour=style.SOFT_INK)
        else:
            page.write(plot.x - 1.2, y + 0.9, label, size_pt=7, colour=style.SOFT_INK, anchor="end")
    for expected in (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000):
        if scale.low <= expected <= scale.high:
            x, _ = scale.place(expected, 0)
            tick = np.array([[x, plot.bottom], [x, plot.bottom + 1]])
            page.add(Lines(paths=(tick,), stroke=_AXIS))
            decimals = 1 if expected < 1 else 0
            page.write(
                x, plot.bottom + 3.8, write_number(expected, decimals), size_pt=7, colour=style.SOFT_INK,
                anchor="middle",
            )  # fmt: skip
    page.rule(plot.x, plot.bottom, plot.width, stroke=_AXIS)
    page.write(
        plot.right, plot.bottom + 7.2, "nombre attendu d’après la population", size_pt=7, face=Face.ITALIC,
        colour=style.SOFT_INK, anchor="end",
    )  # fmt: skip


def _add_lines(page: Page | None, callouts: Callouts, lines: list[Lines]) -> None:
    """Draw lines, unless the axes did, and keep names off them."""
    for line in lines:
        callouts.keep_lines(line)
        if page is not None:
            page.add(line)


def _draw_point(x: float, y: float, *, is_outside: bool) -> Disc:
    colour = style.BRICK if is_outside else style.CIRCLE_FILL
    edge = Stroke(colour="#ffffff", width_mm=0.15)
    return Disc(x=x, y=y, radius_mm=0.95 if is_outside else 0.8, fill=colour, stroke=edge)


def _name_points(
    callouts: Callouts, scale: _Scale, expected: Points, ratios: Points, outside: Points, names: list[str]
) -> None:
    """Name the points outside the lines, the most expected first, where there is room."""
    found = [place for place in np.argsort(-np.asarray(expected)) if outside[place]]
    for place in found[:_NAMED]:
        x, y = scale.place(float(expected[place]), float(ratios[place]))
        callouts.write(x, y, clean_text(names[place]))
