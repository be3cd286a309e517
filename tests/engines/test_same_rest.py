"""What the other pages and files say: the same on both engines, asked of 100,000 presences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.exports import ExportFormat, export_presences, export_tiles
from data.maintenance import check_register
from data.questions import find_presences, iterate_presences
from data.questions.meeting import find_meetings
from data.questions.places import make_place
from data.questions.surroundings import answer_surroundings
from data.questions.territory_study import study_territory
from data.session import Register
from data.tiles import PointChoice, TileLayer, TileSource, reading
from geo.records import Kind, Visibility
from geo.surroundings import SearchPlace
from geo.tiles.grid import TileAddress, find_tiles, to_world
from tests.data.register.builders import LENS, LILLE, import_rows, make_row
from tests.engines.conftest import Pair
from tests.engines.test_same_answers import LENS_LIEVIN, MEL, both, make_origins

pytestmark = pytest.mark.engines

BEYOND_32_BITS = (2**31, 9_999_999_999, 2**63 - 1)


@pytest.fixture(scope="module")
def clients(pair: Pair) -> Iterator[tuple[TestClient, TestClient]]:
    with (
        TestClient(create_app(ApiSettings(), register=pair.sqlite)) as on_file,
        TestClient(create_app(ApiSettings(), register=pair.postgis)) as on_server,
    ):
        yield on_file, on_server


@pytest.fixture(scope="module")
def tile_sources(pair: Pair) -> tuple[TileSource, TileSource]:
    return TileSource(pair.sqlite), TileSource(pair.postgis)


@pytest.mark.parametrize(
    "choice",
    [PointChoice(), PointChoice(sectors=("mobilite",)), PointChoice(kind=Kind.PROJECT, outside=MEL)],
    ids=["everyone", "a sector", "projects outside the MEL"],
)
def test_tiles_are_the_same_bytes(tile_sources: tuple[TileSource, TileSource], choice: PointChoice) -> None:
    on_file, on_server = tile_sources
    weight = 0
    for zoom in (4, 6, 8, 10, 12, 14, 16):
        places = find_tiles(*to_world(np.array([LENS[1], LILLE[1]]), np.array([LENS[2], LILLE[2]])), zoom)
        for tile in places:
            expected = on_file.encode(TileLayer.PRESENCES, tile, choice)
            assert on_server.encode(TileLayer.PRESENCES, tile, choice) == expected, tile
            weight += len(expected)
    assert weight > 5_000


def test_points_are_the_same_however_many_are_read_at_once(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_all(register: Register) -> list[list[Any]]:
        with register.reading() as session:
            return [column.tolist() for column in reading.read_points(session)]

    whole = both(pair, read_all)
    assert whole[0] == sorted(set(whole[0]))
    # Some have no sector, some are in several communes, none is at a town hall: as they were made.
    assert min(whole[4]) == -1 < max(whole[4])
    monkeypatch.setattr(reading, "_READ_AT_ONCE", 9_973)
    assert both(pair, read_all) == whole


def test_a_register_without_any_point_gives_empty_tiles(register: Register) -> None:
    import_rows(register, [make_row("nulle part", None)])
    source = TileSource(register)
    assert source.encode(TileLayer.PRESENCES, TileAddress(0, 0, 0)) == b""
    assert source.encode(TileLayer.PRESENCES, TileAddress(0, 0, 0), PointChoice(sectors=("velo",))) == b""
    assert source.gather().total == 0
    import_rows(register, [make_row("ici", sectors=("velo",))], source="autre")
    assert source.gather().total == source.gather(PointChoice(sectors=("mobilite",))).total == 1


def test_an_archive_of_tiles_is_the_same_bytes(
    tile_sources: tuple[TileSource, TileSource], tmp_path: Path
) -> None:
    choice = PointChoice(kind=Kind.PROJECT, sectors=("velo",))
    paths = [tmp_path / "file.pmtiles", tmp_path / "server.pmtiles"]
    for source, path in zip(tile_sources, paths, strict=True):
        assert export_tiles(source, path, choice=choice, layers=(TileLayer.PRESENCES,)) > 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "/tiles/presences/8/130/86.mvt",
        "/tiles/presences/8/130/85.mvt",
        "/tiles/presences/10/520/345.mvt?sector=mobilite&kind=actor",
        "/tiles/epci/8/130/86.mvt",
        "/api/v1/near?lat=50.43&lon=2.83&limit=20&sector=velo",
        "/api/v1/presences?status=placed&limit=30",
        "/api/v1/presences?territory=200093201&kind=project&limit=40",
        "/api/v1/coverage?level=epci&sector=mobilite",
        "/ogc/collections/presences/items?bbox=2.8,50.4,2.86,50.45&limit=30&f=json",
        "/ogc/collections/presences/items?sector=mobilite&kind=project&limit=30",
        "/ogc/collections/presences/items/1200",
        "/ogc/collections/presences",
    ],
)
def test_a_client_reads_the_same_over_http(clients: tuple[TestClient, TestClient], address: str) -> None:
    expected, found = (client.get(address) for client in clients)
    assert (found.status_code, expected.status_code) == (200, 200)
    if address.startswith("/tiles"):
        assert found.content == expected.content != b""
    else:
        # The instant of an answer is its own.
        assert _without_instant(found.json()) == _without_instant(expected.json())


@pytest.mark.parametrize("presence_id", BEYOND_32_BITS)
@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/presences/{}",
        "/api/v1/presences/{}/meet",
        "/presences/{}",
        "/presences/{}/plan",
        "/presences/{}/corriger",
    ],
)
def test_an_id_that_nobody_can_have_is_not_found(
    clients: tuple[TestClient, TestClient], address: str, presence_id: int
) -> None:
    for client in clients:
        assert client.get(address.format(presence_id)).status_code == 404


def test_a_feature_or_a_page_that_nobody_can_have_is_no_failure(
    clients: tuple[TestClient, TestClient],
) -> None:
    for client in clients:
        for number in ("2147483648", "9999999999", "99999999999999999999"):
            answer = client.get(f"/ogc/collections/presences/items/{number}")
            assert answer.status_code == 404, number


def _without_instant(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in {"timeStamp", "register_id"}}


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"radius_m": 4_000.0},
        {"sectors": ("velo", "alimentation"), "radius_m": 9_000.0},
        {"kind": Kind.PROJECT, "within": LENS_LIEVIN},
        {"reader": Visibility.STAFF, "radius_m": 2_000.0, "limit": 700},
    ],
    ids=str,
)
def test_who_is_in_a_place_and_around_it_is_the_same(pair: Pair, asked: dict[str, Any]) -> None:
    inside = 0
    for code in (LENS[0], LENS_LIEVIN):
        answer = both(
            pair,
            lambda register: answer_surroundings(register, place=make_place(register, code), **asked),  # noqa: B023
        )
        inside += answer.inside_count
    assert inside > 0
    for origin in make_origins(2):
        both(pair, lambda register: answer_surroundings(register, place=SearchPlace(origin=origin), **asked))  # noqa: B023


def test_a_sheet_of_a_territory_is_the_same(pair: Pair) -> None:
    # A sheet counts all the region at several past days: one takes seconds, and an EPCI's has every part.
    both(pair, lambda register: study_territory(register, LENS_LIEVIN, reader=Visibility.STAFF))


def test_whom_to_meet_is_the_same(pair: Pair) -> None:
    for presence_id in (1, 900, 1_500):
        both(pair, lambda register: find_meetings(register, presence_id, limit=20))  # noqa: B023


@pytest.mark.parametrize(
    "export_format", [ExportFormat.GEOJSON, ExportFormat.CSV, ExportFormat.GOGOCARTO], ids=str
)
def test_an_export_is_the_same_bytes(pair: Pair, tmp_path: Path, export_format: ExportFormat) -> None:
    written = []
    for name, register in (("file", pair.sqlite), ("server", pair.postgis)):
        path = tmp_path / f"{name}.{export_format}"
        chosen = iterate_presences(register, sector="mobilite", reader=Visibility.STAFF)
        assert export_presences(islice(chosen, 1_500), path, export_format, sectors=register.sectors.sectors)
        written.append(path.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("text", ["velo%lib", "velo_lib", "%velo%lib%", "a%b", "velo\\lib", "d'e", "%", "_"])
def test_signs_of_a_pattern_are_spaces_in_a_search(pair: Pair, text: str) -> None:
    page = both(pair, lambda register: find_presences(register, text=text, limit=50))
    spaced = "".join(sign if sign.isalnum() else " " for sign in text)
    assert page == find_presences(pair.sqlite, text=spaced, limit=50)


@pytest.mark.parametrize("engine", ["sqlite", "postgis"])
def test_a_register_of_a_hundred_thousand_is_found_sound(pair: Pair, engine: str) -> None:
    checks = check_register(getattr(pair, engine))
    assert [check for check in checks if not check.ok] == []
    assert len(checks) >= 4
