"""Who publishes the site, for its legal pages: by environment variables that start with `MAILLAGE_LEGAL_`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LegalSettings(BaseSettings):
    """
    What the law wants said of a public site. What is not set is shown as still to be filled in.

    Examples
    --------
    >>> LegalSettings(host="Un hébergeur").host
    'Un hébergeur'
    """

    model_config = SettingsConfigDict(env_prefix="MAILLAGE_LEGAL_", frozen=True, extra="ignore")

    publisher: Annotated[str, Field(description="Mentions légales : qui édite le site.")] = (
        "Apes, réseau de l'économie sociale et solidaire en Hauts-de-France"
    )
    publisher_address: Annotated[
        str | None, Field(description="Mentions légales : l'adresse postale de l'éditeur.")
    ] = None
    director: Annotated[str | None, Field(description="Mentions légales : qui dirige la publication.")] = None
    contact: Annotated[
        str | None, Field(description="Mentions légales : l'adresse de courriel où écrire.")
    ] = None
    host: Annotated[
        str | None, Field(description="Mentions légales : nom, adresse et téléphone de l'hébergeur.")
    ] = None
    data_contact: Annotated[
        str | None,
        Field(description="Données personnelles : où écrire pour exercer ses droits ; sinon, le contact."),
    ] = None
