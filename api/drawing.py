"""The maps that stand beside the pages: the same question as the page, drawn with linked scripts."""

from __future__ import annotations

from api.forms import MapForm, NearForm
from api.meeting_pictures import CARD_URL, picture_surroundings
from api.near_question import ask_surroundings, find_form_place
from api.pictures import picture_actors
from api.places import check_territory
from api.problems import Fault
from api.refusals import InvalidParameterError
from api.tile_pictures import picture_tiles
from data.session import Register
from data.tiles import PointChoice, TileSource
from geo.records import Kind, Visibility

ASSET_URL = "/assets"


def draw_map(
    register: Register,
    form: MapForm,
    *,
    limit: int,
    tiles: TileSource | None = None,
    reader: Visibility = Visibility.PUBLIC,
) -> str:
    """Draw what the filters of `/carte` keep: in the page up to `limit` presences, as tiles beyond."""
    check_territory(register, "territory", form.territory)
    check_territory(register, "outside", form.outside)
    # Tiles hold what everyone may read, and know nothing of words: other questions stay within the page.
    if tiles is not None and not form.text and reader is Visibility.PUBLIC:
        choice = PointChoice(
            kind=form.kind or Kind.ACTOR,
            sectors=tuple(form.sector),
            territory=form.territory,
            outside=form.outside,
        )
        gathering = tiles.gather(choice)
        if gathering.total > limit:
            return picture_tiles(register, choice, gathering, asset_url=ASSET_URL, card_url=CARD_URL)
    return picture_actors(
        register,
        kind=form.kind,
        sectors=form.sector,
        territory=form.territory,
        outside=form.outside,
        text=form.text,
        limit=limit,
        asset_url=ASSET_URL,
        card_url=CARD_URL,
        reader=reader,
    )


def draw_near(register: Register, form: NearForm, *, reader: Visibility = Visibility.PUBLIC) -> str:
    """
    Draw who is near.

    Raises
    ------
    InvalidParameterError
        If the form names no place.
    """
    place = find_form_place(register, form)
    if place is None:
        fault = Fault(parameter="q", expected="un lieu (q), ou un point (lat et lon)", received="rien")
        raise InvalidParameterError([fault])
    answer = ask_surroundings(register, form, place, reader=reader)
    return picture_surroundings(register, answer, asset_url=ASSET_URL)


def draw_territory(register: Register, code: str) -> str:
    """Draw the actors of a territory, outlined."""
    territory = register.referential.find(code)
    title = f"Les acteurs : {territory.name}" if territory else None
    return picture_actors(register, territory=code, title=title, asset_url=ASSET_URL, card_url=CARD_URL)
