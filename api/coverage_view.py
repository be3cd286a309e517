"""What `/couverture` says: the findings with their figures, then the table that proves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.forms import CoverageForm, Order, Sort
from api.map_view import group_territories
from api.near_view import Choice
from api.places import check_territory
from api.rendering import write_address
from api.sentences import write_empty, write_parity, write_totals
from data.questions import answer_coverage, list_sectors
from data.session import Register
from geo.french import KIND_NAMES, LEVEL_NAMES, write_date, write_number
from geo.records import MEL_CODE, CoverageAnswer, CoverageRow, Kind

ROWS_SHOWN = 200
"""How many rows of the table stand on a page: every level but the communes fits on one."""

_TITLES = {
    Sort.NAME: "Territoire",
    Sort.POPULATION: "Habitants",
    Sort.COUNT: "Présents",
    Sort.PER_10K: "Pour 10 000 habitants",
    Sort.EXPECTED: "Attendus",
    Sort.RATIO: "Observé ÷ attendu",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column's title, the address that sorts by it, and how it is sorted now (`aria-sort`)."""

    title: str
    address: str
    state: str
    is_text: bool


def ask_coverage(register: Register, form: CoverageForm) -> CoverageAnswer:
    """Ask where the network is."""
    check_territory(register, "outside", form.outside)
    return answer_coverage(
        register, level=form.level, kind=form.kind, sector=form.sector, outside=form.outside, at=form.at
    )


def describe_coverage(register: Register, form: CoverageForm) -> dict[str, Any]:
    """Give the values of the page."""
    answer = ask_coverage(register, form)
    one, many = KIND_NAMES[answer.kind]
    sectors = list_sectors(register)
    labels = {sector.code: sector.label for sector in sectors}
    rows = sort_rows(answer.rows, form)
    first = (form.page - 1) * ROWS_SHOWN
    question = form.model_dump(exclude={"sort", "order", "page"})
    significant = sorted(
        (row for row in answer.rows if row.significant_absence),
        key=lambda row: row.expected or 0,
        reverse=True,
    )
    return {
        "answer": answer,
        "asked": form,
        "one": one,
        "many": many,
        "feminine": answer.kind is Kind.ANTENNE,
        "subject": _write_subject(answer, labels, form.at),
        "outside_name": write_outside_name(answer),
        "parity": write_parity(answer),
        "empty": write_empty(answer),
        "empty_verb": "n'a" if sum(row.count == 0 for row in answer.rows) < 2 else "n'ont",
        "significant": significant,
        "significant_intro": _introduce_significant(answer, len(significant)),
        "totals": write_totals(answer.totals, answer.kind),
        "sectors": sectors,
        "territory_groups": group_territories(register),
        "columns": _list_columns(form),
        "rows": rows[first : first + ROWS_SHOWN],
        "codes_with_sheet": find_codes_with_sheet(register, answer),
        "table_range": _write_range(first, len(rows)),
        "pages": _list_pages(form, len(rows)),
        "map_source": write_address("/couverture/plan", question),
        "open_data": write_address("/api/v1/coverage", question),
    }


def find_codes_with_sheet(register: Register, answer: CoverageAnswer) -> frozenset[str]:
    """Find which rows have a sheet of their own: a bassin de vie bears the code of its main commune."""
    found = ((row.code, register.referential.find(row.code)) for row in answer.rows)
    return frozenset(code for code, territory in found if territory and territory.level is answer.level)


def write_outside_name(answer: CoverageAnswer) -> str:
    """Name the territory that is left out, as a sentence does."""
    if answer.outside.code == MEL_CODE:
        return "la Métropole européenne de Lille"
    return f"« {answer.outside.name} »"


def _write_subject(answer: CoverageAnswer, labels: dict[str, str], asked_day: date | None) -> str:
    many = KIND_NAMES[answer.kind][1].capitalize()
    sector = f" de la filière « {labels.get(answer.sector, answer.sector)} »" if answer.sector else ""
    as_of = f"données au {write_date(answer.data_date)}" if answer.data_date else "registre vide"
    when = f"tels qu'ils étaient le {write_date(asked_day)}" if asked_day else as_of
    return f"{many}{sector} par {LEVEL_NAMES[answer.level][0]}, {when}."


def _introduce_significant(answer: CoverageAnswer, count: int) -> str:
    if all(row.count for row in answer.rows):
        return ""
    if not count:
        return "Aucune de ces absences n'est significative : il y était attendu moins de 3."
    if count == 1:
        return "Une absence est significative (3 attendus ou plus) :"
    return f"{write_number(count)} absences sont significatives (3 attendus ou plus) :"


def sort_rows(rows: tuple[CoverageRow, ...], form: CoverageForm) -> list[CoverageRow]:
    """Sort the table as asked; what has no value comes last either way, ties by code."""
    value: Callable[[CoverageRow], Any] = lambda row: getattr(row, form.sort.value)  # noqa: E731
    known = sorted((row for row in rows if value(row) is not None), key=lambda row: row.code)
    unknown = [row for row in rows if value(row) is None]
    return sorted(known, key=value, reverse=find_order(form) is Order.DESCENDING) + unknown


def find_order(form: CoverageForm) -> Order:
    """Give the order asked for; by default names go up and figures go down."""
    return form.order or (Order.ASCENDING if form.sort is Sort.NAME else Order.DESCENDING)


def _list_columns(form: CoverageForm) -> list[Column]:
    columns = []
    for sort, title in _TITLES.items():
        is_current = sort is form.sort
        order = find_order(form)
        state = ""
        turned: Order | None = None
        if is_current:
            state = "ascending" if order is Order.ASCENDING else "descending"
            turned = Order.DESCENDING if order is Order.ASCENDING else Order.ASCENDING
        query = form.model_dump(mode="json", exclude={"page"}) | {"sort": sort.value, "order": turned}
        columns.append(
            Column(
                title=title,
                address=f"{write_address('/couverture', query)}#tableau",
                state=state,
                is_text=sort is Sort.NAME,
            )
        )
    return columns


def _write_range(first: int, count: int) -> str:
    if count <= ROWS_SHOWN:
        return ""
    last = min(first + ROWS_SHOWN, count)
    return f" ({write_number(min(first + 1, count))} à {write_number(last)} sur {write_number(count)})"


def _list_pages(form: CoverageForm, count: int) -> list[Choice]:
    query = form.model_dump(mode="json")
    last = -(-count // ROWS_SHOWN)
    choices = []
    if form.page > 1:
        previous = min(form.page - 1, max(last, 1))
        choices.append(
            Choice(label="Page précédente", address=write_address("/couverture", query | {"page": previous}))
        )
    if form.page < last:
        choices.append(
            Choice(
                label="Page suivante", address=write_address("/couverture", query | {"page": form.page + 1})
            )
        )
    return choices
