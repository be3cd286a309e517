"""Counting wrong tokens: after a few, who sent them waits, twice as long each time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from api.refusals import TooManyAttemptsError

FREE_ATTEMPTS = 5
_FIRST_WAIT_S = 30.0
_LONGEST_WAIT_S = 3_600.0
_REMEMBERED = 10_000


class AttemptLimiter:
    """
    Wrong attempts by network address, in this process; safe to share between threads.

    Parameters
    ----------
    clock
        Gives seconds that never go back.

    Examples
    --------
    >>> limiter = AttemptLimiter(clock=lambda: 0.0)
    >>> for _ in range(FREE_ATTEMPTS):
    ...     limiter.check("198.51.100.7")
    ...     limiter.note_failure("198.51.100.7")
    >>> limiter.check("198.51.100.7")
    Traceback (most recent call last):
    api.refusals.TooManyAttemptsError: Trop d'essais de suite. Attendez 30 secondes, puis recommencez avec ...
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = Lock()

    def check(self, address: str) -> None:
        """
        Check that an attempt may be made now.

        Raises
        ------
        TooManyAttemptsError
            If too many failed.
        """
        with self._lock:
            _, until_s = self._failures.get(address, (0, 0.0))
        wait_s = until_s - self._clock()
        if wait_s > 0:
            raise TooManyAttemptsError(wait_s=max(1, round(wait_s)))

    def note_failure(self, address: str) -> None:
        """Count one more wrong attempt."""
        with self._lock:
            count = self._failures.pop(address, (0, 0.0))[0] + 1
            wait_s = 0.0
            if count >= FREE_ATTEMPTS:
                wait_s = min(_FIRST_WAIT_S * 2 ** min(count - FREE_ATTEMPTS, 20), _LONGEST_WAIT_S)
            self._failures[address] = (count, self._clock() + wait_s if wait_s else 0.0)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def note_success(self, address: str) -> None:
        """Forget the wrong attempts of who came in."""
        with self._lock:
            self._failures.pop(address, None)
