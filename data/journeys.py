"""Communes as places that people travel from, the places of the register that they travel to, and the times.

A commune's inhabitants start from its town hall, as Insee counts access; none travels for less than a few
minutes. Times are those of the stored matrix when there is one that knows every place asked; else all of them
are estimated as the crow flies. The two are never mixed in one answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.counts.standing import read_standing
from data.session import Session
from data.travel.matrix import TravelMatrix
from data.travel.stored import find_matrix
from geo.coverage.travel_times import (
    TravelTimes,
    estimate_nearest_times,
    estimate_travel_times,
    take_travel_times,
)
from geo.french import write_count
from geo.records import Kind, Level, Territory
from geo.territories import Referential


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Departures:
    """The communes of today, their inhabitants and their town halls, arrays of shape (n,)."""

    communes: tuple[Territory, ...]
    codes: tuple[str, ...]
    epci_codes: tuple[str, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    populations: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sites:
    """Where presences are: WGS84 degrees, shape (m,), and the commune of each."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    communes: tuple[str, ...]


@lru_cache(maxsize=8)
def read_departures(referential: Referential) -> Departures:
    """
    Give where inhabitants start from.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> departures = read_departures(load_referential())
    >>> len(departures.codes), int(departures.populations.sum())
    (3782, 5992194)
    """
    communes = tuple(commune for commune in referential.territories(Level.COMMUNE) if commune.position)
    positions = [commune.position for commune in communes if commune.position]
    return Departures(
        communes=communes,
        codes=tuple(commune.code for commune in communes),
        epci_codes=tuple(commune.part_of["epci"] for commune in communes),
        lon=np.array([position.lon for position in positions]),
        lat=np.array([position.lat for position in positions]),
        populations=np.array([commune.population for commune in communes], dtype=np.float64),
    )


@lru_cache(maxsize=8)
def read_seats(referential: Referential) -> tuple[tuple[Territory, Territory], ...]:
    """
    Give each EPCI with its most inhabited commune, where an antenne would be.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> seats = {epci.code: commune.name for epci, commune in read_seats(load_referential())}
    >>> len(seats), seats["200093201"], seats["246200364"]
    (92, 'Lille', 'Lens')
    """
    return tuple(
        (
            epci,
            max(
                (referential.get(Level.COMMUNE, code) for code in epci.commune_codes),
                key=lambda commune: (commune.population, commune.code),
            ),
        )
        for epci in referential.territories(Level.EPCI)
    )


class Journeys:
    """
    Times from every commune of today, all from one origin: a stored matrix, or the crow.

    Parameters
    ----------
    referential
        The territories.
    matrix
        Times by road; None to estimate.
    problem
        In French, why a stored matrix is not used; None when there is none.
    """

    def __init__(
        self, referential: Referential, *, matrix: TravelMatrix | None = None, problem: str | None = None
    ) -> None:
        self._referential = referential
        self._matrix = matrix
        self._problem = problem

    @property
    def is_estimated(self) -> bool:
        """Say whether times are estimated."""
        return self._matrix is None

    def to_communes(self, codes: Sequence[str]) -> TravelTimes:
        """
        Give minutes from every commune to the town halls of some, in the order given.

        Raises
        ------
        UnknownTerritoryError
            If a code is that of no commune of today.
        """
        if self._matrix is not None:
            return take_travel_times(self._matrix.minutes_to(codes), caption=self._matrix.facts.caption)
        return self._say_why(_estimate_to_communes(self._referential, tuple(codes)))

    def to_nearest(self, sites: Sites) -> TravelTimes:
        """Give minutes from every commune to the nearest site, shape (n, 1), or (n, 0) without any site."""
        if self._matrix is None:
            departures = read_departures(self._referential)
            return self._say_why(
                estimate_nearest_times(
                    lon=departures.lon, lat=departures.lat, site_lon=sites.lon, site_lat=sites.lat
                )
            )
        caption = self._matrix.facts.caption
        if not sites.communes:
            return take_travel_times(np.empty((len(self._matrix.origins), 0)), caption=caption)
        return take_travel_times(
            self._matrix.minutes_to_nearest(sites.communes)[:, np.newaxis], caption=caption
        )

    def _say_why(self, times: TravelTimes) -> TravelTimes:
        if self._problem is None:
            return times
        return replace(times, caption=f"{times.caption} ({self._problem})")


def choose_journeys(referential: Referential, home: Path, destinations: Sequence[str]) -> Journeys:
    """
    Choose where times come from, for all of one answer.

    Parameters
    ----------
    referential
        The territories.
    home
        The service's folder, where a matrix may be stored.
    destinations
        Every commune that the answer travels to: a matrix that lacks one of them is not used.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> journeys = choose_journeys(load_referential(), Path("nowhere"), ["59350"])
    >>> journeys.is_estimated, journeys.to_communes(["59350"]).caption
    (True, "temps estimés à partir de la distance à vol d'oiseau")
    """
    departures = read_departures(referential)
    stored = find_matrix(home, origins=departures.codes, vintage=referential.vintage)
    if stored.matrix is None:
        return Journeys(referential, problem=stored.problem)
    missing = stored.matrix.find_missing(destinations)
    if missing:
        places = write_count(len(missing), "commune demandée", "communes demandées")
        problem = f"les temps enregistrés ne mènent pas à {places}"
        return Journeys(referential, problem=problem)
    return Journeys(referential, matrix=stored.matrix)


@lru_cache(maxsize=8)
def _estimate_to_communes(referential: Referential, codes: tuple[str, ...]) -> TravelTimes:
    departures = read_departures(referential)
    positions = [referential.get(Level.COMMUNE, code).position for code in codes]
    return estimate_travel_times(
        lon=departures.lon,
        lat=departures.lat,
        site_lon=[position.lon for position in positions if position],
        site_lat=[position.lat for position in positions if position],
    )


def read_sites(session: Session, *, kind: Kind, sector: str | None, day: date) -> Sites:
    """
    Give where the presences of a kind in force on a day are.

    Parameters
    ----------
    session
        Any session.
    kind
        Which kind; only what coverage counts, one to review is nowhere yet.
    sector
        Code of a sector, it and all under it; None for all.
    day
        The day.

    Raises
    ------
    UnknownSectorError
        If the list of sectors does not hold the code.
    """
    register = session.register
    standing = read_standing(session, kind=kind, day=day)
    if sector is not None:
        first, last = register.sectors.id_range(sector)
        ids = register.id_by_sector
        standing = [
            each for each in standing if any(first <= ids.get(code, 0) <= last for code in each.sectors)
        ]
    placed = [each for each in standing if each.is_counted and each.lon is not None]
    points = np.array([(each.lon, each.lat) for each in placed], dtype=np.float64).reshape(-1, 2)
    return Sites(lon=points[:, 0], lat=points[:, 1], communes=tuple(each.commune or "" for each in placed))
