"""Who a choice of antennes brings within reach, on paper: every commune by its state before and after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.coverage.answers import AccessChange
from geo.coverage.people import write_people
from geo.french import write_number
from geo.records import Presence, Territory
from maps import style
from maps.popup import clean_text
from maps.print.coverage_map import draw_antennes, fit_view
from maps.print.furniture import BODY, Credits, draw_scale_bar, start_page, write_foot
from maps.print.ground import Ground, View, draw_area, draw_lines
from maps.print.labels import REGION_TOWNS, Labels, write_towns
from maps.print.legend import (
    OUTLINE,
    ClassRow,
    Legend,
    SignRow,
    draw_legend,
    draw_pattern,
    measure_legend,
)
from maps.print.page import Frame, Page
from maps.print.shapes import Lines, Stroke
from maps.print.signs import draw_antenne
from maps.siting_map import (
    CLASS_FILLS,
    CLASS_LABELS,
    GAINED,
    UNCERTAIN,
    classify_communes,
    count_people,
    write_gain,
    write_title,
)

_LEGEND_WIDTH_MM = 56.0
_FINE_LINE = Stroke(colour="#ffffff", width_mm=0.06)
_EDGE = Stroke(colour=style.BORDER, width_mm=0.35)


def draw_siting_page(
    change: AccessChange,
    *,
    communes: Ground,
    credit: Credits,
    antennes: Sequence[Presence] = (),
    key: str = "antennes",
) -> Page:
    """
    Draw who a choice of antennes brings within the limit, as one A4 page.

    Parameters
    ----------
    change
        Access before and after.
    communes
        The communes, with contours.
    credit
        Source and date of the figures.
    antennes
        The antennes there are, marked apart.
    """
    names = {territory.code: clean_text(territory.name) for territory in communes.territories}
    heading = write_title(change, [names[code] for code in change.communes])
    page, y = start_page(heading, key, label="Carte des antennes", heading=heading, credit=credit)
    y = page.write_block(BODY.x, y + 1.5, write_gain(change), BODY.width, size_pt=9.5)
    foot = write_foot(page, credit, notes=_write_notes(change))
    _draw_map(
        page, Frame(x=BODY.x, y=y + 3, width=BODY.width, height=foot - y - 5), change, communes, antennes
    )
    return page


def _write_notes(change: AccessChange) -> tuple[str, ...]:
    limit = write_number(change.minutes)
    unsure = (
        " « Incertain » : le temps estimé est trop près de la limite pour trancher."
        if change.is_estimated
        else ""
    )
    return (
        (
            "Lecture : chaque commune est coloriée selon le temps de sa mairie à l’antenne la plus proche, "
            f"à moins ou à plus de {limit} minutes.{unsure}"
        ),
        f"{change.caption[:1].upper()}{change.caption[1:]}.",
        "Limites : l’outil propose, il ne décide pas ; il ignore les locaux, les partenaires, les gares.",
    )


def _draw_map(
    page: Page, frame: Frame, change: AccessChange, communes: Ground, antennes: Sequence[Presence]
) -> None:
    place_of = classify_communes(change, communes.territories)
    rows = _list_classes(change, communes.territories, place_of)
    legend = _make_legend(change, list(rows.values()), antennes)
    corner = Frame(
        x=frame.right - _LEGEND_WIDTH_MM,
        y=frame.y,
        width=_LEGEND_WIDTH_MM,
        height=measure_legend(legend, _LEGEND_WIDTH_MM),
    )
    view = fit_view(frame, communes, communes.whole, (corner,))
    for place, row in rows.items():
        codes = [
            commune.code
            for commune, here in zip(communes.territories, place_of, strict=True)
            if here == place
        ]
        if codes:
            _draw_class(page, view, communes, codes, row)
    page.add(*draw_lines(view, communes.borders, _FINE_LINE))
    page.add(*draw_area(view, communes.whole, stroke=_EDGE))
    page.add(*draw_area(view, communes.merge(change.communes), stroke=OUTLINE))
    draw_legend(page, legend, corner)
    labels = Labels(page, frame)
    labels.reserve(corner)
    labels.reserve(draw_scale_bar(page, view, right=frame.right, baseline=frame.bottom - 4))
    draw_antennes(page, view, antennes, labels)
    write_towns(labels, view, REGION_TOWNS)


def _draw_class(page: Page, view: View, communes: Ground, codes: Sequence[str], row: ClassRow) -> None:
    whole = communes.merge(codes)
    page.add(*draw_area(view, whole, fill=row.fill))
    if row.pattern:
        page.add(*draw_pattern(view, whole, row.pattern, row.fill))


def _list_classes(
    change: AccessChange, communes: Sequence[Territory], place_of: Sequence[int]
) -> dict[int, ClassRow]:
    people = count_people(communes, place_of)
    return {
        place: ClassRow(
            label=f"{label[:1].upper()}{label[1:]} ({write_people(people[place])})",
            fill=fill,
            count=place_of.count(place),
            # What matters stays in sight without colour.
            pattern="under" if place == GAINED else "",
        )
        for place, (label, fill) in enumerate(zip(CLASS_LABELS, CLASS_FILLS, strict=True))
        if (place != UNCERTAIN or change.is_estimated) and (place != GAINED or change.communes)
    }


def _make_legend(change: AccessChange, rows: Sequence[ClassRow], antennes: Sequence[Presence]) -> Legend:
    signs = []
    if change.communes:
        line = np.array([[-3.0, 0], [3.0, 0]])
        label = "Lieu choisi" if len(change.communes) == 1 else "Lieux choisis"
        signs.append(SignRow(label=label, shapes=(Lines(paths=(line,), stroke=OUTLINE),)))
    if antennes:
        signs.append(SignRow(label="Antenne de l’Apes", shapes=draw_antenne()))
    return Legend(
        title=f"Temps jusqu’à une antenne : la limite est de {write_number(change.minutes)} minutes",
        classes=tuple(rows),
        count_label="nombre de communes",
        signs=tuple(signs),
    )
