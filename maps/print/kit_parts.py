"""What the papers to hand over have in common: the law's words, lists, the address."""

from __future__ import annotations

from collections.abc import Sequence

from maps import style
from maps.print.furniture import BODY
from maps.print.headings import write_note
from maps.print.letters import Run
from maps.print.page import Frame, Page
from maps.print.shapes import Box

SYNTHESIS = "synthèse des ateliers de l’assemblée générale de l’Apes du 16 juin 2022"


ADDRESS = "www.apes-hdf.org"


TEXT_PT = 9.6


MAP_ROOM_MM = 92.0


WHAT_IS_ESS = (
    "L’économie sociale et solidaire réunit des associations, des coopératives, des mutuelles, "
    "des fondations et des entreprises commerciales qui visent l’utilité sociale et la gestion partagée "
    "avant le profit (loi du 31 juillet 2014)."
)


def write_list_block(
    page: Page, items: Sequence[str | Sequence[Run]], frame: Frame, *, size_pt: float = 9
) -> float:
    """Write items one under another, each with a square of brick, and give the y under them."""
    y = frame.y
    for item in items:
        page.add(Box(x=frame.x, y=y + 0.187 * size_pt - 0.75, width=1.5, height=1.5, fill=style.BRICK))
        y = page.write_block(frame.x + 4, y, item, frame.width - 4, size_pt=size_pt) + 1.4
    return y


def write_contact(page: Page, y: float) -> float:
    """Write who the Apes is and where to write to it, in a note; give the y under it."""
    text = f"L’Apes est le réseau de l’économie solidaire en Hauts-de-France. Pour en parler : {ADDRESS}."
    return write_note(page, Frame(x=BODY.x, y=y, width=BODY.width, height=0), text, size_pt=9.5)
