"""The two pages of the board: five figures with the map, then what stands out, by territory and by sector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from geo.coverage.people import write_rounded
from geo.coverage.siting_sentences import SETTINGS, write_others
from geo.coverage.study import SectorTables
from geo.french import write_number, write_share
from geo.records import Presence
from maps import style
from maps.coverage_words import write_reading
from maps.measures import Measure
from maps.popup import clean_text
from maps.print.access_chart import draw_access_curve
from maps.print.board_words import (
    BoardAnswers,
    list_absences,
    list_key_figures,
    write_absence,
    write_unproved,
)
from maps.print.coverage_drawing import plan_drawing
from maps.print.coverage_map import draw_coverage_map
from maps.print.funnel_chart import draw_funnel
from maps.print.furniture import BODY, Credits, start_page, write_foot
from maps.print.ground import Ground
from maps.print.headings import write_heading, write_note
from maps.print.labels import write_rest
from maps.print.letters import shorten
from maps.print.page import Frame, Page
from maps.print.shapes import Box, Face
from maps.print.shift_table import draw_shift
from maps.print.tables import Column, draw_table

BOARD_TITLE = "Le Collectif : où sommes-nous présents ?"
_GAP_MM = 6.0
_FIGURE_MM = 21.0
_CHART_MM = 86.0
_SHIFT_MM = 46.0
_SECTOR_MM = 4.3
_MOST_SPARE_MM = 14.0
_MOST_CURVE_MM = 62.0
_CANDIDATES_SHARE = 0.5
_CANDIDATES = 5
_MOST_SECTORS = 16
_CAUTION = (
    "Prudence : avec si peu de présences par territoire, le hasard suffit souvent à expliquer un écart ; "
    "chaque phrase dit si c’est le cas (seuil de 5 %). Les sortes de présence ne s’additionnent jamais."
)
_SETTINGS_NOTE = (
    "Neuf réglages : habitants à portée, temps moyen, temps des plus éloignés, à 20, 30 et 45 minutes. "
    "Regret : ce que ce choix laisse perdre au pire."
)
_FUNNEL_NOTE = (
    "Entonnoir : un point par intercommunalité ; hors des courbes (95 %, et 99,8 % en tirets), le hasard "
    "explique mal l’écart (Spiegelhalter, 2005). Attendu : le nombre que donnerait la population seule."
)


def draw_board_pages(
    answers: BoardAnswers,
    *,
    ground: Ground,
    credit: Credits,
    antennes: Sequence[Presence] = (),
    numbers: tuple[str, str] = ("1/2", "2/2"),
) -> list[Page]:
    """
    Draw the two pages of the board.

    Parameters
    ----------
    answers
        What they show.
    ground
        All EPCI with contours.
    credit
        Source and date.
    antennes
        Marked on the map.
    numbers
        What stands at the foot of each page.
    """
    return [
        _draw_first(answers, ground=ground, credit=credit, antennes=antennes, number=numbers[0]),
        _draw_second(answers, credit=credit, number=numbers[1]),
    ]


def _draw_first(
    answers: BoardAnswers, *, ground: Ground, credit: Credits, antennes: Sequence[Presence], number: str
) -> Page:
    answer = answers.coverage
    page, y = start_page(
        "Le Collectif : cinq chiffres et la carte", "collectif-1", label="Fiche du Collectif",
        heading=BOARD_TITLE, credit=credit,
    )  # fmt: skip
    y += 2
    for figure in list_key_figures(answers):
        page.write(
            BODY.x + 25,
            y + 7.4,
            figure.value,
            face=Face.SEMIBOLD,
            size_pt=choose_figure_pt(figure.value),
            colour=style.BRICK,
            anchor="end",
        )
        page.write(BODY.x + 29, y + 3.6, figure.label, face=Face.SEMIBOLD, size_pt=9.5, colour=style.FRAME)
        bottom = page.write_block(BODY.x + 29, y + 5.0, figure.sentence, BODY.width - 29, size_pt=8.8)
        y = max(bottom, y + 9) + 2.2
    notes = (
        write_reading(answer, Measure.RATIO),
        _CAUTION,
    )
    foot = write_foot(page, credit, notes=notes, number=number)
    draw_coverage_map(
        page,
        Frame(x=BODY.x, y=y + 1, width=BODY.width, height=foot - y - 3),
        answer=answer,
        ground=ground,
        drawing=plan_drawing(answer, ground, Measure.RATIO),
        antennes=antennes,
    )
    return page


def choose_figure_pt(figure: str) -> float:
    """
    Choose the size of a large figure, so that it stays in its column.

    Examples
    --------
    >>> choose_figure_pt("56 %"), choose_figure_pt("329 000")
    (20.0, 17.0)
    """
    return 20.0 if len(figure) < 6 else 17.0


def _draw_second(answers: BoardAnswers, *, credit: Credits, number: str) -> Page:
    page, y = start_page(
        "Le Collectif : écarts, filières, prochaine antenne", "collectif-2", label="Fiche du Collectif",
        heading="Ce qui ressort, territoire par territoire", credit=credit,
    )  # fmt: skip
    y += 3
    half = (BODY.width - _GAP_MM) / 2
    # Few sectors leave room: half of it for what stands above their table, the rest for what stands under.
    sectors = answers.study.sectors
    spare = (_MOST_SECTORS - min(len(sectors.sectors) if sectors else 0, _MOST_SECTORS)) * _SECTOR_MM
    chart = Frame(x=BODY.x, y=y, width=half, height=_CHART_MM + min(spare / 2, _MOST_SPARE_MM))
    draw_funnel(page, chart, answers.study)
    column = Frame(x=BODY.x + half + _GAP_MM, y=y, width=half, height=chart.height)
    if answers.change is not None:
        under = Frame(x=column.x, y=column.bottom - _SHIFT_MM, width=half, height=_SHIFT_MM)
        draw_shift(page, under, answers.change)
        column = Frame(x=column.x, y=y, width=half, height=chart.height - _SHIFT_MM - 3)
    _write_absences(page, answers, column)
    y = chart.bottom + 4
    if sectors is not None:
        y = _draw_sectors(page, sectors, y) + 3
    notes = (
        _FUNNEL_NOTE,
        f"{answers.access.caption[:1].upper()}{answers.access.caption[1:]}. {_SETTINGS_NOTE}",
    )
    foot = write_foot(page, credit, notes=notes, number=number)
    left, height = BODY.width * _CANDIDATES_SHARE, min(foot - y - 3, _MOST_CURVE_MM)
    _draw_candidates(page, answers, Frame(x=BODY.x, y=y, width=left, height=height))
    right = BODY.x + left + _GAP_MM
    draw_access_curve(page, Frame(x=right, y=y, width=BODY.right - right, height=height), answers.siting)
    return page


def _write_absences(page: Page, answers: BoardAnswers, frame: Frame) -> None:
    """List the significant absences, and say what the other empty territories mean."""
    answer = answers.coverage
    y = write_heading(page, "Absences significatives", frame.x, frame.y, frame.width)
    if answer.empty_expected_by_chance is None:
        text = "Le registre ne compte encore personne : il n’y a rien à comparer."
        page.write_block(frame.x, y, text, frame.width, size_pt=8.5)
        return
    absences = list_absences(answer)
    empty = sum(row.count == 0 for row in answer.rows)
    if not absences:
        why = "le hasard suffit à expliquer chaque absence" if empty else "aucun territoire n’est vide"
        y = page.write_block(frame.x, y, f"Aucune : {why}.", frame.width, size_pt=8.5)
    room = max(1, int((frame.bottom - y - 18) // 4.6))
    kept = absences if len(absences) <= room else absences[: room - 1]
    for row in kept:
        page.add(Box(x=frame.x, y=y + 1.2, width=1.6, height=1.6, fill=style.BRICK))
        page.write(
            frame.x + 3.5, y + 3, shorten(write_absence(row), frame.width - 3.5, size_pt=8.5), size_pt=8.5
        )
        y += 4.6
    if len(absences) > len(kept):
        rest = write_rest(len(absences) - len(kept))
        page.write(frame.x + 3.5, y + 3, rest, size_pt=8.5, face=Face.ITALIC)
        y += 4.6
    others = empty - len(absences)
    if others > 0:
        text = write_unproved(others, answer.kind, is_rest=bool(absences))
        write_note(page, Frame(x=frame.x, y=y + 3, width=frame.width, height=0), text, size_pt=8)


def _draw_sectors(page: Page, tables: SectorTables, y: float) -> float:
    """Draw the table of sectors by département: zeros stand out, what is tested and found is marked."""
    y = write_heading(page, "Filières par département", BODY.x, y, BODY.width)
    width = 20.0
    columns = [
        Column(label="Filière", width=BODY.width - width * (len(tables.departements) + 1), anchor="start")
    ]
    columns += [Column(label=clean_text(d.name), width=width) for d in tables.departements]
    columns.append(Column(label="Habitants ayant la filière", width=width))
    found = tables.specialisation
    rows = []
    for place, sector in enumerate(tables.sectors[:_MOST_SECTORS]):
        cells = []
        for column in range(len(tables.departements)):
            count = int(tables.counts[place, column])
            mark = ""
            if found is not None:
                mark = " ▲" if found.is_over[place, column] else " ▼" if found.is_under[place, column] else ""
            cells.append(f"{write_number(count)}{mark}")
        reach = tables.reach[place]
        cells.append("–" if reach is None else write_share(reach.value, 0))
        rows.append((clean_text(sector.label), *cells))
    y = draw_table(page, columns, rows, BODY.x, y, step_mm=_SECTOR_MM, size_pt=7.8)
    others = len(tables.sectors) - len(rows)
    if others:
        y = page.write_block(
            BODY.x + 1.2, y + 0.6, f"… et {write_number(others)} autres filières", 80, size_pt=8
        )
    note = (
        "0 : aucun acteur. ▲ ▼ : plus ou moins que le hasard ne l’explique (testé si 5 attendus ou plus). "
        "Dernière colonne : part des habitants dont l’intercommunalité a au moins un acteur de la filière."
    )
    return page.write_block(
        BODY.x, y + 1, note, BODY.width, size_pt=7.2, face=Face.ITALIC, colour=style.SOFT_INK
    )


def _draw_candidates(page: Page, answers: BoardAnswers, frame: Frame) -> None:
    """Draw where a next antenne would bring most inhabitants near."""
    siting = answers.siting
    title = f"La prochaine antenne, à moins de {write_number(siting.minutes)} minutes"
    y = write_heading(page, title, frame.x, frame.y, frame.width)
    gain, bounds, wins = 18.0, 29.0, 13.0
    columns = [
        Column(label="Ville", width=frame.width - gain - bounds - wins, anchor="start"),
        Column(label="Habitants rapprochés", width=gain),
        Column(label="entre", width=bounds),
        Column(label="Réglages gagnés", width=wins),
    ]
    rows: list[tuple[str, ...]] = [
        (
            clean_text(each.commune_name),
            write_rounded(each.gain),
            f"{write_rounded(each.gain_low)} et {write_rounded(each.gain_high)}",
            f"{each.wins} sur {SETTINGS}",
        )
        for each in siting.candidates[:_CANDIDATES]
    ]
    if not siting.is_estimated:
        # Times by road have no bounds to show.
        columns = [replace(columns[0], width=columns[0].width + bounds), columns[1], columns[3]]
        rows = [(row[0], row[1], row[3]) for row in rows]
    y = draw_table(page, columns, rows, frame.x, y, step_mm=4.5, size_pt=7.8)
    others = write_others(siting)
    if others:
        page.write_block(
            frame.x, y + 1, clean_text(others), frame.width, size_pt=7.2, face=Face.ITALIC,
            colour=style.SOFT_INK,
        )  # fmt: skip
