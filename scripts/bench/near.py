"""How fast and how exact « who is near » is: `python -m scripts.bench.near --count 100000`.

Every line is `data.questions.answer_near` whole: transaction, index, geodesics, records. Origins are near
presences, as people are. Milliseconds of the wall; p50 is the middle one, p95 one in twenty is slower.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from pyproj import Geod
from rich.table import Table

from data.opening import open_register
from data.questions import answer_near
from data.session import Register
from data.settings import DatabaseSettings
from geo.position import Position
from geo.records import Kind, Origin, Precision
from scripts.bench.storing import Url, store_crowd
from scripts.console import output

_CHECKED = 256
_GEODESIC = Geod(ellps="WGS84")


class Measure:
    """Questions asked of one register, from random origins near its presences."""

    def __init__(self, register: Register, repetitions: int) -> None:
        self.register = register
        self.repetitions = repetitions
        self.random = np.random.default_rng(5)
        with register.reading() as session:
            rows = session.connection.exec_driver_sql("SELECT id, lon, lat FROM presences").fetchall()
        self.held: NDArray[np.float64] = np.array([tuple(row) for row in rows], dtype=np.float64)

    def draw_origin(self) -> Origin:
        """Draw a point about a kilometre from a presence."""
        lon, lat = self.held[self.random.integers(len(self.held)), 1:] + self.random.normal(
            scale=0.01, size=2
        )
        return Origin(position=Position(lon=lon, lat=lat), label="", precision=Precision.GIVEN)

    def time(self, table: Table, what: str, draw: Callable[[], dict[str, Any]]) -> None:
        """Ask again and again, and add p50 and p95 to the table."""
        for _ in range(self.repetitions // 10):
            answer_near(self.register, origin=self.draw_origin(), **draw())
        taken_ms = []
        for _ in range(self.repetitions):
            origin, asked = self.draw_origin(), draw()
            start = time.perf_counter()
            answer_near(self.register, origin=origin, **asked)
            taken_ms.append((time.perf_counter() - start) * 1_000)
        p50, p95 = np.percentile(taken_ms, [50, 95])
        table.add_row(what, f"{p50:.2f}", f"{p95:.2f}", f"{1_000 / np.mean(taken_ms):,.0f}")

    def count_exact(self) -> int:
        """Count the questions whose ten answers are those of brute-force geodesics, in the same order."""
        exact = 0
        for _ in range(_CHECKED):
            origin = self.draw_origin()
            lon, lat = origin.position.lon_lat()
            # Geodesics to whatever a sphere puts within 2 % of the tenth: a sphere is off by 0.5 % at most.
            east = (self.held[:, 1] - lon) * np.cos(np.radians((self.held[:, 2] + lat) / 2))
            degrees = np.hypot(east, self.held[:, 2] - lat)
            near = self.held[degrees <= np.partition(degrees, 10)[10] * 1.02]
            count = len(near)
            _, _, metres = _GEODESIC.inv(np.full(count, lon), np.full(count, lat), near[:, 1], near[:, 2])
            expected = near[np.lexsort((near[:, 0], metres))][:10, 0].astype(int).tolist()
            answer = answer_near(self.register, origin=origin)
            exact += [each.presence.id for each in answer.results] == expected
        return exact


def main(
    count: Annotated[int, typer.Option(help="How many presences.", min=1)] = 100_000,
    repetitions: Annotated[int, typer.Option(help="How many questions a line.", min=10)] = 500,
    url: Url = None,
) -> None:
    """Fill a register, ask who is near in several ways, and print the times."""
    table = Table("Question", "p50 (ms)", "p95 (ms)", "Answers/s", title=f"Nearest among {count:,} presences")
    with TemporaryDirectory() as folder:
        register = open_register(DatabaseSettings(home=Path(folder), database_url=url))
        store_crowd(register, count, Table())
        measure = Measure(register, repetitions)
        codes = [sector.code for sector in register.sectors.sectors]
        tops = [sector.code for sector in register.sectors.sectors if sector.parent is None]
        draw = measure.random.choice
        measure.time(table, "nearest 10", dict)
        measure.time(table, "nearest 10 of a sector", lambda: {"sector": str(draw(codes))})
        measure.time(table, "nearest 10 of a top sector", lambda: {"sector": str(draw(tops))})
        measure.time(
            table,
            "nearest 10 of a sector within 20 km",
            lambda: {"sector": str(draw(codes)), "radius_m": 20_000},
        )
        measure.time(table, "nearest 3 antennes (1 in 10,000)", lambda: {"kind": Kind.ANTENNE, "limit": 3})
        measure.time(table, "nearest 100", lambda: {"limit": 100})
        exact = measure.count_exact()
        register.close()
    output().print(table)
    output().print(f"Same ten in the same order as brute-force geodesics: {exact} of {_CHECKED}.")


if __name__ == "__main__":
    typer.run(main)
