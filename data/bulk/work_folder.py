"""Where finished slices wait beside the result, so that work that was stopped is taken up and not done again.

The folder's name holds a digest of all that a slice depends on: the input's bytes, the columns' uses, the
engine. Another input, other settings or another engine have another folder, and nothing old is reused.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from data.bulk.errors import AlreadyRunningError
from data.bulk.slice_log import Remark
from data.intake.errors import OutputNotWrittenError

_SUFFIX = "reprise"
_DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedSlice:
    """A slice that is placed and on disk."""

    number: int
    rows: int
    by_status: Mapping[str, int]
    remarks: tuple[Remark, ...]
    untold: int


class WorkFolder:
    """
    The slices finished so far.

    Each is two files: its content, then a small record of it, written last. A slice without its record, or
    whose content is not as long as its record says, was being written when the work was stopped: it is none.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def content_path(self, number: int) -> Path:
        """Say where the content of a slice is."""
        return self.path / f"{number:08}.tranche"

    def keep(
        self,
        number: int,
        content: bytes,
        *,
        by_status: Mapping[str, int],
        remarks: Sequence[Remark],
        untold: int,
    ) -> FinishedSlice:
        """Keep a slice, whole or not at all."""
        self._write(self.content_path(number), content)
        record = {
            "bytes": len(content),
            "digest": hashlib.sha256(content).hexdigest(),
            "by_status": by_status,
            "remarks": [tuple(remark) for remark in remarks],
            "untold": untold,
        }
        self._write(self._record_path(number), orjson.dumps(record))
        return FinishedSlice(
            number=number,
            rows=sum(by_status.values()),
            by_status=by_status,
            remarks=tuple(remarks),
            untold=untold,
        )

    def find(self, number: int) -> FinishedSlice | None:
        """Give a slice that was finished, None if it is missing or not whole."""
        try:
            record = orjson.loads(self._record_path(number).read_bytes())
            content = self.content_path(number).read_bytes()
            if hashlib.sha256(content).hexdigest() != record["digest"]:
                return None
            return FinishedSlice(
                number=number,
                rows=sum(record["by_status"].values()),
                by_status=record["by_status"],
                remarks=tuple(Remark(*remark) for remark in record["remarks"]),
                untold=record["untold"],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def is_empty(self) -> bool:
        """Say whether no slice is finished."""
        return next(self.path.glob("*.json"), None) is None

    def remove(self) -> None:
        """Remove the folder and all in it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _record_path(self, number: int) -> Path:
        return self.path / f"{number:08}.json"

    def _write(self, path: Path, content: bytes) -> None:
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(content)
        beside.replace(path)


@contextmanager
def open_work_folder(out: Path, key: str | None) -> Iterator[WorkFolder]:
    """
    Open the folder of some work, as it was left if the same work was stopped before.

    Folders left by other work for the same result are removed, unless somebody is at it.

    Parameters
    ----------
    out
        The result's place.
    key
        What the work depends on; None for work that cannot be taken up, whose folder does not outlive it.

    Raises
    ------
    AlreadyRunningError
        If another process is at the same work.
    OutputNotWrittenError
        If nothing can be written there.
    """
    digest = hashlib.sha256((key or f"{os.getpid()}").encode()).hexdigest()[:_DIGEST_CHARACTERS]
    folder = WorkFolder(out.parent / f".{out.name}.{digest}.{_SUFFIX}")
    try:
        folder.path.mkdir(exist_ok=True)
    except OSError as error:
        raise OutputNotWrittenError(out, error.strerror or str(error)) from error
    with _hold(folder, out):
        for other in out.parent.glob(f".{_escape(out.name)}.*.{_SUFFIX}"):
            if other != folder.path:
                _remove_if_idle(WorkFolder(other))
        is_done = False
        try:
            yield folder
            is_done = True
        finally:
            if is_done or key is None or folder.is_empty():
                folder.remove()


def _escape(name: str) -> str:
    """Take a name as it is in a pattern of files."""
    return "".join(f"[{character}]" if character in "*?[" else character for character in name)


@contextmanager
def _hold(folder: WorkFolder, out: Path) -> Iterator[None]:
    """Keep others from the same work; the system lets go when the process ends, however it ends."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 (only where there is one)

    with (folder.path / "verrou").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunningError(out) from error
        yield


def _remove_if_idle(folder: WorkFolder) -> None:
    try:
        with _hold(folder, folder.path):
            folder.remove()
    except (AlreadyRunningError, OSError):
        return
