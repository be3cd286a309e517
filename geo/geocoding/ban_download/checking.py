"""Whether a file is a whole address file of its département: read to its last byte, whatever its name."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path

from geo.french import write_list
from geo.geocoding.ban_download.errors import BanDamagedError

NEEDED_COLUMNS = ("numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune", "lon", "lat")
"""What the index is made of."""

_SEPARATOR = ";"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An address file that is whole: its size, its addresses, the SHA-256 of the compressed file."""

    size_bytes: int
    addresses: int
    sha256: str


def check_address_file(path: Path, departement: str) -> CheckedFile:
    """
    Read a compressed address file to its end: CRC of the whole, columns, département.

    Parameters
    ----------
    path
        The file, whatever its name.
    departement
        The one its addresses must be of.

    Raises
    ------
    BanDamagedError
        If it is not a whole address file of this département.
    """
    digest = hashlib.sha256()
    size_bytes = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size_bytes += len(block)
    try:
        with gzip.open(path, "rb") as unpacked:
            _check_head(path, unpacked, departement)
            addresses = 1 + _count_lines(unpacked)
    except gzip.BadGzipFile as error:
        raise BanDamagedError(
            path=path, why="ce n'est pas un fichier gzip, ou sa somme est fausse"
        ) from error
    except (EOFError, zlib.error) as error:
        raise BanDamagedError(path=path, why="il est incomplet ou altéré") from error
    return CheckedFile(size_bytes=size_bytes, addresses=addresses, sha256=digest.hexdigest())


def _count_lines(unpacked: gzip.GzipFile) -> int:
    """Read to the end, which is what checks the CRC."""
    count = 0
    last = b"\n"
    while block := unpacked.read(_BLOCK):
        count += block.count(b"\n")
        last = block[-1:]
    return count + (last != b"\n")


def _check_head(path: Path, unpacked: gzip.GzipFile, departement: str) -> None:
    """Check the columns' names and the first address."""
    try:
        header, first = (unpacked.readline().decode("utf-8-sig").rstrip("\r\n") for _ in range(2))
    except UnicodeDecodeError as error:
        raise BanDamagedError(path=path, why="il n'est pas en UTF-8") from error
    columns = header.split(_SEPARATOR)
    missing = [name for name in NEEDED_COLUMNS if name not in columns]
    if missing:
        raise BanDamagedError(path=path, why=f"il y manque les colonnes {write_list(missing)}")
    cells = first.split(_SEPARATOR)
    code = cells[columns.index("code_insee")] if len(cells) == len(columns) else ""
    if not code.startswith(departement):
        what = f"sa première adresse est de la commune {code!r}" if code else "il ne contient aucune adresse"
        raise BanDamagedError(path=path, why=f"on attend le département {departement} et {what}")
