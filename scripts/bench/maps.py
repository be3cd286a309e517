"""How long a map page takes to write, and how much it weighs.

Run it with `python -m scripts.bench.maps`. Presences are made up: nearly every name is unique, as in a real
list, and holds a word that does not come back: names shrink no better than real ones do (9 bytes each).
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np

from data.reference import load_referential
from data.sectors import load_sectors
from geo.position import Position
from geo.records import (
    MEL_CODE,
    CoverageAnswer,
    CoverageRow,
    Kind,
    Level,
    OutsideShare,
    PlacementStatus,
    Precision,
    Presence,
    Sector,
    StatusCounts,
    Territory,
)
from maps.actors_map import draw_actors_map
from maps.coverage_map import draw_coverage_map
from maps.measures import Measure

ROUNDS = 5
SIZES = (1_000, 5_000, 20_000, 50_000)
DATA_DATE = date(2026, 3, 12)

_SPREAD_DEG = 0.012
_FORMS = (
    "Association",
    "Coopérative",
    "SCIC",
    "SCOP",
    "Atelier",
    "Maison",
    "Tiers-lieu",
    "Recyclerie",
    "Ferme",
    "Café",
)
_SYLLABLES = (
    "ba",
    "ca",
    "den",
    "fri",
    "gou",
    "lan",
    "mar",
    "nel",
    "or",
    "pi",
    "ro",
    "sel",
    "tour",
    "vi",
    "wam",
    "zé",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapMeasure:
    """Median seconds to write a page, and its bytes as it stands and as a server sends it."""

    what: str
    write_s: float
    page_bytes: int
    gzip_bytes: int


def make_presences(count: int, sectors: Sequence[Sector], *, seed: int = 1) -> list[Presence]:
    """
    Make presences spread as people are, a tenth of them placed at their town hall.

    Parameters
    ----------
    count
        How many.
    sectors
        The sector list; each presence has one or two.
    seed
        The same seed makes the same presences.
    """
    random = np.random.default_rng(seed)
    referential = load_referential()
    communes = [commune for commune in referential.territories(Level.COMMUNE) if commune.position]
    epci_names = {territory.code: territory.name for territory in referential.territories(Level.EPCI)}
    weights = np.array([commune.population for commune in communes], dtype=np.float64)
    chosen = random.choice(len(communes), size=count, p=weights / weights.sum())
    shifts = random.normal(scale=_SPREAD_DEG, size=(count, 2))
    is_town_level = random.random(count) < 0.1
    letters = random.integers(len(_SYLLABLES), size=(count, 5))
    frequency = 1 / np.arange(1, len(sectors) + 1)
    picked = random.choice(len(sectors), size=(count, 2), p=frequency / frequency.sum())
    presences = []
    for number in range(count):
        commune = communes[chosen[number]]
        if commune.position is None:
            continue
        shift_lon, shift_lat = (0.0, 0.0) if is_town_level[number] else shifts[number]
        name = "".join(_SYLLABLES[letter] for letter in letters[number]).capitalize()
        epci = commune.part_of["epci"]
        presences.append(
            Presence(
                id=number + 1,
                kind=Kind.ACTOR,
                name=f"{_FORMS[number % len(_FORMS)]} {name} de {commune.name}",
                status=PlacementStatus.COMMUNE if is_town_level[number] else PlacementStatus.PLACED,
                sectors=tuple(sectors[place].code for place in picked[number][: 1 + number % 2]),
                position=Position(lon=commune.position.lon + shift_lon, lat=commune.position.lat + shift_lat),
                precision=Precision.COMMUNE if is_town_level[number] else Precision.HOUSENUMBER,
                address=f"{number % 200 + 1} rue de la République",
                summary="Une phrase qui dit ce que l’on y fait.",
                website=f"https://{name.lower()}.example",
                commune=commune.code,
                commune_name=commune.name,
                epci=epci,
                epci_name=epci_names[epci],
                departement=commune.part_of["departement"],
                is_fictional=True,
            )
        )
    return presences


def make_answer(territories: Sequence[Territory]) -> CoverageAnswer:
    """Make a coverage answer with a row a territory."""
    people = sum(territory.population for territory in territories)
    rows = []
    for number, territory in enumerate(territories):
        count, expected = number % 7, 400 * territory.population / people
        rows.append(
            CoverageRow(
                code=territory.code,
                name=territory.name,
                population=territory.population,
                count=count,
                per_10k=10_000 * count / max(1, territory.population),
                expected=expected,
                ratio=count / expected if expected else None,
                ratio_low=0.5,
                ratio_high=1.5,
                significant_absence=count == 0 and expected >= 3,
            )
        )
    outside = OutsideShare(
        code=MEL_CODE,
        name="Métropole Européenne de Lille",
        count_inside=160,
        count_outside=240,
        share_outside=0.6,
        share_low=0.55,
        share_high=0.65,
        population_share_outside=0.8005,
        ratio=0.75,
        gap=80.0,
    )
    return CoverageAnswer(
        level=territories[0].level,
        kind=Kind.ACTOR,
        sector=None,
        at=DATA_DATE,
        vintage=2026,
        rows=tuple(rows),
        outside=outside,
        totals=StatusCounts(placed=400),
        data_date=DATA_DATE,
    )


def list_territories(level: Level) -> list[Territory]:
    """List the territories of a level with their contours."""
    referential = load_referential()
    contours = referential.contours(level)
    return [
        replace(territory, contour=contours[territory.code]) for territory in referential.territories(level)
    ]


def measure_page(what: str, write: Callable[[], str]) -> MapMeasure:
    """Measure one page: the median of several writings, after one that fills the caches."""
    page = write()
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        write()
        seconds.append(time.perf_counter() - start)
    body = page.encode()
    return MapMeasure(
        what=what,
        write_s=statistics.median(seconds),
        page_bytes=len(body),
        gzip_bytes=len(gzip.compress(body, 6)),
    )


def measure_maps() -> list[MapMeasure]:
    """Measure pages of several sizes, self-contained and linked."""
    sectors = load_sectors().sectors
    epci = list_territories(Level.EPCI)
    measures = []
    for count in SIZES:
        presences = make_presences(count, sectors)
        for asset_url, way in ((None, "self-contained"), ("/assets/", "linked")):
            write = partial(
                draw_actors_map,
                presences,
                sectors=sectors,
                territories=epci,
                counts=StatusCounts(placed=len(presences)),
                title="Les acteurs",
                source="Essai",
                data_date=DATA_DATE,
                asset_url=asset_url,
            )
            measures.append(measure_page(f"{count:,} presences, {way}", write))
    for level in (Level.EPCI, Level.COMMUNE):
        territories = list_territories(level)
        answer = make_answer(territories)
        for measure in (Measure.RATIO, Measure.COUNT):
            write = partial(draw_coverage_map, answer, territories=territories, measure=measure)
            measures.append(measure_page(f"coverage by {level}, {measure}, self-contained", write))
    return measures


def main() -> None:
    """Print the table of `docs/benchmarks.md`."""
    print("| page | written in (s) | page (kB) | sent compressed (kB) |")
    print("|---|---|---|---|")
    for one in measure_maps():
        print(
            f"| {one.what} | {one.write_s:.2f} | {one.page_bytes / 1000:.0f} | {one.gzip_bytes / 1000:.0f} |"
        )


if __name__ == "__main__":
    main()
