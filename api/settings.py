"""What an operator may set about the site, by environment variables that start with `MAILLAGE_`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApiSettings(BaseSettings):
    """
    Settings of the site, read when it is created and never at import.

    Examples
    --------
    >>> ApiSettings(map_cache_entries=8).map_cache_entries
    8
    """

    model_config = SettingsConfigDict(env_prefix="MAILLAGE_", frozen=True, extra="ignore")

    map_cache_entries: Annotated[
        int, Field(ge=0, le=10_000, description="Combien de cartes dessinées garder en mémoire.")
    ] = 64
    map_presences: Annotated[
        int, Field(ge=1, le=1_000_000, description="Combien de présences une carte dessine au plus.")
    ] = 20_000
    asset_max_age_s: Annotated[
        int,
        Field(
            ge=0,
            le=31_536_000,
            description="Combien de secondes un navigateur garde un style ou un script sans redemander.",
        ),
    ] = 3_600
