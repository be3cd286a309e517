"""Files that leave the register: other programs read them, and what comes back is what went out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import geopandas
import pytest
from openpyxl import load_workbook

from data.errors import FileNotWrittenError
from data.exports import ExportFormat, export_presences
from data.opening import open_register
from data.questions import import_file, iterate_presences
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register
from data.settings import DatabaseSettings
from geo.position import Position
from geo.records import Kind, PlacementStatus, Precision, Presence, Visibility


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    opened = open_register(DatabaseSettings(home=tmp_path_factory.mktemp("home"), database_url=None))
    import_file(opened, SAMPLE_REGISTER, as_of=SAMPLE_AS_OF)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def presences(register: Register) -> list[Presence]:
    return list(iterate_presences(register))


def make_presence(name: str) -> Presence:
    return Presence(
        id=1,
        kind=Kind.ACTOR,
        name=name,
        status=PlacementStatus.PLACED,
        position=Position(lon=2.8, lat=50.4),
        precision=Precision.GIVEN,
    )


def test_every_presence_passes_once_however_many_pages(register: Register, presences: list[Presence]) -> None:
    ids = [presence.id for presence in presences]
    assert len(ids) == len(set(ids)) > 200
    some = list(iterate_presences(register, kind=Kind.PROJECT))
    assert [presence.id for presence in some] == [each.id for each in presences if each.kind is Kind.PROJECT]


def test_geojson_says_longitude_first_and_keeps_who_has_no_point(
    presences: list[Presence], tmp_path: Path
) -> None:
    path = tmp_path / "r.geojson"
    assert export_presences(presences, path, ExportFormat.GEOJSON) == len(presences)
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert [feature["id"] for feature in features] == [presence.id for presence in presences]
    for feature, presence in zip(features, presences, strict=True):
        expected = list(presence.position.lon_lat()) if presence.position else None
        assert (feature["geometry"] or {}).get("coordinates") == expected


def test_a_geopackage_opens_as_a_layer_in_wgs84(presences: list[Presence], tmp_path: Path) -> None:
    path = tmp_path / "r.gpkg"
    export_presences(presences, path, ExportFormat.GPKG)
    layer = geopandas.read_file(path, layer="presences")
    assert len(layer) == len(presences)
    assert layer.crs.to_epsg() == 4326
    placed = [presence for presence in presences if presence.position]
    assert int(layer.geometry.notna().sum()) == len(placed)


def test_a_csv_imported_again_gives_the_same_presences(
    presences: list[Presence], register: Register, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    export_presences(presences, path, ExportFormat.CSV, sectors=register.sectors.sectors)
    other = open_register(DatabaseSettings(home=tmp_path / "other", database_url=None))
    report = import_file(other, path)
    # Of homes, only staff is told what identifies them in their list.
    everything = iterate_presences(other, reader=Visibility.STAFF)
    again = {presence.source_key: presence for presence in everything}
    other.close()
    assert report.counts.received == len(presences) == len(again)
    for presence in presences:
        returned = again[str(presence.id)]
        assert (returned.name, returned.kind, returned.sectors) == (
            presence.name,
            presence.kind,
            presence.sectors,
        )
        assert (returned.at_home, returned.willing_to_sponsor) == (
            presence.at_home,
            presence.willing_to_sponsor,
        )


def test_gogocarto_reads_back_what_has_a_point(presences: list[Presence], tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    placed = [presence for presence in presences if presence.position]
    assert export_presences(presences, path, ExportFormat.GOGOCARTO) == len(placed)
    other = open_register(DatabaseSettings(home=tmp_path / "other", database_url=None))
    report = import_file(other, path)
    other.close()
    counts = report.counts
    assert counts.received == counts.placed + counts.commune + counts.to_review == len(placed)


@pytest.mark.parametrize("name", ["=1+1", "+33 3 20", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")'])
def test_a_name_is_never_a_formula(name: str, tmp_path: Path) -> None:
    export_presences([make_presence(name)], tmp_path / "r.xlsx", ExportFormat.XLSX)
    export_presences([make_presence(name)], tmp_path / "r.csv", ExportFormat.CSV)
    cell = load_workbook(tmp_path / "r.xlsx").active["C2"]  # type: ignore[index]  # the book has a sheet
    assert cell.data_type == "s"
    with (tmp_path / "r.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";"))[1][2] == f"'{name}"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("avant", encoding="utf-8")

    def break_off() -> Iterator[Presence]:
        yield make_presence("La Ruche")
        raise OSError(28, "No space left on device")

    with pytest.raises(FileNotWrittenError):
        export_presences(break_off(), path, ExportFormat.CSV)
    assert path.read_text(encoding="utf-8") == "avant"
    assert list(tmp_path.iterdir()) == [path]
