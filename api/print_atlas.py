"""The atlas: every sheet as a file of its own, and one PDF with the index, the board's pages and them all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from api.printing import find_departement, make_credits, print_board, print_sheet
from data.session import Register
from geo.french import write_count
from geo.records import Level, Territory
from maps.print.atlas_index import IndexEntry, draw_index_pages
from maps.print.page import Page
from maps.print.pdf import write_pdf
from maps.print.territory_words import write_full_name, write_index_name

ATLAS_NAME = "atlas.pdf"
BOARD_NAME = "collectif.pdf"
SHEET_PREFIX = "fiche-"
_TITLE = "Atlas du réseau"


@dataclass(frozen=True, slots=True)
class AtlasFile:
    """One file of the atlas, whole."""

    name: str
    content: bytes


def count_atlas_files(register: Register) -> int:
    """Count the files that the atlas will have."""
    return len(register.referential.territories(Level.EPCI)) + 2


def compose_atlas(register: Register) -> Iterator[AtlasFile]:
    """
    Compose the atlas file by file: the board, the sheets by département and name, then the whole in one.

    Yields
    ------
    AtlasFile
        As soon as each is ready, so that progress can be shown and the work stopped.
    """
    sheets = _list_sheets(register)
    credit = make_credits(register)
    board = print_board(register, numbers=("2", "3"))
    yield AtlasFile(BOARD_NAME, write_pdf(board, title="Le Collectif : où sommes-nous présents ?"))
    for page in board:
        page.part = "Le Collectif"
    entries = [IndexEntry(name=page.title, key=page.key, page_number=0) for page in board]
    pages: list[Page] = []
    for departement, territory in sheets:
        # The index is as long as the sheets are many: with one page of it, the first sheet is page 4.
        (page,) = print_sheet(register, territory.code, number=str(len(pages) + 4))
        name = write_full_name(territory)
        yield AtlasFile(name_sheet(territory), write_pdf([page], title=name))
        page.part = departement.name
        pages.append(page)
        entries.append(IndexEntry(name=write_index_name(territory), key=page.key, page_number=0))
    lead = f"{write_count(len(pages), 'fiche')} et les deux pages du Collectif"
    index = draw_index_pages(_number(entries, board, pages), credit=credit, heading=_TITLE, lead=lead)
    yield AtlasFile(ATLAS_NAME, write_pdf([*index, *board, *pages], title=_TITLE))


def _number(entries: list[IndexEntry], board: list[Page], pages: list[Page]) -> list[IndexEntry]:
    """Give each entry its page: the index takes the first."""
    places = {page.key: place for place, page in enumerate([*board, *pages], start=2)}
    numbered = [
        IndexEntry(name=entry.name, key=entry.key, page_number=places[entry.key]) for entry in entries
    ]
    return numbered[: len(board)] + sorted(numbered[len(board) :], key=lambda entry: _fold(entry.name))


def _list_sheets(register: Register) -> list[tuple[Territory, Territory]]:
    """List every EPCI with its département, in the order of the atlas."""
    found = [
        (find_departement(register, epci), epci) for epci in register.referential.territories(Level.EPCI)
    ]
    return sorted(found, key=lambda pair: (pair[0].code, _fold(write_full_name(pair[1])), pair[1].code))


def name_sheet(territory: Territory) -> str:
    """
    Name the file of a sheet: its code, then its name in plain letters.

    Examples
    --------
    >>> name_sheet(Territory(level=Level.EPCI, code="246200364", name="CA de Lens - Liévin",
    ...     population=1, vintage=2026))
    'fiche-246200364-communaute-d-agglomeration-de-lens-lievin.pdf'
    """
    return f"{SHEET_PREFIX}{territory.code}-{slug(write_full_name(territory))}.pdf"


def slug(text: str) -> str:
    """
    Write a name in small plain letters and hyphens.

    Examples
    --------
    >>> slug("CC du Val de l’Oise")
    'cc-du-val-de-l-oise'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in _fold(text)).split())


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()
