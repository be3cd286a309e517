"""Questions asked of the register and drawn as maps: where `data` and `maps`, which never meet, are joined.

The site links the maps' scripts (`asset_url`); the command line leaves it out and gets self-contained files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from data.questions import answer_coverage, answer_near, describe_register, find_presences
from data.session import Register
from geo.french import KIND_NAMES, write_list
from geo.records import COUNTED_STATUSES, MEL_CODE, Kind, Level, Origin, Presence, Territory, Visibility
from maps.measures import Measure

MOST_DRAWN = 20_000
"""How many presences one page draws at most, unless the caller says otherwise."""

_PAGE = 1_000
_SOURCES_NAMED = 3


def picture_actors(
    register: Register,
    *,
    kind: Kind | None = None,
    sector: str | None = None,
    sectors: Sequence[str] = (),
    territory: str | None = None,
    outside: str | None = None,
    text: str | None = None,
    title: str | None = None,
    limit: int = MOST_DRAWN,
    asset_url: str | None = None,
    card_url: str | None = None,
    reader: Visibility = Visibility.PUBLIC,
) -> str:
    """
    Draw presences of one kind, filtered.

    Parameters
    ----------
    register
        The register asked.
    kind
        The kind drawn, actors when None: a map counts one kind, since kinds are never added together.
    sector, sectors, territory, outside, text
        Filters, as `find_presences`.
    title
        The map's title; one is written when None.
    limit
        How many presences are drawn at most.
    asset_url
        Where the maps' scripts are served; None for one self-contained file.
    card_url
        Address of a presence's own page, with `{id}` in it; None when there is none.
    reader
        Who looks.

    Returns
    -------
    str
        A whole HTML page.

    Raises
    ------
    UnknownSectorError, UnknownTerritoryError
        If a filter names what does not exist.
    """
    from maps.actors_map import draw_actors_map  # noqa: PLC0415 (40 MB: for maps only)

    drawn = kind or Kind.ACTOR
    presences = read_all_presences(
        register,
        kind=drawn,
        sector=sector,
        sectors=sectors,
        territory=territory,
        outside=outside,
        text=text,
        limit=limit,
        reader=reader,
    )
    # What is still to review never counts: it is in the list, not on the map.
    presences = [presence for presence in presences if presence.status in COUNTED_STATUSES]
    summary = describe_register(register)
    return draw_actors_map(
        presences,
        sectors=register.sectors.sectors,
        territories=list_territories(register, Level.EPCI),
        counts=summary.counts_by_kind[drawn],
        title=title or f"Les {KIND_NAMES[drawn][1]} du réseau",
        source=write_sources(register),
        data_date=summary.data_date,
        antennes=() if drawn is Kind.ANTENNE else read_antennes(register),
        asset_url=asset_url,
        card_url=card_url,
        is_fictional=summary.is_fictional,
        first_view=find_corners(register, territory) if territory else None,
        outlined=_find_outlined(register, territory),
    )


def _find_outlined(register: Register, territory: str | None) -> str:
    """Give the intercommunalité that is asked, whose limit the map shows; else the MEL."""
    found = register.referential.find(territory) if territory else None
    return found.code if found and found.level is Level.EPCI else MEL_CODE


def find_corners(register: Register, territory: str) -> list[list[float]] | None:
    """Find the south-west and north-east corners of a territory, latitude first."""
    found = register.referential.find(territory)
    contour = register.referential.contours(found.level).get(territory) if found else None
    if contour is None:
        return None
    west, south, east, north = (round(degrees, 4) for degrees in contour.bounds)
    return [[south, west], [north, east]]


def picture_coverage(
    register: Register,
    *,
    level: Level = Level.EPCI,
    kind: Kind = Kind.ACTOR,
    sector: str | None = None,
    outside: str = MEL_CODE,
    at: date | None = None,
    measure: Measure = Measure.RATIO,
    asset_url: str | None = None,
) -> str:
    """
    Draw where the network is present in proportion to the inhabitants.

    Parameters
    ----------
    register, level, kind, sector, outside, at
        As `answer_coverage`.
    measure
        What is shown of each territory.
    asset_url
        Where the maps' scripts are served; None for one self-contained file.

    Returns
    -------
    str
        A whole HTML page.
    """
    from maps.coverage_map import draw_coverage_map  # noqa: PLC0415 (40 MB: for maps only)

    answer = answer_coverage(register, level=level, kind=kind, sector=sector, outside=outside, at=at)
    return draw_coverage_map(
        answer,
        territories=list_territories(register, level),
        antennes=() if kind is Kind.ANTENNE else read_antennes(register),
        measure=measure,
        sectors=register.sectors.sectors,
        source=write_sources(register),
        territory_url="/territoires/{code}" if asset_url else None,
        asset_url=asset_url,
        is_fictional=describe_register(register).is_fictional,
    )


def picture_near(
    register: Register,
    *,
    origin: Origin,
    kind: Kind | None = None,
    sector: str | None = None,
    radius_m: float | None = None,
    limit: int = 200,
    asset_url: str | None = None,
) -> str:
    """
    Draw who is near a place.

    Parameters
    ----------
    register, origin, kind, sector, radius_m, limit
        As `answer_near`.
    asset_url
        Where the maps' scripts are served; None for one self-contained file.

    Returns
    -------
    str
        A whole HTML page.
    """
    from maps.proximity_map import draw_proximity_map  # noqa: PLC0415 (40 MB: for maps only)

    answer = answer_near(register, origin=origin, sector=sector, kind=kind, radius_m=radius_m, limit=limit)
    return draw_proximity_map(
        answer,
        sectors=register.sectors.sectors,
        territories=list_territories(register, Level.EPCI),
        source=write_sources(register),
        asset_url=asset_url,
        is_fictional=describe_register(register).is_fictional,
    )


def read_all_presences(
    register: Register,
    *,
    kind: Kind,
    sector: str | None = None,
    sectors: Sequence[str] = (),
    territory: str | None = None,
    outside: str | None = None,
    text: str | None = None,
    limit: int = MOST_DRAWN,
    reader: Visibility = Visibility.PUBLIC,
) -> list[Presence]:
    """Read what the filters keep, page after page, up to `limit`."""

    def read_pages() -> Iterator[Presence]:
        cursor: str | None = None
        while True:
            page = find_presences(
                register,
                kind=kind,
                sector=sector,
                sectors=sectors,
                territory=territory,
                outside=outside,
                text=text,
                limit=min(_PAGE, limit),
                cursor=cursor,
                reader=reader,
            )
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    return list(islice(read_pages(), limit))


def read_antennes(register: Register) -> list[Presence]:
    """Read the network's antennes, which every map marks."""
    return read_all_presences(register, kind=Kind.ANTENNE)


def list_territories(register: Register, level: Level) -> list[Territory]:
    """List the territories of a level with their contours."""
    contours = register.referential.contours(level)
    return [
        replace(territory, contour=contours[territory.code])
        for territory in register.referential.territories(level)
    ]


def write_sources(register: Register) -> str:
    """Name where the presences come from."""
    names = [source.name for source in describe_register(register).sources]
    if len(names) > _SOURCES_NAMED:
        others = len(names) - _SOURCES_NAMED
        return f"{', '.join(names[:_SOURCES_NAMED])} et {others} autre{'s' if others > 1 else ''}"
    return write_list(names)
