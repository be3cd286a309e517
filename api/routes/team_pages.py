"""`/equipe`: coming in with a token, the queue of suggestions, the messages to send, the cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.attempts import AttemptLimiter
from api.dependencies import get_register
from api.form_reading import read_form, read_texts
from api.meeting_pictures import CARD_URL
from api.pages import mark_page
from api.parameters import MAX_ID
from api.readers import close, drop_cookie, find_bearer, set_cookie
from api.refusals import TooManyAttemptsError
from api.team import check_form, get_staff, go_to, name_person, render_team
from data.errors import InvalidCorrectionError
from data.intake.report import CHANGE_NAMES
from data.people.errors import InvalidProposalError, InvalidTokenError
from data.people.messages import (
    SmtpSettings,
    forget_message,
    list_unsent,
    mark_sent,
    send_waiting_messages,
)
from data.people.suggestible import FIELD_NAMES, MOST_CHARACTERS
from data.people.tokens import create_token, open_session
from data.questions import correct_presence, find_presences, get_presence, history_of
from data.questions.proposals import (
    CARD_MARK,
    accept_proposal,
    find_private_place,
    get_proposal,
    list_proposals,
    refuse_proposal,
)
from geo.people import ProposalKind, ProposalState, Role
from geo.records import Visibility

router = APIRouter(prefix="/equipe", include_in_schema=False, dependencies=[Depends(mark_page)])

Number = Annotated[int, Path(ge=1, le=MAX_ID)]

KIND_WORDS = {
    ProposalKind.ADDITION: "nouvelle fiche",
    ProposalKind.CORRECTION: "correction",
    ProposalKind.HIDE: "demande de retrait",
}
STATE_WORDS = {
    ProposalState.WAITING: "en attente",
    ProposalState.ACCEPTED: "acceptées",
    ProposalState.REFUSED: "refusées",
}
_LINK_LASTS = timedelta(days=365)
_SETTINGS = ("at_home", "willing_to_sponsor", "visibility")


@router.get("")
def show_entrance(request: Request) -> Response:
    """Show the team's first page, or ask for a token."""
    bearer = find_bearer(request)
    if bearer is None or bearer.role is not Role.STAFF:
        return render_team(request, "team_login.html", fault=None)
    register = get_register(request)
    queue = list_proposals(register, limit=5)
    return render_team(
        request,
        "team_home.html",
        room="/equipe",
        queue=queue,
        messages=list_unsent(register),
        kinds=KIND_WORDS,
    )


@router.post("/entrer")
async def enter(request: Request) -> Response:
    """Let in who gives a token."""
    texts = read_texts(await read_form(request))
    return await run_in_threadpool(_enter, request, texts.get("token", ""))


def _enter(request: Request, secret: str) -> Response:
    limiter: AttemptLimiter = request.app.state.attempts
    address = request.client.host if request.client else "inconnu"
    try:
        limiter.check(address)
        bearer, cookie = open_session(get_register(request), secret)
    except InvalidTokenError as error:
        limiter.note_failure(address)
        return render_team(request, "team_login.html", status=403, fault=str(error))
    except TooManyAttemptsError as error:
        return render_team(request, "team_login.html", status=429, fault=str(error))
    limiter.note_success(address)
    response = go_to("/equipe" if bearer.role is Role.STAFF else "/proche")
    set_cookie(request, response, cookie)
    return response


@router.post("/sortir")
async def leave(request: Request) -> Response:
    """Let a browser out, of whatever role; leaving needs no more than the cookie itself."""
    await read_form(request)
    await run_in_threadpool(close, request)
    response = go_to("/equipe")
    drop_cookie(request, response)
    return response


@router.get("/propositions")
def show_queue(request: Request, etat: Annotated[ProposalState, Query()] = ProposalState.WAITING) -> Response:
    """Show the queue of suggestions."""
    get_staff(request)
    queue = list_proposals(get_register(request), etat)
    return render_team(
        request,
        "team_queue.html",
        room="/equipe/propositions",
        queue=queue,
        state=etat,
        kinds=KIND_WORDS,
        states=STATE_WORDS,
        fields=FIELD_NAMES,
    )


@router.get("/propositions/{proposal_id}")
def show_proposal(request: Request, proposal_id: Number) -> Response:
    """Show one suggestion, to be edited and decided."""
    get_staff(request)
    return _show_proposal(request, proposal_id, None)


def _show_proposal(request: Request, proposal_id: int, fault: str | None, *, status: int = 200) -> Response:
    register = get_register(request)
    proposal = get_proposal(register, proposal_id)
    presence = private = None
    if proposal.presence_id is not None:
        presence = get_presence(register, proposal.presence_id, reader=Visibility.STAFF)
        private = find_private_place(register, proposal.presence_id)
    return render_team(
        request,
        "team_proposal.html",
        status=status,
        room="/equipe/propositions",
        proposal=proposal,
        presence=presence,
        private=private,
        kinds=KIND_WORDS,
        fields=FIELD_NAMES,
        most=MOST_CHARACTERS,
        labels={sector.code: sector.label for sector in register.sectors.sectors},
        can_send=SmtpSettings().is_set_up,
        fault=fault,
        card_mark=CARD_MARK,
    )


