"""The national service as it answers, on 127.0.0.1, with the faults that it has been seen to have.

Written from the notes on its source and documentation: parameters and their refusals, the two keys of its
JSON, `depcode`, `result_status`, 429 with a `retry-after` that counts down only once over-use stops, error
bodies, and the ways in which a file comes back wrong although the answer says 200. Its matching is crude: it
always prefers some answer to none, as the service does.
"""

from __future__ import annotations

import csv
import io
import json
import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from enum import Enum, auto
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from geo.geocoding.text import fold
from tests.geo.geocoding.places import PLACES, Place

LEAST_SCORE = 0.3
BLOCK_S = 5.0

SEARCH_COLUMNS = (
    "longitude", "latitude", "result_score", "result_score_next", "result_label", "result_type", "result_id",
    "result_housenumber", "result_name", "result_street", "result_postcode", "result_city", "result_context",
    "result_citycode", "result_oldcitycode", "result_oldcity", "result_district", "result_status",
)  # fmt: skip
REVERSE_COLUMNS = (
    "result_longitude", "result_latitude", "result_distance",
    *(c for c in SEARCH_COLUMNS if c not in {"longitude", "latitude", "result_score", "result_score_next"}),
)  # fmt: skip
_USED_AS_BIAS = frozenset(("latitude", "lat", "longitude", "lon", "lng", "long"))

Properties = dict[str, Any]


class Fault(Enum):
    """A way in which a file comes back wrong with HTTP 200."""

    UNTOUCHED = auto()
    EMPTY_AFTER_FIFTY = auto()
    LOST_ROWS = auto()
    MISSING_COLUMNS = auto()
    ALTERED_ROWS = auto()
    DUPLICATED_ROWS = auto()
    ERROR_STATUS = auto()
    BLANK_STATUS = auto()
    FOUND_BUT_EMPTY = auto()
    IMPOSSIBLE_POINT = auto()
    NOT_CSV = auto()
    CUT_SHORT = auto()
    LATIN1 = auto()


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the service got it: its path, its parameters, the rows of its file."""

    path: str
    params: dict[str, str]
    rows: int = 0
    columns: tuple[str, ...] = ()


@dataclass(slots=True)
class NationalServiceDouble:
    """
    What the service knows, what it was asked, and what it is told to do wrong.

    `statuses` are answered first, one a request; `faults` spoil one file each; `poison` is a word that spoils
    every file that holds it; above `most_per_second`, by its clock, it blocks.
    """

    clock: Callable[[], float]
    url: str = ""
    most_per_second: int = 50
    most_rows: int = 200_000
    most_bytes: int = 50_000_000
    statuses: list[int] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    poison: str = ""
    body: bytes | None = None
    asked: list[Asked] = field(default_factory=list)
    refused: int = 0
    _times: list[float] = field(default_factory=list)
    _blocked_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self) -> float:
        """Count a request, and give how long its sender is blocked for; asking on keeps the block whole."""
        with self._lock:
            now = self.clock()
            last_second = [time for time in self._times if time > now - 1]
            self._times = [*last_second, now]
            is_blocked = now < self._blocked_until
            if last_second if is_blocked else len(last_second) >= self.most_per_second:
                self._blocked_until = now + BLOCK_S
            self.refused += now < self._blocked_until
            return max(0.0, self._blocked_until - now)

    def paths(self) -> list[str]:
        """Give the paths that were asked, in order."""
        return [asked.path for asked in self.asked]


class RefusalError(Exception):
    """A refusal with the body that the service gives it."""

    def __init__(self, message: str, *detail: str, code: int = 400) -> None:
        self.code = code
        self.body = {"code": code, "message": message} | ({"detail": list(detail)} if detail else {})
        super().__init__(message)


@contextmanager
def run_national_service(clock: Callable[[], float]) -> Iterator[NationalServiceDouble]:
    """Serve on 127.0.0.1 until the block ends."""
    double = NationalServiceDouble(clock)

    class Handler(_Handler):
        service = double

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    double.url = f"http://127.0.0.1:{server.server_address[1]}/geocodage"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    service: NationalServiceDouble
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: apart, each answer waits 40 ms for an acknowledgement

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing on the tests' output."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("content-length", 0))))

    def _answer(self, body: bytes) -> None:
        service = self.service
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/geocodage")
        params = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        wait_s = service.wait_s()
        if wait_s:
            headers = {"retry-after": str(math.ceil(wait_s))}
            return self._send_json({"code": 429, "message": "Too Many Requests"}, 429, headers)
        if service.statuses:
            return self._answer_status(service.statuses.pop(0))
        try:
            if path.endswith("/csv"):
                return self._send(*_geocode_file(service, path, self.headers["content-type"], body))
            service.asked.append(Asked(path, params))
            if service.body is not None:
                return self._send(service.body, "application/json")
            return self._send_json(_collect(_find(path, params)))
        except RefusalError as refusal:
            return self._send_json(refusal.body, refusal.code)

    def _answer_status(self, code: int) -> None:
        if code == 200:
            return self._send(b"<html>Bienvenue sur le Wi-Fi</html>", "text/html")
        if code == 302:
            return self._send_json({}, 302, {"location": "https://ailleurs.example/"})
        return self._send_json({"code": code, "message": _MESSAGES.get(code, "Refused")}, code)

    def _send_json(self, content: object, code: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send(json.dumps(content).encode(), "application/json", code, headers)

    def _send(
        self, body: bytes, content_type: str, code: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(code)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


_MESSAGES = {
    401: "Token is required",
    403: "Forbidden",
    409: "Project is already processing",
    500: "An unexpected error has occurred",
}


def _find(path: str, params: dict[str, str]) -> list[Properties]:
    if path == "/search":
        return search(params)
    if path == "/reverse":
        return reverse(params)
    raise RefusalError("Not found", code=404)


def _collect(found: list[Properties]) -> object:
    """Write answers as the unified router does: two keys, and nothing else."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [each["lon"], each["lat"]]},
            "properties": {name: value for name, value in each.items() if name not in {"lon", "lat"}},
        }
        for each in found
    ]
    return {"type": "FeatureCollection", "features": features}


