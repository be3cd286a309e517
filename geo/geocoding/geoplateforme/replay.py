"""The service's answers, played to the one geocoder, which judges them as it judges any provider's."""

from __future__ import annotations

from collections.abc import Sequence

from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.geocoding.geocoder import Geocoder
from geo.geocoding.geoplateforme.provider import Finding, NationalAddresses
from geo.geocoding.provider import AddressMatch, WantedAddress


class Replay:
    """
    The service as a provider that answers at once, so that the geocoder judges its matches as any other's.

    The communes an address may lie in are the geocoder's to say: a first pass collects them, the service is
    asked for all, a second pass plays its answers.
    """

    is_exhaustive = True
    is_remote = False

    def __init__(self, national: NationalAddresses) -> None:
        self.name = national.name
        self.version = national.version
        self._findings: dict[AddressQuery, Finding] = {}
        self._wanted: dict[AddressQuery, WantedAddress] = {}

    def collect(
        self, geocoder: Geocoder, queries: Sequence[AddressQuery]
    ) -> dict[AddressQuery, WantedAddress]:
        """Give what the geocoder would look for, for each query it would look for."""
        self._findings = {}
        self._wanted = {}
        geocoder.geocode_many(queries)
        return self._wanted

    def play(
        self, geocoder: Geocoder, queries: Sequence[AddressQuery], findings: dict[AddressQuery, Finding]
    ) -> list[GeocodedAddress]:
        """Give what the geocoder makes of the service's matches."""
        self._findings = findings
        return geocoder.geocode_many(queries)

    def find(self, wanted: WantedAddress) -> list[AddressMatch]:
        """Give the service's matches if it was asked; note the wish if not."""
        finding = self._findings.get(wanted.query)
        if finding is None:
            self._wanted[wanted.query] = wanted
            return []
        return list(finding.matches)
