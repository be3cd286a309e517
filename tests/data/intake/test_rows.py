"""A row gives its fields; every cell that gives none is kept and told."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from data.intake.fields import Field
from data.intake.identity import KeyKind
from data.intake.mapping import plan_columns
from data.intake.problems import ProblemLog
from data.intake.reading import open_table
from data.intake.rows import UNNAMED, RowReader, UnderstoodRow
from data.intake.zones import ZoneBook
from data.sectors import SectorBook
from geo.records import Kind, Problem, Visibility
from geo.territories import Referential

ReadList = Callable[..., tuple[list[UnderstoodRow], list[Problem]]]


@pytest.fixture
def read_list(write_list: Callable[..., Path], referential: Referential, sectors: SectorBook) -> ReadList:
    def read(*lines: str) -> tuple[list[UnderstoodRow], list[Problem]]:
        table = open_table(write_list(*lines))
        log = ProblemLog()
        plan = plan_columns(table, log=log)
        reader = RowReader(plan, kind=Kind.ACTOR, sectors=sectors, zones=ZoneBook(referential), log=log)
        return [reader.read(row) for row in table.rows(log)], list(log.problems())

    return read


def test_every_cell_is_in_the_row_as_received(read_list: ReadList) -> None:
    [row], _ = read_list("nom;ville;horaires", ' Les  Amis ;"Lens ";03 21;en trop')

    assert row.row == {"nom": " Les  Amis ", "ville": "Lens ", "horaires": "03 21", "(colonne 4)": "en trop"}
    assert row.fields.name == "Les Amis"
    assert row.extra == {"horaires": "03 21", "(colonne 4)": "en trop"}


def test_a_row_is_known_by_its_id_else_its_siret_else_its_rna_else_its_name_and_address(
    read_list: ReadList,
) -> None:
    rows, _ = read_list(
        "id;nom;siret;rna;adresse;ville",
        "7;A;39911508800011;W595001234;1 rue X;Lens",
        ";B;399 115 088 00011;;1 rue X;Lens",
        ";C;;w595001234;1 rue X;Lens",
        ";D É.;00000000000000;;1, Rue X;LENS",
    )

    assert [(row.key, row.key_kind) for row in rows] == [
        ("7", KeyKind.ID),
        ("39911508800011", KeyKind.SIRET),
        ("W595001234", KeyKind.RNA),
        ("d e|1 rue x lens", KeyKind.NAME_ADDRESS),
    ]


def test_the_column_for_siret_or_rna_reads_both(read_list: ReadList) -> None:
    rows, problems = read_list(
        "nom;pivot;ville", "A;39911508800011;Lens", "B;W595001234;Lens", "C;00000000000000;Lens"
    )

    assert [(row.fields.siret, row.fields.rna) for row in rows] == [
        ("39911508800011", None),
        (None, "W595001234"),
        (None, None),
    ]
    assert [(problem.line, problem.column) for problem in problems] == [(4, "pivot")]


def test_a_bad_siret_stays_beside_and_is_told(read_list: ReadList) -> None:
    [row], [problem] = read_list("nom;siret;ville", "A;39911508800012;Lens")

    assert row.fields.siret is None
    assert row.row["siret"] == row.extra["siret"] == "39911508800012"
    assert (problem.line, problem.column, problem.value) == (2, "siret", "39911508800012")
    assert problem.what == (
        "SIRET invalide (clé de contrôle) : conservé tel quel, non utilisé pour identifier la ligne."
    )


def test_sectors_are_found_by_label_and_unknown_ones_told_once(read_list: ReadList) -> None:
    rows, [problem] = read_list(
        "nom;filière;ville",
        "A;Mobilité;Lens",
        "B;mobilite, Cirque de puces;Lens",
        "C;Alimentation | Mobilité;Lens",
        "D;Cirque de puces;Lens",
    )

    assert [row.fields.sectors for row in rows] == [
        ("mobilite",),
        ("mobilite",),
        ("alimentation", "mobilite"),
        (),
    ]
    assert rows[3].extra == {"filière": "Cirque de puces"}
    assert problem.what == "Filière inconnue : conservée, non classée (2 lignes : 3, 5)."


def test_a_label_that_holds_a_comma_is_tried_whole(read_list: ReadList, sectors: SectorBook) -> None:
    with_comma = next(sector for sector in sectors.sectors if "," in sector.label)

    [row], problems = read_list("nom;filière;ville", f"A;{with_comma.label};Lens")

    assert row.fields.sectors == (with_comma.code,)
    assert problems == []


def test_a_sector_derived_from_the_naf_is_said(read_list: ReadList, sectors: SectorBook) -> None:
    [row, other], problems = read_list(
        "nom;code naf;filière;ville", "A;01.13Z;;Lens", "B;01.13Z;Mobilité;Lens"
    )
    derived = sectors.find_by_naf("01.13Z")

    assert derived is not None
    assert row.fields.sectors == (derived.code,)
    assert other.fields.sectors == ("mobilite",)
    assert [problem.what for problem in problems] == [f"Filière déduite du code NAF : « {derived.label} »."]


def test_the_kind_is_read_row_by_row(read_list: ReadList) -> None:
    rows, [problem] = read_list(
        "type;nom;ville",
        "Projet;A;Lens",
        "Temps fort;B;Lens",
        "Antenne;C;Lens",
        "Ambassadrice;D;Lens",
        "Satellite;E;Lens",
    )

    assert [row.kind for row in rows] == [Kind.PROJECT, Kind.EVENT, Kind.ANTENNE, Kind.AMBASSADOR, Kind.ACTOR]
    assert (problem.line, problem.value) == (6, "Satellite")


def test_a_project_keeps_its_figures_dates_zone_and_partners(read_list: ReadList) -> None:
    [row], problems = read_list(
        "nom;stade;montant recherché (€);montant accordé (€);début;fin;zone d'action;rayon;partenaires",
        'A;Étude;12 500 €;8 k€;01/03/2026;2027-12-31;"MEL ; 62";15;"Ville de Lens, CAF ; Carsat"',
    )
    fields = row.fields

    assert problems == []
    assert (fields.stage, fields.amount_sought_eur, fields.amount_granted_eur) == ("Étude", 12_500, 8_000)
    assert (str(fields.starts_on), str(fields.ends_on)) == ("2026-03-01", "2027-12-31")
    assert (fields.zone, fields.zone_radius_m) == (("200093201", "62"), 15_000)
    assert fields.partners == ("Ville de Lens", "CAF", "Carsat")


def test_dates_that_contradict_each_other_are_told(read_list: ReadList) -> None:
    [row], [problem] = read_list("nom;début;fin", "A;2026-03-01;2025-03-01")

    assert row.fields.ends_on is not None
    assert "Fin antérieure au début" in problem.what


def test_visibility_hides_when_in_doubt(read_list: ReadList) -> None:
    rows, problems = read_list(
        "nom;visibilité;visibilité adresse", "A;membres;équipe", "B;;", "C;public;membres", "D;voir Paul;"
    )

    assert [row.fields.visibility for row in rows] == [
        Visibility.MEMBERS,
        Visibility.PUBLIC,
        Visibility.PUBLIC,
        Visibility.STAFF,
    ]
    assert [dict(row.fields.field_visibility) for row in rows] == [
        {"address": Visibility.STAFF},
        {},
        {"address": Visibility.MEMBERS},
        {},
    ]
    assert [problem.line for problem in problems] == [5]


def test_a_row_without_a_name_is_kept(read_list: ReadList) -> None:
    [row], [problem] = read_list("nom;ville", ";Lens")

    assert row.fields.name == UNNAMED
    assert problem.line == 2


def test_the_address_is_put_together_and_asked(read_list: ReadList) -> None:
    [row], problems = read_list(
        "nom;NUM_RUE;NOM_RUE;complément;cp;insee;ville", "A;12 bis;Rue X;Bât. B;2330;2209;CONDE EN BRIE"
    )

    assert row.fields.address == "12 bis Rue X, Bât. B"
    assert (row.fields.postcode, row.fields.city) == ("02330", "CONDE EN BRIE")
    assert row.query.street == "12 bis Rue X"
    assert (row.query.postcode, row.query.code_insee, row.query.city) == ("02330", "02209", "CONDE EN BRIE")
    assert [(problem.column, problem.what) for problem in problems] == [
        ("cp", "Zéro initial perdu par un tableur : lu 02330."),
        ("insee", "Zéro initial perdu par un tableur : lu 02209."),
    ]


def test_a_whole_address_in_one_column_is_asked_as_text(read_list: ReadList) -> None:
    [row], _ = read_list("nom;adresse", "A;12 rue X 62300 Lens")

    assert (row.query.text, row.query.street) == ("12 rue X 62300 Lens", "")
    assert row.fields.address == "12 rue X 62300 Lens"


def test_coordinates_are_asked_as_received(read_list: ReadList) -> None:
    rows, problems = read_list(
        "nom;coordonnées;latitude;longitude", "A;50.43,2.83;;", "B;;50,43;2,83", "C;12 rue;;"
    )

    assert [(row.query.lat, row.query.lon) for row in rows] == [
        ("50.43", "2.83"),
        ("50,43", "2,83"),
        ("", ""),
    ]
    assert [(problem.line, problem.column) for problem in problems] == [(4, "coordonnées")]


def test_the_point_of_a_town_hall_is_not_taken_for_an_address(read_list: ReadList) -> None:
    rows, [problem] = read_list(
        "nom;ville;latitude;longitude;result_precision",
        "A;Lens;50.43;2.83;commune",
        "B;Lens;50.43;2.83;housenumber",
    )

    assert [(row.query.lat, row.query.lon) for row in rows] == [("", ""), ("50.43", "2.83")]
    assert (problem.line, problem.value) == (2, "commune")


def test_what_gogocarto_refused_stays_with_the_staff(read_list: ReadList) -> None:
    rows, problems = read_list("name;gogocarto_status", "A;3", "B;-4", "C;0")

    assert [row.fields.visibility for row in rows] == [Visibility.PUBLIC, Visibility.STAFF, Visibility.STAFF]
    assert [problem.line for problem in problems] == [3, 4]


def test_a_state_of_gogocarto_that_is_no_number_is_no_reason_to_hide(read_list: ReadList) -> None:
    rows, _ = read_list("name;gogocarto_status", f"A;{'9' * 5_000}", "B;--1", "C;²", f"D;{'0' * 5_000}")

    assert [row.fields.visibility for row in rows] == [*[Visibility.PUBLIC] * 3, Visibility.STAFF]


def test_formulas_and_markup_stay_text(read_list: ReadList) -> None:
    [row], _ = read_list("nom;ville", "=HYPERLINK(1)<script>alert(1)</script>;Lens")

    assert row.fields.name == "=HYPERLINK(1)<script>alert(1)</script>"


def test_the_digest_is_of_the_cells_alone(read_list: ReadList) -> None:
    [first], _ = read_list("nom;ville;notes", "A;Lens;x")
    [moved], _ = read_list("titre au-dessus", "", "notes;ville;nom;vide", "x;Lens;A;")
    [other], _ = read_list("nom;ville;notes", "A;Lens;y")

    assert first.fingerprint == moved.fingerprint
    assert first.fingerprint != other.fingerprint


def test_every_field_of_a_list_has_a_reader() -> None:
    """A field that columns may fill and that nothing reads would lose cells in silence."""
    names = ("rows.py", "addresses.py", "row_sectors.py")
    sources = "".join((files("data.intake") / name).read_text("utf-8") for name in names)

    assert [field for field in Field if f"Field.{field.name}" not in sources] == []
