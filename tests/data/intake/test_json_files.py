"""JSON lists, GeoJSON and GoGoCarto's answers become rows that have lost nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from data.intake.errors import DamagedFileError
from data.intake.fields import Field, find_field
from data.intake.reading import open_table
from data.intake.table import Table

FULL = {
    "licence": "https://opendatacommons.org/licenses/odbl/",
    "ontology": "gogofull",
    "data": [
        {
            "id": "10kw",
            "name": "Épicerie <b>coopérative</b>",
            "geo": {"latitude": 50.43, "longitude": 2.83},
            "address": {
                "streetNumber": "3",
                "streetAddress": "rue X",
                "addressLocality": "Lens",
                "postalCode": "62300",
            },
            "status": 3,
            "categories": ["Alimentation", "Épicerie, vrac"],
            "categoriesFull": [{"id": 1, "name": "Alimentation"}],
            "openHours": {"Mo": "09:00-12:00"},
            "email": "private",
        },
        {"id": "10kx", "name": "Autre", "status": -4, "moderationState": 1, "telephone": ["01", "02"]},
    ],
}


def open_json(folder: Path, content: Any, name: str = "liste.json") -> Table:  # noqa: ANN401 - any JSON
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return open_table(path)


def read(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row.cells, strict=True)) for row in table.rows()]


@pytest.mark.parametrize(
    "wrap", [lambda rows: rows, lambda rows: {"data": rows}, lambda rows: {"elements": rows}]
)
def test_lists_are_found_in_their_wrapping(tmp_path: Path, wrap: Any) -> None:  # noqa: ANN401 - a function
    table = open_json(tmp_path, wrap([{"nom": "A", "ville": "Lens"}, {"nom": "B", "actif": True, "n": 2.0}]))

    assert read(table) == [
        {"nom": "A", "ville": "Lens", "actif": "", "n": ""},
        {"nom": "B", "ville": "", "actif": "oui", "n": "2"},
    ]
    assert [row.line for row in table.rows()] == [1, 2]


def test_a_full_gogocarto_answer_keeps_every_value(tmp_path: Path) -> None:
    table = open_json(tmp_path, FULL)

    first, second = read(table)

    assert table.format == "gogocarto"
    assert first["name"] == "Épicerie <b>coopérative</b>"
    assert (first["geo.latitude"], first["geo.longitude"]) == ("50.43", "2.83")
    assert first["categories"] == "Alimentation | Épicerie, vrac"
    assert json.loads(first["categoriesFull"]) == [{"id": 1, "name": "Alimentation"}]
    assert first["openHours.Mo"] == "09:00-12:00"
    assert second["telephone"] == "01 | 02"
    assert (second["gogocarto_status"], second["gogocarto_moderation"]) == ("-4", "1")
    fields = {column: find_field(column) for column in table.columns}
    assert fields["address.streetNumber"] is Field.HOUSENUMBER
    assert fields["address.streetAddress"] is Field.STREET
    assert fields["address.addressLocality"] is Field.CITY
    assert fields["gogocarto_status"] is Field.GOGOCARTO_STATUS


def test_a_compact_gogocarto_answer_is_unpacked_past_its_wrong_mapping(tmp_path: Path) -> None:
    content = {
        "ontology": "gogocompact",
        "mapping": ["id", ["name", "description"], "latitude", "longitude", "status", "moderationState"],
        "data": [
            ["10kw", ["Épicerie", "Vrac"], 50.43, 2.83, [12, 15], 3, 0],
            ["10kx", ["Autre"], 50.4, 2.8, []],
        ],
    }

    rows = read(open_json(tmp_path, content))

    assert rows[0] == {
        "id": "10kw",
        "name": "Épicerie",
        "description": "Vrac",
        "latitude": "50.43",
        "longitude": "2.83",
        "categories": "12 | 15",
        "gogocarto_status": "3",
        "gogocarto_moderation": "0",
    }
    assert rows[1]["gogocarto_status"] == ""


def test_geojson_gives_points_and_keeps_other_geometries(tmp_path: Path) -> None:
    polygon = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    features = [
        {
            "type": "Feature",
            "id": 7,
            "geometry": {"type": "Point", "coordinates": [2.83, 50.43]},
            "properties": {"nom": "A"},
        },
        {"type": "Feature", "geometry": polygon, "properties": {"nom": "B"}},
        {"type": "Feature", "geometry": None, "properties": {"nom": "C"}},
    ]

    table = open_json(tmp_path, {"type": "FeatureCollection", "features": features}, "liste.geojson")
    rows = read(table)

    assert (rows[0]["id"], rows[0]["geometry.longitude"], rows[0]["geometry.latitude"]) == (
        "7",
        "2.83",
        "50.43",
    )
    assert json.loads(rows[1]["geometry"]) == polygon
    assert [problem.line for problem in table.problems.problems()] == [None, 2]
    assert find_field("geometry.longitude") is Field.LONGITUDE


def test_geojson_in_lambert_93_gives_x_and_y(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [685000, 7037000]},
        "properties": {"nom": "A"},
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}

    table = open_json(tmp_path, {"type": "FeatureCollection", "crs": crs, "features": [feature]})

    assert {find_field(column) for column in table.columns} == {Field.NAME, Field.X, Field.Y}


def test_json_in_another_encoding_and_with_control_characters_is_read(tmp_path: Path) -> None:
    path = tmp_path / "liste.json"
    path.write_bytes(json.dumps([{"nom": "Étoile\u0000"}], ensure_ascii=False).encode("cp1252"))

    table = open_table(path)

    assert read(table) == [{"nom": "Étoile�"}]


def test_a_csv_that_begins_with_a_bracket_is_a_csv(tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("[nom];ville\nA;Lens\n")

    assert read(open_table(path)) == [{"[nom]": "A", "ville": "Lens"}]


def test_names_that_nothing_can_hold_are_mended_and_values_without_end_refused(tmp_path: Path) -> None:
    path = tmp_path / "liste.json"
    path.write_bytes(json.dumps([{"nom": "A", "k\x00": {"\x07": "v"}}]).encode())
    assert open_table(path).columns == ("nom", "k�.�")
    path.write_text(f'[{{"nom": "A", "x": {"[" * 500}{"]" * 500}}}]')
    with pytest.raises(DamagedFileError, match="imbriquées"):
        open_table(path)
