"""`/proposer`, `/presences/{id}/corriger`, `/confirmer/{token}`: what people suggest or confirm."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.data_version import make_notice
from api.dependencies import get_register, get_renderer
from api.form_reading import TRAP_FIELD, is_from_a_person, read_form, read_texts, write_stamp
from api.pages import mark_page
from api.parameters import MAX_ID
from api.readers import get_reader
from data.people.errors import InvalidProposalError, InvalidTokenError, TooManyProposalsError
from data.people.suggestible import FIELD_NAMES, MOST_CHARACTERS, MOST_IN_A_MESSAGE
from data.people.tokens import find_bearer
from data.questions import get_presence, list_sectors
from data.questions.proposals import confirm_presence, submit_proposal
from data.session import Register
from geo.people import ProposalKind
from geo.records import Kind, Presence, Visibility

router = APIRouter(include_in_schema=False, dependencies=[Depends(mark_page)])

PresenceId = Annotated[int, Path(ge=1, le=MAX_ID)]
Secret = Annotated[str, Path(max_length=200)]

_NEVER_KEPT = {"cache-control": "no-store"}
_TOO_QUICK = (
    "Votre envoi est arrivé plus vite qu'une personne n'écrit, ou la page est restée ouverte plus d'un jour. "
    "Relisez, puis envoyez à nouveau : rien de ce que vous avez écrit n'est perdu."
)
_CORRECTABLE = tuple(name for name in FIELD_NAMES if name != "sectors")


@router.get("/proposer")
def show_addition(request: Request) -> Response:
    """Show the form to suggest a new presence."""
    return _show_form(request, ProposalKind.ADDITION, None, {}, None)


@router.post("/proposer")
async def take_addition(request: Request) -> Response:
    """Take a suggestion of a new presence."""
    texts = read_texts(await read_form(request))
    return await run_in_threadpool(_take, request, ProposalKind.ADDITION, None, texts)


@router.get("/proposer/merci")
def show_thanks(request: Request) -> Response:
    """Say that the suggestion is in."""
    return _render(request, "proposal_sent.html", 200)


@router.get("/presences/{presence_id}/corriger")
def show_correction(request: Request, presence_id: PresenceId) -> Response:
    """Show the form to suggest a correction, filled with what is shown now."""
    presence = get_presence(get_register(request), presence_id, reader=get_reader(request))
    return _show_form(request, ProposalKind.CORRECTION, presence, _read_shown(presence), None)


@router.post("/presences/{presence_id}/corriger")
async def take_correction(request: Request, presence_id: PresenceId) -> Response:
    """Take a suggestion of a correction: only what differs from what is shown."""
    texts = read_texts(await read_form(request))

    def take() -> Response:
        presence = get_presence(get_register(request), presence_id, reader=get_reader(request))
        return _take(request, ProposalKind.CORRECTION, presence, texts)

    return await run_in_threadpool(take)


def _read_shown(presence: Presence) -> dict[str, str]:
    shown = {name: str(getattr(presence, name) or "") for name in _CORRECTABLE}
    if not shown["city"]:
        shown["city"] = presence.commune_name or ""
    if presence.at_home:
        # The address of a home is not shown: what a person writes there replaces it.
        shown["address"] = ""
    return shown


def _take(request: Request, kind: ProposalKind, presence: Presence | None, texts: dict[str, str]) -> Response:
    if texts.get(TRAP_FIELD):
        # A program believes that it got through, and learns nothing.
        return RedirectResponse("/proposer/merci", 303)
    register = get_register(request)
    if not is_from_a_person(register, texts.get("stamp", "")):
        return _show_form(request, kind, presence, texts, _TOO_QUICK, status=422)
    before = _read_shown(presence) if presence else {}
    fields = {name: texts[name] for name in FIELD_NAMES if name in texts}
    if presence is None:
        fields["kind"] = texts.get("kind", Kind.ACTOR.value)
    else:
        fields = {name: text for name, text in fields.items() if _plain(text) != _plain(before.get(name, ""))}
        if "name" in fields and not fields["name"].strip():
            del fields["name"]
    try:
        submit_proposal(
            register,
            kind=kind,
            presence_id=presence.id if presence else None,
            payload=fields,
            message=texts.get("message", ""),
            reply_to=texts.get("reply_to", ""),
            sender=request.client.host if request.client else "inconnu",
        )
    except InvalidProposalError as error:
        return _show_form(request, kind, presence, texts, str(error), status=422)
    except TooManyProposalsError as error:
        return _show_form(request, kind, presence, texts, str(error), status=429)
    return RedirectResponse("/proposer/merci", 303)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _show_form(
    request: Request,
    kind: ProposalKind,
    presence: Presence | None,
    values: dict[str, str],
    fault: str | None,
    *,
    status: int = 200,
) -> Response:
    register = get_register(request)
    chosen = [code for code in values.get("sectors", "").split(",") if code]
    return _render(
        request,
        "propose.html",
        status,
        is_addition=kind is ProposalKind.ADDITION,
        presence=presence,
        values={name: values.get(name, "") for name in (*FIELD_NAMES, "message", "reply_to")},
        kind=values.get("kind", Kind.ACTOR.value),
        chosen=chosen,
        sectors=[sector for sector in list_sectors(register) if sector.parent is None],
        fault=fault,
        stamp=write_stamp(register),
        trap=TRAP_FIELD,
        most=MOST_CHARACTERS,
        most_in_a_message=MOST_IN_A_MESSAGE,
    )


@router.get("/confirmer/{secret}")
def show_confirmation(request: Request, secret: Secret) -> Response:
    """Show the presence of a personal link, and two buttons: opening a link changes nothing."""
    presence = _find_linked(get_register(request), secret)
    return _render(request, "confirm.html", 200, presence=presence, done=None, secret=secret)


@router.post("/confirmer/{secret}")
async def take_confirmation(request: Request, secret: Secret) -> Response:
    """Note that all is still right, or that the presence asks to be hidden."""
    texts = read_texts(await read_form(request))

    def take() -> Response:
        register = get_register(request)
        presence = _find_linked(register, secret)
        done = "confirm"
        if texts.get("action") == "hide":
            done = "hide"
            submit_proposal(
                register,
                kind=ProposalKind.HIDE,
                presence_id=presence.id,
                payload={},
                message=texts.get("message", ""),
            )
        else:
            presence = confirm_presence(register, presence.id, who="la structure, par son lien personnel")
        return _render(request, "confirm.html", 200, presence=presence, done=done, secret=secret)

    return await run_in_threadpool(take)


def _find_linked(register: Register, secret: str) -> Presence:
    bearer = find_bearer(register, secret)
    if bearer is None or bearer.presence_id is None:
        raise InvalidTokenError
    return get_presence(register, bearer.presence_id, reader=Visibility.MEMBERS)


def _render(request: Request, template: str, status: int, **values: Any) -> Response:  # noqa: ANN401 (a template takes anything)
    site = make_notice(request, get_register(request))
    page = get_renderer(request).render(template, site=site, **values)
    return Response(page, status, _NEVER_KEPT, "text/html")
