"""Two-page papers that a member hands to an elected official: a territory, a sector, the Apes itself.

Facts about the Apes come from the synthesis of its general assembly of 16 June 2022; every figure comes from
the register, with its date.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.coverage.sentences import write_outside
from geo.french import KIND_NAMES, write_number
from geo.records import (
    CoverageAnswer,
    Kind,
    Presence,
    RegisterSummary,
    Sector,
)
from maps import style
from maps.measures import Measure
from maps.popup import clean_text
from maps.print.coverage_drawing import plan_drawing
from maps.print.coverage_map import draw_coverage_map
from maps.print.furniture import BODY, Credits, start_page, write_foot
from maps.print.ground import Ground
from maps.print.headings import write_heading, write_note
from maps.print.kit_parts import ADDRESS, SYNTHESIS, WHAT_IS_ESS, write_list_block
from maps.print.labels import write_rest
from maps.print.letters import Run
from maps.print.page import Frame, Page
from maps.print.shapes import Face
from maps.print.territory_words import (
    SEPARATOR,
)

_GAP_MM = 6.0


_MOST_SECTORS = 20


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
    y = page_y = first.write_block(BODY.x, y + 3, WHAT_IS_ESS, BODY.width, size_pt=10.5) + 5
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
