"""Who is where: points coloured by sector, counted inside territory borders when seen from afar."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from geo.french import KIND_NAMES
from geo.records import MEL_CODE, Kind, Precision, Presence, Sector, StatusCounts, Territory
from maps.layers import AntennesLayer, GroundLayer, TownsLayer, find_bounds
from maps.legend import Symbol
from maps.page import MapPage, Notice, RegionMap
from maps.points import PointsLayer
from maps.popup import Card, clean_text, describe_presence, label_sectors, render
from maps.wording import CREDIT, write_limit, write_presences

# Up to this many names, the page also holds the list as HTML, for readers without the map.
LIST_LIMIT = 1_000


def draw_actors_map(  # noqa: PLR0913 (each is a fact that the page says or shows)
    presences: Sequence[Presence],
    *,
    sectors: Sequence[Sector],
    territories: Sequence[Territory],
    counts: StatusCounts,
    title: str,
    source: str,
    data_date: date | None,
    antennes: Sequence[Presence] = (),
    card_url: str | None = None,
    asset_url: str | None = None,
    credit: str = CREDIT,
    is_fictional: bool | None = None,
    first_view: list[list[float]] | None = None,
    outlined: str = MEL_CODE,
) -> str:
    """
    Draw presences of one kind as a page.

    Parameters
    ----------
    presences
        Presences of one kind, as this reader may see them; those without a position are in `counts` only.
    sectors
        The whole sector list in its order: it gives colours and shapes.
    territories
        EPCI with contours: the background, and the borders inside which presences are counted.
    counts
        Where every row received stands.
    title, source, data_date
        What the page says of itself.
    antennes
        The network's antennes, marked apart.
    card_url
        Address of a presence's own page with `{id}` in it (`/presences/{id}`); None when there is none.
    asset_url
        Where `maps.vendored.ASSETS_FOLDER` is served, such as `/assets/`; None for one self-contained file.
    credit
        Credits of the contours and libraries.
    is_fictional
        Whether to say that the presences are invented; None asks the presences.
    first_view
        South-west and north-east corners of what is seen first, latitude first; the region when None.
    outlined
        Code of the territory whose limit is drawn heavier.

    Returns
    -------
    str
        HTML. The same input gives the same text.

    Raises
    ------
    MixedKindsError
        If the presences are of several kinds.
    ContourMissingError
        If a territory has no contour.

    Examples
    --------
    >>> page = draw_actors_map(
    ...     [], sectors=[], territories=[], counts=StatusCounts(), title="Nos acteurs", source="Apes",
    ...     data_date=None)
    >>> "<h1" in page and "Nos acteurs" in page
    True
    """
    points = PointsLayer(presences, sectors=sectors, territories=territories, card_url=card_url)
    outlined_name = clean_text(next((t.name for t in territories if t.code == outlined), ""))
    antenne_layer = AntennesLayer(antennes)
    positions = [presence.position for presence in points.presences if presence.position]
    region_map = RegionMap(bounds=first_view or (None if territories else find_bounds(positions)))
    for layer in (
        GroundLayer(territories, outlined=[outlined], outlined_name=outlined_name),
        TownsLayer(),
        points,
        antenne_layer,
    ):
        layer.add_to(region_map)
    kind = points.presences[0].kind if points.presences else Kind.ACTOR
    fictional = any(p.is_fictional for p in presences) if is_fictional is None else is_fictional
    notice = Notice(
        title=title,
        lead=_write_lead(points, counts, kind),
        counts=counts,
        kind=kind,
        data_date=data_date,
        source=source,
        credit=credit,
        is_fictional=fictional,
    )
    drawn = len(points.presences)
    side = render(
        "actors.html",
        symbols=_list_symbols(points),
        antennes=antenne_layer.names,
        limit=write_limit(outlined, outlined_name) if outlined_name else "",
        has_town_level=any(p.precision is Precision.COMMUNE for p in points.presences),
        has_many_sectors=any(len(classes) > 1 for classes in points.classes_by_row),
        plural=KIND_NAMES[kind][1],
        drawn=write_presences(drawn, kind),
        groups=_group_cards(points, sectors) if drawn <= LIST_LIMIT else None,
        card_url=card_url,
        list_limit=LIST_LIMIT,
    )
    tools = render("search.html", map_id=region_map.get_name(), singular=KIND_NAMES[kind][0])
    return MapPage(region_map, notice, side=side, tools=tools, layout="actors", asset_url=asset_url).render()


def _write_lead(points: PointsLayer, counts: StatusCounts, kind: Kind) -> list[str]:
    drawn = len(points.presences)
    sentence = f"{write_presences(drawn, kind)} sur la carte"
    if counts.received > drawn:
        # The same number as the counts below, which tell what became of each.
        return [f"{sentence}, pour {write_presences(counts.received, kind)} au registre."]
    return [f"{sentence}."]


def _list_symbols(points: PointsLayer) -> list[Symbol]:
    places = {sector_class: place for place, sector_class in enumerate(points.sector_classes.classes)}
    return [
        Symbol(
            number=places[sector_class],
            label=sector_class.label,
            colour=sector_class.colour,
            shape=sector_class.shape,
            count=count,
        )
        for sector_class, count in points.count_classes()
    ]


def _group_cards(points: PointsLayer, sectors: Sequence[Sector]) -> list[tuple[str, list[Card]]]:
    """Group cards by EPCI, both in the alphabet's order."""
    labels = label_sectors(sectors)
    rows = sorted(
        (
            (clean_text(p.epci_name or "") or "Hors intercommunalité connue", describe_presence(p, labels))
            for p in points.presences
        ),
        key=lambda row: (row[0].casefold(), row[1].name.casefold(), row[1].id),
    )
    return [(name, [card for _, card in group]) for name, group in groupby(rows, key=lambda row: row[0])]
