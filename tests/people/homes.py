"""Two registers that differ only by where homes are inside their communes (all of it fictional)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import update

from data.opening import open_register
from data.questions import import_file
from data.questions.corrections import correct_presence
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import register_state
from geo.records import Kind

HEADER = (
    "Type;Nom;Adresse;Code postal;Commune;Latitude;Longitude;À domicile;Téléphone;Courriel;Site web;Filière;"
    "Zone d'action;Début;SIRET;Description"
)

# Two places of Lille and two of Lens, with what tells them apart: street, postcode, associated commune.
SECRETS = {
    "here": (
        "3 rue des Secrets;59000;Lille;50.6215;3.0703",
        "Bât. C, 3 rue des Secrets;62300;Lens;50.4241;2.8109",
        "03 20 11 11 11",
        "12345678200010",
        "Chez Alix, 3, r. des SECRETS (59000), vers 50.62151, 3.07032",
        "https://ici.example/au-3-rue-des-secrets",
    ),
    "there": (
        "77 avenue Cachée;59160;Lomme;50.6447;2.9925",
        "77 avenue Cachée (2e étage), Lens;62300;Lens;50.4418;2.8391",
        "03 20 22 22 22",
        "73282932000074",
        "Chez Alix, 77, av. CACHEE (59160), vers 50.64471, 2.99252",
        "https://ici.example/au-77-avenue-cachee",
    ),
}

WORDS = (
    "secrets",
    "cachee",
    "cachée",
    "59160",
    "lomme",
    "50.6215",
    "50.6447",
    "50.4241",
    "50.4418",
    "3.0703",
    "2.99",
)
"""What would tell where a home is; the town halls and the public rows hold none of it."""


def write_list(path: Path, place: str) -> Path:
    """Write the list whose homes are `here` or `there`: ambassadors, a self-employed, one corrected later."""
    lille, lens, phone, siret, told, link = SECRETS[place]
    named = told.partition(" (")[0]
    alix = f"{lille};;{phone};alix.fictive@asso.example"
    rows = [
        f"Ambassadeur;Alix Fictive;{alix};;Alimentation;;2020-01-01;;{told}",
        f"Ambassadeur;Bao Fictif {named};{lens};;06 11 22 33 44;;;Mobilité;200093201;;;",
        f"Acteur;Atelier Fictif;{lens};oui;;contact@atelier.example;{link};Mobilité;62498;;{siret};",
        f"Acteur;Corrigée Fictive;{lille};non;;;;Alimentation;;;;",
        "Acteur;Épicerie Fictive;1 place Publique;62300;Lens;50.4300;2.8320;;;;;Alimentation;;;;",
        "Projet;Projet Fictif;;;Lille;50.6300;3.0600;;;;;Mobilité;;;;",
    ]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def fill(folder: Path, place: str) -> Register:
    """Fill a register: a list, a correction that makes a presence a home, an older list, the list again."""
    register = open_register(DatabaseSettings(home=folder, database_url=None))
    path = write_list(folder / "liste.csv", place)
    import_file(register, path, source="liste", as_of=date(2026, 1, 10), kind=Kind.ACTOR)
    correct_presence(register, 4, "at_home", "oui", who="équipe", why="travaille chez elle")
    path.write_text(path.read_text(encoding="utf-8").replace("2020-01-01", "2021-01-01"), encoding="utf-8")
    import_file(register, path, source="liste", as_of=date(2026, 2, 10), kind=Kind.ACTOR)
    # What no place of a home decides, so that answers may be compared byte by byte.
    with register.writing(changes_answers=False) as session:
        session.connection.execute(update(register_state).values(register_id="0" * 36))
    return register
