"""Where a home is cannot be found out: everything public is the same wherever in its commune it stands."""

from __future__ import annotations

import math
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from sqlalchemy import event, select

from api.app import create_app
from api.settings import ApiSettings
from data.exports import ExportFormat, export_presences, export_tiles
from data.people_tables import private_positions
from data.presences import read_presences
from data.questions import (
    answer_coverage,
    answer_near,
    correct_presence,
    find_presences,
    get_presence,
    history_of,
    iterate_presences,
)
from data.questions.boxes import find_in_box
from data.questions.corrections import withdraw_correction
from data.questions.places import make_place
from data.questions.proposals import find_private_place
from data.questions.surroundings import answer_surroundings
from data.session import Register
from data.tables import history, presence_sector, presences, source_rows
from data.tiles import TileLayer, TileSource
from geo.boxes import Box
from geo.position import Position, to_lambert93
from geo.records import Kind, Origin, PlacementStatus, Precision, Visibility
from tests.people.homes import WORDS, fill

LILLE_HALL_SEEN_FROM = Position(lon=3.05, lat=50.60)


@pytest.fixture(scope="module")
def registers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Register, Register]]:
    pair = (
        fill(tmp_path_factory.mktemp("here"), "here"),
        fill(tmp_path_factory.mktemp("there"), "there"),
    )
    yield pair
    for register in pair:
        register.close()


@pytest.fixture(scope="module")
def clients(registers: tuple[Register, Register]) -> Iterator[tuple[TestClient, TestClient]]:
    here, there = (TestClient(create_app(ApiSettings(), register=register)) for register in registers)
    with here, there:
        yield here, there


def list_public_addresses() -> list[str]:
    """List what an attacker may ask: every surface, and the nearest from a grid around each home."""
    grid = [
        f"lat={lat / 1000:.3f}&lon={lon / 1000:.3f}"
        for lat in range(50_400, 50_680, 90)
        for lon in range(2_780, 3_120, 110)
    ]
    return [
        "/",
        "/proche?q=Lille",
        "/proche?q=Lens&radius_m=2000",
        "/proche?q=59160",
        "/proche?q=Alix",
        "/proche/plan?q=Lille",
        "/carte",
        "/carte?kind=ambassador",
        "/carte?kind=ambassador&territory=59350",
        "/carte?kind=ambassador&text=secrets",
        "/carte?kind=ambassador&text=lomme",
        "/carte/plan?kind=ambassador",
        "/embed/carte?kind=ambassador",
        "/embed/carte?kind=ambassador&territory=59350",
        "/carte/imprimer?kind=actor&territory=62498",
        "/presences/2/plan",
        "/rencontres?reach_m=2000",
        "/api/v1/presences?sector=mobilite&outside=200093201",
        "/proche?q=Lens&kind=ambassador&reach=epci",
        "/carte/export.csv?kind=ambassador",
        "/carte/export.geojson?kind=actor",
        "/carte/imprimer?kind=ambassador",
        "/couverture?kind=ambassador",
        "/couverture?kind=actor&at=2026-01-15",
        "/couverture?kind=actor&since=2026-01-15",
        "/couverture/plan?kind=ambassador",
        "/territoires/59350",
        "/territoires/62498",
        "/territoires/62498/plan",
        "/territoires/200093201",
        *(f"/presences/{number}" for number in range(1, 7)),
        "/presences/1/plan",
        "/presences/4/plan",
        *(f"/presences/{number}/corriger" for number in range(3, 5)),
        *(f"/api/v1/presences/{number}" for number in range(1, 7)),
        *(f"/api/v1/presences/{number}/meet" for number in range(1, 7)),
        "/api/v1/presences",
        "/api/v1/presences?text=secrets",
        "/api/v1/presences?territory=59350",
        "/api/v1/presences?status=placed",
        "/api/v1/presences?status=commune",
        "/api/v1/coverage?kind=ambassador",
        "/api/v1/coverage?kind=actor&at=2026-01-15",
        "/api/v1/coverage?kind=actor&level=commune",
        "/api/v1/territories/59350",
        "/api/v1/places?q=Alix",
        "/api/v1/places?q=Bao",
        "/api/v1/places?q=lomme",
        "/readyz",
        "/rencontres",
        "/rencontres?sector=alimentation",
        "/rencontres/plan",
        "/carte/imprimer.svg?kind=ambassador",
        "/carte/imprimer.svg?kind=actor",
        "/carte/export.xlsx?kind=actor",
        "/carte?kind=ambassador&text=cachee",
        "/carte?kind=ambassador&text=77",
        "/proche?q=Lens&reach=epci",
        "/proche?q=Lille&reach=commune&kind=ambassador",
        "/ogc",
        "/ogc/collections",
        *_list_features(),
        *_list_tiles(),
        *(f"/api/v1/near?{place}&limit=10" for place in grid),
        *(f"/api/v1/near?{place}&radius_m=900" for place in grid),
        *(f"/proche?{place}&radius_m=1500" for place in grid[::5]),
    ]


