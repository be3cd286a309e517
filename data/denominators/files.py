"""Reading a file of denominators: codes of communes or of EPCI, and a number for each."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.denominators.errors import DenominatorColumnsError, DenominatorRowsError
from data.intake.errors import NoRowsError
from data.intake.reading import open_table
from data.intake.table import Row
from data.intake.text import fold, shorten
from geo.records import Level
from geo.territories import Referential

_CODE_HEADERS = frozenset(
    {
        *("code", "code insee", "insee", "codgeo", "code geo", "depcom", "com", "code commune", "codeinsee"),
        *("code commune insee", "insee com", "epci", "code epci", "siren", "siren epci", "codeepci"),
        *("code siren", "commune", "territoire"),
    }
)
_COMMUNE = re.compile(r"(?:\d{4,5}|2[ABab]\d{3})")
_EPCI = re.compile(r"\d{9}")
_DEPARTEMENTS = ("02", "59", "60", "62", "80")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_CODE_LENGTH = 5
# Enough rows to tell a column of numbers from one of names.
_LOOKED_AT = 200
_MOST_VALUE = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class DenominatorFile:
    """
    What a file says: values by territory of today, of one level.

    `rows` counts its rows of data, `outside` those of other regions, `empty` those without a value, `unknown`
    those left out because their code means nothing, `merged` those whose commune has merged since.
    """

    level: Level
    values: Mapping[str, float]
    value_column: str
    rows: int
    outside: int
    empty: int
    unknown: int
    merged: int


def read_denominator_file(
    path: Path,
    referential: Referential,
    *,
    code_column: str | None = None,
    value_column: str | None = None,
    year: int | None = None,
    skip_unknown: bool = False,
) -> DenominatorFile:
    r"""
    Read codes and values, on the territories of today.

    Parameters
    ----------
    path
        CSV, XLSX or ODS with one row per commune (INSEE code) or per EPCI (SIREN).
    referential
        The territories.
    code_column, value_column
        Which columns to read; found by their names, or as the only one that fits, when None.
    year
        The year of the codes: those of communes merged or split since are carried to today's.
    skip_unknown
        True to leave out the rows of our départements whose code means nothing.

    Raises
    ------
    UnusableFileError
        If the file cannot be read, a column cannot be told, or rows are wrong; the message names lines.

    Examples
    --------
    >>> import tempfile
    >>> from data.reference import load_referential
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "ess.csv")
    ...     _ = path.write_text("code_insee;etablissements\n62498;120\n59350;1 450\n75056;9000\n")
    ...     read = read_denominator_file(path, load_referential())
    >>> read.level.value, dict(read.values), read.outside
    ('commune', {'62498': 120.0, '59350': 1450.0}, 1)
    """
    table = open_table(path, known_names=_CODE_HEADERS)
    rows = [row for row in table.rows() if not row.is_blank]
    if not rows:
        raise NoRowsError(path)
    codes = _find_codes(path, table.columns, rows, code_column)
    value = _find_value(path, table.columns, rows, codes, value_column)
    level = _tell_level(rows, codes)
    reader = _Reader(referential, level, year, skip_unknown=skip_unknown)
    for row in rows:
        reader.read(row.line, row.cells[codes].strip(), row.cells[value].strip())
    if reader.faults:
        raise DenominatorRowsError(path, reader.faults)
    if not reader.values:
        raise DenominatorRowsError(
            path, [(rows[0].line, "aucun code d'une commune ou d'une intercommunalité des Hauts-de-France")]
        )
    return DenominatorFile(
        level=level,
        values=dict(reader.values),
        value_column=table.columns[value],
        rows=len(rows),
        outside=reader.outside,
        empty=reader.empty,
        unknown=reader.unknown,
        merged=reader.merged,
    )


class _Reader:
    """Reads rows one by one, adding what merged and keeping what is wrong."""

    def __init__(
        self, referential: Referential, level: Level, year: int | None, *, skip_unknown: bool
    ) -> None:
        self._referential = referential
        self._level = level
        self._vintage = _vintage_of(referential, year)
        self._skip_unknown = skip_unknown
        self._today = {territory.code: territory for territory in referential.territories(level)}
        self._line_of: dict[str, int] = {}
        self.values: defaultdict[str, float] = defaultdict(float)
        self.faults: list[tuple[int, str]] = []
        self.outside = self.empty = self.unknown = self.merged = 0

    def read(self, line: int, code: str, text: str) -> None:
        """Read one row."""
        if self._level is Level.COMMUNE:
            code = code.zfill(_CODE_LENGTH)
            if _COMMUNE.fullmatch(code) and not code.startswith(_DEPARTEMENTS):
                self.outside += 1
                return
        heirs = self._find_heirs(code)
        if not heirs:
            self.unknown += 1
            if not self._skip_unknown:
                what = "commune" if self._level is Level.COMMUNE else "intercommunalité"
                self.faults.append((line, f"le code « {code} » n'est celui d'aucune {what} de la région"))
            return
        if code in self._line_of:
            self.faults.append((line, f"le code « {code} » est déjà à la ligne {self._line_of[code]}"))
            return
        self._line_of[code] = line
        if not text:
            self.empty += 1
            return
        value = _read_value(text)
        if value is None:
            self.faults.append(
                (
                    line,
                    f"« {shorten(text)} » n'est pas un nombre positif ou nul, sous un million de milliards",
                )
            )
            return
        self._share(heirs, value)
        self.merged += heirs != (code,)

    def _find_heirs(self, code: str) -> tuple[str, ...]:
        if self._level is not Level.COMMUNE:
            return (code,) if code in self._today else ()
        return self._referential.successors(code, vintage=self._vintage) or self._referential.successors(code)

    def _share(self, heirs: Sequence[str], value: float) -> None:
        """Share a value among the communes of today that hold its ground, as their inhabitants are."""
        people = [self._today[heir].population for heir in heirs]
        for heir, population in zip(heirs, people, strict=True):
            self.values[heir] += value * (population / sum(people) if sum(people) else 1 / len(heirs))


def _vintage_of(referential: Referential, year: int | None) -> int | None:
    if year is None:
        return None
    return max(
        (vintage for vintage in referential.vintages if vintage <= year), default=referential.vintages[0]
    )


def _read_value(text: str) -> float | None:
    """Read a number as people and programs write it; None for what is none."""
    plain = _SPACES.sub("", text)
    if "," in plain and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    # JSON has a zero below zero; nothing is counted so far that its sums would end at infinity.
    return value + 0.0 if 0 <= value < _MOST_VALUE else None


def _is_code(text: str) -> bool:
    plain = text.strip()
    return bool(_COMMUNE.fullmatch(plain) or _EPCI.fullmatch(plain))


def _find_codes(path: Path, columns: Sequence[str], rows: Sequence[Row], named: str | None) -> int:
    if named is not None:
        return _find_named(path, columns, named, "--code-column")
    by_name = [rank for rank, column in enumerate(columns) if fold(column) in _CODE_HEADERS]
    looked = rows[:_LOOKED_AT]
    fitting = [rank for rank in by_name if all(_is_code(row.cells[rank]) for row in looked)] or by_name
    if not fitting:
        fitting = [rank for rank in range(len(columns)) if all(_is_code(row.cells[rank]) for row in looked)]
    if len(fitting) != 1:
        expected = "une colonne de codes INSEE de communes ou de SIREN d'intercommunalités"
        raise DenominatorColumnsError(path, expected=expected, columns=columns, option="--code-column")
    return fitting[0]


def _find_value(
    path: Path, columns: Sequence[str], rows: Sequence[Row], codes: int, named: str | None
) -> int:
    if named is not None:
        return _find_named(path, columns, named, "--value-column")
    looked = rows[:_LOOKED_AT]
    numbers = [
        rank
        for rank in range(len(columns))
        if rank != codes
        and any(row.cells[rank].strip() for row in looked)
        and all(not row.cells[rank].strip() or _read_value(row.cells[rank]) is not None for row in looked)
    ]
    others = [rank for rank in range(len(columns)) if rank != codes]
    if len(numbers) != 1 and len(others) == 1:
        # The only other column is meant, and its lines will say what is wrong with them.
        numbers = others
    if len(numbers) != 1:
        expected = "une seule colonne de nombres à côté des codes"
        raise DenominatorColumnsError(path, expected=expected, columns=columns, option="--value-column")
    return numbers[0]


def _find_named(path: Path, columns: Sequence[str], name: str, option: str) -> int:
    found = [rank for rank, column in enumerate(columns) if fold(column) == fold(name)]
    if not found:
        raise DenominatorColumnsError(
            path, expected=f"une colonne « {name} »", columns=columns, option=option
        )
    return found[0]


def _tell_level(rows: Sequence[Row], codes: int) -> Level:
    """Most codes decide: the others are then wrong, and said so."""
    epci = sum(bool(_EPCI.fullmatch(row.cells[codes].strip())) for row in rows)
    return Level.EPCI if 2 * epci > len(rows) else Level.COMMUNE
