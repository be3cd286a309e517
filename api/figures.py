"""A figure of a page as one thing: its sentence, chart, table and method, shown or downloaded alike."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from geo.french import write_number, write_share
from maps.charts import stand_alone

Cell = str | int | float | bool | None

# Three decimals are shown: a smaller probability is not nought.
_LEAST_P = 0.001
_STAMP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a figure is computed: its formula, where that comes from, and what it does not say."""

    formula: str
    source: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    A column of a figure: its key in JSON, its title, and how its cells are written on a page.

    `style` is `text`, `count`, `share`, `p` (the probability of a test), or a number of decimals.
    """

    key: str
    title: str
    style: str | int = "text"

    @property
    def is_text(self) -> bool:
        """Whether its cells are words."""
        return self.style == "text"

    def write(self, cell: Cell) -> str:
        """
        Write a cell for a page.

        Examples
        --------
        >>> Column(key="k", title="T", style=2).write(0.5), Column(key="k", title="T").write(None)
        ('0,50', '–')
        >>> Column(key="k", title="T", style="p").write(0.0002)
        '< 0,001'
        """
        if cell is None:
            return "–"
        if isinstance(cell, bool):
            return "oui" if cell else "non"
        if isinstance(cell, str):
            return cell
        if self.style == "share":
            return write_share(cell)
        if self.style == "p":
            return f"< {write_number(_LEAST_P, 3)}" if cell < _LEAST_P else write_number(cell, 3)
        # The minus sign, as the sentences beside write it, not the hyphen.
        return write_number(cell, self.style if isinstance(self.style, int) else 0).replace("-", "\u2212")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A figure: `name` is its place in addresses, `sentence` what it shows and does not show.

    `svg` draws its chart, None when it has none. `links` gives, by row, the address that its first cell leads
    to. `marks` writes something beside the cell of a row and a column;
    `marks_zero` makes zeros stand out.
    """

    name: str
    title: str
    sentence: str
    method: Method
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    svg: Callable[[], str] | None = None
    links: tuple[str | None, ...] = ()
    notes: tuple[str, ...] = ()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    marks_zero: bool = False

    def link(self, rank: int) -> str | None:
        """Give the address that a row leads to."""
        return self.links[rank] if rank < len(self.links) else None


def write_figure_csv(figure: Figure) -> bytes:
    r"""
    Write a figure's table for a spreadsheet in France: `;`, decimal comma, and the mark Excel needs.

    Examples
    --------
    >>> method = Method(formula="f", source="s", limits="l")
    >>> figure = Figure(name="n", title="T", sentence="S", method=method,
    ...     columns=(Column(key="a", title="A"), Column(key="b", title="B", style=1)), rows=(("x", 0.25),))
    >>> write_figure_csv(figure).decode("utf-8-sig")
    'A;B\r\nx;0,25\r\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([column.title for column in figure.columns])
    writer.writerows([[_plain(cell) for cell in row] for row in figure.rows])
    return text.getvalue().encode("utf-8-sig")


def figure_as_json(figure: Figure) -> dict[str, Any]:
    """Give a figure with its method: rows keyed by column, numbers as numbers."""
    return {
        "name": figure.name,
        "title": figure.title,
        "sentence": figure.sentence,
        "method": {
            "formula": figure.method.formula,
            "source": figure.method.source,
            "limits": figure.method.limits,
        },
        "notes": list(figure.notes),
        "columns": [{"key": column.key, "title": column.title} for column in figure.columns],
        "rows": [
            {column.key: cell for column, cell in zip(figure.columns, row, strict=True)}
            for row in figure.rows
        ],
    }


def write_method(figure: Figure, question: str) -> str:
    """Write, for a person, what a figure shows, of what, how it is computed, and what it does not say."""
    method = figure.method
    lines = [
        figure.title,
        question,
        figure.sentence,
        *figure.notes,
        "",
        f"Calcul : {method.formula}",
        f"Source : {method.source}",
        f"Limites : {method.limits}",
    ]
    return "\r\n".join([*lines, ""])


def write_figure_archive(figure: Figure, question: str) -> bytes:
    """
    Write a figure's table, its chart and its method as one archive: the same figure gives the same bytes.

    Parameters
    ----------
    figure
        The figure.
    question
        What it counts, at which date, from what.
    """
    parts = {f"{figure.name}.csv": write_figure_csv(figure)}
    if figure.svg is not None:
        parts[f"{figure.name}.svg"] = stand_alone(figure.svg()).encode()
    parts["methode.txt"] = write_method(figure, question).encode("utf-8-sig")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=_STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return packed.getvalue()


def find_figure(figures: Sequence[Figure], name: str) -> Figure | None:
    """Find a figure by its name."""
    return next((figure for figure in figures if figure.name == name), None)


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return f"{cell:.6f}".rstrip("0").rstrip(".").replace(".", ",")
    text = str(cell)
    # A spreadsheet runs what starts like a formula: no name may.
    return f"'{text}" if text[:1] in {"=", "+", "@", "\t", "\r"} or text.startswith("-=") else text