def _list_features() -> list[str]:
    items = "/ogc/collections/presences/items"
    lambert = "http://www.opengis.net/def/crs/EPSG/0/2154"
    boxes = [
        f"{lon / 1000:.3f},{lat / 1000:.3f},{(lon + 60) / 1000:.3f},{(lat + 40) / 1000:.3f}"
        for lat in range(50_400, 50_680, 70)
        for lon in range(2_780, 3_120, 85)
    ]
    return [
        items,
        *(f"{items}/{number}" for number in range(1, 7)),
        f"{items}?crs={lambert}",
        f"{items}?crs={lambert}&bbox=680000,7030000,720000,7080000&bbox-crs={lambert}",
        *(f"{items}?bbox={box}" for box in boxes),
        *(f"{items}?bbox={box}&crs={lambert}" for box in boxes[::4]),
    ]


def _list_tiles() -> list[str]:
    """List the tiles over both communes, from afar to the closest, by kind and sector."""
    places = ((3.0703, 50.6215), (2.9925, 50.6447), (2.8109, 50.4241), (2.8391, 50.4418), (3.0584, 50.6356))
    found = {"/tiles/presences.json"}
    for zoom in (0, 6, 8, 10, 12, 14):
        for lon, lat in places:
            x, y = _find_tile(lon, lat, zoom)
            found.add(f"/tiles/presences/{zoom}/{x}/{y}.mvt")
            found.add(f"/tiles/presences/{zoom}/{x}/{y}.mvt?kind=ambassador")
    return sorted(found)


def _find_tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    side = 2**zoom
    radians = math.radians(lat)
    return (
        int((lon + 180) / 360 * side),
        int((1 - math.asinh(math.tan(radians)) / math.pi) / 2 * side),
    )


PAPERS = (
    "/carte.pdf",
    "/couverture.pdf",
    "/apes.pdf",
    "/territoires/200093201/fiche.pdf",
    "/territoires/246200364/fiche.pdf",
    "/territoires/200093201/plaidoyer.pdf",
    "/filieres/alimentation/plaidoyer.pdf",
)


@pytest.mark.parametrize("address", PAPERS)
def test_every_paper_is_the_same_wherever_homes_are(
    clients: tuple[TestClient, TestClient], address: str
) -> None:
    here, there = (client.get(address) for client in clients)
    assert (here.status_code, there.status_code) == (200, 200)
    assert here.content.startswith(b"%PDF")
    assert _draw_paper(here.content) == _draw_paper(there.content)


def _draw_paper(content: bytes) -> list[bytes]:
    """Give what a PDF draws: its streams, without the dates and the number that each writing has."""
    drawn = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            plain = zlib.decompress(stream)
        except zlib.error:
            plain = stream
        drawn.append(plain)
    assert drawn
    return drawn


