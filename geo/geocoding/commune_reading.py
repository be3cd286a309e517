"""One address weighed: every name and postcode in it that may be its commune's, and what each is worth.

A name is looked for everywhere, and counts by where it stands: after the postcode, alone between commas, at
the end; hardly when it is inside a street's name (« rue de Lille »).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from zlib import crc32

from geo.geocoding import hypotheses as points
from geo.geocoding.elsewhere import Elsewhere
from geo.geocoding.gazetteer import Gazetteer, NamedCommune
from geo.geocoding.hypotheses import (
    AGREES,
    BY_NAME,
    BY_POSTCODE,
    NO_EVIDENCE,
    OF_CEDEX,
    OF_ELSEWHERE,
    Hypothesis,
    measure_spelling,
)
from geo.geocoding.near_names import allowed_edits
from geo.geocoding.parse import ParsedAddress
from geo.geocoding.postcode_evidence import DISAGREEMENTS, POSTCODE_POINTS, WrittenPostcodes, is_french
from geo.geocoding.standing import Span, Standing, find_run_end
from geo.geocoding.text import BOUNDARY, join_words
from geo.geocoding.vocabulary import CERTAIN_STREET_TYPES, PREPOSITIONS, REGION_DEPARTEMENTS

LONGEST_NAME: Final = 8
"""Words in the longest name of a commune."""

LETTERS_OF_A_WORD: Final = 3
LETTERS_OF_SHORT_NAME: Final = 8
"""A shorter name is met by chance, one letter off, at the end of a street's."""

GREAT_STREETS: Final = frozenset(("grandrue", "granderue", "grandplace", "grandeplace"))
"""Names of streets that are never a commune's name misspelt (Grandrû)."""

BELGIUM: Final = "BE"
OVERSEAS: Final = ("97", "98")

TOWN: Final = 2_000
CITY: Final = 20_000
"""Inhabitants from which a commune elsewhere is a town, or a city."""

BIG_TOWN: Final = 5_000
BIG_TOWN_RATIO: Final = 5
"""A town elsewhere this big, and so many times its namesake here, is what its bare name may well mean."""


