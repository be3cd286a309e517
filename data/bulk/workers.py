"""Slices spread over processes, each with a geocoder of its own; the address index is mapped once for all."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import connection, get_all_start_methods, get_context, parent_process
from multiprocessing.context import BaseContext
from types import ModuleType

from data.bulk.plain_csv import Piece
from data.bulk.slices import RowSlice, SlicePlacer, SliceTask
from data.bulk.work_folder import FinishedSlice
from data.geocoder_recipe import GeocoderRecipe
from data.reference import load_referential

POOL_FROM_ROWS = 15_000
"""Below, one process is done before others have started."""

_WAITING_SLICES = 2
"""Slices read ahead for each process: none of them waits, and memory stays what it is."""

_COLLECTED_FROM = (50_000, 20, 100)
"""When to look for objects that hold one another: answers do not, and looking as often as by default took a
tenth of the work."""

_placer: SlicePlacer | None = None


def count_cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def place_alone(
    placer: SlicePlacer, slices: Iterable[RowSlice | Piece]
) -> Generator[FinishedSlice, None, None]:
    """Place slices one after the other, in this process."""
    for rows in slices:
        yield placer.place(rows)


def place_together(
    task: SliceTask,
    recipe: GeocoderRecipe,
    slices: Iterable[RowSlice | Piece],
    *,
    workers: int,
) -> Generator[FinishedSlice, None, None]:
    """
    Place slices over several processes; they come back as they are finished, in any order.

    Raises
    ------
    BrokenProcessPool
        If one of the processes is ended from outside.
    """
    pool = ProcessPoolExecutor(
        workers,
        mp_context=_choose_context(),
        initializer=_start,
        initargs=(task, recipe),
    )
    try:
        waiting: set[Future[FinishedSlice]] = set()
        for rows in slices:
            with _starting_apart():  # a process may be started at any of the first submissions
                waiting.add(pool.submit(_place, rows))
            if len(waiting) >= workers * _WAITING_SLICES:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in finished)
        while waiting:
            finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in finished)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _choose_context() -> BaseContext:
    """
    Choose how processes start: from one that has loaded what all of them need, where the system can.

    A fork of this process would copy its threads' locks as they stand, of the progress bar for one.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


@contextmanager
def _starting_apart() -> Iterator[None]:
    """
    Start processes that are not interrupted by the keyboard and do not import the program that starts them.

    The command line imports the whole service; its processes need the geocoder only, and start in half the
    time. What interrupts is for the parent alone, also while they start.
    """
    program = sys.modules["__main__"]
    blocked = (
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if sys.platform != "win32" else frozenset()
    )
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def _start(task: SliceTask, recipe: GeocoderRecipe) -> None:
    """Make this process ready: its geocoder, once."""
    global _placer  # noqa: PLW0603 (the only way to keep something between calls of a pool's process)
    # The parent decides what an interruption means, and waits for what is under way.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    referential = load_referential()
    _placer = SlicePlacer(task, recipe.make(referential=referential), referential)
    # All that was made so far stays: looking through it again and again for what nobody uses costs time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_FROM)


def _place(rows: RowSlice | Piece) -> FinishedSlice:
    if _placer is None:
        message = "a process of the pool was not made ready"
        raise RuntimeError(message)
    return _placer.place(rows)


def _end_with_parent() -> None:
    """End when the parent is killed: nobody else would ever end this process."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
