"""`/presences/{id}`: the card of a presence, and its map."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from api.card_view import ask_card_map, describe_card
from api.dependencies import get_register
from api.drawing import ASSET_URL
from api.meeting_pictures import picture_card
from api.pages import answer_map, answer_page, mark_page
from api.parameters import MAX_ID
from api.readers import ReaderDep
from data.errors import UnknownPresenceError

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])

PresenceId = Annotated[int, Path(ge=1, le=MAX_ID)]


@router.get("/presences/{presence_id}")
def show_presence(request: Request, presence_id: PresenceId, reader: ReaderDep) -> Response:
    """Show the card of a presence."""
    register = get_register(request)
    return answer_page(
        request,
        register,
        "presence.html",
        lambda: describe_card(register, presence_id, site_url=str(request.base_url), reader=reader),
        here="/carte",
    )


@router.get("/presences/{presence_id}/plan")
def show_presence_map(request: Request, presence_id: PresenceId, reader: ReaderDep) -> Response:
    """Show where a presence is, and whom it could meet around."""
    register = get_register(request)

    def draw() -> str:
        answer = ask_card_map(register, presence_id, reader=reader)
        if answer is None:
            raise UnknownPresenceError(presence_id=presence_id)
        return picture_card(register, answer, asset_url=ASSET_URL)

    return answer_map(request, register, ("presence", presence_id, reader), draw)
