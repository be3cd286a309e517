"""A CSV geocoded as the national service does it over HTTP: its fields, its columns, its words for statuses.

Columns of ours follow its own. Unlike it, what begins with punctuation or is longer than 200 characters is
looked for all the same, and a latitude and a longitude in the file are left out of the search: it takes them
for a preference, not for the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from data.bulk.answers import AnswerCells
from data.bulk.csv_text import CsvText
from data.bulk.errors import ServiceCsvError
from data.intake.csv_file import open_csv
from data.intake.errors import UnusableFileError
from data.intake.preparing import ManyGeocoder
from data.intake.table import Row, Table
from data.intake.text import fold_header
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.position import to_lambert93
from geo.records import Level, PlacementStatus
from geo.territories import Referential

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
"""The national service's own limits."""

NATIONAL_COLUMNS = (
    "longitude",
    "latitude",
    "result_score",
    "result_score_next",
    "result_label",
    "result_type",
    "result_id",
    "result_housenumber",
    "result_name",
    "result_street",
    "result_postcode",
    "result_city",
    "result_context",
    "result_citycode",
    "result_oldcitycode",
    "result_oldcity",
    "result_district",
    "result_status",
)
"""What the national service appends, in its order."""

OUR_COLUMNS = (
    "result_confidence",
    "result_precision",
    "result_reasons",
    "result_epci",
    "result_epci_name",
    "result_in_mel",
)
"""What follows: how sure the answer is, how precise its point, why, and in which EPCI."""

_ON_DEMAND = ("result_index", "result_x", "result_y")
_LEAST_CHARACTERS = 3
_ROWS_AT_ONCE = 500
_REGION = "Hauts-de-France"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFields:
    """
    The fields of a form, as the national service names them; each value names a column of the file.

    `columns` are put together, in this order, into what is looked for: all columns when none is named.
    `result_columns` says which columns are appended, the usual ones when none is named.
    """

    columns: tuple[str, ...] = ()
    result_columns: tuple[str, ...] = ()
    citycode: str | None = None
    postcode: str | None = None
    type: str | None = None
    others: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class ServiceCsv:
    """
    A CSV received, checked as a whole before any of its rows is geocoded.

    Parameters
    ----------
    path
        The file as received.
    fields
        The fields of the form.

    Raises
    ------
    ServiceCsvError
        If it is no CSV, too long, or a column that is named is not there.
    """

    def __init__(self, path: Path, fields: ServiceFields) -> None:
        named = (*fields.columns, *(name for name in (fields.citycode, fields.postcode) if name))
        try:
            self._table = open_csv(path, frozenset(map(fold_header, named)))
            self.rows, widest = _measure(self._table)
        except ServiceCsvError:
            raise
        except UnusableFileError as error:
            raise ServiceCsvError(f"Errors in CSV file: {error.fact}", str(error)) from error
        overflow = tuple(self._table.overflow_name(rank) for rank in range(widest))
        self.columns = (*self._table.columns, *overflow)
        # A list of one column shows no separator.
        self.separator = (self._table.separator if len(self.columns) > 1 else None) or ","
        self._newline = _find_newline(path)
        self._index = {name: rank for rank, name in enumerate(self._table.columns)}
        self._find_fields(fields)

    def _find_fields(self, fields: ServiceFields) -> None:
        unknown = [name for name in fields.columns if name not in self._index]
        if unknown:
            raise ServiceCsvError(
                "At least one given column name is unknown", self._name_columns("columns", unknown[0])
            )
        self._columns = [self._index[name] for name in fields.columns or self._table.columns]
        for name, column in (
            ("citycode", fields.citycode),
            ("postcode", fields.postcode),
            ("type", fields.type),
            *fields.others.items(),
        ):
            if column and column not in self._index:
                raise ServiceCsvError(f"Unknown column name for {name}", self._name_columns(name, column))
        self._citycode, self._postcode, self._type = (
            self._index[column] if column else None
            for column in (fields.citycode, fields.postcode, fields.type)
        )
        depcode = fields.others.get("depcode")
        self._depcode = self._index[depcode] if depcode else None
        known = (*NATIONAL_COLUMNS, *OUR_COLUMNS, *_ON_DEMAND)
        wrong = next((name for name in fields.result_columns if name not in known), None)
        if wrong is not None:
            what = f"La colonne de résultat « {wrong[:80]} » n'existe pas. Possibles : {', '.join(known)}."
            raise ServiceCsvError("At least one given result column name is unknown", what)
        self._results = tuple(dict.fromkeys(fields.result_columns)) or (*NATIONAL_COLUMNS, *OUR_COLUMNS)

    def _name_columns(self, name: str, column: str) -> str:
        names = ", ".join(f"« {each[:60]} »" for each in self._table.columns[:30])
        return f"Le champ « {name} » nomme « {column[:80]} » ; les colonnes du fichier sont : {names}."

    def write(self, geocoder: ManyGeocoder, referential: Referential) -> Iterator[bytes]:
        """
        Geocode the rows and write them, some at a time: UTF-8, the separator and the line ends received.

        Columns received that are named as one of the answer's are written over, as the national service does.
        """
        answers = _ServiceAnswers(referential)
        rank_by_name = {name: rank for rank, name in enumerate(self.columns)}
        appended = [name for name in self._results if name not in rank_by_name]
        rank_by_name.update({name: len(self.columns) + rank for rank, name in enumerate(appended)})
        ranks = [rank_by_name[name] for name in self._results]
        width = len(rank_by_name)
        text = CsvText(self.separator)
        lines = [text.join([*self.columns, *appended])]
        rows = self._table.rows()
        while slice_ := list(islice(rows, _ROWS_AT_ONCE)):
            queries = [self._read_query(row) for row in slice_]
            for row, query, answer in zip(slice_, queries, geocoder.geocode_many(queries), strict=True):
                cells = [*row.cells, *row.overflow]
                cells += [""] * (width - len(cells))
                kind = "" if self._type is None else row.cells[self._type].strip()
                departements = "" if self._depcode is None else row.cells[self._depcode]
                values = answers.write(query, answer, kind, departements)
                for rank, name in zip(ranks, self._results, strict=True):
                    cells[rank] = values.get(name, "")
                lines.append(text.join(cells))
            yield "".join(f"{line}{self._newline}" for line in lines).encode(errors="replace")
            lines.clear()

    def _read_query(self, row: Row) -> AddressQuery:
        text = " ".join(part for rank in self._columns if (part := row.cells[rank].strip()))
        if len(text) < _LEAST_CHARACTERS:
            return AddressQuery(id=str(row.line))
        return AddressQuery(
            id=str(row.line),
            text=text,
            postcode="" if self._postcode is None else row.cells[self._postcode].strip(),
            code_insee="" if self._citycode is None else row.cells[self._citycode].strip(),
        )


