"""What `/couverture` says: five findings, the question, the map, the table, then every figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from api.accompaniment_figures import make_accompaniment_figure
from api.care_figures import make_care_figure
from api.change_figures import make_change_figures
from api.coverage_figures import make_figures, make_table_figure
from api.coverage_findings import write_findings
from api.coverage_form import CoverageForm, Side
from api.figures import Figure
from api.forms import Order, Sort
from api.map_view import group_territories
from api.near_view import Choice
from api.places import check_territory
from api.problems import Fault
from api.refusals import InvalidParameterError
from api.sentences import write_totals
from data.clock import today
from data.coverage import find_group_communes
from data.errors import OutOfBoundsError
from data.questions import (
    choose_year_before,
    compare_dates,
    list_denominators,
    list_sectors,
    study_coverage,
)
from data.questions.access import answer_access
from data.questions.accompaniment import answer_accompaniment
from data.questions.referents import list_care
from data.questions.siting import answer_siting
from data.session import Register
from data.territories import read_membership
from geo.coverage.change import CoverageChange
from geo.coverage.sentences import (
    is_row_significant,
    is_row_tested,
    name_outside,
    write_absence_verdict,
)
from geo.coverage.study import CoverageStudy
from geo.french import KIND_NAMES, LEVEL_NAMES, SEAT_WORDS, write_count, write_date, write_number
from geo.records import CoverageAnswer, CoverageRow, Kind, Level
from maps.measures import MEASURE_LABELS

ROWS_SHOWN = 200
"""How many rows of the table stand on a page: every level but the communes fits on one."""

_TITLES = {
    Sort.NAME: "Territoire",
    Sort.POPULATION: "Habitants",
    Sort.COUNT: "Présents",
    Sort.PER_10K: "Pour 10 000",
    Sort.EXPECTED: "Attendus",
    Sort.RATIO: "Observé ÷ attendu",
}
_AS_FIRST = (Sort.POPULATION, None, Side.ALL)
_MOST_STANDING_OUT = 10
_SIDE_NAMES = {Side.ALL: "tous", Side.INSIDE: "dedans seulement", Side.OUTSIDE: "dehors seulement"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SortColumn:
    """A column's title, the address that sorts by it, and how it is sorted now (`aria-sort`)."""

    title: str
    address: str
    state: str
    is_text: bool


def ask_study(register: Register, form: CoverageForm) -> CoverageStudy:
    """Ask for every measure of the page."""
    for code in form.outside:
        check_territory(register, "outside", code)
    return study_coverage(register, **form.ask())


def ask_change(register: Register, form: CoverageForm, study: CoverageStudy) -> CoverageChange | None:
    """
    Ask what moved since the date asked for, or in a year; None on an empty register.

    Raises
    ------
    InvalidParameterError
        If the first date is not before the second.
    """
    if study.answer.data_date is None:
        return None
    day = form.at or study.answer.data_date
    since = form.since or choose_year_before(min(day, today()))
    try:
        return compare_dates(
            register,
            since=since,
            at=day,
            level=form.level,
            kind=form.kind,
            sector=form.sector,
            outside=form.group,
            basis=form.basis,
        )
    except OutOfBoundsError as error:
        fault = Fault(parameter="since", expected=error.expected, received=str(error.received))
        raise InvalidParameterError([fault]) from error


def list_figures(
    register: Register, form: CoverageForm, study: CoverageStudy, change: CoverageChange | None
) -> list[Figure]:
    """List the figures of the page that can be shown or downloaded, the table first."""
    answer = study.answer
    codes = find_codes_with_sheet(register, answer)
    rows = sort_rows(keep_side(register, answer, form.side), form)
    figures = [make_table_figure(study, rows, codes), *make_figures(study, codes)]
    accompaniment = answer_accompaniment(register)
    of_today = [make_accompaniment_figure(accompaniment)] if accompaniment.sites else []
    of_today.append(make_care_figure(list_care(register)))
    day = find_other_day(form)
    if day is not None:
        note = f"Tel qu'aujourd'hui, et non au {write_date(day)}."
        of_today = [replace(figure, notes=(note, *figure.notes)) for figure in of_today]
    figures += of_today
    # Without a list of the first date, everything would look like an arrival.
    is_told = change is not None and (change.reaches_back or form.since is not None)
    return figures + make_change_figures(change) if is_told and change is not None else figures