def search(params: dict[str, str]) -> list[Properties]:
    """Answer a search: best first, never without an answer that shares a few words."""
    text = params.get("q", "")
    if not text:
        raise RefusalError("Failed parsing query", "q: required param")
    if not 3 <= len(text) <= 200 or not _is_valid_first(text[0]):
        told = "q: must contain between 3 and 200 chars and start with a number or a letter"
        raise RefusalError("Failed parsing query", told)
    limit = params.get("limit", "10")
    if not limit.isdigit() or not 1 <= int(limit) <= 50:
        raise RefusalError("Failed parsing query", "limit: must be an integer between 1 and 50")
    if params.get("autocomplete", "1") not in {"0", "1", "true", "false", "yes", "no"}:
        raise RefusalError("Failed parsing query", "autocomplete: must be a boolean value")
    departements = params["depcode"].split(",") if "depcode" in params else []
    if len(departements) > 10:
        raise RefusalError("Failed parsing query", "depcode: must contain at most 10 values")
    words = _split(text)
    found = [
        _match(place, words) for place in PLACES if not departements or place.departement in departements
    ]
    ranked = sorted((each for each in found if each["score"] > LEAST_SCORE), key=lambda each: -each["score"])
    return ranked[: int(limit)]


def reverse(params: dict[str, str]) -> list[Properties]:
    """Give the number or place nearest to a point, within two kilometres."""
    if "lon" not in params:
        raise RefusalError("Failed parsing query", "At least lon/lat or searchgeom must be defined")
    lon, lat = float(params["lon"]), float(params["lat"])
    near = []
    for place in PLACES:
        for number, point in (*place.numbers.items(), ("", place.point)):
            metres = math.hypot((point[0] - lon) * 71_000, (point[1] - lat) * 111_000)
            described = _describe(place, number, 1 - metres / 10_000)
            near.append((metres, {**described, "distance": round(metres)}))
    metres, nearest = min(near, key=lambda pair: pair[0])
    return [nearest] if metres <= 2_000 else []


def _is_valid_first(first: str) -> bool:
    return first.lower() != first.upper() or first in "0123456789"


