"""Asking for many addresses at once, with every way in which a file was seen to come back wrong."""

from __future__ import annotations

import pytest

from geo.geocoding.geoplateforme import bulk
from geo.geocoding.geoplateforme.bulk_reply import RowStatus
from geo.geocoding.geoplateforme.errors import ServiceRefusedError
from geo.geocoding.geoplateforme.service import NationalService
from geo.position import Position
from tests.geo.geocoding.national_service import Fault, NationalServiceDouble, bias_columns

LILLE = "12 rue faidherbe 59800 lille"
LENS = "17 rue rene lanoy 62300 lens"


def test_each_row_has_its_own_answer(service: NationalService, double: NationalServiceDouble) -> None:
    told: list[int] = []
    texts = [LILLE, "?!", LENS, "zzz yyy", 'rue "nationale", lille']
    rows = service.search_many(texts, progress=told.append)
    assert [row.status.value for row in rows] == ["ok", "skipped", "ok", "not-found", "ok"]
    assert [row.address.label if row.address else None for row in rows] == [
        "12 Rue Faidherbe 59800 Lille", None, "17 Rue René Lanoy 62300 Lens", None,
        "Rue Nationale 59800 Lille",
    ]  # fmt: skip
    assert "3 à 200 caractères" in rows[1].problem
    assert sum(told) == 5
    (asked,) = double.asked
    assert (asked.path, asked.rows) == ("/search/csv", 4)
    assert asked.params == {"columns": "maillage_question"}


def test_only_columns_of_our_own_are_sent_so_that_none_serves_as_bias(
    service: NationalService, double: NationalServiceDouble
) -> None:
    service.search_many([LILLE, LENS])
    assert double.asked[0].columns == ("maillage_row", "maillage_question")
    assert not bias_columns(double.asked[0])


def test_points_are_answered_with_their_nearest_addresses(service: NationalService) -> None:
    rows = service.reverse_many([Position(lon=3.0663, lat=50.6368), Position(lon=1.6, lat=50.7)])
    assert rows[0].address is not None
    assert rows[0].address.label == "12 Rue Faidherbe 59800 Lille"
    assert rows[0].address.distance_m == 11
    assert rows[1].status is RowStatus.NOT_FOUND


def test_rows_travel_in_files_of_the_settings_size(
    service: NationalService, double: NationalServiceDouble
) -> None:
    rows = service.search_many([LILLE] * 2_500)
    assert [asked.rows for asked in double.asked] == [1_000, 1_000, 500]
    assert all(row.status is RowStatus.OK for row in rows)


