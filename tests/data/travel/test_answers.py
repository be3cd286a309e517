"""Answers rest on the stored times when these know every place, else on the crow, and always say which."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from data.journeys import choose_journeys, read_departures, read_seats
from data.opening import open_register
from data.questions import answer_access, answer_siting, answer_what_if
from data.questions.travel import compute_times_by_router, describe_travel_times
from data.reference import load_referential
from data.session import Register
from data.settings import DatabaseSettings
from data.travel.destinations import Destinations
from data.travel.errors import NoMatrixError
from data.travel.matrix import NO_WAY, MatrixFacts, TravelMatrix, write_matrix
from data.travel.stored import locate_matrix
from geo.coverage.answers import siting_as_json
from geo.coverage.travel_times import ESTIMATED_CAPTION, AccessState
from geo.position import Position, measure_distances_m
from geo.records import Kind
from tests.api.builders import LENS, LILLE, VALENCIENNES, fill_register, make_incoming
from tests.data.travel.osrm_server import OsrmDouble

CAPTION = (
    "temps de trajet en voiture de mairie à mairie, calculés par essai (profil test) sur les routes "
    "OpenStreetMap du 7 novembre 2025"
)
SPEED_KM_H = 40.0


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("apes")
    rows = [
        make_incoming(name, place, kind=Kind.ANTENNE, sectors=())
        for name, place in (("lille", LILLE), ("lens", LENS), ("valenciennes", VALENCIENNES))
    ]
    fill_register(folder, [*rows, make_incoming("acteur", LENS)]).close()
    return folder


@pytest.fixture
def register(home: Path, tmp_path: Path) -> Iterator[Register]:
    for path in home.iterdir():
        shutil.copy(path, tmp_path)
    opened = open_register(DatabaseSettings(home=tmp_path, database_url=None))
    yield opened
    opened.close()


def make_matrix(destinations: list[str]) -> TravelMatrix:
    """Make times of straight roads at one speed; Lens cannot be reached from Calais."""
    departures = read_departures(load_referential())
    rows = []
    for code in destinations:
        rank = departures.codes.index(code)
        target = Position(lon=float(departures.lon[rank]), lat=float(departures.lat[rank]))
        metres = measure_distances_m(target, departures.lon, departures.lat)
        rows.append(np.rint(metres / 1_000 / SPEED_KM_H * 600).astype(np.uint16))
    tenths = np.array(rows)
    if "62498" in destinations:
        tenths[destinations.index("62498"), departures.codes.index("62193")] = NO_WAY
    return TravelMatrix(
        origins=departures.codes,
        destinations=tuple(destinations),
        tenths=tenths,
        facts=MatrixFacts(
            engine="essai",
            profile="test",
            roads="routes.osm.pbf",
            roads_date=date(2025, 11, 7),
            computed_on=date(2026, 1, 2),
            vintage=2026,
        ),
    )


@pytest.fixture(scope="module")
def seats_matrix() -> TravelMatrix:
    return make_matrix(sorted({commune.code for _, commune in read_seats(load_referential())}))


def store(register: Register, matrix: TravelMatrix) -> None:
    write_matrix(matrix, locate_matrix(register.settings.home))


def test_without_stored_times_the_crow_answers_and_says_so(register: Register) -> None:
    for caption in (
        answer_access(register).caption,
        answer_siting(register).caption,
        answer_what_if(register, communes=["80021"]).caption,
    ):
        assert caption == ESTIMATED_CAPTION
    with pytest.raises(NoMatrixError, match="--osrm-url"):
        describe_travel_times(register)


def test_stored_times_answer_at_once_and_are_named(register: Register, seats_matrix: TravelMatrix) -> None:
    before = answer_access(register)
    store(register, seats_matrix)
    access = answer_access(register)
    assert (access.is_estimated, access.caption) == (False, CAPTION)
    assert access.within != before.within
    departures = read_departures(register.referential)
    columns = [departures.codes.index(place[0]) for place in (LILLE, LENS, VALENCIENNES)]
    metres = np.min(
        [
            measure_distances_m(
                Position(lon=float(departures.lon[rank]), lat=float(departures.lat[rank])),
                departures.lon,
                departures.lat,
            )
            for rank in columns
        ],
        axis=0,
    )
    minutes = np.maximum(4.0, np.rint(metres / 1_000 / SPEED_KM_H * 600) / 10)
    for within in access.within:
        expected = departures.populations[minutes <= within.minutes].sum()
        assert within.covered == pytest.approx(expected)
        assert (within.uncertain, within.share_low) == (0, within.share_high)
    assert set(access.states.values()) == {AccessState.COVERED, AccessState.NOT_COVERED}
    siting, what_if = answer_siting(register), answer_what_if(register, communes=["80021"])
    assert siting.caption == what_if.caption == siting.change.caption == CAPTION
    assert all(each.gain_low == each.gain == each.gain_high for each in siting.candidates)
    assert siting_as_json(siting)["is_estimated"] is False


def test_where_no_road_leads_another_antenne_is_the_nearest(register: Register) -> None:
    store(register, make_matrix(["62498", "59350", "59606"]))
    minutes = answer_access(register).minutes_by_commune["62193"]
    alone = make_matrix(["62498", "59350", "59606"])
    column = alone.origins.index("62193")
    assert minutes == alone.tenths[1:, column].min() / 10


def test_times_that_do_not_lead_everywhere_are_not_mixed_with_estimates(
    register: Register, seats_matrix: TravelMatrix
) -> None:
    store(register, seats_matrix)
    somewhere = answer_what_if(register, communes=["80021", "02002"])
    assert somewhere.is_estimated
    assert somewhere.caption == (
        f"{ESTIMATED_CAPTION} (les temps enregistrés ne mènent pas à 1 commune demandée)"
    )
    assert not answer_what_if(register, communes=["80021"]).is_estimated


def test_times_of_other_communes_or_damaged_are_not_used(
    register: Register, seats_matrix: TravelMatrix
) -> None:
    store(register, replace(seats_matrix, facts=replace(seats_matrix.facts, vintage=2022)))
    assert answer_access(register).caption == (
        f"{ESTIMATED_CAPTION} (les temps enregistrés sont ceux des communes de 2022)"
    )
    assert describe_travel_times(register).problem == "les temps enregistrés sont ceux des communes de 2022"
    locate_matrix(register.settings.home).write_bytes(b"PAR1")
    assert "illisibles" in answer_access(register).caption


def test_choosing_nothing_changes_nothing_by_road_as_by_the_crow(
    register: Register, seats_matrix: TravelMatrix
) -> None:
    for matrix in (None, seats_matrix):
        if matrix is not None:
            store(register, matrix)
        change = answer_what_if(register, communes=[])
        assert (change.before, change.people_gained, change.gained_communes) == (change.after, 0, ())
        assert change.is_estimated is (matrix is None)


def test_a_router_asked_for_the_whole_region_serves_the_answers(
    register: Register, router: OsrmDouble
) -> None:
    router.data_version = "2025-11-07"
    router.largest = 4_000
    done: list[int] = []
    report = compute_times_by_router(
        register,
        url=router.url,
        destinations=Destinations.SEATS,
        table_size=400,
        progress=lambda so_far, _total: done.append(so_far),
    )
    # The seats, and the communes of the antennes, which are seats too.
    assert (report.origins, report.destinations, report.without_way, report.problem) == (3_782, 92, 0, None)
    assert done == [92]
    access = answer_access(register)
    assert "OSRM (profil driving)" in access.caption
    journeys = choose_journeys(register.referential, register.settings.home, ["62498"])
    minutes = journeys.to_communes(["62498"]).minutes[:, 0]
    departures = read_departures(register.referential)
    lens, lille = departures.codes.index("62498"), departures.codes.index("59350")

    def place(rank: int) -> tuple[float, float]:
        return round(float(departures.lon[rank]), 6), round(float(departures.lat[rank]), 6)

    driven_s = router.drive_s(place(lille), place(lens))
    assert driven_s is not None
    assert minutes[lille] == pytest.approx(driven_s / 60, abs=0.06)
    assert minutes[lens] == 4.0
