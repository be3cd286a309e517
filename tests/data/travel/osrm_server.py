"""An OSRM server as it answers `/table/v1`, on 127.0.0.1, with the faults that one may have.

Written from the HTTP API's description: positions longitude first, `sources` and `destinations` by index,
seconds in `durations[source][destination]`, null where there is no way, `distance` from each place to its
road, a `code` for everything, HTTP 400 with the code of the refusal. Roads are straight: 60 km/h, and each
way east takes twice as long as the way back, so that rows and columns cannot be mixed up unseen.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np

from geo.position import Position, measure_distances_m

METRES_PER_S = 60 / 3.6
EAST_TAKES = 2.0


@dataclass(slots=True)
class OsrmDouble:
    """
    What the server knows, what it was asked, and what it is told to do wrong.

    `islands` are places (lon, lat rounded to 6) that no road leaves; `away_m` is how far places are from
    theirs. `answers` are given first, one a request: (status, body). `stalls` requests wait until the end.
    """

    largest: int = 100
    islands: set[tuple[float, float]] = field(default_factory=set)
    away_m: dict[tuple[float, float], float] = field(default_factory=dict)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    stalls: int = 0
    data_version: str | None = None
    asked: list[tuple[int, int]] = field(default_factory=list)
    url: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str) -> tuple[int, bytes]:
        """Answer one request."""
        parts = urlsplit(path)
        words = parts.path.strip("/").split("/")
        if words[:2] != ["table", "v1"] or len(words) != 4:
            return _refuse("InvalidUrl", "URL string malformed close to position 1")
        points = [(float(lon), float(lat)) for lon, lat in (pair.split(",") for pair in words[3].split(";"))]
        query = parse_qs(parts.query)
        sources, targets = (
            [points[int(rank)] for rank in query[name][0].split(";")] for name in ("sources", "destinations")
        )
        with self.lock:
            self.asked.append((len(sources), len(targets)))
        if len(sources) * len(targets) > self.largest**2:
            return _refuse("TooBig", "Too many table coordinates")
        body: dict[str, Any] = {
            "code": "Ok",
            "durations": [self.drive_all_s(source, targets) for source in sources],
            "sources": [self._waypoint(point) for point in sources],
            "destinations": [self._waypoint(point) for point in targets],
        }
        if self.data_version:
            body["data_version"] = self.data_version
        return 200, json.dumps(body).encode()

    def drive_s(self, source: tuple[float, float], target: tuple[float, float]) -> float | None:
        """Give the seconds from one point to another."""
        return self.drive_all_s(source, [target])[0]

    def drive_all_s(
        self, source: tuple[float, float], targets: Sequence[tuple[float, float]]
    ) -> list[float | None]:
        """Give the seconds from one point to others."""
        lon, lat = np.array(targets).T
        metres = measure_distances_m(Position(lon=source[0], lat=source[1]), lon, lat)
        seconds = (metres / METRES_PER_S * np.where(lon > source[0], EAST_TAKES, 1)).round(1).tolist()
        return [
            None if source != target and (source in self.islands or target in self.islands) else time_s
            for target, time_s in zip(targets, seconds, strict=True)
        ]

    def _waypoint(self, point: tuple[float, float]) -> dict[str, Any]:
        return {"name": "", "location": list(point), "distance": self.away_m.get(point, 12.5)}


def _refuse(code: str, message: str) -> tuple[int, bytes]:
    return 400, json.dumps({"code": code, "message": message}).encode()


@contextmanager
def serve_osrm(double: OsrmDouble) -> Iterator[OsrmDouble]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with double.lock:
                stalls, double.stalls = double.stalls, max(0, double.stalls - 1)
                planned = double.answers.pop(0) if double.answers and not stalls else None
            if stalls:
                double.is_over.wait(10)
                return
            status, body = planned or double.answer(self.path)
            self.send_response(status)
            self.send_header("content-type", "application/json; charset=UTF-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name it is called by)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        double.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
