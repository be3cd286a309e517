"""From a file to rows ready to be stored: opened, understood, placed. Nothing here speaks to the register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from data.homes.places import publish_status
from data.incoming import IncomingPresence
from data.intake.errors import NoNameColumnError, OversizedFileError
from data.intake.fields import Field
from data.intake.mapping import ColumnPlan, MappingValue, plan_columns
from data.intake.placing import PlacedRow, tell_placements
from data.intake.problems import ProblemLog
from data.intake.proposals import sample_columns
from data.intake.reading import open_table
from data.intake.rows import RowReader, UnderstoodRow
from data.intake.table import Row, Table
from data.intake.text import shorten
from data.intake.zones import ZoneBook
from data.sectors import SectorBook
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.records import ColumnUse, Kind, Problem, StatusCounts
from geo.territories import Referential

MAX_ROWS = 1_000_000
"""An import is compared and stored as one; a national list is cut to the region first."""

_SAMPLE_CHARACTERS = 60
_PLACED_AT_ONCE = 5_000
# UTF-8 read as Windows-1252: « é », « è », « ê », « ç », « î », « ô », « û », « É », the apostrophe.
_MISREAD = ("Ã©", "Ã¨", "Ãª", "Ã§", "Ã®", "Ã´", "Ã»", "Ã‰", "â€™")


class ManyGeocoder(Protocol):
    """What is needed of a geocoder: one answer per question, in order."""

    def geocode_many(self, queries: Sequence[AddressQuery]) -> list[GeocodedAddress]:
        """Answer every question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedList:
    """A list that is read, understood and placed; `log` still takes what comparing and storing tell."""

    incoming: tuple[IncomingPresence, ...]
    table: Table
    plan: ColumnPlan
    log: ProblemLog
    columns: tuple[ColumnUse, ...]
    blank_rows: int

    @property
    def has_kinds(self) -> bool:
        """Say whether the rows say themselves what they are."""
        return Field.KIND in self.plan.recipes

    @property
    def identity_keys(self) -> dict[str, int]:
        """Count the rows by what identified them."""
        return dict(Counter(str(row.key_kind) for row in self.incoming).most_common())

    @property
    def counts(self) -> StatusCounts:
        """Count the rows by their placement."""
        return count_statuses(self.incoming)

    @property
    def counts_by_kind(self) -> dict[str, StatusCounts]:
        """Count the rows of each kind by their placement."""
        kinds = [kind for kind in Kind if any(row.kind is kind for row in self.incoming)]
        return {
            kind.value: count_statuses([row for row in self.incoming if row.kind is kind]) for kind in kinds
        }

    def problems(self) -> tuple[Problem, ...]:
        """Give everything that was met so far."""
        return self.log.problems()


def prepare_list(
    path: Path,
    *,
    kind: Kind,
    referential: Referential,
    sectors: SectorBook,
    geocoder: ManyGeocoder,
    mapping: Mapping[str, MappingValue] | None = None,
    saved: Mapping[str, MappingValue] | None = None,
    progress: Callable[[int], None] | None = None,
) -> PreparedList:
    """
    Read a file, understand its rows and place them.

    Parameters
    ----------
    path
        The file.
    kind
        What its rows are when they do not say so themselves.
    referential, sectors, geocoder
        What rows are understood with.
    mapping, saved
        The person's mapping, and the one remembered of the source.
    progress
        Told how many rows are placed so far.

    Raises
    ------
    UnusableFileError
        If the file cannot be taken in at all.
    MappingError
        If `mapping` cannot be followed.
    """
    names = [name for given in (saved, mapping) for name in given or ()]
    table = open_table(path, known_names=names)
    log = table.problems
    plan = plan_columns(table, mapping=mapping, saved=saved, log=log)
    if Field.NAME not in plan.recipes:
        raise NoNameColumnError(path, table.columns)
    rows, blank_rows = _read_rows(path, table, log)
    reader = RowReader(plan, kind=kind, sectors=sectors, zones=ZoneBook(referential), log=log)
    understood = [reader.read(row) for row in rows]
    _tell_twins(understood, log)
    answers = place_queries(geocoder, [row.query for row in understood], progress)
    placed = [PlacedRow(row.line, row.query, answer) for row, answer in zip(understood, answers, strict=True)]
    tell_placements(placed, plan, log)
    return PreparedList(
        incoming=tuple(_join(row, answer) for row, answer in zip(understood, answers, strict=True)),
        table=table,
        plan=plan,
        log=log,
        columns=_describe_columns(table, rows, plan),
        blank_rows=blank_rows,
    )


