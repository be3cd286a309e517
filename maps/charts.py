"""The charts of the Collectif's page as SVG: drawn by the server, without scripts, for screen and paper.

Ink is `currentColor`, so that a chart follows the page in light and dark; data have their own colours, which
stand out of both. Text is 12 units in a drawing 360 wide, so that it stays legible on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from geo.coverage.concentration import LorenzCurve
from geo.coverage.funnel import Funnel, trace_funnel_limits
from geo.coverage.trend import RatioPoint
from geo.french import write_number

WIDTH, HEIGHT = 360, 300
LEFT, RIGHT, TOP, BOTTOM = 40, 12, 28, 40
# At least 3:1 on the paper and on the dark page alike (WCAG 1.4.11).
BELOW, ABOVE, NEUTRAL = "#b5622e", "#2f7fa8", "#7d8784"
_GRID_POINTS = 80

MOST_MARKS = 400
"""With more territories than this, a funnel draws only those that stand out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis: values from `low` to `high`, on a logarithmic scale or not, its ticks and its title."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    title: str
    is_log: bool = False

    def place(self, value: float, start: float, end: float) -> float:
        """Give where a value stands between two ends."""
        if self.is_log:
            part = np.log(max(value, self.low) / self.low) / np.log(self.high / self.low)
        else:
            part = (value - self.low) / (self.high - self.low)
        return float(start + (end - start) * min(1.0, max(0.0, part)))


