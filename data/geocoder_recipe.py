"""What a geocoder is made of: the only place that knows all its parts. Light enough for every process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.reference import load_referential
from geo.geocoding.addressbase import LocalAddresses, open_index
from geo.geocoding.geocoder import Geocoder
from geo.geocoding.provider import AddressProvider, AnswerCache, CorrectionBook
from geo.territories import Referential


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
        # Settings take a quarter of a second to load, and a process that was sent its recipe needs none.
        from data.geocoding_settings import GeocodingSettings, locate_index  # noqa: PLC0415

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
