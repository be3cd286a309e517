"""Many addresses at once, through the service's CSV endpoints, believing nothing that is not checked.

The service has been seen to give a file back untouched, to lose rows, to leave every row empty after the
fiftieth, to write over the columns it received (datagouv/geo.api.gouv.fr#46 and #68,
BaseAdresseNationale/api-geocode#26). So only columns of our own are sent, with the row's number; the answer
is joined by that number and compared with what was sent; and what is in doubt, or has the status `error`, is
asked again in smaller files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from geo.geocoding.geoplateforme.bulk_reply import (
    ROW,
    SKIPPED,
    BulkFile,
    Reply,
    RowAnswer,
    RowStatus,
    read_reply,
)
from geo.geocoding.geoplateforme.errors import (
    ServiceError,
    ServiceOverloadedError,
    ServiceRefusedError,
    ServiceTimeoutError,
    ServiceUnreachableError,
)
from geo.geocoding.geoplateforme.settings import PUBLISHED_BYTES
from geo.geocoding.geoplateforme.transport import Transport

MOST_ROUNDS = 3
"""How many times a row is asked, in files ten times smaller each time."""

MOST_BYTES = PUBLISHED_BYTES * 9 // 10
SLOWEST_ROWS_PER_S = 50
"""addok answers 129 to 290 rows a second on two cores; a file waits for its rows at this speed."""

MOST_FAILED_FILES = 5
"""After this many files in a row without one usable answer, the service is left alone."""

_USELESS_TO_INSIST = frozenset((401, 403, 404))


class _Writer(Protocol):
    def writerow(self, row: Iterable[object], /) -> object: ...


@dataclass(slots=True)
class _Chunk:
    """Rows that travel together: their numbers, and the file that holds them."""

    rows: list[int]
    content: bytes


def ask_rows(
    transport: Transport,
    url: str,
    file: BulkFile,
    cells: Sequence[tuple[str, ...] | None],
    *,
    chunk_rows: int,
    timeout_s: float,
    progress: Callable[[int], None] | None = None,
) -> list[RowAnswer]:
    """
    Ask for many rows: exactly one answer each, in their order, whatever the service does.

    Parameters
    ----------
    transport
        How requests travel.
    url
        Where to send files.
    file
        Which of the two endpoints it is.
    cells
        What to send for each row; None for a row that the service would not accept.
    chunk_rows
        Rows in one file, at most.
    timeout_s
        Seconds to wait for an answer, beside what its rows need.
    progress
        Called with the number of rows settled since the last call.

    Raises
    ------
    ServiceRefusedError
        If the service wants nothing from us (401, 403, 404): no other row would fare better.
    """
    asking = _Asking(transport, url, file, timeout_s)
    answers: dict[int, RowAnswer] = {row: SKIPPED for row, cell in enumerate(cells) if cell is None}
    told = 0
    pending = [row for row, cell in enumerate(cells) if cell is not None]
    for round_ in range(MOST_ROUNDS):
        again: list[int] = []
        for chunk in _cut(file, cells, pending, max(1, chunk_rows // 10**round_)):
            reply = asking.ask(chunk, cells)
            answers.update(reply.answers)
            again += sorted(reply.doubtful)
            if progress is not None:
                settled = len(chunk.rows) - len(reply.doubtful)
                progress(settled)
                told += settled
        pending = again
        if not pending or asking.stopped:
            break
    if progress is not None and told < len(cells):
        progress(len(cells) - told)
    return [answers[row] for row in range(len(cells))]


def _cut(
    file: BulkFile, cells: Sequence[tuple[str, ...] | None], rows: Sequence[int], chunk_rows: int
) -> Iterator[_Chunk]:
    """Write rows into files of so many rows at most, each within what the service takes."""
    taken: list[int] = []
    buffer, writer = _open_file(file)
    for row in rows:
        writer.writerow((row, *(cells[row] or ())))
        taken.append(row)
        if len(taken) >= chunk_rows or buffer.tell() * 4 >= MOST_BYTES:  # 4 bytes a character, at worst
            yield _Chunk(taken, buffer.getvalue().encode())
            taken = []
            buffer, writer = _open_file(file)
    if taken:
        yield _Chunk(taken, buffer.getvalue().encode())


def _open_file(file: BulkFile) -> tuple[io.StringIO, _Writer]:
    buffer = io.StringIO()
    # Everything quoted: the service guesses the separator, and quotes leave it no choice.
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow((ROW, *file.sent))
    return buffer, writer


class _Asking:
    """Sends files, and stops when the service cannot be used any more."""

    def __init__(self, transport: Transport, url: str, file: BulkFile, timeout_s: float) -> None:
        self._transport = transport
        self._url = url
        self._file = file
        self._timeout_s = timeout_s
        self._failed_files = 0
        self._why_stopped: ServiceError | None = None

    @property
    def stopped(self) -> bool:
        """Whether the service is left alone from now on."""
        return self._why_stopped is not None

    def ask(self, chunk: _Chunk, cells: Sequence[tuple[str, ...] | None]) -> Reply:
        """Ask for one file; every row of it is in the reply, answered or doubtful."""
        if self._why_stopped is not None:
            return _fail(chunk.rows, self._why_stopped)
        try:
            response = self._transport.send(
                "POST",
                self._url,
                data=self._file.fields,
                files={"data": ("adresses.csv", chunk.content, "text/csv")},
                timeout_s=self._timeout_s + len(chunk.rows) / SLOWEST_ROWS_PER_S,
            )
            reply = read_reply(response, self._file, chunk.rows, cells)
        except (ServiceUnreachableError, ServiceTimeoutError, ServiceOverloadedError) as error:
            self._why_stopped = error
            return _fail(chunk.rows, error)
        except ServiceError as error:
            if isinstance(error, ServiceRefusedError) and error.status_code in _USELESS_TO_INSIST:
                raise
            self._failed_files += 1
            if self._failed_files >= MOST_FAILED_FILES:
                self._why_stopped = error
            return _fail(chunk.rows, error)
        self._failed_files = 0
        return reply


def _fail(rows: Sequence[int], error: ServiceError) -> Reply:
    """Mark rows as unanswered, to be asked again if there is still time."""
    failed = RowAnswer(status=RowStatus.ERROR, problem=error.problem)
    return Reply(dict.fromkeys(rows, failed), frozenset(rows))
