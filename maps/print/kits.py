"""Two-page papers that a member hands to an elected official: a territory, a sector, the Apes itself.

Facts about the Apes come from the synthesis of its general assembly of 16 June 2022; every figure comes from
the register, with its date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from shapely import Geometry

from geo.coverage.chance import AgainstChance
from geo.coverage.sentences import write_empty, write_outside
from geo.french import KIND_NAMES, write_count, write_number, write_share
from geo.records import (
    CoverageAnswer,
    Kind,
    Presence,
    RegisterSummary,
    Sector,
    TerritorySheet,
)
from maps import style
from maps.measures import Measure
from maps.points import SectorClasses
from maps.popup import clean_text, label_sectors
from maps.print.board_words import list_absences, write_absence
from maps.print.coverage_page import draw_antennes, draw_coverage_map, fit_view, plan_drawing
from maps.print.furniture import BODY, Credits, draw_scale_bar, start_page, write_foot
from maps.print.ground import Ground, View, find_bounds
from maps.print.headings import write_heading, write_note
from maps.print.labels import REGION_TOWNS, Labels, Place, write_rest, write_towns
from maps.print.legend import Legend, SignRow, draw_legend, measure_legend
from maps.print.letters import Run
from maps.print.page import Frame, Page
from maps.print.presence_pages import draw_land, draw_signs, make_sign, write_names_block
from maps.print.shapes import Box, Disc, Face, Stroke
from maps.print.signs import draw_antenne
from maps.print.territory_sheet import draw_territory_page
from maps.print.territory_words import (
    SEPARATOR,
    ComparisonLine,
    find_kind,
    list_sectors,
    write_ambassadors,
    write_antenne,
    write_full_name,
    write_kind,
)

SYNTHESIS = "synthèse des ateliers de l’assemblée générale de l’Apes du 16 juin 2022"
ADDRESS = "www.apes-hdf.org"
_GAP_MM = 6.0
_TEXT_PT = 9.6
_MAP_ROOM_MM = 92.0
_MOST_SECTORS = 20
_WHAT_IS_ESS = (
    "L’économie sociale et solidaire réunit des associations, des coopératives, des mutuelles, "
    "des fondations et des entreprises commerciales qui visent l’utilité sociale et la gestion partagée "
    "avant le profit (loi du 31 juillet 2014)."
)
# What the members said of the Apes and asked of it: the synthesis, in plain words.
_VALUED = (
    "Connaître les territoires : l’Apes sait qui fait quoi, près de chez vous.",
    "Travailler en coopération : les membres décident et construisent ensemble.",
    "Être présente localement, avec une vue régionale.",
)
_DECENTRALISE = (
    "Décentraliser : être plus présente hors de la métropole lilloise, avec des temps forts par filière, "
    "des antennes et des ambassadeurs et ambassadrices."
)
_INSIGNIFICANT = (
    "« Non significatif » : le hasard suffit à expliquer l’écart ; il ne prouve ni un retard, ni une avance."
)
_NO_ACTOR = (
    "Nous signaler les structures de l’économie solidaire que vous connaissez : la fiche n’en a aucune."
)
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
_JOIN = (
    "Vous êtes une structure, une collectivité, une personne qui veut faire vivre l’économie solidaire près "
    f"de chez vous ? Écrivez-nous : {ADDRESS}."
)
_WANTED = (
    "Mieux se connaître : une carte des acteurs et des projets, des ateliers, des lieux d’échange.",
    "Partager les réussites pour en faire des biens communs, et se parrainer entre membres.",
    "Porter des plaidoyers par thème, avec des chiffres et des exemples par filière et par territoire.",
    _DECENTRALISE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorAnswers:
    """What the sector's paper says: its coverage, its presences, and who lives near one, beside chance."""

    sector: Sector
    coverage: CoverageAnswer
    presences: tuple[Presence, ...]
    reach: AgainstChance | None
    total: int


