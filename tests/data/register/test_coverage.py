"""Where the network is: every way of counting agrees, at every level and day."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from data.clock import today
from data.counts.standing import read_standing
from data.coverage import CoverageCounts, count_coverage, count_presences
from data.opening import open_register
from data.questions import answer_coverage, correct_presence
from data.session import Register, Session
from data.settings import DatabaseSettings
from data.storing import rebuild_summary
from data.tables import register_state
from geo.errors import UnknownTerritoryError
from geo.records import MEL_CODE, CoverageAnswer, Kind, Level, PlacementStatus, Precision
from scripts.bench.crowd import make_crowd
from tests.data.register.builders import AMIENS, LENS, LIEVIN, LILLE, ROUBAIX, import_rows, make_row

LENS_EPCI = "246200364"
LEVELS = [Level.EPCI, Level.DEPARTEMENT, Level.COMMUNE, Level.ZONE_EMPLOI, Level.BASSIN_VIE, Level.REGION]


def count_of(answer: CoverageAnswer, code: str) -> int:
    """Give the count of one territory."""
    return next(row.count for row in answer.rows if row.code == code)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory, empty_register_file: Path) -> Iterator[Register]:
    """Open a register of many presences, some of them awkward, that no test changes."""
    home = tmp_path_factory.mktemp("crowded")
    shutil.copy(empty_register_file, home / empty_register_file.name)
    register = open_register(DatabaseSettings(home=home, database_url=None))
    codes = [sector.code for sector in register.sectors.sectors]
    crowd = make_crowd(register.referential, codes, count=1_500, seed=4)
    awkward = [
        make_row("review", status=PlacementStatus.TO_REVIEW),
        make_row("unplaced", None),
        make_row("away", None, status=PlacementStatus.OUT_OF_REGION),
        make_row("to come", starts_on=today() + timedelta(days=30)),
        make_row("ended", ends_on=today() - timedelta(days=1)),
        make_row("held", kind=Kind.EVENT, starts_on=date(2024, 5, 1), ends_on=date(2024, 5, 2)),
        make_row("planned", kind=Kind.EVENT, starts_on=today() + timedelta(days=3)),
        make_row("hamlet", AMIENS, status=PlacementStatus.COMMUNE, precision=Precision.COMMUNE),
        make_row("unknown sector", sectors=("inconnue",)),
    ]
    import_rows(register, [*crowd, *awkward])
    # What vanished counts no more.
    import_rows(register, [*crowd[10:], *awkward], as_of=date(2026, 2, 1))
    yield register
    register.close()


def test_the_inhabitants_inside_the_mel_are_1995_percent(register: Register) -> None:
    outside = answer_coverage(register).outside
    assert outside.name == "Métropole Européenne de Lille"
    assert round(100 * (1 - outside.population_share_outside), 2) == 19.95


def test_on_an_empty_register_shares_and_ratios_are_none(register: Register) -> None:
    answer = answer_coverage(register)
    assert len(answer.rows) == 92
    outside = answer.outside
    assert (outside.share_outside, outside.share_low, outside.share_high, outside.ratio, outside.gap) == (
        (None,) * 5
    )
    assert (outside.count_inside, outside.count_outside) == (0, 0)
    for row in answer.rows:
        assert (row.count, row.per_10k, row.expected, row.ratio, row.ratio_low, row.ratio_high) == (
            (0,) + (None,) * 5
        )
        assert not row.significant_absence
    assert answer.totals.received == 0
    assert answer.data_date is None
    assert answer.empty_expected_by_chance is None


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("sector", [None, "alimentation"])
def test_rows_sum_to_the_total_and_expected_counts_too(
    crowded: Register, level: Level, sector: str | None
) -> None:
    for kind in (Kind.ACTOR, Kind.EVENT):
        answer = answer_coverage(crowded, level=level, kind=kind, sector=sector)
        assert sum(row.count for row in answer.rows) == answer.totals.counted > 0
        assert answer.outside.count_inside + answer.outside.count_outside == answer.totals.counted
        expected = [row.expected for row in answer.rows if row.expected is not None]
        assert sum(expected) == pytest.approx(answer.totals.counted)
        assert sum(row.population for row in answer.rows) == 5_992_194


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("sector", [None, "alimentation", "velo"])
def test_the_counts_kept_ready_equal_a_recount(crowded: Register, level: Level, sector: str | None) -> None:
    for kind in Kind:
        with crowded.reading() as session:
            asked: dict[str, Any] = {"level": level, "sector": sector}
            ready = count_coverage(session, kind=kind, outside=MEL_CODE, day=today(), basis="seat", **asked)
            recounted = _recount(session, kind=kind, **asked)
        assert ready.totals == recounted.totals
        assert (ready.total, ready.inside, ready.outside) == (
            recounted.total,
            recounted.inside,
            recounted.outside,
        )
        assert ready.level_counts.count_by_territory == recounted.level_counts.count_by_territory
        filled = {code: counts for code, counts in ready.level_counts.count_by_sector.items() if counts}
        again = {code: counts for code, counts in recounted.level_counts.count_by_sector.items() if counts}
        assert filled == again


def _recount(session: Session, *, kind: Kind, level: Level, sector: str | None) -> CoverageCounts:
    """Count the presences one by one, as every other cut is counted."""
    book = session.register.sectors
    first, last = (0, len(book)) if sector is None else book.id_range(sector)
    ids = session.register.id_by_sector
    standing = [
        presence
        for presence in read_standing(session, kind=kind, day=today())
        if sector is None or any(first <= ids.get(code, 0) <= last for code in presence.sectors)
    ]
    vintage = session.register.referential.vintage
    return count_presences(
        session, standing, level=level, sector=sector, outside=MEL_CODE, vintage=vintage, basis="seat"
    )


def test_counts_out_of_date_are_not_served(register: Register) -> None:
    import_rows(register, [make_row("a"), make_row("ended", ends_on=date(2026, 3, 1))])
    with register.writing() as session:
        # As if nobody had touched the register since the last day of « ended ».
        session.connection.execute(
            update(register_state).values(summary_day=date(2026, 3, 1), summary_until=date(2026, 3, 2))
        )
    assert answer_coverage(register).totals.counted == 1
    assert answer_coverage(register, at=date(2026, 3, 1)).totals.counted == 1
    with register.writing() as session:
        rebuild_summary(session)
    assert answer_coverage(register, at=date(2026, 3, 1)).totals.counted == 2


def test_the_share_outside_comes_with_its_interval_and_gap(register: Register) -> None:
    inside = [make_row(f"i{number}", LILLE) for number in range(80)]
    outside = [make_row(f"o{number}", LENS) for number in range(120)]
    import_rows(register, [*inside, *outside])
    found = answer_coverage(register).outside
    assert (found.count_inside, found.count_outside, found.share_outside) == (80, 120, 0.6)
    assert found.share_low is not None
    assert found.share_high is not None
    assert (round(found.share_low, 4), round(found.share_high, 4)) == (0.5308, 0.6654)
    assert found.gap == pytest.approx(200 * found.population_share_outside - 120)
    assert found.ratio == pytest.approx(0.6 / found.population_share_outside)


def test_the_complement_of_any_territory_can_be_asked(register: Register) -> None:
    import_rows(register, [make_row("a", LILLE), make_row("b", LENS), make_row("c", AMIENS)])
    for code, inside in ((MEL_CODE, 1), (LENS_EPCI, 1), ("59", 1), ("62", 1), ("80021", 1), ("32", 3)):
        outside = answer_coverage(register, outside=code).outside
        assert (outside.count_inside, outside.count_outside) == (inside, 3 - inside)
    with pytest.raises(UnknownTerritoryError):
        answer_coverage(register, outside="99999")


def test_an_absence_is_significant_from_three_expected_on(register: Register) -> None:
    import_rows(register, [make_row(str(number), LILLE) for number in range(300)])
    answer = answer_coverage(register)
    for row in answer.rows:
        assert row.expected is not None
        assert row.significant_absence == (row.count == 0 and row.expected >= 3.0)
    assert any(row.significant_absence for row in answer.rows)
    assert answer.empty_expected_by_chance is not None
    assert 10 < answer.empty_expected_by_chance < 30


def test_sectors_are_counted_with_what_stands_under_them_and_never_summed(register: Register) -> None:
    book = register.sectors
    parent = next(sector for sector in book.sectors if len(book.children(sector.code)) > 1)
    first, second, *_ = (child.code for child in book.children(parent.code))
    import_rows(
        register,
        [make_row("both", sectors=(first, second)), make_row("one", sectors=(first,)), make_row("none")],
    )
    answer = answer_coverage(register)
    lens = next(row for row in answer.rows if row.code == LENS_EPCI)
    assert lens.count == 3
    assert lens.count_by_sector == {parent.code: 2, first: 2, second: 1}
    of_parent = answer_coverage(register, sector=parent.code)
    assert count_of(of_parent, LENS_EPCI) == of_parent.totals.counted == 2


def test_a_past_day_is_counted_as_it_was(register: Register) -> None:
    import_rows(register, [make_row("stays"), make_row("moves", LILLE)], as_of=date(2024, 1, 1))
    import_rows(
        register, [make_row("stays"), make_row("moves", LENS), make_row("new")], as_of=date(2025, 1, 1)
    )
    import_rows(register, [make_row("moves", LENS), make_row("new")], as_of=date(2026, 1, 1))

    def count_at(day: date) -> tuple[int, int]:
        answer = answer_coverage(register, at=day)
        return count_of(answer, LENS_EPCI), count_of(answer, MEL_CODE)

    assert count_at(date(2023, 12, 31)) == (0, 0)
    assert count_at(date(2024, 6, 1)) == (1, 1)
    assert count_at(date(2025, 6, 1)) == (3, 0)
    assert count_at(today()) == (2, 0)


def test_the_past_is_the_same_whatever_order_the_lists_came_in(
    register: Register,
) -> None:
    import_rows(register, [make_row("a", LENS), make_row("new")], as_of=date(2026, 1, 1))
    import_rows(register, [make_row("a", LILLE), make_row("old")], as_of=date(2024, 1, 1))
    for day, lens, mel in ((date(2024, 6, 1), 1, 1), (today(), 2, 0)):
        answer = answer_coverage(register, at=day)
        assert (count_of(answer, LENS_EPCI), count_of(answer, MEL_CODE)) == (lens, mel)


def test_a_known_start_and_end_decide(register: Register) -> None:
    import_rows(
        register,
        [
            make_row("long before", starts_on=date(2010, 1, 1)),
            make_row("short", starts_on=date(2015, 1, 1), ends_on=date(2015, 12, 31)),
            make_row("unknown"),
        ],
    )
    for day, count in (
        (date(2009, 12, 31), 0),
        (date(2010, 1, 1), 1),
        (date(2015, 12, 31), 2),
        (date(2016, 1, 1), 1),
        (date(2026, 1, 1), 2),
    ):
        assert answer_coverage(register, at=day).totals.counted == count, day


def test_an_event_counts_from_its_day_on_unless_it_was_dropped_before(register: Register) -> None:
    rows = [
        make_row("held", kind=Kind.EVENT, starts_on=date(2026, 2, 10)),
        make_row("cancelled", kind=Kind.EVENT, starts_on=date(2026, 4, 10)),
    ]
    import_rows(register, rows, as_of=date(2026, 1, 1))
    import_rows(register, [], kinds=[Kind.EVENT], as_of=date(2026, 3, 1))
    for day, count in ((date(2026, 2, 9), 0), (date(2026, 2, 10), 1), (today(), 1)):
        assert answer_coverage(register, kind=Kind.EVENT, at=day).totals.counted == count, day


def test_a_correction_mends_every_day(register: Register) -> None:
    ids = import_rows(register, [make_row("a", LILLE)], as_of=date(2024, 1, 1)).ids
    import_rows(register, [make_row("a", LILLE, summary="changed")], as_of=date(2025, 1, 1))
    correct_presence(register, ids["a"], "commune", "62498", who="A", why="erreur de saisie")
    for day in (date(2024, 6, 1), today()):
        assert count_of(answer_coverage(register, at=day), LENS_EPCI) == 1


def test_a_past_year_is_counted_on_its_own_territories(register: Register) -> None:
    import_rows(register, [make_row("a")], as_of=date(2022, 6, 1))
    for level, rows in ((Level.EPCI, 92), (Level.COMMUNE, 3_782), (Level.DEPARTEMENT, 5)):
        answer = answer_coverage(register, level=level, at=date(2023, 1, 1))
        assert (answer.vintage, len(answer.rows)) == (2022, rows)
        assert sum(row.population for row in answer.rows) == 5_997_734
        assert sum(row.count for row in answer.rows) == 1


ZONES: list[tuple[str, dict[str, Any], dict[str, int], tuple[int, int]]] = [
    ("nothing said: where it sits", {}, {MEL_CODE: 1, LENS_EPCI: 0}, (1, 0)),
    ("two EPCI: once in each", {"zone": (MEL_CODE, LENS_EPCI)}, {MEL_CODE: 1, LENS_EPCI: 1}, (0, 1)),
    ("two communes of one EPCI: once", {"zone": ("59350", "59512")}, {MEL_CODE: 1}, (1, 0)),
    ("elsewhere only", {"zone": (LENS_EPCI,)}, {MEL_CODE: 0, LENS_EPCI: 1}, (0, 1)),
    ("the whole region", {"zone": ("32",)}, {MEL_CODE: 1, LENS_EPCI: 1}, (0, 1)),
    ("a zone nobody knows: where it sits", {"zone": ("99999",)}, {MEL_CODE: 1}, (1, 0)),
    ("a small radius", {"zone_radius_m": 1_500.0}, {MEL_CODE: 1, LENS_EPCI: 0}, (1, 0)),
    ("a radius that reaches Lens", {"zone_radius_m": 40_000.0}, {MEL_CODE: 1, LENS_EPCI: 1}, (0, 1)),
]


@pytest.mark.parametrize(
    ("fields", "counts", "split"), [case[1:] for case in ZONES], ids=[c[0] for c in ZONES]
)
def test_by_zone_of_action(
    register: Register, fields: dict[str, Any], counts: dict[str, int], split: tuple[int, int]
) -> None:
    import_rows(register, [make_row("a", LILLE, **fields)])
    answer = answer_coverage(register, basis="zone")
    assert answer.basis == "zone"
    assert {code: count_of(answer, code) for code in counts} == counts
    assert (answer.outside.count_inside, answer.outside.count_outside) == split
    assert answer.totals.counted == 1
    by_seat = answer_coverage(register)
    assert (count_of(by_seat, MEL_CODE), by_seat.outside.count_inside) == (1, 1)


def test_a_project_that_only_has_a_zone_counts_by_it(register: Register) -> None:
    rows = [
        make_row("zone only", None, kind=Kind.PROJECT, zone=("62", "80021")),
        make_row("review", kind=Kind.PROJECT, status=PlacementStatus.TO_REVIEW, zone=("62",)),
        make_row("nowhere", None, kind=Kind.PROJECT),
    ]
    import_rows(register, rows)
    by_zone = answer_coverage(register, kind=Kind.PROJECT, basis="zone", level=Level.DEPARTEMENT)
    assert {row.code: row.count for row in by_zone.rows} == {"02": 0, "59": 0, "60": 0, "62": 1, "80": 1}
    assert (by_zone.outside.count_inside, by_zone.outside.count_outside) == (0, 1)
    assert answer_coverage(register, kind=Kind.PROJECT).outside.share_outside is None


@pytest.mark.parametrize("level", [Level.EPCI, Level.DEPARTEMENT, Level.COMMUNE])
def test_every_row_names_its_territory(register: Register, level: Level) -> None:
    answer = answer_coverage(register, level=level)
    names = {territory.code: territory.name for territory in register.referential.territories(level)}
    assert {row.code: row.name for row in answer.rows} == names


def test_answers_follow_what_is_written(register: Register) -> None:
    ask: Callable[[], int] = lambda: answer_coverage(register).totals.counted  # noqa: E731 (asked three times)
    assert ask() == 0
    import_rows(register, [make_row("a"), make_row("b", ROUBAIX)])
    assert ask() == 2
    import_rows(register, [make_row("a"), make_row("c", LIEVIN)], as_of=date(2026, 2, 1))
    assert ask() == 2
