"""The coverage map on paper: classes of a ratio, or circles of a count, never the one for the other."""

from __future__ import annotations

from collections.abc import Sequence

from geo.records import CoverageAnswer, Presence, Sector
from maps.coverage_words import write_lead, write_reading, write_title
from maps.measures import (
    Measure,
    Representation,
)
from maps.print.coverage_drawing import plan_drawing, write_answer, write_method
from maps.print.coverage_map import draw_coverage_map
from maps.print.furniture import BODY, Credits, start_page, write_foot
from maps.print.ground import Ground
from maps.print.page import Frame, Page
from maps.wording import write_totals


def draw_coverage_page(
    answer: CoverageAnswer,
    *,
    ground: Ground,
    credit: Credits,
    antennes: Sequence[Presence] = (),
    measure: Measure = Measure.RATIO,
    representation: Representation | None = None,
    limits: Sequence[float] | None = None,
    sectors: Sequence[Sector] = (),
    key: str = "couverture",
) -> Page:
    """
    Draw a coverage answer as one A4 page.

    Parameters
    ----------
    answer
        The answer to draw, one row a territory.
    ground
        The territories of the answer's level.
    credit
        Source and date of the figures.
    antennes
        Marked apart.
    measure, representation, limits
        As `maps.coverage_map.draw_coverage_map`.
    sectors
        The sector list, to name the answer's sector.

    Raises
    ------
    CountsAsClassesError, RatesAsCirclesError
        If the measure is not drawn so: the message says why.
    ClassLimitsError
        If the limits do not make a readable map.
    """
    drawing = plan_drawing(answer, ground, measure, representation=representation, limits=limits)
    heading = write_title(answer, measure, sectors)
    page, y = start_page(heading, key, label="Carte de couverture", heading=heading, credit=credit)
    lead = " ".join([write_answer(answer), *write_lead(answer)[1:]])
    y = page.write_block(BODY.x, y + 1.5, lead, BODY.width, size_pt=9.5)
    notes = (
        write_reading(answer, measure),
        write_method(answer),
        f"Totaux : {write_totals(answer.totals, answer.kind)}",
    )
    foot = write_foot(page, credit, notes=notes)
    draw_coverage_map(
        page,
        Frame(x=BODY.x, y=y + 3, width=BODY.width, height=foot - y - 5),
        answer=answer,
        ground=ground,
        drawing=drawing,
        antennes=antennes,
    )
    return page
