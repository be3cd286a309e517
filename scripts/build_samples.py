"""Build the fictional register shipped in `data/samples/`; run it again, get the same bytes.

python scripts/build_samples.py [--out DIR]
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # runs as a file too, without being installed

from data.reference import load_referential
from data.samples import SAMPLE_GEOJSON, SAMPLE_GOGOCARTO, SAMPLE_REGISTER
from data.sectors import load_sectors
from scripts.samples.exchange import pick_clean_actors, write_geojson, write_gogocarto
from scripts.samples.page import write_page
from scripts.samples.places import EMPTY_EPCI
from scripts.samples.register import build_rows
from scripts.samples.rows import COLUMNS, Row


def build_samples(out: Path) -> list[Path]:
    """
    Write every file of the samples under `out`.

    Parameters
    ----------
    out
        Folder to write in; files of the same names are replaced.

    Returns
    -------
    list
        The files written.
    """
    referential, sectors = load_referential(), load_sectors()
    rows = build_rows(referential, sectors)
    clean = pick_clean_actors(rows, 10)
    text_by_name = {
        SAMPLE_REGISTER.name: write_csv(rows),
        SAMPLE_GEOJSON.name: write_geojson(clean),
        SAMPLE_GOGOCARTO.name: write_gogocarto(clean[:5], sectors),
        "README.md": write_page(rows, referential, sorted(EMPTY_EPCI)),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, text in text_by_name.items():
        (out / name).write_bytes(text.encode("utf-8"))
    return [out / name for name in text_by_name]


def write_csv(rows: Sequence[Row]) -> str:
    """Write rows as Excel does in France: byte-order mark, semicolons, Windows line ends."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=COLUMNS, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(row.cells for row in rows)
    return "\ufeff" + text.getvalue()


def main() -> None:
    """Write the samples and say where."""
    parser = argparse.ArgumentParser(description="Écrit le registre fictif et ce qui l'accompagne.")
    parser.add_argument("--out", type=Path, default=SAMPLE_REGISTER.parent, help="dossier où écrire")
    for file in build_samples(parser.parse_args().out):
        print(file)


if __name__ == "__main__":
    main()