def test_every_archived_tile_is_the_same_wherever_homes_are(
    registers: tuple[Register, Register], tmp_path: Path
) -> None:
    written = []
    for number, register in enumerate(registers):
        path = tmp_path / f"{number}.pmtiles"
        export_tiles(TileSource(register), path, layers=(TileLayer.PRESENCES,))
        written.append(path.read_bytes())
    assert written[0] == written[1]
    assert len(written[0]) > 127


def test_every_public_byte_is_the_same_wherever_homes_are(clients: tuple[TestClient, TestClient]) -> None:
    seen = 0
    for address in list_public_addresses():
        here, there = (client.get(address) for client in clients)
        assert here.status_code == there.status_code, address
        if "/corriger" in address:
            # A form carries the time at which it was shown, signed.
            assert _without_stamp(here.text) == _without_stamp(there.text), address
        elif address.startswith("/carte/export.xlsx"):
            # A book carries the instant at which it was written.
            sheets = [_read_sheet(answer.content) for answer in (here, there)]
            assert sheets[0] == sheets[1], address
        elif address.startswith("/ogc"):
            # A page of features carries the second at which it was written.
            written = [re.sub(rb'"timeStamp":"[^"]*"', b"", answer.content) for answer in (here, there)]
            assert written[0] == written[1], address
        else:
            assert here.content == there.content, address
            assert here.headers == there.headers, address
        seen += here.status_code == 200
        told = [word for word in WORDS[:3] if word in here.text.lower() and word not in address]
        assert told == [], address
    assert seen > 75


def _without_stamp(text: str) -> str:
    before, _, after = text.partition('name="stamp" value="')
    return before + after.partition('"')[2]


def test_every_export_is_the_same_wherever_homes_are(
    registers: tuple[Register, Register], tmp_path: Path
) -> None:
    for reader in (Visibility.PUBLIC, Visibility.MEMBERS):
        for export_format in ExportFormat:
            written = []
            for number, register in enumerate(registers):
                path = tmp_path / f"{reader}-{number}.{export_format}"
                found = iterate_presences(register, reader=reader)
                export_presences(found, path, export_format, sectors=register.sectors.sectors)
                written.append(_read_content(path, export_format))
            if reader is Visibility.PUBLIC:
                assert written[0] == written[1], export_format
            for word in WORDS[:5]:
                assert word.encode() not in written[0].lower() + written[1].lower(), (export_format, word)


