"""From what was decided to the one answer that is given back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from geo.geocoding.answer import AddressQuery, Candidate, GeocodedAddress, Reason
from geo.geocoding.choice import CommuneChoice
from geo.geocoding.confidence import MOST, SURE_ENOUGH, estimate_commune, estimate_without_street
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.given import DeclaredCommune, GivenPoint
from geo.geocoding.hypotheses import (
    AGREES,
    BY_INSEE,
    BY_NAME,
    BY_NEAR,
    BY_POSTCODE,
    NO_EVIDENCE,
    OF_ELSEWHERE,
    SAME_DEPARTEMENT,
    Hypothesis,
)
from geo.geocoding.parse import ParsedAddress
from geo.geocoding.provider import AddressMatch, Correction
from geo.geocoding.readings import read_streets
from geo.position import Position
from geo.records import PlacementStatus, Precision

GIVEN: Final = "given"
CORRECTION: Final = "correction"
REFERENTIAL: Final = "referential"
"""Names of what answered, beside those of the street-level providers."""

_RESULT_TYPES: Final = {
    Precision.HOUSENUMBER: "housenumber",
    Precision.INTERPOLATED: "housenumber",
    Precision.STREET: "street",
    Precision.LOCALITY: "locality",
    Precision.COMMUNE: "municipality",
}
_COMMUNE_REASONS: Final = {
    BY_INSEE: Reason.COMMUNE_FROM_INSEE,
    BY_NAME: Reason.COMMUNE_FROM_NAME,
    BY_POSTCODE: Reason.COMMUNE_FROM_POSTCODE,
    BY_NEAR: Reason.COMMUNE_NEAR,
}
# Associated communes that keep a postcode of their own in a town of several: « 59160 LOMME »,
# « 59260 HELLEMMES LILLE » in La Poste's delivery labels (npm codes-postaux 4.1.2).
_PART_POSTCODES: Final = {"59355": ("59160",), "59298": ("59260",)}
_PLACED: Final = PlacementStatus.PLACED  # see geo.geocoding.hypotheses
_TO_REVIEW: Final = PlacementStatus.TO_REVIEW
_FROM_POSTCODE_AND_NAME: Final = (Reason.COMMUNE_FROM_POSTCODE_AND_NAME,)
_STREET_SHARE: Final = 0.6  # of the text's similarity
_COMMUNE_SHARE: Final = 0.4


class AnswerWriter:
    """
    Writes answers.

    Parameters
    ----------
    gazetteer
        Names, postcodes and points of the communes.
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._halls = gazetteer.referential.town_halls
        self._parts = gazetteer.referential.parts

    def write_point(
        self, query: AddressQuery, point: GivenPoint, declared: DeclaredCommune
    ) -> GeocodedAddress:
        """Write the answer for a point that the list gives: kept as it is, in the commune it lies in."""
        reasons = point.reasons
        agrees = declared.agrees_with(point.commune)
        if point.commune is None:
            reasons += (Reason.COORDINATES_OUT_OF_REGION,)
            status = (
                PlacementStatus.OUT_OF_REGION if agrees or not declared.codes else PlacementStatus.TO_REVIEW
            )
        else:
            status = PlacementStatus.PLACED if agrees else PlacementStatus.TO_REVIEW
        if not agrees:
            reasons += (Reason.COMMUNE_MISMATCH,)
        commune = point.commune
        city = self._gazetteer.communes[commune].name if commune else ""
        return GeocodedAddress(
            id=query.id,
            status=status,
            position=point.position,
            precision=Precision.GIVEN,
            score=1.0,
            confidence=0.99 if agrees else 0.5,
            label=city,
            postcode=self._choose_postcode(commune, (declared.postcode,)) if commune else "",
            city=city,
            citycode=commune,
            provider=GIVEN,
            reasons=reasons,
            candidates=() if agrees else tuple(self._candidate(code, 0.5) for code in declared.codes[:5]),
        )

    def write_correction(
        self, query: AddressQuery, correction: Correction, commune: str | None
    ) -> GeocodedAddress:
        """Write the answer that a person gave for this address."""
        city = self._gazetteer.communes[commune].name if commune else ""
        return GeocodedAddress(
            id=query.id,
            status=PlacementStatus.PLACED if commune else PlacementStatus.OUT_OF_REGION,
            position=correction.position,
            precision=Precision.MANUAL,
            score=1.0,
            confidence=1.0,
            label=correction.label or city,
            postcode=self._choose_postcode(commune, ()) if commune else "",
            city=city,
            citycode=commune,
            provider=CORRECTION,
            reasons=(Reason.HUMAN_CORRECTION,),
        )

    def write_kept(self, query: AddressQuery, kept: GeocodedAddress) -> GeocodedAddress:
        """Write an answer from the cache for this query."""
        reasons = kept.reasons if Reason.CACHED in kept.reasons else (*kept.reasons, Reason.CACHED)
        return replace(kept, id=query.id, reasons=reasons)

    def write(
        self,
        query: AddressQuery,
        parsed: ParsedAddress,
        choice: CommuneChoice,
        reasons: tuple[Reason, ...] = (),
        *,
        has_base: bool,
    ) -> GeocodedAddress:
        """Write the answer for an address that was looked for: placed, at town level, or not found."""
        if parsed.is_truncated:
            reasons += (Reason.INPUT_TRUNCATED,)
        if parsed.has_cedex:
            reasons += (Reason.CEDEX,)
        best = choice.best
        if best is None or not choice.is_accepted:
            return self._write_unplaced(query, parsed, choice, reasons)
        if best.is_outside:
            if choice.is_outside:
                confidence = estimate_commune(best, choice.margin)
                return GeocodedAddress(
                    id=query.id, status=PlacementStatus.OUT_OF_REGION, confidence=confidence, label=best.name,
                    provider=REFERENTIAL, reasons=(*reasons, Reason.OUT_OF_REGION),
                )  # fmt: skip
            return self._write_unplaced(query, parsed, choice, reasons)
        reasons += _explain_commune(best)
        if choice.match is not None:
            return self._write_match(query, parsed, choice, choice.match, reasons)
        if not choice.is_clear or best.source is BY_NEAR:
            likelier = _find_of_own_departement(parsed, choice)
            if likelier is None:
                return self._write_unplaced(query, parsed, choice, reasons)
            best = likelier
        return self._write_commune(query, parsed, choice, best, reasons, has_base=has_base)

    def _write_match(
        self,
        query: AddressQuery,
        parsed: ParsedAddress,
        choice: CommuneChoice,
        match: AddressMatch,
        reasons: tuple[Reason, ...],
    ) -> GeocodedAddress:
        best = match.commune
        confidence = min(MOST, estimate_commune(best, choice.margin, has_street=True) * match.confidence)
        is_clear = choice.is_clear
        if not is_clear:
            reasons += (Reason.AMBIGUOUS_COMMUNE,)
        sure = is_clear and confidence >= SURE_ENOUGH
        postcode = match.postcode
        if postcode not in self._gazetteer.postcodes_by_commune[best.code]:
            postcode = self._choose_postcode(best.code, self._written_postcodes(parsed))
        city = self._gazetteer.communes[best.code].name
        line = f"{match.housenumber} {match.street}".strip()
        return GeocodedAddress(
            id=query.id,
            status=_PLACED if sure else _TO_REVIEW,
            position=match.position,
            precision=match.precision,
            score=_STREET_SHARE * match.similarity + _COMMUNE_SHARE * _compare_name(best, parsed),
            confidence=confidence,
            label=f"{line} {postcode} {city}",
            result_type=_RESULT_TYPES.get(match.precision, ""),
            housenumber=match.housenumber,
            street=match.street,
            postcode=postcode,
            city=city,
            citycode=best.code,
            provider=match.provider,
            reasons=reasons + match.reasons,
            candidates=() if is_clear else self._write_candidates(choice),
        )

    def _write_commune(
        self,
        query: AddressQuery,
        parsed: ParsedAddress,
        choice: CommuneChoice,
        best: Hypothesis,
        reasons: tuple[Reason, ...],
        *,
        has_base: bool,
    ) -> GeocodedAddress:
        is_clear = choice.is_clear
        of_commune = confidence = estimate_commune(best, choice.margin)
        if not is_clear:
            reasons += (Reason.AMBIGUOUS_COMMUNE,)
        if read_streets(parsed, best.span):
            reasons += (Reason.STREET_NOT_FOUND if has_base else Reason.NO_ADDRESS_BASE,)
            confidence = estimate_without_street(best, of_commune) if has_base else of_commune
        city = self._gazetteer.communes[best.code].name
        former = self._parts.get(best.part) if best.part else None
        hall = former.town_hall if former else None
        preferred = self._written_postcodes(parsed) + ((hall.postcode,) if hall else ())
        preferred += _PART_POSTCODES.get(best.part or "", ())
        postcode = self._choose_postcode(best.code, preferred)
        return GeocodedAddress(
            id=query.id,
            status=PlacementStatus.COMMUNE if of_commune >= SURE_ENOUGH else PlacementStatus.TO_REVIEW,
            position=self._find_centre(best),
            precision=Precision.COMMUNE,
            score=_compare_name(best, parsed),
            confidence=confidence,
            label=f"{postcode} {city} ({former.name})" if former else f"{postcode} {city}",
            result_type=_RESULT_TYPES[Precision.COMMUNE],
            postcode=postcode,
            city=city,
            citycode=best.code,
            provider=REFERENTIAL,
            reasons=reasons,
            candidates=() if is_clear else self._write_candidates(choice),
        )

    def _write_unplaced(
        self, query: AddressQuery, parsed: ParsedAddress, choice: CommuneChoice, reasons: tuple[Reason, ...]
    ) -> GeocodedAddress:
        candidates = self._write_candidates(choice)
        if parsed.is_empty:
            reasons += (Reason.EMPTY,)
        elif candidates:
            reasons += (Reason.AMBIGUOUS_COMMUNE,)
        else:
            reasons += (Reason.COMMUNE_NOT_FOUND,)
        return GeocodedAddress(
            id=query.id,
            status=PlacementStatus.UNPLACED,
            confidence=estimate_commune(choice.best, choice.margin)
            if choice.is_accepted and choice.best
            else 0.0,
            provider=REFERENTIAL,
            reasons=reasons,
            candidates=candidates,
        )

    def _write_candidates(self, choice: CommuneChoice) -> tuple[Candidate, ...]:
        """Write the communes that may be meant, best first, each with its share of the likelihood."""
        ours = [h for h in choice.candidates if h.code and not (h.in_street and h.postcode is NO_EVIDENCE)]
        return tuple(self._candidate(h.code, 1 / len(ours)) for h in ours)

    def _candidate(self, code: str, score: float) -> Candidate:
        commune = self._gazetteer.communes[code]
        postcode = self._choose_postcode(code, ())
        return Candidate(
            label=f"{postcode} {commune.name}",
            citycode=code,
            score=score,
            position=self._find_centre_of(code, None),
        )

    def _find_centre(self, best: Hypothesis) -> Position | None:
        return self._find_centre_of(best.code, best.part)

    def _find_centre_of(self, code: str, part: str | None) -> Position | None:
        """Give the town hall's point, the former commune's if that was named, else one in the commune."""
        former = self._parts.get(part) if part else None
        if former is not None:
            if former.town_hall is not None and former.town_hall.position is not None:
                return former.town_hall.position
            if former.position is not None:
                return former.position
        hall = self._halls.get(code)
        if hall is not None and hall.position is not None:
            return hall.position
        return self._gazetteer.communes[code].position

    def _written_postcodes(self, parsed: ParsedAddress) -> tuple[str, ...]:
        return tuple(parsed.words[i] for i in parsed.postcodes)

    def _choose_postcode(self, code: str, preferred: tuple[str, ...]) -> str:
        """Give the first preferred postcode that serves a commune, else the commune's own."""
        served = self._gazetteer.postcodes_by_commune[code]
        for postcode in preferred:
            if postcode in served:
                return postcode
        return served[0] if served else ""


