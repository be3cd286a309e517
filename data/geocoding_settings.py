"""Where the address index of this machine is, from its settings.

A missing address index is no error: the local engine then answers from the territories, and says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.settings import DatabaseSettings

INDEX_FILE_NAME = "adresses.index"
"""The name of the address index inside `MAILLAGE_HOME`, when no other is named."""


class GeocodingSettings(BaseSettings):
    """
    Where the address index is, from the environment (prefix `MAILLAGE_`) or the caller.

    Examples
    --------
    >>> GeocodingSettings(ban_index=Path("adresses.index")).ban_index
    PosixPath('adresses.index')
    """

    model_config = SettingsConfigDict(
        env_prefix="MAILLAGE_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    ban_index: Annotated[
        Path | None,
        Field(
            description="L'index de la Base Adresse Nationale. Sans lui, celui de MAILLAGE_HOME s'il existe.",
        ),
    ] = None


def locate_index(settings: GeocodingSettings | None = None) -> Path:
    """Say where the address index is, or would be."""
    named = (settings or GeocodingSettings()).ban_index
    return named or DatabaseSettings().home / INDEX_FILE_NAME