def write_list_block(
    page: Page, items: Sequence[str | Sequence[Run]], frame: Frame, *, size_pt: float = 9
) -> float:
    """Write items one under another, each with a square of brick, and give the y under them."""
    y = frame.y
    for item in items:
        page.add(Box(x=frame.x, y=y + 0.187 * size_pt - 0.75, width=1.5, height=1.5, fill=style.BRICK))
        y = page.write_block(frame.x + 4, y, item, frame.width - 4, size_pt=size_pt) + 1.4
    return y


def draw_territory_kit(
    sheet: TerritorySheet,
    coverage: CoverageAnswer,
    *,
    ground: Ground,
    epci: Ground,
    departements: Ground,
    sectors: Sequence[Sector],
    credit: Credits,
    comparison: Sequence[ComparisonLine] = (),
    binome: str | None = None,
    towns: Sequence[Place] = (),
    antennes: Sequence[Presence] = (),
) -> list[Page]:
    """
    Draw the paper of a territory: its sheet, then what is missing and what can be done.

    Parameters
    ----------
    sheet
        The territory's own record.
    coverage
        The actors of all EPCI, for the map of the region.
    ground, epci, departements
        Contours of the territory's level, of the EPCI, of the départements.
    sectors, credit, comparison, binome, towns, antennes
        As `draw_territory_page`.
    """
    first = draw_territory_page(
        sheet, ground=ground, departements=departements, sectors=sectors, credit=credit,
        comparison=comparison, binome=binome, towns=towns, antennes=antennes, number="1/2",
    )  # fmt: skip
    name = write_full_name(sheet.territory)
    page, y = start_page(
        f"{name} : ce qui manque", f"plaidoyer-{sheet.territory.code}", label="Plaidoyer pour un territoire",
        heading="Ce qui est là, ce qui manque, ce que nous pouvons faire", credit=credit, under=name,
    )  # fmt: skip
    foot = write_foot(page, credit, notes=(_INSIGNIFICANT,), number="2/2")
    y = page.write_block(BODY.x, y + 3, _WHAT_IS_ESS, BODY.width, size_pt=_TEXT_PT) + 4
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
        y = _write_contact(page, y + 3)
    if foot - y > _MAP_ROOM_MM:
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


def _write_contact(page: Page, y: float) -> float:
    text = f"L’Apes est le réseau de l’économie solidaire en Hauts-de-France. Pour en parler : {ADDRESS}."
    return write_note(page, Frame(x=BODY.x, y=y, width=BODY.width, height=0), text, size_pt=9.5)


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
    places = f"{write_number(present)} intercommunalités sur {write_number(total)}"
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
            "la filière est plus concentrée que le hasard ne l’explique"
            if answers.reach.is_significant()
            else "ce n’est pas moins que ce que donnerait le hasard"
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
    region = departements.merge(departements.contours)
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
    y = page.write_block(BODY.x, y + 3, _WHAT_IS_ESS, BODY.width, size_pt=_TEXT_PT) + 4
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
        y = _write_contact(page, y + 3)
    if foot - y > _MAP_ROOM_MM and answers.total:
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