class CommuneReading:
    """
    One address being weighed.

    Parameters
    ----------
    gazetteer
        The names to look up.
    parsed
        The address.
    """

    def __init__(self, gazetteer: Gazetteer, parsed: ParsedAddress) -> None:
        self._gazetteer = gazetteer
        self._parsed = parsed
        self._words = parsed.words
        self._standing = Standing(parsed)
        self._written = WrittenPostcodes(gazetteer, parsed)
        self._postcodes = self._written.postcodes
        self._runs = self._standing.runs
        self._kept: dict[tuple[str, Span | None], Hypothesis] = {}
        self._covers: list[Span] = []

    def weigh(self) -> list[Hypothesis]:
        """Give the readings, one a commune, best first."""
        runs = self._runs
        if self._parsed.city_span is not None:
            start, end = self._parsed.city_span
            runs = [(a, b) for a, b in self._runs if a >= start - 1 and b <= end + 1] or self._runs
        for run in runs:
            self._read_exact(run)
        self._read_near_postcode()
        if self._needs_near_names():
            for run in runs:
                self._read_near(run, self._gazetteer.find_near)
            served = any(postcode in self._gazetteer.postcodes for postcode in self._postcodes)
            if not served and all(h.points < points.ACCEPTED_POINTS for h in self._kept.values()):
                for run in runs:
                    self._read_near(run, self._gazetteer.find_further)
        self._discount_covered()
        self._read_postcodes()
        found = self._choose_one_each()
        if len(found) > 1:
            found.sort(key=self._rank)
        return self._without_lesser_namesakes(found)

    def _rank(self, hypothesis: Hypothesis) -> tuple[float, bool, int, str]:
        return -hypothesis.points, not hypothesis.code, -self._population(hypothesis), hypothesis.code

    def _needs_near_names(self) -> bool:
        """Spare the search of near names where a name stands as a city does, or the postcode agrees."""
        return not any(h.code and not h.in_street and self._is_sure(h) for h in self._kept.values())

    def _is_sure(self, hypothesis: Hypothesis) -> bool:
        if hypothesis.postcode is AGREES:
            return True
        if hypothesis.distance or hypothesis.span is None:
            return False
        if hypothesis.points >= points.AFTER_POSTCODE:
            return True
        # At the end of all, and no end of a longer name, which may be misspelt.
        key = join_words(self._words[slice(*hypothesis.span)])
        ends = hypothesis.span[1] == len(self._words) and hypothesis.points >= points.END_OF_TEXT
        return ends and not self._gazetteer.ends_a_longer_name(key)

    def _read_exact(self, run: Span) -> None:
        """Look every stretch of a run up, longest first; a name inside a longer one counts less."""
        words, gazetteer = self._words, self._gazetteer
        start, end = run
        longest_end = start
        for i in range(start, end):
            if words[i].isdigit() or not gazetteer.opens_a_name(words[i]):
                continue
            for j, key in self._find_names_from(i, end):
                here, elsewhere = gazetteer.find_named(key), gazetteer.find_elsewhere(key)
                if not (here or elsewhere):
                    continue
                span, inside = (i, j), j <= longest_end
                weight = self._standing.weigh(span, run, key)  # the same for all that bear the name
                for name in here:
                    self._add_named(name, span, run, 0, key, inside=inside, weight=weight)
                for other in elsewhere:
                    self._add_elsewhere(other, span, run, key, inside=inside, weight=weight)
                longest_end = max(longest_end, j)

    def _find_names_from(self, start: int, end: int) -> list[tuple[int, str]]:
        """Give the ends of the stretches from a word that may be names, the longest first."""
        found, key = [], ""
        marks, last = self._gazetteer.keys.table, len(self._gazetteer.keys.table) - 1
        for at in range(start, min(end, start + LONGEST_NAME)):
            key += self._words[at]
            # The sieve's own question, asked without a call: it is asked a dozen times an address.
            if marks[crc32(key.encode()) & last] and not (key in CERTAIN_STREET_TYPES and at + 1 < end):
                found.append((at + 1, key))
        if len(found) > 1:
            found.reverse()
        return found

    def _read_near_postcode(self) -> None:
        """Compare what stands beside a postcode with the names of the communes that it serves."""
        words, gazetteer = self._words, self._gazetteer
        for at in self._parsed.postcodes:
            if words[at] not in gazetteer.postcodes:
                continue
            start = at + 1 + (at + 1 < len(words) and words[at + 1] == BOUNDARY)
            end = find_run_end(words, start)
            run = (start, end)
            for j in range(end, max(start, end - 4), -1):
                key = join_words(words[start:j])
                self._add_near_served(words[at], (start, j), run, key)
            for run in self._runs:
                self._read_near_end(run, words[at])

    def _read_near_end(self, run: Span, postcode: str) -> None:
        words = self._words
        for i in range(max(run[0], run[1] - 6), run[1]):
            key = join_words(words[i : run[1]])
            if (
                words[i] in PREPOSITIONS
                or words[i] in CERTAIN_STREET_TYPES
                or words[i].isdigit()
                or len(key) < 5
            ):
                continue
            self._add_near_served(postcode, (i, run[1]), run, key, most=allowed_edits(key))

    def _add_near_served(self, postcode: str, span: Span, run: Span, key: str, most: int = 9) -> None:
        """Keep those of a postcode's communes whose name is near; with care where it is another's exactly."""
        is_a_name = bool(self._gazetteer.find_named(key))
        for distance, name in self._gazetteer.find_near_served(key, postcode):
            if distance <= (min(most, 1) if is_a_name else most):
                extra = points.NEAR_BUT_ALSO_A_NAME if is_a_name and distance else 0.0
                self._add_named(name, span, run, distance, key, extra=extra)

    def _read_near(self, run: Span, find: Callable[[str], list[tuple[int, NamedCommune]]]) -> None:
        """Compare the ends of a run with every name of the region."""
        words, gazetteer = self._words, self._gazetteer
        start, end = run
        exact = 0
        for i in range(end - 1, max(start, end - LONGEST_NAME) - 1, -1):
            if words[i].isdigit() or (words[i] in CERTAIN_STREET_TYPES and not self._may_open_a_name(i, run)):
                break
            if words[i] in PREPOSITIONS:
                continue
            key = join_words(words[i:end])
            named = [(0, name) for name in gazetteer.find_named(key)]
            if named:
                exact = len(key)
            elif exact and len(key) < exact + LETTERS_OF_A_WORD:
                continue  # a stray letter before a name does not make another name
            for distance, name in named or find(key):
                self._add_named(name, (i, end), run, distance, key)
                if distance and len(key) > points.VERY_LONG_NAME:
                    self._covers.append((i, end))

    def _may_open_a_name(self, at: int, run: Span) -> bool:
        """Tell whether a word like « rue » may belong to a commune's name: La Rue-Saint-Pierre, Rue."""
        return at + 1 == run[1] or (at > run[0] and self._words[at - 1] in ("la", "le"))

    def _discount_covered(self) -> None:
        """Count a name less that is the end of a longer one, misspelt: Lens in « Courcelles-lèq-Lens »."""
        for hypothesis in self._kept.values() if self._covers else ():
            span = hypothesis.span
            if span and any(start < span[0] and span[1] <= end for start, end in self._covers):
                hypothesis.points += points.INSIDE_LONGER_NAME

    def _read_postcodes(self) -> None:
        """Let the postcode name every commune it serves, where it is not a CEDEX one."""
        for postcode in self._postcodes:
            codes = self._gazetteer.postcodes.get(postcode, ())
            if self._parsed.has_cedex and len(codes) > 1:
                continue
            communes, kept, worth = self._gazetteer.communes, self._kept, points.POSTCODE_ALONE
            read = {key[0] for key, known in kept.items() if known.points >= worth}
            for code in codes:
                if code not in read:  # kept without a call: there are a dozen of them
                    name = communes[code].name
                    kept[code, None] = Hypothesis(code, name, BY_POSTCODE, worth, None, 0, False, AGREES)
            halls = self._gazetteer.find_by_hall_postcode(postcode)
            for code in halls:
                name = self._gazetteer.communes[code].name
                self._keep(Hypothesis(code, name, BY_POSTCODE, points.POSTCODE_OF_TOWN_HALL_ALONE))
            if not codes and not halls and postcode[:2] not in REGION_DEPARTEMENTS and is_french(postcode):
                where = Elsewhere(postcode, postcode[:2], (postcode,), 0)
                self._keep(
                    Hypothesis(
                        "", postcode, BY_POSTCODE, points.POSTCODE_ALONE_ELSEWHERE,
                        postcode=OF_ELSEWHERE, elsewhere=where,
                    )
                )  # fmt: skip
        if self._parsed.is_foreign:
            self._keep(Hypothesis("", "un autre pays", BY_NAME, 12.0))

    def _add_named(
        self,
        name: NamedCommune,
        span: Span,
        run: Span,
        distance: int,
        key: str,
        *,
        inside: bool = False,
        extra: float = 0.0,
        weight: tuple[float, bool] | None = None,
    ) -> None:
        if distance and key in GREAT_STREETS:
            return
        worth, in_street = weight or self._standing.weigh(span, run, key)
        worth += measure_spelling(key, distance) + extra
        if name.is_alias:
            worth += points.ALIAS
        if inside:
            worth += points.INSIDE_LONGER_NAME
        evidence = self._written.weigh(name.code)
        if distance and not self._standing.stands_alone(span, run):
            # « rue Alfred Dumont 59140 » does not mean Dimont, nor « rue Joliot-Curie 62968 » Écurie
            is_short = len(key) < LETTERS_OF_SHORT_NAME and evidence is OF_CEDEX
            if evidence in DISAGREEMENTS or (is_short and span[1] in self._parsed.postcodes):
                return
        worth += POSTCODE_POINTS[evidence]
        if evidence in DISAGREEMENTS and span[1] in self._parsed.postcodes and span[0] > run[0]:
            worth += points.BEFORE_POSTCODE_OF_OTHERS
        if in_street:
            worth = min(worth, points.IN_STREET_NAME_AND_SERVED)
        self._keep(
            Hypothesis(
                name.code,
                name.name,
                BY_NAME,
                worth,
                span,
                distance,
                name.is_alias,
                evidence,
                in_street=in_street,
                part=name.old_code,
            )
        )

    def _add_elsewhere(
        self,
        other: Elsewhere,
        span: Span,
        run: Span,
        key: str,
        *,
        inside: bool,
        weight: tuple[float, bool],
    ) -> None:
        worth, in_street = weight
        worth += measure_spelling(key, 0) + points.ELSEWHERE
        is_overseas = other.departement.startswith(OVERSEAS)
        is_village = other.departement != BELGIUM and (other.population < TOWN or is_overseas)
        if other.departement == BELGIUM or (other.population >= CITY and not is_overseas):
            worth += points.CITY_ELSEWHERE
        elif other.population >= TOWN and not is_overseas:
            worth += points.TOWN_ELSEWHERE
        if inside:
            worth += points.INSIDE_LONGER_NAME
        evidence = self._written.weigh_elsewhere(other)
        worth += POSTCODE_POINTS[evidence]
        self._keep(
            Hypothesis(
                "",
                other.name,
                BY_NAME,
                worth,
                span,
                postcode=evidence,
                in_street=in_street,
                elsewhere=other,
                is_weak=is_village and evidence is NO_EVIDENCE and not self._standing.stands_alone(span, run),
            )
        )

    def _keep(self, hypothesis: Hypothesis) -> None:
        where = hypothesis.elsewhere
        code = hypothesis.code or (f"{where.departement}:{hypothesis.name}" if where else "")
        known = self._kept.get((code, hypothesis.span))
        if known is None or hypothesis.points > known.points:
            self._kept[code, hypothesis.span] = hypothesis

    def _choose_one_each(self) -> list[Hypothesis]:
        """Give the best reading of each commune."""
        best: dict[str, Hypothesis] = {}
        for (code, _), hypothesis in self._kept.items():
            known = best.get(code)
            if known is None or hypothesis.points > known.points:
                best[code] = hypothesis
        return list(best.values())

    def _population(self, hypothesis: Hypothesis) -> int:
        if hypothesis.code:
            return self._gazetteer.communes[hypothesis.code].population
        return hypothesis.elsewhere.population if hypothesis.elsewhere else 0

    def _without_lesser_namesakes(self, found: list[Hypothesis]) -> list[Hypothesis]:
        """Drop the villages elsewhere that share their name with a commune of the region."""
        if all(hypothesis.code for hypothesis in found):
            return found
        kept = []
        for hypothesis in found:
            if hypothesis.is_outside and hypothesis.elsewhere and hypothesis.postcode is NO_EVIDENCE:
                namesakes = [h for h in found if h.code and h.span == hypothesis.span and h.distance == 0]
                here = max((self._population(h) for h in namesakes), default=0)
                there = hypothesis.elsewhere.population
                if namesakes and not (there >= BIG_TOWN and there >= BIG_TOWN_RATIO * here):
                    continue
            kept.append(hypothesis)
        return kept
