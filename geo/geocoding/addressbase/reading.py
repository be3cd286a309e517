"""The official address files, read into columns: `adresses-XX.csv` or `.csv.gz`, separator « ; », UTF-8."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from geo.geocoding.addressbase.errors import NoAddressFilesError, UnreadableAddressFileError

COLUMNS = {
    "numero": pa.string(),
    "rep": pa.string(),
    "nom_voie": pa.string(),
    "code_postal": pa.string(),
    "code_insee": pa.string(),
    "code_insee_ancienne_commune": pa.string(),
    "nom_ancienne_commune": pa.string(),
    "lon": pa.float64(),
    "lat": pa.float64(),
}
"""What is read of the 23 columns of the format."""

_OPTIONAL = frozenset(("code_insee_ancienne_commune", "nom_ancienne_commune"))
_BLOCK_BYTES = 1 << 23


def find_address_files(folder: Path) -> list[Path]:
    """
    Give the address files of a folder by name; where one is there twice, compressed or not, the newer.

    Raises
    ------
    NoAddressFilesError
        If there is none.
    """
    found: dict[str, Path] = {}
    for path in (*folder.glob("adresses-*.csv"), *folder.glob("adresses-*.csv.gz")):
        name = path.name.removesuffix(".gz")
        if name not in found or path.stat().st_mtime_ns >= found[name].stat().st_mtime_ns:
            found[name] = path
    if not found:
        raise NoAddressFilesError(folder=folder)
    return [found[name] for name in sorted(found)]


def read_address_file(path: Path) -> pa.Table:
    """
    Read one address file.

    Raises
    ------
    UnreadableAddressFileError
        If it is damaged, or lacks a column.
    """
    try:
        with pa.input_stream(path, compression="detect") as stream:
            table = pyarrow.csv.read_csv(
                stream,
                read_options=pyarrow.csv.ReadOptions(block_size=_BLOCK_BYTES),
                parse_options=pyarrow.csv.ParseOptions(delimiter=";", newlines_in_values=False),
                convert_options=pyarrow.csv.ConvertOptions(
                    include_columns=list(COLUMNS), include_missing_columns=True, column_types=COLUMNS
                ),
            )
    except (pa.ArrowException, OSError) as error:
        raise UnreadableAddressFileError(path=path, why=str(error).split("\n", 1)[0]) from error
    missing = [
        name for name in COLUMNS if name not in _OPTIONAL and table.column(name).null_count == len(table)
    ]
    if missing and len(table):
        why = f"la colonne {', '.join(missing)} manque ou est vide"
        raise UnreadableAddressFileError(path=path, why=why)
    return table
