"""The two pages on a territory: its sheet, then what is missing and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from shapely import Geometry

from geo.coverage.territory_study import TerritoryStudy
from geo.french import KIND_NAMES
from geo.records import (
    CoverageAnswer,
    Kind,
    Presence,
    Sector,
    TerritorySheet,
)
from maps import style
from maps.measures import Measure
from maps.popup import label_sectors
from maps.print.coverage_drawing import plan_drawing
from maps.print.coverage_map import draw_coverage_map
from maps.print.furniture import BODY, Credits, start_page, write_foot
from maps.print.ground import Ground, View, find_bounds
from maps.print.headings import write_heading
from maps.print.kit_parts import MAP_ROOM_MM, TEXT_PT, WHAT_IS_ESS, write_contact, write_list_block
from maps.print.labels import Place
from maps.print.letters import Run
from maps.print.page import Frame, Page
from maps.print.shapes import Disc, Face, Stroke
from maps.print.territory_sheet import draw_territory_page
from maps.print.territory_words import (
    SEPARATOR,
    find_kind,
    list_sectors,
    write_ambassadors,
    write_antenne,
    write_full_name,
    write_kind,
)

_INSIGNIFICANT = (
    "« Non significatif » : le hasard suffit à expliquer l’écart ; il ne prouve ni un retard, ni une avance."
)


_NO_ACTOR = (
    "Nous signaler les structures de l’économie solidaire que vous connaissez : la fiche n’en a aucune."
)


def draw_territory_kit(
    study: TerritoryStudy,
    coverage: CoverageAnswer,
    *,
    ground: Ground,
    epci: Ground,
    departements: Ground,
    sectors: Sequence[Sector],
    credit: Credits,
    binome: str | None = None,
    towns: Sequence[Place] = (),
    antennes: Sequence[Presence] = (),
) -> list[Page]:
    """
    Draw the paper of a territory: its sheet, then what is missing and what can be done.

    Parameters
    ----------
    study
        The territory's own record, with what it is compared to.
    coverage
        The actors of all EPCI, for the map of the region.
    ground, epci, departements
        Contours of the territory's level, of the EPCI, of the départements.
    sectors, credit, binome, towns, antennes
        As `draw_territory_page`.
    """
    sheet = study.sheet
    first = draw_territory_page(
        study, ground=ground, departements=departements, sectors=sectors, credit=credit,
        binome=binome, towns=towns, antennes=antennes, number="1/2",
    )  # fmt: skip
    name = write_full_name(sheet.territory)
    page, y = start_page(
        f"{name} : ce qui manque", f"plaidoyer-{sheet.territory.code}", label="Plaidoyer pour un territoire",
        heading="Ce qui est là, ce qui manque, ce que nous pouvons faire", credit=credit, under=name,
    )  # fmt: skip
    foot = write_foot(page, credit, notes=(_INSIGNIFICANT,), number="2/2")
    y = page.write_block(BODY.x, y + 3, WHAT_IS_ESS, BODY.width, size_pt=TEXT_PT) + 4
    y = write_heading(page, "Ce que disent les chiffres", BODY.x, y, BODY.width)
    sentences = [
        [
            Run(f"{KIND_NAMES[count.kind][1].capitalize()} : ", Face.SEMIBOLD),
            Run(write_kind(count, sheet.territory)),
        ]
        for count in sheet.counts
    ]
    y = write_list_block(page, sentences, Frame(x=BODY.x, y=y, width=BODY.width, height=0)) + 3
    y = write_heading(page, "Les filières que personne ne représente encore", BODY.x, y, BODY.width)
    labels = label_sectors(sectors)
    tops = [sector.code for sector in sectors if sector.parent is None]
    absent = [labels[code] for code in list_sectors(sheet, tops, is_there=False)]
    text = (
        SEPARATOR.join(absent) if absent else "Aucune : toutes les filières de l’économie solidaire sont là."
    )
    y = page.write_block(BODY.x, y, text, BODY.width, size_pt=9) + 4
    y = write_heading(page, "Sur qui compter", BODY.x, y, BODY.width)
    people = [
        [
            Run("Antenne la plus proche : ", Face.SEMIBOLD),
            Run(write_antenne(sheet.nearest_antenne, sheet.territory)),
        ],
        [Run("Binôme référent : ", Face.SEMIBOLD), Run(binome or "à désigner.")],
        [Run("Ambassadeur ou ambassadrice : ", Face.SEMIBOLD), Run(write_ambassadors(sheet))],
    ]
    y = write_list_block(page, people, Frame(x=BODY.x, y=y, width=BODY.width, height=0)) + 3
    y = write_heading(page, "Ce que votre collectivité peut faire avec nous", BODY.x, y, BODY.width)
    y = write_list_block(page, _list_asks(sheet), Frame(x=BODY.x, y=y, width=BODY.width, height=0))
    if foot - y > 18:
        y = write_contact(page, y + 3)
    if foot - y > MAP_ROOM_MM:
        y = write_heading(
            page, "Votre territoire dans la région : au milieu du cercle", BODY.x, y + 4, BODY.width
        )
        frame = Frame(x=BODY.x, y=y + 1, width=BODY.width, height=foot - y - 3)
        drawing = plan_drawing(coverage, epci, Measure.RATIO)
        view = draw_coverage_map(
            page, frame, answer=coverage, ground=epci, drawing=drawing, antennes=antennes, towns=False
        )
        here = ground.contours.get(sheet.territory.code)
        if here is not None:
            page.add(*_encircle(view, here))
    return [first, page]


def _encircle(view: View, contour: Geometry) -> list[Disc]:
    """Draw a ring around a territory, which may be tiny."""
    west, south, east, north = find_bounds([contour])
    left, top = view.place(west, north)
    right, bottom = view.place(east, south)
    radius = max(4.0, hypot(right - left, bottom - top) / 2 + 1)
    x, y = (left + right) / 2, (top + bottom) / 2
    return [
        Disc(x=x, y=y, radius_mm=radius, stroke=Stroke(colour="#ffffff", width_mm=1.3)),
        Disc(x=x, y=y, radius_mm=radius, stroke=Stroke(colour=style.INK, width_mm=0.6)),
    ]


def _list_asks(sheet: TerritorySheet) -> list[str]:
    """List what to ask, from what is missing."""
    asks = []
    if not find_kind(sheet, Kind.EVENT).count:
        asks.append("Accueillir un temps fort du réseau : aucun n’a encore eu lieu sur ce territoire.")
    if not find_kind(sheet, Kind.AMBASSADOR).count:
        asks.append("Faire connaître le rôle d’ambassadeur ou d’ambassadrice : la place est à prendre ici.")
    if find_kind(sheet, Kind.ACTOR).count:
        asks.append("Rencontrer les acteurs déjà là : leur liste est au recto.")
    else:
        asks.append(_NO_ACTOR)
    asks.append("Relier vos projets à ceux des territoires voisins et des autres filières.")
    return asks