def test_a_file_is_closed_before_it_is_too_heavy(
    service: NationalService, double: NationalServiceDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST_BYTES", 4_000)
    double.most_bytes = 4_000
    rows = service.search_many([LILLE] * 100)
    assert {row.status for row in rows} == {RowStatus.OK}
    assert len(double.asked) > 3


@pytest.mark.parametrize(
    "fault",
    [
        Fault.UNTOUCHED, Fault.MISSING_COLUMNS, Fault.DUPLICATED_ROWS, Fault.NOT_CSV, Fault.CUT_SHORT,
        Fault.LATIN1, Fault.BLANK_STATUS, Fault.FOUND_BUT_EMPTY, Fault.IMPOSSIBLE_POINT,
    ],
)  # fmt: skip
def test_a_wrong_file_is_asked_again_in_smaller_ones(
    service: NationalService, double: NationalServiceDouble, fault: Fault
) -> None:
    double.faults = [fault]
    rows = service.search_many([LENS] * 150)
    assert {row.address.citycode if row.address else row.problem for row in rows} == {"62498"}
    assert [asked.rows for asked in double.asked] == [150, 100, 50]


@pytest.mark.parametrize(
    ("fault", "asked_again"), [(Fault.LOST_ROWS, 2), (Fault.ALTERED_ROWS, 40), (Fault.ERROR_STATUS, 40)]
)
def test_only_the_rows_that_failed_are_asked_again(
    service: NationalService, double: NationalServiceDouble, fault: Fault, asked_again: int
) -> None:
    double.faults = [fault]
    rows = service.search_many([LILLE, LENS] * 40)
    assert [row.address.citycode if row.address else "" for row in rows] == ["59350", "62498"] * 40
    assert [asked.rows for asked in double.asked] == [80, asked_again]


def test_rows_that_are_silently_empty_after_the_fiftieth_are_found_out(
    service: NationalService, double: NationalServiceDouble
) -> None:
    double.faults = [Fault.EMPTY_AFTER_FIFTY]
    rows = service.search_many([LILLE] * 90)
    assert {row.status for row in rows} == {RowStatus.OK}
    assert [asked.rows for asked in double.asked] == [90, 40]


def test_rows_that_are_truly_not_found_are_believed_the_second_time(
    service: NationalService, double: NationalServiceDouble
) -> None:
    rows = service.search_many([LILLE] * 10 + ["zzz yyy"] * 30)
    assert [row.status for row in rows[10:]] == [RowStatus.NOT_FOUND] * 30
    assert [asked.rows for asked in double.asked] == [40, 30]


def test_what_fails_each_time_is_an_answer_with_its_reason(
    service: NationalService, double: NationalServiceDouble
) -> None:
    double.faults = [Fault.FOUND_BUT_EMPTY] * bulk.MOST_ROUNDS
    rows = service.search_many([LILLE, LENS])
    assert [row.status for row in rows] == [RowStatus.ERROR] * 2
    assert {row.problem for row in rows} == {"le service a laissé la ligne vide"}
    assert len(double.asked) == bulk.MOST_ROUNDS


def test_a_row_that_spoils_its_file_spoils_few_others(
    service: NationalService, double: NationalServiceDouble
) -> None:
    double.poison = "poison"
    texts = [LILLE] * 700
    texts[333] = "rue du poison lille"
    rows = service.search_many(texts)
    failed = [rank for rank, row in enumerate(rows) if row.status is RowStatus.ERROR]
    assert failed == list(range(330, 340))
    assert "Quoted field unterminated" in rows[333].problem


@pytest.mark.parametrize("limit", ["most_rows", "most_bytes"])
def test_a_file_that_the_service_finds_too_big_is_cut(
    service: NationalService, double: NationalServiceDouble, limit: str
) -> None:
    setattr(double, limit, 200 if limit == "most_rows" else 20_000)
    rows = service.search_many([LILLE] * 1_000)
    assert {row.status for row in rows} == {RowStatus.OK}


def test_a_service_that_gives_every_file_back_untouched_is_left_alone(
    service: NationalService, double: NationalServiceDouble
) -> None:
    double.faults = [Fault.UNTOUCHED] * 100
    rows = service.search_many([LILLE] * 8_000)
    assert len(rows) == 8_000
    assert {row.problem for row in rows} == {"le fichier a été rendu tel quel, sans aucun résultat"}
    assert len(double.asked) == bulk.MOST_FAILED_FILES


def test_a_service_that_stops_answering_midway_keeps_what_it_gave(
    service: NationalService, double: NationalServiceDouble
) -> None:
    double.most_per_second = 2
    told: list[int] = []

    def hammer(count: int) -> None:
        told.append(count)
        double.most_per_second = 0

    rows = service.search_many([LILLE] * 3_000, progress=hammer)
    assert [row.status for row in rows[:1_000]] == [RowStatus.OK] * 1_000
    assert {row.problem for row in rows[1_000:]} == {"le service national refuse, trop de demandes"}
    assert sum(told) == 3_000


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_service_that_wants_nothing_from_us_is_not_asked_for_each_file(
    service: NationalService, double: NationalServiceDouble, status: int
) -> None:
    double.statuses = [status] * 5
    with pytest.raises(ServiceRefusedError, match=f"HTTP {status}"):
        service.search_many([LILLE] * 5_000)
    assert len(double.statuses) == 4


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_passing_failure_of_a_file_is_tried_again(
    service: NationalService, double: NationalServiceDouble, status: int
) -> None:
    double.statuses = [status] * 2
    assert service.search_many([LILLE])[0].status is RowStatus.OK
