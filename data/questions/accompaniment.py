"""How much accompaniment the antennes offer, shared among all who can reach the same one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from data.clock import today
from data.errors import OutOfBoundsError
from data.journeys import choose_journeys, read_departures, read_sites
from data.session import Register, Session
from data.travel.stored import stamp_matrix
from geo.coverage.accompaniment import FADING_OVER_45_MIN, WITHIN_30_MIN, Accompaniment, measure_accompaniment
from geo.coverage.checking import FloatArray
from geo.records import Kind, Level

_PER_100K = 100_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLoad:
    """An antenne's commune, its posts, and how many within 30 minutes share each (None: nobody)."""

    commune: str
    name: str
    posts: float
    inhabitants_per_post: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccompanimentRow:
    """An EPCI: posts per 100,000 inhabitants that its own can reach on average, under both readings."""

    code: str
    name: str
    population: int
    within_30_min: float
    fading_over_45_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AccompanimentAnswer:
    """
    What the antennes offer, under two readings: all alike within 30 minutes, or less and less up to 45.

    `share_without` are the shares (0 to 1) of inhabitants who reach nothing, in the same order;
    `shared_posts` what is shared in each, always the posts of the antennes that somebody reaches.
    """

    sites: tuple[SiteLoad, ...]
    rows: tuple[AccompanimentRow, ...]
    share_without: tuple[float, float]
    shared_posts: tuple[float, float]
    caption: str


def answer_accompaniment(
    register: Register, *, posts: Mapping[str, float] | None = None
) -> AccompanimentAnswer:
    """
    Share the antennes of today among those who reach them.

    Parameters
    ----------
    register
        The register asked.
    posts
        Full-time posts by code of a commune that has an antenne; one for each antenne that is not given.

    Raises
    ------
    OutOfBoundsError
        If a commune has no antenne, or its posts are not above zero.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     answer = answer_accompaniment(register)
    ...     register.close()
    >>> answer.sites, answer.share_without
    ((), (1.0, 1.0))
    """
    given = dict(posts or {})
    key = ("accompaniment", tuple(sorted(given.items())), today(), stamp_matrix(register.settings.home))
    with register.reading() as session:
        return session.remember(key, lambda: _answer(session, given))


def _answer(session: Session, given: Mapping[str, float]) -> AccompanimentAnswer:
    referential = session.register.referential
    sites = read_sites(session, kind=Kind.ANTENNE, sector=None, day=today())
    antennes = Counter(sites.communes)
    communes = sorted(antennes)
    for code, amount in given.items():
        if code not in antennes or not 0 < amount < np.inf:
            known = ", ".join(communes) or "aucune antenne placée"
            raise OutOfBoundsError(
                name="postes", received=f"{code}={amount:g}",
                expected=f"un nombre au-dessus de zéro, pour la commune d'une antenne ({known})",
            )  # fmt: skip
    offered = np.array([given.get(code, float(antennes[code])) for code in communes], dtype=np.float64)
    departures = read_departures(referential)
    journeys = choose_journeys(referential, session.register.settings.home, communes)
    times = journeys.to_communes(tuple(communes))
    near, fading = (
        measure_accompaniment(times, departures.populations, offered, steps=steps)
        for steps in (WITHIN_30_MIN, FADING_OVER_45_MIN)
    )
    people = departures.populations
    return AccompanimentAnswer(
        sites=tuple(
            SiteLoad(
                commune=code,
                name=referential.get(Level.COMMUNE, code).name,
                posts=float(offered[rank]),
                inhabitants_per_post=1 / near.load[rank] if near.load[rank] > 0 else None,
            )
            for rank, code in enumerate(communes)
        ),
        rows=_list_rows(session, near, fading, people, departures.epci_codes),
        share_without=(_measure_without(near, people), _measure_without(fading, people)),
        shared_posts=(near.shared_supply, fading.shared_supply),
        caption=times.caption,
    )


def _measure_without(found: Accompaniment, people: FloatArray) -> float:
    return float(people[found.per_inhabitant == 0].sum() / people.sum())


def _list_rows(
    session: Session, near: Accompaniment, fading: Accompaniment, people: FloatArray, epci: tuple[str, ...]
) -> tuple[AccompanimentRow, ...]:
    codes = np.array(epci)
    rows = []
    for territory in session.register.referential.territories(Level.EPCI):
        inside = codes == territory.code
        total = people[inside].sum()
        first, second = (
            float(_PER_100K * (found.per_inhabitant * people)[inside].sum() / total) if total else 0.0
            for found in (near, fading)
        )
        rows.append(
            AccompanimentRow(
                code=territory.code,
                name=territory.name,
                population=territory.population,
                within_30_min=first,
                fading_over_45_min=second,
            )
        )
    return tuple(sorted(rows, key=lambda row: (-row.within_30_min, -row.population, row.code)))
