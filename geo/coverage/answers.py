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
    """
    Access before and after something, and which communes come within the limit by it.

    `communes` are the codes of those where something opens. `states_before` and `states_after` are by commune
    code, against the limit `minutes`; `site_count` is how many sites there are before.
    """

    kind: Kind
    site_count: int
    communes: tuple[str, ...]
    population: int
    minutes: float
    before: tuple[AccessWithin, ...]
    after: tuple[AccessWithin, ...]
    mean_before: AverageTime | None
    mean_after: AverageTime | None
    curve_before: AccessCurve
    curve_after: AccessCurve
    states_before: Mapping[str, AccessState]
    states_after: Mapping[str, AccessState]
    gained_communes: tuple[str, ...]
    people_gained: int
    is_estimated: bool
    caption: str
    data_date: date | None


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


def access_as_json(answer: AccessAnswer) -> dict[str, Any]:
    """Give the answer of `access`: inhabitants within each limit, the curve, and every commune's minutes."""
    return {
        "kind": answer.kind.value,
        "sector": answer.sector,
        "minutes": answer.minutes,
        "sites": answer.site_count,
        "population": answer.population,
        "within": [_within_as_json(each) for each in answer.within],
        "curve": _curve_as_json(answer.curve),
        "mean_min": _average_as_json(answer.mean),
        "median_min": _average_as_json(answer.median),
        "p95_min": _average_as_json(answer.p95),
        "by_epci": {code: _within_as_json(each) for code, each in answer.by_epci.items()},
        "minutes_by_commune": {code: round(time, 1) for code, time in answer.minutes_by_commune.items()},
        "state_by_commune": {code: state.value for code, state in answer.states.items()},
        "is_estimated": answer.is_estimated,
        "caption": answer.caption,
        "data_date": answer.data_date.isoformat() if answer.data_date else None,
    }


def change_as_json(change: AccessChange) -> dict[str, Any]:
    """Give access before and after: inhabitants within each limit, curves, mean minutes, communes gained."""
    return {
        "kind": change.kind.value,
        "sites": change.site_count,
        "communes": list(change.communes),
        "population": change.population,
        "minutes": change.minutes,
        "before": [_within_as_json(each) for each in change.before],
        "after": [_within_as_json(each) for each in change.after],
        "mean_min_before": change.mean_before.value if change.mean_before else None,
        "mean_min_after": change.mean_after.value if change.mean_after else None,
        "curve_before": _curve_as_json(change.curve_before),
        "curve_after": _curve_as_json(change.curve_after),
        "gained_communes": list(change.gained_communes),
        "people_gained": change.people_gained,
        "state_by_commune": {code: state.value for code, state in change.states_after.items()},
        "is_estimated": change.is_estimated,
        "caption": change.caption,
        "data_date": change.data_date.isoformat() if change.data_date else None,
    }


def _within_as_json(within: AccessWithin) -> dict[str, float]:
    return {
        "minutes": within.minutes,
        "covered": round(within.covered),
        "uncertain": round(within.uncertain),
        "not_covered": round(within.not_covered),
        "share": within.share,
        "share_low": within.share_low,
        "share_high": within.share_high,
    }


def _curve_as_json(curve: AccessCurve) -> dict[str, list[float]]:
    """Give the curve as columns: one value a minute, from 0 to 90."""
    return {
        name: [round(float(value), 4) for value in values]
        for name, values in (
            ("minutes", curve.minutes),
            ("share", curve.share),
            ("share_low", curve.share_low),
            ("share_high", curve.share_high),
        )
    }


def _average_as_json(average: AverageTime | None) -> dict[str, float] | None:
    if average is None:
        return None
    return {"value": average.value, "low": average.low, "high": average.high}
