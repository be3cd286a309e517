"""Who comes in, how far, and for how long; and what the team does from its pages."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.attempts import FREE_ATTEMPTS, AttemptLimiter, count_tries_a_day
from api.refusals import TooManyAttemptsError
from api.settings import ApiSettings
from data.people.drops import FOLDER, find_drop
from data.people.tokens import create_token, find_session, list_tokens, open_session, revoke_token
from data.people_tables import token_sessions, tokens
from data.questions import correct_presence, find_presences, get_presence
from data.session import Register
from geo.people import Role
from geo.records import Visibility
from tests.people.conftest import Enter, find_key

TEAM_PAGES = (
    "/equipe/propositions",
    "/equipe/propositions/1",
    "/equipe/messages",
    "/equipe/fiches",
    "/equipe/fiches/1",
    "/equipe/liste",
    "/equipe/liste/" + "0" * 32,
)


@pytest.mark.parametrize("page", TEAM_PAGES)
def test_the_pages_of_the_team_are_for_the_team(client: TestClient, enter: Enter, page: str) -> None:
    assert client.get(page).status_code == 403
    assert enter(Role.MEMBER).get(page).status_code == 403
    assert "Secrets" not in client.get(page).text


def test_public_pages_set_no_cookie(client: TestClient) -> None:
    for page in (
        "/",
        "/proche?q=Lens",
        "/carte",
        "/proposer",
        "/presences/5",
        "/equipe",
        "/mentions-legales",
    ):
        answer = client.get(page)
        assert "set-cookie" not in answer.headers, page
        assert "unsafe-inline" not in answer.headers["content-security-policy"], page


@pytest.mark.parametrize("page", ["/", "/proche?q=Lens", "/carte", "/presences/5", "/mentions-legales"])
def test_no_page_denies_the_cookie_of_who_came_in(client: TestClient, enter: Enter, page: str) -> None:
    none, left = "ne dépose aucun cookie", "Équipe, ou sortir"
    assert none in client.get(page).text
    assert left not in client.get(page).text
    member = enter(Role.MEMBER)
    assert none not in member.get(page).text
    assert "un cookie le retient" in member.get(page).text
    assert left in member.get(page).text
    assert "Sortir</button>" in member.get("/equipe").text


def test_a_secret_is_nowhere_in_the_register(register: Register) -> None:
    _, secret = create_token(register, role=Role.STAFF, lasts=timedelta(days=1))
    _, cookie = open_session(register, secret)
    with register.reading() as session:
        held = repr([session.connection.execute(select(table)).all() for table in (tokens, token_sessions)])
    assert secret not in held
    assert cookie not in held
    assert len(secret) > 40


def test_a_token_ends_and_its_sessions_with_it(register: Register) -> None:
    token, secret = create_token(register, role=Role.STAFF, lasts=timedelta(days=1))
    _, cookie = open_session(register, secret)
    assert find_session(register, cookie) is not None
    assert find_session(register, cookie[:-1]) is None
    revoke_token(register, token.id)
    assert find_session(register, cookie) is None
    assert [each.revoked_at is not None for each in list_tokens(register)] == [True]
    _, over = create_token(register, role=Role.STAFF, lasts=timedelta(seconds=-1))
    with pytest.raises(PermissionError):
        open_session(register, over)


def test_the_cookie_is_for_this_site_only(register: Register) -> None:
    _, secret = create_token(register, role=Role.STAFF, lasts=timedelta(days=1))
    app = create_app(ApiSettings(), register=register)
    for base, name in (("http://testserver", "maillage_session="), ("https://testserver", "__Host-maillage")):
        with TestClient(app, base_url=base, follow_redirects=False) as client:
            cookie = client.post("/equipe/entrer", data={"token": secret}).headers["set-cookie"]
            assert cookie.startswith(name)
            assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
            assert ("Secure" in cookie) is base.startswith("https")
            page = client.get("/equipe")
            assert page.headers["cache-control"].startswith("no-store")
            assert "Importer une liste" in page.text


def test_guessing_has_to_wait(client: TestClient, register: Register) -> None:
    codes = [
        client.post("/equipe/entrer", data={"token": f"faux{n}"}).status_code
        for n in range(FREE_ATTEMPTS + 1)
    ]
    assert codes == [403] * FREE_ATTEMPTS + [429]
    _, secret = create_token(register, role=Role.STAFF, lasts=timedelta(days=1))
    assert client.post("/equipe/entrer", data={"token": secret}).status_code == 429


def test_a_day_of_guessing_gets_nowhere_however_many_workers_there_are() -> None:
    now = 0.0
    limiter = AttemptLimiter(clock=lambda: now)
    tries = 0
    while now < 86_400:
        try:
            limiter.check("198.51.100.7")
        except TooManyAttemptsError as wait:
            now += wait.wait_s
            continue
        limiter.note_failure("198.51.100.7")
        tries += 1
        if tries < FREE_ATTEMPTS:
            now += 0.001
    assert tries == count_tries_a_day()
    # A thousand workers, a million addresses, ten years, a thousand tokens to fall upon.
    every = count_tries_a_day(workers=1_000) * 1_000_000 * 3_650 * 1_000
    assert every / 2**256 < 1e-50


def test_a_form_of_elsewhere_changes_nothing(client: TestClient, register: Register, enter: Enter) -> None:
    staff = enter(Role.STAFF)
    for key in ({}, {"form_key": ""}, {"form_key": "0" * 64}):
        for path in ("/equipe/fiches/1", "/equipe/propositions/1", "/equipe/messages/1", "/equipe/liste/x"):
            assert staff.post(path, data={**key, "action": "save", "at_home": "non"}).status_code == 403
        files = {"file": ("l.csv", b"Nom\nA\n")}
        assert staff.post("/equipe/liste", data=key, files=files).status_code == 403
    assert get_presence(register, 1).at_home
    assert find_presences(register).total == 6


def test_a_member_reads_the_members_fields_under_another_tag(
    client: TestClient, register: Register, enter: Enter
) -> None:
    correct_presence(register, 5, "visibility", "members", who="équipe", why="demande")
    correct_presence(register, 6, "phone", "06 99 88 77 66", who="équipe", why="demande")
    public = client.get("/api/v1/presences")
    assert (public.json()["total"], public.json()["hidden"]) == (5, 1)
    assert "99 88" not in public.text
    member = enter(Role.MEMBER).get("/api/v1/presences", headers={"if-none-match": public.headers["etag"]})
    assert member.status_code == 200
    assert member.json()["total"] == 6
    assert "06 99 88 77 66" in member.text
    assert "private" in member.headers["cache-control"]
    assert "Cookie" in member.headers["vary"]
    assert "Épicerie Fictive" in client.get("/presences/5").text
    assert "Secrets" not in client.get("/presences/1").text
    client.post("/equipe/sortir")
    assert client.get("/presences/5").status_code == 404


def test_a_list_is_dropped_read_corrected_and_confirmed(
    client: TestClient, register: Register, enter: Enter
) -> None:
    staff = enter(Role.STAFF)
    key = find_key(staff)
    data = {"form_key": key, "kind": "project", "source": "essai d'équipe", "as_of": "2026-03-01"}
    body = "Nom;Ville;Remarque\nFour à pain fictif;Arras;<b>Tout</b>\nAutre fictif;Nullepart;\n".encode()
    answer = staff.post("/equipe/liste", data=data, files={"file": ("../../mon four.csv", body)})
    assert answer.status_code == 303
    report = answer.headers["location"]
    drop = find_drop(register.settings.home, report.rsplit("/", 1)[1])
    assert drop is not None
    assert drop.path.is_relative_to(register.settings.home / FOLDER)
    page = staff.get(report)
    assert "Nullepart" in page.text
    assert "<b>Tout" not in page.text
    assert find_presences(register, text="four").total == 0
    columns = {"colonne:Nom": "name", "colonne:Ville": "city", "colonne:Remarque": "summary"}
    assert staff.post(report, data={"form_key": key, "action": "again", **columns}).status_code == 303
    done = staff.post(report, data={"form_key": key, "action": "confirm"})
    assert "est importée" in re.sub(r"\s+", " ", done.text)
    [made] = find_presences(register, text="four").items
    assert (made.summary, made.source, made.kind) == ("<b>Tout</b>", "essai d'équipe", "project")
    assert not drop.path.exists()
    assert staff.get(report).status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "as_of"),
    [
        ("vide.csv", b"", ""),
        ("l.csv", b"Ville\nLens\n", ""),
        ("l.exe", b"\x00\x01", ""),
        ("l.csv", b"Nom\nA\n", "2999-01-01"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained_and_forgotten(
    register: Register, enter: Enter, name: str, body: bytes, as_of: str
) -> None:
    staff = enter(Role.STAFF)
    data = {"form_key": find_key(staff), "as_of": as_of}
    answer = staff.post("/equipe/liste", data=data, files={"file": (name, body)})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    folder = register.settings.home / FOLDER
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_file_too_large_is_refused_before_it_is_read(enter: Enter) -> None:
    staff = enter(Role.STAFF)
    answer = staff.post("/equipe/liste", headers={"content-length": "90000000"}, content=b"x")
    assert answer.status_code == 422
    assert "30 Mo" in answer.text


def test_staff_sets_what_is_at_home_and_makes_a_link(
    client: TestClient, register: Register, enter: Enter
) -> None:
    staff = enter(Role.STAFF)
    key = find_key(staff)
    assert "3 rue des Secrets" in staff.get("/equipe/fiches/1").text
    settings = {"at_home": "oui", "willing_to_sponsor": "oui", "visibility": "public", "why": "au téléphone"}
    assert (
        staff.post("/equipe/fiches/5", data={"form_key": key, "action": "save", **settings}).status_code
        == 303
    )
    card = get_presence(register, 5)
    assert (card.at_home, card.willing_to_sponsor, card.address) == (True, True, "Lens")
    page = staff.post("/equipe/fiches/5", data={"form_key": key, "action": "link"}).text
    found = re.search(r"/confirmer/[\w-]+", page)
    assert found is not None
    assert client.get(found[0]).status_code == 200
    assert found[0] not in staff.get("/equipe/fiches/5").text


def test_dropped_files_are_read_by_this_account_only(register: Register, enter: Enter) -> None:
    staff = enter(Role.STAFF)
    data = {"form_key": find_key(staff)}
    address = staff.post("/equipe/liste", data=data, files={"file": ("l.csv", b"Nom\nA\n")}).headers[
        "location"
    ]
    drop = find_drop(register.settings.home, Path(address).name)
    assert drop is not None
    assert drop.path.stat().st_mode & 0o077 == 0
    assert drop.path.parent.stat().st_mode & 0o077 == 0
    assert get_presence(register, 1, reader=Visibility.STAFF).name == "Alix Fictive"