def draw_funnel(funnel: Funnel, names: Sequence[str], *, title: str, description: str) -> str:
    """
    Draw a funnel plot: each territory's ratio against what was expected there, between the limits of chance.

    Those outside the 95 % limits are drawn as triangles that point their way and named in a tooltip; the
    others are circles.

    Examples
    --------
    >>> from geo.coverage.funnel import measure_funnel
    >>> drawn = draw_funnel(measure_funnel([0, 12], [3.5, 3.5]), ["A", "B"], title="T", description="D")
    >>> drawn.count("<circle"), drawn.count("chart-above")
    (1, 1)
    """
    known = funnel.expected > 0
    expected, ratio = funnel.expected[known], funnel.ratio[known]
    low, high = max(0.05, float(expected.min()) * 0.8), max(1.0, float(expected.max()) * 1.25)
    top = float(min(8.0, max(2.0, np.ceil(ratio.max() * 1.05))))
    ticks = tuple(
        each for each in (0.1, 0.3, 1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000) if low <= each <= high
    )
    across = Axis(
        low=low,
        high=high,
        ticks=tuple((each, write_number(each, 1 if each < 1 else 0)) for each in ticks),
        title="Nombre attendu (échelle logarithmique)",
        is_log=True,
    )
    step = 1 if top <= 5 else 2
    # What is higher is drawn on the upper edge, and the axis says so.
    most = write_number(top)
    cut = f" ({most} : {most} ou plus)" if ratio.max() > top else ""
    up = Axis(
        low=0,
        high=top,
        ticks=tuple((each, write_number(each)) for each in range(0, int(top) + 1, step)),
        title=f"Observé ÷ attendu{cut}",
    )
    grid = np.geomspace(low, high, _GRID_POINTS)
    lines = []
    for place, flags in enumerate(funnel.flags):
        limits = trace_funnel_limits(grid, level=flags.level, dispersion=funnel.dispersion)
        dash = ' stroke-dasharray="4 3"' if place else ""
        for bound in (limits.low, limits.high):
            path = _trace(across, up, grid, bound)
            lines.append(f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="1.2"{dash}/>')
    parity = _y(up, 1)
    lines.append(f'<path d="M{LEFT} {parity:.1f}H{WIDTH - RIGHT}" stroke="{NEUTRAL}" stroke-width="1.2"/>')
    inner = funnel.flags[0]
    marks = []
    drawn_ranks = np.flatnonzero(known)
    if len(drawn_ranks) > MOST_MARKS:
        drawn_ranks = np.flatnonzero(known & (inner.is_above | inner.is_below))
    for rank in drawn_ranks:
        x, y = _x(across, float(funnel.expected[rank])), _y(up, float(funnel.ratio[rank]))
        marks.append(
            _mark(
                x,
                y,
                names[int(rank)],
                is_above=bool(inner.is_above[rank]),
                is_below=bool(inner.is_below[rank]),
            )
        )
    return _frame(across, up, [*lines, *marks], title=title, description=description)


def draw_lorenz(curve: LorenzCurve, *, title: str, description: str) -> str:
    """
    Draw Lorenz's curve against parity.

    Examples
    --------
    >>> from geo.coverage.concentration import trace_lorenz
    >>> draw_lorenz(trace_lorenz([3, 1], [500, 500]), title="T", description="D").count("fill-opacity")
    0
    """
    shares = tuple((each / 100, write_number(each)) for each in (0, 25, 50, 75, 100))
    across = Axis(low=0, high=1, ticks=shares, title="Part cumulée de la population (%)")
    up = Axis(low=0, high=1, ticks=shares, title="Part cumulée des présences (%)")
    parity = _trace(across, up, np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    line = _trace(across, up, curve.population_shares, curve.presence_shares)
    drawn = [
        f'<path d="{parity}" fill="none" stroke="{NEUTRAL}" stroke-width="1.2" stroke-dasharray="4 3"/>',
        f'<path d="{line}" fill="none" stroke="{ABOVE}" stroke-width="2.5"/>',
    ]
    return _frame(across, up, drawn, title=title, description=description)


def draw_ratio_line(line: Sequence[RatioPoint], *, title: str, description: str) -> str:
    """
    Draw the ratio outside from date to date, with its band; dates without a presence break the line.

    Examples
    --------
    >>> from datetime import date
    >>> points = [RatioPoint(day=date(y, 1, 1), total=9, ratio=r, ratio_low=r - 0.1, ratio_high=r + 0.1)
    ...     for y, r in ((2025, 0.8), (2026, 0.9))]
    >>> draw_ratio_line(points, title="T", description="D").count("<circle")
    2
    """
    known = [point for point in line if point.ratio is not None]
    days = [point.day.toordinal() for point in known]
    first, last = min(days), max(days)
    most = max((point.ratio_high or 0.0 for point in known), default=1.0)
    top = float(np.ceil(max(1.25, most * 1.1) * 4) / 4)
    shown = [known[0], known[-1]] if len(known) > 1 else known
    across = Axis(
        low=first,
        high=last if last > first else first + 1,
        ticks=tuple((point.day.toordinal(), f"{point.day:%d/%m/%Y}") for point in shown),
        title="Date",
    )
    ticks = np.arange(0, top + 0.01, 0.25 if top <= 1.5 else 0.5)
    up = Axis(
        low=0,
        high=top,
        ticks=tuple((float(each), write_number(float(each), 2)) for each in ticks),
        title="Rapport au-dehors (1 : parité)",
    )
    xs = [_x(across, day) for day in days]
    lows = [_y(up, point.ratio_low or 0.0) for point in known]
    highs = [_y(up, point.ratio_high or 0.0) for point in known]
    band = " L".join(
        f"{x:.1f} {y:.1f}" for x, y in [*zip(xs, highs, strict=True), *zip(xs[::-1], lows[::-1], strict=True)]
    )
    middle = " L".join(
        f"{x:.1f} {_y(up, point.ratio or 0.0):.1f}" for x, point in zip(xs, known, strict=True)
    )
    parity = _y(up, 1)
    drawn = [
        f'<path d="M{band}Z" fill="{ABOVE}" fill-opacity="0.25"/>',
        f'<path d="M{LEFT} {parity:.1f}H{WIDTH - RIGHT}" stroke="{NEUTRAL}" stroke-dasharray="4 3"/>',
        f'<path d="M{middle}" fill="none" stroke="{ABOVE}" stroke-width="2.5"/>',
        *(
            f'<circle cx="{x:.1f}" cy="{_y(up, point.ratio or 0.0):.1f}" r="4" fill="{ABOVE}">'
            f"<title>{point.day:%d/%m/%Y} : {write_number(point.ratio or 0.0, 2)}</title></circle>"
            for x, point in zip(xs, known, strict=True)
        ),
    ]
    return _frame(across, up, drawn, title=title, description=description)


def stand_alone(svg: str) -> str:
    """
    Make a chart of a page a file of its own: on white, in dark ink.

    Examples
    --------
    >>> stand_alone('<svg class="chart"><g/></svg>').startswith("<?xml")
    True
    """
    opened = svg.index(">") + 1
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    start = svg[: opened - 1].replace(
        'class="chart"', 'class="chart" color="#1b2a2d" width="1080" height="900"'
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{start}>{paper}{svg[opened:]}'


def _x(axis: Axis, value: float) -> float:
    return axis.place(value, LEFT, WIDTH - RIGHT)


def _y(axis: Axis, value: float) -> float:
    return axis.place(value, HEIGHT - BOTTOM, TOP)


def _trace(
    across: Axis,
    up: Axis,
    xs: np.ndarray[tuple[int], np.dtype[np.float64]],
    ys: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> str:
    # What goes beyond the drawing is left out of it: a line along its edge would be read as a value.
    kept = [(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True) if up.low <= y <= up.high]
    return f"M{' L'.join(f'{_x(across, x):.1f} {_y(up, y):.1f}' for x, y in kept)}" if kept else "M0 0"


def _mark(x: float, y: float, name: str, *, is_above: bool, is_below: bool) -> str:
    title = f"<title>{escape(name)}</title>"
    if is_above:
        shape = f"M{x:.1f} {y - 5:.1f}l5 9h-10z"
        return f'<path class="chart-above" d="{shape}" fill="{ABOVE}">{title}</path>'
    if is_below:
        shape = f"M{x:.1f} {y + 5:.1f}l5 -9h-10z"
        return f'<path class="chart-below" d="{shape}" fill="{BELOW}">{title}</path>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{NEUTRAL}">{title}</circle>'


def _frame(across: Axis, up: Axis, drawn: Sequence[str], *, title: str, description: str) -> str:
    floor = HEIGHT - BOTTOM
    parts = [
        f'<path d="M{LEFT} {TOP}V{floor}H{WIDTH - RIGHT}" fill="none" stroke="currentColor"/>',
        *drawn,
    ]
    last = len(across.ticks) - 1
    for rank, (value, label) in enumerate(across.ticks):
        x = _x(across, value)
        anchor = "end" if x > WIDTH - RIGHT - 20 and rank == last else "middle"
        if x < LEFT + 20 and last == 1:
            anchor = "start"
        parts.append(f'<path d="M{x:.1f} {floor}v4" stroke="currentColor"/>')
        parts.append(f'<text x="{x:.1f}" y="{floor + 16}" text-anchor="{anchor}">{escape(label)}</text>')
    for value, label in up.ticks:
        y = _y(up, value)
        parts.append(f'<path d="M{LEFT} {y:.1f}h-4" stroke="currentColor"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(label)}</text>')
    parts.append(
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{escape(across.title)}</text>'
    )
    parts.append(f'<text x="2" y="14">{escape(up.title)}</text>')
    return (
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12" fill="none"><title>{escape(title)}</title>'
        f'<desc>{escape(description)}</desc><g fill="currentColor">'
        f"{''.join(parts)}</g></svg>"
    )
