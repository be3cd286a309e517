"""What people type that nobody expects: taken, or refused in the same words, by both engines."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import orjson
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.address_memory import StoredAnswers, correct_address, get_geocoder
from data.people.messages import forget_message, mark_sent
from data.people.tokens import create_token, revoke_token
from data.questions import (
    answer_coverage,
    correct_presence,
    find_presences,
    get_presence,
    history_of,
    import_file,
    withdraw_correction,
)
from data.questions.denominators import add_denominator
from data.questions.proposals import accept_proposal, get_proposal, refuse_proposal, submit_proposal
from data.questions.referents import erase_referent, name_referents, remove_referents
from data.session import Register
from geo.geocoding.answer import AddressQuery
from geo.people import ProposalKind, Role
from geo.position import Position
from geo.records import Kind
from tests.data.register.builders import import_rows, make_row
from tests.engines.conftest import Pair
from tests.engines.odd import HARD, LONG, ask_both, draw_letters, read_everything, tell_past

pytestmark = pytest.mark.engines

IN_LENS = Position(lon=2.83, lat=50.43)


def fill(pair: Pair) -> int:
    """Give the number of a presence that both hold."""
    for register in (pair.sqlite, pair.postgis):
        import_rows(register, [make_row("une")], source="saisie")
    found: int = ask_both(pair, lambda register: find_presences(register, limit=1).items[0].id)
    return found


def _correct(field: str, **said: str) -> Callable[[Register, str], object]:
    return lambda register, text: correct_presence(
        register, 1, field, said.get("value", text), who=said.get("who", text), why=said.get("why", text)
    )


def _suggest(kind: ProposalKind, *, field: str | None = None) -> Callable[[Register, str], object]:
    return lambda register, text: submit_proposal(
        register,
        kind=kind,
        presence_id=1,
        payload={field: text} if field else {},
        message="" if field else text,
    )


# What each takes a text for: all refuse what no register can hold.
DOORS: dict[str, Callable[[Register, str], object]] = {
    "a source": lambda register, text: import_rows(register, [make_row("x")], source=text),
    "a name": _correct("name", who="a", why="b"),
    "partners": _correct("partners", who="a", why="b"),
    "who": _correct("stage", value="mûr", why="b"),
    "why": _correct("stage", value="vert", who="a"),
    "who withdraws": lambda register, text: withdraw_correction(register, 1, "stage", who=text, why="b"),
    "a field": lambda register, text: withdraw_correction(register, 1, text, who="a", why="b"),
    "a label": lambda register, text: create_token(
        register, role=Role.STAFF, lasts=timedelta(days=1), label=text
    ),
    "a referent": lambda register, text: name_referents(register, "62498", employee=text),
    "why a referent": lambda register, text: name_referents(register, "62498", board="A", why=text),
    "why no referent": lambda register, text: remove_referents(register, "62498", why=text),
    "an erased name": erase_referent,
    "a suggestion": _suggest(ProposalKind.CORRECTION, field="summary"),
    "a message": _suggest(ProposalKind.CORRECTION),
    "a mailbox": lambda register, text: submit_proposal(
        register, kind=ProposalKind.HIDE, presence_id=1, payload={}, reply_to=f"{text}@exemple.fr"
    ),
    "who decides": lambda register, text: refuse_proposal(register, 1, who=text, why="b"),
    "why decided": lambda register, text: accept_proposal(register, 1, who="a", why=text),
    "an answer": lambda register, text: refuse_proposal(register, 1, who="a", why="b", reply=text),
    "a denominator": lambda register, text: answer_coverage(register, denominator=text),
    "who places": lambda register, text: correct_address(
        register, AddressQuery(text="1 rue A 62300 Lens"), IN_LENS, who=text, why="b"
    ),
    "a page": lambda register, text: find_presences(register, cursor=text),
}


def _give(door: Callable[[Register, str], object], text: str, register: Register) -> object:
    return door(register, text)


@pytest.mark.parametrize("door", DOORS)
def test_what_no_register_holds_is_refused_in_words(door: str, odd_pair: Pair) -> None:
    fill(odd_pair)
    before = read_everything(odd_pair.sqlite)
    for mark in HARD:
        said = ask_both(odd_pair, partial(_give, DOORS[door], f"a{mark}b"))
        assert isinstance(said, tuple)
        # A message that itself holds the character would break what shows it.
        assert not set(HARD) & set(said[1]), said
    assert read_everything(odd_pair.sqlite) == before
    assert read_everything(odd_pair.postgis) == before


def write_cursor(mark: object) -> str:
    """Write a mark of a page as programs receive it."""
    return base64.urlsafe_b64encode(orjson.dumps(mark)).decode().rstrip("=")


@pytest.mark.parametrize("number", [-1, 0, 2**31, 2**63 - 1, 2**63, 10**30])
@pytest.mark.parametrize(
    "ask",
    [
        get_presence,
        history_of,
        get_proposal,
        revoke_token,
        mark_sent,
        forget_message,
        lambda register, number: refuse_proposal(register, number, who="a", why="b"),
        lambda register, number: correct_presence(register, number, "name", "A", who="a", why="b"),
    ],
)
def test_a_number_that_no_row_has_is_the_number_of_nothing(
    odd_pair: Pair, ask: Callable[[Register, int], object], number: int
) -> None:
    said = ask_both(odd_pair, lambda register: ask(register, number))
    assert said is None or said[0].startswith("Unknown")


@pytest.mark.parametrize(
    "mark",
    [["a\x00", 1], ["a", True], ["a", 1.5], ["a", 2**31], ["a", 2**64 - 1], ["a", -1], [1, 1], ["a"],
     {"a": 1, "b": 2}],
)  # fmt: skip
def test_a_page_that_nobody_gave_is_refused(odd_pair: Pair, mark: object) -> None:
    said = ask_both(odd_pair, lambda register: find_presences(register, cursor=write_cursor(mark)))
    assert said[0] == "InvalidCursorError"


def test_what_is_asked_by_name_has_a_name(odd_pair: Pair, tmp_path: Path) -> None:
    path, values = tmp_path / "liste.csv", tmp_path / "valeurs.csv"
    path.write_text("nom;ville\nUn;Lens\n")
    values.write_text("code_insee;valeur\n62498;120\n")
    for said in (
        ask_both(odd_pair, lambda register: import_file(register, path, source=LONG[6_000])),
        ask_both(odd_pair, lambda register: add_denominator(register, values, name=LONG[6_000])),
    ):
        assert said[0] == "OutOfBoundsError"
        assert f"255 caractères au plus (reçu : {len(LONG[6_000])})" in said[1]


def test_a_denominator_is_counted_in_years_and_numbers_that_are_some(odd_pair: Pair, tmp_path: Path) -> None:
    values = tmp_path / "valeurs.csv"
    values.write_text("code_insee;valeur\n62498;120\n")
    for year in (-1, 2**15, 2**40):
        said = ask_both(odd_pair, partial(add_denominator, path=values, name="an", year=year))
        assert said[0] == "OutOfBoundsError"
    # Each is a number; a server cannot give their sum, a file calls it infinite.
    values.write_text("code_insee;valeur\n62498;1e308\n59350;1e308\n")
    assert ask_both(odd_pair, lambda register: add_denominator(register, values))[0] == "DenominatorRowsError"


@pytest.mark.parametrize("value", ["12500", "-0", "0,5", "1e17", "1e308", "inf", "nan", "9" * 400, None])
@pytest.mark.parametrize("field", ["amount_sought_eur", "amount_granted_eur", "zone_radius_m"])
def test_numbers_and_what_became_of_them_are_told_alike(
    odd_pair: Pair, field: str, value: str | None
) -> None:
    number = fill(odd_pair)
    ask_both(
        odd_pair, lambda register: repr(correct_presence(register, number, field, value, who="a", why="b"))
    )
    ask_both(odd_pair, lambda register: tell_past(register, number))


@pytest.mark.parametrize("length", [390, 401, 6_000, 100_000])
def test_long_addresses_are_each_remembered(odd_pair: Pair, length: int) -> None:
    address = f"3 rue {draw_letters(length)}"
    kept, other = f"{address}a", f"{address}b"

    def remember(register: Register) -> tuple[list[str], Position | None]:
        stored = StoredAnswers(register)
        answer = get_geocoder(register).geocode(AddressQuery(text="Lens"))
        stored.keep_answers({address: answer, kept: answer}, provider="essai", version="1")
        found = stored.find_answers([address, kept, other], provider="essai", version="1")
        query = AddressQuery(text=address, postcode="62300", city="Lens")
        correct_address(register, query, IN_LENS, who="une personne", why="vu sur place")
        return sorted(found), get_geocoder(register).geocode(query).position

    found, position = ask_both(odd_pair, remember)
    assert found == sorted([address, kept])
    assert position == IN_LENS


def test_pages_of_long_names_follow_one_another_on_the_site(odd_pair: Pair) -> None:
    names = [letter * 600 for letter in ("a", "é", "字", "𐌰", "z")]
    for register in (odd_pair.sqlite, odd_pair.postgis):
        rows = [make_row(name[0], name=name, city="Lens", kind=Kind.ANTENNE) for name in names]
        import_rows(register, rows, source="longs")
        with TestClient(create_app(ApiSettings(), register=register)) as client:
            found: list[str] = []
            cursor: str | None = ""
            while cursor is not None:
                page = client.get(f"/api/v1/presences?kind=antenne&limit=1&cursor={cursor}").json()
                found += [each["properties"]["name"] for each in page["features"]]
                cursor = page["next_cursor"]
        assert sorted(found) == sorted(names)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        # There is no day before the first, to compare it with.
        ("/couverture?at=0001-01-01", 422),
        ("/tiles/presences/62498/1/1.mvt", 404),
        ("/tiles/presences/9223372036854775808/1/1.mvt", 404),
    ],
)
def test_an_address_that_leads_nowhere_is_no_error_of_ours(odd_pair: Pair, address: str, status: int) -> None:
    for register in (odd_pair.sqlite, odd_pair.postgis):
        with TestClient(create_app(ApiSettings(), register=register)) as client:
            assert client.get(address).status_code == status
