"""Counting wrong tokens: after a few, who sent them waits, twice as long each time.

Each process counts by itself: behind several workers, or from several addresses, a guesser gets as many times
`count_tries_a_day`. What keeps tokens from being guessed is their 256 random bits (`data.people.tokens`),
which no number of tries exhausts; the wait keeps guessing from costing the server.
"""

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


def count_tries_a_day(*, workers: int = 1) -> int:
    """
    Count the wrong tokens that one address can send on its first day, which has the most.

    Examples
    --------
    >>> count_tries_a_day(), count_tries_a_day(workers=8)
    (34, 272)
    """
    tries, elapsed_s = 0, 0.0
    while elapsed_s < 86_400:
        tries += 1
        elapsed_s += _measure_wait_s(tries)
    return tries * workers


def _measure_wait_s(failures: int) -> float:
    """Give how long to wait after so many wrong tokens in a row."""
    if failures < FREE_ATTEMPTS:
        return 0.0
    return min(_FIRST_WAIT_S * 2.0 ** min(failures - FREE_ATTEMPTS, 20), _LONGEST_WAIT_S)


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
            wait_s = _measure_wait_s(count)
            self._failures[address] = (count, self._clock() + wait_s if wait_s else 0.0)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def note_success(self, address: str) -> None:
        """Forget the wrong attempts of who came in."""
        with self._lock:
            self._failures.pop(address, None)
