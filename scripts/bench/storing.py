"""How fast presences are stored: `python -m scripts.bench.storing --count 100000`.

Seconds of the wall and of the processor, ours and the server's: on a busy machine the last two are the ones
to compare. `--server` starts a PostgreSQL for the measure and removes it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from data.incoming import IncomingPresence
from data.session import Register
from data.storing import finish_import, insert_presences, start_import
from geo.records import ImportReport, Kind, StatusCounts
from scripts.bench.crowd import make_crowd
from scripts.bench.server_time import open_for_measure, read_server_s
from scripts.console import output

STEP_COLUMNS = ("Step", "Wall (s)", "Processor (s)", "Server's (s)", "Presences/s")

_AS_OF = date(2026, 1, 1)


@contextmanager
def measured(table: Table, what: str, count: int, register: Register | None = None) -> Iterator[None]:
    """Time what is inside, and add a line to the table; with a register, its server's processor too."""
    server = read_server_s(register) if register else 0.0
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall_s, processor_s = time.perf_counter() - wall, time.process_time() - processor
    server_s = read_server_s(register) - server if register else 0.0
    table.add_row(what, f"{wall_s:.2f}", f"{processor_s:.2f}", f"{server_s:.2f}", f"{count / wall_s:,.0f}")


def store_crowd(register: Register, count: int, table: Table) -> None:
    """Place made-up presences, then store them in one transaction, and time the parts."""
    codes = [sector.code for sector in register.sectors.sectors]
    with measured(table, "make the presences (not part of an import)", count):
        crowd = make_crowd(register.referential, codes, count=count)
    with measured(table, "placed, stored, indexed, counted and swept", count, register):
        with measured(table, "  find the commune of each point", count):
            _place(register, crowd)
        with register.writing() as session:
            run = start_import(session, source="crowd", kinds=list(Kind), as_of=_AS_OF, file_name="crowd.csv")
            with measured(table, "  insert, index and count", count):
                insert_presences(session, run, crowd)
            with measured(table, "  end the import", count):
                finish_import(session, run, _make_report(count))


def _place(register: Register, crowd: Sequence[IncomingPresence]) -> None:
    points = np.array([row.placement.position.lon_lat() for row in crowd if row.placement.position])
    found = register.referential.locate(points[:, 0], points[:, 1])
    if found != [row.placement.citycode for row in crowd]:
        raise AssertionError("a presence stands in another commune than the one it was made for")


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
OnServer = Annotated[bool, typer.Option("--server", help="On a PostgreSQL started for this measure.")]


def main(
    count: Annotated[int, typer.Option(help="How many presences.", min=1)] = 100_000,
    url: Url = None,
    on_server: OnServer = False,
) -> None:
    """Store presences in an empty register, and print how long it took."""
    table = Table(*STEP_COLUMNS, title=f"Storing {count:,} presences")
    with open_for_measure(url=url, on_server=on_server) as register:
        store_crowd(register, count, table)
        megabytes = measure_size_mb(register)
    output().print(table)
    output().print(f"{megabytes:.0f} MB on disk.")


if __name__ == "__main__":
    typer.run(main)
