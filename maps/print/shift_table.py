"""Where the change of each département comes from, on paper: three parts that sum to it, exactly."""

from __future__ import annotations

from geo.coverage.change import CoverageChange
from geo.french import write_date, write_number
from maps import style
from maps.popup import clean_text
from maps.print.headings import write_heading
from maps.print.page import Frame, Page
from maps.print.shapes import Face
from maps.print.tables import Column, draw_table

_FIGURE_MM = 14.5


def draw_shift(page: Page, frame: Frame, change: CoverageChange) -> float:
    """Draw the shift-share of a change by département, and give the y under it."""
    y = write_heading(
        page, f"Depuis le {write_date(change.since)} : d’où vient l’évolution", frame.x, frame.y, frame.width
    )
    parts = change.shift.parts
    columns = (
        Column(label="Département", width=frame.width - 4 * _FIGURE_MM, anchor="start"),
        Column(label="Évolution", width=_FIGURE_MM),
        Column(label="effet général", width=_FIGURE_MM),
        Column(label="effet des filières", width=_FIGURE_MM),
        Column(label="effet local", width=_FIGURE_MM),
    )
    rows = [
        (
            clean_text(territory.name),
            _sign(float(parts.change[:, rank].sum()), 0),
            _sign(float(parts.regional[:, rank].sum()), 1),
            _sign(float(parts.sectoral[:, rank].sum()), 1),
            _sign(float(parts.local[:, rank].sum()), 1) + ("*" if parts.is_local_beyond_chance[rank] else ""),
        )
        for rank, territory in enumerate(change.shift.territories)
    ]
    y = draw_table(page, columns, rows, frame.x, y, step_mm=4.3, size_pt=7.8)
    marked = (
        "* plus que le hasard ne l’explique."
        if parts.is_local_beyond_chance.any()
        else "Aucun effet local n’est significatif."
    )
    note = f"Les trois effets font exactement l’évolution. {marked}"
    return page.write_block(
        frame.x, y + 0.8, note, frame.width, size_pt=7.2, face=Face.ITALIC, colour=style.SOFT_INK
    )


def _sign(value: float, decimals: int) -> str:
    written = write_number(abs(value), decimals)
    if not written.strip("0,"):
        return written
    return f"+{written}" if value > 0 else f"\u2212{written}"
