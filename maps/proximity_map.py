"""Who is near: the point, the circle, and the ranked list beside the map."""

from __future__ import annotations

from collections.abc import Sequence

from geo.french import KIND_NAMES, write_direction, write_distance
from geo.position import Position, measure_bearing_deg
from geo.records import (
    MEL_CODE,
    NearAnswer,
    Neighbour,
    Precision,
    Presence,
    Sector,
    Territory,
)
from geo.surroundings import Area
from maps import style
from maps.layers import (
    AntennesLayer,
    AreaLayer,
    DataLayer,
    GroundLayer,
    RingLayer,
    TownsLayer,
    find_bounds,
)
from maps.near_words import SAME_PLACE_M, write_near_lead, write_near_title
from maps.page import MapPage, Notice, RegionMap
from maps.popup import Card, clean_text, describe_presence, label_sectors, render
from maps.ring import draw_ring
from maps.sector_classes import SectorClasses
from maps.wording import typeset, write_radius


def draw_proximity_map(
    answer: NearAnswer,
    *,
    sectors: Sequence[Sector],
    territories: Sequence[Territory],
    antennes: Sequence[Presence] = (),
    title: str | None = None,
    source: str = "",
    card_url: str | None = None,
    asset_url: str | None = None,
    is_fictional: bool | None = None,
    area: Area | None = None,
    origin_words: str = "Point de départ",
    has_ring: bool = True,
) -> str:
    """
    Draw who is near a place as a page: map and ranked list.

    A presence placed at its commune only is given no distance: it would be that of the town hall.

    Parameters
    ----------
    answer
        The answer to draw, nearest first.
    sectors
        The whole sector list in its order: it gives colours and shapes.
    territories
        EPCI with contours, the background.
    antennes
        The network's antennes, marked apart.
    title, source
        What the page says of itself; a title is written when None.
    card_url
        Address of a presence's own page with `{id}` in it; None when there is none.
    asset_url
        Where `maps.vendored.ASSETS_FOLDER` is served; None for one self-contained file.
    is_fictional
        Whether to say that the presences are invented; None asks the presences.
    area
        The place as a whole when there is one: distances are then from its border, 0 inside.
    origin_words
        What the legend calls the point that the search starts from.
    has_ring
        Whether to draw a circle up to the farthest answer when no radius was asked.

    Returns
    -------
    str
        HTML. The same input gives the same text.

    Examples
    --------
    >>> from geo.records import Origin, StatusCounts
    >>> lens = Origin(position=Position(lon=2.83, lat=50.43), label="Lens", precision=Precision.COMMUNE)
    >>> answer = NearAnswer(
    ...     origin=lens, results=(), hidden=0, counts=StatusCounts(), data_date=None, radius_m=5_000)
    >>> "à moins de 5" in draw_proximity_map(answer, sectors=[], territories=[])
    True
    """
    labels = label_sectors(sectors)
    classes = SectorClasses(sectors)
    rows = [
        _Row(answer, rank, neighbour, labels, is_area=area is not None)
        for rank, neighbour in enumerate(answer.results, start=1)
    ]
    farthest_m = max((row.distance_m for row in rows), default=None) if has_ring else None
    ring_m = answer.radius_m or farthest_m
    antenne_layer = AntennesLayer(antennes)
    region_map = RegionMap(bounds=_find_view(answer, ring_m, area))
    layers: list[DataLayer] = [GroundLayer(territories, outlined=[MEL_CODE]), TownsLayer()]
    if area is not None:
        reach_m = answer.radius_m if answer.radius_m and answer.radius_m > 1 else None
        layers.append(
            AreaLayer(area.contour, reach_m=reach_m, label=write_radius(reach_m) if reach_m else "")
        )
    elif ring_m:
        layers.append(
            RingLayer(answer.origin.position, ring_m, write_radius(ring_m) if answer.radius_m else "")
        )
    layers += [NearLayer(answer, rows, classes, card_url, has_origin=area is None), antenne_layer]
    for layer in layers:
        layer.add_to(region_map)
    fictional = any(n.presence.is_fictional for n in answer.results) if is_fictional is None else is_fictional
    notice = Notice(
        title=title or write_near_title(answer),
        lead=write_near_lead(answer, labels, is_area=area is not None),
        counts=answer.counts,
        kind=answer.kind,
        data_date=answer.data_date,
        source=source,
        is_fictional=fictional,
    )
    side = render(
        "near.html",
        rows=rows,
        symbols=[classes.classes[classes.find(n.presence.sectors)[0]] for n in answer.results],
        shapes=style.SHAPES,
        hidden=answer.hidden,
        card_url=card_url,
        antennes=antenne_layer.names,
        has_town_level=any(row.card.is_town_level for row in rows),
        has_origin=area is None,
        origin_words=origin_words,
    )
    return MapPage(region_map, notice, side=side, layout="near", asset_url=asset_url).render()


