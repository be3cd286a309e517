"""Points read before anybody asks for a tile: nobody waits for them, and nothing out of date is shown."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import mapbox_vector_tile
import pytest
from fastapi.testclient import TestClient

from api.app import create_served_app
from api.dependencies import RegisterKeeper
from api.tiles_ahead import TilesAhead
from data.opening import open_register
from data.questions import correct_presence
from data.session import Register, Session
from data.tiles import TileLayer, TileSource, reading, source
from geo.records import Visibility
from geo.tiles import TileAddress
from geo.tiles.points import PointColumns
from tests.api.builders import fill_register, make_incoming

WORLD = TileAddress(0, 0, 0)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    register = fill_register(tmp_path, [make_incoming("Une"), make_incoming("Deux")])
    yield register
    register.close()


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the states of the data whose points were read, in their order."""
    read: list[int] = []
    really = reading.read_points

    def note(session: Session) -> PointColumns:
        # A large register takes a while.
        time.sleep(0.3)
        points = really(session)
        read.append(session.data_version)
        return points

    monkeypatch.setattr(source, "read_points", note)
    return read


def count(tiles: TileSource) -> int:
    layer = mapbox_vector_tile.decode(tiles.encode(TileLayer.PRESENCES, WORLD))["presences"]
    return sum(feature["properties"].get("count", 1) for feature in layer["features"])


def hide_one(register: Register) -> None:
    """Hide a presence as another process does: through a register of its own."""
    other = open_register(register.settings)
    correct_presence(
        other, 1, field="visibility", value=Visibility.MEMBERS.value, who="Équipe", why="à sa demande"
    )
    other.close()


def test_the_first_tile_finds_its_points_read(register: Register, reads: list[int]) -> None:
    keeper = RegisterKeeper(register)
    TilesAhead(keeper, from_count=1).look()
    assert len(reads) == 1
    assert count(keeper.get_tiles()) == 2
    assert len(reads) == 1


def test_a_change_is_read_once_it_is_the_last(register: Register, reads: list[int]) -> None:
    keeper = RegisterKeeper(register)
    ahead = TilesAhead(keeper, from_count=1)
    ahead.look()
    hide_one(register)
    ahead.look()
    assert len(reads) == 1
    ahead.look()
    ahead.look()
    assert reads == [reads[0], reads[0] + 1]
    assert count(keeper.get_tiles()) == 1
    assert len(reads) == 2


def test_who_asks_before_it_is_read_waits_and_is_never_shown_what_was(
    register: Register, reads: list[int]
) -> None:
    keeper = RegisterKeeper(register)
    ahead = TilesAhead(keeper, from_count=1)
    ahead.look()
    hide_one(register)
    assert count(keeper.get_tiles()) == 1
    ahead.look()
    ahead.look()
    assert len(reads) == 2


def test_a_small_register_is_left_alone(register: Register, reads: list[int]) -> None:
    TilesAhead(RegisterKeeper(register), from_count=2).look()
    assert reads == []


def test_the_site_that_is_served_prepares_by_itself_and_ends(
    register: Register, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILLAGE_DATABASE_URL", register.settings.url)
    monkeypatch.setenv("MAILLAGE_MAP_PRESENCES", "1")
    with TestClient(create_served_app()) as client:
        # Visitors are sent where the site says that it is ready: its points are read by then.
        assert client.get("/readyz").status_code == 200
        assert len(reads) == 1
        assert client.get("/tiles/presences/0/0/0.mvt").status_code == 200
        assert len(reads) == 1
    assert "tiles-ahead" not in {thread.name for thread in threading.enumerate()}


def test_a_register_that_cannot_be_opened_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "no-register"
    broken.write_text("nothing like a register")
    monkeypatch.setenv("MAILLAGE_DATABASE_URL", f"sqlite:///{broken}")
    with TestClient(create_served_app()) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert "tiles-ahead" in {thread.name for thread in threading.enumerate()}
