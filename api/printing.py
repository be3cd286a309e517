"""Questions asked of the register and drawn as pages to print: where `data` and `maps` meet, for paper.

`api.pictures` does the same for the screen. Every function gives pages; the caller writes them as PDF, SVG or
PNG.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from api.pictures import read_all_presences, read_antennes, write_sources
from data.clock import today
from data.questions import answer_coverage, answer_near, describe_register
from data.questions.access import answer_access
from data.questions.change import choose_year_before, compare_dates
from data.questions.coverage_study import study_coverage
from data.questions.referents import get_referents
from data.questions.siting import answer_siting
from data.questions.territory_study import study_territory
from data.session import Register
from geo.coverage.chance import AgainstChance
from geo.coverage.change import CoverageChange
from geo.french import KIND_NAMES, write_list
from geo.records import (
    MEL_CODE,
    Basis,
    Kind,
    Level,
    Origin,
    Sector,
    Territory,
)
from geo.referents import write_referents
from geo.territories import Referential
from maps.measures import Measure, Representation
from maps.print.actors_page import Selection, draw_actors_page
from maps.print.board_pages import draw_board_pages
from maps.print.board_words import BoardAnswers
from maps.print.coverage_page import draw_coverage_page
from maps.print.furniture import Credits
from maps.print.ground import Ground
from maps.print.labels import REGION_TOWNS, Place
from maps.print.near_page import draw_proximity_page
from maps.print.network_kit import draw_network_kit
from maps.print.page import Page
from maps.print.sector_kit import SectorAnswers, draw_sector_kit
from maps.print.territory_kit import draw_territory_kit
from maps.print.territory_sheet import draw_territory_page

_TOWNS_NAMED = 12
_MOST_NEAR = 200
# Names are cut where the page ends; the map of a territory shows them all.
_MOST_LISTED = 10_000
# More than this many points on an A4 are one blot.
_MOST_POINTS = 20_000


@lru_cache(maxsize=8)
def _make_ground(referential: Referential, level: Level) -> Ground:
    contours = referential.contours(level)
    return Ground([replace(each, contour=contours[each.code]) for each in referential.territories(level)])


def make_ground(register: Register, level: Level) -> Ground:
    """Give the contours of a level, projected once for a referential."""
    return _make_ground(register.referential, level)


def make_credits(register: Register) -> Credits:
    """Say where the figures come from."""
    summary = describe_register(register)
    return Credits(
        source=write_sources(register), data_date=summary.data_date, is_fictional=summary.is_fictional
    )


def print_coverage(
    register: Register,
    *,
    level: Level = Level.EPCI,
    kind: Kind = Kind.ACTOR,
    sector: str | None = None,
    outside: str = MEL_CODE,
    at: date | None = None,
    basis: Basis = "seat",
    denominator: str | None = None,
    measure: Measure = Measure.RATIO,
    representation: Representation | None = None,
    limits: Sequence[float] | None = None,
) -> list[Page]:
    """
    Draw the coverage map on one page.

    Parameters
    ----------
    register, level, kind, sector, outside, at, basis, denominator
        As `answer_coverage`.
    measure, representation, limits
        As `maps.coverage_map.draw_coverage_map`.

    Raises
    ------
    CountsAsClassesError, RatesAsCirclesError
        If the measure is not drawn so: the message says why.
    """
    answer = answer_coverage(
        register,
        level=level,
        kind=kind,
        sector=sector,
        outside=outside,
        at=at,
        basis=basis,
        denominator=denominator,
    )
    page = draw_coverage_page(
        answer,
        ground=make_ground(register, level),
        credit=make_credits(register),
        antennes=() if kind is Kind.ANTENNE else read_antennes(register),
        measure=measure,
        representation=representation,
        limits=limits,
        sectors=register.sectors.sectors,
    )
    return [page]


def print_actors(
    register: Register,
    *,
    kind: Kind | None = None,
    sectors: Sequence[str] = (),
    territory: str | None = None,
    outside: str | None = None,
    text: str | None = None,
) -> list[Page]:
    """
    Draw presences of one kind, filtered, on one page.

    Parameters
    ----------
    register, sectors, territory, outside, text
        As `find_presences`.
    kind
        The kind drawn, actors when None.
    """
    drawn = kind or Kind.ACTOR
    presences = read_all_presences(
        register,
        kind=drawn,
        sectors=sectors,
        territory=territory,
        outside=outside,
        text=text,
        limit=_MOST_POINTS,
    )
    summary = describe_register(register)
    filtered = write_filters(register, sectors=sectors, territory=territory, outside=outside, text=text)
    page = draw_actors_page(
        presences,
        ground=make_ground(register, Level.EPCI),
        departements=make_ground(register, Level.DEPARTEMENT),
        sectors=register.sectors.sectors,
        counts=summary.counts_by_kind[drawn],
        kind=drawn,
        credit=make_credits(register),
        title=f"Les {KIND_NAMES[drawn][1]} du réseau",
        lead=filtered,
        antennes=() if drawn is Kind.ANTENNE else read_antennes(register),
        selection=make_selection(register, territory) if filtered else None,
    )
    return [page]


def make_selection(register: Register, code: str | None) -> Selection:
    """Say what bounds a selection, with what a close map of it needs."""
    found = register.referential.find(code) if code else None
    contour = register.referential.contours(found.level)[found.code] if found else None
    return Selection(
        territory=replace(found, contour=contour) if found else None, towns=list_places(register)
    )


def list_places(register: Register) -> list[Place]:
    """List the places that a close map may name: the towns of the region, then its largest communes."""
    return [*REGION_TOWNS, *_list_communes(register.referential)]


def write_filters(
    register: Register,
    *,
    sectors: Sequence[str],
    territory: str | None,
    outside: str | None,
    text: str | None,
) -> str:
    """Write what a map was filtered by; empty when it shows everything."""
    parts = []
    if sectors:
        names = write_list([f"« {register.sectors.get(code).label} »" for code in sectors])
        parts.append(f"{'filières' if len(sectors) > 1 else 'filière'} {names}")
    for code, words in ((territory, "dans"), (outside, "hors de")):
        found = register.referential.find(code) if code else None
        if found is not None:
            parts.append(f"{words} « {found.name} »")
    if text:
        parts.append(f"le nom ou la commune contient « {text} »")
    return f"Sélection : {', '.join(parts)}." if parts else ""


def print_near(
    register: Register,
    *,
    origin: Origin,
    kind: Kind | None = None,
    sector: str | None = None,
    radius_m: float | None = None,
) -> list[Page]:
    """
    Draw who is near a place, with the list, on one page.

    Parameters
    ----------
    register, origin, kind, sector, radius_m
        As `answer_near`.
    """
    answer = answer_near(
        register, origin=origin, sector=sector, kind=kind, radius_m=radius_m, limit=_MOST_NEAR
    )
    page = draw_proximity_page(
        answer,
        ground=make_ground(register, Level.EPCI),
        departements=make_ground(register, Level.DEPARTEMENT),
        sectors=register.sectors.sectors,
        credit=make_credits(register),
        towns=list_places(register),
        antennes=read_antennes(register),
    )
    return [page]


@lru_cache(maxsize=2)
def _list_communes(referential: Referential) -> tuple[Place, ...]:
    known = {town.name for town in REGION_TOWNS}
    communes = sorted(referential.territories(Level.COMMUNE), key=lambda each: -each.population)
    return tuple(
        Place(each.name, each.position, 3)
        for each in communes[:400]
        if each.position is not None and each.name not in known
    )


def print_sheet(register: Register, code: str, *, number: str = "") -> list[Page]:
    """
    Draw the one-page sheet of a territory.

    Raises
    ------
    UnknownTerritoryError
        If the code is not known.
    """
    study = study_territory(register, code, limit=_MOST_LISTED)
    territory = study.sheet.territory
    page = draw_territory_page(
        study,
        ground=make_ground(register, territory.level),
        departements=make_ground(register, Level.DEPARTEMENT),
        sectors=register.sectors.sectors,
        credit=make_credits(register),
        binome=write_referents(get_referents(register, territory.code)),
        towns=list_towns(register, territory),
        antennes=read_antennes(register),
        number=number,
    )
    return [page]


def print_board(register: Register, *, numbers: tuple[str, str] = ("1/2", "2/2")) -> list[Page]:
    """Draw the two pages of the board."""
    answers = BoardAnswers(
        study=study_coverage(register),
        access=answer_access(register),
        siting=answer_siting(register),
        change=_find_change(register),
    )
    return draw_board_pages(
        answers,
        ground=make_ground(register, Level.EPCI),
        credit=make_credits(register),
        antennes=read_antennes(register),
        numbers=numbers,
    )


def _find_change(register: Register) -> CoverageChange | None:
    """Compare with a year before; None when no list speaks of that day."""
    day = describe_register(register).data_date or today()
    change = compare_dates(register, since=choose_year_before(day), at=day)
    return change if change.reaches_back else None


def print_territory_kit(register: Register, code: str) -> list[Page]:
    """
    Draw the two pages on a territory, to hand to an elected official.

    Raises
    ------
    UnknownTerritoryError
        If the code is not known.
    """
    study = study_territory(register, code, limit=_MOST_LISTED)
    territory = study.sheet.territory
    return draw_territory_kit(
        study,
        answer_coverage(register),
        ground=make_ground(register, territory.level),
        epci=make_ground(register, Level.EPCI),
        departements=make_ground(register, Level.DEPARTEMENT),
        sectors=register.sectors.sectors,
        credit=make_credits(register),
        binome=write_referents(get_referents(register, territory.code)),
        towns=list_towns(register, territory),
        antennes=read_antennes(register),
    )


def print_sector_kit(register: Register, code: str) -> list[Page]:
    """
    Draw the two pages on a sector, to hand to an elected official.

    Raises
    ------
    UnknownSectorError
        If the list of sectors has no such code.
    """
    sector = register.sectors.get(code)
    coverage = answer_coverage(register, sector=code)
    presences = tuple(read_all_presences(register, kind=Kind.ACTOR, sector=code, limit=_MOST_POINTS))
    reach, q_value = _find_reach(register, sector)
    answers = SectorAnswers(
        sector=sector,
        coverage=coverage,
        presences=presences,
        reach=reach,
        reach_q_value=q_value,
        total=coverage.totals.counted,
    )
    return draw_sector_kit(
        answers,
        ground=make_ground(register, Level.EPCI),
        departements=make_ground(register, Level.DEPARTEMENT),
        sectors=register.sectors.sectors,
        credit=make_credits(register),
        antennes=read_antennes(register),
    )


def _find_reach(register: Register, sector: Sector) -> tuple[AgainstChance | None, float]:
    """Find who lives near a sector, tested among those of its level as on the Collectif's page."""
    tables = study_coverage(register, sector=sector.parent).sectors
    if tables is None:
        return None, 1.0
    rank = [each.code for each in tables.sectors].index(sector.code)
    q_value = tables.reach_q_values[rank]
    return tables.reach[rank], 1.0 if q_value is None else q_value


