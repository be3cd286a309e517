"""Asking over HTTP without being a burden: at a steady pace, waiting when told to, retrying what may pass.

Knows nothing of addresses. The clock and the pause are handed in, so that tests wait for nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import httpx2
import orjson
from geopy.adapters import get_retry_after

from geo.geocoding.geoplateforme.errors import (
    ServiceError,
    ServiceFailureError,
    ServiceOverloadedError,
    ServiceRefusedError,
    ServiceTimeoutError,
    ServiceUnreachableError,
)

WORTH_TRYING_AGAIN = frozenset((502, 503, 504))
MOST_ATTEMPTS = 4
FIRST_PAUSE_S = 1.0
BLOCK_S = 5.0
"""How long the service blocks who asks too much, when it does not say."""

LONGEST_WAIT_S = 60.0
"""A longer wait than this is for a person to decide."""

_TOO_MANY_REQUESTS = 429
_LEAST_PAUSE_S = 0.001
_CONNECT_TIMEOUT_S = 10.0
_MOST_OF_A_REFUSAL = 300

Clock = Callable[[], float]
Sleep = Callable[[float], None]


class Pace:
    """
    Spaces requests evenly, whatever the number of threads, and holds them all when told to.

    Parameters
    ----------
    per_second
        Requests per second, at most.
    clock, sleep
        Seconds that only grow, and how to let them pass.

    Examples
    --------
    >>> now = [0.0]
    >>> pace = Pace(2, clock=lambda: now[0], sleep=lambda pause_s: now.append(now.pop() + pause_s))
    >>> for _ in range(3):
    ...     pace.wait()
    >>> now
    [1.0]
    """

    def __init__(
        self, per_second: float, *, clock: Clock = time.monotonic, sleep: Sleep = time.sleep
    ) -> None:
        self._interval_s = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next_slot = self._held_until = clock()

    def wait(self) -> None:
        """Wait for this request's turn."""
        with self._lock:
            now = self._clock()
            slot = max(now, self._next_slot, self._held_until)
            self._next_slot = slot + self._interval_s
        pause_s = slot - now
        while pause_s > _LEAST_PAUSE_S:
            self._sleep(pause_s)
            with self._lock:  # somebody else may have been told to hold meanwhile
                pause_s = self._held_until - self._clock()

    def hold(self, pause_s: float) -> None:
        """Let nobody ask before this many seconds: the service counts down only once over-use stops."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + pause_s)

    def pause(self, pause_s: float) -> None:
        """Let time pass for this request only."""
        self._sleep(pause_s)


class Transport:
    """
    Sends requests to the service and gives its successful answers back.

    Parameters
    ----------
    pace
        When to send.
    timeout_s
        Seconds to wait for an answer, unless a request says otherwise.
    client
        The HTTP client; by default one of its own, closed with it.
    """

    def __init__(self, *, pace: Pace, timeout_s: float, client: httpx2.Client | None = None) -> None:
        self._pace = pace
        self._timeout_s = timeout_s
        self._client = client or httpx2.Client(headers={"User-Agent": f"Maillage/{version('maillage')}"})

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, url: str) -> httpx2.Response:
        """Get a page: see `send`."""
        return self.send("GET", url)

    def send(
        self,
        method: str,
        url: str,
        *,
        timeout_s: float | None = None,
        data: dict[str, Any] | None = None,
        files: dict[str, Any] | None = None,
    ) -> httpx2.Response:
        """
        Send one request until it is answered, or it is known that it will not be.

        Every request of the service is a question: sending it twice changes nothing.

        Raises
        ------
        ServiceError
            The subclass that says whose fault it is.
        """
        timeout_s = timeout_s or self._timeout_s
        timeout = httpx2.Timeout(timeout_s, connect=min(timeout_s, _CONNECT_TIMEOUT_S))
        failure: ServiceError | None = None
        for attempt in range(MOST_ATTEMPTS):
            self._pace.wait()
            try:
                response = self._client.request(method, url, timeout=timeout, data=data, files=files)
            except httpx2.TimeoutException as error:
                failure = ServiceTimeoutError(url=url, timeout_s=timeout_s)
                failure.__cause__ = error
                if attempt:  # it was given its whole time twice
                    break
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                failure = ServiceUnreachableError(url=url, cause=str(error) or type(error).__name__)
                failure.__cause__ = error
                if isinstance(error, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
                    break
            else:
                if response.is_success:
                    return response
                failure = read_failure(response)
                if response.status_code == _TOO_MANY_REQUESTS:
                    self._hold(failure, attempt)
                    continue
                if response.status_code not in WORTH_TRYING_AGAIN:
                    break
            if attempt + 1 < MOST_ATTEMPTS:
                self._pace.pause(FIRST_PAUSE_S * 2**attempt)
        raise failure or ServiceUnreachableError(url=url, cause="aucun essai")

    def _hold(self, failure: ServiceError, attempt: int) -> None:
        """Stop asking for as long as the service says, longer each time that it was not enough."""
        if not isinstance(failure, ServiceOverloadedError) or failure.retry_after_s > LONGEST_WAIT_S:
            raise failure
        self._pace.hold(max(failure.retry_after_s, FIRST_PAUSE_S) * 2**attempt)


def read_failure(response: httpx2.Response) -> ServiceError:
    """Read an unsuccessful answer: too much asked, a failure of the service, or a refusal and its words."""
    status_code = response.status_code
    if status_code == _TOO_MANY_REQUESTS:
        retry_after_s = get_retry_after(response.headers)
        return ServiceOverloadedError(
            retry_after_s=BLOCK_S if retry_after_s is None else float(retry_after_s)
        )
    if response.is_server_error:
        return ServiceFailureError(status_code=status_code, said=read_refusal(response))
    if response.is_redirect:
        moved = f"le service renvoie vers {response.headers.get('location', 'une autre adresse')}"
        return ServiceRefusedError(status_code=status_code, said=moved)
    return ServiceRefusedError(status_code=status_code, said=read_refusal(response))


def read_refusal(response: httpx2.Response) -> str:
    """
    Read why the service refused, from its JSON (`message`, `detail`) or from whatever it sent.

    Examples
    --------
    >>> body = b'{"code": 400, "message": "Failed parsing query", "detail": ["q: required param"]}'
    >>> read_refusal(httpx2.Response(400, content=body))
    'Failed parsing query ; q: required param'
    """
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    if isinstance(body, dict):
        said: list[str] = []
        for key in ("message", "title", "detail", "description"):
            value = body.get(key)
            said += (
                [str(part) for part in value] if isinstance(value, list) else [str(value)] if value else []
            )
        text = " ; ".join(dict.fromkeys(said))
    else:
        text = "" if "<" in response.text[:100] else response.text
    return " ".join(text.split())[:_MOST_OF_A_REFUSAL] or response.reason_phrase or "sans explication"
