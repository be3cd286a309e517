"""Pages of maps to open in a browser, as somebody who received the file would."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from geo.position import Position
from geo.records import Precision, StatusCounts
from maps.actors_map import draw_actors_map
from maps.coverage_map import draw_coverage_map
from maps.measures import Measure
from maps.proximity_map import draw_proximity_map
from tests.browser import WatchedPage
from tests.maps.builders import (
    DATA_DATE,
    LENS,
    SECTORS,
    list_territories,
    make_antenne,
    make_crowd,
    make_near,
    make_presence,
    make_real_coverage,
)

DRAWN = ".mm[data-started=drawn]"


def open_page(watched: WatchedPage, html: str, folder: Path) -> Page:
    """Open a page from the disk, as somebody who received it would, and wait for its map."""
    path = folder / "carte.html"
    path.write_text(html, encoding="utf-8")
    watched.page.goto(path.as_uri())
    watched.page.wait_for_selector(DRAWN)
    return watched.page


def draw_crowd(count: int = 120) -> str:
    return draw_actors_map(
        make_crowd(count),
        sectors=SECTORS,
        territories=list_territories(),
        counts=StatusCounts(placed=count),
        title="Les acteurs du réseau",
        source="Registre de l’Apes",
        data_date=DATA_DATE,
        antennes=[make_antenne()],
    )


def draw_coverage(measure: Measure) -> str:
    return draw_coverage_map(
        make_real_coverage(),
        territories=list_territories(),
        antennes=[make_antenne()],
        measure=measure,
        source="Registre de l’Apes",
    )


def draw_near() -> str:
    presences = [
        make_presence(
            number,
            position=Position(lon=LENS.lon + number / 200, lat=LENS.lat + (number % 3) / 200),
            precision=Precision.COMMUNE if number == 3 else Precision.HOUSENUMBER,
            sectors=(SECTORS[number % 4].code,),
            website="https://exemple.example",
        )
        for number in range(1, 9)
    ]
    return draw_proximity_map(
        make_near(presences, [number * 400.0 for number in range(1, 9)], radius_m=5_000.0),
        sectors=SECTORS,
        territories=list_territories(),
        antennes=[make_antenne()],
        source="Registre de l’Apes",
    )


PICTURED = {
    "actors": draw_crowd,
    "coverage-ratio": lambda: draw_coverage(Measure.RATIO),
    "coverage-per-10k": lambda: draw_coverage(Measure.PER_10K),
    "coverage-count": lambda: draw_coverage(Measure.COUNT),
    "near": draw_near,
}