def find_other_day(form: CoverageForm) -> date | None:
    """Give the day asked for where it is not today: what is only known of today must then say so."""
    return form.at if form.at != today() else None


def write_question(register: Register, form: CoverageForm) -> str:
    """Write what every figure of the page counts, as what is taken away must say it."""
    answer = ask_study(register, form).answer
    labels = {sector.code: sector.label for sector in list_sectors(register)}
    return f"{write_subject(answer, labels, form)} {_write_basis(answer)}"


def describe_coverage(register: Register, form: CoverageForm) -> dict[str, Any]:
    """Give the values of the page."""
    study = ask_study(register, form)
    answer = study.answer
    change = ask_change(register, form, study)
    codes = find_codes_with_sheet(register, answer)
    sectors = list_sectors(register)
    rows = sort_rows(keep_side(register, answer, form.side), form)
    first = (form.page - 1) * ROWS_SHOWN
    table, *figures = list_figures(register, form, study, change)
    return {
        "answer": answer,
        "asked": form,
        "one": KIND_NAMES[answer.kind][0],
        "many": KIND_NAMES[answer.kind][1],
        "subject": write_subject(answer, {sector.code: sector.label for sector in sectors}, form),
        "basis_sentence": _write_basis(answer),
        "place": name_outside(answer.outside),
        "findings": write_findings(
            study,
            access=answer_access(register, at=form.at),
            change=change,
            siting=answer_siting(register),
            codes=codes,
            at=find_other_day(form),
        ),
        "counted_sentence": _write_counted(answer),
        "totals": write_totals(answer.totals, answer.kind),
        "sectors": sectors,
        "denominators": list_denominators(register),
        "territory_groups": group_territories(register),
        "measure_choices": [
            Choice(label=label, address=f"{form.address('/couverture', measure=measure)}#carte")
            for measure, label in MEASURE_LABELS.items()
            if measure is not form.measure
        ],
        "measure_label": MEASURE_LABELS[form.measure],
        "side_choices": [
            Choice(label=label, address=f"{form.address('/couverture', side=side, page=1)}#tableau")
            for side, label in _SIDE_NAMES.items()
            if side is not form.side
        ],
        "side_label": _SIDE_NAMES[form.side],
        "columns": _list_columns(form),
        "table": table,
        "rows": rows[first : first + ROWS_SHOWN],
        "remark": write_remark,
        "standing_out": list_standing_out(answer),
        "standing_out_sentence": write_standing_out(answer),
        "is_table_open": form.page > 1 or (form.sort, form.order, form.side) != _AS_FIRST,
        "codes_with_sheet": codes,
        "table_range": _write_range(first, len(rows)),
        "pages": _list_pages(form, len(rows)),
        "figures": figures,
        "download": lambda name, ending: form.address(f"/couverture/donnees/{name}.{ending}", page=1),
        "map_source": form.address("/couverture/plan", sort=Sort.POPULATION, order=None, page=1),
        "printed_maps": [
            Choice(
                label=ending.upper(), address=form.address(f"/couverture/carte.{ending}", page=1, since=None)
            )
            for ending in ("pdf", "svg", "png")
        ],
        "open_data": _write_open_data(form),
    }


def find_codes_with_sheet(register: Register, answer: CoverageAnswer) -> frozenset[str]:
    """Find which rows have a sheet of their own: a bassin de vie bears the code of its main commune."""
    found = ((row.code, register.referential.find(row.code)) for row in answer.rows)
    return frozenset(code for code, territory in found if territory and territory.level is answer.level)


