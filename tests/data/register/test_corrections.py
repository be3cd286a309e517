"""What people mend: who, when, why, and for good."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from data.clock import today
from data.corrections import CORRECTABLE, CorrectionValue
from data.errors import InvalidCorrectionError, UnknownFieldError, UnknownPresenceError
from data.questions import (
    answer_coverage,
    correct_presence,
    describe_register,
    find_presences,
    get_presence,
    history_of,
    withdraw_correction,
)
from data.session import Register
from data.storing import rebuild_summary
from data.tables import register_state, status_counts, summary_counts
from geo.position import Position
from geo.records import Kind, PlacementStatus, Precision, Visibility
from tests.data.register.builders import LENS, LILLE, import_rows, make_row

WHO = {"who": "Anne", "why": "appel du 3 mars"}


@pytest.fixture
def presence_id(register: Register) -> int:
    return import_rows(register, [make_row("a", LENS, city="Lens")]).ids["a"]


@pytest.mark.parametrize(
    ("field", "typed", "attribute", "expected"),
    [
        ("name", "  Le nom  ", "name", "Le nom"),
        ("summary", None, "summary", ""),
        ("website", "", "website", None),
        ("siret", "12345678901234", "siret", "12345678901234"),
        ("amount_sought_eur", "1 234,50", "amount_sought_eur", 1_234.5),
        ("zone_radius_m", 2_000, "zone_radius_m", 2_000.0),
        ("starts_on", "2026-01-31", "starts_on", date(2026, 1, 31)),
        ("ends_on", date(2030, 1, 1), "ends_on", date(2030, 1, 1)),
        ("sectors", "velo, alimentation,velo", "sectors", ("velo", "alimentation")),
        ("sectors", ["velo"], "sectors", ("velo",)),
        ("zone", "200093201", "zone", ("200093201",)),
        ("partners", "Ville, Région", "partners", ("Ville", "Région")),
        ("visibility", "members", "visibility", Visibility.MEMBERS),
        ("position", "50.6365, 3.0586", "position", Position(lon=3.0586, lat=50.6365)),
        ("position", Position(lon=3.0586, lat=50.6365), "commune", "59350"),
        ("commune", "59350", "epci", "200093201"),
        ("commune", "59298", "commune", "59350"),
    ],
)
def test_a_correction_is_displayed(
    register: Register, presence_id: int, field: str, typed: CorrectionValue, attribute: str, expected: object
) -> None:
    corrected = correct_presence(register, presence_id, field, typed, **WHO)
    assert getattr(corrected, attribute) == expected
    assert get_presence(register, presence_id, reader=Visibility.STAFF) == corrected


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", None),
        ("name", 3.0),
        ("website", 3.0),
        ("amount_sought_eur", "beaucoup"),
        ("amount_sought_eur", -1.0),
        ("amount_sought_eur", float("nan")),
        ("starts_on", "31/01/2026"),
        ("sectors", "nulle-part"),
        ("sectors", 3.0),
        ("zone", "99999"),
        ("visibility", "secret"),
        ("position", "ici"),
        ("position", "95, 3"),
        ("position", None),
        ("commune", "75056"),
    ],
)
def test_a_value_that_does_not_fit_changes_nothing(
    register: Register, presence_id: int, field: str, typed: CorrectionValue
) -> None:
    before = describe_register(register)
    with pytest.raises(InvalidCorrectionError, match="Correction impossible"):
        correct_presence(register, presence_id, field, typed, **WHO)
    assert describe_register(register) == before


@pytest.mark.parametrize("field", ["id", "source_key", "fingerprint", "kind", "", "nom"])
def test_other_fields_are_nobodys_to_correct(register: Register, presence_id: int, field: str) -> None:
    with pytest.raises(UnknownFieldError, match="On peut corriger"):
        correct_presence(register, presence_id, field, "x", **WHO)


def test_an_unknown_presence_cannot_be_corrected(register: Register) -> None:
    with pytest.raises(UnknownPresenceError):
        correct_presence(register, 12, "name", "x", **WHO)
    with pytest.raises(UnknownPresenceError):
        history_of(register, 12)


def test_every_correctable_field_is_a_field_of_a_presence(register: Register, presence_id: int) -> None:
    presence = get_presence(register, presence_id)
    assert all(hasattr(presence, field) for field in CORRECTABLE)


def test_who_when_and_why_are_kept(register: Register, presence_id: int) -> None:
    correct_presence(register, presence_id, "name", "Autre", **WHO)
    line = history_of(register, presence_id)[-1]
    assert (line.field, line.before, line.after) == ("name", "Structure a", "Autre")
    assert (line.who, line.why, line.as_of, line.file) == ("Anne", "appel du 3 mars", today(), None)


def test_a_corrected_name_is_found_by_it(register: Register, presence_id: int) -> None:
    correct_presence(register, presence_id, "name", "Étoile", **WHO)
    assert [each.id for each in find_presences(register, text="etoile lens").items] == [presence_id]
    assert find_presences(register, text="structure").total == 0


def test_counts_follow_a_correction(register: Register, presence_id: int) -> None:
    assert answer_coverage(register).outside.count_inside == 0
    correct_presence(register, presence_id, "commune", "59350", **WHO)
    assert answer_coverage(register).outside.count_inside == 1
    corrected = get_presence(register, presence_id)
    assert (corrected.status, corrected.precision) == (PlacementStatus.COMMUNE, Precision.COMMUNE)


def test_placing_by_hand_gives_a_place_to_what_had_none(register: Register) -> None:
    lost = import_rows(register, [make_row("lost", None)]).ids["lost"]
    placed = correct_presence(register, lost, "position", "50.4289, 2.8319", **WHO)
    assert (placed.status, placed.precision, placed.commune) == (
        PlacementStatus.PLACED,
        Precision.MANUAL,
        "62498",
    )
    away = correct_presence(register, lost, "position", "48.85, 2.35", **WHO)
    assert (away.status, away.commune) == (PlacementStatus.OUT_OF_REGION, None)


def test_a_withdrawn_correction_shows_what_the_source_says_now(register: Register) -> None:
    identifier = import_rows(register, [make_row("a")]).ids["a"]
    correct_presence(register, identifier, "name", "Premier", **WHO)
    correct_presence(register, identifier, "name", "Second", **WHO)
    correct_presence(register, identifier, "starts_on", "2020-01-01", **WHO)
    changed = make_row("a", name="Dit la source", starts_on=date(2021, 1, 1))
    import_rows(register, [changed], as_of=date(2026, 2, 1))
    assert get_presence(register, identifier).name == "Second"
    assert withdraw_correction(register, identifier, "name", **WHO).name == "Dit la source"
    assert withdraw_correction(register, identifier, "starts_on", **WHO).starts_on == date(2021, 1, 1)
    with pytest.raises(UnknownFieldError):
        withdraw_correction(register, identifier, "name", **WHO)


def test_a_placement_taken_back_is_whole_again(register: Register, presence_id: int) -> None:
    before = get_presence(register, presence_id)
    correct_presence(register, presence_id, "commune", "59350", **WHO)
    assert withdraw_correction(register, presence_id, "commune", **WHO) == before


def test_a_kind_is_never_mixed_with_another(register: Register) -> None:
    import_rows(register, [make_row("a"), make_row("p", kind=Kind.PROJECT)])
    summary = describe_register(register)
    assert {kind: counts.received for kind, counts in summary.counts_by_kind.items()} == {
        Kind.ACTOR: 1,
        Kind.PROJECT: 1,
        Kind.EVENT: 0,
        Kind.ANTENNE: 0,
        Kind.AMBASSADOR: 0,
    }


def test_counts_kept_ready_after_corrections_equal_a_recount(register: Register) -> None:
    rows = [make_row(str(number), (LENS, LILLE)[number % 2], sectors=("velo",)) for number in range(6)]
    ids = import_rows(register, [*rows, make_row("lost", None)]).ids
    correct_presence(register, ids["0"], "sectors", "alimentation", **WHO)
    correct_presence(register, ids["1"], "position", "50.4289, 2.8319", **WHO)
    correct_presence(register, ids["2"], "ends_on", "2020-01-01", **WHO)
    correct_presence(register, ids["3"], "starts_on", "2999-01-01", **WHO)
    correct_presence(register, ids["lost"], "commune", "62041", **WHO)
    withdraw_correction(register, ids["0"], "sectors", **WHO)
    tables = (summary_counts, status_counts, register_state)
    with register.writing() as session:
        kept = [sorted(map(tuple, session.connection.execute(select(table)))) for table in tables]
        rebuild_summary(session)
        again = [sorted(map(tuple, session.connection.execute(select(table)))) for table in tables]
    assert kept == again
    assert kept[0]
