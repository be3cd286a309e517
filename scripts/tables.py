"""Tables on a terminal: cells are text, never styling, whatever a list holds."""

from __future__ import annotations

from collections.abc import Collection

from rich.table import Table
from rich.text import Text


def start_table(*titles: str, right: Collection[str] = (), header: bool = True) -> Table:
    """Start a table; the columns named in `right` hold figures."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=header)
    for title in titles:
        table.add_column(title, justify="right" if title in right else "left", overflow="fold")
    return table


def add_cells(table: Table, *cells: object) -> None:
    """Add a row of text cells; None is an empty cell."""
    table.add_row(*(Text("" if cell is None else str(cell)) for cell in cells))
