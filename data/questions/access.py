"""How far people live from an antenne, a temps fort, an actor of a sector."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.clock import today
from data.errors import OutOfBoundsError
from data.journeys import Departures, choose_journeys, read_departures, read_sites
from data.presences import read_data_date
from data.session import Register, Session
from data.travel.stored import stamp_matrix
from geo.coverage.access import THRESHOLDS_MIN, classify_access, measure_access, measure_access_by_group
from geo.coverage.answers import AccessAnswer, AccessChange
from geo.coverage.site_plans import WhatIf, measure_what_if
from geo.errors import UnknownTerritoryError
from geo.records import Kind, Level

MOST_ANTENNES = 10
"""How many antennes one plan may have: beyond, nobody can discuss it."""


def answer_access(
    register: Register,
    *,
    kind: Kind = Kind.ANTENNE,
    sector: str | None = None,
    minutes: float = 30.0,
    at: date | None = None,
) -> AccessAnswer:
    """
    Say how many inhabitants live within 20, 30, 45 minutes of the nearest presence of a kind, and the curve.

    Parameters
    ----------
    register
        The register asked.
    kind
        What people travel to.
    sector
        Code of a sector: it and all that stands under it. None for all.
    minutes
        The limit of the states by commune and of the shares by EPCI.
    at
        The day, today by default; communes and inhabitants are today's.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    ImpossibleValueError
        If the limit is not above zero.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     answer = answer_access(register)
    ...     register.close()
    >>> answer.site_count, answer.within[1].share, answer.mean
    (0, 0.0, None)
    """
    day = at or today()
    with register.reading() as session:
        return session.remember(
            ("access", kind, sector, minutes, day, stamp_matrix(register.settings.home)),
            lambda: _answer(session, kind=kind, sector=sector, minutes=minutes, day=day),
        )


def answer_what_if(
    register: Register, *, communes: Sequence[str], kind: Kind = Kind.ANTENNE, minutes: float = 30.0
) -> AccessChange:
    """
    Say what antennes in given communes would change, the existing ones kept.

    Parameters
    ----------
    register
        The register asked.
    communes
        Codes of communes of today, or of EPCI, that stand for their most inhabited commune; each counts once.
        None gives twice today. At most 10.
    kind
        What people travel to today.
    minutes
        The limit of who is gained.

    Raises
    ------
    UnknownTerritoryError
        If a code is that of no commune and of no EPCI.
    OutOfBoundsError
        If there are too many communes.
    ImpossibleValueError
        If the limit is not above zero.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     change = answer_what_if(register, communes=["59350"])
    ...     register.close()
    >>> change.people_gained > 1_000_000, change.before[1].share
    (True, 0.0)
    """
    chosen = tuple(dict.fromkeys(find_seat(register, code) for code in communes))
    if len(chosen) > MOST_ANTENNES:
        raise OutOfBoundsError(
            name="communes", received=len(chosen), expected=f"au plus {MOST_ANTENNES} communes"
        )
    day = today()
    with register.reading() as session:
        return session.remember(
            ("what-if", chosen, kind, minutes, day, stamp_matrix(register.settings.home)),
            lambda: _answer_what_if(session, chosen, kind=kind, minutes=minutes, day=day),
        )


def find_seat(register: Register, code: str) -> str:
    """
    Give the commune of today that a code stands for: itself, or the most inhabited of an EPCI.

    Raises
    ------
    UnknownTerritoryError
        If the code is that of no commune and of no EPCI.
    """
    territory = register.referential.find(code)
    if territory is None or territory.level not in {Level.COMMUNE, Level.EPCI}:
        raise UnknownTerritoryError(code=code)
    if territory.level is Level.COMMUNE:
        return territory.code
    return max(
        (register.referential.get(Level.COMMUNE, commune) for commune in territory.commune_codes),
        key=lambda commune: (commune.population, commune.code),
    ).code


def describe_change(
    departures: Departures,
    change: WhatIf,
    *,
    kind: Kind,
    site_count: int,
    communes: tuple[str, ...],
    data_date: date | None,
) -> AccessChange:
    """Name the communes gained, and keep what a reader is shown."""
    is_estimated = change.before.is_estimated
    before, after = (
        classify_access(access.nearest_min, minutes=change.minutes, is_estimated=is_estimated)
        for access in (change.before, change.after)
    )
    return AccessChange(
        kind=kind,
        site_count=site_count,
        communes=communes,
        population=round(departures.populations.sum()),
        minutes=change.minutes,
        before=change.before.within,
        after=change.after.within,
        mean_before=change.before.mean,
        mean_after=change.after.mean,
        curve_before=change.before.curve,
        curve_after=change.after.curve,
        states_before=dict(zip(departures.codes, before, strict=True)),
        states_after=dict(zip(departures.codes, after, strict=True)),
        gained_communes=tuple(
            code for code, is_gained in zip(departures.codes, change.is_gained, strict=True) if is_gained
        ),
        people_gained=round(change.people_gained),
        is_estimated=is_estimated,
        caption=change.before.caption,
        data_date=data_date,
    )


def _answer_what_if(
    session: Session, chosen: tuple[str, ...], *, kind: Kind, minutes: float, day: date
) -> AccessChange:
    register = session.register
    sites = read_sites(session, kind=kind, sector=None, day=day)
    journeys = choose_journeys(register.referential, register.settings.home, [*chosen, *sites.communes])
    departures = read_departures(register.referential)
    change = measure_what_if(
        journeys.to_communes(chosen),
        departures.populations,
        current_min=journeys.to_nearest(sites).nearest_min,
        sites=range(len(chosen)),
        minutes=minutes,
    )
    return describe_change(
        departures,
        change,
        kind=kind,
        site_count=len(sites.communes),
        communes=chosen,
        data_date=read_data_date(session),
    )


def _answer(session: Session, *, kind: Kind, sector: str | None, minutes: float, day: date) -> AccessAnswer:
    referential = session.register.referential
    sites = read_sites(session, kind=kind, sector=sector, day=day)
    journeys = choose_journeys(referential, session.register.settings.home, sites.communes)
    departures, times = read_departures(referential), journeys.to_nearest(sites)
    limits = sorted({*THRESHOLDS_MIN, minutes})
    access = measure_access(times, departures.populations, thresholds_min=limits)
    states = classify_access(access.nearest_min, minutes=minutes, is_estimated=times.is_estimated)
    return AccessAnswer(
        kind=kind,
        sector=sector,
        minutes=minutes,
        site_count=len(sites.communes),
        population=int(departures.populations.sum()),
        within=access.within,
        curve=access.curve,
        mean=access.mean,
        median=access.median,
        p95=access.p95,
        states=dict(zip(departures.codes, states, strict=True)),
        minutes_by_commune=_keep_finite(departures, access.nearest_min),
        by_epci=measure_access_by_group(
            times, departures.populations, departures.epci_codes, minutes=minutes
        ),
        is_estimated=times.is_estimated,
        caption=times.caption,
        data_date=read_data_date(session),
    )


def _keep_finite(departures: Departures, nearest_min: NDArray[np.float64]) -> dict[str, float]:
    return {
        code: float(time)
        for code, time in zip(departures.codes, nearest_min, strict=True)
        if np.isfinite(time)
    }
