"""How fast `/api/v1/near` answers over HTTP: one server process on 127.0.0.1, one client, then sixteen.

Every loop is bounded in count and in time, and the server is stopped at the end, whatever happens.
Run: `python -m scripts.bench.http_near [--presences 100000] [--requests 2000]`.
"""

from __future__ import annotations

import argparse
import http.client
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from data.opening import open_register
from data.settings import DatabaseSettings
from data.storing import finish_import, insert_presences, start_import
from geo.french import write_number
from geo.records import ImportReport, Kind, StatusCounts
from scripts.bench.crowd import make_crowd

SEED = 20_261_123
START_TIMEOUT_S = 60
CELL_TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long the requests of one cell took, in milliseconds."""

    clients: int
    requests: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    per_second: float
    kilobytes: float


def fill_register(home: Path, count: int) -> None:
    """Fill a register of `count` presences in a folder."""
    register = open_register(DatabaseSettings(home=home, database_url=None))
    sectors = [sector.code for sector in register.sectors.sectors]
    rows = make_crowd(register.referential, sectors, count=count)
    report = ImportReport(
        file="bench",
        source="bench",
        kind=Kind.ACTOR,
        as_of=date(2026, 1, 1),
        dry_run=False,
        counts=StatusCounts(placed=len(rows)),
        new=len(rows),
        changed=0,
        unchanged=0,
        absent=0,
    )
    with register.writing() as session:
        run = start_import(
            session,
            source="bench",
            kinds=[Kind.ACTOR],
            as_of=report.as_of,
            file_name="bench",
            is_fictional=True,
        )
        insert_presences(session, run, rows)
        finish_import(session, run, report)
    register.close()


def _serve(home: Path, port: int) -> None:
    import uvicorn

    from api.app import create_app

    register = open_register(DatabaseSettings(home=home, database_url=None))
    uvicorn.run(
        create_app(register=register), host="127.0.0.1", port=port, log_level="error", access_log=False
    )


@contextmanager
def serve_register(home: Path) -> Iterator[int]:
    """Serve a register from one process of its own, and give its port; the process ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = get_context("spawn").Process(target=_serve, args=(home, port), daemon=True)
    server.start()
    try:
        _wait_until_ready(port)
        yield port
    finally:
        server.terminate()
        server.join(timeout=10)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)
            connection.request("GET", "/readyz")
            is_ready = connection.getresponse().status == 200
            connection.close()
            if is_ready:
                return
        except OSError:
            time.sleep(0.1)
    message = f"Le serveur n'a pas répondu en {START_TIMEOUT_S} s."
    raise TimeoutError(message)


def make_addresses(count: int) -> list[str]:
    """Make questions over the region: the ten nearest within 20 km of a random point, half by sector."""
    dice = random.Random(SEED)  # noqa: S311 (a benchmark's points, no secret)
    addresses = []
    for number in range(count):
        lon, lat = dice.uniform(1.7, 4.1), dice.uniform(49.1, 50.8)
        sector = "&sector=alimentation" if number % 2 else ""
        addresses.append(f"/api/v1/near?lat={lat:.5f}&lon={lon:.5f}&radius_m=20000&limit=10{sector}")
    return addresses


def _ask(port: int, addresses: list[str], times_ms: list[float], sizes: list[int], deadline: float) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for address in addresses:
        begun = time.perf_counter()
        if time.monotonic() > deadline:
            break
        connection.request("GET", address)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            message = f"{address} : {answer.status} {body[:200]!r}"
            raise RuntimeError(message)
        times_ms.append((time.perf_counter() - begun) * 1_000)
        sizes.append(len(body))
    connection.close()


def measure_cell(port: int, *, clients: int, requests: int) -> Timing:
    """Ask `requests` questions from `clients` connections at once, each waiting for its answer."""
    addresses = make_addresses(requests)
    times_ms: list[float] = []
    sizes: list[int] = []
    deadline = time.monotonic() + CELL_TIMEOUT_S
    threads = [
        threading.Thread(target=_ask, args=(port, addresses[rank::clients], times_ms, sizes, deadline))
        for rank in range(clients)
    ]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed_s = time.perf_counter() - begun
    cuts = statistics.quantiles(times_ms, n=100, method="inclusive")
    return Timing(
        clients=clients,
        requests=len(times_ms),
        p50_ms=cuts[49],
        p95_ms=cuts[94],
        p99_ms=cuts[98],
        per_second=len(times_ms) / elapsed_s,
        kilobytes=statistics.mean(sizes) / 1_000,
    )


def measure_http_near(*, presences: int = 100_000, requests: int = 2_000) -> list[Timing]:
    """Fill a register, serve it, measure one client, then sixteen; the first requests only warm up."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        fill_register(home, presences)
        with serve_register(home) as port:
            measure_cell(port, clients=1, requests=min(200, requests))
            return [measure_cell(port, clients=clients, requests=requests) for clients in (1, 16)]


def main() -> None:
    """Print the table."""
    reader = argparse.ArgumentParser(description="Mesurer /api/v1/near sur 127.0.0.1.")
    reader.add_argument("--presences", type=int, default=100_000)
    reader.add_argument("--requests", type=int, default=2_000)
    asked = reader.parse_args()
    for timing in measure_http_near(presences=asked.presences, requests=asked.requests):
        print(
            f"/api/v1/near, {write_number(asked.presences)} présences, {timing.clients} client(s), "
            f"{write_number(timing.requests)} demandes : p50 {write_number(timing.p50_ms, 2)} ms, "
            f"p95 {write_number(timing.p95_ms, 2)} ms, p99 {write_number(timing.p99_ms, 2)} ms, "
            f"{write_number(timing.per_second)} réponses/s, {write_number(timing.kilobytes, 1)} ko"
        )


if __name__ == "__main__":
    main()
