"""How fast presences are stored: `python -m scripts.bench.storing --count 100000`.

Seconds of the wall and of the processor: on a busy machine the second is the one to compare.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.table import Table

from data.session import Register, open_register
from data.settings import DatabaseSettings
from data.storing import finish_import, insert_presences, start_import
from geo.records import ImportReport, Kind, StatusCounts
from scripts.bench.crowd import make_crowd
from scripts.console import output

_AS_OF = date(2026, 1, 1)


@contextmanager
def measured(table: Table, what: str, count: int) -> Iterator[None]:
    """Time what is inside, and add a line to the table."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall_s, processor_s = time.perf_counter() - wall, time.process_time() - processor
    table.add_row(what, f"{wall_s:.2f}", f"{processor_s:.2f}", f"{count / wall_s:,.0f}")


def store_crowd(register: Register, count: int, table: Table) -> None:
    """Store made-up presences in one transaction, and time its parts."""
    codes = [sector.code for sector in register.sectors.sectors]
    with measured(table, "make the presences (not part of an import)", count):
        crowd = make_crowd(register.referential, codes, count=count)
    with measured(table, "the whole transaction, committed", count), register.writing() as session:
        run = start_import(session, source="crowd", kinds=list(Kind), as_of=_AS_OF, file_name="crowd.csv")
        with measured(table, "  insert and index", count):
            insert_presences(session, run, crowd)
        with measured(table, "  count for the summary", count):
            finish_import(session, run, _make_report(count))


def measure_size_mb(register: Register) -> float:
    """Measure what a register takes on disk, in megabytes."""
    if register.url.get_backend_name() == "sqlite":
        return Path(register.where).stat().st_size / 1e6
    with register.reading() as session:
        size = session.connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
    return float(size) / 1e6


def _make_report(count: int) -> ImportReport:
    return ImportReport(
        file="crowd.csv",
        source="crowd",
        kind=Kind.ACTOR,
        as_of=_AS_OF,
        dry_run=False,
        counts=StatusCounts(placed=count),
        new=count,
        changed=0,
        unchanged=0,
        absent=0,
    )


Url = Annotated[
    str | None, typer.Option(help="An empty database (postgresql://…); by default, a file of its own.")
]


def main(
    count: Annotated[int, typer.Option(help="How many presences.", min=1)] = 100_000, url: Url = None
) -> None:
    """Store presences in an empty register, and print how long it took."""
    table = Table("Step", "Wall (s)", "Processor (s)", "Presences/s", title=f"Storing {count:,} presences")
    with TemporaryDirectory() as folder:
        register = open_register(DatabaseSettings(home=Path(folder), database_url=url))
        store_crowd(register, count, table)
        megabytes = measure_size_mb(register)
        register.close()
    output().print(table)
    output().print(f"{megabytes:.0f} MB on disk.")


if __name__ == "__main__":
    typer.run(main)
