"""Points of the public map read before anybody asks for them: at the start, and after each change.

The first tile of a state of the data has all the points read and sorted: two seconds at a million, which
whoever opened the map first waited for. Nothing out of date is ever answered meanwhile: a tile that is asked
before its points are ready waits for them.
"""

from __future__ import annotations

import logging
from threading import Event, Thread

from api.dependencies import RegisterKeeper
from data.questions import describe_register, identify_register
from geo.errors import MaillageError

_LOOKS_EVERY_S = 1.0
# A server that does not answer is let alone by those who only prepare: people's questions try it too.
_PAUSES_AFTER_FAILURE = 30

_log = logging.getLogger(__name__)


class TilesAhead:
    """
    A thread that keeps the tiles of a large register ready; it begins with `start` and ends with `stop`.

    Parameters
    ----------
    keeper
        What opens the register. One that cannot be opened is tried again at each look.
    from_count
        How many presences a register has to hold: with fewer, reading them is not felt.
    every_s
        How long it waits between two looks at the version of the data.
    """

    def __init__(self, keeper: RegisterKeeper, *, from_count: int, every_s: float = _LOOKS_EVERY_S) -> None:
        self._keeper = keeper
        self._from_count = from_count
        self._every_s = every_s
        self._seen: int | None = None
        self._ready: int | None = None
        self._end = Event()
        self._has_looked = Event()
        self._thread = Thread(target=self._run, name="tiles-ahead", daemon=True)

    def start(self) -> None:
        """Begin to look, and read the points at once."""
        self._thread.start()

    def wait(self, timeout_s: float) -> None:
        """Wait until the first look is over, well or not, but not for ever."""
        self._has_looked.wait(timeout_s)

    def stop(self) -> None:
        """End, after what is being read."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.is_set():
            pause_s = self._every_s
            try:
                self.look()
            except MaillageError:
                # Whoever asks is told what is wrong.
                _log.debug("The tiles are not prepared", exc_info=True)
                pause_s *= _PAUSES_AFTER_FAILURE
            except Exception:  # noqa: BLE001 (what goes wrong once must not end the thread)
                _log.exception("The tiles could not be prepared")
                pause_s *= _PAUSES_AFTER_FAILURE
            self._has_looked.set()
            self._end.wait(pause_s)

    def look(self) -> None:
        """
        Read the points if the data have changed.

        Not at the first sight of a change: corrections come in bursts, and each would have all read again.
        """
        register = self._keeper.get()
        _, version = identify_register(register)
        is_settled = self._seen in {None, version}
        self._seen = version
        if not is_settled or self._ready == version:
            return
        if describe_register(register).counts.received > self._from_count:
            self._keeper.get_tiles().prepare()
        self._ready = version
