"""Where the register lives. Read when asked for, never when a module is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

REGISTER_FILE_NAME = "registre.sqlite3"
"""The name of the register's file inside `MAILLAGE_HOME`, when no address of a database is given."""


def _default_home() -> Path:
    return user_data_path("maillage", appauthor=False)


class DatabaseSettings(BaseSettings):
    """
    The register's settings, from the environment (prefix `MAILLAGE_`) or from the caller.

    Examples
    --------
    >>> DatabaseSettings(home=Path("var"), database_url=None).url
    'sqlite:///var/registre.sqlite3'
    """

    model_config = SettingsConfigDict(env_prefix="MAILLAGE_", frozen=True, extra="ignore")

    home: Annotated[
        Path,
        Field(
            default_factory=_default_home,
            description="Le dossier où le service garde ses fichiers : registre, cartes, index d'adresses.",
        ),
    ]
    database_url: Annotated[
        str | None,
        Field(
            description="L'adresse de la base : sqlite:///chemin, ou "
            "postgresql://utilisateur:motdepasse@hôte/base. Sans elle, un fichier dans MAILLAGE_HOME.",
        ),
    ] = None
    busy_timeout_s: Annotated[
        float,
        Field(
            ge=0,
            le=600,
            description="Combien de secondes attendre quand une autre écriture occupe le registre.",
        ),
    ] = 10.0
    pool_size: Annotated[
        int,
        Field(
            ge=1,
            le=200,
            description="Serveur PostgreSQL : combien de connexions chaque processus garde ouvertes.",
        ),
    ] = 8
    pool_overflow: Annotated[
        int,
        Field(
            ge=0,
            le=200,
            description="Serveur PostgreSQL : combien de connexions de plus dans un moment d'affluence.",
        ),
    ] = 8

    @property
    def url(self) -> str:
        """Give the database's address: the one that was set, else the file in `home`."""
        return self.database_url or f"sqlite:///{self.home / REGISTER_FILE_NAME}"
