"""The one-page sheet of a territory: what is there, what its inhabitants let expect, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.coverage.sentences import is_row_significant
from geo.coverage.territory_study import TerritoryStudy
from geo.french import KIND_NAMES, write_number
from geo.records import CoverageRow, Kind, Presence, Sector, TerritorySheet
from maps import style
from maps.popup import label_sectors
from maps.print.furniture import BODY, Credits, start_page, write_foot
from maps.print.ground import Ground
from maps.print.headings import write_heading, write_note
from maps.print.labels import Place
from maps.print.land import make_sign
from maps.print.legend import move
from maps.print.letters import Run, measure_mm, prepare, shorten
from maps.print.names import write_names_block
from maps.print.page import Frame, Page
from maps.print.shapes import Box, Face, Lines, Stroke
from maps.print.territory_map import LOCATOR_MM, draw_locator, draw_territory_map
from maps.print.territory_words import (
    SEPARATOR,
    as_row,
    find_kind,
    list_comparisons,
    list_names,
    list_sectors,
    write_access,
    write_ambassadors,
    write_antenne,
    write_comparable,
    write_expected,
    write_full_name,
    write_neighbours,
    write_situation,
    write_times_caption,
    write_year,
)
from maps.sector_classes import SectorClasses

_MAP_WIDTH_MM = 84.0


_MAP_HEIGHT_MM = 66.0


_GAP_MM = 6.0


_MANY_SECTORS = 4


# With few names to list, the map and the figures take more of the page.
_FEW_NAMES = 14


_ROOMY_MM = 22.0


_NOTE_MM = 20.0


INVITATION = (
    "Une structure, un projet, un temps fort manque sur cette fiche ? Vous voulez faire vivre le réseau "
    "ici ? Dites-le à l’Apes : www.apes-hdf.org. La fiche se refait à chaque mise à jour du registre."
)


SHEET_LABEL = "Fiche de territoire"


def draw_territory_page(
    study: TerritoryStudy,
    *,
    ground: Ground,
    departements: Ground,
    sectors: Sequence[Sector],
    credit: Credits,
    binome: str | None = None,
    towns: Sequence[Place] = (),
    antennes: Sequence[Presence] = (),
    number: str = "",
) -> Page:
    """
    Draw the sheet of a territory as one A4 page.

    Parameters
    ----------
    study
        The territory's own record, with what it is compared to.
    ground, departements
        All territories of its level, and the départements, with contours.
    sectors
        The whole sector list.
    credit
        Source and date.
    binome
        Who refers for the territory (employee and board member); None when nobody does.
    towns
        Towns to name on the map, the largest first.
    antennes
        Marked on the map.
    number
        What stands at the foot on the right.
    """
    sheet = study.sheet
    territory = sheet.territory
    name = write_full_name(territory)
    page, y = start_page(
        name, f"territoire-{territory.code}", label=SHEET_LABEL, heading=name, credit=credit,
        under=write_situation(territory), room_mm=LOCATOR_MM + 4,
    )  # fmt: skip
    draw_locator(page, ground, departements, territory.code)
    remark = f"Remarque : {territory.note}" if territory.note else ""
    # How times are known ends the reading note, which has room for it.
    reading = " ".join(filter(None, [_write_reading(sheet), write_times_caption(study)]))
    notes = [note for note in (reading, write_comparable(study), remark) if note]
    foot = write_foot(page, credit, notes=notes, number=number)
    y = max(y + 3, 10 + LOCATOR_MM + 3)
    more = _ROOMY_MM if len(sheet.presences) <= _FEW_NAMES else 0.0
    left = Frame(x=BODY.x, y=y, width=_MAP_WIDTH_MM, height=_MAP_HEIGHT_MM + more)
    draw_territory_map(
        page, left, sheet=sheet, ground=ground, sectors=sectors, towns=towns, antennes=antennes
    )
    right = Frame(x=left.right + _GAP_MM, y=y, width=BODY.width - _MAP_WIDTH_MM - _GAP_MM, height=left.height)
    bottom = _write_kinds(page, sheet, right)
    y = max(left.bottom, bottom) + 5
    y = _write_sectors(page, sheet, sectors, y)
    y = _write_people(page, study, y + 4, binome=binome)
    _write_presences(page, sheet, Frame(x=BODY.x, y=y + 4, width=BODY.width, height=foot - y - 6))
    return page


def _write_reading(sheet: TerritorySheet) -> str:
    actors = find_kind(sheet, Kind.ACTOR)
    if actors.expected is None:
        return "Lecture : le registre ne compte encore aucun acteur ; il n’y a rien à comparer."
    expected = write_number(actors.expected, 1)
    return (
        "Lecture : si les acteurs de la région étaient répartis comme ses habitants, il y en aurait "
        f"{expected} ici. « Non significatif » : le hasard suffit à expliquer l’écart. "
        "Barre : ce qui est là ; trait : l’attendu."
    )


def _write_kinds(page: Page, sheet: TerritorySheet, frame: Frame) -> float:
    """Write each kind: its figure, large, then the sentence that says what it shows, and a bar."""
    top = write_heading(page, "Qui est là, et combien on en attendrait", frame.x, frame.y, frame.width)
    step = max(12.2, (frame.bottom - top) / len(sheet.counts))
    for place, count in enumerate(sheet.counts):
        y = top + place * step
        row = as_row(count, sheet.territory)
        colour = style.BRICK if is_row_significant(row) else style.FRAME
        figure = write_number(count.count)
        size = 17 if len(figure) < 4 else 13
        page.write(
            frame.x + 13, y + 6.4, figure, face=Face.SEMIBOLD, size_pt=size, colour=colour, anchor="end"
        )
        one, many = KIND_NAMES[count.kind]
        name = (one if count.count < 2 else many).capitalize()
        x, width = frame.x + 16, frame.width - 16
        page.write(x, y + 2.8, name, face=Face.SEMIBOLD, size_pt=8.5)
        bottom = page.write_block(
            x, y + 3.8, write_expected(count, sheet.territory), width, size_pt=7.8, colour=style.SOFT_INK,
            leading=1.18,
        )  # fmt: skip
        _draw_bar(page, row, Frame(x=x, y=bottom + 0.6, width=width, height=1.6))
    return top + len(sheet.counts) * step


def _draw_bar(page: Page, row: CoverageRow, frame: Frame) -> None:
    """Draw the count as a bar and what was expected as a tick, on one scale a line."""
    if row.expected is None or (row.expected == 0 and row.count == 0):
        return
    full = max(row.count, row.expected) * 1.1
    width = frame.width * row.count / full
    page.add(Box(x=frame.x, y=frame.y, width=frame.width, height=frame.height, fill=style.AROUND))
    if row.count:
        page.add(Box(x=frame.x, y=frame.y, width=width, height=frame.height, fill=style.CIRCLE_FILL))
    x = frame.x + frame.width * row.expected / full
    tick = np.array([[x, frame.y - 0.6], [x, frame.bottom + 0.6]])
    page.add(Lines(paths=(tick,), stroke=Stroke(colour=style.BRICK, width_mm=0.5)))


def _write_sectors(page: Page, sheet: TerritorySheet, sectors: Sequence[Sector], y: float) -> float:
    """Write the sectors that are there, with their signs, and those that nobody stands for."""
    labels = label_sectors(sectors)
    tops = [sector.code for sector in sectors if sector.parent is None]
    here = list_sectors(sheet, tops, is_there=True)
    width = BODY.width * (0.62 if len(here) > _MANY_SECTORS else 0.5) - _GAP_MM / 2
    top = write_heading(page, "Filières présentes (nombre d’acteurs)", BODY.x, y, width)
    classes = SectorClasses(sectors)
    if not here:
        top = page.write_block(BODY.x, top, "Aucune pour l’instant.", width, size_pt=8.3)
    columns = 2 if len(here) > _MANY_SECTORS else 1
    size_pt, column_width = 8.0, width / columns
    for place, code in enumerate(here):
        row, column = divmod(place, columns)
        x, baseline = BODY.x + column * column_width, top + row * 4.5 + 2.9
        mark = classes.classes[classes.find([code])[0]]
        page.add(*(move(shape, x + 1.4, baseline - 1.0) for shape in make_sign(mark, 2.6)))
        count = f" ({write_number(sheet.count_by_sector[code])})"
        room = column_width - 5 - measure_mm(prepare(count), Face.REGULAR, size_pt) - 0.5
        name = shorten(labels[code], room, size_pt=size_pt)
        page.write(x + 4, baseline, f"{name}{count}", size_pt=size_pt)
    left_end = top + -(-len(here) // columns) * 4.5 + 0.5
    absent = [labels[code] for code in list_sectors(sheet, tops, is_there=False)]
    right = BODY.x + width + _GAP_MM
    width = BODY.right - right
    top = write_heading(page, "Filières sans acteur", right, y, width)
    text = SEPARATOR.join(absent) or "Aucune : toutes les filières sont là."
    return max(left_end, page.write_block(right, top, text, width, size_pt=8.3))


def _write_people(page: Page, study: TerritoryStudy, y: float, *, binome: str | None) -> float:
    """Write on whom to count here, and how the territory compares."""
    sheet = study.sheet
    comparison = list_comparisons(study)
    width = (BODY.width - _GAP_MM) / 2 if comparison else BODY.width
    top = write_heading(page, "Sur qui compter", BODY.x, y, width)
    nobody = "à désigner : ce territoire n’a pas encore de binôme (un salarié, un membre du Collectif)."
    antenne = " ".join([write_antenne(sheet.nearest_antenne, sheet.territory), write_access(study)])
    lines = (
        ("Antenne la plus proche : ", antenne.strip()),
        ("Binôme référent : ", binome or nobody),
        ("Ambassadeur ou ambassadrice : ", write_ambassadors(sheet)),
        ("Territoires voisins : ", write_neighbours(sheet)),
    )
    for label, text in lines:
        runs = [Run(label, Face.SEMIBOLD), Run(text)]
        top = page.write_block(BODY.x, top, runs, width, size_pt=8.3) + 0.8
    if not comparison:
        return top
    return max(top, _write_comparison(page, study, comparison, BODY.x + width + _GAP_MM, y, width))


def _write_comparison(
    page: Page,
    study: TerritoryStudy,
    lines: Sequence[tuple[str, float | None]],
    x: float,
    y: float,
    width: float,
) -> float:
    top = write_heading(page, f"Acteurs pour {write_number(10_000)} habitants", x, y, width)
    most = max((rate or 0 for _, rate in lines), default=0) or 1
    label_width, figure_width = width * 0.56, 10.0
    for place, (label, rate) in enumerate(lines):
        face = Face.SEMIBOLD if place == 0 else Face.REGULAR
        page.write(x, top + 3, shorten(label, label_width, face=face, size_pt=8), face=face, size_pt=8)
        room = width - label_width - 2 - figure_width
        if rate:
            page.add(
                Box(
                    x=x + label_width + 2, y=top + 0.9, width=room * rate / most, height=2.4,
                    fill=style.FRAME if place == 0 else style.SEQUENTIAL[1],
                )
            )  # fmt: skip
        figure = "–" if rate is None else write_number(rate, 2)
        page.write(x + width, top + 3, figure, face=face, size_pt=8, anchor="end")
        top += 4.6
    year = write_year(study)
    return page.write_block(x, top + 1, year, width, size_pt=8) if year else top


def _write_presences(page: Page, sheet: TerritorySheet, frame: Frame) -> None:
    """Write the names as long as the page has room, then how many others."""
    if frame.height < 12:
        return
    names = list_names(sheet)
    total = max(sheet.presence_count, len(names))
    top = write_heading(page, "Les présences", frame.x, frame.y, frame.width)
    room = Frame(x=frame.x, y=top, width=frame.width, height=frame.bottom - top)
    if not names:
        text = "Aucune présence visible de tous." if sheet.hidden else "Aucune présence pour l’instant."
        y = page.write_block(frame.x, top, text, frame.width, size_pt=8.3, colour=style.SOFT_INK)
    else:
        columns = 1 if len(names) <= 4 else 2 if len(names) <= 24 else 3
        y = write_names_block(page, names, room, columns=columns, total=total)
    if frame.bottom - y > _NOTE_MM:
        write_note(page, Frame(x=frame.x, y=y + 5, width=frame.width, height=0), INVITATION)
