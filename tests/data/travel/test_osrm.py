"""Times asked of an OSRM server: whole, in order, in small tables, and clear about every refusal."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import numpy as np
import pytest

from data.travel.building import Places
from data.travel.errors import (
    RouterNonsenseError,
    RouterRefusedError,
    RouterTimeoutError,
    RouterUnreachableError,
)
from data.travel.matrix import NO_WAY
from data.travel.osrm import OsrmTable
from tests.data.travel.osrm_server import OsrmDouble


def _ask(router: OsrmDouble, places: Places, **settings: object) -> tuple[np.ndarray, np.ndarray, OsrmTable]:
    table = OsrmTable(router.url, pause=lambda _seconds: None, **settings)  # type: ignore[arg-type]
    with closing(table):
        tenths, away_m = table.measure(places, places)
    return tenths, away_m, table


def _expect(router: OsrmDouble, places: Places) -> np.ndarray:
    points = list(zip(places.lon.tolist(), places.lat.tolist(), strict=True))
    seconds = [[router.drive_s(origin, target) for origin in points] for target in points]
    return np.array(
        [[NO_WAY if value is None else round(value / 6) for value in row] for row in seconds],
        dtype=np.uint16,
    )


def test_each_time_stands_for_its_origin_and_its_destination(router: OsrmDouble, places: Places) -> None:
    tenths, _, _ = _ask(router, places)
    assert tenths.dtype == np.uint16
    assert np.array_equal(tenths, _expect(router, places))
    # From Lens (3) to Lille (4) is eastward: twice the way back.
    assert tenths[4, 3] == pytest.approx(2 * tenths[3, 4], abs=1)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_the_size_of_the_tables_changes_nothing(router: OsrmDouble, places: Places, size: int) -> None:
    tenths, _, _ = _ask(router, places, table_size=size)
    assert np.array_equal(tenths, _expect(router, places))
    assert max(max(asked) for asked in router.asked) <= size


def test_a_server_that_finds_tables_too_big_is_asked_for_smaller_ones(
    router: OsrmDouble, places: Places
) -> None:
    router.largest = 2
    tenths, _, _ = _ask(router, places)
    assert np.array_equal(tenths, _expect(router, places))
    # It is not offended at every table: the size is kept once found.
    assert sum(rows * columns > 4 for rows, columns in router.asked) <= 3


def test_a_server_that_accepts_nothing_says_so(router: OsrmDouble, places: Places) -> None:
    router.largest = 0
    with pytest.raises(RouterRefusedError, match="--table-size") as caught:
        _ask(router, places)
    assert caught.value.code == "TooBig"


def test_where_no_road_leads_there_is_no_way(router: OsrmDouble, places: Places) -> None:
    router.islands.add((float(places.lon[0]), float(places.lat[0])))
    tenths, _, _ = _ask(router, places)
    assert (tenths[0, 1:] == NO_WAY).all()
    assert (tenths[1:, 0] == NO_WAY).all()
    assert (tenths[1:, 1:] != NO_WAY).all()


def test_town_halls_far_from_any_road_are_told_apart(router: OsrmDouble, places: Places) -> None:
    router.away_m[float(places.lon[2]), float(places.lat[2])] = 2_345.6
    _, away_m, _ = _ask(router, places, table_size=3)
    assert away_m.tolist() == [12.5, 12.5, 2_345.6, 12.5, 12.5, 12.5, 12.5]


@pytest.mark.parametrize("code", ["NoSegment", "InvalidQuery", "NoTable", "NotImplemented", "Etwas"])
def test_every_refusal_keeps_its_own_words(router: OsrmDouble, places: Places, code: str) -> None:
    router.answers = [(400, f'{{"code":"{code}","message":"could not\\n do it"}}'.encode())]
    with pytest.raises(RouterRefusedError, match="could not do it") as caught:
        _ask(router, places)
    assert caught.value.code == code
    assert "n'ont pas changé" in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>Bienvenue</html>"),
        (404, b"not found"),
        (200, b"[1, 2]"),
        (200, b'{"code":"Ok"}'),
        (200, b'{"code":"Ok","durations":[[1,2],[3]]}'),
        (200, b'{"code":"Ok","durations":[[1,2],[3,4]]}'),
        (200, b'{"code":"Ok","durations":"none"}'),
    ],
)
def test_what_is_no_table_is_never_taken_for_one(
    router: OsrmDouble, places: Places, answer: tuple[int, bytes]
) -> None:
    router.answers = [answer]
    with pytest.raises(RouterNonsenseError, match="OSRM"):
        _ask(router, places)


def test_a_passing_fault_is_asked_again_and_a_lasting_one_is_told(router: OsrmDouble, places: Places) -> None:
    router.answers = [(503, b""), (502, b"")]
    tenths, _, _ = _ask(router, places)
    assert np.array_equal(tenths, _expect(router, places))
    router.answers = [(503, b"")] * 3
    with pytest.raises(RouterUnreachableError, match="HTTP 503"):
        _ask(router, places)


def test_a_server_that_does_not_answer_in_time_is_told(router: OsrmDouble, places: Places) -> None:
    router.stalls = 3
    with pytest.raises(RouterTimeoutError, match=r"0,1 s.*--timeout"):
        _ask(router, places, timeout_s=0.1)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "n'importe quoi", "ftp://127.0.0.1/"])
def test_a_wrong_address_is_told(places: Places, url: str) -> None:
    with pytest.raises(RouterUnreachableError, match="ne répond pas"):
        OsrmTable(url, pause=lambda _seconds: None, timeout_s=2).measure(places, places)


def test_where_times_come_from_is_kept_without_any_secret(router: OsrmDouble, places: Places) -> None:
    router.data_version = "2025-11-07T21:20:00Z"
    _, _, table = _ask(router, places)
    table.url = "http://moi:secret@osrm.example:5000"
    facts = table.describe(computed_on=date(2026, 1, 2), vintage=2026, far={})
    assert (facts.engine, facts.profile, facts.roads) == ("OSRM", "driving", "http://osrm.example:5000")
    assert facts.roads_date == date(2025, 11, 7)
    assert facts.caption.endswith(
        "calculés par OSRM (profil driving) sur les routes OpenStreetMap du 7 novembre 2025"
    )