def _read_sheet(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as book:
        return book.read("xl/worksheets/sheet1.xml")


def _read_content(path: Path, export_format: ExportFormat) -> bytes:
    """Give what a file says, without the instant at which it was written."""
    if export_format is ExportFormat.XLSX:
        return _read_sheet(path.read_bytes())
    if export_format is ExportFormat.GPKG:
        with sqlite3.connect(path) as database:
            rows = database.execute("SELECT * FROM presences ORDER BY 1").fetchall()
        return repr(rows).encode()
    return path.read_bytes()


_KEPT = frozenset({"source_key", "extra", "siret"})


def test_what_the_register_shows_holds_nothing_of_a_home(registers: tuple[Register, Register]) -> None:
    """Of all tables, only the private one and the rows as received tell where a home is."""
    for register in registers:
        with register.reading() as session:
            connection = session.connection
            shown = connection.execute(
                select(
                    # What people wrote is kept as written, and read without the words of a home.
                    *(
                        column
                        for column in presences.c
                        if column.name not in {*_KEPT, "name", "summary", "website"}
                    )
                ).where(presences.c.at_home)
            ).all()
            lines = connection.execute(select(history)).all()
            statuses = connection.execute(
                select(source_rows.c.status, source_rows.c.commune).where(source_rows.c.presence_id < 4)
            ).all()
            kept = connection.execute(select(private_positions)).all()
        assert len(shown) == 4
        text = repr((shown, lines)).lower()
        assert [word for word in WORDS if word in text] == []
        assert {status for status, _ in statuses} == {"commune"}
        assert {row.presence_id for row in kept} == {1, 2, 3, 4}


def test_a_home_is_searched_and_measured_from_the_town_hall(registers: tuple[Register, Register]) -> None:
    register, _ = registers
    hall = register.referential.find("59350")
    assert hall is not None
    assert hall.position is not None
    home = get_presence(register, 1)
    assert (home.at_home, home.position, home.precision) == (True, hall.position, Precision.COMMUNE)
    assert (home.address, home.postcode, home.city) == ("Lille", None, "Lille")
    assert home.status is PlacementStatus.COMMUNE
    with register.reading() as session:
        [(x, y), *_] = session.connection.execute(
            select(presence_sector.c.x, presence_sector.c.y).where(presence_sector.c.presence_id == 1)
        ).all()
    eastings, northings = to_lambert93(np.array([hall.position.lon]), np.array([hall.position.lat]))
    assert (x, y) == (eastings[0], northings[0])
    origin = Origin(position=LILLE_HALL_SEEN_FROM, label="", precision=Precision.GIVEN)
    answer = answer_near(register, origin=origin, limit=10)
    metres = {each.presence.id: each.distance_m for each in answer.results}
    assert metres[1] == metres[4]


def test_staff_still_knows_where_a_home_is(registers: tuple[Register, Register]) -> None:
    register, _ = registers
    place = find_private_place(register, 1)
    assert place is not None
    assert place.address == "3 rue des Secrets"
    assert place.position == Position(lon=3.0703, lat=50.6215)
    assert find_private_place(register, 5) is None


def test_a_number_that_leads_to_an_address_is_for_staff(registers: tuple[Register, Register]) -> None:
    register, _ = registers
    with register.reading() as session:
        public, staff = (
            read_presences(session, [3], reader=reader)[3] for reader in (Visibility.PUBLIC, Visibility.STAFF)
        )
    assert (public.siret, public.source_key) == (None, "")
    assert staff.siret == "12345678200010"
    assert public.website == "https://ici.example/"


def test_a_home_that_is_none_any_more_is_shown_again_and_back(register: Register) -> None:
    shown = correct_presence(register, 4, "at_home", False, who="équipe", why="a déménagé au bureau")
    assert (shown.address, shown.postcode, shown.position) == (
        "3 rue des Secrets",
        "59000",
        Position(lon=3.0703, lat=50.6215),
    )
    assert find_private_place(register, 4) is None
    again = withdraw_correction(register, 4, "at_home", who="équipe", why="c'est ce que dit la liste")
    assert not again.at_home
    hidden = correct_presence(register, 4, "at_home", "oui", who="équipe", why="chez elle")
    assert hidden.address == "Lille"
    lines = repr([(line.before, line.after) for line in history_of(register, 4)])
    assert "Secrets" not in lines
    assert "3.07" not in lines


def test_a_home_corrected_by_hand_moves_only_for_staff(register: Register) -> None:
    before = get_presence(register, 1)
    after = correct_presence(register, 1, "position", "50.6300, 3.0400", who="équipe", why="au téléphone")
    assert after.position == before.position
    place = find_private_place(register, 1)
    assert place is not None
    assert place.position == Position(lon=3.04, lat=50.63)
    moved = correct_presence(register, 1, "position", "50.4300, 2.8300", who="équipe", why="a déménagé")
    assert (moved.commune, moved.address) == ("62498", "Lens")
    assert moved.position != Position(lon=2.83, lat=50.43)
    assert history_of(register, 1)[-1].as_of >= date(2026, 1, 1)


TRUE_PLACES = {1: (3.0703, 50.6215), 2: (2.8109, 50.4241), 3: (2.8109, 50.4241), 4: (3.0703, 50.6215)}
"""Where the homes of `here` stand, as the list says."""


def test_combining_distances_from_many_points_finds_the_town_hall(
    registers: tuple[Register, Register], clients: tuple[TestClient, TestClient]
) -> None:
    """Who asks from all around and solves for the place knows the commune, and nothing more."""
    register, client = registers[0], clients[0]
    asked = [(lon, lat) for lon in np.linspace(2.75, 3.15, 5) for lat in np.linspace(50.40, 50.68, 5)]
    metres: dict[int, list[float]] = {number: [] for number in TRUE_PLACES}
    for lon, lat in asked:
        found = client.get(f"/api/v1/near?lon={lon:.5f}&lat={lat:.5f}&limit=50").json()["results"]
        for each in found:
            if each["id"] in metres:
                metres[each["id"]].append(each["distance_m"])
    origins = np.column_stack(to_lambert93(*np.array(asked).T))
    for number, (lon, lat) in TRUE_PLACES.items():
        assert len(metres[number]) == len(asked)
        guess = _solve(origins, np.array(metres[number]))
        hall = register.referential.find("59350" if lon > 3 else "62498")
        assert hall is not None
        assert hall.position is not None
        truth, known = (
            np.hstack(to_lambert93(np.array([x]), np.array([y])))
            for x, y in ((lon, lat), hall.position.lon_lat())
        )
        # Lambert-93 is not the ellipsoid: what it solves is right to some tens of metres.
        assert np.hypot(*(guess - known)) < 60
        assert np.hypot(*(guess - truth)) > np.hypot(*(known - truth)) - 60
        assert np.hypot(*(known - truth)) > 500


def _solve(origins: NDArray[np.float64], metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the point whose distances to origins are nearest to those told (Gauss-Newton)."""
    guess = origins.mean(axis=0)
    for _ in range(30):
        steps = guess - origins
        away = np.hypot(steps[:, 0], steps[:, 1])
        guess = guess - np.linalg.lstsq(steps / away[:, None], away - metres, rcond=None)[0]
    return np.asarray(guess)


def test_the_work_of_an_answer_is_the_same_wherever_homes_are(
    registers: tuple[Register, Register],
) -> None:
    """What takes as many steps of the database takes no other time: filters, zones, orders, boxes."""
    counted = [_count_steps(register) for register in registers]
    assert counted[0] == counted[1]
    assert all(steps > 10 for steps in counted[0])


def _count_steps(register: Register) -> list[int]:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def watch(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(count, 1)

    def leave(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(None, 1)

    here = Origin(position=LILLE_HALL_SEEN_FROM, label="", precision=Precision.GIVEN)
    lille = make_place(register, "59350")
    asked: list[Callable[[], object]] = [
        lambda: find_presences(register, territory="59350"),
        lambda: find_presences(register, outside="200093201", kind=Kind.AMBASSADOR),
        lambda: find_presences(register, text="lille"),
        lambda: answer_near(register, origin=here, limit=5),
        lambda: answer_near(register, origin=here, radius_m=4_000),
        lambda: answer_surroundings(register, place=lille, radius_m=3_000),
        lambda: answer_surroundings(register, place=lille, within="200093201"),
        lambda: answer_coverage(register, kind=Kind.AMBASSADOR),
        lambda: find_in_box(register, box=Box(west=3.0, south=50.6, east=3.1, north=50.65)),
    ]
    counts = []
    # Connections that nobody has asked anything: what others left prepared in one would be counted here.
    register.engine.dispose()
    event.listen(register.engine, "checkout", watch)
    event.listen(register.engine, "checkin", leave)
    try:
        for ask in asked:
            # The first asking prepares, the second is what an attacker would measure again and again.
            ask()
            register._remembered.clear()
            steps = 0
            ask()
            counts.append(steps)
    finally:
        event.remove(register.engine, "checkout", watch)
        event.remove(register.engine, "checkin", leave)
    return counts


def test_a_map_of_tiles_is_the_same_wherever_homes_are(registers: tuple[Register, Register]) -> None:
    pages = []
    for register in registers:
        with TestClient(create_app(ApiSettings(map_presences=1), register=register)) as client:
            asked = ("/carte/plan", "/carte/plan?kind=ambassador", "/embed/carte?kind=ambassador")
            pages.append([client.get(address).content for address in asked])
    assert pages[0] == pages[1]
    assert b"tiles.js" in pages[0][1]
