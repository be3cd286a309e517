"""Making the travel times that access and siting rest on, and saying which ones are in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data.clock import today
from data.journeys import read_departures, read_seats, read_sites
from data.session import Register
from data.travel.building import Places, TimesSource, build_matrix
from data.travel.destinations import Destinations
from data.travel.errors import NoMatrixError
from data.travel.matrix import NO_WAY, MatrixFacts, TravelMatrix, read_matrix
from data.travel.osrm import TABLE_SIZE, TIMEOUT_S, OsrmTable
from data.travel.road_graph import RoadGraph
from data.travel.roads import digest_extracts, read_roads
from data.travel.stored import find_matrix, locate_matrix
from geo.records import Kind

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelTimesReport:
    """
    What the stored times are.

    `without_way` counts the pairs that no road joins. `problem` says in French why they are not used, None
    when they are.
    """

    path: Path
    size_bytes: int
    facts: MatrixFacts
    origins: int
    destinations: int
    without_way: int
    problem: str | None


def compute_times_by_router(
    register: Register,
    *,
    url: str,
    profile: str = "driving",
    roads_date: date | None = None,
    destinations: Destinations = Destinations.ALL,
    table_size: int = TABLE_SIZE,
    timeout_s: float = TIMEOUT_S,
    progress: Progress = lambda _done, _total: None,
) -> TravelTimesReport:
    """
    Ask a running OSRM server for the times from town hall to town hall, and store them.

    Parameters
    ----------
    register
        The register whose folder keeps them.
    url, profile, table_size, timeout_s, roads_date
        As `OsrmTable`.
    destinations
        Where journeys lead.
    progress
        Called with the destinations done and all of them.

    Raises
    ------
    TravelTimesError
        If the server does not answer, refuses, or is none; the times in place are as they were.
    FileNotWrittenError
        If the folder is read-only or full.
    """
    source = OsrmTable(
        url, profile=profile, roads_date=roads_date, table_size=table_size, timeout_s=timeout_s
    )
    with closing(source):
        return _compute(register, source, destinations, progress)


def compute_times_by_extract(
    register: Register,
    *,
    extracts: Sequence[Path],
    destinations: Destinations = Destinations.ALL,
    progress: Progress = lambda _done, _total: None,
    reading: Callable[[int], None] = lambda _roads: None,
) -> TravelTimesReport:
    """
    Compute the times from town hall to town hall over the roads of OpenStreetMap extracts, and store them.

    Parameters
    ----------
    register
        The register whose folder keeps them.
    extracts
        Files .osm.pbf or .osm that touch: the region, and what lies across its borders.
    destinations, progress
        As `compute_times_by_router`.
    reading
        Called with the roads read so far.

    Raises
    ------
    OsmiumMissingError, UnusableExtractError
        If the extra is not installed, or a file is no extract.
    FileNotWrittenError
        If the folder is read-only or full.
    """
    digest = digest_extracts(extracts)
    source = RoadGraph(
        read_roads(extracts, progress=reading),
        _read_town_halls(register),
        extracts=[path.name for path in extracts],
        digest=digest,
    )
    return _compute(register, source, destinations, progress)


def describe_travel_times(register: Register) -> TravelTimesReport:
    """
    Say which times are stored, where they come from, and whether they are used.

    Raises
    ------
    NoMatrixError
        If none are.
    UnreadableMatrixError
        If the file is damaged.
    """
    path = locate_matrix(register.settings.home)
    if not path.exists():
        raise NoMatrixError(path=path)
    return _report(register, read_matrix(path))


def _compute(
    register: Register, source: TimesSource, destinations: Destinations, progress: Progress
) -> TravelTimesReport:
    places = _read_town_halls(register)
    wanted = places if destinations is Destinations.ALL else places.take(_list_needed(register))
    matrix = build_matrix(
        source,
        places,
        wanted,
        home=register.settings.home,
        vintage=register.referential.vintage,
        computed_on=today(),
        progress=progress,
    )
    return _report(register, matrix)


def _read_town_halls(register: Register) -> Places:
    departures = read_departures(register.referential)
    return Places(codes=departures.codes, lon=departures.lon, lat=departures.lat)


def _list_needed(register: Register) -> list[str]:
    """List the candidates of siting and the communes of what people travel to, today."""
    codes = {commune.code for _, commune in read_seats(register.referential)}
    with register.reading() as session:
        for kind in (Kind.ANTENNE, Kind.EVENT, Kind.AMBASSADOR):
            codes |= set(read_sites(session, kind=kind, sector=None, day=today()).communes)
    return sorted(codes - {""})


def _report(register: Register, matrix: TravelMatrix) -> TravelTimesReport:
    home = register.settings.home
    departures = read_departures(register.referential)
    found = find_matrix(home, origins=departures.codes, vintage=register.referential.vintage)
    return TravelTimesReport(
        path=locate_matrix(home),
        size_bytes=locate_matrix(home).stat().st_size,
        facts=matrix.facts,
        origins=len(matrix.origins),
        destinations=len(matrix.destinations),
        without_way=int((matrix.tenths == NO_WAY).sum()),
        problem=found.problem,
    )
