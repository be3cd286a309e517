"""The local engine first, the national service only for what it is not sure of; the better answer of the two.

A person's answer is never asked again and never replaced. The service never replaces an answer by a worse
one, and when it does not answer, what was known stands.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from geo.errors import MaillageError
from geo.french import PRECISION_NAMES, STATUS_NAMES, write_list, write_share
from geo.geocoding.answer import AddressQuery, Candidate, GeocodedAddress, Reason, Step
from geo.geocoding.geocoder import Geocoder, write_address
from geo.geocoding.geoplateforme.provider import Finding, NationalAddresses
from geo.geocoding.geoplateforme.replay import Replay
from geo.geocoding.preference import NEVER_ASKED, choose_better, is_sure
from geo.geocoding.provider import AnswerCache
from geo.records import PlacementStatus, Precision
from geo.territories import Referential

SLICE = 5_000
"""Addresses that are answered before the next ones are looked at: what a kill may lose."""

LOCAL_BASE = "local"
"""The name of the provider on the local address base."""

_NATIONAL = "Service national"
_INEXACT = frozenset((Reason.STREET_FUZZY, Reason.STREET_TYPE_MISMATCH))


@dataclass(frozen=True, slots=True)
class CascadeReport:
    """
    What the national service brought so far.

    `asked` counts the addresses it was asked for, `from_cache` those whose answer was already known,
    `improved` those whose answer it made better, `failed` those it did not answer for, and `problem` says in
    French why not.
    """

    asked: int = 0
    from_cache: int = 0
    improved: int = 0
    failed: int = 0
    problem: str = ""


class Cascade:
    """
    Places addresses with the local engine and the national service: the same calls as `Geocoder`.

    Parameters
    ----------
    referential
        The territories.
    local
        The local engine, with people's corrections, without remote providers.
    national
        The national service, allowed and configured.
    cache
        What the service answered before, failures to find included.
    asks_all
        Ask the service for every address that no person and no list has placed, and keep its answer when it
        is sure (`--provider geoplateforme`), instead of only where the local engine is not sure (`auto`).
    """

    def __init__(
        self,
        referential: Referential,
        *,
        local: Geocoder,
        national: NationalAddresses,
        cache: AnswerCache | None = None,
        asks_all: bool = False,
    ) -> None:
        self._local = local
        self._national = national
        self._cache = cache
        self._asks_all = asks_all
        self._replay = Replay(national)
        self._referential = referential
        self._report = CascadeReport()
        self._lock = threading.Lock()

    @cached_property
    def _judge(self) -> Geocoder:
        """Give the geocoder that judges what the service found, made when it is first needed."""
        return Geocoder(self._referential, providers=[self._replay])

    @property
    def report(self) -> CascadeReport:
        """What the service brought, since this cascade was made."""
        return self._report

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
        local = self._local.geocode(query, explain=explain)
        if not self._is_worth_asking(local):
            return local
        found = self._ask([query])[0]
        answer = self._merge(local, found)
        return replace(answer, steps=_tell(local, found, answer)) if explain else answer

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
        for start in range(0, len(queries), SLICE):
            part = queries[start : start + SLICE]
            known = self._local.geocode_many(part)
            unsure = [rank for rank, answer in enumerate(known) if self._is_worth_asking(answer)]
            found = self._ask([part[rank] for rank in unsure])
            for rank, national in zip(unsure, found, strict=True):
                known[rank] = self._merge(known[rank], national)
            answers += known
            if progress is not None:
                progress(len(part))
        return answers

    def _is_worth_asking(self, answer: GeocodedAddress) -> bool:
        if not self._asks_all:
            return not is_sure(answer)
        return not NEVER_ASKED & set(answer.reasons) and answer.precision is not Precision.GIVEN

    def _ask(self, queries: Sequence[AddressQuery]) -> list[_National]:
        """Give what the service knows of addresses, each asked once, and only if it never was."""
        keys = [_write_key(query) for query in queries]
        version = self._national.version
        kept: Mapping[str, GeocodedAddress] = {}
        if self._cache is not None:
            kept = self._cache.find_answers(
                dict.fromkeys(keys), provider=self._national.name, version=version
            )
        answers = {
            key: _National(replace(answer, reasons=(*answer.reasons, Reason.CACHED)))
            for key, answer in kept.items()
        }
        fresh: dict[str, AddressQuery] = {}
        for key, query in zip(keys, queries, strict=True):
            if key not in answers:
                fresh.setdefault(key, query)
        self._count(from_cache=sum(key in answers for key in keys))
        answers |= self._ask_service(fresh, version)
        self._count(
            asked=sum(bool(answers[key].finding.asked) for key in keys),
            failed=sum(answers[key].finding.failure is not None for key in keys),
        )
        return [answers[key].for_query(query) for key, query in zip(keys, queries, strict=True)]

    def _ask_service(self, fresh: dict[str, AddressQuery], version: str) -> dict[str, _National]:
        """Look for addresses that were never asked for, and keep what is found, or that nothing is."""
        queries = list(fresh.values())
        if not queries:
            return {}
        with self._lock:
            wanted = self._replay.collect(self._judge, queries)
        findings = dict(zip(wanted, self._national.look_up(list(wanted.values())), strict=True))
        with self._lock:
            judged = self._replay.play(self._judge, queries, findings)
        answers = {
            key: _National(answer, findings.get(query, _NOTHING_ASKED))
            for (key, query), answer in zip(fresh.items(), judged, strict=True)
        }
        for each in answers.values():
            if each.finding.failure is not None:
                self._note(each.finding.failure)
        self._keep({key: each.answer for key, each in answers.items() if each.was_answered}, version)
        return answers

    def _keep(self, answers: Mapping[str, GeocodedAddress], version: str) -> None:
        """Keep answers for the next time; where they cannot be kept, they are not lost for this one."""
        if self._cache is None or not answers:
            return
        try:
            self._cache.keep_answers(answers, provider=self._national.name, version=version)
        except (MaillageError, OSError) as error:
            self._note(error)

    def _merge(self, local: GeocodedAddress, national: _National) -> GeocodedAddress:
        """Keep the better answer; a street that a person may want joins the candidates of the other."""
        other = national.answer
        known = _say_not_found(local) if national.was_answered else local
        if national.finding.failure is not None:
            known = replace(known, reasons=(*known.reasons, Reason.SERVICE_UNAVAILABLE))
        if not _is_from_service(other) or other.position is None or other.citycode is None:
            return known
        is_preferred = self._asks_all and other.status is PlacementStatus.PLACED
        if is_preferred or (choose_better(local, other) is other and not _is_known_better(local, other)):
            self._count(improved=1)
            return other
        seen = Candidate(
            label=other.label, citycode=other.citycode, score=other.score, position=other.position
        )
        return replace(known, candidates=(*known.candidates, seen))

    def _count(self, *, asked: int = 0, from_cache: int = 0, improved: int = 0, failed: int = 0) -> None:
        with self._lock:
            report = self._report
            self._report = replace(
                report,
                asked=report.asked + asked,
                from_cache=report.from_cache + from_cache,
                improved=report.improved + improved,
                failed=report.failed + failed,
            )

    def _note(self, failure: Exception) -> None:
        if not self._report.problem:
            self._report = replace(self._report, problem=str(failure))


_NOTHING_ASKED = Finding()


@dataclass(frozen=True, slots=True)
class _National:
    """What the service knows of one address, as an answer, and how it was found."""

    answer: GeocodedAddress
    finding: Finding = _NOTHING_ASKED

    @property
    def is_from_cache(self) -> bool:
        return Reason.CACHED in self.answer.reasons

    @property
    def was_answered(self) -> bool:
        """Whether the service said something of this address, be it that it does not know it."""
        return self.is_from_cache or (bool(self.finding.asked) and self.finding.failure is None)

    def for_query(self, query: AddressQuery) -> _National:
        return replace(self, answer=replace(self.answer, id=query.id))


def _write_key(query: AddressQuery) -> str:
    """Write what an answer depends on: the canonical address, and the point it is looked for around."""
    address = write_address(query)
    if query.near is None:
        return address
    lon, lat = query.near.lon_lat()
    return f"{address} @ {lon:.5f} {lat:.5f}"


def _say_not_found(local: GeocodedAddress) -> GeocodedAddress:
    """Say that the street was not found, where before there was no base to find it in."""
    reasons = tuple(
        Reason.STREET_NOT_FOUND if reason is Reason.NO_ADDRESS_BASE else reason for reason in local.reasons
    )
    return replace(local, reasons=reasons)


def _is_known_better(local: GeocodedAddress, other: GeocodedAddress) -> bool:
    """
    Tell whether the local base saw what the service found, and did not take it for the address.

    It holds the same streets, all those of the commune side by side: only one that is exactly as written,
    newer than the base, can be news to it.
    """
    has_base = Reason.STREET_NOT_FOUND in local.reasons or local.provider == LOCAL_BASE
    return has_base and bool(_INEXACT & set(other.reasons))


def _is_from_service(answer: GeocodedAddress) -> bool:
    """Tell whether an answer holds what the service found, and not the judge's own town level."""
    return answer.provider == NationalAddresses.name