class _Row:
    """One line of the ranked list."""

    def __init__(
        self,
        answer: NearAnswer,
        rank: int,
        neighbour: Neighbour,
        labels: dict[str, str],
        *,
        is_area: bool = False,
    ) -> None:
        self.rank = rank
        self.presence = neighbour.presence
        self.card: Card = describe_presence(neighbour.presence, labels)
        self.distance_m = neighbour.distance_m
        self.distance = _write_distance(answer.origin.position, neighbour, is_area=is_area)
        kind = neighbour.presence.kind
        self.kind = "" if answer.kind else KIND_NAMES[kind][0].capitalize()


def _write_distance(origin: Position, neighbour: Neighbour, *, is_area: bool) -> str:
    """Write distance and direction, or that only the commune is known."""
    presence = neighbour.presence
    if presence.precision is Precision.COMMUNE or presence.position is None:
        town = clean_text(presence.commune_name or presence.city or "")
        return f"à la commune ({town})" if town else "à la commune"
    if neighbour.distance_m < SAME_PLACE_M:
        return "sur place" if is_area else "ici même"
    direction = write_direction(measure_bearing_deg(origin, presence.position))
    return f"{write_distance(neighbour.distance_m)} {direction}"


class NearLayer(DataLayer):
    """The origin and the ranked results; results placed at the commune are drawn hollow."""

    def __init__(
        self,
        answer: NearAnswer,
        rows: Sequence[_Row],
        classes: SectorClasses,
        card_url: str | None,
        *,
        has_origin: bool = True,
    ) -> None:
        super().__init__(
            "near",
            # A place as a whole has no point to start from: a mark on its town hall would lie.
            origin=[round(degrees, 5) for degrees in answer.origin.position.lat_lon()]
            if has_origin
            else None,
            originLabel=clean_text(answer.origin.label),
            classes=[[c.label, c.colour, c.shape] for c in classes.classes],
            shapes=dict(style.SHAPES),
            results=[
                {
                    "rank": row.rank,
                    "id": row.presence.id,
                    "at": [round(degrees, 5) for degrees in row.presence.position.lat_lon()],
                    "class": classes.find(row.presence.sectors)[0],
                    "isTownLevel": row.card.is_town_level,
                    "card": {
                        "name": row.card.name,
                        "sectors": row.card.sectors,
                        "town": row.card.town,
                        "precision": typeset(
                            f"{row.distance}. {row.card.precision}" if row.card.precision else row.distance
                        ),
                        "address": row.card.address,
                        "website": row.card.website,
                        "summary": row.card.summary,
                        "url": card_url.replace("{id}", str(row.card.id)) if card_url else "",
                    },
                }
                for row in rows
                if row.presence.position is not None
            ],
        )


def _find_view(
    answer: NearAnswer, ring_m: float | None, area: Area | None = None
) -> list[list[float]] | None:
    """Look at the ring and every result; at 5 km around when there is neither."""
    if area is not None:
        west, south, east, north = area.contour.bounds
        corners = [Position(lon=west, lat=south), Position(lon=east, lat=north)]
        return find_bounds([*corners, *(n.presence.position for n in answer.results if n.presence.position)])
    around = [Position(lon=lon, lat=lat) for lat, lon in draw_ring(answer.origin.position, ring_m or 5_000)]
    return find_bounds([*around, *(n.presence.position for n in answer.results if n.presence.position)])
