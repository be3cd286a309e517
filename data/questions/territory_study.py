"""A territory's sheet against the region, the MEL and the EPCI like it, its antenne and its year."""

from __future__ import annotations

from collections.abc import Collection

from data.clock import today
from data.coverage import find_group_communes
from data.coverage_ground import find_comparable_epci, measure_densities_per_km2
from data.journeys import read_departures
from data.questions.access import answer_access
from data.questions.change import choose_year_before
from data.questions.change_parts import compare_places, find_first_day
from data.questions.coverage import answer_coverage
from data.questions.territory import describe_territory
from data.session import Register
from geo.coverage.flows import measure_net_change
from geo.coverage.territory_study import AntenneAccess, KindComparison, TerritoryStudy, YearChange
from geo.records import MEL_CODE, CoverageRow, Kind, Level, Territory, TerritorySheet, Visibility

_PER_10K = 10_000
_LIMIT_MIN = 30.0
_LISTED = 50


def study_territory(
    register: Register, code: str, *, reader: Visibility = Visibility.PUBLIC, limit: int = _LISTED
) -> TerritoryStudy:
    """
    Describe a territory of today and compare it.

    Parameters
    ----------
    register, code, reader, limit
        As `describe_territory`, whose errors it raises.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     study = study_territory(register, "246200364")
    ...     register.close()
    >>> study.density.value, len(study.comparable), study.year
    ('dense', 5, None)
    """
    sheet = describe_territory(register, code, reader=reader, limit=limit)
    territory = sheet.territory
    density_per_km2, density, comparable = None, None, tuple[Territory, ...]()
    if territory.level is Level.EPCI:
        everywhere = register.referential.territories(Level.EPCI)
        rank = next(rank for rank, epci in enumerate(everywhere) if epci.code == territory.code)
        density_per_km2 = float(measure_densities_per_km2(register.referential, Level.EPCI)[rank])
        density, comparable = find_comparable_epci(register.referential, territory.code)
    return TerritoryStudy(
        sheet=sheet,
        density_per_km2=density_per_km2,
        density=density,
        comparable=comparable,
        comparisons=_compare(register, sheet, {each.code for each in comparable}),
        access=_measure_access(register, territory),
        year=_find_year(register, sheet),
    )


def _compare(
    register: Register, sheet: TerritorySheet, comparable: Collection[str]
) -> tuple[KindComparison, ...]:
    comparisons = []
    for found in sheet.counts:
        rows = answer_coverage(register, kind=found.kind).rows
        comparisons.append(
            KindComparison(
                kind=found.kind,
                count=found.count,
                here=found.per_10k,
                region=_rate(rows, {row.code for row in rows}),
                mel=_rate(rows, {MEL_CODE}),
                comparable=_rate(rows, comparable),
            )
        )
    return tuple(comparisons)


def _rate(rows: tuple[CoverageRow, ...], codes: Collection[str]) -> float | None:
    """Give the presences per 10,000 inhabitants of some EPCI together; None when nobody is anywhere."""
    people = sum(row.population for row in rows if row.code in codes)
    if not people or not any(row.count for row in rows):
        return None
    return _PER_10K * sum(row.count for row in rows if row.code in codes) / people


def _measure_access(register: Register, territory: Territory) -> AntenneAccess | None:
    answer = answer_access(register, kind=Kind.ANTENNE, minutes=_LIMIT_MIN)
    inside = find_group_communes(register.referential, territory.code, register.referential.vintage)
    departures = read_departures(register.referential)
    people = dict(zip(departures.codes, departures.populations.tolist(), strict=True))
    known = [code for code in answer.minutes_by_commune if code in inside and people.get(code)]
    if not known:
        return None
    total = sum(people[code] for code in known)
    minutes = answer.minutes_by_commune
    within = sum(people[code] for code in known if minutes[code] <= _LIMIT_MIN)
    surely = sum(people[code] for code in known if answer.states[code] == "covered")
    never = sum(people[code] for code in known if answer.states[code] == "not_covered")
    return AntenneAccess(
        minutes=_LIMIT_MIN,
        share=within / total,
        share_low=surely / total,
        share_high=1 - never / total,
        mean_min=sum(people[code] * minutes[code] for code in known) / total,
        caption=answer.caption,
    )


def _find_year(register: Register, sheet: TerritorySheet) -> YearChange | None:
    territory = sheet.territory
    if sheet.data_date is None:
        return None
    day = min(sheet.data_date, today())
    since = choose_year_before(day)
    with register.reading() as session:
        flows, nets = session.remember(
            ("year", territory.level, since, day),
            lambda: compare_places(session, since=since, day=day, level=territory.level, kind=Kind.ACTOR),
        )
        first_day = session.remember("first day", lambda: find_first_day(session))
    return YearChange(
        since=since,
        at=day,
        flow=flows.get(territory.code),
        net=nets.get(territory.code) or measure_net_change(joined=0, left=0),
        reaches_back=first_day is not None and first_day <= since,
        first_day=first_day,
    )
