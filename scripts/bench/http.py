"""The shared service under load: `python -m scripts.bench http --points 1000000`.

A PostgreSQL of its own, made-up presences, one process of the site, then tipg and pygeoapi on the same points
in the same run. Every cell is bounded; everything listens on 127.0.0.1 and is stopped at the end.
"""

from __future__ import annotations

import math
import random
import tempfile
import time
import urllib.error
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from data.opening import open_register
from data.questions import describe_register
from data.settings import DatabaseSettings
from geo.french import write_number
from scripts.bench.http_load import Cell, ask_first, measure
from scripts.bench.http_peers import find_peer, make_peer_table, run_pygeoapi, run_tipg
from scripts.bench.storing import STEP_COLUMNS, store_crowd
from scripts.console import output
from scripts.servers.cluster import run_cluster
from scripts.servers.ports import find_free_port
from scripts.servers.programs import run_program, write_site_command

_SEED = 20_261_124
_PATHS = 3_000
_BBOX_DEG = 0.12
# Where most people of the region live, in degrees.
_WEST, _EAST, _SOUTH, _NORTH = 2.2, 3.9, 49.6, 50.8

Report = Callable[[str, str, Cell], None]


def make_near_paths(sectors: Sequence[str]) -> list[str]:
    """Ask for the ten nearest of a sector within 20 km of random points."""
    dice = random.Random(_SEED)  # noqa: S311 (a benchmark's points, no secret)
    return [
        f"/api/v1/near?lat={dice.uniform(49.1, 50.8):.5f}&lon={dice.uniform(1.7, 4.1):.5f}"
        f"&radius_m=20000&limit=10&sector={dice.choice(sectors)}"
        for _ in range(_PATHS)
    ]


def make_boxes() -> list[str]:
    """Make boxes that hold more than 200 presences of a million."""
    dice = random.Random(_SEED)  # noqa: S311
    corners = [(dice.uniform(_WEST, _EAST), dice.uniform(_SOUTH, _NORTH)) for _ in range(_PATHS)]
    return [f"{lon:.4f},{lat:.4f},{lon + _BBOX_DEG:.4f},{lat + _BBOX_DEG:.4f}" for lon, lat in corners]


def make_tiles(zoom: int) -> list[tuple[int, int, int]]:
    """Draw tiles of a zoom where people live (Web Mercator, rows from the north)."""
    dice = random.Random(_SEED)  # noqa: S311
    side = 1 << zoom
    drawn = [(dice.uniform(_WEST, _EAST), dice.uniform(_SOUTH, _NORTH)) for _ in range(200)]
    return [
        (
            zoom,
            int((lon + 180) / 360 * side),
            int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side),
        )
        for lon, lat in drawn
    ]


def measure_ours(port: int, leaves: Sequence[str], parents: Sequence[str], report: Report) -> None:
    """Measure every question of the table on our site."""
    for sector in (*leaves, *parents):
        # What is counted once for each state of the data (a sector's statuses, its coverage) is counted now.
        ask_first(port, f"/api/v1/near?lat=50.43&lon=2.83&limit=1&sector={sector}")
        ask_first(port, f"/api/v1/coverage?level=epci&sector={sector}")
    near = make_near_paths(leaves)
    for clients in (1, 16):
        report("nearest 10 of a sector", "Maillage", measure(port, near, clients=clients))
    report("nearest 10 of a broad sector", "Maillage", measure(port, make_near_paths(parents), clients=1))
    boxes = [f"/ogc/collections/presences/items?bbox={box}&limit=200" for box in make_boxes()]
    for clients in (1, 16):
        report("box, 200 features", "Maillage", measure(port, boxes, clients=clients))
    coverage = [f"/api/v1/coverage?level=epci&sector={sector}" for sector in (*leaves, *parents)]
    report("coverage per EPCI of a sector", "Maillage", measure(port, coverage, clients=1))
    for zoom in (8, 10, 12):
        tiles = [f"/tiles/presences/{z}/{x}/{y}.mvt" for z, x, y in make_tiles(zoom)]
        report(f"tile z{zoom}", "Maillage", measure(port, tiles, clients=16, encoding="gzip"))


def measure_peers(url: str, report: Report) -> None:
    """Measure what each peer answers, on the same points."""
    tipg, pygeoapi = find_peer("tipg"), find_peer("pygeoapi")
    if not (tipg or pygeoapi):
        return
    make_peer_table(url)
    if tipg:
        with run_tipg(tipg, url) as port:
            items = [
                f"/collections/peers.points/items?bbox={box}&limit=200&f=geojson" for box in make_boxes()
            ]
            report("box, 200 features", "tipg", measure(port, items, clients=1))
            for zoom in (8, 10, 12):
                tiles = [
                    f"/collections/peers.points/tiles/WebMercatorQuad/{z}/{x}/{y}"
                    for z, x, y in make_tiles(zoom)
                ]
                report(f"tile z{zoom}", "tipg", measure(port, tiles, clients=16, encoding="gzip"))
    if pygeoapi:
        with run_pygeoapi(pygeoapi, url) as port:
            items = [f"/collections/points/items?bbox={box}&limit=200&f=json" for box in make_boxes()]
            report("box, 200 features", "pygeoapi", measure(port, items, clients=1))


def main(
    points: Annotated[int, typer.Option(help="How many presences.", min=1_000)] = 1_000_000,
    folder: Annotated[Path | None, typer.Option(help="Keep the cluster here, and use it again.")] = None,
) -> None:
    """Measure the shared service, and print the table."""
    table = Table("Question", "Who", "Clients", "Answers/s", "p50", "p95", "p99", "kB", "Failures")

    def report(question: str, who: str, cell: Cell) -> None:
        times = [write_number(value, 2) for value in (cell.p50_ms, cell.p95_ms, cell.p99_ms)]
        speed, size = write_number(cell.per_second, 0), write_number(cell.kilobytes, 1)
        table.add_row(question, who, str(cell.clients), speed, *times, size, str(cell.failures))
        print(
            f"{question} | {who} | {cell.clients} | {speed}/s | {' / '.join(times)} ms | {size} kB",
            flush=True,
        )

    with ExitStack() as running:
        kept = folder or Path(running.enter_context(tempfile.TemporaryDirectory(prefix="maillage-bench-")))
        kept.chmod(0o755)
        cluster = running.enter_context(run_cluster(kept))
        settings = DatabaseSettings(home=kept, database_url=cluster.url)
        register = open_register(settings)
        if not describe_register(register).counts.received:
            store_crowd(register, points, Table(*STEP_COLUMNS))
        book = register.sectors
        wide = [
            code for code in (sector.code for sector in book.sectors) if len(set(book.id_range(code))) > 1
        ]
        leaves = [sector.code for sector in book.sectors if sector.code not in wide][:20]
        register.close()
        port = find_free_port()
        environment = {"MAILLAGE_DATABASE_URL": cluster.url, "MAILLAGE_HOME": str(kept)}
        command = write_site_command(port=port, workers=1)
        with run_program(command, environment=environment) as program:
            _wait_for_site(port, program.poll)
            measure_ours(port, leaves, wide[:5], report)
        measure_peers(cluster.url, report)
    output().print(table)


def _wait_for_site(port: int, ended: Callable[[], int | None]) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and ended() is None:
        try:
            ask_first(port, "/readyz")
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
        else:
            return
    message = "The site did not answer."
    raise TimeoutError(message)


if __name__ == "__main__":
    typer.run(main)
