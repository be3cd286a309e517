"""Where the next antennes would serve most: every EPCI tried for one, the best set proved for several."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.clock import today
from data.coverage import count_coverage
from data.errors import OutOfBoundsError
from data.journeys import Departures, choose_journeys, read_departures, read_seats, read_sites
from data.presences import read_data_date
from data.questions.access import MOST_ANTENNES, describe_change
from data.session import Register, Session
from data.territories import territories_at
from data.travel.stored import stamp_matrix
from geo.coverage.answers import SitingAnswer, SitingCandidate, SitingChoice, SitingPlan
from geo.coverage.representation import expect_counts
from geo.coverage.site_plans import measure_what_if, plan_sites
from geo.coverage.siting import Objective, SitingRanking, rank_next_sites, weigh_by_shortfall
from geo.coverage.travel_times import TravelTimes
from geo.errors import UnknownTerritoryError
from geo.records import MEL_CODE, Kind, Level, Territory

_PLANNED = (Objective.COVERED, Objective.MEAN_TIME)


def answer_siting(
    register: Register,
    *,
    count: int = 1,
    minutes: float = 30.0,
    kind: Kind = Kind.ACTOR,
    is_weighted: bool = False,
) -> SitingAnswer:
    """
    Say where the next antennes would serve most, the existing ones kept.

    Candidates are the EPCI, at the town hall of their most inhabited commune; inhabitants start from the town
    hall of theirs. Times are by road when they are stored, else estimated; the caption says which.

    Parameters
    ----------
    register
        The register asked: its antennes in force today are those that exist.
    count
        How many new antennes, 1 to 10.
    minutes
        The limit of time within which inhabitants are served.
    kind
        What `is_weighted` looks at.
    is_weighted
        True to weigh inhabitants by what is missing of `kind` in their EPCI against its population: an EPCI
        that has its share weighs nothing. Without any presence of the kind, all weigh the same.

    Raises
    ------
    OutOfBoundsError
        If `count` is not within 1 to 10.
    ImpossibleValueError
        If the limit is not above zero.

    Examples
    --------
    Without any antenne, the first one belongs in the metropolis:

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     answer = answer_siting(register)
    ...     register.close()
    >>> len(answer.candidates), answer.antenne_count
    (92, 0)
    """
    if not 1 <= count <= MOST_ANTENNES:
        raise OutOfBoundsError(name="count", received=count, expected=f"un nombre de 1 à {MOST_ANTENNES}")
    day = today()
    with register.reading() as session:
        return session.remember(
            ("siting", count, minutes, kind, is_weighted, day, stamp_matrix(register.settings.home)),
            lambda: _answer(
                session, count=count, minutes=minutes, kind=kind, is_weighted=is_weighted, day=day
            ),
        )


def _answer(
    session: Session, *, count: int, minutes: float, kind: Kind, is_weighted: bool, day: date
) -> SitingAnswer:
    referential = session.register.referential
    departures, seats = read_departures(referential), read_seats(referential)
    sites = read_sites(session, kind=Kind.ANTENNE, sector=None, day=day)
    towns = [commune.code for _, commune in seats]
    journeys = choose_journeys(referential, session.register.settings.home, [*towns, *sites.communes])
    times, current = journeys.to_communes(towns), journeys.to_nearest(sites).nearest_min
    weights = departures.populations
    if is_weighted:
        weights = _weigh_by_shortfall(session, departures, kind=kind, day=day)
    ranking = rank_next_sites(
        times, departures.populations, current_min=current, minutes=minutes, weights=weights
    )
    chosen = {
        objective: _choose(objective, times, departures, current, weights, ranking, count)
        for objective in _PLANNED
    }
    changes = {
        objective: measure_what_if(
            times, departures.populations, current_min=current, sites=columns, minutes=minutes
        )
        for objective, (columns, _) in chosen.items()
    }
    return SitingAnswer(
        count=count,
        minutes=minutes,
        kind=kind,
        is_weighted=is_weighted,
        antenne_count=len(sites.communes),
        candidates=tuple(_describe_candidate(seats, ranking, column) for column in ranking.order),
        settings=_describe_settings(seats, ranking),
        plans=tuple(
            SitingPlan(
                objective=objective,
                codes=tuple(seats[column][0].code for column in columns),
                names=tuple(seats[column][0].name for column in columns),
                gain=round(changes[objective].people_gained),
                is_proved=is_proved,
            )
            for objective, (columns, is_proved) in chosen.items()
        ),
        change=describe_change(
            departures,
            changes[Objective.COVERED],
            kind=Kind.ANTENNE,
            site_count=len(sites.communes),
            communes=tuple(towns[column] for column in chosen[Objective.COVERED][0]),
            data_date=read_data_date(session),
        ),
        is_estimated=times.is_estimated,
        caption=times.caption,
        data_date=read_data_date(session),
    )


def _choose(
    objective: Objective,
    times: TravelTimes,
    departures: Departures,
    current: NDArray[np.float64],
    weights: NDArray[np.float64],
    ranking: SitingRanking,
    count: int,
) -> tuple[tuple[int, ...], bool]:
    """Give the columns chosen for an objective, and whether no other choice is better."""
    if count == 1:
        tried = {
            setting.objective: setting for setting in ranking.settings if setting.minutes == ranking.minutes
        }
        if objective is Objective.COVERED:
            return ranking.order[:1], True
        if objective in tried and tried[objective].winners:
            return tried[objective].winners[:1], True
    plan = plan_sites(
        times,
        departures.populations,
        current_min=current,
        count=count,
        objective=objective,
        minutes=ranking.minutes,
        weights=weights,
    )
    return plan.sites, plan.is_proved


def _weigh_by_shortfall(
    session: Session, departures: Departures, *, kind: Kind, day: date
) -> NDArray[np.float64]:
    """Weigh communes by what is missing in their EPCI; by inhabitants alone on an empty register."""
    referential = session.register.referential
    counts = count_coverage(
        session, level=Level.EPCI, kind=kind, sector=None, outside=MEL_CODE, day=day, basis="seat"
    )
    epci = territories_at(referential, Level.EPCI, referential.vintage)
    expected = expect_counts(counts.total, [each.population for each in epci])
    rank_of = {each.code: rank for rank, each in enumerate(epci)}
    found = np.array([counts.level_counts.count_by_territory.get(each.code, 0) for each in epci])
    ranks = [rank_of[code] for code in departures.epci_codes]
    weights = weigh_by_shortfall(departures.populations, found[ranks], expected[ranks])
    return weights if weights.any() else departures.populations


def _describe_candidate(
    seats: tuple[tuple[Territory, Territory], ...], ranking: SitingRanking, column: int
) -> SitingCandidate:
    epci, commune = seats[column]
    if commune.position is None:
        raise UnknownTerritoryError(code=commune.code)
    return SitingCandidate(
        code=epci.code,
        name=epci.name,
        commune=commune.code,
        commune_name=commune.name,
        position=commune.position,
        gain=round(float(ranking.people[column])),
        gain_low=round(float(ranking.people_low[column])),
        gain_high=round(float(ranking.people_high[column])),
        weighted_gain=float(ranking.gain[column]),
        wins=int(ranking.wins[column]),
        regret=float(ranking.worst_regret[column]),
    )


def _describe_settings(
    seats: tuple[tuple[Territory, Territory], ...], ranking: SitingRanking
) -> tuple[SitingChoice, ...]:
    return tuple(
        SitingChoice(
            objective=setting.objective,
            minutes=setting.minutes,
            today=_keep_finite(setting.today),
            best=_keep_finite(
                setting.values.max() if setting.objective is Objective.COVERED else setting.values.min()
            ),
            winners=tuple(seats[column][0].code for column in setting.winners),
        )
        for setting in ranking.settings
    )


def _keep_finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
