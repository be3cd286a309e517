"""The fictional register: its shape, its mess, that it is built again the same, that its page is true."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from data.intake.mapping import plan_columns
from data.intake.problems import ProblemLog
from data.intake.reading import open_table
from data.intake.rows import RowReader, UnderstoodRow
from data.intake.zones import ZoneBook
from data.reference import load_referential
from data.samples import SAMPLE_GEOJSON, SAMPLE_GOGOCARTO, SAMPLE_REGISTER
from data.sectors import load_sectors
from geo.french import KIND_NAMES
from geo.geocoding.geocoder import Geocoder
from geo.records import COUNTED_STATUSES, MEL_CODE, Kind, Level, PlacementStatus, Visibility
from scripts.build_samples import build_samples
from scripts.samples.numbers import measure_luhn
from scripts.samples.places import EMPTY_EPCI
from scripts.samples.register import COUNT_BY_KIND, build_rows
from scripts.samples.rows import COLUMNS, Row

PAGE = SAMPLE_REGISTER.with_name("README.md")


@cache
def built_rows() -> tuple[Row, ...]:
    return tuple(build_rows(load_referential(), load_sectors()))


@cache
def shipped_rows() -> tuple[dict[str, str], ...]:
    with SAMPLE_REGISTER.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(csv.DictReader(lines, delimiter=";"))


@cache
def understand_rows() -> tuple[tuple[UnderstoodRow, ...], ProblemLog]:
    log = ProblemLog()
    table = open_table(SAMPLE_REGISTER)
    reader = RowReader(
        plan_columns(table, log=log),
        kind=Kind.ACTOR,
        sectors=load_sectors(),
        zones=ZoneBook(load_referential()),
        log=log,
    )
    return tuple(reader.read(row) for row in table.rows(log)), log


def counted_actors() -> list[Row]:
    return [row for row in built_rows() if row.kind is Kind.ACTOR and row.expects in COUNTED_STATUSES]


def read_table(title: str) -> dict[str, list[int]]:
    """Read a table of the page: the figures of each line by its first cell."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {title}")[1].split("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return {
        cells[0].strip("*"): [int(cell) for cell in cells[1:]]
        for cells in lines
        if all(cell.strip().isdigit() for cell in cells[1:])
    }


class TestTheFiles:
    def test_are_built_again_to_the_same_bytes(self, tmp_path: Path) -> None:
        for file in build_samples(tmp_path):
            assert file.read_bytes() == SAMPLE_REGISTER.with_name(file.name).read_bytes(), file.name

    def test_the_register_looks_as_a_french_spreadsheet_saves_it(self) -> None:
        content = SAMPLE_REGISTER.read_bytes()

        assert content.startswith(b"\xef\xbb\xbfType;Nom;")
        assert content.endswith(b"\r\n")
        assert tuple(shipped_rows()[0]) == COLUMNS
        assert all(None not in row and None not in row.values() for row in shipped_rows())

    def test_the_register_is_what_the_builder_says(self) -> None:
        assert len(shipped_rows()) == sum(COUNT_BY_KIND.values()) == 300
        for shipped, built in zip(shipped_rows(), built_rows(), strict=True):
            assert {column: cell for column, cell in shipped.items() if cell} == {
                column: cell for column, cell in built.cells.items() if cell
            }

    def test_the_geojson_holds_ten_of_its_actors_longitude_first(self) -> None:
        features = json.loads(SAMPLE_GEOJSON.read_text(encoding="utf-8"))["features"]
        row_by_name = {row["Nom"]: row for row in shipped_rows()}

        assert len(features) == 10
        for feature in features:
            row = row_by_name[feature["properties"]["nom"]]
            assert feature["geometry"]["coordinates"] == [float(row["Longitude"]), float(row["Latitude"])]

    def test_the_gogocarto_list_holds_five_with_one_in_moderation(self) -> None:
        envelope = json.loads(SAMPLE_GOGOCARTO.read_text(encoding="utf-8"))
        names = {row["Nom"] for row in shipped_rows()}
        sectors = load_sectors()

        assert envelope["ontology"] == "gogofull"
        assert [element["status"] for element in envelope["data"]] == [1, 1, 1, 1, 0]
        assert {element["name"] for element in envelope["data"]} <= names
        assert all(sectors.find(name) for element in envelope["data"] for name in element["categories"])


