"""What a coverage map may show, and how: the nature of a measure decides its drawing.

Rules of French statistical cartography (INSEE, « Guide de sémiologie cartographique »; J. Bertin, 1967): a
quantity is drawn as circles whose surface is the value, a ratio as colour classes, at most 5 when it goes one
way and 9 when it goes both ways from a neutral value. Zero is a class of its own and never enters the limits;
so is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from geo.french import write_number
from geo.records import CoverageRow
from maps import style
from maps.errors import ClassLimitsError, CountsAsClassesError, RatesAsCirclesError


class Measure(StrEnum):
    """What a coverage map shows of each territory."""

    RATIO = "ratio"
    PER_10K = "per_10k"
    SMOOTHED = "smoothed"
    ABSENCE = "absence"
    COUNT = "count"


class Representation(StrEnum):
    """How a measure is drawn."""

    CLASSES = "classes"
    CIRCLES = "circles"


MEASURE_LABELS = MappingProxyType(
    {
        Measure.RATIO: "Observé sur attendu",
        Measure.PER_10K: "Pour 10 000 habitants",
        Measure.SMOOTHED: "Taux lissé",
        Measure.ABSENCE: "Absences",
        Measure.COUNT: "Nombre",
    }
)

# The same for every year, sector and kind, so that two maps can be compared: half, three quarters, as many as
# expected, a third more, twice as many.
RATIO_LIMITS = (0.5, 0.75, 1.0, 1.33, 2.0)
NEUTRAL_RATIO = 1.0

# Up to 5 classes one way; 3 on each side of the neutral value is what the palettes hold: fewer than 9.
SEQUENTIAL_MOST = len(style.SEQUENTIAL)
SIDE_MOST = len(style.DIVERGING_UNDER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassScale:
    """
    Colour classes: `limits` part them, the lower one belonging to the class above it.

    `method` says in French how the limits were chosen.
    """

    measure: Measure
    limits: tuple[float, ...]
    colours: tuple[str, ...]
    method: str

    def find(self, value: float) -> int:
        """Give the class of a value, 0 the lowest."""
        return int(np.searchsorted(self.limits, value, side="right"))

    @property
    def labels(self) -> tuple[str, ...]:
        """
        Write the bounds of each class, lowest first.

        Examples
        --------
        >>> scale = choose_scale(Measure.RATIO, [0.2, 1.5])
        >>> scale.labels[0], scale.labels[2]
        ('moins de 0,5', 'de 0,75 à moins de 1')
        """
        written = [_write_limit(limit) for limit in self.limits]
        if self.measure is Measure.ABSENCE:
            return ("au moins une présence",)
        if not written:
            return ("plus de 0",)
        between = [f"de {low} à moins de {high}" for low, high in pairwise(written)]
        return (f"moins de {written[0]}", *between, f"{written[-1]} ou plus")


def choose_representation(measure: Measure, asked: Representation | None = None) -> Representation:
    """
    Choose how a measure is drawn, and refuse what would mislead.

    Raises
    ------
    CountsAsClassesError
        If counts are asked as colour classes.
    RatesAsCirclesError
        If ratios are asked as circles.

    Examples
    --------
    >>> choose_representation(Measure.COUNT).value, choose_representation(Measure.RATIO).value
    ('circles', 'classes')
    """
    fitting = Representation.CIRCLES if measure is Measure.COUNT else Representation.CLASSES
    if asked is None or asked is fitting:
        return fitting
    label = MEASURE_LABELS[measure]
    raise (
        CountsAsClassesError(measure=label)
        if measure is Measure.COUNT
        else RatesAsCirclesError(measure=label)
    )


def read_measure(row: CoverageRow, measure: Measure) -> float | None:
    """Give a row's value for a measure; None when it is missing."""
    values = {
        Measure.RATIO: row.ratio,
        Measure.PER_10K: row.per_10k,
        Measure.SMOOTHED: row.smoothed_per_10k,
        Measure.ABSENCE: row.count,
        Measure.COUNT: row.count,
    }
    return values[measure]