def _find_of_own_departement(parsed: ParsedAddress, choice: CommuneChoice) -> Hypothesis | None:
    """
    Find the one of equal namesakes whose département is that of the postcode that serves them all.

    62760 serves Thièvres (Pas-de-Calais) and Thièvres (Somme): the first is the likelier, and a person says.
    """
    departements = {parsed.words[i][:2] for i in parsed.postcodes}
    own = None
    for each in choice.candidates:
        if (
            each.source is not BY_NAME
            or each.postcode is not AGREES
            or each.name != choice.candidates[0].name
        ):
            return None
        if each.code[:2] in departements:
            if own is not None:
                return None
            own = each
    return own


def _explain_commune(best: Hypothesis) -> tuple[Reason, ...]:
    """Give the reasons that say how the commune was found."""
    agrees = best.source is BY_NAME and best.postcode is AGREES
    if agrees and not best.distance and not best.is_alias and not best.names_disagree:
        return _FROM_POSTCODE_AND_NAME
    reasons = [Reason.COMMUNE_FROM_POSTCODE_AND_NAME if agrees else _COMMUNE_REASONS[best.source]]
    if best.distance:
        reasons.append(Reason.COMMUNE_FUZZY)
    if best.is_alias:
        reasons.append(Reason.COMMUNE_ALIAS)
    if best.postcode in (SAME_DEPARTEMENT, OF_ELSEWHERE):
        reasons.append(Reason.POSTCODE_MISMATCH)
    if best.names_disagree:
        reasons.append(Reason.INSEE_MISMATCH)
    return tuple(reasons)


def _compare_name(best: Hypothesis, parsed: ParsedAddress) -> float:
    """Compare the commune's name with what was written for it."""
    if best.span is None or not best.distance:
        return 1.0 if best.span or best.source is BY_INSEE else 0.9
    written = "".join(parsed.words[slice(*best.span)])
    return 1 - best.distance / max(len(written), best.distance)
