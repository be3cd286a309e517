"""The geocoder of this machine, put together from its settings: the only place that knows all its parts.

A missing address index is no error: the local engine then answers from the territories, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from data.reference import load_referential
from data.settings import DatabaseSettings
from geo.geocoding.addressbase import LocalAddresses, open_index
from geo.geocoding.geocoder import Geocoder
from geo.geocoding.provider import AddressProvider, AnswerCache, CorrectionBook
from geo.territories import Referential

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

    model_config = SettingsConfigDict(env_prefix="MAILLAGE_", frozen=True, extra="ignore")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class GeocoderRecipe:
    """
    What a geocoder is made of, small enough to be sent to another process that makes its own.

    Parameters
    ----------
    index
        The address index, None for an engine that knows the territories only.
    """

    index: Path | None = None

    @classmethod
    def of_this_machine(cls) -> GeocoderRecipe:
        """
        Read what this machine has: its settings, and its index if there is one.

        An index that is named by `MAILLAGE_BAN_INDEX` and is not there is an error when the recipe is made;
        one that is simply absent from `MAILLAGE_HOME` is not.
        """
        settings = GeocodingSettings()
        index = locate_index(settings)
        return cls(index=index if settings.ban_index or index.exists() else None)

    def make(
        self,
        *,
        referential: Referential | None = None,
        corrections: CorrectionBook | None = None,
        cache: AnswerCache | None = None,
    ) -> Geocoder:
        """
        Make the geocoder.

        Parameters
        ----------
        referential
            The territories; by default, those that ship with the service.
        corrections, cache
            What people said of addresses, and what remote services answered: see `data.address_memory`.

        Raises
        ------
        UnreadableIndexError
            If the index is missing, damaged or of another version.
        """
        return Geocoder(
            referential or load_referential(),
            corrections=corrections,
            cache=cache,
            providers=self._open_providers(),
        )

    def _open_providers(self) -> list[AddressProvider]:
        base: LocalAddresses | None = open_index(self.index) if self.index else None
        return [base] if base else []
