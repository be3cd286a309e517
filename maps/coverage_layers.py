"""A coverage answer as layers and legend: each territory's class, each count's circle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.french import KIND_NAMES, write_number
from geo.position import Position
from geo.records import CoverageAnswer, CoverageRow, Territory
from maps import style
from maps.coverage_words import name_base, write_figures, write_unit
from maps.layers import DataLayer
from maps.legend import CircleSize, ClassBox, CoverageLegend
from maps.measures import (
    ClassScale,
    Measure,
    choose_circle_values,
    choose_largest_radius_px,
    choose_scale,
    measure_radius_px,
    read_measure,
)
from maps.popup import clean_text
from maps.topology import encode_topology
from maps.wording import typeset

# Drawn by `templates/coverage.html`.
HATCH_ZERO = "url(#mm-zero)"
HATCH_ABSENCE = "url(#mm-absence)"
DOTS_MISSING = "url(#mm-missing)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePlan:
    """What a coverage map draws and what its legend says, which must agree."""

    layers: tuple[DataLayer, ...]
    legend: CoverageLegend

    @property
    def has_outline(self) -> bool:
        """Say whether the outlined territory is among those drawn."""
        return bool(self.layers[0].values["outlined"])


class AreasLayer(DataLayer):
    """Territories filled by class; `fills` may be colours or hatchings of `templates/coverage.html`."""

    def __init__(
        self,
        answer: CoverageAnswer,
        territories: Sequence[Territory],
        *,
        fills: Sequence[str],
        class_of: Sequence[int],
    ) -> None:
        rows = {row.code: row for row in answer.rows}
        super().__init__(
            "areas",
            topology=encode_topology(territories),
            outlined=_find_outlined(territories, answer.outside.code),
            absent=[t.code for t in territories if t.code in rows and rows[t.code].significant_absence],
            fills=list(fills),
            classOf=list(class_of),
            lines=[_write_lines(territory, rows.get(territory.code), answer) for territory in territories],
            colours={
                "line": style.BORDER,
                "edge": style.BORDER,
                "outline": style.INK,
                "absence": style.ABSENCE_LINES,
            },
        )


def _write_lines(territory: Territory, row: CoverageRow | None, answer: CoverageAnswer) -> list[str]:
    if row is None:
        return [clean_text(territory.name), "Donnée manquante"]
    return [typeset(line) for line in write_figures(row, answer.kind, name_base(answer))]


def plan_classes(
    answer: CoverageAnswer, territories: Sequence[Territory], measure: Measure, limits: Sequence[float] | None
) -> CoveragePlan:
    """
    Plan a ratio as colour classes.

    Raises
    ------
    ClassLimitsError
        If the limits do not make a readable map.
    """
    rows = {row.code: row for row in answer.rows}
    values = [value for row in answer.rows if row.count and (value := read_measure(row, measure)) is not None]
    scale = choose_scale(measure, values, limits)
    fills = (*scale.colours, HATCH_ZERO, HATCH_ABSENCE, DOTS_MISSING)
    class_of = [_find_class(rows.get(territory.code), measure, scale) for territory in territories]
    boxes = _list_boxes(scale.labels, scale.colours, class_of, measure)
    legend = CoverageLegend(
        unit=write_unit(measure, answer.kind, name_base(answer)),
        method=f"Méthode : {scale.method}.",
        classes=boxes,
        circles=(),
    )
    return CoveragePlan(
        layers=(AreasLayer(answer, territories, fills=fills, class_of=class_of),), legend=legend
    )


def _find_class(row: CoverageRow | None, measure: Measure, scale: ClassScale) -> int:
    """Give a territory's class: those of the scale, then zero, significant absence, missing."""
    zero = len(scale.colours)
    if row is None:
        return zero + 2
    if row.count == 0:
        return zero + 1 if row.significant_absence else zero
    value = read_measure(row, measure)
    return zero + 2 if value is None else scale.find(value)