class TestWhatItShows:
    def test_the_mel_holds_forty_to_forty_five_percent_of_the_actors(self) -> None:
        mel = load_referential().commune_codes(Level.EPCI, MEL_CODE)
        inside = [row for row in counted_actors() if row.commune in mel]

        assert 0.40 <= len(inside) / len(counted_actors()) <= 0.45

    def test_the_whole_region_is_there_but_three_large_epci_have_nobody(self) -> None:
        referential = load_referential()
        communes = [referential.get(Level.COMMUNE, row.commune) for row in counted_actors() if row.commune]
        count_by_departement = Counter(commune.part_of["departement"] for commune in communes)
        epci = {commune.part_of["epci"] for commune in communes}

        assert set(count_by_departement) == {"02", "59", "60", "62", "80"}
        assert min(count_by_departement.values()) >= 10
        assert not epci & EMPTY_EPCI
        assert len(epci) < len(referential.territories(Level.EPCI))

    def test_there_are_three_antennes_where_the_network_has_them(self) -> None:
        antennes = [row for row in shipped_rows() if row["Type"] == "Antenne"]

        assert [row["Commune"] for row in antennes] == ["Lille", "Lens", "Valenciennes"]

    def test_many_addresses_are_town_halls_so_that_some_precision_exists_offline(self) -> None:
        halls = load_referential().town_halls
        at_hall = [
            row
            for row in built_rows()
            if row.commune
            and row.cells.get("Adresse") == f"{halls[row.commune].housenumber} {halls[row.commune].street}"
        ]

        assert len(at_hall) >= 15
        assert all(row.expects is PlacementStatus.PLACED for row in at_hall)

    def test_clean_coordinates_lie_in_the_commune_they_are_said_to_be_in(self) -> None:
        given = [row for row in built_rows() if row.cells.get("Latitude") and not row.mess]
        lon = np.array([float(row.cells["Longitude"]) for row in given])
        lat = np.array([float(row.cells["Latitude"]) for row in given])

        assert len(given) >= 60
        assert load_referential().locate(lon, lat) == [row.commune for row in given]

    def test_some_projects_have_a_zone_of_action_and_no_address(self) -> None:
        projects = [row for row in built_rows() if row.kind is Kind.PROJECT]
        zone_only = [row for row in projects if not row.cells.get("Commune") and not row.cells.get("Adresse")]

        assert len(zone_only) >= 3
        assert all(row.cells["Zone d'action"] for row in zone_only)
        assert sum(1 for row in projects if row.cells.get("Stade")) == len(projects)
        assert sum(1 for row in projects if row.cells.get("Partenaires")) >= 20

    def test_every_zone_of_action_is_a_territory_by_name_or_code(self) -> None:
        epci = load_referential().territories(Level.EPCI)
        known = {territory.name for territory in epci} | {territory.code for territory in epci}
        written = {zone for row in shipped_rows() for zone in row["Zone d'action"].split(" | ") if zone}

        assert written <= known
        assert any(zone.isdigit() for zone in written)

    def test_some_records_are_kept_from_the_public(self) -> None:
        count_by_word = Counter(row["Visibilité"] for row in shipped_rows())

        assert set(count_by_word) == {"", "publique", "membres", "équipe"}
        assert count_by_word["membres"] >= 10
        assert count_by_word["équipe"] >= 5


class TestThatNothingInItIsReal:
    def test_names_are_unique_but_for_the_doubles_it_tells_of(self) -> None:
        repeated = {
            name for name, count in Counter(row["Nom"] for row in shipped_rows()).items() if count > 1
        }
        told = {
            row.cells["Nom"] for row in built_rows() if row.mess.startswith(("double exact", "un même SIRET"))
        }

        assert repeated == told

    def test_every_siret_is_well_formed_and_starts_with_three_zeros_but_the_two_it_tells_of(self) -> None:
        written = [re.sub(r"\s", "", row["SIRET"]) for row in shipped_rows() if row["SIRET"]]
        malformed = [siret for siret in written if len(siret) != 14 or measure_luhn(siret) % 10]

        assert len(written) >= 80
        assert sorted(malformed) == ["00012345678901", "0021500400011"]
        assert all(siret.zfill(14).startswith("000") for siret in written)
        assert all(row["RNA"].startswith("W000") for row in shipped_rows() if row["RNA"])

    def test_every_website_is_under_example_org_and_no_one_can_be_reached(self) -> None:
        text = SAMPLE_REGISTER.read_text(encoding="utf-8-sig")
        sites = [row["Site web"] for row in shipped_rows() if row["Site web"]]

        assert sites
        assert all(re.fullmatch(r"(https?://|www\.)[a-z0-9-]+\.example\.org", site) for site in sites)
        assert "@" not in text
        assert not re.search(r"\b0[1-9]([ .]?\d\d){4}\b", text)

    def test_ambassadors_are_roles_of_a_territory(self) -> None:
        ambassadors = [row for row in shipped_rows() if row["Type"].startswith("Ambassad")]

        assert len(ambassadors) == 22
        assert all(
            re.match(r"Ambassad(rice|eur) du territoire d(e |'|u |es )", row["Nom"]) for row in ambassadors
        )


