"""What people suggest from outside, and what staff makes of it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import insert, select, update

from data.address_memory import get_geocoder
from data.clock import now_utc, today
from data.corrections import read_correction
from data.intake.preparing import PreparedList, prepare_list
from data.people.errors import InvalidProposalError
from data.people.messages import queue_message
from data.people.proposals import (
    check_room,
    close_proposal,
    count_proposals,
    get_waiting,
    keep_proposal,
    read_proposals,
)
from data.people.signing import digest_sender, read_key
from data.people.suggestible import (
    FIELD_NAMES,
    MOST_IN_A_MESSAGE,
    read_mail,
    read_suggested,
    refuse_unwanted,
)
from data.people_tables import private_positions
from data.presences import get_presence_record
from data.questions.corrections import apply_correction
from data.session import Register, Session
from data.storing import finish_import, insert_presences, start_import
from data.tables import history, presences
from geo.geocoding.answer import AddressQuery
from geo.people import PrivatePlace, Proposal, ProposalKind, ProposalState
from geo.position import Position
from geo.records import (
    COUNTED_STATUSES,
    ImportReport,
    Kind,
    PlacementStatus,
    Precision,
    Presence,
    Visibility,
)

PROPOSALS_SOURCE = "Propositions"
"""The source of what was added on the word of somebody from outside."""

CARD_MARK = "[adresse de la fiche]"
"""What stands in an answer for the address of the card, that an addition has only once it is accepted."""

_SHOWN = 200
_ADDRESS_FIELDS = ("address", "postcode", "city")
_REPLY_SUBJECT = "Votre proposition pour la carte de l'ESS en Hauts-de-France"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalQueue:
    """
    The suggestions in a state, and how many there are in each.

    `names` gives, by its number, today's name of each presence that one of them is about.
    """

    proposals: tuple[Proposal, ...]
    counts: Mapping[ProposalState, int]
    names: Mapping[int, str]


def submit_proposal(
    register: Register,
    *,
    kind: ProposalKind,
    payload: Mapping[str, str],
    presence_id: int | None = None,
    message: str = "",
    reply_to: str = "",
    sender: str | None = None,
) -> int:
    """
    Put a suggestion into the queue of the staff, and give its number; nothing is shown of it before.

    Parameters
    ----------
    register
        The register that it is about.
    kind
        What it is.
    payload
        The proposed text of each field (`data.people.suggestible.FIELD_NAMES`), and `kind` for an addition.
    presence_id
        Which presence, for anything but an addition.
    message
        What else the person says.
    reply_to
        Where to answer, empty for nowhere.
    sender
        The network address it came from: only a digest of it is kept, until the decision.

    Raises
    ------
    InvalidProposalError, UnknownPresenceError
        If it cannot be understood.
    TooManyProposalsError
        If too many came.
    """
    fields = dict(payload)
    presence_kind = fields.pop("kind", "")
    read = read_suggested(fields)
    text = message.strip()
    refuse_unwanted("Message", text)
    if len(text) > MOST_IN_A_MESSAGE:
        expected = f"{MOST_IN_A_MESSAGE} caractères au plus"
        raise InvalidProposalError(field="Message", expected=expected, received=text)
    answer_to = read_mail(reply_to, field="Votre adresse") if reply_to.strip() else None
    if kind is ProposalKind.ADDITION:
        if not read.get("name"):
            raise InvalidProposalError(field="Nom", expected="le nom de ce que vous proposez", received="")
        if not any(read.get(name) for name in ("city", "postcode", "address")):
            raise InvalidProposalError(field="Commune", expected="au moins la commune", received="")
        if presence_kind not in {"", *Kind}:
            raise InvalidProposalError(
                field="Sorte", expected="une sorte de la liste", received=presence_kind
            )
        read["kind"] = presence_kind or Kind.ACTOR.value
    elif kind is ProposalKind.CORRECTION and not read and not text:
        expected = "au moins un champ modifié, ou un message"
        raise InvalidProposalError(field="Correction", expected=expected, received="rien")
    _check_sectors(register, read.get("sectors", ""))
    digest = None if sender is None else digest_sender(read_key(register), sender)
    with register.writing(changes_answers=False) as session:
        if presence_id is not None:
            get_presence_record(session, presence_id, reader=Visibility.MEMBERS)
        check_room(session, sender_hash=digest)
        return keep_proposal(
            session,
            kind=kind,
            presence_id=presence_id,
            payload=read,
            message=text,
            reply_to=answer_to,
            sender_hash=digest,
        )


def _check_sectors(register: Register, codes: str) -> None:
    unknown = [
        code for code in codes.split(",") if code.strip() and code.strip() not in register.id_by_sector
    ]
    if unknown:
        raise InvalidProposalError(
            field="Filières", expected="des filières de la liste", received=", ".join(unknown)
        )


def list_proposals(
    register: Register, state: ProposalState = ProposalState.WAITING, *, limit: int = _SHOWN
) -> ProposalQueue:
    """Give the queue: what waits oldest first, what is decided newest first."""
    with register.reading() as session:
        found = read_proposals(session, state=state, limit=limit)
        about = {proposal.presence_id for proposal in found if proposal.presence_id is not None}
        rows = session.connection.execute(
            select(presences.c.id, presences.c.name).where(presences.c.id.in_(about))
        )
        names = {row.id: row.name for row in rows}
        return ProposalQueue(proposals=found, counts=count_proposals(session), names=names)


def get_proposal(register: Register, proposal_id: int) -> Proposal:
    """
    Give a suggestion that waits.

    Raises
    ------
    UnknownProposalError, DecidedProposalError
        If there is none, or it is decided.
    """
    with register.reading() as session:
        return get_waiting(session, proposal_id)


def refuse_proposal(register: Register, proposal_id: int, *, who: str, why: str, reply: str = "") -> None:
    """
    Refuse a suggestion; nothing of the register changes.

    Parameters
    ----------
    reply
        What to answer, when the person left an address; empty to answer nothing.

    Raises
    ------
    UnknownProposalError, DecidedProposalError
        If there is none, or it is decided.
    """
    _refuse_unwanted(who, why, reply)
    with register.writing(changes_answers=False) as session:
        proposal = get_waiting(session, proposal_id)
        _answer(session, proposal, reply)
        state = ProposalState.REFUSED
        close_proposal(session, proposal_id, state=state, who=who, why=why, presence_id=proposal.presence_id)


def accept_proposal(
    register: Register,
    proposal_id: int,
    *,
    who: str,
    why: str,
    payload: Mapping[str, str] | None = None,
    reply: str = "",
    card_url: str = "",
) -> Presence:
    """
    Do what a suggestion asks for, all of it or nothing.

    A correction becomes corrections, that no import undoes; an addition becomes a presence of the source
    « Propositions »; a request to be hidden leaves the presence to the staff.

    Parameters
    ----------
    who, why
        Who decides, and from what they know it.
    payload
        The fields as staff edited them; None takes those that were proposed.
    reply
        What to answer, when the person left an address; `CARD_MARK` in it becomes the card's address.
    card_url
        Address of a presence's own page with `{id}` in it.

    Returns
    -------
    Presence
        The presence as staff sees it from now on.

    Raises
    ------
    UnknownProposalError, DecidedProposalError, InvalidProposalError, InvalidCorrectionError
        If it cannot be done; nothing is then changed, and the suggestion waits on.
    """
    _refuse_unwanted(who, why, reply)
    proposal = get_proposal(register, proposal_id)
    fields = dict(proposal.payload)
    if payload is not None:
        fields |= read_suggested({name: text for name, text in payload.items() if name in FIELD_NAMES})
    # Placing comes first: remote answers are kept in a transaction of their own.
    added = _prepare_addition(register, proposal, fields) if proposal.kind is ProposalKind.ADDITION else None
    corrections = [] if added else _read_corrections(register, proposal, fields)
    with register.writing() as session:
        get_waiting(session, proposal_id)
        if added is not None:
            presence_id = _insert(session, added)
        else:
            presence_id = int(proposal.presence_id or 0)
            for kept_as, columns in corrections:
                apply_correction(session, presence_id, kept_as, columns, who=who, why=why)
        _answer(session, proposal, reply.replace(CARD_MARK, card_url.replace("{id}", str(presence_id))))
        close_proposal(
            session, proposal_id, state=ProposalState.ACCEPTED, who=who, why=why, presence_id=presence_id
        )
        return get_presence_record(session, presence_id, reader=Visibility.STAFF)


def _refuse_unwanted(who: str, why: str, reply: str) -> None:
    for field, text in (("Auteur", who), ("Raison", why), ("Réponse", reply)):
        refuse_unwanted(field, text)


def _answer(session: Session, proposal: Proposal, reply: str) -> None:
    if proposal.reply_to and reply.strip():
        queue_message(session, recipient=proposal.reply_to, subject=_REPLY_SUBJECT, body=reply.strip() + "\n")


def _read_corrections(
    register: Register, proposal: Proposal, fields: Mapping[str, str]
) -> list[tuple[str, dict[str, object]]]:
    if proposal.kind is ProposalKind.HIDE:
        values: dict[str, str | Position | None] = {"visibility": Visibility.STAFF.value}
    else:
        values = {name: text or None for name, text in fields.items() if name in FIELD_NAMES}
        values |= _place_again(register, proposal, fields)
    known = list(register.id_by_sector)
    return [
        read_correction(name, value, referential=register.referential, sectors=known)
        for name, value in values.items()
    ]


def _place_again(
    register: Register, proposal: Proposal, fields: Mapping[str, str]
) -> dict[str, str | Position | None]:
    """Place a corrected address, so that the point follows it; one that is not found moves nothing."""
    if not any(fields.get(name) for name in _ADDRESS_FIELDS):
        return {}
    with register.reading() as session:
        held = get_presence_record(session, int(proposal.presence_id or 0), reader=Visibility.STAFF)
    parts = {name: fields.get(name) or getattr(held, name) or "" for name in _ADDRESS_FIELDS}
    if held.at_home and not fields.get("address"):
        # The street of a home is not in what is shown: without it, only the commune is known.
        parts["address"] = ""
    query = AddressQuery(street=parts["address"], postcode=parts["postcode"], city=parts["city"])
    answer = get_geocoder(register).geocode(query)
    if answer.status not in COUNTED_STATUSES or answer.position is None:
        return {}
    if answer.precision is Precision.COMMUNE:
        return {"commune": answer.citycode}
    return {"position": answer.position}


def _prepare_addition(register: Register, proposal: Proposal, fields: Mapping[str, str]) -> PreparedList:
    """Read and place a new presence as a list of one row is."""
    labels = {sector.code: sector.label for sector in register.sectors.sectors}
    codes = [code.strip() for code in fields.get("sectors", "").split(",") if code.strip()]
    row = {
        "Identifiant": f"proposition-{proposal.id}",
        "Type": fields.get("kind", Kind.ACTOR.value),
        "Nom": fields.get("name", ""),
        "Filière": " | ".join(labels.get(code, code) for code in codes),
        "Description": fields.get("summary", ""),
        "Adresse": fields.get("address", ""),
        "Code postal": fields.get("postcode", ""),
        "Commune": fields.get("city", ""),
        "Site web": fields.get("website", ""),
        "Courriel": fields.get("email", ""),
        "Téléphone": fields.get("phone", ""),
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "proposition.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(row)
            writer.writerow(row.values())
        return prepare_list(
            path,
            kind=Kind.ACTOR,
            referential=register.referential,
            sectors=register.sectors,
            geocoder=get_geocoder(register),
        )


def _insert(session: Session, added: PreparedList) -> int:
    kind = added.incoming[0].kind
    run = start_import(
        session, source=PROPOSALS_SOURCE, kinds=(kind,), as_of=today(), file_name="proposition"
    )
    [presence_id] = insert_presences(session, run, added.incoming)
    finish_import(
        session,
        run,
        ImportReport(
            file="proposition",
            source=PROPOSALS_SOURCE,
            kind=kind,
            as_of=run.as_of,
            dry_run=False,
            counts=added.counts,
            new=1,
            changed=0,
            unchanged=0,
            absent=0,
        ),
    )
    return presence_id


def confirm_presence(register: Register, presence_id: int, *, who: str) -> Presence:
    """
    Note that all that is shown of a presence is right today, on the word of who has its link.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id.
    """
    day = today()
    with register.writing() as session:
        held = get_presence_record(session, presence_id, reader=Visibility.STAFF)
        if held.confirmed_on != day:
            connection = session.connection
            connection.execute(
                update(presences).where(presences.c.id == presence_id).values(confirmed_on=day)
            )
            connection.execute(
                insert(history).values(
                    presence_id=presence_id,
                    field="confirmed_on",
                    before=held.confirmed_on.isoformat() if held.confirmed_on else None,
                    after=day.isoformat(),
                    as_of=day,
                    recorded_at=now_utc(),
                    who=who,
                    why="Tout est encore exact",
                )
            )
        return get_presence_record(session, presence_id, reader=Visibility.STAFF)


def find_private_place(register: Register, presence_id: int) -> PrivatePlace | None:
    """Find where a presence at someone's home truly is, for staff; None for what is not at home."""
    with register.reading() as session:
        row = session.connection.execute(
            select(private_positions).where(private_positions.c.presence_id == presence_id)
        ).one_or_none()
    if row is None:
        return None
    return PrivatePlace(
        address=row.address,
        postcode=row.postcode,
        city=row.city,
        status=PlacementStatus(row.status),
        position=None if row.lon is None else Position(lon=row.lon, lat=row.lat),
        precision=Precision(row.precision) if row.precision else None,
    )
