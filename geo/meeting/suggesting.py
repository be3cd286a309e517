"""Whom a presence could meet, who could sponsor it, which projects are worth copying; each says why.

Scores only rank: they are never shown. A suggestion needs a reason that can be said in a sentence; being near
is none by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geo.french import write_distance
from geo.geocoding.text import fold
from geo.meeting.affinity import Affinity, AffinityFinder, Bond
from geo.meeting.reasons import Link, write_copy_why, write_meeting_why, write_sponsor_why
from geo.records import Kind, Precision, Presence

SPONSOR_YEARS = 3
"""From how many years of activity somebody may sponsor."""

SPONSOR_REACH_M = 50_000.0
"""How far a sponsor may be, metres as the crow flies."""

MEETING_REACH_M = 60_000.0
"""Beyond this, nobody is suggested for a meeting unless a project ties both."""

# Half the weight at 14 km, a tenth at 46 km: the reach of a half day's visit.
_NEARNESS_M = 20_000.0
_BOND_WEIGHTS = {Bond.SAME: 1.0, Bond.FAMILY: 0.6, Bond.COMPLEMENTARY: 0.8}
_PARTNER_WEIGHT = 1.5
_SHARED_PROJECT_WEIGHT = 1.0
_STAGE_WEIGHTS = {"termine": 0.5, "deploiement": 0.5, "essaimage": 0.6, "experimentation": 0.25}
_FUNDED_WEIGHT = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    Somebody who might be suggested, and how far.

    `distance_m` is None where one of the two is not placed; `is_exact` tells whether both are known better
    than by their commune, so that the distance may be said.
    """

    presence: Presence
    distance_m: float | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Somebody to meet, and why, in one French sentence; the distance only where it is not a false one."""

    presence: Presence
    why: str
    distance_m: float | None = None


def is_exactly_placed(presence: Presence) -> bool:
    """Tell whether a distance to a presence may be said: it is placed better than by its commune."""
    return presence.position is not None and presence.precision not in {None, Precision.COMMUNE}


def suggest_meetings(
    subject: Presence,
    candidates: Iterable[Candidate],
    *,
    finder: AffinityFinder,
    links: Mapping[int, Link],
    limit: int,
) -> tuple[Suggestion, ...]:
    """
    Suggest whom a presence could meet: tied by a project, of the same sector or a complementary one, near.

    Parameters
    ----------
    subject
        Who would meet.
    candidates
        Actors and projects around, the subject left out by itself.
    finder
        What ties sectors.
    links
        By presence id, what already ties it to the subject.
    limit
        How many at most, the best first.
    """
    rated: list[tuple[float, str, Suggestion]] = []
    for candidate in candidates:
        presence = candidate.presence
        if presence.id == subject.id or presence.kind not in {Kind.ACTOR, Kind.PROJECT}:
            continue
        link = links.get(presence.id)
        affinity = finder.find(subject.sectors, presence.sectors)
        is_far = candidate.distance_m is None or candidate.distance_m > MEETING_REACH_M
        if link is None and (affinity is None or is_far):
            continue
        why = write_meeting_why(subject, presence, affinity=affinity, link=link, where=write_where(candidate))
        score = _weigh_link(link) + _weigh_bond(affinity) * _weigh_distance(candidate.distance_m)
        rated.append((-score, presence.name, _suggest(candidate, why)))
    return _take(rated, limit)


def suggest_sponsors(
    candidates: Iterable[Candidate],
    *,
    sectors: Sequence[str],
    finder: AffinityFinder,
    day: date,
    subject: Presence | None = None,
    since_years: int = SPONSOR_YEARS,
    reach_m: float = SPONSOR_REACH_M,
    limit: int,
) -> tuple[Suggestion, ...]:
    """
    Suggest who could sponsor: actors who said so, active for some years, within reach, in the sector.

    Parameters
    ----------
    candidates
        Actors around.
    sectors
        The sectors of who looks for a sponsor; empty when any will do.
    finder
        What ties sectors.
    day
        From which the years are counted back.
    subject
        Who looks for a sponsor, left out.
    since_years
        From how many years of activity.
    reach_m
        How far, metres.
    limit
        How many at most, the best first.
    """
    rated: list[tuple[float, str, Suggestion]] = []
    for candidate in candidates:
        presence = candidate.presence
        if presence.kind is not Kind.ACTOR or not presence.willing_to_sponsor:
            continue
        if subject is not None and presence.id == subject.id:
            continue
        if candidate.distance_m is None or candidate.distance_m > reach_m:
            continue
        years = count_years(presence.starts_on, day)
        affinity = finder.find(sectors, presence.sectors)
        if affinity is not None and affinity.bond is Bond.COMPLEMENTARY:
            affinity = None
        if years is None or years < since_years or (sectors and affinity is None):
            continue
        why = write_sponsor_why(presence, years=years, affinity=affinity, where=write_where(candidate))
        score = (_weigh_bond(affinity) or 0.5) * _weigh_distance(candidate.distance_m)
        rated.append((-score, presence.name, _suggest(candidate, why)))
    return _take(rated, limit)


def suggest_copies(
    subject: Presence, projects: Iterable[Candidate], *, finder: AffinityFinder, limit: int
) -> tuple[Suggestion, ...]:
    """
    Suggest projects of the same kind elsewhere in the region, those that went furthest first.

    « Elsewhere » is another intercommunalité: those of the same one are to be met, not copied.
    """
    rated: list[tuple[float, str, Suggestion]] = []
    for candidate in projects:
        project = candidate.presence
        is_here = project.epci is not None and project.epci == subject.epci
        if project.id == subject.id or project.kind is not Kind.PROJECT or is_here:
            continue
        affinity = finder.find(subject.sectors, project.sectors)
        stage = fold(project.stage or "").strip()
        if affinity is None or affinity.bond is Bond.COMPLEMENTARY or stage == "idee":
            continue
        why = write_copy_why(project, affinity=affinity)
        score = _weigh_bond(affinity) + _STAGE_WEIGHTS.get(stage, 0.0)
        score += _FUNDED_WEIGHT if project.amount_granted_eur else 0.0
        rated.append((-score, project.name, _suggest(candidate, why)))
    return _take(rated, limit)


def count_years(since: date | None, day: date) -> int | None:
    """
    Count the whole years from one day to another; None when the first is not known.

    Examples
    --------
    >>> count_years(date(2012, 5, 1), date(2026, 4, 30)), count_years(None, date(2026, 4, 30))
    (13, None)
    """
    if since is None:
        return None
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def write_where(candidate: Candidate) -> str:
    """Write how far a candidate is, empty where a distance would be a false one."""
    if candidate.distance_m is None or not candidate.is_exact:
        return ""
    return f"à {write_distance(candidate.distance_m)}"


def _suggest(candidate: Candidate, why: str) -> Suggestion:
    distance_m = candidate.distance_m if candidate.is_exact else None
    return Suggestion(presence=candidate.presence, why=why, distance_m=distance_m)


def _take(rated: list[tuple[float, str, Suggestion]], limit: int) -> tuple[Suggestion, ...]:
    rated.sort(key=lambda each: (each[0], each[1], each[2].presence.id))
    return tuple(suggestion for _, _, suggestion in rated[:limit])


def _weigh_bond(affinity: Affinity | None) -> float:
    return 0.0 if affinity is None else _BOND_WEIGHTS[affinity.bond]


def _weigh_link(link: Link | None) -> float:
    if link is None:
        return 0.0
    return _PARTNER_WEIGHT if link.is_partner else _SHARED_PROJECT_WEIGHT


def _weigh_distance(distance_m: float | None) -> float:
    return 0.1 if distance_m is None else math.exp(-distance_m / _NEARNESS_M)
