"""The two pages on a sector: where it is and how much, then what is missing and who it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.coverage.chance import AgainstChance
from geo.coverage.sentences import LEVEL, write_empty, write_outside
from geo.french import LEVEL_NAMES, write_count, write_number, write_share
from geo.records import (
    CoverageAnswer,
    Level,
    Presence,
    Sector,
)
from maps.measures import Measure
from maps.popup import clean_text
from maps.print.board_words import list_absences, write_absence
from maps.print.coverage_drawing import plan_drawing
from maps.print.coverage_map import draw_antennes, draw_coverage_map, fit_view
from maps.print.furniture import BODY, Credits, draw_scale_bar, start_page, write_foot
from maps.print.ground import Ground
from maps.print.headings import write_heading
from maps.print.kit_parts import MAP_ROOM_MM, TEXT_PT, WHAT_IS_ESS, write_contact, write_list_block
from maps.print.labels import REGION_TOWNS, Labels, write_rest, write_towns
from maps.print.land import draw_land, draw_signs, make_sign
from maps.print.legend import Legend, SignRow, draw_legend, measure_legend
from maps.print.names import write_names_block
from maps.print.page import Frame, Page
from maps.print.signs import draw_antenne
from maps.sector_classes import SectorClasses

_EXPECTED_NOTE = (
    "Attendu : le nombre que donnerait la population seule. "
    "Moins de 3 attendus : une absence n’y prouve rien."
)


_NO_ABSENCE = (
    "Aucune absence significative : la filière a trop peu d’acteurs pour que le vide d’un territoire "
    "prouve un manque."
)


_SECTOR_ASKS = (
    "Un temps fort de la filière là où elle est peu présente : rencontres, visites, chiffres.",
    "Le parrainage d’un projet qui démarre par un acteur qui a l’expérience.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorAnswers:
    """
    What the sector's paper says: its coverage, its presences, and who lives near one, beside chance.

    `reach_q_value` is the test of `reach` once corrected for all the sectors, as on the Collectif's page.
    """

    sector: Sector
    coverage: CoverageAnswer
    presences: tuple[Presence, ...]
    reach: AgainstChance | None
    total: int
    reach_q_value: float = 1.0


def draw_sector_kit(
    answers: SectorAnswers,
    *,
    ground: Ground,
    departements: Ground,
    sectors: Sequence[Sector],
    credit: Credits,
    antennes: Sequence[Presence] = (),
) -> list[Page]:
    """Draw the paper of a sector: where it is and how much, then what is missing and who it is."""
    label = clean_text(answers.sector.label)
    first, y = start_page(
        f"Filière {label}", f"filiere-{answers.sector.code}", label="Plaidoyer pour une filière",
        heading=label, credit=credit, under=_write_sector_size(answers),
    )  # fmt: skip
    notes = ("Lecture : un signe est un acteur, à son adresse ; un signe vide est placé à la mairie.",)
    foot = write_foot(first, credit, notes=notes, number="1/2")
    y = write_list_block(
        first,
        _write_sector_sentences(answers),
        Frame(x=BODY.x, y=y + 3, width=BODY.width, height=0),
        size_pt=9.3,
    )
    frame = Frame(x=BODY.x, y=y + 2, width=BODY.width, height=foot - y - 4)
    _draw_sector_map(first, frame, answers, ground, departements, sectors, antennes)
    second = _draw_sector_second(answers, ground=ground, credit=credit, antennes=antennes)
    return [first, second]


def _write_sector_size(answers: SectorAnswers) -> str:
    present = sum(row.count > 0 for row in answers.coverage.rows)
    total = len(answers.coverage.rows)
    actors = write_count(answers.total, "acteur")
    places = f"{write_count(present, *LEVEL_NAMES[Level.EPCI])} sur {write_number(total)}"
    return f"{actors} en Hauts-de-France, dans {places}"


def _write_sector_sentences(answers: SectorAnswers) -> list[str]:
    """Write what the figures of a sector show and do not show."""
    coverage = answers.coverage
    empty = [row for row in coverage.rows if row.count == 0]
    sentences = [write_outside(coverage.outside, coverage.kind)]
    if coverage.empty_expected_by_chance is not None:
        sentences.append(
            write_empty(
                empty=len(empty),
                expected_by_chance=coverage.empty_expected_by_chance,
                significant=sum(row.significant_absence for row in empty),
            )
        )
    if answers.reach is not None:
        verdict = (
            "la filière est plus regroupée que le hasard ne le ferait"
            if answers.reach_q_value <= LEVEL
            else "la différence n’est pas significative"
        )
        sentences.append(
            f"{write_share(answers.reach.value, 0)} des habitants vivent dans une intercommunalité où la "
            f"filière a au moins un acteur ; autant d’acteurs placés au hasard en toucheraient "
            f"{write_share(answers.reach.chance_mean, 0)} : {verdict}."
        )
    return sentences


def _draw_sector_map(
    page: Page, frame: Frame, answers: SectorAnswers, ground: Ground, departements: Ground,
    sectors: Sequence[Sector], antennes: Sequence[Presence],
) -> None:  # fmt: skip
    classes = SectorClasses(sectors)
    mark = classes.classes[classes.find([answers.sector.code])[0]]
    signs = [SignRow(label="Acteur de la filière", shapes=make_sign(mark, 3.0))]
    if antennes:
        signs.append(SignRow(label="Antenne de l’Apes", shapes=draw_antenne()))
    legend = Legend(title="", signs=tuple(signs))
    corner = Frame(x=frame.right - 46, y=frame.y, width=46, height=measure_legend(legend, 46))
    region = departements.whole
    view = fit_view(frame, ground, region, (corner,))
    draw_land(page, view, ground, departements)
    # One sector, one sign: a presence's other sectors do not matter here.
    only = SectorClasses([Sector(code=answers.sector.code, label=answers.sector.label)])
    only.classes[0] = only.classes[1] = mark
    draw_signs(page, view, answers.presences, only)
    draw_legend(page, legend, corner)
    labels = Labels(page, frame)
    labels.reserve(corner)
    labels.reserve(draw_scale_bar(page, view, right=frame.right, baseline=frame.bottom - 4))
    draw_antennes(page, view, antennes, labels)
    write_towns(labels, view, REGION_TOWNS)


def _draw_sector_second(
    answers: SectorAnswers, *, ground: Ground, credit: Credits, antennes: Sequence[Presence]
) -> Page:
    label = clean_text(answers.sector.label)
    page, y = start_page(
        f"{label} : qui, et ce qui manque", f"filiere-{answers.sector.code}-2",
        label="Plaidoyer pour une filière", heading="Qui agit, et ce qui manque", credit=credit, under=label,
    )  # fmt: skip
    foot = write_foot(page, credit, notes=(_EXPECTED_NOTE,), number="2/2")
    y = page.write_block(BODY.x, y + 3, WHAT_IS_ESS, BODY.width, size_pt=TEXT_PT) + 4
    y = write_heading(page, "Ce qui manque", BODY.x, y, BODY.width)
    absences = list_absences(answers.coverage)
    if absences:
        items = [f"{write_absence(row)}." for row in absences[:6]]
        if len(absences) > 6:
            items.append(f"{write_rest(len(absences) - 6)}.")
    else:
        items = [_NO_ABSENCE]
    y = write_list_block(page, items, Frame(x=BODY.x, y=y, width=BODY.width, height=0)) + 3
    y = write_heading(page, "Ce que nous proposons", BODY.x, y, BODY.width)
    y = write_list_block(page, _SECTOR_ASKS, Frame(x=BODY.x, y=y, width=BODY.width, height=0)) + 3
    y = write_heading(page, "Les acteurs", BODY.x, y, BODY.width)
    names = [
        f"{clean_text(p.name)}, {clean_text(p.commune_name)}" if p.commune_name else clean_text(p.name)
        for p in answers.presences
    ]
    if not names:
        y = page.write_block(BODY.x, y, "Aucun acteur visible de tous pour l’instant.", BODY.width, size_pt=9)
    else:
        columns = 2 if len(names) <= 60 else 3
        room = Frame(x=BODY.x, y=y, width=BODY.width, height=max(8.0, foot - y - 22))
        y = write_names_block(page, names, room, columns=columns, size_pt=8, total=answers.total)
    if foot - y > 16:
        y = write_contact(page, y + 3)
    if foot - y > MAP_ROOM_MM and answers.total:
        y = write_heading(page, "Combien, et où", BODY.x, y + 4, BODY.width)
        frame = Frame(x=BODY.x, y=y + 1, width=BODY.width, height=foot - y - 3)
        drawing = plan_drawing(answers.coverage, ground, Measure.COUNT)
        draw_coverage_map(
            page,
            frame,
            answer=answers.coverage,
            ground=ground,
            drawing=drawing,
            antennes=antennes,
            towns=False,
        )
    return page
