"""The map of a large register: counted here, drawn by the reader's browser from tiles."""

from __future__ import annotations

from urllib.parse import urlencode

from api.pictures import list_territories, read_antennes, write_sources
from data.questions import describe_register
from data.session import Register
from data.tiles import PointChoice
from geo.french import KIND_NAMES
from geo.records import Kind, Level
from geo.tiles.points import PointGathering

_TILES = "/tiles/presences/{z}/{x}/{y}.mvt"
_PRESENCE = "/api/v1/presences/{id}"


def picture_tiles(
    register: Register, choice: PointChoice, gathering: PointGathering, *, asset_url: str, card_url: str
) -> str:
    """
    Draw presences of one kind that come as tiles.

    Parameters
    ----------
    register
        The register asked.
    choice
        What is kept; its kind is drawn, actors when it has none.
    gathering
        What `TileSource.gather` counts of it.
    asset_url, card_url
        As `picture_actors`.
    """
    from maps.tiled_map import Addresses, draw_tiled_map  # noqa: PLC0415 (40 MB: for maps only)

    kind = choice.kind or Kind.ACTOR
    summary = describe_register(register)
    return draw_tiled_map(
        gathering,
        kind=kind,
        sectors=register.sectors.sectors,
        territories=list_territories(register, Level.EPCI),
        communes=register.referential.territories(Level.COMMUNE),
        counts=summary.counts_by_kind[kind],
        title=f"Les {KIND_NAMES[kind][1]} du réseau",
        source=write_sources(register),
        data_date=summary.data_date,
        addresses=Addresses(
            tiles=f"{_TILES}?{write_choice(choice)}", presence=_PRESENCE, card=card_url, assets=asset_url
        ),
        antennes=() if kind is Kind.ANTENNE else read_antennes(register),
        is_fictional=summary.is_fictional,
    )


def write_choice(choice: PointChoice) -> str:
    """
    Write a choice as the query string of a tile.

    Examples
    --------
    >>> write_choice(PointChoice(kind=Kind.ACTOR, sectors=("velo", "amap"), outside="200093201"))
    'kind=actor&sector=velo%2Camap&outside=200093201'
    """
    said = {
        "kind": choice.kind.value if choice.kind else "",
        "sector": ",".join(choice.sectors),
        "territory": choice.territory or "",
        "outside": choice.outside or "",
    }
    return urlencode({name: value for name, value in said.items() if value})
