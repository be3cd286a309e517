"""The coverage map in a frame of a page, its legend in the corners that the region leaves free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from geo.coverage.sentences import is_row_significant
from geo.french import LEVEL_NAMES, write_number
from geo.records import CoverageAnswer, Presence
from maps import style
from maps.coverage_words import name_base, write_unit
from maps.measures import (
    Measure,
)
from maps.popup import clean_text
from maps.print.coverage_drawing import CoverageDrawing, choose_legend_values, list_outlined
from maps.print.furniture import draw_scale_bar
from maps.print.ground import Ground, View, draw_area, draw_edges, draw_lines, find_middle, project_position
from maps.print.labels import REGION_TOWNS, Labels, write_towns
from maps.print.legend import (
    ABSENCE_EDGE,
    OUTLINE,
    CircleRow,
    Legend,
    SignRow,
    draw_legend,
    draw_pattern,
    measure_legend,
    move,
)
from maps.print.page import Frame, Page
from maps.print.shapes import Disc, Lines, Stroke
from maps.print.signs import draw_antenne, draw_sign
from maps.wording import write_limit, write_of

_LEGEND_WIDTH_MM = 50.0


_SCALE_MM = 13.0


_LINE = Stroke(colour="#ffffff", width_mm=0.25)


_FINE_LINE = Stroke(colour="#ffffff", width_mm=0.06)


_EDGE = Stroke(colour=style.BORDER, width_mm=0.35)


# All circles together cover an eighth of the land, and the largest stays inside a few territories.
_INK_SHARE = 0.12


_LARGEST_MM = 13.0


# Beyond this many territories, borders are hairlines.
_MANY = 400


def draw_coverage_map(
    page: Page,
    frame: Frame,
    *,
    answer: CoverageAnswer,
    ground: Ground,
    drawing: CoverageDrawing,
    antennes: Sequence[Presence] = (),
    legend_width: float = _LEGEND_WIDTH_MM,
    towns: bool = True,
) -> View:
    """Draw the map and its legend in a frame, the legend in the corners that the region leaves free."""
    region = ground.whole
    largest = _choose_largest_mm(drawing, ground, frame)
    legend = _make_legend(answer, ground, drawing, antennes, largest)
    above, below = replace(legend, signs=(), method=""), replace(legend, title="", classes=(), circles=())
    corner = Frame(
        x=frame.right - legend_width,
        y=frame.y,
        width=legend_width,
        height=measure_legend(above, legend_width),
    )
    second = _place_second(frame, corner, measure_legend(below, legend_width))
    view = fit_view(frame, ground, region, (corner, second))
    _draw_areas(page, view, ground, drawing)
    outlined = ground.merge(list_outlined(answer, ground))
    page.add(*draw_area(view, region, stroke=_EDGE))
    _draw_circles(page, view, ground, drawing, largest)
    page.add(*draw_area(view, outlined, stroke=OUTLINE))
    _mark_significant(page, view, ground, answer, drawing)
    draw_legend(page, above, corner)
    draw_legend(page, below, second)
    labels = Labels(page, frame)
    labels.reserve(corner)
    labels.reserve(second)
    labels.reserve(draw_scale_bar(page, view, right=frame.right, baseline=frame.bottom - 4))
    draw_antennes(page, view, antennes, labels)
    if towns:
        write_towns(labels, view, REGION_TOWNS)
    return view


def _place_second(frame: Frame, corner: Frame, height: float) -> Frame:
    """Place the rest of the legend at the lower right, above the scale bar, or beside the first part."""
    whole = height + _SCALE_MM
    if corner.height + 4 + whole <= frame.height:
        return Frame(x=corner.x, y=frame.bottom - whole, width=corner.width, height=whole)
    return Frame(x=corner.x - corner.width - 6, y=frame.y, width=corner.width, height=height)


def fit_view(frame: Frame, ground: Ground, region: shapely.Geometry, corners: Sequence[Frame]) -> View:
    """Make the map as large as it can be with its legends beside the land, never over it."""
    boxes = [shapely.box(each.x - 2, each.y, each.right, each.bottom + 1) for each in corners]
    width = frame.width
    while True:
        room = Frame(x=frame.x, y=frame.y, width=width, height=frame.height)
        view = View(room, ground.bounds, align=0.0, align_down=0.6)
        land = shapely.transform(region, view.place_points)
        if not shapely.intersects(land, boxes).any() or width < frame.width / 3:
            return view
        width -= 3


def draw_antennes(page: Page, view: View, antennes: Sequence[Presence], labels: Labels | None = None) -> None:
    """Mark the antennes that the frame shows."""
    for antenne in antennes:
        if antenne.position is None:
            continue
        x, y = view.place(*project_position(antenne.position))
        frame = view.frame
        if frame.x + 2 < x < frame.right - 2 and frame.y + 2 < y < frame.bottom - 2:
            page.add(*(move(shape, x, y) for shape in draw_antenne()))
            if labels is not None:
                labels.taken.append((x - 1.7, y - 1.7, x + 1.7, y + 1.7))


def _draw_areas(page: Page, view: View, ground: Ground, drawing: CoverageDrawing) -> None:
    by_class: dict[int, list[str]] = {}
    for code, place in drawing.class_by_code.items():
        by_class.setdefault(place, []).append(code)
    for place, codes in sorted(by_class.items()):
        row = drawing.classes[place]
        for code in codes:
            page.add(*draw_area(view, ground.contours[code], fill=row.fill))
        if row.pattern:
            page.add(*draw_pattern(view, ground.merge(codes), row.pattern, row.fill))
    line = _FINE_LINE if len(ground.contours) > _MANY else _LINE
    page.add(*draw_lines(view, ground.borders, line))
    # White does not part what is white: empty territories have a border of their own.
    plain = {
        code: ground.contours[code]
        for place, codes in by_class.items()
        if drawing.classes[place].fill in {style.ZERO_GROUND, style.LAND}
        for code in codes
    }
    grey = Stroke(colour=style.HAIRLINE, width_mm=min(0.18, line.width_mm))
    if plain:
        page.add(*draw_edges(view, plain, grey))
    absences = [
        code for code, place in drawing.class_by_code.items() if drawing.classes[place].pattern == "absence"
    ]
    for code in absences:
        page.add(*draw_area(view, ground.contours[code], stroke=ABSENCE_EDGE))


def _mark_significant(
    page: Page, view: View, ground: Ground, answer: CoverageAnswer, drawing: CoverageDrawing
) -> None:
    """Mark the ratios that chance does not explain: the others are colours only."""
    if drawing.measure is Measure.COUNT:
        return
    marked = {row.code for row in answer.rows if row.count and is_row_significant(row)}
    for territory in ground.territories:
        if territory.code in marked:
            point = shapely.point_on_surface(ground.contours[territory.code])
            x, y = view.place(float(shapely.get_x(point)), float(shapely.get_y(point)))
            page.add(*(move(shape, x, y) for shape in draw_sign("diamond", style.INK, 2.2)))


def _choose_largest_mm(drawing: CoverageDrawing, ground: Ground, frame: Frame) -> float:
    """Choose the largest circle's radius, so that circles do not drown the map."""
    total = sum(drawing.circles.values())
    if not total:
        return 0.0
    land_m2 = sum(float(shapely.area(contour)) for contour in ground.contours.values())
    m_per_mm = View(frame, ground.bounds).m_per_mm
    ink_mm2 = _INK_SHARE * land_m2 / m_per_mm**2
    largest = max(drawing.circles.values())
    return min(_LARGEST_MM, float(np.sqrt(ink_mm2 * largest / (np.pi * total))))