def draw_network_kit(
    summary: RegisterSummary,
    coverage: CoverageAnswer,
    *,
    ground: Ground,
    sectors: Sequence[Sector],
    credit: Credits,
    antennes: Sequence[Presence] = (),
) -> list[Page]:
    """Draw the paper that presents the Apes: who it is and what it wants, then its map of today."""
    first, y = start_page(
        "L’Apes en deux pages", "apes-1", label="L’Apes en deux pages",
        heading="L’Apes, le réseau de l’économie solidaire en Hauts-de-France", credit=credit,
    )  # fmt: skip
    notes = (f"Origine : {SYNTHESIS}, pour ce que le réseau veut ; registre de l’Apes, pour les chiffres.",)
    foot = write_foot(first, credit, notes=notes, number="1/2")
    y = page_y = first.write_block(BODY.x, y + 3, _WHAT_IS_ESS, BODY.width, size_pt=10.5) + 5
    y = _write_counters(first, summary, page_y) + 6
    y = write_heading(first, "Ce que ses membres apprécient", BODY.x, y, BODY.width) + 0.5
    y = write_list_block(first, _VALUED, Frame(x=BODY.x, y=y, width=BODY.width, height=0), size_pt=10) + 4
    y = write_heading(first, "Ce que ses membres veulent", BODY.x, y, BODY.width) + 0.5
    y = write_list_block(first, _WANTED, Frame(x=BODY.x, y=y, width=BODY.width, height=0), size_pt=10) + 4
    y = write_heading(first, "Nos filières", BODY.x, y, BODY.width) + 0.5
    tops = [clean_text(sector.label) for sector in sectors if sector.parent is None]
    shown = [
        *tops[:_MOST_SECTORS],
        *([write_rest(len(tops) - _MOST_SECTORS)] if len(tops) > _MOST_SECTORS else []),
    ]
    y = first.write_block(BODY.x, y, SEPARATOR.join(shown), BODY.width, size_pt=10) + 4
    y = write_heading(first, "Où nous trouver", BODY.x, y, BODY.width) + 0.5
    places = [_write_place(antenne) for antenne in antennes] or [
        "Les antennes ne sont pas encore dans le registre."
    ]
    y = write_list_block(first, places[:8], Frame(x=BODY.x, y=y, width=BODY.width, height=0), size_pt=10) + 3
    if foot - y > 24:
        text = [
            Run("Nous rejoindre. ", Face.SEMIBOLD),
            Run(_JOIN),
        ]
        write_note(first, Frame(x=BODY.x, y=y + 2, width=BODY.width, height=0), text, size_pt=10)
    return [first, _draw_network_map(coverage, ground=ground, credit=credit, antennes=antennes)]


def _write_place(antenne: Presence) -> str:
    town = antenne.commune_name or antenne.city
    address = clean_text(", ".join(part for part in (antenne.address, town or "") if part))
    return f"{clean_text(antenne.name)} : {address}" if address else clean_text(antenne.name)


def _write_counters(page: Page, summary: RegisterSummary, y: float) -> float:
    """Write the register's count of each kind side by side, never added."""
    kinds = [kind for kind in Kind if summary.counts_by_kind[kind].counted]
    if not kinds:
        return page.write_block(BODY.x, y, "Le registre est encore vide.", BODY.width, size_pt=10)
    width = BODY.width / len(kinds)
    page.fill(Frame(x=BODY.x, y=y, width=BODY.width, height=24), style.PAPER)
    for place, kind in enumerate(kinds):
        count = summary.counts_by_kind[kind].counted
        middle = BODY.x + width * (place + 0.5)
        page.write(
            middle,
            y + 11,
            write_number(count),
            face=Face.SEMIBOLD,
            size_pt=22,
            colour=style.BRICK,
            anchor="middle",
        )
        name = KIND_NAMES[kind][0 if count < 2 else 1]
        lines = name.replace(" ou ", "\n ou ").replace(" et ", "\n et ").split("\n")
        for row, line in enumerate(lines):
            page.write(
                middle, y + 16.5 + row * 3.8, line.strip(), size_pt=9, colour=style.SOFT_INK, anchor="middle"
            )
    return y + 24


def _draw_network_map(
    coverage: CoverageAnswer, *, ground: Ground, credit: Credits, antennes: Sequence[Presence]
) -> Page:
    page, y = start_page(
        "La carte du réseau", "apes-2", label="L’Apes en deux pages",
        heading="Le réseau aujourd’hui, territoire par territoire", credit=credit,
    )  # fmt: skip
    y = (
        page.write_block(
            BODY.x, y + 2, write_outside(coverage.outside, coverage.kind), BODY.width, size_pt=10
        )
        + 1
    )
    notes = (
        "Lecture : la surface d’un cercle est proportionnelle au nombre d’acteurs de l’intercommunalité.",
    )
    foot = write_foot(page, credit, notes=notes, number="2/2")
    draw_coverage_map(
        page,
        Frame(x=BODY.x, y=y + 3, width=BODY.width, height=foot - y - 5),
        answer=coverage,
        ground=ground,
        drawing=plan_drawing(coverage, ground, Measure.COUNT),
        antennes=antennes,
    )
    return page