def choose_scale(
    measure: Measure, values: Sequence[float], limits: Sequence[float] | None = None
) -> ClassScale:
    """
    Choose the classes of a ratio.

    Parameters
    ----------
    measure
        `RATIO`, whose limits are fixed around 1, or `PER_10K`, whose limits are rounded quintiles.
    values
        The values that are neither zero nor missing.
    limits
        Limits to use instead, those of another year for instance.

    Raises
    ------
    ClassLimitsError
        If the limits do not rise, make too many classes, or leave the neutral value out.

    Examples
    --------
    >>> choose_scale(Measure.PER_10K, [0.11, 0.19, 0.32, 0.41, 0.52, 1.4]).limits
    (0.19, 0.32, 0.41, 0.52)
    """
    if limits is not None:
        chosen, method = tuple(limits), "limites données, les mêmes pour toutes les cartes comparées"
        _check_limits(measure, chosen)
    elif measure is Measure.ABSENCE:
        # A typology: present or not, and whether chance explains it. No number parts its classes.
        chosen, method = (), "présence ou absence ; une absence est significative où 3 étaient attendus"
    elif measure is Measure.RATIO:
        chosen, method = (
            RATIO_LIMITS,
            "limites fixes de part et d’autre de 1, les mêmes pour toutes les cartes",
        )
    else:
        chosen, method = (
            _round_quintiles(values),
            "cinq classes d’effectif proche (quintiles arrondis), zéro à part",
        )
    colours = _colour_sides(chosen) if measure is Measure.RATIO else style.SEQUENTIAL[-len(chosen) - 1 :]
    if measure is Measure.ABSENCE:
        # Presence is the ground here: the pale colour leaves the eye to the absences.
        colours = style.SEQUENTIAL[1:2]
    return ClassScale(measure=measure, limits=chosen, colours=colours, method=method)


def _check_limits(measure: Measure, limits: tuple[float, ...]) -> None:
    rises = all(low < high for low, high in pairwise(limits)) and all(limit > 0 for limit in limits)
    if measure is Measure.RATIO:
        under = [limit for limit in limits if limit <= NEUTRAL_RATIO]
        over = [limit for limit in limits if limit >= NEUTRAL_RATIO]
        if not rises or NEUTRAL_RATIO not in limits or len(under) > SIDE_MOST or len(over) > SIDE_MOST:
            expected = f"des limites croissantes, dont 1, et {SIDE_MOST} classes au plus de chaque côté de 1"
            raise ClassLimitsError(limits=limits, expected=expected)
    elif not rises or not 1 <= len(limits) < SEQUENTIAL_MOST:
        expected = f"des limites croissantes, plus grandes que 0, pour {SEQUENTIAL_MOST} classes au plus"
        raise ClassLimitsError(limits=limits, expected=expected)


def _colour_sides(limits: tuple[float, ...]) -> tuple[str, ...]:
    """Give each side its colours from the neutral value outwards: near is pale."""
    under = limits.index(NEUTRAL_RATIO) + 1
    over = len(limits) + 1 - under
    return style.DIVERGING_UNDER[-under:] + style.DIVERGING_OVER[:over]


def _round_quintiles(values: Sequence[float]) -> tuple[float, ...]:
    if len(values) == 0:
        return ()
    quintiles = [_round_to_two_figures(float(q)) for q in np.quantile(values, (0.2, 0.4, 0.6, 0.8))]
    lowest, highest = min(values), max(values)
    return tuple(sorted({q for q in quintiles if lowest < q <= highest}))


def _round_to_two_figures(value: float) -> float:
    return float(f"{value:.2g}")


def _write_limit(limit: float) -> str:
    for decimals in range(4):
        if abs(round(limit, decimals) - limit) < 1e-9:
            return write_number(limit, decimals)
    return write_number(limit, 4)


def choose_circle_values(largest: int) -> tuple[int, ...]:
    """
    Choose up to three round values for the legend of circles, largest first.

    Examples
    --------
    >>> choose_circle_values(1_240), choose_circle_values(97), choose_circle_values(2)
    ((1000, 250, 50), (100, 25, 5), (2, 1))
    """
    if largest < 4:
        return tuple(range(largest, 0, -1))
    top = max(
        figure * 10**power
        for power in range(8)
        for figure in (1, 2, 4, 5)
        if figure * 10**power <= largest * 1.05
    )
    return tuple(dict.fromkeys(value for value in (top, max(1, top // 4), max(1, top // 20)) if value))


def choose_largest_radius_px(counts: Sequence[int]) -> float:
    """
    Choose the largest circle's radius: on a phone, all circles cover a third of the region at most.

    Examples
    --------
    >>> choose_largest_radius_px([100, 10, 5]), round(choose_largest_radius_px([4] * 92), 1)
    (30.0, 7.2)
    """
    largest = max(counts, default=0)
    if not largest:
        return style.CIRCLE_MAX_RADIUS_PX
    ink_px2 = style.REGION_ON_PHONE_PX2 / 3
    radius = float(np.sqrt(ink_px2 * largest / (np.pi * sum(counts))))
    return min(style.CIRCLE_MAX_RADIUS_PX, radius)


def measure_radius_px(count: float, largest: float, largest_px: float) -> float:
    """
    Measure a circle's radius so that its surface is the count (Bertin 1967).

    Parameters
    ----------
    count
        What the circle stands for.
    largest
        The largest count on the map.
    largest_px
        The radius of its circle.

    Examples
    --------
    >>> measure_radius_px(25, 100, 30), measure_radius_px(100, 100, 30)
    (15.0, 30.0)
    """
    return round(largest_px * float(np.sqrt(count / largest)), 1)
