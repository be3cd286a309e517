"""Columns find their field by the names people give them, by a person's mapping, by what was remembered."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from data.intake.errors import MappingError
from data.intake.fields import COLUMNS_FILE, FIELD_LABELS, Field, find_field
from data.intake.mapping import load_mapping, plan_columns
from data.intake.problems import ProblemLog
from data.intake.proposals import sample_columns
from data.intake.reading import open_table
from data.intake.text import fold_header

WriteList = Callable[..., Path]


@pytest.mark.parametrize(
    ("names", "field"),
    [
        # GoGoCarto and YesWiki
        (
            ["name", "title", "titre", "bf_titre", "_name", "raison_sociale", "DENOMINATION_SOCIALE"],
            Field.NAME,
        ),
        (["taxonomy", "categories", "category", "catégorie principale", "Filière"], Field.SECTOR),
        (["streetAddress", "addr:street", "contact:street", "address", "Adresse"], Field.STREET),
        (["addr:housenumber", "contact:housenumber", "streetNumber", "NUM_RUE"], Field.HOUSENUMBER),
        (["addressLocality", "addr:city", "city", "Ville", "lib_com", "COMMUNE"], Field.CITY),
        (["postalCode", "addr:postcode", "postcode", "CP", "code_postal", "bf_codePostal"], Field.POSTCODE),
        (["lat", "latitude", "geo.latitude"], Field.LATITUDE),
        (["lng", "lon", "long", "longitude"], Field.LONGITUDE),
        # digital mediation and data·inclusion
        (["pivot"], Field.PIVOT),
        (["code_insee", "insee_com", "codeCommuneEtablissement"], Field.CODE_INSEE),
        (["complement_adresse", "complementAdresseEtablissement"], Field.COMPLEMENT),
        (["site_web", "homepage", "url"], Field.WEBSITE),
        (["presentation_resume", "description"], Field.SUMMARY),
        # France Services, adultes-relais, Sirene
        (["id_fs", "id_poste", "id", "Identifiant"], Field.ID),
        (["lib_fs", "denominationUniteLegale", "nom_commercial"], Field.NAME),
        (["code_tiers", "siret", "N° SIRET", "Numéro de SIRET"], Field.SIRET),
        (["CODE_NAF2", "activitePrincipaleEtablissement", "Code APE"], Field.NAF),
        (["numeroVoieEtablissement", "indiceRepetitionEtablissement"], Field.HOUSENUMBER),
        # the sample register
        (["Zone d'action"], Field.ZONE),
        (["Rayon d'action (km)"], Field.ZONE_RADIUS_KM),
        (["Montant recherché (€)"], Field.AMOUNT_SOUGHT),
        (["Montant accordé (€)"], Field.AMOUNT_GRANTED),
        (["Début"], Field.STARTS_ON),
        (["Visibilité"], Field.VISIBILITY),
        (["Courriel", "E-mail", "Adresse mail", "bf_mail", "contact_email"], Field.EMAIL),
        (["Téléphone", "Tél.", "Portable", "contact:phone"], Field.PHONE),
        (["À domicile", "Domicile", "Chez l'habitant", "Adresse personnelle"], Field.AT_HOME),
        (["Accepte de parrainer", "Parrainage", "parrain / marraine"], Field.WILLING_TO_SPONSOR),
    ],
)
def test_usual_names_of_columns_find_their_field(names: list[str], field: Field) -> None:
    assert {name: find_field(name) for name in names} == dict.fromkeys(names, field)


@pytest.mark.parametrize("name", ["Horaires", "services", "structureId", "MESURE", "commentaire", "h_lundi"])
def test_other_names_are_left_alone(name: str) -> None:
    assert find_field(name) is None


def test_a_name_means_one_field_only() -> None:
    listed = tomllib.loads(COLUMNS_FILE.read_text("utf-8"))
    fields_by_name: dict[str, set[str]] = {}
    for field, names in listed.items():
        for name in (*names, field):
            fields_by_name.setdefault(fold_header(name), set()).add(field)

    assert {name: fields for name, fields in fields_by_name.items() if len(fields) > 1} == {}
    assert set(listed) <= {field.value for field in Field}
    assert set(FIELD_LABELS) == set(Field)


def test_columns_of_one_address_are_joined(write_list: WriteList) -> None:
    table = open_table(write_list("nom;NUM_RUE;NOM_RUE;adresse 2;ville", "A;12;Rue X;;Lens"))

    plan = plan_columns(table)

    street = plan.filler(Field.STREET)
    assert street is not None
    assert street(["A", "12", "Rue X", "Bât. B", "Lens"]) == "Rue X Bât. B"
    assert plan.uses["NUM_RUE"] is Field.HOUSENUMBER


def test_a_second_column_for_a_field_fills_its_gaps_and_is_told(write_list: WriteList) -> None:
    table = open_table(write_list("nom;cp;code_post_com", "A;;62300"))
    log = ProblemLog()

    plan = plan_columns(table, log=log)

    postcode = plan.filler(Field.POSTCODE)
    assert postcode is not None
    assert postcode(["A", "", "62300"]) == "62300"
    assert postcode(["A", "59000", "62300"]) == "59000"
    [problem] = log.problems()
    assert problem.column == "code_post_com"
    assert "utilisée seulement là où « cp » est vide" in problem.what
    assert plan.kept_apart == (2,)


def test_a_misleading_name_is_not_believed(write_list: WriteList) -> None:
    lines = [f"A{n};SARL;Tout public et familles;Maraîchage" for n in range(5)]
    table = open_table(write_list("nom;type;public;activité principale", *lines))
    log = ProblemLog()

    plan = plan_columns(table, log=log)

    assert plan.uses == {"nom": Field.NAME, "type": None, "public": None, "activité principale": Field.SECTOR}
    assert [problem.column for problem in log.problems()] == ["type", "public"]


def test_a_person_decides_over_names(write_list: WriteList) -> None:
    table = open_table(write_list("nom;notes;ville", "A;B;Lens"))

    plan = plan_columns(table, mapping={"Notes": "name", "nom": None, "ville": "commune"})

    assert plan.uses == {"nom": None, "notes": Field.NAME, "ville": Field.CITY}
    assert plan.to_remember == {"notes": "name", "ville": "commune", "nom": None}


def test_what_was_remembered_is_followed_and_gives_way(write_list: WriteList) -> None:
    table = open_table(write_list("nom;sigle;ville", "A;B;Lens"))
    saved = {"sigle": "name", "ancienne colonne": "siret"}
    log = ProblemLog()

    remembered = plan_columns(table, saved=saved, log=log)
    corrected = plan_columns(table, saved=saved, mapping={"nom": "name", "sigle": None})

    assert remembered.recipes[Field.NAME].columns == (1, 0)
    assert corrected.recipes[Field.NAME].columns == (0,)
    assert "ancienne colonne" in {problem.column for problem in log.problems()}


def test_verbs_join_part_and_give(write_list: WriteList) -> None:
    table = open_table(write_list("nom;n;voie;geo", "A;12;rue X;50.4,2.8"))

    plan = plan_columns(
        table,
        mapping={
            "street": {"joindre": {"colonnes": ["n", "voie"], "séparateur": " "}},
            "latitude": {"dissocier": {"colonne": "geo", "séparateur": ",", "partie": 0}},
            "longitude": {"dissocier": {"colonne": "geo", "séparateur": ",", "partie": 1}},
            "kind": {"valeur": "antenne"},
        },
    )
    cells = ["A", "12", "rue X", "50.4,2.8"]

    filled = {field: recipe.fill(cells) for field, recipe in plan.recipes.items()}
    assert filled == {
        Field.NAME: "A",
        Field.STREET: "12 rue X",
        Field.LATITUDE: "50.4",
        Field.LONGITUDE: "2.8",
        Field.KIND: "antenne",
    }
    assert json.loads(json.dumps(plan.to_remember))["kind"] == {"valeur": "antenne"}


@pytest.mark.parametrize(
    "mapping",
    [
        {"inconnue": "name"},
        {"nom": "couleur préférée"},
        {"nom": 3},
        {"street": {"joindre": []}},
        {"street": {"joindre": ["inconnue"]}},
        {"street": {"mélanger": ["nom"]}},
        {"latitude": {"dissocier": {"colonne": "nom", "partie": "a"}}},
    ],
)
def test_a_mapping_that_cannot_be_followed_is_refused_in_french(
    mapping: dict[str, Any], write_list: WriteList
) -> None:
    table = open_table(write_list("nom;ville", "A;Lens"))

    with pytest.raises(MappingError, match=r"Aucune donnée n'a été modifiée\.$"):
        plan_columns(table, mapping=mapping)


@pytest.mark.parametrize("content", ["", "[1]", '{"a": ', "\x00"])
def test_a_mapping_file_that_is_no_object_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "colonnes.json"
    path.write_text(content)

    with pytest.raises(MappingError, match=r"colonnes\.json"):
        load_mapping(path)


def test_columns_are_described_for_who_checks_them(write_list: WriteList) -> None:
    table = open_table(write_list("nom;ville", "A;Lens", "B;", "C;Lens", "D;Lille"))

    described = sample_columns(table, list(table.rows()), samples=3)

    assert described == [("nom", 1.0, ("A", "B", "C")), ("ville", 0.75, ("Lens", "Lille"))]
