"""Where the network is present in proportion to inhabitants: territories in classes, or circles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.french import KIND_NAMES, LEVEL_NAMES, write_number
from geo.position import Position
from geo.records import CoverageAnswer, CoverageRow, Kind, Presence, Sector, Territory
from maps import style
from maps.coverage_words import (
    is_significant,
    write_figures,
    write_lead,
    write_ratio,
    write_reading,
    write_table_notes,
    write_title,
    write_unit,
)
from maps.layers import AntennesLayer, DataLayer, TownsLayer
from maps.legend import CircleSize, ClassBox, CoverageLegend
from maps.measures import (
    ClassScale,
    Measure,
    Representation,
    choose_circle_values,
    choose_representation,
    choose_scale,
    measure_radius_px,
    read_measure,
)
from maps.page import MapPage, Notice, RegionMap
from maps.popup import clean_text, render
from maps.topology import encode_topology
from maps.wording import typeset, write_limit, write_of

# Beyond this many rows (communes), the table keeps the territories that have presences or should have.
TABLE_LIMIT = 400

HATCH_ZERO = "url(#mm-zero)"
HATCH_ABSENCE = "url(#mm-absence)"
DOTS_MISSING = "url(#mm-missing)"


def draw_coverage_map(
    answer: CoverageAnswer,
    *,
    territories: Sequence[Territory],
    antennes: Sequence[Presence] = (),
    measure: Measure = Measure.RATIO,
    representation: Representation | None = None,
    limits: Sequence[float] | None = None,
    sectors: Sequence[Sector] = (),
    title: str | None = None,
    source: str = "",
    territory_url: str | None = None,
    asset_url: str | None = None,
    is_fictional: bool = False,
) -> str:
    """
    Draw a coverage answer as a page: the map, its legend, its table.

    Parameters
    ----------
    answer
        The answer to draw, one row a territory.
    territories
        The territories of the answer's level, with contours.
    antennes
        The network's antennes, marked apart.
    measure
        What to show of each territory.
    representation
        How; None lets the nature of the measure decide, which is the only drawing it allows.
    limits
        Class limits to use instead of the measure's own, to compare several years.
    sectors
        The sector list, to name the answer's sector.
    title, source
        What the page says of itself; a title is written when None.
    territory_url
        Address of a territory's own page with `{code}` in it; None when there is none.
    asset_url
        Where `maps.vendored.ASSETS_FOLDER` is served; None for one self-contained file.
    is_fictional
        Whether to say that the presences counted are invented.

    Returns
    -------
    str
        HTML. The same input gives the same text.

    Raises
    ------
    CountsAsClassesError
        If counts are asked as colour classes: a quantity is drawn as circles.
    RatesAsCirclesError
        If ratios are asked as circles.
    ClassLimitsError
        If the limits do not make a readable map.
    """
    how = choose_representation(measure, representation)
    drawn = [territory for territory in territories if territory.contour is not None]
    region_map = RegionMap()
    plan = (
        _plan_circles(answer, drawn)
        if how is Representation.CIRCLES
        else _plan_classes(answer, drawn, measure, limits)
    )
    antenne_layer = AntennesLayer(antennes)
    for layer in (*plan.layers, TownsLayer(), antenne_layer):
        layer.add_to(region_map)
    notice = Notice(
        title=title or write_title(answer, measure, sectors),
        lead=write_lead(answer),
        counts=answer.totals,
        kind=answer.kind,
        data_date=answer.data_date,
        source=source,
        is_fictional=is_fictional,
    )
    rows = _keep_rows(answer.rows)
    side = render(
        "coverage.html",
        legend=plan.legend,
        reading=write_reading(answer, measure),
        limit=write_limit(answer.outside.code, clean_text(answer.outside.name)) if plan.has_outline else "",
        antennes=antenne_layer.names,
        rows=[_write_row(row) for row in rows],
        row_count=len(answer.rows),
        left_out=len(answer.rows) - len(rows),
        level=LEVEL_NAMES[answer.level],
        plural=KIND_NAMES[answer.kind][1],
        of_level=write_of(LEVEL_NAMES[answer.level][1]),
        significant=sum(is_significant(row) for row in answer.rows) if measure is Measure.RATIO else None,
        territory_url=territory_url,
        style=style,
    )
    return MapPage(region_map, notice, side=side, layout="coverage", asset_url=asset_url).render()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    layers: tuple[DataLayer, ...]
    legend: CoverageLegend

    @property
    def has_outline(self) -> bool:
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
            lines=[
                _write_lines(territory, rows.get(territory.code), answer.kind) for territory in territories
            ],
            colours={
                "line": style.BORDER,
                "edge": style.BORDER,
                "outline": style.INK,
                "absence": style.ABSENCE_LINES,
            },
        )


def _write_lines(territory: Territory, row: CoverageRow | None, kind: Kind) -> list[str]:
    if row is None:
        return [clean_text(territory.name), "Donnée manquante"]
    return [typeset(line) for line in write_figures(row, kind)]


def _plan_classes(
    answer: CoverageAnswer, territories: Sequence[Territory], measure: Measure, limits: Sequence[float] | None
) -> _Plan:
    rows = {row.code: row for row in answer.rows}
    values = [value for row in answer.rows if row.count and (value := read_measure(row, measure)) is not None]
    scale = choose_scale(measure, values, limits)
    fills = (*scale.colours, HATCH_ZERO, HATCH_ABSENCE, DOTS_MISSING)
    class_of = [_find_class(rows.get(territory.code), measure, scale) for territory in territories]
    boxes = _list_boxes(scale.labels, scale.colours, class_of)
    legend = CoverageLegend(
        unit=write_unit(measure, answer.kind), method=f"Méthode : {scale.method}.", classes=boxes, circles=()
    )
    return _Plan(layers=(AreasLayer(answer, territories, fills=fills, class_of=class_of),), legend=legend)


def _find_class(row: CoverageRow | None, measure: Measure, scale: ClassScale) -> int:
    """Give a territory's class: those of the scale, then zero, significant absence, missing."""
    zero = len(scale.colours)
    if row is None:
        return zero + 2
    if row.count == 0:
        return zero + 1 if row.significant_absence else zero
    value = read_measure(row, measure)
    return zero + 2 if value is None else scale.find(value)


