"""What an .xlsx or .ods really holds, before anything parses it: sizes as inflated, sheets as stretched.

A workbook is a zip of XML. A few kilobytes may inflate to gigabytes, and one value in the last cell of a
sheet makes a reader lay out 17 billion cells. Both are measured here in bounded memory, on the bytes as they
inflate: what the archive declares about itself is not believed.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from data.intake.errors import DamagedFileError, OversizedFileError

MAX_INFLATED_BYTES = 600_000_000
"""All the XML of a workbook. A sheet of 100,000 rows and 15 columns takes about 75 million bytes."""

MAX_CELLS = 10_000_000
"""Rows times columns, from the first cell to the last that is written; a reader lays them all out."""

_CHUNK_BYTES = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_BOMB_REMEDY = "Refusé par sécurité : enregistrez-en une copie qui ne contient que le tableau."
_STRETCH_REMEDY = "Supprimez les lignes et les colonnes vides au-delà du tableau, puis enregistrez."


@dataclass(slots=True)
class SheetMeasure:
    """What one sheet holds. `unread` maps a cell (row and column from 0) to why a reader finds it empty."""

    name: str
    last_row: int = 0
    last_column: int = 0
    formulas: int = 0
    unread: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """Count the cells that a reader lays out."""
        return self.last_row * self.last_column


def inflate(path: Path, member: zipfile.ZipInfo, archive: zipfile.ZipFile) -> Iterator[bytes]:
    """
    Inflate one member by chunks of bounded size, whatever size it declares.

    Raises
    ------
    DamagedFileError
        If its bytes are not what the archive announces.
    """
    stream = archive.fp
    if stream is None or member.flag_bits & 0x1:
        raise DamagedFileError(path, "un classeur sans mot de passe", "contenu chiffré")
    stream.seek(member.header_offset)
    header = stream.read(_LOCAL_HEADER.size)
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise DamagedFileError(path, "un classeur", f"entrée « {member.filename} » introuvable")
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    stream.seek(name_length + extra_length, 1)
    remaining = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while remaining > 0 and (chunk := stream.read(min(_CHUNK_BYTES, remaining))):
            remaining -= len(chunk)
            yield chunk
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise DamagedFileError(path, "un classeur", f"compression inconnue ({member.compress_type})")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while remaining > 0 and not inflater.eof and (packed := stream.read(min(1 << 16, remaining))):
            remaining -= len(packed)
            while packed:
                yield inflater.decompress(packed, _CHUNK_BYTES)
                packed = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise DamagedFileError(path, "un classeur", "une partie compressée est illisible") from error


def measure_archive(path: Path, archive: zipfile.ZipFile) -> None:
    """
    Inflate every member and throw it away, refusing what no list needs.

    Raises
    ------
    OversizedFileError
        If the whole inflates over `MAX_INFLATED_BYTES`.
    """
    members = archive.infolist()
    declared = sum(member.file_size for member in members)
    if declared > MAX_INFLATED_BYTES or len(members) > 10_000:
        raise _bomb(path, declared)
    total = 0
    for member in members:
        for chunk in inflate(path, member, archive):
            total += len(chunk)
            if total > MAX_INFLATED_BYTES:
                raise _bomb(path, total)


def parse_member(
    path: Path,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    start: Callable[[str, dict[str, str]], None],
    text: Callable[[str], None] | None = None,
    end: Callable[[str], None] | None = None,
) -> None:
    """
    Run an XML member through callbacks, refusing document types: entities are the zip bombs of XML.

    Raises
    ------
    DamagedFileError
        If it is not well-formed XML, or declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    if text is not None:
        parser.CharacterDataHandler = text
    if end is not None:
        parser.EndElementHandler = end

    def refuse(*_: object) -> None:
        raise DamagedFileError(path, "un classeur", "il contient une déclaration de type de document")

    parser.StartDoctypeDeclHandler = refuse
    try:
        for chunk in inflate(path, member, archive):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        where = f"{member.filename}, ligne {error.lineno}"
        raise DamagedFileError(path, "un classeur", f"XML illisible : {where}") from error


def check_extent(path: Path, sheet: SheetMeasure) -> None:
    """Refuse a sheet whose first and last cells are too far apart."""
    if sheet.cells > MAX_CELLS:
        raise OversizedFileError(
            path,
            f"la feuille « {sheet.name} » s'étend jusqu'à la ligne {sheet.last_row} et la colonne "
            f"{sheet.last_column}, soit {sheet.cells} cellules.",
            _STRETCH_REMEDY,
        )


_CELL_NAME = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def read_cell_name(name: str) -> tuple[int, int] | None:
    """
    Read a cell's name as row and column from 0.

    Examples
    --------
    >>> read_cell_name("AA10"), read_cell_name("?")
    ((9, 26), None)
    """
    match = _CELL_NAME.fullmatch(name)
    if match is None:
        return None
    column = 0
    for letter in match.group(1):
        column = column * 26 + ord(letter) - 64
    return int(match.group(2)) - 1, column - 1


def _bomb(path: Path, size_bytes: int) -> OversizedFileError:
    return OversizedFileError(
        path,
        f"ce fichier se déplie en plus de {size_bytes // 1_000_000} Mo, ce qu'aucune liste ne fait.",
        _BOMB_REMEDY,
    )
