"""What the national service says: `/search`, `/reverse` and their CSV forms, as methods with types.

One address goes through geopy's `BANFrance`, to which the parameters that it does not send are added; many go
through the CSV endpoints (`geo.geocoding.geoplateforme.bulk`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

import orjson
from geopy.adapters import BaseSyncAdapter
from geopy.geocoders import BANFrance
from geopy.location import Location

from geo.geocoding.geoplateforme.address import ServiceAddress, prepare_question, read_feature
from geo.geocoding.geoplateforme.bulk import ask_rows
from geo.geocoding.geoplateforme.bulk_reply import BulkFile, RowAnswer
from geo.geocoding.geoplateforme.errors import ServiceAnswerError, ServiceNotAllowedError
from geo.geocoding.geoplateforme.settings import ServiceSettings
from geo.geocoding.geoplateforme.transport import Pace, Transport
from geo.geocoding.vocabulary import REGION_DEPARTEMENTS
from geo.position import Position


class NationalService:
    """
    The address service of the Géoplateforme, as it speaks.

    Parameters
    ----------
    settings
        Where it is, whether it may be asked, how fast.
    transport
        How requests travel; by default over HTTP at the pace of the settings.

    Raises
    ------
    ServiceNotAllowedError
        If the administrator has not allowed it.
    """

    def __init__(self, settings: ServiceSettings, *, transport: Transport | None = None) -> None:
        if not settings.geoplateforme_allowed:
            raise ServiceNotAllowedError
        self._settings = settings
        self._transport = transport or Transport(
            pace=Pace(settings.geoplateforme_requests_per_second),
            timeout_s=settings.geoplateforme_timeout_s,
        )
        self._geocoder = _RegionBANFrance(settings.geoplateforme_url, self._transport)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def search(self, text: str, *, limit: int = 5) -> list[ServiceAddress]:
        """
        Search the region for one text, best answer first.

        Parameters
        ----------
        text
            An address; what the service cannot accept finds nothing, without being sent.
        limit
            Answers, at most (the service gives 50).

        Raises
        ------
        ServiceError
            If the service cannot be asked or does not answer as it should.
        """
        question = prepare_question(text)
        if question is None:
            return []
        return _read_locations(self._geocoder.geocode(question, limit=limit))

    def reverse(self, position: Position) -> ServiceAddress | None:
        """
        Give the address nearest to a point; None where the service knows none near.

        Raises
        ------
        ServiceError
            As for `search`.
        """
        found = _read_locations(self._geocoder.reverse(position.lat_lon(), exactly_one=False))
        return found[0] if found else None

    def search_many(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> list[RowAnswer]:
        """
        Search for many texts: one answer each, in their order, failures included.

        Parameters
        ----------
        texts
            Addresses.
        progress
            Called now and then with the number of rows settled since the last call.
        """
        questions = [prepare_question(text) for text in texts]
        cells = [None if question is None else (question,) for question in questions]
        return self._ask_rows(BulkFile.SEARCH, cells, progress)

    def reverse_many(
        self, positions: Sequence[Position], *, progress: Callable[[int], None] | None = None
    ) -> list[RowAnswer]:
        """Give the address nearest to each of many points: see `search_many`."""
        cells = [(f"{position.lon:.7f}", f"{position.lat:.7f}") for position in positions]
        return self._ask_rows(BulkFile.REVERSE, cells, progress)

    def _ask_rows(
        self,
        file: BulkFile,
        cells: Sequence[tuple[str, ...] | None],
        progress: Callable[[int], None] | None,
    ) -> list[RowAnswer]:
        settings = self._settings
        return ask_rows(
            self._transport,
            f"{settings.geoplateforme_url}{file.path}",
            file,
            cells,
            chunk_rows=settings.geoplateforme_chunk_rows,
            timeout_s=settings.geoplateforme_timeout_s,
            progress=progress,
        )


class _RegionBANFrance(BANFrance):  # type: ignore[misc]  # geopy has no types
    """geopy's client of the service, confined to the region and to whole addresses."""

    def __init__(self, url: str, transport: Transport) -> None:
        parts = urlsplit(url)
        super().__init__(
            domain=f"{parts.netloc}{parts.path}",
            scheme=parts.scheme,
            adapter_factory=partial(_TransportAdapter, transport),
        )

    def geocode(self, query: str, *, limit: int) -> list[Location] | None:
        """Search as `BANFrance` does, without completing what is typed and within the five départements."""
        asked = {"q": query, "limit": limit, "autocomplete": 0, "depcode": ",".join(REGION_DEPARTEMENTS)}
        url = f"{self.geocode_api}?{urlencode(asked)}"
        found: list[Location] | None = self._call_geocoder(url, partial(self._parse_json, exactly_one=False))
        return found

    def _parse_json(self, response: object, exactly_one: bool) -> list[Location] | None:
        """Read the answer; one without a list of features is not an empty answer, it is no answer."""
        if not isinstance(response, dict) or not isinstance(response.get("features"), list):
            raise ServiceAnswerError("ce n'est pas une liste d'adresses (GeoJSON)")
        try:
            found: list[Location] | None = super()._parse_json(response, exactly_one)
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise ServiceAnswerError(f"une adresse y est illisible ({error})") from error
        return found


class _TransportAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """Lets geopy ask through our transport: its pace, its patience, its errors."""

    def __init__(self, transport: Transport, *, proxies: object, ssl_context: object) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._transport = transport

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:  # noqa: ARG002
        return self._transport.get(url).text

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> object:  # noqa: ARG002
        response = self._transport.get(url)
        try:
            return orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise ServiceAnswerError("ce n'est pas du JSON") from error


def _read_locations(locations: list[Location] | None) -> list[ServiceAddress]:
    features = [location.raw for location in locations or ()]
    scores = [feature["properties"].get("score") if "properties" in feature else None for feature in features]
    return [
        read_feature(feature, scores[rank + 1] if rank + 1 < len(scores) else None)
        for rank, feature in enumerate(features)
    ]
