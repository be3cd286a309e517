"""A file of addresses in, the same file out with where each one is. No database is needed.

Rows go by slices through one process or many, so that the file's length does not matter; a finished slice
waits on disk beside the result, so that work that was stopped is taken up. The input's columns and the order
of its rows are kept as they are; the columns of the answer come after them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from data.bulk.answers import name_result_columns
from data.bulk.engine_version import write_engine_version
from data.bulk.errors import GeocodingInterruptedError, GeocodingProcessLostError
from data.bulk.parquet_file import FORMAT as PARQUET
from data.bulk.parquet_file import is_parquet, open_parquet
from data.bulk.plain_csv import cut_plain_csv
from data.bulk.result_files import (
    MOST_XLSX_ROWS,
    Result,
    ResultFormat,
    check_output,
    find_format,
    write_result,
)
from data.bulk.row_placing import PLACE_FIELDS
from data.bulk.run import Run, measure_rows
from data.bulk.slice_log import FileLog
from data.bulk.slices import ROWS_OF_SLICE, SliceTask
from data.bulk.work_folder import open_work_folder
from data.geocoder_recipe import GeocoderRecipe
from data.intake.errors import NoAddressColumnError, OutputNotWrittenError
from data.intake.mapping import MappingValue, plan_columns
from data.intake.reading import open_table
from geo.records import Problem, StatusCounts
from geo.territories import Referential

if TYPE_CHECKING:
    from data.intake.preparing import ManyGeocoder


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkReport:
    """
    What geocoding a file gave: every row received is in `counts`.

    `mapping` gives, per column of the input, the field it was used for or None. `resumed` counts the rows
    that an earlier run, stopped on the way, had already placed.
    """

    file: str
    counts: StatusCounts
    problems: tuple[Problem, ...]
    mapping: Mapping[str, str | None]
    resumed: int = 0


def geocode_file(
    path: Path,
    out: Path,
    *,
    geocoder: ManyGeocoder | GeocoderRecipe,
    progress: Callable[[int], None] | None = None,
    mapping: Mapping[str, MappingValue] | None = None,
    workers: int | None = None,
    referential: Referential | None = None,
) -> BulkReport:
    """
    Place every row of a file.

    Parameters
    ----------
    path
        A CSV, .xlsx, .ods, Parquet, JSON or GeoJSON with addresses or coordinates, in any of the usual
        columns.
    out
        Where to write the result: an .xlsx, a .parquet, or a CSV for any other extension. It appears whole
        or not at all.
    geocoder
        Who places the rows. From a recipe every process makes its own, and work that was stopped is taken up
        by the next call with the same arguments; a geocoder that is already made stays in this process.
    progress
        Told how many rows are done so far.
    mapping
        Per column, the field that it fills or None: see `data.intake.mapping`.
    workers
        How many processes to use at most; by default, one for each core, and only one for a short file.
    referential
        The territories, for the EPCI of each commune; by default, those that ship with the service.

    Returns
    -------
    BulkReport
        Counts that sum to the rows received, and what was met.

    Raises
    ------
    UnusableFileError, MappingError
        If the file or the mapping cannot be used.
    OutputNotWrittenError
        If the result cannot be written, or the work was stopped; the message says whether it can be taken up.
    """
    path, out = Path(path), Path(out)
    check_output(path, out)
    table = open_parquet(path) if is_parquet(path) else open_table(path, known_names=tuple(mapping or ()))
    log = FileLog()
    log.extend(table.problems.problems())
    plan = plan_columns(table, mapping=mapping, log=log)
    if not PLACE_FIELDS & plan.recipes.keys():
        raise NoAddressColumnError(path, table.columns)
    plain = cut_plain_csv(path, table, lines_of_slice=ROWS_OF_SLICE) if table.format == "csv" else None
    extent = measure_rows(table, plain)
    format_ = find_format(out)
    if format_ is ResultFormat.XLSX and extent.rows > MOST_XLSX_ROWS:
        cause = f"un classeur Excel a {MOST_XLSX_ROWS + 1} lignes au plus : prenez un CSV"
        raise OutputNotWrittenError(out, cause)
    columns = (*table.columns, *(table.overflow_name(rank) for rank in range(extent.overflow)))
    task = SliceTask(
        folder=out.parent,
        plan=plan,
        columns=columns,
        result_columns=tuple(name_result_columns(columns)),
        form=format_.form,
        separator=table.separator or ",",
        keeps_input=not (format_ is ResultFormat.PARQUET and table.format == PARQUET),
        plain=plain,
    )
    key = _write_key(path, task, mapping, geocoder)
    with open_work_folder(out, key) as folder:
        run = Run(path, out, table, extent, replace(task, folder=folder.path), folder, log)
        try:
            run.place(geocoder, progress, workers=workers, referential=referential)
        except KeyboardInterrupt as error:
            raise GeocodingInterruptedError(
                out, done=run.done, total=extent.rows, can_resume=key is not None
            ) from error
        except BrokenProcessPool as error:
            raise GeocodingProcessLostError(out, done=run.done, total=extent.rows) from error
        encoding = "utf-8" if table.encoding == "utf-8" else "utf-8-sig"
        paths = [folder.content_path(number) for number in range(extent.slices)]
        write_result(
            Result(path=path, out=out, format=format_, task=run.task, encoding=encoding, slices=paths), log
        )
    return BulkReport(
        file=path.name,
        counts=StatusCounts(**run.counted),
        problems=log.problems(),
        mapping={name: use.value if use else None for name, use in plan.uses.items()},
        resumed=run.resumed,
    )


def _write_key(
    path: Path,
    task: SliceTask,
    mapping: Mapping[str, MappingValue] | None,
    geocoder: ManyGeocoder | GeocoderRecipe,
) -> str | None:
    """Write all that the slices depend on, None for a geocoder of which that is not known."""
    if not isinstance(geocoder, GeocoderRecipe):
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    uses = {name: use.value if use else None for name, use in task.plan.uses.items()}
    parts = (
        digest,
        task.columns,
        task.form,
        task.separator,
        task.keeps_input,
        uses,
        mapping,
        ROWS_OF_SLICE,
        write_engine_version(geocoder),
    )
    return json.dumps(parts, default=dict)
