"""The register as one file: what filters keep, as long as it takes, and never whole in memory."""

from __future__ import annotations

import csv
import io
import itertools
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from fastapi.testclient import TestClient

from data.exports import ExportFormat, StreamFormat, export_presences, stream_presences
from data.questions import find_presences, iterate_presences
from data.session import Register
from geo.position import Position
from geo.records import Kind, PlacementStatus, Presence


def make_presences(count: int | None = None) -> Iterator[Presence]:
    numbers = itertools.count(1) if count is None else range(1, count + 1)
    for number in numbers:
        yield Presence(
            id=number,
            kind=Kind.ACTOR,
            name=f"Structure inventée {number}",
            status=PlacementStatus.PLACED,
            position=Position(lon=2.8, lat=50.4),
        )


@pytest.mark.parametrize("name", ["geojson", "csv"])
def test_a_stream_is_the_file(register_of_samples: Register, tmp_path: Path, name: str) -> None:
    presences = list(iterate_presences(register_of_samples))
    sectors = register_of_samples.sectors.sectors
    path = tmp_path / "presences"
    export_presences(presences, path, ExportFormat(name), sectors=sectors)
    streamed = b"".join(stream_presences(presences, StreamFormat(name), sectors=sectors))
    assert streamed == path.read_bytes()
    assert len(presences) > 100


@pytest.fixture(name="register_of_samples")
def give_register_of_samples(sample_register: Register) -> Register:
    return sample_register


@pytest.mark.parametrize("stream_format", list(StreamFormat))
def test_a_list_without_end_is_written_as_it_comes(stream_format: StreamFormat) -> None:
    pieces = stream_presences(make_presences(), stream_format)
    assert b"Structure invent\xc3\xa9e 50" in b"".join(itertools.islice(pieces, 60))


@pytest.mark.parametrize("stream_format", list(StreamFormat))
def test_a_long_list_takes_no_more_memory_than_a_short_one(stream_format: StreamFormat) -> None:
    def measure_peak(count: int) -> int:
        tracemalloc.start()
        length = sum(map(len, stream_presences(make_presences(count), stream_format)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert length > 60 * count
        return peak

    measure_peak(50)
    short, long = measure_peak(100), measure_peak(5_000)
    assert long < short + 50_000


def test_the_three_files_hold_the_whole_public_list(client: TestClient, small_register: Register) -> None:
    listed = find_presences(small_register)
    names = {presence.name for presence in listed.items}
    collection = client.get("/api/v1/presences.geojson")
    assert collection.headers["content-type"] == "application/geo+json"
    assert {each["properties"]["name"] for each in collection.json()["features"]} == names
    lines = client.get("/api/v1/presences.ndjson").content.splitlines()
    assert [orjson.loads(line) for line in lines] == collection.json()["features"]
    table = client.get("/api/v1/presences.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="presences.csv"'
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["Nom"] for row in rows} == names
    assert len(rows) == len(lines) == listed.total
    assert "Pour les membres" not in names


def test_filters_and_tags_are_those_of_the_list(client: TestClient) -> None:
    path = "/api/v1/presences.ndjson?kind=actor&sector=alimentation&territory=62498"
    answer = client.get(path)
    listed = client.get(path.replace(".ndjson", "")).json()["features"]
    assert [orjson.loads(line)["id"] for line in answer.content.splitlines()] == [
        each["id"] for each in listed
    ]
    assert listed
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert not again.content


@pytest.mark.parametrize(
    ("query", "status"),
    [("?sector=nulle", 422), ("?territory=99999", 422), ("?limit=3", 422), ("?kind=actor&kind=event", 422)],
)
def test_what_cannot_be_asked_is_refused_before_the_first_line(
    client: TestClient, query: str, status: int
) -> None:
    assert client.get(f"/api/v1/presences.csv{query}").status_code == status
