"""Where events are worth holding: numbered territories, how far each would reach, and whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.position import Position
from geo.records import MEL_CODE, Kind, Presence, StatusCounts, Territory
from maps import style
from maps.layers import DataLayer, GroundLayer, TownsLayer
from maps.page import MapPage, Notice, RegionMap
from maps.popup import clean_text, render
from maps.ring import draw_ring
from maps.wording import write_radius


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStop:
    """One line of a plan: a territory's main place, what to hold there, and whom it would reach."""

    rank: int
    name: str
    position: Position
    what: str
    members: tuple[Presence, ...]


class PlanLayer(DataLayer):
    """The stops of a plan, each with its circle and the members that it would reach."""

    def __init__(self, stops: Sequence[PlanStop], reach_m: float) -> None:
        super().__init__(
            "plan",
            colour=style.FRAME,
            memberColour=style.BRICK,
            stops=[
                {
                    "rank": stop.rank,
                    "at": [round(degrees, 5) for degrees in stop.position.lat_lon()],
                    "name": clean_text(stop.name),
                    "what": clean_text(stop.what),
                    "ring": draw_ring(stop.position, reach_m),
                    "members": [
                        [clean_text(member.name), *(round(d, 5) for d in member.position.lat_lon())]
                        for member in stop.members
                        if member.position is not None
                    ],
                }
                for stop in stops
            ],
        )


def draw_plan_map(
    stops: Sequence[PlanStop],
    *,
    territories: Sequence[Territory],
    reach_m: float,
    title: str,
    source: str = "",
    asset_url: str | None = None,
    is_fictional: bool = False,
) -> str:
    """
    Draw where events are worth holding as a page.

    Parameters
    ----------
    stops
        The plan, best first.
    territories
        EPCI with contours, the background.
    reach_m
        How far each event reaches, metres.
    title, source
        What the page says of itself.
    asset_url
        Where `maps.vendored.ASSETS_FOLDER` is served; None for one self-contained file.
    is_fictional
        Whether to say that the presences are invented.

    Returns
    -------
    str
        HTML. The same input gives the same text.

    Examples
    --------
    >>> page = draw_plan_map([], territories=[], reach_m=20_000, title="Où se rencontrer ?")
    >>> "Où se rencontrer" in page
    True
    """
    region_map = RegionMap()
    for layer in (GroundLayer(territories, outlined=[MEL_CODE]), TownsLayer(), PlanLayer(stops, reach_m)):
        layer.add_to(region_map)
    notice = Notice(
        title=title,
        lead=(),
        counts=StatusCounts(),
        kind=Kind.ACTOR,
        data_date=None,
        source=source,
        is_fictional=is_fictional,
    )
    side = render("plan.html", stops=stops, reach=write_radius(reach_m))
    return MapPage(region_map, notice, side=side, layout="plan-map", asset_url=asset_url).render()
