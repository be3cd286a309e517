"""Opening a list, whatever its format: the content decides, and a wrong extension is said."""

from __future__ import annotations

import stat
from collections.abc import Container, Iterable
from pathlib import Path

from data.intake.csv_file import open_csv
from data.intake.errors import (
    DamagedFileError,
    EmptyFileError,
    FileNotOpenedError,
    FileNotThereError,
    WrongContentError,
)
from data.intake.fields import field_by_name
from data.intake.json_file import open_json
from data.intake.table import Table
from data.intake.text import fold_header
from data.intake.workbook import open_workbook

_SIGNATURES = (
    (b"%PDF", "un document PDF"),
    (b"\x89PNG", "une image PNG"),
    (b"\xff\xd8\xff", "une photo JPEG"),
    (b"GIF8", "une image GIF"),
    (b"\x1f\x8b", "une archive gzip (décompressez-la d'abord)"),
    (b"7z\xbc\xaf", "une archive 7-Zip"),
    (b"Rar!", "une archive RAR"),
    (b"BZh", "une archive bzip2"),
    (b"SQLite format 3\x00", "une base SQLite ou un GeoPackage"),
    (b"PAR1", "un fichier Parquet"),
    (b"\x7fELF", "un programme"),
    (b"MZ\x90", "un programme"),
    (b"\x00\x00\x27\x0a", "un fichier Shapefile"),
    (b"{\\rtf", "un document RTF"),
    (b"PK\x05\x06", "une archive vide"),
    (b"\xd0\xcf\x11\xe0", "un ancien document Office (.xls) ou un classeur protégé par un mot de passe"),
)
_EXTENSIONS = {
    "csv": {".csv", ".txt", ".tsv", ".tab"},
    "xlsx": {".xlsx", ".xlsm", ".xltx"},
    "ods": {".ods", ".ots"},
    "json": {".json", ".geojson"},
    "geojson": {".json", ".geojson"},
    "gogocarto": {".json"},
}
_FORMAT_NAMES = {
    "csv": "du texte séparé (CSV)",
    "xlsx": "un classeur Excel (.xlsx)",
    "ods": "un classeur OpenDocument (.ods)",
    "json": "du JSON",
    "geojson": "du GeoJSON",
    "gogocarto": "une réponse de GoGoCarto (JSON)",
}
_WORKBOOK_START = b"PK\x03\x04"
_BLANKS = b" \t\r\n\x00"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def open_table(path: Path, *, known_names: Iterable[str] = ()) -> Table:
    r"""
    Open a list for reading.

    Parameters
    ----------
    path
        A CSV (any separator, any encoding), an .xlsx or .ods workbook, a JSON or a GeoJSON.
    known_names
        More names of columns that this list is known to have, to find its header line.

    Returns
    -------
    Table
        Its columns, and its rows to come.

    Raises
    ------
    UnusableFileError
        If it cannot be taken in at all; the message says what was expected, received, and what to do.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "liste.csv")
    ...     _ = path.write_text("Nom;Ville\nLes Amis;Lens\n")
    ...     table = open_table(path)
    ...     [row.cells for row in table.rows()]
    [['Les Amis', 'Lens']]
    """
    head = _read_head(path)
    known = frozenset(field_by_name()) | {fold_header(name) for name in known_names}
    table = _open(path, head, known)
    suffix = path.suffix.lower()
    if suffix not in _EXTENSIONS[table.format]:
        table.problems.tell(
            None,
            None,
            path.suffix or path.name,
            f"L'extension ne dit pas le contenu : c'est {_FORMAT_NAMES[table.format]}, lu comme tel.",
        )
    return table


def _open(path: Path, head: bytes, known: Container[str]) -> Table:
    if head.startswith(_WORKBOOK_START):
        return open_workbook(path, known)
    for signature, content in _SIGNATURES:
        if head.startswith(signature):
            raise WrongContentError(path, content)
    text = head
    for mark in _MARKS:
        text = text.removeprefix(mark)
    text = text.lstrip(_BLANKS)
    if not text and path.stat().st_size <= len(head):
        raise EmptyFileError(path)
    if text[:1] == b"<":
        raise WrongContentError(path, "une page web ou du XML")
    if text[:1] in {b"{", b"["}:
        try:
            return open_json(path)
        except DamagedFileError:
            # A list may begin with a bracket; a file that says it is JSON has to be.
            if path.suffix.lower() not in _EXTENSIONS["csv"]:
                raise
    return open_csv(path, known)


def _read_head(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileNotOpenedError(path, "ce n'est pas un fichier")
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError as error:
        raise FileNotThereError(path) from error
    except PermissionError as error:
        if isinstance(error, FileNotOpenedError):
            raise
        raise FileNotOpenedError(path, "droits insuffisants") from error
    except (OSError, ValueError) as error:
        raise FileNotOpenedError(path, str(error)) from error
    if not head:
        raise EmptyFileError(path)
    return head