def place_queries(
    geocoder: ManyGeocoder, queries: Sequence[AddressQuery], progress: Callable[[int], None] | None
) -> list[GeocodedAddress]:
    """Place addresses, telling `progress` how many are done so far."""
    answers: list[GeocodedAddress] = []
    for start in range(0, len(queries), _PLACED_AT_ONCE):
        answers += geocoder.geocode_many(queries[start : start + _PLACED_AT_ONCE])
        if progress is not None:
            progress(len(answers))
    return answers


def count_statuses(rows: Sequence[IncomingPresence]) -> StatusCounts:
    """Count rows by their placement: every row once, a home at its commune."""
    counted = Counter(publish_status(row).value for row in rows)
    return StatusCounts(**counted)


def _read_rows(path: Path, table: Table, log: ProblemLog) -> tuple[list[Row], int]:
    """Read all rows; blank ones are counted, a repeated line of column names is told and left."""
    rows: list[Row] = []
    blank_rows = 0
    for row in table.rows(log):
        if row.is_blank:
            blank_rows += 1
        elif row.cells[0].strip() == table.columns[0] and _is_header(row, table):
            log.tell(row.line, None, None, "Ligne de noms de colonnes répétée : non importée.")
        else:
            rows.append(row)
            _tell_misread_text(row, table, log)
            if len(rows) > MAX_ROWS:
                raise OversizedFileError(
                    path,
                    f"cette liste a plus de {MAX_ROWS} lignes.",
                    "Gardez celles des Hauts-de-France, ou coupez-la en plusieurs fichiers.",
                )
    return rows, blank_rows


def _tell_misread_text(row: Row, table: Table, log: ProblemLog) -> None:
    """Tell text that was misread before it came here, as « HÃ©nin » for « Hénin »; it is kept as it is."""
    text = "".join(row.cells)
    if "Ã" not in text and "â€" not in text:
        return
    for name, cell in zip(table.columns, row.cells, strict=True):
        found = next((sign for sign in _MISREAD if sign in cell), None)
        if found:
            what = "Texte abîmé par un changement d'encodage avant l'import : conservé tel quel"
            log.gather(row.line, name, found, what)


def _tell_twins(rows: Sequence[UnderstoodRow], log: ProblemLog) -> None:
    """Tell rows that are the same cell by cell: they are as many records, which may not be meant."""
    first_lines: dict[str, int] = {}
    for row in rows:
        first = first_lines.setdefault(row.fingerprint, row.line)
        if first != row.line:
            what = f"Ligne identique à la ligne {first} : gardée comme une fiche à part, à vérifier."
            log.tell(row.line, None, row.fields.name, what)


def _is_header(row: Row, table: Table) -> bool:
    return len(table.columns) > 1 and tuple(cell.strip() for cell in row.cells) == table.columns


def _join(row: UnderstoodRow, answer: GeocodedAddress) -> IncomingPresence:
    return IncomingPresence(
        line=row.line,
        kind=row.kind,
        key=row.key,
        key_kind=row.key_kind.value,
        fingerprint=row.fingerprint,
        row=row.row,
        fields=row.fields,
        placement=answer,
        extra=row.extra,
    )


def _describe_columns(table: Table, rows: Sequence[Row], plan: ColumnPlan) -> tuple[ColumnUse, ...]:
    described = []
    for name, filled_share, samples in sample_columns(table, rows):
        use = plan.uses[name]
        described.append(
            ColumnUse(
                name=name,
                field=use.value if use else None,
                filled_share=filled_share,
                samples=tuple(shorten(" ".join(sample.split()), _SAMPLE_CHARACTERS) for sample in samples),
            )
        )
    return tuple(described)
