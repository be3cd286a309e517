"""Whether the national service may be asked, where it is, how fast. Read when asked for, not at import."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICE_URL = "https://data.geopf.fr/geocodage"
PUBLISHED_REQUESTS_PER_SECOND = 50
"""What the service serves to one address of the network; above, it refuses everything for five seconds."""

PUBLISHED_ROWS, PUBLISHED_BYTES = 200_000, 50_000_000
"""What the service takes in one file."""


class ServiceSettings(BaseSettings):
    """
    The settings of the national address service, from the environment (prefix `MAILLAGE_`) or the caller.

    Examples
    --------
    >>> ServiceSettings(geoplateforme_url="https://data.geopf.fr/geocodage/").geoplateforme_url
    'https://data.geopf.fr/geocodage'
    """

    model_config = SettingsConfigDict(
        env_prefix="MAILLAGE_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    geoplateforme_allowed: Annotated[
        bool,
        Field(
            description="Autoriser l'envoi d'adresses au service national (Géoplateforme) : true ou false.",
        ),
    ] = False
    geoplateforme_url: Annotated[
        str,
        Field(description="L'adresse du service national d'adresses."),
    ] = SERVICE_URL
    geoplateforme_requests_per_second: Annotated[
        float,
        Field(
            gt=0,
            le=PUBLISHED_REQUESTS_PER_SECOND,
            description="Combien de demandes par seconde au plus (le service en admet 50).",
        ),
    ] = 45.0
    geoplateforme_timeout_s: Annotated[
        float,
        Field(gt=0, le=600, description="Combien de secondes attendre une réponse du service."),
    ] = 20.0
    geoplateforme_chunk_rows: Annotated[
        int,
        Field(
            ge=1,
            le=PUBLISHED_ROWS,
            description="Combien d'adresses envoyer dans un même fichier (le service en admet 200 000).",
        ),
    ] = 2_000

    @field_validator("geoplateforme_url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError(f"On attend une adresse en https://, reçu {url!r}")
        return url.rstrip("/")