def write_subject(answer: CoverageAnswer, labels: dict[str, str], form: CoverageForm) -> str:
    """Write what the page counts: kind, sector, level, date."""
    many = KIND_NAMES[answer.kind][1].capitalize()
    sector = f" de la filière « {labels.get(answer.sector, answer.sector)} »" if answer.sector else ""
    as_of = f"données au {write_date(answer.data_date)}" if answer.data_date else "registre vide"
    when = _write_when(answer.kind, form.at) if form.at else as_of
    return f"{many}{sector} par {LEVEL_NAMES[answer.level][0]}, {when}."


def _write_when(kind: Kind, day: date) -> str:
    such = "telles qu'elles étaient" if kind is Kind.ANTENNE else "tels qu'ils étaient"
    return f"{such} le {write_date(day)}"


def _write_basis(answer: CoverageAnswer) -> str:
    where = SEAT_WORDS[answer.kind] if answer.basis == "seat" else "dans leur zone d'action"
    is_feminine = answer.kind is Kind.ANTENNE
    counted, compared = ("comptées", "comparées") if is_feminine else ("comptés", "comparés")
    they = "elles" if is_feminine else "ils"
    against = f"aux {answer.denominator.unit}" if answer.denominator else "aux habitants"
    once = "" if answer.basis == "seat" else f", une fois dans chaque territoire où {they} agissent"
    return f"{KIND_NAMES[answer.kind][1].capitalize()} {counted} {where}{once}, et {compared} {against}."


def _write_counted(answer: CoverageAnswer) -> str:
    """Write which cards of the register the page counts, and how many they are."""
    if answer.basis == "seat":
        return (
            "Seules les fiches placées, à leur adresse ou à la commune, sont comptées : "
            f"{write_number(answer.totals.counted)}."
        )
    counted = write_number(answer.outside.count_inside + answer.outside.count_outside)
    added = "et celles qui restent à localiser mais disent leur zone d'action, sont comptées"
    return f"Les fiches placées, à leur adresse ou à la commune, {added} : {counted}."


def keep_side(register: Register, answer: CoverageAnswer, side: Side) -> tuple[CoverageRow, ...]:
    """Keep the rows that lie inside the group, or those that lie outside at least in part."""
    if side is Side.ALL:
        return answer.rows
    referential = register.referential
    within = find_group_communes(referential, answer.outside.code, answer.vintage)
    has_outside = {
        code
        for commune, code in read_membership(referential, answer.level, answer.vintage).items()
        if commune not in within
    }
    return tuple(row for row in answer.rows if (row.code in has_outside) is (side is Side.OUTSIDE))


def sort_rows(rows: tuple[CoverageRow, ...], form: CoverageForm) -> list[CoverageRow]:
    """Sort the table as asked; what has no value comes last either way, ties by code."""
    value: Callable[[CoverageRow], Any] = lambda row: getattr(row, form.sort.value)  # noqa: E731
    known = sorted((row for row in rows if value(row) is not None), key=lambda row: row.code)
    unknown = [row for row in rows if value(row) is None]
    return sorted(known, key=value, reverse=find_order(form) is Order.DESCENDING) + unknown


def find_order(form: CoverageForm) -> Order:
    """Give the order asked for; by default names go up and figures go down."""
    return form.order or (Order.ASCENDING if form.sort is Sort.NAME else Order.DESCENDING)


def list_standing_out(answer: CoverageAnswer) -> tuple[CoverageRow, ...]:
    """List the rows that their test sets apart from chance, the largest gaps first, no more than ten."""
    found = _find_standing_out(answer)
    found.sort(key=lambda row: (-abs(row.count - (row.expected or 0.0)), row.code))
    return tuple(found[:_MOST_STANDING_OUT])


