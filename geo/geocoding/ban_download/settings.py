"""Where the official address files are. Read when asked for, not at import."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BAN_URL = "https://adresse.data.gouv.fr/data/ban/adresses/latest/csv"


class BanSettings(BaseSettings):
    """
    The settings of the download, from the environment (prefix `MAILLAGE_`) or from the caller.

    Examples
    --------
    >>> BanSettings(ban_url="https://miroir.example/ban/").ban_url
    'https://miroir.example/ban'
    """

    model_config = SettingsConfigDict(
        env_prefix="MAILLAGE_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    ban_url: Annotated[
        str, Field(description="L'adresse du dossier en ligne des fichiers adresses-XX.csv.gz.")
    ] = BAN_URL
    ban_timeout_s: Annotated[
        float,
        Field(gt=0, le=600, description="Combien de secondes attendre des données qui tardent."),
    ] = 30.0

    @field_validator("ban_url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"On attend une adresse en https://, reçu {url!r}")
        return url.rstrip("/")
