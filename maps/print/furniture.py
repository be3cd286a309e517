"""What stands on every printed page: the head, the foot with its source and date, the scale bar, the mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geo.french import NARROW_SPACE, write_number
from geo.territories.credit import MAP_CREDIT
from maps import style
from maps.print.ground import View
from maps.print.letters import Run, measure_mm, prepare
from maps.print.page import A4_HEIGHT_MM, A4_WIDTH_MM, MARGIN_MM, Frame, Page, measure_block
from maps.print.shapes import Box, Face, Stroke
from maps.wording import write_data_date

BODY = Frame(x=MARGIN_MM, y=MARGIN_MM, width=A4_WIDTH_MM - 2 * MARGIN_MM, height=A4_HEIGHT_MM - 2 * MARGIN_MM)
FICTIONAL_MARK = "Données fictives"
FICTIONAL_NOTE = "Données fictives : ces noms et ces adresses sont inventés pour l’exemple."
_BAND_MM = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """
    Where a page's figures come from, and as of when.

    `source` names the lists; `printed_for` is the site's name or address, empty when there is none.
    """

    source: str
    data_date: date | None
    is_fictional: bool = False

    @property
    def sentence(self) -> str:
        """Write source, date, contours and maker in one line or two."""
        register = (
            f"Source : registre de l’Apes ({self.source})" if self.source else "Source : registre de l’Apes"
        )
        return f"{register}. {write_data_date(self.data_date)}. {MAP_CREDIT}. Réalisation : Maillage."


def start_page(
    title: str, key: str, *, label: str, heading: str, credit: Credits, under: str = "", room_mm: float = 0
) -> tuple[Page, float]:
    """
    Start a page: a band of colour, what kind of page it is, its title, and the mark of fictional data.

    Parameters
    ----------
    title, key
        Of the bookmark.
    label
        What kind of page it is, in small letters above the heading.
    heading
        The title that is read; as many lines as it needs.
    credit
        For the mark of fictional data.
    under
        A line under the heading.
    room_mm
        Width to leave free on the right, for a small map.

    Returns
    -------
    tuple
        The page, and the y under its head.
    """
    page = Page(title=title, key=key)
    page.add(Box(x=0, y=0, width=page.width_mm, height=page.height_mm, fill="#ffffff"))
    page.add(Box(x=0, y=0, width=page.width_mm, height=_BAND_MM, fill=style.FRAME))
    page.add(Box(x=MARGIN_MM, y=0, width=24, height=_BAND_MM, fill=style.BRICK))
    top = 10.0
    page.write(MARGIN_MM, top + 3, label, face=Face.SEMIBOLD, size_pt=9, colour=style.BRICK)
    if credit.is_fictional:
        _mark_fictional(page, BODY.right - room_mm, top)
    width = BODY.width - room_mm
    size = choose_size(heading, width)
    y = page.write_block(
        MARGIN_MM,
        top + 5.2,
        heading,
        width,
        face=Face.SEMIBOLD,
        size_pt=size,
        colour=style.FRAME,
        leading=1.14,
    )
    if under:
        y = page.write_block(MARGIN_MM, y + 0.8, under, width, size_pt=10, colour=style.SOFT_INK)
    return page, y


def choose_size(
    heading: str, width_mm: float, sizes: Sequence[float] = (20, 18, 16, 14.5), lines: int = 2
) -> float:
    """Choose the largest size at which a heading takes no more lines than that."""
    for size in sizes:
        if (
            measure_block(heading, width_mm, face=Face.SEMIBOLD, size_pt=size, leading=1)
            <= lines * size * 0.3528 + 0.01
        ):
            return size
    return sizes[-1]


def _mark_fictional(page: Page, right: float, top: float) -> None:
    width = measure_mm(prepare(FICTIONAL_MARK), Face.SEMIBOLD, 9) + 4
    page.add(
        Box(
            x=right - width, y=top - 0.6, width=width, height=5.2, radius_mm=1,
            fill="#ffffff", stroke=Stroke(colour=style.BRICK, width_mm=0.35),
        )
    )  # fmt: skip
    page.write(
        right - 2, top + 3, FICTIONAL_MARK, face=Face.SEMIBOLD, size_pt=9, colour=style.BRICK, anchor="end"
    )


def measure_foot(credit: Credits, notes: Sequence[str] = ()) -> float:
    """Give the height that the foot of a page will take."""
    return sum(measure_block(text, BODY.width - 10, size_pt=7.5) for text in _list_notes(credit, notes)) + 3.5


def write_foot(page: Page, credit: Credits, *, notes: Sequence[str] = (), number: str = "") -> float:
    """Write the reading note, the source and the date at the foot, and give the y of its upper edge."""
    top = BODY.bottom + 3.0 - measure_foot(credit, notes)
    page.rule(BODY.x, top, BODY.width, stroke=Stroke(colour=style.FRAME, width_mm=0.3))
    y = top + 1.6
    for text in _list_notes(credit, notes):
        start, mark, rest = text.partition(":")
        runs: list[Run] | str = text
        if mark and len(start) < 24:
            runs = [Run(f"{start}:", Face.SEMIBOLD, style.INK), Run(rest)]
        y = page.write_block(BODY.x, y, runs, BODY.width - 10, size_pt=7.5, colour=style.SOFT_INK)
    if number:
        page.write(BODY.right, top + 4.4, number, size_pt=7.5, colour=style.SOFT_INK, anchor="end")
    return top


def _list_notes(credit: Credits, notes: Sequence[str]) -> list[str]:
    fictional = [FICTIONAL_NOTE] if credit.is_fictional else []
    return [*fictional, *notes, credit.sentence]


def draw_scale_bar(page: Page, view: View, *, right: float, baseline: float, most_mm: float = 36) -> Frame:
    """Draw a scale bar of a round length that ends at `right`, with the projection; give where it stands."""
    steps_m = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
    length_m = max((step for step in steps_m if step / view.m_per_mm <= most_mm), default=steps_m[0])
    length = length_m / view.m_per_mm
    left = right - length
    half = length / 2
    ink = Stroke(colour=style.INK, width_mm=0.2)
    page.add(
        Box(x=left, y=baseline - 1.2, width=half, height=1.2, fill=style.INK, stroke=ink),
        Box(x=left + half, y=baseline - 1.2, width=half, height=1.2, fill="#ffffff", stroke=ink),
    )
    label = f"{write_number(length_m / 1000)}{NARROW_SPACE}km"
    page.write(right, baseline - 2.2, label, size_pt=7.5, anchor="end")
    page.write(left, baseline - 2.2, "0", size_pt=7.5)
    scale = f"Lambert-93, nord en haut, 1 : {write_number(view.scale_denominator)}"
    width = page.write(right, baseline + 3.2, scale, size_pt=6.5, colour=style.SOFT_INK, anchor="end")
    widest = max(width, length)
    return Frame(x=right - widest, y=baseline - 5, width=widest, height=9)
