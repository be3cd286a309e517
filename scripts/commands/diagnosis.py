"""`maillage doctor`: every setting, its value and where it came from; what is there and what is missing."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version

from pydantic_settings import BaseSettings

from api.legal_settings import LegalSettings
from api.settings import ApiSettings
from data.engines.opening import hide_password
from data.geocoders import GeocodingSettings, locate_index
from data.opening import open_register
from data.people.messages import SmtpSettings
from data.questions import describe_register
from data.reference import load_referential
from data.settings import DatabaseSettings
from geo.compiled import find_compiled
from geo.errors import MaillageError
from geo.geocoding.ban_download.settings import BanSettings
from geo.geocoding.geoplateforme.settings import ServiceSettings
from geo.records import Level
from scripts.console import output, print_json, say
from scripts.parameters import Json
from scripts.tables import add_cells, start_table


def show_settings(as_json: Json = False) -> None:
    """Dire chaque réglage et d'où il vient, et vérifier que le service est entier."""
    settings = [
        line
        for kind in (
            DatabaseSettings,
            GeocodingSettings,
            BanSettings,
            ServiceSettings,
            ApiSettings,
            LegalSettings,
            SmtpSettings,
        )
        for line in _read_settings(kind())
    ]
    checks = _check_parts()
    if as_json:
        print_json({"settings": settings, "checks": checks})
        return
    table = start_table("Réglage", "Valeur", "D'où il vient", "À quoi il sert")
    for line in settings:
        add_cells(table, line["name"], line["value"], line["origin"], line["purpose"])
    output().print(table)
    say()
    for name, state in checks.items():
        say(f"{name} : {state}")


def _read_settings(settings: BaseSettings) -> list[dict[str, str]]:
    prefix = str(settings.model_config.get("env_prefix", ""))
    lines = []
    for name, field in type(settings).model_fields.items():
        variable = f"{prefix}{name}".upper()
        lines.append(
            {
                "name": variable,
                # People send what this command prints to whoever helps them.
                "value": hide_password(str(getattr(settings, name))),
                "origin": "variable d'environnement" if variable in os.environ else "valeur par défaut",
                "purpose": field.description or "",
            }
        )
    return lines


def _check_parts() -> dict[str, str]:
    referential = load_referential()
    communes = len(referential.territories(Level.COMMUNE))
    checks = {
        "Maillage": version("maillage"),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "Référentiel": f"{communes} communes, millésimes {', '.join(map(str, referential.vintages))}",
    }
    index = locate_index()
    checks["Moteur d'adresses"] = (
        "compilé"
        if find_compiled()
        else "non compilé, plus lent : python -m scripts.build_engine dit pourquoi"
    )
    checks["Index d'adresses"] = str(index) if index.exists() else f"absent ({index}) : maillage ban --help"
    try:
        summary = describe_register(open_register())
        checks["Registre"] = f"{summary.counts.received} présences, données du {summary.data_date or '–'}"
    except MaillageError as error:
        checks["Registre"] = str(error)
    return checks