def write_standing_out(answer: CoverageAnswer) -> str:
    """Write how many rows their test sets apart, and how many chance alone would."""
    one, many = LEVEL_NAMES[answer.level]
    if any(not is_row_tested(row) for row in answer.rows):
        return (
            f"Aucun test par {one} : une présence compte dans plusieurs territoires, et les lois du hasard "
            "ne disent rien de tels comptes. L'entonnoir, la concentration, les filières et le voisinage se "
            "mesurent au siège."
        )
    tested = sum(row.expected is not None for row in answer.rows)
    if not tested:
        return "Rien n'est encore compté : il n'y a aucun écart à décrire."
    found = len(_find_standing_out(answer))
    # Of five départements chance brings out « 0,3 », never « 0 ».
    most = write_number(0.05 * tested, 1 if 0.05 * tested < 1 else 0)
    alone = f"sur {write_number(tested)}, le hasard seul en ferait sortir {most} au plus"
    # What only the test of absences says is told apart: it looks for a lack, and never for an excess.
    more = sum(row.significant_absence and not is_row_significant(row) for row in answer.rows)
    absences = (
        f" Le test des absences, d'un seul côté, y ajoute {write_count(more, one, many)} sans présence."
        if more
        else ""
    )
    if not found:
        return f"Aucun écart n'est démontré par {one}, chacun testé à 5 % ({alone}).{absences}"
    told = write_count(found, f"{one} s'écarte", f"{many} s'écartent")
    shown = f" Les {_MOST_STANDING_OUT} plus grands écarts :" if found > _MOST_STANDING_OUT else ""
    return (
        f"{told} de l'attendu plus que le hasard ne l'explique, chaque test pris seul à 5 %, des deux côtés "
        f"; {alone}.{absences}{shown}"
    )


def _find_standing_out(answer: CoverageAnswer) -> list[CoverageRow]:
    return [row for row in answer.rows if row.expected is not None and is_row_significant(row)]


def write_remark(row: CoverageRow) -> str:
    """Write what the test of a row says, and nothing where it says nothing."""
    if row.expected is None or not is_row_tested(row):
        return ""
    if row.significant_absence:
        return write_absence_verdict(row)
    if row.count == 0:
        return "absence non significative"
    if not is_row_significant(row):
        return ""
    return "plus que le hasard" if (row.ratio or 0) > 1 else "moins que le hasard"


def _list_columns(form: CoverageForm) -> list[SortColumn]:
    columns = []
    for sort, title in _TITLES.items():
        state = ""
        turned: Order | None = None
        if sort is form.sort:
            order = find_order(form)
            state = "ascending" if order is Order.ASCENDING else "descending"
            turned = Order.DESCENDING if order is Order.ASCENDING else Order.ASCENDING
        address = form.address("/couverture", sort=sort, order=turned, page=1)
        columns.append(
            SortColumn(title=title, address=f"{address}#tableau", state=state, is_text=sort is Sort.NAME)
        )
    return columns


def _write_range(first: int, count: int) -> str:
    if count <= ROWS_SHOWN:
        return ""
    last = min(first + ROWS_SHOWN, count)
    return f" ({write_number(min(first + 1, count))} à {write_number(last)} sur {write_number(count)})"


def _list_pages(form: CoverageForm, count: int) -> list[Choice]:
    last = -(-count // ROWS_SHOWN)
    choices = []
    if form.page > 1:
        previous = min(form.page - 1, max(last, 1))
        choices.append(
            Choice(label="Page précédente", address=f"{form.address('/couverture', page=previous)}#tableau")
        )
    if form.page < last:
        following = form.address("/couverture", page=form.page + 1)
        choices.append(Choice(label="Page suivante", address=f"{following}#tableau"))
    return choices


def _write_open_data(form: CoverageForm) -> str:
    """Write the address of the same rows in the open data."""
    plain = CoverageForm(
        level=form.level, kind=form.kind, sector=form.sector, outside=form.outside, at=form.at
    )
    return plain.address("/api/v1/coverage", basis=form.basis, denominator=form.denominator)


__all__ = ["CoverageForm", "Level", "ask_change", "ask_study", "describe_coverage", "list_figures"]
