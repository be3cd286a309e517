"""The files of the service's CSV endpoints: what is sent, what must come back, and what a row of it says.

A file that is not wholly what it should be is refused; a row that is strange is an `error`, and asked again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

import httpx2

from geo.geocoding.geoplateforme.address import ServiceAddress, read_cells
from geo.geocoding.geoplateforme.errors import ServiceAnswerError

SUSPECT_EMPTY_ROWS = 20
"""As many unfound rows at the end of a file that found others are asked once more."""

ROW = "maillage_row"
_STATUS = "result_status"
_LOST = "le service a perdu la ligne"
_EMPTY = "le service a laissé la ligne vide"
_ALTERED = "le service a modifié la ligne"


class RowStatus(StrEnum):
    """What became of a row, in the service's words."""

    OK = "ok"
    NOT_FOUND = "not-found"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAnswer:
    """The answer to one row: its address if it has one, else why not (`problem`, in French)."""

    status: RowStatus
    address: ServiceAddress | None = None
    problem: str = ""


SKIPPED = RowAnswer(
    status=RowStatus.SKIPPED,
    problem="le service demande 3 à 200 caractères, une lettre ou un chiffre en premier",
)
NOT_FOUND = RowAnswer(status=RowStatus.NOT_FOUND)


class BulkFile(Enum):
    """One of the two CSV endpoints: its path, what is sent, and where its answer puts coordinates."""

    SEARCH = ("/search/csv", ("maillage_question",), "longitude", "latitude")
    REVERSE = ("/reverse/csv", ("longitude", "latitude"), "result_longitude", "result_latitude")

    def __init__(self, path: str, sent: tuple[str, ...], lon: str, lat: str) -> None:
        self.path = path
        self.sent = sent
        self.lon = lon
        self.lat = lat

    @property
    def fields(self) -> dict[str, str]:
        """Give the form's fields: which column to search by, where the service does not know."""
        return {"columns": self.sent[0]} if self is BulkFile.SEARCH else {}

    @property
    def needed(self) -> tuple[str, ...]:
        """Give the columns that an answer must have."""
        scored = ("result_score",) if self is BulkFile.SEARCH else ()
        return (
            ROW,
            *self.sent,
            self.lon,
            self.lat,
            "result_label",
            "result_type",
            "result_citycode",
            *scored,
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a file brought: settled rows, and doubtful ones that deserve another question."""

    answers: Mapping[int, RowAnswer]
    doubtful: frozenset[int]


def read_reply(
    response: httpx2.Response,
    file: BulkFile,
    rows: Sequence[int],
    cells: Sequence[tuple[str, ...] | None],
) -> Reply:
    """Read a geocoded file and join it with what was sent, by the row's number."""
    received = _read_rows(response, file)
    lost = RowAnswer(status=RowStatus.ERROR, problem=_LOST)
    answers: dict[int, RowAnswer] = dict.fromkeys(rows, lost)
    seen: set[int] = set()
    for line in received:
        row = int(line[ROW]) if (line[ROW] or "").isdecimal() else -1
        if row not in answers or row in seen:
            raise ServiceAnswerError("le fichier rendu contient des lignes qui n'ont pas été envoyées")
        seen.add(row)
        answers[row] = _read_row(line, file, cells[row] or ())
    doubtful = {row for row, answer in answers.items() if answer.status is RowStatus.ERROR}
    return Reply(answers, frozenset(doubtful | _find_empty_end(rows, answers)))


def _read_rows(response: httpx2.Response, file: BulkFile) -> list[dict[str, str]]:
    """Read the CSV of an answer, in full, with the columns that it must have."""
    try:
        text = response.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ServiceAnswerError("le fichier rendu n'est pas en UTF-8") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval=None)
    try:
        columns = list(reader.fieldnames or ())
        received = list(reader)
    except csv.Error as error:
        raise ServiceAnswerError(f"le fichier rendu n'est pas un CSV ({error})") from error
    missing = [column for column in file.needed if column not in columns]
    if columns == [ROW, *file.sent]:
        raise ServiceAnswerError("le fichier a été rendu tel quel, sans aucun résultat")
    if missing:
        raise ServiceAnswerError(f"il manque des colonnes au fichier rendu : {', '.join(missing)}")
    if any("" in line or None in line.values() for line in received):
        raise ServiceAnswerError("des lignes du fichier rendu n'ont pas toutes leurs colonnes")
    return received


def _read_row(line: Mapping[str, str], file: BulkFile, sent: tuple[str, ...]) -> RowAnswer:
    """Read one row; whatever is strange about it makes it an `error`, which is asked again."""
    if tuple(line[column] for column in file.sent) != sent:
        return RowAnswer(status=RowStatus.ERROR, problem=_ALTERED)
    lon, lat = line[file.lon].strip(), line[file.lat].strip()
    found = bool(lon and lat)
    # addok itself, older than the national service, gives no status.
    status = line.get(_STATUS, RowStatus.OK if found else RowStatus.NOT_FOUND).strip()
    if status == RowStatus.NOT_FOUND:
        return NOT_FOUND
    if status == RowStatus.SKIPPED:
        return SKIPPED
    if status != RowStatus.OK:
        said = "le service n'a pas pu traiter la ligne" if status == RowStatus.ERROR else _EMPTY
        return RowAnswer(status=RowStatus.ERROR, problem=said)
    if not found:
        return RowAnswer(status=RowStatus.ERROR, problem=_EMPTY)
    try:
        address = read_cells(line, lon=lon, lat=lat)
    except ServiceAnswerError as error:
        return RowAnswer(status=RowStatus.ERROR, problem=error.problem)
    return RowAnswer(status=RowStatus.OK, address=address)


def _find_empty_end(rows: Sequence[int], answers: Mapping[int, RowAnswer]) -> set[int]:
    """Give the unfound rows that end a file, when they are many: it may have been cut."""
    end: set[int] = set()
    for row in reversed(rows):
        if answers[row].status is not RowStatus.NOT_FOUND:
            break
        end.add(row)
    return end if SUSPECT_EMPTY_ROWS <= len(end) < len(rows) else set()