def _draw_circles(
    page: Page, view: View, ground: Ground, drawing: CoverageDrawing, largest_mm: float
) -> None:
    """Draw circles largest first, so that none hides a smaller one; the surface is the count."""
    if not drawing.circles:
        return
    most = max(drawing.circles.values())
    territories = {territory.code: territory for territory in ground.territories}
    for code, count in sorted(drawing.circles.items(), key=lambda pair: (-pair[1], pair[0])):
        x, y = view.place(*find_middle(territories[code], ground.contours[code]))
        page.add(
            Disc(
                x=x, y=y, radius_mm=largest_mm * float(np.sqrt(count / most)),
                fill=style.CIRCLE_FILL, stroke=Stroke(colour="#ffffff", width_mm=0.25), opacity=0.78,
            )
        )  # fmt: skip


def _make_legend(
    answer: CoverageAnswer,
    ground: Ground,
    drawing: CoverageDrawing,
    antennes: Sequence[Presence],
    largest_mm: float,
) -> Legend:
    classes = [row for row in drawing.classes if not row.is_apart][::-1]
    special = [row for row in drawing.classes if row.is_apart]
    shown = [*classes, *(row for row in special if row.count or row.pattern == "zero")]
    most = max(drawing.circles.values(), default=0)
    values = choose_legend_values(most)
    signs = []
    if list_outlined(answer, ground):
        line = np.array([[-3.0, 0], [3.0, 0]])
        name = write_limit(answer.outside.code, clean_text(answer.outside.name))
        signs.append(SignRow(label=name, shapes=(Lines(paths=(line,), stroke=OUTLINE),)))
    if drawing.measure is not Measure.COUNT and any(r.count and is_row_significant(r) for r in answer.rows):
        label = "Écart significatif : le hasard l’explique mal"
        signs.append(SignRow(label=label, shapes=draw_sign("diamond", style.INK, 2.2)))
    if antennes:
        signs.append(SignRow(label="Antenne de l’Apes", shapes=draw_antenne()))
    return Legend(
        title=write_unit(drawing.measure, answer.kind, name_base(answer)),
        classes=tuple(shown),
        count_label=f"nombre {write_of(LEVEL_NAMES[answer.level][1])}",
        circles=tuple(
            CircleRow(label=write_number(value), radius_mm=largest_mm * float(np.sqrt(value / most)))
            for value in values
        ),
        signs=tuple(signs),
        method=drawing.method,
    )
