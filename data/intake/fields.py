"""What a column may hold, and the names that people give to such columns, in French and in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from data.intake.text import fold_header


class Field(StrEnum):
    """What a column holds. The values are the words of mapping files, and never change."""

    ID = "id"
    NAME = "name"
    SUMMARY = "summary"
    KIND = "kind"
    SECTOR = "sector"
    NAF = "naf"
    LEGAL_FORM = "legal_form"
    SIRET = "siret"
    RNA = "rna"
    PIVOT = "pivot"
    WEBSITE = "website"
    FULL_ADDRESS = "full_address"
    HOUSENUMBER = "housenumber"
    STREET = "street"
    COMPLEMENT = "complement"
    POSTCODE = "postcode"
    CITY = "city"
    CODE_INSEE = "code_insee"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    COORDINATES = "coordinates"
    X = "x"
    Y = "y"
    POINT_PRECISION = "point_precision"
    ZONE = "zone"
    ZONE_RADIUS_KM = "zone_radius_km"
    STARTS_ON = "starts_on"
    ENDS_ON = "ends_on"
    VISIBILITY = "visibility"
    ADDRESS_VISIBILITY = "address_visibility"
    WEBSITE_VISIBILITY = "website_visibility"
    SIRET_VISIBILITY = "siret_visibility"
    RNA_VISIBILITY = "rna_visibility"
    EMAIL = "email"
    PHONE = "phone"
    EMAIL_VISIBILITY = "email_visibility"
    PHONE_VISIBILITY = "phone_visibility"
    AT_HOME = "at_home"
    WILLING_TO_SPONSOR = "willing_to_sponsor"
    STAGE = "stage"
    AMOUNT_SOUGHT = "amount_sought_eur"
    AMOUNT_GRANTED = "amount_granted_eur"
    PARTNERS = "partners"
    GOGOCARTO_STATUS = "gogocarto_status"


FIELD_LABELS: Mapping[Field, str] = {
    Field.ID: "identifiant",
    Field.NAME: "nom",
    Field.SUMMARY: "présentation",
    Field.KIND: "type de fiche",
    Field.SECTOR: "filière",
    Field.NAF: "code NAF",
    Field.LEGAL_FORM: "forme juridique",
    Field.SIRET: "SIRET",
    Field.RNA: "numéro RNA",
    Field.PIVOT: "SIRET ou RNA",
    Field.WEBSITE: "site web",
    Field.FULL_ADDRESS: "adresse complète",
    Field.HOUSENUMBER: "numéro dans la rue",
    Field.STREET: "rue",
    Field.COMPLEMENT: "complément d'adresse",
    Field.POSTCODE: "code postal",
    Field.CITY: "commune",
    Field.CODE_INSEE: "code INSEE de la commune",
    Field.LATITUDE: "latitude",
    Field.LONGITUDE: "longitude",
    Field.COORDINATES: "latitude et longitude",
    Field.X: "X (Lambert-93)",
    Field.Y: "Y (Lambert-93)",
    Field.POINT_PRECISION: "précision des coordonnées",
    Field.ZONE: "zone d'action",
    Field.ZONE_RADIUS_KM: "rayon d'action (km)",
    Field.STARTS_ON: "date de début",
    Field.ENDS_ON: "date de fin",
    Field.VISIBILITY: "visibilité",
    Field.ADDRESS_VISIBILITY: "visibilité de l'adresse",
    Field.WEBSITE_VISIBILITY: "visibilité du site web",
    Field.SIRET_VISIBILITY: "visibilité du SIRET",
    Field.RNA_VISIBILITY: "visibilité du numéro RNA",
    Field.EMAIL: "courriel",
    Field.PHONE: "téléphone",
    Field.EMAIL_VISIBILITY: "visibilité du courriel",
    Field.PHONE_VISIBILITY: "visibilité du téléphone",
    Field.AT_HOME: "à domicile",
    Field.WILLING_TO_SPONSOR: "accepte de parrainer",
    Field.STAGE: "avancement",
    Field.AMOUNT_SOUGHT: "montant recherché",
    Field.AMOUNT_GRANTED: "montant obtenu",
    Field.PARTNERS: "partenaires",
    Field.GOGOCARTO_STATUS: "statut GoGoCarto",
}
"""What a French reader calls each field."""

JOINED_FIELDS: Mapping[Field, str] = {Field.HOUSENUMBER: " ", Field.STREET: " ", Field.COMPLEMENT: ", "}
"""Fields that several columns write together, and what stands between the parts."""

UNITED_FIELDS = frozenset({Field.SECTOR, Field.PARTNERS, Field.ZONE})
"""Fields that hold lists: several columns add up."""

COLUMNS_FILE = Path(__file__).with_name("columns.toml")
"""The names that columns are known by, for anyone to edit."""


@cache
def field_by_name() -> Mapping[str, Field]:
    """Give the field by folded column name, from `columns.toml` and the fields' own words."""
    synonyms = tomllib.loads(COLUMNS_FILE.read_text("utf-8"))
    fields = {fold_header(field.value): field for field in Field}
    for word, names in synonyms.items():
        fields.update({fold_header(name): Field(word) for name in names})
    return fields


def find_field(name: str) -> Field | None:
    """
    Find what a column holds from its name.

    Examples
    --------
    >>> [str(find_field(n)) for n in ("DENOMINATION_SOCIALE", "bf_codePostal", "N° de SIRET", "Commentaire")]
    ['name', 'postcode', 'siret', 'None']
    """
    folded = fold_header(name)
    field = field_by_name().get(folded)
    if field is None and folded.startswith(("categorie ", "category ", "filiere ")):
        # GoGoCarto takes any « category… » for categories.
        return Field.SECTOR
    return field
