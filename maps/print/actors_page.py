"""Presences on paper: all of a kind by sector, or those near a place, with their list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from geo.french import KIND_NAMES, write_number
from geo.records import (
    Kind,
    Presence,
    Sector,
    StatusCounts,
)
from maps import style
from maps.print.coverage_map import draw_antennes, fit_view
from maps.print.furniture import BODY, Credits, draw_scale_bar, start_page, write_foot
from maps.print.ground import (
    Ground,
)
from maps.print.labels import REGION_TOWNS, Labels, write_towns
from maps.print.land import draw_land, draw_signs, make_sign
from maps.print.legend import Legend, SignRow, draw_legend, measure_legend
from maps.print.page import Frame, Page
from maps.print.shapes import Stroke
from maps.print.signs import draw_antenne
from maps.sector_classes import SectorClasses
from maps.wording import write_totals

LAND_EDGE = Stroke(colour=style.BORDER, width_mm=0.35)


_LEGEND_WIDTH_MM = 52.0


def draw_actors_page(
    presences: Sequence[Presence],
    *,
    ground: Ground,
    departements: Ground,
    sectors: Sequence[Sector],
    counts: StatusCounts,
    kind: Kind,
    credit: Credits,
    title: str,
    lead: str = "",
    antennes: Sequence[Presence] = (),
    key: str = "acteurs",
) -> Page:
    """
    Draw presences of one kind as one A4 page: a sign a presence, coloured by its first sector.

    Parameters
    ----------
    presences
        What is drawn; those without a position are left out, and the page says how many.
    ground, departements
        EPCI and départements with contours.
    sectors
        The whole sector list in its order: it gives colours and shapes.
    counts
        Where every row received stands.
    credit
        Source and date.
    title, lead
        What the page says first.
    antennes
        Marked apart.
    """
    page, y = start_page(title, key, label="Carte du réseau", heading=title, credit=credit)
    drawn = [presence for presence in presences if presence.position is not None]
    classes = SectorClasses(sectors)
    if lead:
        y = page.write_block(BODY.x, y + 1.5, lead, BODY.width, size_pt=9.5)
    one = KIND_NAMES[kind][0]
    notes = (
        f"Lecture : un signe est un {one}"
        if kind is not Kind.ANTENNE
        else "Lecture : un signe est une antenne",
        f"Totaux : {write_totals(counts, kind)}",
    )
    reading = (
        f"{notes[0]}, à son adresse ; un signe vide est placé à la mairie, faute d’adresse plus précise."
    )
    foot = write_foot(page, credit, notes=(reading, notes[1]))
    frame = Frame(x=BODY.x, y=y + 3, width=BODY.width, height=foot - y - 5)
    legend = _list_signs(classes, drawn, antennes)
    corner = Frame(
        x=frame.right - _LEGEND_WIDTH_MM, y=frame.y, width=_LEGEND_WIDTH_MM,
        height=measure_legend(legend, _LEGEND_WIDTH_MM),
    )  # fmt: skip
    region = departements.whole
    view = fit_view(frame, ground, region, (corner,))
    draw_land(page, view, ground, departements)
    draw_signs(page, view, drawn, classes)
    draw_legend(page, legend, corner)
    labels = Labels(page, frame)
    labels.reserve(corner)
    labels.reserve(draw_scale_bar(page, view, right=frame.right, baseline=frame.bottom - 4))
    draw_antennes(page, view, antennes, labels)
    write_towns(labels, view, REGION_TOWNS)
    return page


def _list_signs(classes: SectorClasses, drawn: Sequence[Presence], antennes: Sequence[Presence]) -> Legend:
    found = Counter(classes.find(presence.sectors)[0] for presence in drawn)
    signs = [
        SignRow(label=f"{mark.label} ({write_number(found[place])})", shapes=make_sign(mark, 3.0))
        for place, mark in enumerate(classes.classes)
        if found[place]
    ]
    if antennes:
        signs.append(SignRow(label="Antenne de l’Apes", shapes=draw_antenne()))
    return Legend(
        title="Filière (nombre)",
        signs=tuple(signs),
        method="La première filière de chaque fiche donne son signe.",
    )