def plan_circles(answer: CoverageAnswer, territories: Sequence[Territory]) -> CoveragePlan:
    """Plan counts as circles, on the land where zero and missing are drawn as with colours."""
    rows = {row.code: row for row in answer.rows}
    # One plain class for the land, then the same zero, absence and missing as with colours.
    scale = ClassScale(measure=Measure.COUNT, limits=(), colours=(style.LAND,), method="")
    class_of = [_find_class(rows.get(territory.code), Measure.COUNT, scale) for territory in territories]
    fills = (*scale.colours, HATCH_ZERO, HATCH_ABSENCE, DOTS_MISSING)
    largest = max((row.count for row in answer.rows), default=0)
    largest_px = choose_largest_radius_px([row.count for row in answer.rows])
    circles = _list_circles(territories, rows, largest_px)
    values = choose_circle_values(largest) if largest else ()
    legend = CoverageLegend(
        unit=write_unit(Measure.COUNT, answer.kind),
        method=None,
        classes=_list_boxes(
            (f"{KIND_NAMES[answer.kind][1].capitalize()} : un cercle",),
            scale.colours,
            class_of,
            Measure.COUNT,
        ),
        circles=tuple(
            CircleSize(label=write_number(value), radius_px=measure_radius_px(value, largest, largest_px))
            for value in values
        ),
    )
    layers = (
        AreasLayer(answer, territories, fills=fills, class_of=class_of),
        DataLayer("circles", circles=circles, colour=style.CIRCLE_FILL),
    )
    return CoveragePlan(layers=layers, legend=legend)


def _list_circles(
    territories: Sequence[Territory], rows: dict[str, CoverageRow], largest_px: float
) -> list[tuple[str, float, float, float]]:
    """List code, latitude, longitude and radius of each circle, largest first: none hides a smaller one."""
    counted = [(rows[t.code].count, t) for t in territories if t.code in rows and rows[t.code].count]
    counted.sort(key=lambda pair: (-pair[0], pair[1].code))
    circles = []
    largest = counted[0][0] if counted else 0
    for count, territory in counted:
        lat, lon = _find_middle(territory).lat_lon()
        circles.append(
            (territory.code, round(lat, 5), round(lon, 5), measure_radius_px(count, largest, largest_px))
        )
    return circles


def _find_middle(territory: Territory) -> Position:
    """Give a point surely inside a territory: its own if it has one, else one inside its contour."""
    if territory.position is not None or territory.contour is None:
        return territory.position or style.REGION_BOUNDS[0]
    point = territory.contour.representative_point()
    return Position(lon=point.x, lat=point.y)


def _find_outlined(territories: Sequence[Territory], code: str) -> list[str]:
    """List what makes the outlined territory at this level: itself, or its parts."""
    return [t.code for t in territories if t.code == code or code in t.part_of.values()]


def _list_boxes(
    labels: Sequence[str], colours: Sequence[str], class_of: Sequence[int], measure: Measure
) -> tuple[ClassBox, ...]:
    """List the legend's boxes, highest class first, then zero, absence and missing where there are any."""
    zero = len(colours)
    boxes = [
        ClassBox(label=label, fill=colour, count=class_of.count(place))
        for place, (label, colour) in enumerate(zip(labels, colours, strict=True))
    ][::-1]
    boxes.append(ClassBox(label="aucune présence", fill=HATCH_ZERO, count=class_of.count(zero)))
    absent = class_of.count(zero + 1)
    if absent:
        label = "aucune présence, absence significative (3 attendues ou plus, test d’un seul côté)"
        boxes.append(ClassBox(label=label, fill=HATCH_ABSENCE, count=absent, is_absence=True))
    missing = class_of.count(zero + 2)
    if missing:
        label = "aucune différence démontrable" if measure is Measure.SMOOTHED else "donnée manquante"
        boxes.append(ClassBox(label=label, fill=DOTS_MISSING, count=missing))
    return tuple(boxes)