def _tell(local: GeocodedAddress, national: _National, answer: GeocodedAddress) -> tuple[Step, ...]:
    """Tell what the service was asked, what it said, and which answer was kept."""
    steps = list(local.steps)
    finding = national.finding
    if national.is_from_cache:
        kept = national.answer.label if _is_from_service(national.answer) else "rien trouvé"
        steps.append(Step(name=_NATIONAL, seen="déjà interrogé", outcome=kept))
    elif finding.asked or finding.failure is not None:
        asked = write_list([f"« {question} »" for question in finding.asked])
        steps.append(Step(name=_NATIONAL, seen=asked, outcome=finding.outcome))
    else:
        steps.append(Step(name=_NATIONAL, seen="cette adresse", outcome=finding.outcome or "pas interrogé"))
    if _is_from_service(answer):
        precision = f", {PRECISION_NAMES[answer.precision]}" if answer.precision else ""
        kept = f"{STATUS_NAMES[answer.status]} ; confiance {write_share(answer.confidence, 0)}"
        steps.append(Step(name="Réponse retenue", seen=f"{answer.label}{precision}", outcome=kept))
    else:
        steps.append(
            Step(name="Réponse retenue", seen="celle d'avant", outcome="le service n'en a pas de meilleure")
        )
    return tuple(steps)
