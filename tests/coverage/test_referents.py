"""Who refers for a territory: named by the team, read on its sheet, on paper, and where nobody does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import pypdfium2
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.errors import OutOfBoundsError, UnknownReferentsError
from data.migrations import run_migrations
from data.questions.referents import (
    ERASED,
    erase_referent,
    get_referents,
    list_care,
    list_referent_changes,
    name_referents,
    remove_referents,
)
from data.session import Register
from geo.errors import UnknownTerritoryError
from geo.records import Kind
from geo.referents import Referents, write_care
from tests.api.builders import LENS, make_incoming, store_rows
from tests.coverage.builders import open_in

LENS_EPCI = "246200364"
CAMILLE, LOUISON = "Camille (fictive)", "Louison (fictif)"


@pytest.fixture
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    opened = open_in(tmp_path_factory.mktemp("referents"))
    yield opened
    opened.close()


def read_text(client: TestClient, address: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", client.get(address).text)))


def test_a_pair_is_named_one_by_one_and_taken_away_one_by_one(register: Register) -> None:
    assert name_referents(register, LENS_EPCI, employee=f"  {CAMILLE} ") == Referents(
        territory=LENS_EPCI, employee=CAMILLE
    )
    assert name_referents(register, LENS_EPCI, board=LOUISON).is_pair
    assert name_referents(register, LENS_EPCI, employee="Sacha (fictif)").board == LOUISON
    remove_referents(register, LENS_EPCI, board=False)
    assert get_referents(register, LENS_EPCI) == Referents(territory=LENS_EPCI, board=LOUISON)
    remove_referents(register, LENS_EPCI)
    with pytest.raises(UnknownReferentsError, match="CA de Lens"):
        remove_referents(register, LENS_EPCI)


@pytest.mark.parametrize("name", ["", "   ", "a" * 121])
def test_a_name_that_says_nothing_changes_nothing(register: Register, name: str) -> None:
    name_referents(register, LENS_EPCI, employee=CAMILLE)
    with pytest.raises(OutOfBoundsError):
        name_referents(register, LENS_EPCI, employee=name)
    with pytest.raises(UnknownTerritoryError):
        name_referents(register, "000000000", employee=CAMILLE)
    assert get_referents(register, LENS_EPCI).employee == CAMILLE


def test_a_commune_has_those_of_its_intercommunalite_unless_it_has_its_own(register: Register) -> None:
    name_referents(register, LENS_EPCI, employee=CAMILLE, board=LOUISON)
    assert get_referents(register, "62498").territory == LENS_EPCI
    name_referents(register, "62498", employee="Sacha (fictif)")
    assert get_referents(register, "62498") == Referents(territory="62498", employee="Sacha (fictif)")


def test_where_nobody_is_is_listed(register: Register) -> None:
    ambassador = make_incoming("Ambassade", LENS, kind=Kind.AMBASSADOR, sectors=())
    store_rows(register, [ambassador])
    before = list_care(register)
    assert len(before) == 92
    assert all(care.is_lacking for care in before)
    name_referents(register, LENS_EPCI, employee=CAMILLE, board=LOUISON)
    after = {care.code: care for care in list_care(register)}
    assert after[LENS_EPCI].ambassador_count == 1
    assert [care.code for care in after.values() if not care.is_lacking] == [LENS_EPCI]
    assert write_care(tuple(after.values())) == (
        "1 intercommunalité sur 92 a un binôme complet ; 1 a au moins un ambassadeur ou une ambassadrice."
    )


def test_the_pages_and_the_paper_say_it(register: Register) -> None:
    name_referents(register, LENS_EPCI, employee=CAMILLE, board=LOUISON)
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        named = f"{CAMILLE} (équipe salariée) et {LOUISON} (Collectif)"
        assert named in read_text(client, f"/territoires/{LENS_EPCI}")
        assert named in read_text(client, "/territoires/62498")
        assert "pas encore de binôme" in read_text(client, "/territoires/200093201")
        text = read_text(client, "/couverture")
        assert "1 intercommunalité sur 92 a un binôme complet" in text
        told = client.get("/couverture/donnees/referents.json").json()
        assert (len(told["rows"]), told["rows"][0]["referents"]) == (92, "personne")
        sheet = client.get(f"/territoires/{LENS_EPCI}/fiche.pdf").content
    page = pypdfium2.PdfDocument(BytesIO(sheet))[0]
    paper = re.sub(r"\s+", " ", page.get_textpage().get_text_range())
    assert CAMILLE in paper
    assert LOUISON in paper


def test_each_change_leaves_a_line_and_what_does_not_change_leaves_none(register: Register) -> None:
    name_referents(register, LENS_EPCI, employee=CAMILLE, board=LOUISON)
    name_referents(register, LENS_EPCI, employee=CAMILLE)
    name_referents(register, LENS_EPCI, employee="Sacha (fictif)", why="congé de Camille")
    remove_referents(register, LENS_EPCI, board=False)
    told = [
        (change.role, change.before, change.after, change.why)
        for change in list_referent_changes(register, LENS_EPCI)
    ]
    assert sorted(told[:2]) == [("board", None, LOUISON, None), ("employee", None, CAMILLE, None)]
    assert told[2:] == [
        ("employee", CAMILLE, "Sacha (fictif)", "congé de Camille"),
        ("employee", "Sacha (fictif)", None, None),
    ]
    assert list_referent_changes(register) == list_referent_changes(register, LENS_EPCI)


def test_who_asks_to_be_erased_is_nowhere_anymore(register: Register) -> None:
    name_referents(register, LENS_EPCI, employee=CAMILLE, board=LOUISON)
    name_referents(register, LENS_EPCI, employee="Sacha (fictif)")
    assert erase_referent(register, CAMILLE) == 2
    assert erase_referent(register, LOUISON) == 1
    names = {name for change in list_referent_changes(register) for name in (change.before, change.after)}
    assert names == {None, ERASED, "Sacha (fictif)"}
    assert get_referents(register, LENS_EPCI) == Referents(territory=LENS_EPCI, employee="Sacha (fictif)")


def test_a_register_of_before_knows_since_when_each_was_named(register: Register) -> None:
    name_referents(register, LENS_EPCI, employee=CAMILLE)
    with register.writing(changes_answers=False) as session:
        run_migrations(session.connection, "0006", down=True)
        run_migrations(session.connection)
    (line,) = list_referent_changes(register)
    assert (line.territory, line.role, line.before, line.after) == (LENS_EPCI, "employee", None, CAMILLE)
    assert get_referents(register, LENS_EPCI).employee == CAMILLE
