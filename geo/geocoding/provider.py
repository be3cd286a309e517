"""What the geocoder asks of others: street-level providers, the book of people's corrections, the cache.

All are protocols: `geo` needs no database, and a new provider changes no caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.geocoding.hypotheses import Hypothesis
from geo.geocoding.parse import ParsedAddress
from geo.position import Position
from geo.records import Precision


@dataclass(slots=True, init=False)
class WantedAddress:
    """
    An address to look for: as received, as read, and the communes it may lie in, likeliest first.

    `is_contested` tells that it may lie outside the region too.
    """

    query: AddressQuery
    parsed: ParsedAddress
    communes: Sequence[Hypothesis]
    is_contested: bool

    def __init__(
        self,
        query: AddressQuery,
        parsed: ParsedAddress,
        communes: Sequence[Hypothesis],
        is_contested: bool = False,
    ) -> None:
        self.query = query
        self.parsed = parsed
        self.communes = communes
        self.is_contested = is_contested


@dataclass(slots=True, kw_only=True, init=False)
class AddressMatch:
    """
    An address that a provider found: in which of the wanted communes, and how well its text fits.

    `similarity` compares the street's text, 0 to 1. `points` say how much finding it there speaks for its
    commune, on the scale of `geo.geocoding.hypotheses`; `confidence` is the provider's own probability that
    the street and number are right if the commune is. `points_elsewhere` is what counts against a place
    outside the region, whose streets are not known: less for a name that is everywhere; None where it is
    `points`.
    """

    provider: str
    commune: Hypothesis
    street: str
    position: Position
    precision: Precision
    similarity: float
    confidence: float
    points: float
    housenumber: str
    postcode: str
    reasons: tuple[Reason, ...]
    points_elsewhere: float | None
    explanation: str = field(compare=False)

    def __init__(  # noqa: PLR0913 (the fields of a record)
        self,
        *,
        provider: str,
        commune: Hypothesis,
        street: str,
        position: Position,
        precision: Precision,
        similarity: float,
        confidence: float,
        points: float,
        housenumber: str = "",
        postcode: str = "",
        reasons: tuple[Reason, ...] = (),
        points_elsewhere: float | None = None,
        explanation: str = "",
    ) -> None:
        self.provider = provider
        self.commune = commune
        self.street = street
        self.position = position
        self.precision = precision
        self.similarity = similarity
        self.confidence = confidence
        self.points = points
        self.housenumber = housenumber
        self.postcode = postcode
        self.reasons = reasons
        self.points_elsewhere = points_elsewhere
        self.explanation = explanation


class AddressProvider(Protocol):
    """
    Finds streets and numbers.

    `is_exhaustive` tells whether a street it does not know in a commune does not exist there;
    `is_remote` whether asking costs a network call, so that its answers are cached and asked for last.
    """

    name: str
    version: str
    is_exhaustive: bool
    is_remote: bool

    def find(self, wanted: WantedAddress) -> list[AddressMatch]:
        """Give at most one match a commune, in any order; none is an answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Where a person said an address is."""

    position: Position
    label: str = ""


class CorrectionBook(Protocol):
    """People's corrections, by the canonical form of the address (`geo.geocoding.write_address`)."""

    def find_correction(self, address: str) -> Correction | None:
        """Give the correction for an address, or None."""
        ...


class AnswerCache(Protocol):
    """Answers of remote providers, failures included, by provider, version and canonical address."""

    def find_answer(self, address: str, *, provider: str, version: str) -> GeocodedAddress | None:
        """Give what a provider answered, or None if it was never asked."""
        ...

    def find_answers(
        self, addresses: Iterable[str], *, provider: str, version: str
    ) -> dict[str, GeocodedAddress]:
        """Give what a provider answered of many addresses, those that it was asked, all at once."""
        ...

    def keep_answers(self, answers: Mapping[str, GeocodedAddress], *, provider: str, version: str) -> None:
        """Keep what a provider answered, by canonical address: all at once, or none."""
        ...
