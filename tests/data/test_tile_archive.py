"""The archive of tiles, read back with the format's own reader."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles

from data.errors import FileNotWrittenError
from data.exports import export_tiles
from data.opening import open_register
from data.questions import import_file, iterate_presences
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register
from data.settings import DatabaseSettings
from data.tiles import PointChoice, TileLayer, TileSource
from geo.records import COUNTED_STATUSES, Kind


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    register = open_register(DatabaseSettings(home=tmp_path_factory.mktemp("archive"), database_url=None))
    import_file(register, SAMPLE_REGISTER, source="Essai", as_of=SAMPLE_AS_OF)
    yield register
    register.close()


@pytest.fixture(scope="module")
def source(register: Register) -> TileSource:
    return TileSource(register)


def read_tiles(path: Path, *, last_zoom: int = 14) -> dict[tuple[int, int, int], dict[str, Any]]:
    archive: Any = MemorySource(path.read_bytes())  # type: ignore[no-untyped-call]  # pmtiles has no types
    tiles: Any = all_tiles(archive)  # type: ignore[no-untyped-call]
    return {
        address: mapbox_vector_tile.decode(gzip.decompress(content))
        for address, content in tiles
        if address[0] <= last_zoom
    }


def list_features(
    tiles: dict[tuple[int, int, int], dict[str, Any]], layer: TileLayer
) -> list[dict[str, Any]]:
    return [feature for tile in tiles.values() for feature in tile.get(layer, {"features": []})["features"]]


def count_public(register: Register, kind: Kind | None = None) -> int:
    return sum(
        presence.position is not None and presence.status in COUNTED_STATUSES
        for presence in iterate_presences(register, kind=kind)
    )


def test_every_public_presence_is_in_each_zoom(
    register: Register, source: TileSource, tmp_path: Path
) -> None:
    out = tmp_path / "carte.pmtiles"
    steps: list[tuple[int, int]] = []

    held = export_tiles(
        source, out, layers=[TileLayer.PRESENCES], progress=lambda done, total: steps.append((done, total))
    )

    tiles = read_tiles(out)
    counts: Counter[int] = Counter()
    for address, layers in tiles.items():
        counts[address[0]] += sum(
            feature["properties"].get("count", 1) for feature in layers["presences"]["features"]
        )
    assert counts == dict.fromkeys(range(5, 15), count_public(register))
    assert len(tiles) == held
    assert steps[-1] == (len(steps), len(steps))


def test_the_whole_land_is_in_it(source: TileSource, tmp_path: Path) -> None:
    out = tmp_path / "carte.pmtiles"
    export_tiles(source, out, choice=PointChoice(kind=Kind.PROJECT))

    tiles = read_tiles(out, last_zoom=8)

    found = {
        layer: {feature["properties"]["code"] for feature in list_features(tiles, layer)}
        for layer in (TileLayer.EPCI, TileLayer.COMMUNES)
    }
    assert {layer.value: len(codes) for layer, codes in found.items()} == {"epci": 92, "communes": 3_782}
    kinds = {feature["properties"]["kind"] for feature in list_features(tiles, TileLayer.PRESENCES)}
    assert kinds == {"project"}


def test_the_archive_says_what_it_holds(source: TileSource, tmp_path: Path) -> None:
    out = tmp_path / "antennes.pmtiles"
    export_tiles(
        source, out, choice=PointChoice(kind=Kind.ANTENNE), layers=[TileLayer.PRESENCES, TileLayer.EPCI]
    )

    reader: Any = Reader(MemorySource(out.read_bytes()))  # type: ignore[no-untyped-call]

    header = reader.header()
    assert (header["min_zoom"], header["max_zoom"], header["clustered"]) == (5, 14, True)
    assert header["min_lon_e7"] < 25_000_000 < header["max_lon_e7"]
    assert [layer["id"] for layer in reader.metadata()["vector_layers"]] == ["presences", "epci"]


def test_the_same_data_give_the_same_bytes(source: TileSource, tmp_path: Path) -> None:
    for name in ("un", "deux"):
        export_tiles(source, tmp_path / name, layers=[TileLayer.PRESENCES, TileLayer.EPCI])
    assert (tmp_path / "un").read_bytes() == (tmp_path / "deux").read_bytes()


def test_a_file_that_cannot_be_written_changes_nothing(source: TileSource, tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError):
        export_tiles(source, tmp_path / "nulle part" / "carte.pmtiles", layers=[TileLayer.EPCI])
    assert list(tmp_path.iterdir()) == []