def _plan_circles(answer: CoverageAnswer, territories: Sequence[Territory]) -> _Plan:
    rows = {row.code: row for row in answer.rows}
    # One plain class for the land, then the same zero, absence and missing as with colours.
    scale = ClassScale(measure=Measure.COUNT, limits=(), colours=(style.LAND,), method="")
    class_of = [_find_class(rows.get(territory.code), Measure.COUNT, scale) for territory in territories]
    fills = (*scale.colours, HATCH_ZERO, HATCH_ABSENCE, DOTS_MISSING)
    largest = max((row.count for row in answer.rows), default=0)
    circles = _list_circles(territories, rows, largest)
    values = choose_circle_values(largest) if largest else ()
    legend = CoverageLegend(
        unit=write_unit(Measure.COUNT, answer.kind),
        method=None,
        classes=_list_boxes(
            (f"{KIND_NAMES[answer.kind][1].capitalize()} : un cercle",), scale.colours, class_of
        ),
        circles=tuple(
            CircleSize(label=write_number(value), radius_px=measure_radius_px(value, largest))
            for value in values
        ),
    )
    layers = (
        AreasLayer(answer, territories, fills=fills, class_of=class_of),
        DataLayer("circles", circles=circles, colour=style.CIRCLE_FILL),
    )
    return _Plan(layers=layers, legend=legend)


def _list_circles(
    territories: Sequence[Territory], rows: dict[str, CoverageRow], largest: int
) -> list[tuple[str, float, float, float]]:
    """List code, latitude, longitude and radius of each circle, largest first: none hides a smaller one."""
    counted = [(rows[t.code].count, t) for t in territories if t.code in rows and rows[t.code].count]
    counted.sort(key=lambda pair: (-pair[0], pair[1].code))
    circles = []
    for count, territory in counted:
        lat, lon = _find_middle(territory).lat_lon()
        circles.append((territory.code, round(lat, 5), round(lon, 5), measure_radius_px(count, largest)))
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
    labels: Sequence[str], colours: Sequence[str], class_of: Sequence[int]
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
        label = "aucune présence, absence significative (3 attendues ou plus)"
        boxes.append(ClassBox(label=label, fill=HATCH_ABSENCE, count=absent, is_absence=True))
    missing = class_of.count(zero + 2)
    if missing:
        boxes.append(ClassBox(label="donnée manquante", fill=DOTS_MISSING, count=missing))
    return tuple(boxes)


def _keep_rows(rows: Sequence[CoverageRow]) -> list[CoverageRow]:
    """Keep the table's rows: all, or when too many those with presences or a significant absence."""
    if len(rows) <= TABLE_LIMIT:
        return list(rows)
    told = [row for row in rows if row.count or row.significant_absence]
    return sorted(told, key=lambda row: (-row.count, -row.population, row.code))[:TABLE_LIMIT]


def _write_row(row: CoverageRow) -> dict[str, object]:
    return {
        "code": row.code,
        "name": clean_text(row.name),
        "population": row.population,
        "count": row.count,
        "per_10k": "–" if row.per_10k is None else write_number(row.per_10k, 2),
        "expected": "–" if row.expected is None else write_number(row.expected, 1),
        "ratio": write_ratio(row),
        "remark": write_table_notes(row),
        "sort": (row.name, row.population, row.count, row.per_10k or 0, row.expected or 0, row.ratio or 0),
    }