class TestTheMess:
    def test_every_sector_is_known_but_the_two_it_tells_of(self) -> None:
        sectors = load_sectors()
        unknown = [
            label
            for row in shipped_rows()
            for label in re.split(r" [;|/] ", row["Filière"])
            if label and sectors.find(label) is None
        ]

        assert sorted(unknown) == ["Philatélie associative", "à préciser"]

    @pytest.mark.parametrize(
        "what",
        [
            "CEDEX et boîte postale",
            "code postal absent",
            "commune associée ou ancienne commune",
            "commune homonyme sans code postal",
            "coordonnées (0, 0)",
            "coordonnées en Lambert-93 dans les colonnes de degrés",
            "date illisible",
            "double exact (la même ligne deux fois)",
            "deux filières dans une cellule",
            "du HTML dans le nom",
            "filière inconnue",
            "hors de la région",
            "impossible à placer",
            "latitude et longitude échangées",
            "majuscules sans accents",
            "SIRET faux",
        ],
    )
    def test_holds_each_kind_that_real_lists_have(self, what: str) -> None:
        assert any(row.mess == what for row in built_rows())


class TestImportingIt:
    def test_each_row_gets_the_status_and_the_commune_it_was_built_for(self) -> None:
        understood, _ = understand_rows()
        answers = Geocoder(load_referential()).geocode_many([row.query for row in understood])

        missed = {
            row.line: (built.expects.value, built.commune, answer.status.value, answer.citycode)
            for row, built, answer in zip(understood, built_rows(), answers, strict=True)
            if answer.status is not built.expects or (built.commune and answer.citycode != built.commune)
        }
        assert missed == {}

    def test_kinds_and_visibility_are_read_as_they_were_meant(self) -> None:
        understood, _ = understand_rows()

        assert Counter(row.kind for row in understood) == COUNT_BY_KIND
        assert {row.fields.visibility for row in understood} == set(Visibility)

    def test_the_cells_that_are_wrong_are_told_and_no_other(self) -> None:
        _, log = understand_rows()

        assert sorted((problem.column or "", problem.value or "") for problem in log.problems()) == [
            ("Début", "31/02/2023"),
            ("Début", "au printemps 2024"),
            ("Filière", "Philatélie associative"),
            ("Filière", "à préciser"),
            ("SIRET", "00012345678901"),
            ("SIRET", "0021500400011"),
        ]


class TestThePage:
    def test_says_at_once_that_it_is_fictional(self) -> None:
        first_lines = PAGE.read_text(encoding="utf-8").splitlines()[:4]

        assert "fictives" in first_lines[0]
        assert "n'existe" in first_lines[2]

    def test_totals_are_those_of_the_rows_and_add_up(self) -> None:
        table = read_table("Ce que l'import doit donner")

        for kind in Kind:
            counts = Counter(row.expects for row in built_rows() if row.kind is kind)
            assert table[KIND_NAMES[kind][1]] == [
                *(counts[status] for status in PlacementStatus),
                counts.total(),
            ]
        assert table["ensemble"] == [sum(column) for column in zip(*list(table.values())[:-1], strict=True)]
        assert table["ensemble"][-1] == len(shipped_rows())

    def test_mess_is_counted_as_the_file_holds_it(self) -> None:
        assert read_table("Le désordre qu'il contient") == {
            mess: [count] for mess, count in Counter(row.mess for row in built_rows() if row.mess).items()
        }

    def test_every_column_is_named(self) -> None:
        named = PAGE.read_text(encoding="utf-8").split("## Ses colonnes")[1]

        assert re.findall(r"`([^`]+)`", named) == list(COLUMNS)
