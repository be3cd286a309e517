"""What anybody suggests waits for staff; programs get nowhere; members confirm in one click."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from fastapi.testclient import TestClient

from api.form_reading import TRAP_FIELD
from data.clock import today
from data.people.errors import TooManyProposalsError
from data.people.messages import list_unsent
from data.people.proposals import MOST_FROM_ONE_SENDER
from data.people.tokens import create_token, revoke_token
from data.questions import get_presence, history_of
from data.questions.proposals import (
    PROPOSALS_SOURCE,
    find_private_place,
    list_proposals,
    submit_proposal,
)
from data.session import Register
from geo.people import ProposalKind, ProposalState, Role
from geo.records import Visibility
from tests.people.conftest import Enter, find_key, write_old_stamp

PLACE = 5


def send(client: TestClient, register: Register, path: str = "/proposer", **fields: str) -> int:
    stamp = {"stamp": write_old_stamp(register)}
    return client.post(path, data={**stamp, **fields}).status_code


def test_an_addition_waits_then_is_on_the_map(client: TestClient, register: Register, enter: Enter) -> None:
    fields = {"name": "Café Fictif", "city": "Arras", "sectors": "alimentation", "reply_to": "a@b.example"}
    assert send(client, register, kind="actor", **fields) == 303
    assert "Café Fictif" not in client.get("/api/v1/presences").text
    [waiting] = list_proposals(register).proposals
    staff = enter(Role.STAFF)
    data = {"form_key": find_key(staff), "action": "accept", "why": "appelés", "reply": "Merci !"}
    assert staff.post(f"/equipe/propositions/{waiting.id}", data=data).status_code == 303
    [feature] = client.get("/api/v1/presences?text=Café").json()["features"]
    assert feature["properties"]["commune"] == "62041"
    assert feature["properties"]["sectors"] == ["alimentation"]
    shown = get_presence(register, feature["id"])
    assert shown.source == PROPOSALS_SOURCE
    [message] = list_unsent(register)
    assert (message.recipient, message.body) == ("a@b.example", "Merci !\n")
    queue = list_proposals(register, ProposalState.ACCEPTED)
    assert queue.proposals[0].reply_to is None
    assert "Ana Fictive" in (queue.proposals[0].decided_by or "")


def test_what_is_pasted_with_invisible_characters_is_kept_with_a_mark(
    client: TestClient, register: Register
) -> None:
    assert send(client, register, name="Café\x0bFictif", city="Arras", message="vu\x00 sur place") == 303
    [waiting] = list_proposals(register).proposals
    assert (waiting.payload["name"], waiting.message) == ("Café�Fictif", "vu� sur place")


def test_the_queue_names_the_card_that_each_suggestion_is_about(
    client: TestClient, register: Register, enter: Enter
) -> None:
    name = get_presence(register, PLACE).name
    submit_proposal(register, kind=ProposalKind.HIDE, payload={}, presence_id=PLACE)
    submit_proposal(
        register,
        kind=ProposalKind.CORRECTION,
        payload={"summary": "Un <b>autre</b> texte"},
        presence_id=PLACE,
    )
    submit_proposal(register, kind=ProposalKind.ADDITION, payload={"name": "Café Fictif", "city": "Arras"})
    page = unescape(enter(Role.STAFF).get("/equipe/propositions").text).replace("\xa0", " ")
    assert f"N° 1 : demande de retrait – {name}</a>" in page
    assert f"N° 2 : correction – {name}</a>" in page
    assert "À changer : présentation." in page
    assert "N° 3 : nouvelle fiche – Café Fictif</a>" in page


def test_a_second_addition_leaves_the_first_where_it_is(
    client: TestClient, register: Register, enter: Enter
) -> None:
    for name in ("Café Fictif", "Atelier Nouveau"):
        send(client, register, name=name, city="Arras")
    staff = enter(Role.STAFF)
    for proposal in list_proposals(register).proposals:
        data = {"form_key": find_key(staff), "action": "accept"}
        staff.post(f"/equipe/propositions/{proposal.id}", data=data)
    assert client.get("/api/v1/presences?text=Café").json()["total"] == 1
    assert client.get("/api/v1/presences?text=Nouveau").json()["total"] == 1


def test_a_correction_holds_only_what_differs_and_is_signed(
    client: TestClient, register: Register, enter: Enter
) -> None:
    shown = get_presence(register, PLACE)
    path = f"/presences/{PLACE}/corriger"
    assert send(client, register, path, name=shown.name, summary="Vrac et paniers", city="Lens") == 303
    [proposal] = list_proposals(register).proposals
    assert dict(proposal.payload) == {"summary": "Vrac et paniers"}
    staff = enter(Role.STAFF)
    data = {"form_key": find_key(staff), "action": "accept", "why": "vu sur place", "summary": "Vrac"}
    staff.post(f"/equipe/propositions/{proposal.id}", data=data)
    assert get_presence(register, PLACE).summary == "Vrac"
    last = history_of(register, PLACE)[-1]
    assert (last.field, last.after, last.why) == ("summary", "Vrac", "vu sur place")
    assert staff.post(f"/equipe/propositions/{proposal.id}", data=data).status_code == 422


def test_a_corrected_town_moves_the_point_and_a_home_stays_at_a_town_hall(
    client: TestClient, register: Register, enter: Enter
) -> None:
    send(client, register, "/presences/1/corriger", city="Arras", address="9 rue Intime", postcode="62000")
    [proposal] = list_proposals(register).proposals
    staff = enter(Role.STAFF)
    staff.post(f"/equipe/propositions/{proposal.id}", data={"form_key": find_key(staff), "action": "accept"})
    moved = get_presence(register, 1)
    assert (moved.address, moved.commune) == ("Arras", "62041")
    place = find_private_place(register, 1)
    assert place is not None
    assert place.address == "9 rue Intime"
    assert "Intime" not in client.get("/api/v1/presences/1").text


def test_a_refusal_changes_nothing_and_may_answer(
    client: TestClient, register: Register, enter: Enter
) -> None:
    before = get_presence(register, PLACE)
    send(client, register, f"/presences/{PLACE}/corriger", name="Autre", reply_to="a@b.example")
    [proposal] = list_proposals(register).proposals
    staff = enter(Role.STAFF)
    data = {"form_key": find_key(staff), "action": "refuse", "reply": "Oui", "reply_refused": ""}
    staff.post(f"/equipe/propositions/{proposal.id}", data=data)
    assert get_presence(register, PLACE) == before
    assert list_unsent(register) == ()
    assert list_proposals(register).counts[ProposalState.REFUSED] == 1


def test_the_answer_that_is_ready_tells_the_decision(
    client: TestClient, register: Register, enter: Enter
) -> None:
    for name in ("Café Fictif", "Atelier Fictif"):
        send(client, register, name=name, city="Arras", reply_to="a@b.example")
    staff = enter(Role.STAFF)
    for proposal, action in zip(list_proposals(register).proposals, ("accept", "refuse"), strict=True):
        page = staff.get(f"/equipe/propositions/{proposal.id}").text
        ready = dict(
            re.findall(r'<textarea id="[^"]+" name="(reply\w*)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
        )
        data = {"form_key": find_key(staff), "action": action, **ready}
        staff.post(f"/equipe/propositions/{proposal.id}", data=data)
    accepted, refused = sorted((each.body for each in list_unsent(register)), key=lambda body: "pas" in body)
    [feature] = client.get("/api/v1/presences?text=Café").json()["features"]
    assert (
        f"nous l’avons retenue. Vous pouvez relire la fiche ici :\nhttp://testserver/presences/{feature['id']}\n"
        in accepted
    )
    assert "nous ne l’avons pas retenue" in refused


def test_programs_get_nowhere(client: TestClient, register: Register) -> None:
    good = {"name": "Robot", "city": "Lens"}
    assert send(client, register, **good, **{TRAP_FIELD: "https://spam.example"}) == 303
    assert client.post("/proposer", data=good).status_code == 422
    quick = {"stamp": write_old_stamp(register, age_s=0)}
    assert client.post("/proposer", data={**good, **quick}).status_code == 422
    stale = {"stamp": write_old_stamp(register, age_s=100_000)}
    assert client.post("/proposer", data={**good, **stale}).status_code == 422
    forged = {"stamp": write_old_stamp(register)[:-1] + "z"}
    answer = client.post("/proposer", data={**good, **forged})
    assert answer.status_code == 422
    # What was written is not lost.
    assert 'value="Robot"' in answer.text
    assert list_proposals(register).counts[ProposalState.WAITING] == 0


def test_one_sender_may_not_fill_the_queue(client: TestClient, register: Register) -> None:
    codes = [send(client, register, name=f"Fiche {n}", city="Lens") for n in range(MOST_FROM_ONE_SENDER + 1)]
    assert codes == [303] * MOST_FROM_ONE_SENDER + [429]
    with pytest.raises(TooManyProposalsError):
        submit_proposal(
            register,
            kind=ProposalKind.ADDITION,
            payload={"name": "Encore", "city": "Lens"},
            sender="testclient",
        )
    submit_proposal(
        register, kind=ProposalKind.ADDITION, payload={"name": "Autre", "city": "Lens"}, sender="198.51.100.7"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "city": "Lens"},
        {"name": "A"},
        {"name": "A" * 201, "city": "Lens"},
        {"name": "A", "city": "Lens", "website": "javascript:alert(1)"},
        {"name": "A", "city": "Lens", "email": "pas une adresse"},
        {"name": "A", "city": "Lens", "reply_to": "a@b.example\nBcc: c@d.example"},
        {"name": "A", "city": "Lens", "postcode": "abc"},
        {"name": "A", "city": "Lens", "sectors": "inconnue"},
        {"name": "A", "city": "Lens", "kind": "dragon"},
        {"name": "A", "city": "Lens", "message": "x" * 3_001},
    ],
)
def test_what_cannot_be_is_explained(client: TestClient, register: Register, fields: dict[str, str]) -> None:
    answer = client.post("/proposer", data={"stamp": write_old_stamp(register), **fields})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_personal_link_confirms_only_when_its_button_is_pressed(
    client: TestClient, register: Register
) -> None:
    lasts = timedelta(days=1)
    token, secret = create_token(register, role=Role.MEMBER, lasts=lasts, presence_id=PLACE)
    assert client.get(f"/confirmer/{secret}").status_code == 200
    assert get_presence(register, PLACE).confirmed_on is None
    assert client.post(f"/confirmer/{secret}", data={"action": "confirm"}).status_code == 200
    assert get_presence(register, PLACE).confirmed_on == today()
    client.post(f"/confirmer/{secret}", data={"action": "confirm"})
    assert [line.field for line in history_of(register, PLACE)].count("confirmed_on") == 1
    # It opens its own card, and nothing else.
    assert client.post("/equipe/entrer", data={"token": secret}).status_code == 403
    revoke_token(register, token.id)
    assert client.get(f"/confirmer/{secret}").status_code == 403
    assert client.post(f"/confirmer/{secret}", data={"action": "confirm"}).status_code == 403


def test_who_asks_to_be_hidden_is_when_staff_accepts(
    client: TestClient, register: Register, enter: Enter
) -> None:
    _, secret = create_token(register, role=Role.MEMBER, lasts=timedelta(days=1), presence_id=PLACE)
    client.post(f"/confirmer/{secret}", data={"action": "hide", "message": "Je déménage"})
    [proposal] = list_proposals(register).proposals
    assert (proposal.kind, proposal.message) == (ProposalKind.HIDE, "Je déménage")
    staff = enter(Role.STAFF)
    staff.post(f"/equipe/propositions/{proposal.id}", data={"form_key": find_key(staff), "action": "accept"})
    staff.post("/equipe/sortir")
    assert client.get(f"/api/v1/presences/{PLACE}").status_code == 404
    assert get_presence(register, PLACE, reader=Visibility.STAFF).visibility is Visibility.STAFF