def _measure(table: Table) -> tuple[int, int]:
    """Count the rows, and the cells that the longest has beyond the last column."""
    rows = widest = 0
    for row in table.rows():
        rows += 1
        widest = max(widest, len(row.overflow))
        if rows > MOST_ROWS:
            what = f"On attend {MOST_ROWS} lignes au plus. Envoyez la liste en plusieurs fichiers."
            raise ServiceCsvError("Too many rows in CSV file", what)
    return rows, widest


def _find_newline(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(1 << 16).replace(b"\0", b"")
    return "\r\n" if b"\r\n" in head else "\n"


class _ServiceAnswers:
    """Writes answers under the national service's names."""

    def __init__(self, referential: Referential) -> None:
        self._cells = AnswerCells(referential)
        self._departements = {one.code: one.name for one in referential.territories(Level.DEPARTEMENT)}

    def write(
        self, query: AddressQuery, answer: GeocodedAddress, kind: str, departements: str
    ) -> dict[str, str]:
        """
        Write what is known of a row, by column.

        `kind` is the only type of answer wanted, `departements` the only ones it may lie in, if any.
        """
        own = {
            "result_confidence": f"{answer.confidence:.4f}",
            "result_reasons": "|".join(answer.reasons),
        }
        if not query.text:
            return {**own, "result_status": "skipped"}
        is_found = answer.position is not None and answer.status is not PlacementStatus.OUT_OF_REGION
        admitted = tuple(code for code in re.split(r"[,;\s]+", departements) if code)
        is_found = is_found and (not admitted or (answer.citycode or "").startswith(admitted))
        if answer.position is None or not is_found or (kind and kind != answer.result_type):
            return {**own, "result_status": "not-found"}
        lon, lat = answer.position.lon_lat()
        x, y = to_lambert93(lon, lat)
        code = answer.citycode or ""
        departement = self._departements.get(code[:2])
        epci, epci_name, is_mel = self._cells.find_epci(code)
        return {
            **own,
            "longitude": f"{lon:.6f}",
            "latitude": f"{lat:.6f}",
            "result_score": f"{answer.score:.4f}",
            "result_score_next": f"{answer.candidates[1].score:.4f}" if len(answer.candidates) > 1 else "",
            "result_label": answer.label,
            "result_type": answer.result_type,
            "result_housenumber": answer.housenumber,
            "result_name": " ".join(part for part in (answer.housenumber, answer.street) if part)
            or answer.city,
            "result_street": answer.street,
            "result_postcode": answer.postcode,
            "result_city": answer.city,
            "result_context": f"{code[:2]}, {departement}, {_REGION}" if departement else "",
            "result_citycode": code,
            "result_status": "ok",
            "result_index": "address",
            "result_x": f"{float(x):.2f}",
            "result_y": f"{float(y):.2f}",
            "result_precision": answer.precision.value if answer.precision else "",
            "result_epci": epci,
            "result_epci_name": epci_name,
            "result_in_mel": "" if is_mel is None else "true" if is_mel else "false",
        }
