"""Where the network is present in proportion to inhabitants: territories in classes, or circles."""

from __future__ import annotations

from collections.abc import Sequence

from geo.french import KIND_NAMES, LEVEL_NAMES, write_number
from geo.records import CoverageAnswer, CoverageRow, Presence, Sector, Territory
from maps import style
from maps.coverage_layers import plan_circles, plan_classes
from maps.coverage_words import (
    is_significant,
    write_lead,
    write_ratio,
    write_reading,
    write_table_notes,
    write_title,
)
from maps.layers import AntennesLayer, TownsLayer
from maps.measures import (
    Measure,
    Representation,
    choose_representation,
)
from maps.page import MapPage, Notice, RegionMap
from maps.popup import clean_text, render
from maps.wording import write_limit, write_of

# Beyond this many rows (communes), the table keeps the territories that have presences or should have.
TABLE_LIMIT = 400


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
        plan_circles(answer, drawn)
        if how is Representation.CIRCLES
        else plan_classes(answer, drawn, measure, limits)
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
        significant=(
            sum(is_significant(row) for row in answer.rows)
            if measure is Measure.RATIO and answer.basis == "seat"
            else None
        ),
        territory_url=territory_url,
        style=style,
    )
    return MapPage(region_map, notice, side=side, layout="coverage", asset_url=asset_url).render()


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
