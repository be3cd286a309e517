"""GDAL's own reader of this standard, the one that QGIS opens layers with, reads the register as a layer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pyogrio
import pytest

from data.questions import find_presences, iterate_presences
from data.session import Register
from geo.records import COUNTED_STATUSES, Presence
from tests.live_server import serve

if not pyogrio.list_drivers().get("OAPIF"):
    pytest.skip("ce GDAL n'a pas le pilote OAPIF", allow_module_level=True)

# GDAL keeps Python's lock while it waits for an answer: it reads from a process of its own.
_READ_LAYER = """
import json, sys, pyogrio
address, options = sys.argv[1], json.loads(sys.argv[2])
if "bbox" in options:
    options["bbox"] = tuple(options["bbox"])
layer = pyogrio.read_dataframe(address, layer="presences", use_arrow=False, **options)
facts = pyogrio.read_info(address, layer="presences")
print(json.dumps({
    "layers": pyogrio.list_layers(address).tolist(), "crs": facts["crs"], "fields": facts["fields"].tolist(),
    "rows": sorted(zip(layer["name"], layer.geometry.x, layer.geometry.y)),
}))
"""


def read_layer(address: str, **options: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", _READ_LAYER, address, json.dumps(options)],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


@pytest.fixture(scope="module")
def address(sample_register: Register) -> Iterator[str]:
    with serve(sample_register) as site:
        yield f"OAPIF:{site}/ogc"


def list_expected(register: Register) -> list[Presence]:
    return [
        presence
        for presence in iterate_presences(register)
        if presence.position and presence.status in COUNTED_STATUSES
    ]


def as_row(presence: Presence) -> tuple[str, float, float]:
    assert presence.position is not None
    return (presence.name, *presence.position.lon_lat())


def test_it_reads_every_presence_page_after_page(address: str, sample_register: Register) -> None:
    expected = sorted(as_row(presence) for presence in list_expected(sample_register))
    assert len(expected) > 250

    read = read_layer(address, PAGE_SIZE="60")

    assert read["layers"] == [["presences", "Point"]]
    # GDAL writes the name out: longitude first on WGS84.
    assert "CRS84" in read["crs"]
    assert {"name", "kind", "sectors", "precision", "commune", "epci_name"} <= set(read["fields"])
    assert len(read["rows"]) == len(expected)
    for (name, lon, lat), (own_name, own_lon, own_lat) in zip(read["rows"], expected, strict=True):
        assert name == own_name
        assert (lon, lat) == pytest.approx((own_lon, own_lat), abs=1e-6)


def test_it_reads_a_window_of_the_map(address: str, sample_register: Register) -> None:
    west, south, east, north = window = (2.9, 50.5, 3.3, 50.8)

    read = read_layer(address, bbox=window)

    inside = [
        row
        for row in map(as_row, list_expected(sample_register))
        if west <= row[1] <= east and south <= row[2] <= north
    ]
    assert [row[0] for row in read["rows"]] == [row[0] for row in sorted(inside)]
    assert 0 < len(inside) < find_presences(sample_register).total
