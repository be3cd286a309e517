"""The cascade: exactly one answer per address, in the order received, each step of it explained.

Coordinates given, a person's correction, the cache, the street-level providers, the town hall's own address,
the commune, and else « not found » with the communes that may be meant. Nothing here raises for what an
address says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from geo.errors import MaillageError
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.geocoding.around import CommunesAround, prefer_nearest
from geo.geocoding.choice import CommuneChoice, choose_commune, shortlist_communes
from geo.geocoding.commune_finder import DECIDED, CommuneFinder
from geo.geocoding.coordinates import read_coordinates
from geo.geocoding.explanation import Explanation
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.given import GivenPoint, PointChecker
from geo.geocoding.hypotheses import BY_NAME, CLEAR_MARGIN, Hypothesis
from geo.geocoding.parse import ParsedAddress, parse_address
from geo.geocoding.provider import AddressMatch, AddressProvider, AnswerCache, CorrectionBook, WantedAddress
from geo.geocoding.text import BOUNDARY
from geo.geocoding.town_halls import TownHallAddresses, is_called
from geo.geocoding.writing import AnswerWriter
from geo.records import PlacementStatus, Precision
from geo.territories import Referential

CHUNK: Final = 2_000
"""Rows between two calls of `progress`."""

_TOWN_HALL_POINTS: Final = 0.9  # under the margin of ambiguity


class Geocoder:
    """
    Places addresses.

    Parameters
    ----------
    referential
        The territories, their names, postcodes and town halls.
    corrections
        Where people said addresses are; consulted before anything but coordinates.
    cache
        Answers of remote providers.
    providers
        Street-level providers, the most trusted first. Without any, the town halls and the communes answer.
    """

    def __init__(
        self,
        referential: Referential,
        *,
        corrections: CorrectionBook | None = None,
        cache: AnswerCache | None = None,
        providers: Sequence[AddressProvider] = (),
    ) -> None:
        packed = (getattr(provider, "elsewhere", None) for provider in providers)
        self._gazetteer = Gazetteer(referential, next((names for names in packed if names is not None), None))
        self._finder = CommuneFinder(self._gazetteer)
        self._corrections = corrections
        self._cache = cache
        self._local: list[AddressProvider] = [provider for provider in providers if not provider.is_remote]
        self._remote = [provider for provider in providers if provider.is_remote]
        self._has_base = any(provider.is_exhaustive for provider in self._local)
        self._halls = TownHallAddresses(referential)
        self._local.append(self._halls)
        self._points = PointChecker(self._gazetteer, self._finder)
        self._writer = AnswerWriter(self._gazetteer)
        self._around = CommunesAround(self._gazetteer)

    def geocode(self, query: AddressQuery, *, explain: bool = False) -> GeocodedAddress:
        """
        Place one address.

        Parameters
        ----------
        query
            The address as received.
        explain
            Whether the answer carries the steps that led to it, in French.
        """
        if query.lon or query.lat or query.x or query.y:
            return self._geocode_chunk([query], explain=explain)[0]
        return self._answer(query, None, (), Explanation() if explain else None)

    def geocode_many(
        self, queries: Sequence[AddressQuery], *, progress: Callable[[int], None] | None = None
    ) -> list[GeocodedAddress]:
        """
        Place many addresses: one answer per query, in their order.

        Parameters
        ----------
        queries
            The addresses as received.
        progress
            Called now and then with the number of addresses done since the last call.
        """
        answers: list[GeocodedAddress] = []
        for start in range(0, len(queries), CHUNK):
            chunk = queries[start : start + CHUNK]
            answers += self._geocode_chunk(chunk)
            if progress is not None:
                progress(len(chunk))
        return answers

    def _geocode_chunk(
        self, queries: Sequence[AddressQuery], *, explain: bool = False
    ) -> list[GeocodedAddress]:
        if not any(query.lon or query.lat or query.x or query.y for query in queries):
            return [self._answer(query, None, (), Explanation() if explain else None) for query in queries]
        read = read_coordinates(queries)
        points = self._points.locate(read)
        answers = []
        for query, point, reasons in zip(queries, points, read.reasons, strict=True):
            trace = Explanation() if explain else None
            answers.append(self._answer(query, point, reasons, trace))
        return answers

    def _answer(
        self,
        query: AddressQuery,
        point: GivenPoint | None,
        reasons: tuple[Reason, ...],
        trace: Explanation | None,
    ) -> GeocodedAddress:
        if point is not None:
            declared = self._points.find_declared(query)
            placed = self._writer.write_point(query, point, declared)
            if trace is None:
                return placed
            trace.tell_point(query, placed, declared)
            return trace.sign(placed)
        parsed = parse_address(query)
        if trace is not None:
            trace.tell_coordinates(query, reasons)
            trace.tell_parsed(query, parsed)
        answer: GeocodedAddress | None = None
        if self._corrections is not None:
            answer = self._correct(self._corrections, query, parsed, trace)
        if answer is None and self._cache is not None:
            answer = self._recall(self._cache, query, parsed, trace)
        if answer is None:
            answer = self._place(query, parsed, reasons, trace)
        return answer if trace is None else trace.sign(answer)

    def _correct(
        self, book: CorrectionBook, query: AddressQuery, parsed: ParsedAddress, trace: Explanation | None
    ) -> GeocodedAddress | None:
        """Give what a person said of this address, if anyone did."""
        correction = None if parsed.is_empty else book.find_correction(write_parsed(parsed))
        if correction is None:
            return None
        if trace is not None:
            trace.tell_correction(correction)
        return self._writer.write_correction(query, correction, self._points.locate_one(correction.position))

    def _recall(
        self, cache: AnswerCache, query: AddressQuery, parsed: ParsedAddress, trace: Explanation | None
    ) -> GeocodedAddress | None:
        """Give the first sure answer that a remote provider gave before."""
        for provider in () if parsed.is_empty else self._remote:
            kept = cache.find_answer(write_parsed(parsed), provider=provider.name, version=provider.version)
            if kept is not None and kept.status is PlacementStatus.PLACED:
                if trace is not None:
                    trace.tell_kept(provider)
                return self._writer.write_kept(query, kept)
        return None

    def _place(
        self,
        query: AddressQuery,
        parsed: ParsedAddress,
        reasons: tuple[Reason, ...],
        trace: Explanation | None,
    ) -> GeocodedAddress:
        hypotheses = self._finder.find(parsed)
        if query.near is not None and not (len(hypotheses) == 1 and hypotheses[0].points >= DECIDED):
            hypotheses = self._around.prefer(hypotheses, query.near)
        if trace is not None:
            trace.tell_communes(hypotheses)
        contested = False
        for hypothesis in hypotheses:
            if not hypothesis.code:
                contested = True
                break
        wanted = WantedAddress(query, parsed, shortlist_communes(hypotheses), is_contested=contested)
        # Where nothing lies outside, streets speak before any choice is made.
        first = choose_commune(hypotheses) if contested else None
        choice = self._choose(hypotheses, wanted, first, self._local, trace)
        if choice.match is None and self._has_base and not parsed.postcodes:
            choice = self._reconsider(query, parsed, choice)
        answer = self._writer.write(query, parsed, choice, reasons, has_base=self._has_base)
        if not self._remote or choice.is_outside or not wanted.communes:
            return answer
        if answer.status is PlacementStatus.PLACED:
            return answer
        for provider in self._remote:
            try:
                found = self._ask(provider, hypotheses, wanted, reasons, trace)
            except (MaillageError, OSError):  # what is known here stands, and no row is lost
                answer = replace(answer, reasons=(*answer.reasons, Reason.SERVICE_UNAVAILABLE))
                continue
            if found.status is PlacementStatus.PLACED:
                return found
        return answer

    def _choose(
        self,
        hypotheses: Sequence[Hypothesis],
        wanted: WantedAddress,
        choice: CommuneChoice | None,
        providers: Sequence[AddressProvider],
        trace: Explanation | None,
    ) -> CommuneChoice:
        """Let providers look for the street, the most trusted first, until one finds it."""
        if wanted.communes and not (choice is not None and choice.is_outside):
            if providers is self._local and is_called(wanted.parsed, wanted.communes[0].span):
                providers = [self._halls, *providers]  # « Mairie de Lens » is not « rue de la Mairie »
            for provider in providers:
                matches = provider.find(wanted)
                if self._has_base and provider is self._halls:
                    matches = [match for match in matches if _is_a_town_hall(match)]
                if trace is not None:
                    trace.tell_provider(provider, matches)
                if not matches:
                    continue
                if wanted.query.near is not None:
                    matches = prefer_nearest(matches, wanted.query.near)
                with_streets = choose_commune(hypotheses, matches)
                if with_streets.match is not None and not with_streets.is_clear:
                    with_streets = choose_commune(hypotheses, self._prefer_town_halls(wanted, matches))
                if with_streets.match is not None:
                    choice = with_streets
                    break
        if choice is None:
            choice = choose_commune(hypotheses)
        if trace is not None:
            trace.tell_choice(choice)
        return choice

    def _reconsider(self, query: AddressQuery, parsed: ParsedAddress, choice: CommuneChoice) -> CommuneChoice:
        """
        Look in the communes of nearly the same name for a street that the one that is written does not have.

        « rue du Bois-Locrel, Liercourt » is at Liencourt. It stays ambiguous: the name is another commune's.
        """
        best = choice.best
        if best is None or best.is_outside or best.source is not BY_NAME or best.distance:
            return choice
        near = self._finder.find_namesakes(parsed, best)
        matches = (
            [
                match
                for provider in self._local
                if provider.is_exhaustive
                for match in provider.find(WantedAddress(query, parsed, near))
                if match.precision is Precision.HOUSENUMBER and match.similarity == 1
            ]
            if near
            else []
        )
        if not matches:
            return choice
        for hypothesis in near:
            hypothesis.points -= matches[0].points - CLEAR_MARGIN / 2
        return choose_commune([best, *near], matches)

    def _prefer_town_halls(self, wanted: WantedAddress, matches: list[AddressMatch]) -> list[AddressMatch]:
        """
        Put first, of equal matches, the one that is a town hall's own address.

        Associations often sit there; it is a guess, and the answer stays ambiguous.
        """
        tied = WantedAddress(wanted.query, wanted.parsed, [match.commune for match in matches])
        halls = {match.commune.code for match in self._halls.find(tied) if match.housenumber}
        return [
            replace(match, points=match.points + _TOWN_HALL_POINTS) if match.commune.code in halls else match
            for match in matches
        ]

    def _ask(
        self,
        provider: AddressProvider,
        hypotheses: Sequence[Hypothesis],
        wanted: WantedAddress,
        reasons: tuple[Reason, ...],
        trace: Explanation | None,
    ) -> GeocodedAddress:
        """Ask a remote provider, unless the cache holds what it answered, failures included."""
        address = write_parsed(wanted.parsed)
        if self._cache is not None:
            kept = self._cache.find_answer(address, provider=provider.name, version=provider.version)
            if kept is not None:
                return self._writer.write_kept(wanted.query, kept)
        choice = self._choose(hypotheses, wanted, choose_commune(hypotheses), [provider], trace)
        found = self._writer.write(wanted.query, wanted.parsed, choice, reasons, has_base=True)
        if self._cache is not None:
            self._cache.keep_answers({address: found}, provider=provider.name, version=provider.version)
        return found


def _is_a_town_hall(match: AddressMatch) -> bool:
    """
    Tell whether a town hall is what was written, where a base of all streets found nothing.

    « 3 rue Salvador-Allende » is not the town hall of « place Salvador-Allende », which has no number 3.
    """
    return match.similarity == 1 or match.precision is Precision.HOUSENUMBER


def write_parsed(parsed: ParsedAddress) -> str:
    """Write what was read as the canonical line that corrections and the cache are kept under."""
    words = [word for word in parsed.words if word != BOUNDARY]
    return " ".join((*words, parsed.code_insee)).strip()


def write_address(query: AddressQuery) -> str:
    """
    Write an address in its canonical form: the key of people's corrections and of the cache.

    Examples
    --------
    >>> write_address(AddressQuery(text="12 bis, Bd Carnot - BP 30 - 59000 LILLE CEDEX"))
    '12 bis boulevard carnot 59000 lille'
    """
    return write_parsed(parse_address(query))
