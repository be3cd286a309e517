"""Times by road asked of an OSRM server (`/table/v1`), in tables no larger than it accepts.

The protocol is that of the OSRM HTTP API, « Table service »: positions longitude first, sources and
destinations by index, seconds in `durations[source][destination]`, null where there is no way, and `distance`
in metres from each place to the road that its journeys start on. A `code` other than « Ok » is a refusal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx2
import numpy as np
import orjson
from numpy.typing import NDArray

from data.travel.building import Places
from data.travel.errors import (
    RouterNonsenseError,
    RouterRefusedError,
    RouterTimeoutError,
    RouterUnreachableError,
    TravelTimesError,
)
from data.travel.matrix import MatrixFacts, Tenths, as_tenths

TABLE_SIZE = 100
"""Origins, and destinations, of one table: what `osrm-routed` accepts unless told otherwise."""

TIMEOUT_S = 60.0
MOST_ATTEMPTS = 3
_PAUSE_S = 1.0
_WORTH_TRYING_AGAIN = frozenset((429, 502, 503, 504))
_MOST_OF_A_REFUSAL = 200


class OsrmTable:
    """
    A running OSRM server, asked for tables of times.

    Parameters
    ----------
    url
        Its base address.
    profile
        The profile named in its addresses; which one runs is the server's own choice.
    roads_date
        The day of its roads; by default, what the server says of its data, if it does.
    table_size
        Origins, and destinations, of one table; halved by itself when the server refuses it as too big.
    timeout_s
        Seconds to wait for one table.
    client, pause
        The HTTP client and how to let time pass; tests hand in theirs.
    """

    def __init__(
        self,
        url: str,
        *,
        profile: str = "driving",
        roads_date: date | None = None,
        table_size: int = TABLE_SIZE,
        timeout_s: float = TIMEOUT_S,
        client: httpx2.Client | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        self.profile = profile
        self.band = table_size
        self._size = table_size
        self._roads_date = roads_date
        self._timeout_s = timeout_s
        self._client = client or httpx2.Client(headers={"User-Agent": f"Maillage/{version('maillage')}"})
        self._pause = pause

    @property
    def identity(self) -> dict[str, object]:
        """Tell this server from another."""
        return {"engine": "OSRM", "url": self.url, "profile": self.profile, "roads_date": self._roads_date}

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def measure(self, origins: Places, destinations: Places) -> tuple[Tenths, NDArray[np.float64]]:
        """
        Ask for the times from every origin to some destinations.

        Raises
        ------
        TravelTimesError
            The subclass that says whose turn it is.
        """
        seconds = np.full((len(destinations.codes), len(origins.codes)), np.nan)
        away_m = np.zeros(len(origins.codes))
        for rows in self._cut(len(destinations.codes)):
            for columns in self._cut(len(origins.codes)):
                seconds[rows, columns], away_m[columns] = self._ask(origins, columns, destinations, rows)
        return as_tenths(seconds), away_m

    def describe(self, *, computed_on: date, vintage: int, far: dict[str, float]) -> MatrixFacts:
        """Say where the times come from."""
        return MatrixFacts(
            engine="OSRM",
            profile=self.profile,
            roads=_without_secret(self.url),
            roads_date=self._roads_date,
            computed_on=computed_on,
            vintage=vintage,
            far_from_road_m=far,
        )

    def _cut(self, count: int) -> Iterator[slice]:
        size = self._size
        return (slice(first, min(first + size, count)) for first in range(0, count, size))

    def _ask(
        self, origins: Places, columns: slice, destinations: Places, rows: slice
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Ask for one table, in smaller ones when the server finds it too big."""
        longest = max(rows.stop - rows.start, columns.stop - columns.start)
        if longest <= self._size:
            try:
                return self._ask_once(origins, columns, destinations, rows)
            except RouterRefusedError as error:
                if error.code != "TooBig" or longest == 1:
                    raise
            self._size = longest // 2
        seconds = np.full((rows.stop - rows.start, columns.stop - columns.start), np.nan)
        away_m = np.zeros(columns.stop - columns.start)
        for low in self._cut(rows.stop - rows.start):
            for left in self._cut(columns.stop - columns.start):
                part = self._ask(
                    origins,
                    slice(columns.start + left.start, columns.start + left.stop),
                    destinations,
                    slice(rows.start + low.start, rows.start + low.stop),
                )
                seconds[low, left], away_m[left] = part
        return seconds, away_m

    def _ask_once(
        self, origins: Places, columns: slice, destinations: Places, rows: slice
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        points = [
            f"{lon:.6f},{lat:.6f}"
            for places, part in ((origins, columns), (destinations, rows))
            for lon, lat in zip(places.lon[part], places.lat[part], strict=True)
        ]
        sources = columns.stop - columns.start
        first, last = (";".join(map(str, ranks)) for ranks in (range(sources), range(sources, len(points))))
        url = (
            f"{self.url}/table/v1/{self.profile}/{';'.join(points)}"
            f"?sources={first}&destinations={last}&annotations=duration"
        )
        answer = self._read_answer(self._send(url))
        return self._read_table(answer, sources, len(points) - sources)

    def _read_answer(self, response: httpx2.Response) -> dict[str, Any]:
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise RouterNonsenseError(url=self.url, what=f"HTTP {response.status_code}, sans JSON") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
            raise RouterNonsenseError(url=self.url, what=f"HTTP {response.status_code}, sans « code »")
        if answer["code"] != "Ok":
            said = " ".join(str(answer.get("message", "")).split())[:_MOST_OF_A_REFUSAL]
            raise RouterRefusedError(url=self.url, code=answer["code"][:40], said=said)
        return answer

    def _read_table(
        self, answer: dict[str, Any], sources: int, destinations: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        try:
            # None becomes NaN: there is no way.
            seconds = np.array(answer["durations"], dtype=np.float64)
            starts = answer.get("sources") or [{}] * sources
            away_m = np.array([float(start.get("distance", 0.0)) for start in starts])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RouterNonsenseError(url=self.url, what="« durations » illisible") from error
        if seconds.shape != (sources, destinations) or len(away_m) != sources:
            what = f"un tableau de {seconds.shape} au lieu de {(sources, destinations)}"
            raise RouterNonsenseError(url=self.url, what=what)
        if self._roads_date is None:
            self._roads_date = _read_day(answer.get("data_version"))
        return seconds.T, away_m

    def _send(self, url: str) -> httpx2.Response:
        failure: TravelTimesError | None = None
        for attempt in range(MOST_ATTEMPTS):
            if attempt:
                self._pause(_PAUSE_S * 2 ** (attempt - 1))
            try:
                response = self._client.get(url, timeout=self._timeout_s)
            except httpx2.TimeoutException as error:
                failure = RouterTimeoutError(url=self.url, timeout_s=self._timeout_s)
                failure.__cause__ = error
            except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
                raise RouterUnreachableError(url=self.url, cause="adresse illisible") from error
            except httpx2.HTTPError as error:
                failure = RouterUnreachableError(url=self.url, cause=str(error) or type(error).__name__)
                failure.__cause__ = error
            else:
                if response.status_code not in _WORTH_TRYING_AGAIN:
                    return response
                failure = RouterUnreachableError(url=self.url, cause=f"HTTP {response.status_code}")
        raise failure or RouterUnreachableError(url=self.url, cause="aucun essai")


def _without_secret(url: str) -> str:
    """Leave out of an address what may be a name and a password."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def _read_day(data_version: object) -> date | None:
    """Read the day of the roads from what a server says of its data, often the stamp of the extract."""
    try:
        return date.fromisoformat(str(data_version)[:10])
    except ValueError:
        return None
