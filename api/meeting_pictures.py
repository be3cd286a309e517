"""Maps of meetings: who is around a place, and where events are worth holding."""

from __future__ import annotations

from api.pictures import list_territories, write_sources
from data.questions import describe_register
from data.session import Register
from geo.records import Level, NearAnswer
from geo.surroundings import SurroundingsAnswer

CARD_URL = "/presences/{id}"
"""The address of a presence's own page, where the site serves it."""


def picture_surroundings(
    register: Register, answer: SurroundingsAnswer, *, asset_url: str | None = None
) -> str:
    """
    Draw who is in a place and around it, ranked as the answer ranks them.

    Parameters
    ----------
    register
        The register that was asked.
    answer
        The answer to draw, as the page lists it.
    asset_url
        Where the maps' scripts are served; None for one self-contained file.

    Returns
    -------
    str
        A whole HTML page.
    """
    from maps.proximity_map import draw_proximity_map  # noqa: PLC0415 (40 MB: for maps only)

    return draw_proximity_map(
        answer.as_near(),
        sectors=register.sectors.sectors,
        territories=list_territories(register, Level.EPCI),
        source=write_sources(register),
        card_url=CARD_URL if asset_url else None,
        asset_url=asset_url,
        is_fictional=describe_register(register).is_fictional,
        area=answer.place.area,
        has_ring=False,
    )


def picture_card(register: Register, answer: NearAnswer, *, asset_url: str | None = None) -> str:
    """Draw a presence and whom it could meet around it, as a whole HTML page."""
    from maps.proximity_map import draw_proximity_map  # noqa: PLC0415 (40 MB: for maps only)

    return draw_proximity_map(
        answer,
        sectors=register.sectors.sectors,
        territories=list_territories(register, Level.EPCI),
        title=answer.origin.label,
        origin_words="Cette fiche",
        has_ring=False,
        source=write_sources(register),
        card_url=CARD_URL if asset_url else None,
        asset_url=asset_url,
        is_fictional=describe_register(register).is_fictional,
    )
