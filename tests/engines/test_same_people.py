"""What people write besides lists (keys, suggestions, homes, bases of comparison): kept the same on both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from data.opening import open_register
from data.people.tokens import (
    create_token,
    find_bearer,
    find_session,
    list_tokens,
    open_session,
    revoke_token,
)
from data.questions import answer_coverage, answer_near, describe_register, find_presences, history_of
from data.questions.denominators import add_denominator, list_denominators, remove_denominator
from data.questions.proposals import (
    accept_proposal,
    confirm_presence,
    find_private_place,
    list_proposals,
    refuse_proposal,
    submit_proposal,
)
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import presences, register_state
from geo.people import ProposalKind, ProposalState, Role
from geo.position import Position
from geo.records import Kind, Level, Origin, Precision, Visibility
from tests.data.register.builders import AMIENS, LENS, LILLE, import_rows, make_row
from tests.engines.builders import make_database

pytestmark = pytest.mark.engines

NO_INSTANT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def two(cluster_url: str, empty_database: str, empty_file: Path, tmp_path: Path) -> Iterator[list[Register]]:
    """Give an empty register on each engine."""
    (tmp_path / empty_file.name).write_bytes(empty_file.read_bytes())
    with make_database(cluster_url, template=empty_database) as on_server:
        opened = [open_register(DatabaseSettings(home=tmp_path, database_url=None)), open_register(on_server)]
        yield opened
        for register in opened:
            register.close()


def test_an_empty_register_answers_the_same(two: list[Register]) -> None:
    def ask(register: Register) -> list[Any]:
        here = Origin(position=Position(lon=2.8, lat=50.4), label="", precision=Precision.GIVEN)
        far = replace(here, position=Position(lon=139.7, lat=35.7))
        return [
            find_presences(register, text="rien"),
            answer_near(register, origin=here, sector="velo"),
            answer_near(register, origin=far),
            answer_coverage(register, level=Level.EPCI),
            replace(describe_register(register), register_id=""),
        ]

    expected, found = (ask(register) for register in two)
    assert found == expected
    assert expected[0].total == 0


def test_keys_and_sessions(two: list[Register]) -> None:
    def use(register: Register) -> list[Any]:
        import_rows(register, [make_row("a")])
        first, secret = create_token(register, role=Role.STAFF, lasts=timedelta(days=1), label="Ana Fictive")
        second, other = create_token(register, role=Role.MEMBER, lasts=timedelta(days=1), presence_id=1)
        bearer, cookie = open_session(register, secret)
        before = find_session(register, cookie)
        assert find_bearer(register, other) is not None
        revoke_token(register, first.id)
        told = [
            replace(
                each,
                created_at=NO_INSTANT,
                expires_at=NO_INSTANT,
                revoked_at=each.revoked_at and NO_INSTANT,
            )
            for each in list_tokens(register)
        ]
        # The first is revoked, and what it opened with it.
        assert (find_bearer(register, secret), find_session(register, cookie)) == (None, None)
        return [told, bearer.role, before == bearer, (first.id, second.id)]

    expected, found = (use(register) for register in two)
    assert found == expected


def test_suggestions_from_the_door_to_the_register(two: list[Register]) -> None:
    def decide(register: Register) -> list[Any]:
        import_rows(register, [make_row("a"), make_row("b", LILLE)])
        ids = [
            submit_proposal(register, kind=ProposalKind.CORRECTION, presence_id=1,
                            payload={"name": "L'Été « neuf »", "sectors": "velo"}, message="Merci\nbeaucoup",
                            reply_to="accueil@asso.example"),
            submit_proposal(register, kind=ProposalKind.HIDE, presence_id=2, payload={}),
            submit_proposal(register, kind=ProposalKind.CORRECTION, presence_id=2, payload={"name": "Non"}),
        ]  # fmt: skip
        changed = accept_proposal(register, ids[0], who="une personne", why="vu", reply="C'est fait.")
        hidden = accept_proposal(register, ids[1], who="une personne", why="demandé")
        refuse_proposal(register, ids[2], who="une personne", why="faux")
        confirm_presence(register, 1, who="une personne")
        queues = [list_proposals(register, state) for state in ProposalState]
        kept = [
            replace(each, submitted_at=NO_INSTANT, decided_at=each.decided_at and NO_INSTANT)
            for queue in queues
            for each in queue.proposals
        ]
        lines = [replace(line, recorded_at=NO_INSTANT) for line in history_of(register, 1)]
        listed = find_presences(register, reader=Visibility.STAFF).items
        return [changed, hidden, kept, [queue.counts for queue in queues], lines, listed]

    expected, found = (decide(register) for register in two)
    assert found == expected
    assert expected[0].name == "L'Été « neuf »"
    assert expected[1].visibility is Visibility.STAFF


def test_homes_are_kept_apart(two: list[Register]) -> None:
    def live(register: Register) -> list[Any]:
        rows = [
            make_row("a", AMIENS, kind=Kind.AMBASSADOR, address="9 rue Inventée"),
            make_row("b", LENS, at_home=True, address="2 rue Imaginaire"),
            make_row("c", LENS),
        ]
        import_rows(register, rows)
        here = Origin(position=Position(lon=2.8, lat=50.4), label="", precision=Precision.GIVEN)
        return [
            find_presences(register).items,
            [find_private_place(register, presence_id) for presence_id in (1, 2, 3)],
            answer_near(register, origin=here).results,
        ]

    expected, found = (live(register) for register in two)
    assert found == expected
    assert expected[1][0].address == "9 rue Inventée"
    assert expected[1][2] is None
    assert all("rue" not in presence.address for presence in expected[0])


def test_a_home_of_an_older_register_is_searched_by_its_street_no_more(two: list[Register]) -> None:
    def reopen(register: Register) -> list[Any]:
        street = "2 rue Imaginaire"
        import_rows(register, [make_row("b", LENS, name=f"Chez b, {street}", at_home=True, address=street)])
        with register.writing() as session:
            run = session.connection.execute
            run(update(presences).values(search_text="chez b 2 rue imaginaire lens"))
            run(update(register_state).values(territories_digest="of an older program"))
        again = open_register(register.settings)
        with again.reading() as session:
            held = session.connection.execute(select(presences.c.search_text)).scalars().all()
        found = [find_presences(again, text=text).total for text in ("imaginaire", "chez b")]
        again.close()
        return [held, found]

    expected, found = (reopen(register) for register in two)
    assert found == expected == [["chez b lens"], [0, 1]]


def test_bases_of_comparison(two: list[Register], tmp_path: Path) -> None:
    path = tmp_path / "associations.csv"
    path.write_text("code;associations\n62498;120\n59350;1000\n80021;300\n", encoding="utf-8")

    def count(register: Register) -> list[Any]:
        import_rows(register, [make_row("a"), make_row("b", LILLE), make_row("c", AMIENS)])
        added = add_denominator(register, path, name="ESS", unit="associations", year=2023, source="essai")
        listed = list_denominators(register)
        answer = answer_coverage(register, level=Level.EPCI, denominator="ESS")
        remove_denominator(register, "ESS")
        return [added.denominator, listed, answer, list_denominators(register)]

    expected, found = (count(register) for register in two)
    assert found == expected
    assert expected[3] == ()