def print_network_kit(register: Register) -> list[Page]:
    """Draw the two pages that present the Apes, with its map of today."""
    return draw_network_kit(
        describe_register(register),
        answer_coverage(register),
        ground=make_ground(register, Level.EPCI),
        sectors=register.sectors.sectors,
        credit=make_credits(register),
        antennes=read_antennes(register),
    )


def list_towns(register: Register, territory: Territory) -> list[Place]:
    """List the largest communes of a territory, the largest first."""
    communes = [register.referential.get(Level.COMMUNE, code) for code in territory.commune_codes]
    communes.sort(key=lambda commune: (-commune.population, commune.code))
    placed = [commune for commune in communes[:_TOWNS_NAMED] if commune.position is not None]
    return [
        Place(commune.name, commune.position, 1 if rank == 0 else 2)
        for rank, commune in enumerate(placed)
        if commune.position is not None
    ]


def find_departement(register: Register, territory: Territory) -> Territory:
    """Give the département where most of a territory's inhabitants live."""
    inhabitants: dict[str, int] = {}
    for code in territory.commune_codes:
        commune = register.referential.get(Level.COMMUNE, code)
        departement = commune.part_of[Level.DEPARTEMENT.value]
        inhabitants[departement] = inhabitants.get(departement, 0) + commune.population
    most = max(sorted(inhabitants), key=lambda code: inhabitants[code])
    return register.referential.get(Level.DEPARTEMENT, most)