@router.post("/propositions/{proposal_id}")
async def decide(request: Request, proposal_id: Number) -> Response:
    """Accept or refuse a suggestion."""
    texts = read_texts(await read_form(request))
    return await run_in_threadpool(_decide, request, proposal_id, texts)


def _decide(request: Request, proposal_id: int, texts: dict[str, str]) -> Response:
    bearer = check_form(request, texts)
    register = get_register(request)
    who = name_person(bearer)
    why = texts.get("why", "").strip() or f"Proposition {proposal_id}"
    if texts.get("action") == "refuse":
        refuse_proposal(register, proposal_id, who=who, why=why, reply=texts.get("reply_refused", ""))
    else:
        edited = {name: texts[name] for name in FIELD_NAMES if name in texts}
        try:
            accept_proposal(
                register,
                proposal_id,
                who=who,
                why=why,
                payload=edited,
                reply=texts.get("reply", ""),
                card_url=f"{str(request.base_url).rstrip('/')}{CARD_URL}",
            )
        except (InvalidProposalError, InvalidCorrectionError) as error:
            return _show_proposal(request, proposal_id, str(error), status=422)
    send_waiting_messages(register, SmtpSettings())
    return go_to("/equipe/propositions")


@router.get("/messages")
def show_messages(request: Request) -> Response:
    """Show the messages that wait to be sent."""
    get_staff(request)
    messages = list_unsent(get_register(request))
    can_send = SmtpSettings().is_set_up
    return render_team(
        request, "team_messages.html", room="/equipe/messages", messages=messages, can_send=can_send
    )


@router.post("/messages/{message_id}")
async def handle_message(request: Request, message_id: Number) -> Response:
    """Note that a message was sent by hand, drop it, or try to send all again."""
    texts = read_texts(await read_form(request))

    def handle() -> Response:
        check_form(request, texts)
        register = get_register(request)
        match texts.get("action"):
            case "sent":
                mark_sent(register, message_id)
            case "drop":
                forget_message(register, message_id)
            case _:
                send_waiting_messages(register, SmtpSettings())
        return go_to("/equipe/messages")

    return await run_in_threadpool(handle)


@router.get("/fiches")
def show_cards(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Show the cards that a name finds, whoever may see them."""
    get_staff(request)
    page = find_presences(get_register(request), text=q or None, limit=50, reader=Visibility.STAFF)
    return render_team(request, "team_cards.html", room="/equipe/fiches", page=page, q=q)


@router.get("/fiches/{presence_id}")
def show_card(request: Request, presence_id: Number) -> Response:
    """Show what only staff sees of a presence, and what it may set."""
    get_staff(request)
    return _show_card(request, presence_id)


def _show_card(request: Request, presence_id: int, *, link: str | None = None) -> Response:
    register = get_register(request)
    return render_team(
        request,
        "team_card.html",
        room="/equipe/fiches",
        presence=get_presence(register, presence_id, reader=Visibility.STAFF),
        private=find_private_place(register, presence_id),
        history=history_of(register, presence_id),
        change_names=CHANGE_NAMES | {"presence": "fiche"},
        link=link,
    )


@router.post("/fiches/{presence_id}")
async def change_card(request: Request, presence_id: Number) -> Response:
    """Set what staff sets of a presence, or make its personal link."""
    texts = read_texts(await read_form(request))
    return await run_in_threadpool(_change_card, request, presence_id, texts)


def _change_card(request: Request, presence_id: int, texts: dict[str, str]) -> Response:
    bearer = check_form(request, texts)
    register = get_register(request)
    presence = get_presence(register, presence_id, reader=Visibility.STAFF)
    if texts.get("action") == "link":
        _, secret = create_token(
            register, role=Role.MEMBER, lasts=_LINK_LASTS, label=presence.name, presence_id=presence_id
        )
        return _show_card(
            request, presence_id, link=f"{str(request.base_url).rstrip('/')}/confirmer/{secret}"
        )
    why = texts.get("why", "").strip() or "Réglé par l'équipe"
    for field in _SETTINGS:
        if field in texts and texts[field] != _write_setting(getattr(presence, field)):
            correct_presence(
                register, presence_id, field, texts[field] or None, who=name_person(bearer), why=why
            )
    return go_to(f"/equipe/fiches/{presence_id}")


def _write_setting(value: object) -> str:
    if value is None:
        return ""
    return {True: "oui", False: "non"}[value] if isinstance(value, bool) else str(value)