@lru_cache(maxsize=1_000)
def _split(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()


def _match(place: Place, words: list[str]) -> Properties:
    """Score a place by the words that it shares with a text; the number is looked for last."""
    own = {*_split(place.name), *_split(place.city), *place.postcodes}
    number = _find_number(place, words)
    own |= set(number.split())
    shared = len(own.intersection(words))
    street_shared = len(set(_split(place.name)).intersection(words))
    score = shared / max(len(set(words)), 1) * (street_shared / len(set(_split(place.name)))) ** 0.5
    return _describe(place, number, round(score, 4))


def _find_number(place: Place, words: list[str]) -> str:
    for at, word in enumerate(words):
        suffixed = f"{word} {words[at + 1]}" if at + 1 < len(words) else ""
        if suffixed in place.numbers:
            return suffixed
        # The stock engine falls back to the whole street for « 12 bis » although it knows 12.
        if word in place.numbers and suffixed.split(" ")[-1:] not in (["bis"], ["ter"]):
            return word
    return ""


def _describe(place: Place, number: str, score: float) -> Properties:
    postcode = place.postcodes[0]
    lon, lat = place.numbers[number] if number else place.point
    line = f"{number} {place.name}".strip()
    is_commune = place.kind == "municipality"
    described = {
        "label": place.name if is_commune else f"{line} {postcode} {place.city}",
        "score": score,
        "id": f"{place.citycode}_{_split(place.name)[-1]}_{number}".rstrip("_"),
        "type": "housenumber" if number else place.kind,
        "name": line,
        "postcode": postcode,
        "citycode": place.citycode,
        "city": place.city,
        "context": place.context,
        "importance": place.importance,
        "_type": "address",
        "lon": lon,
        "lat": lat,
    }
    if number:
        described |= {"housenumber": number, "street": place.name}
    elif place.kind == "street":
        described |= {"street": place.name}
    return described


def _geocode_file(
    service: NationalServiceDouble, path: str, content_type: str, body: bytes
) -> tuple[bytes, str]:
    form = message_from_bytes(f"content-type: {content_type}\r\n\r\n".encode() + body, policy=HTTP)
    fields: dict[str, list[str]] = {}
    data: bytes | None = None
    for part in form.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        if name == "data":
            data = content
        else:
            fields.setdefault(name, []).append(content.decode())
    if data is None:
        raise RefusalError("A CSV file must be provided in data field")
    if len(data) > service.most_bytes:
        raise RefusalError("File too large")
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    columns = list(reader.fieldnames or ())
    rows = list(reader)
    flat = {name: ",".join(values) for name, values in fields.items()}
    service.asked.append(Asked(path, flat, len(rows), tuple(columns)))
    if len(rows) > service.most_rows:
        raise RefusalError("Too many rows in CSV file")
    asked_columns = fields.get("columns", columns)
    if not set(asked_columns) <= set(columns):
        raise RefusalError("At least one given column name is unknown")
    if service.poison and service.poison in data.decode():
        raise RefusalError("Errors in CSV file: Quoted field unterminated")
    fault = service.faults.pop(0) if service.faults else None
    if fault is Fault.UNTOUCHED:
        return data, "text/csv"
    if fault is Fault.NOT_CSV:
        return b"<html>Service indisponible</html>", "text/html"
    is_search = path == "/search/csv"
    for row in rows:
        row.update(_search_row(row, asked_columns) if is_search else _reverse_row(row))
    results = SEARCH_COLUMNS if is_search else REVERSE_COLUMNS
    output = [*columns, *(column for column in results if column not in columns)]
    return _write(_spoil(fault, rows, output, asked_columns[0]), output, fault), "text/csv"


def _search_row(row: dict[str, str], columns: list[str]) -> dict[str, object]:
    blank: dict[str, object] = dict.fromkeys(SEARCH_COLUMNS, "")
    text = " ".join(row[column].strip() for column in columns).strip()
    if not 3 <= len(text) <= 200 or not _is_valid_first(text[0]):
        return blank | {"result_status": "skipped"}
    found = search({"q": text})
    if not found:
        return blank | {"result_status": "not-found"}
    return blank | _as_cells(found[0]) | {
        "longitude": found[0]["lon"],
        "latitude": found[0]["lat"],
        "result_score_next": found[1]["score"] if len(found) > 1 else "",
        "result_status": "ok",
    }  # fmt: skip


def _reverse_row(row: dict[str, str]) -> dict[str, object]:
    blank: dict[str, object] = dict.fromkeys(REVERSE_COLUMNS, "")
    found = reverse({"lon": row["longitude"], "lat": row["latitude"]})
    if not found:
        return blank | {"result_status": "not-found"}
    return blank | _as_cells(found[0]) | {
        "result_longitude": found[0]["lon"],
        "result_latitude": found[0]["lat"],
        "result_status": "ok",
    }  # fmt: skip


def _as_cells(found: Properties) -> dict[str, object]:
    return {
        f"result_{name}": value
        for name, value in found.items()
        if f"result_{name}" in {*SEARCH_COLUMNS, *REVERSE_COLUMNS}
    }


def _spoil(
    fault: Fault | None, rows: list[dict[str, Any]], output: list[str], question: str
) -> list[dict[str, Any]]:
    """Do to the rows what the service was seen to do."""
    if fault is Fault.LOST_ROWS:
        return rows[:-2]
    if fault is Fault.DUPLICATED_ROWS:
        return [*rows, rows[0]]
    if fault is Fault.MISSING_COLUMNS:
        output.remove("result_label")
    for rank, row in enumerate(rows):
        if fault is Fault.EMPTY_AFTER_FIFTY and rank >= 50:
            row.update(dict.fromkeys(SEARCH_COLUMNS, "") | {"result_status": "not-found"})
        elif fault is Fault.ALTERED_ROWS and rank % 2:
            row[question] = "autre chose"
        elif fault is Fault.ERROR_STATUS and rank % 2:
            row.update(dict.fromkeys(SEARCH_COLUMNS, "") | {"result_status": "error"})
        elif fault is Fault.BLANK_STATUS:
            row["result_status"] = ""
        elif fault is Fault.FOUND_BUT_EMPTY:
            row.update({"longitude": "", "latitude": ""})
        elif fault is Fault.IMPOSSIBLE_POINT:
            row.update({"longitude": "512000", "latitude": "7060000"})
    return rows


def _write(rows: list[dict[str, Any]], output: list[str], fault: Fault | None) -> bytes:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, output, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    text = buffer.getvalue()
    if fault is Fault.CUT_SHORT:
        text = text[: -len(text) // 10]
    return text.encode("latin-1" if fault is Fault.LATIN1 else "utf-8")


def bias_columns(asked: Asked) -> set[str]:
    """Give the columns of a file that the service would silently use as the place to search near."""
    return set(asked.columns) & _USED_AS_BIAS if asked.path == "/search/csv" else set()
