"""What the questions of access and of siting answer: records that maps draw and pages write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.coverage.access import AccessCurve, AccessWithin, AverageTime
from geo.coverage.siting import Objective
from geo.coverage.travel_times import AccessState
from geo.position import Position
from geo.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessAnswer:
    """
    How far the inhabitants live from the nearest presence of a kind.

    `states` (against the limit `minutes`) and `minutes_by_commune` are by commune code, `by_epci` by EPCI
    code. Times are None without any presence. `caption` says where they come from: it stands beside every
    figure.
    """

    kind: Kind
    sector: str | None
    minutes: float
    site_count: int
    population: int
    within: tuple[AccessWithin, ...]
    curve: AccessCurve
    mean: AverageTime | None
    median: AverageTime | None
    p95: AverageTime | None
    states: Mapping[str, AccessState]
    minutes_by_commune: Mapping[str, float]
    by_epci: Mapping[str, AccessWithin]
    is_estimated: bool
    caption: str
    data_date: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingCandidate:
    """
    One EPCI as the place of the next antenne, at the town hall of its most inhabited commune.

    `gain` is how many inhabitants come within the limit, `gain_low` and `gain_high` its bounds when times are
    estimates, `weighted_gain` the same by the weights asked for. `wins` counts the settings won or shared out
    of nine, `regret` (0 to 1) is the largest part of the best improvement that this choice misses in any.
    """

    code: str
    name: str
    commune: str
    commune_name: str
    position: Position
    gain: int
    gain_low: int
    gain_high: int
    weighted_gain: float
    wins: int
    regret: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingChoice:
    """
    What one setting chooses: the codes of the EPCI that are best, several when even, none when none helps.

    `today` and `best` are weights newly within the limit (`COVERED`) or minutes of those beyond it today;
    None where somebody has no antenne to go to.
    """

    objective: Objective
    minutes: float
    today: float | None
    best: float | None
    winners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingPlan:
    """
    The EPCI chosen together for one objective.

    `gain` is how many inhabitants come within the limit; `is_proved` whether no other choice is better.
    """

    objective: Objective
    codes: tuple[str, ...]
    names: tuple[str, ...]
    gain: int
    is_proved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChange:
    """Access before and after something, and which communes come within the limit by it."""

    minutes: float
    before: tuple[AccessWithin, ...]
    after: tuple[AccessWithin, ...]
    mean_before: AverageTime | None
    mean_after: AverageTime | None
    gained_communes: tuple[str, ...]
    people_gained: int
    is_estimated: bool
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SitingAnswer:
    """
    Where the next antennes would serve most.

    `candidates` are all the EPCI, the one that gains most inhabitants (or most weight) first. `plans` are the
    best sets of `count`, by objective; for one antenne they are the first of the candidates and the shortest
    mean time. `change` is what the first plan changes. `is_weighted` says that inhabitants weigh by what is
    missing of `kind` where they live.
    """

    count: int
    minutes: float
    kind: Kind
    is_weighted: bool
    antenne_count: int
    candidates: tuple[SitingCandidate, ...]
    settings: tuple[SitingChoice, ...]
    plans: tuple[SitingPlan, ...]
    change: AccessChange
    is_estimated: bool
    caption: str
    data_date: date | None


def siting_as_json(answer: SitingAnswer) -> dict[str, Any]:
    """Give the answer of `siting`: keys that others rely on, never renamed."""
    return {
        "count": answer.count,
        "minutes": answer.minutes,
        "kind": answer.kind.value,
        "is_weighted": answer.is_weighted,
        "antennes": answer.antenne_count,
        "candidates": [
            {
                "code": candidate.code,
                "name": candidate.name,
                "gain": candidate.gain,
                "wins": candidate.wins,
                "regret": round(candidate.regret, 4),
                "gain_low": candidate.gain_low,
                "gain_high": candidate.gain_high,
                "commune": candidate.commune,
                "commune_name": candidate.commune_name,
                "lon": candidate.position.lon,
                "lat": candidate.position.lat,
            }
            for candidate in answer.candidates
        ],
        "settings": [
            {
                "objective": choice.objective.value,
                "minutes": choice.minutes,
                "today": choice.today,
                "best": choice.best,
                "winners": list(choice.winners),
            }
            for choice in answer.settings
        ],
        "plans": [
            {
                "objective": plan.objective.value,
                "codes": list(plan.codes),
                "names": list(plan.names),
                "gain": plan.gain,
                "is_proved": plan.is_proved,
            }
            for plan in answer.plans
        ],
        "change": change_as_json(answer.change),
        "is_estimated": answer.is_estimated,
        "caption": answer.caption,
        "data_date": answer.data_date.isoformat() if answer.data_date else None,
    }


def change_as_json(change: AccessChange) -> dict[str, Any]:
    """Give access before and after: shares of the inhabitants per limit, mean minutes, communes gained."""

    def shares(within: tuple[AccessWithin, ...]) -> list[dict[str, float]]:
        return [
            {
                "minutes": each.minutes,
                "share": each.share,
                "share_low": each.share_low,
                "share_high": each.share_high,
            }
            for each in within
        ]

    return {
        "minutes": change.minutes,
        "before": shares(change.before),
        "after": shares(change.after),
        "mean_min_before": change.mean_before.value if change.mean_before else None,
        "mean_min_after": change.mean_after.value if change.mean_after else None,
        "gained_communes": list(change.gained_communes),
        "people_gained": change.people_gained,
    }
