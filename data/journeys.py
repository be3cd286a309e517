"""Communes as places that people travel from, and the places of the register that they travel to.

A commune's inhabitants start from its town hall, as Insee counts access; none travels for less than a few
minutes. Times are estimated as the crow flies.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data.session import Session
from data.standing import read_standing
from geo.coverage.travel_times import TravelTimes, estimate_nearest_times, estimate_travel_times
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


@lru_cache(maxsize=8)
def estimate_to_seats(referential: Referential) -> TravelTimes:
    """Estimate minutes from every commune to the seat of every EPCI, in the order of `read_seats`."""
    return estimate_to_communes(referential, tuple(commune.code for _, commune in read_seats(referential)))


def estimate_to_communes(referential: Referential, codes: tuple[str, ...]) -> TravelTimes:
    """
    Estimate minutes from every commune to the town halls of some.

    Raises
    ------
    UnknownTerritoryError
        If a code is that of no commune of today.
    """
    departures = read_departures(referential)
    positions = [referential.get(Level.COMMUNE, code).position for code in codes]
    return estimate_travel_times(
        lon=departures.lon,
        lat=departures.lat,
        site_lon=[position.lon for position in positions if position],
        site_lat=[position.lat for position in positions if position],
    )


def read_sites(
    session: Session, *, kind: Kind, sector: str | None, day: date
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """
    Give where the presences of a kind in force on a day are: longitudes and latitudes, WGS84.

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
    points = np.array(
        [(each.lon, each.lat) for each in standing if each.is_counted and each.lon is not None],
        dtype=np.float64,
    ).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def estimate_to_sites(
    referential: Referential, sites: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> TravelTimes:
    """Estimate minutes from every commune to the nearest of some points (longitudes, latitudes)."""
    departures = read_departures(referential)
    return estimate_nearest_times(
        lon=departures.lon, lat=departures.lat, site_lon=sites[0], site_lat=sites[1]
    )
