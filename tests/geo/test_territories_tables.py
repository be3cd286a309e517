"""The referential over a made-up country of four square communes: what is read lazily, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from geo.records import Level
from geo.territories import ContourArrays, Referential, ReferentialTables
from geo.territories.columns import Columns

NORTH_WEST, NORTH_EAST, SOUTH_WEST, SOUTH_EAST = "01001", "01002", "01003", "01004"
CODES = (NORTH_WEST, NORTH_EAST, SOUTH_WEST, SOUTH_EAST)


def write_communes(codes: tuple[str, ...], epci: tuple[str, ...], **more: object) -> Columns:
    count = len(codes)
    table: dict[str, object] = {
        "code": list(codes),
        "name": [f"Commune {code}" for code in codes],
        "population": [100 * (index + 1) for index in range(count)],
        "epci": list(epci),
        "departement": ["01"] * count,
        "zone_emploi": ["0001"] * count,
        "bassin_vie": [NORTH_WEST] * count,
        "postcodes": [["01000"]] * count,
        **more,
    }
    return table  # type: ignore[return-value]  # a mapping of lists, whatever each holds


def refuse() -> Columns:
    pytest.fail("asked for a table that nothing needed")


def write_tables() -> ReferentialTables:
    squares = [shapely.box(x, y, x + 1, y + 1) for x, y in ((2, 49), (3, 49), (2, 48), (3, 48))]
    ragged = shapely.to_ragged_array([shapely.MultiPolygon([square]) for square in squares])
    _, coordinates, (rings, polygons, communes) = ragged
    labels = [
        ("epci", None, "A", "Ouest"),
        ("epci", None, "B", "Est"),
        ("departement", None, "01", "Ici"),
        ("zone_emploi", None, "0001", "Ici"),
        ("bassin_vie", None, NORTH_WEST, "Ici"),
        ("region", None, "32", "Ici"),
    ]
    columns = dict(
        zip(("level", "vintage", "code", "name"), map(list, zip(*labels, strict=True)), strict=True)
    )
    columns |= {"note": [None] * len(labels), "lon": [3.0] * len(labels), "lat": [49.0] * len(labels)}
    return ReferentialTables(
        communes={
            2026: lambda: write_communes(CODES, ("A", "B", "A", "B"), lon=[2.5, 3.5] * 2, lat=[49.5] * 4),
            2022: lambda: write_communes(
                (*CODES, "01005"), ("A", "B", "A", "B", "A"), successors=[[c] for c in (*CODES, SOUTH_EAST)]
            ),
        },
        territories=columns,
        parts={"code": ["01005"], "successor": [SOUTH_EAST]},
        contours=lambda: ContourArrays(
            codes=CODES,
            coordinates=coordinates,
            ring_offsets=rings,
            polygon_offsets=polygons,
            commune_offsets=communes,
        ),
        aliases=refuse,
        elsewhere=refuse,
    )


def test_a_question_only_reads_the_tables_it_needs() -> None:
    tables = replace(write_tables(), contours=lambda: pytest.fail("drew a contour for nothing"))
    referential = Referential.from_tables(tables)
    assert referential.vintages == (2022, 2026)
    assert [epci.population for epci in referential.territories(Level.EPCI)] == [400, 600]
    assert referential.successor("01005") == SOUTH_EAST


def test_a_point_where_four_communes_meet_is_counted_once() -> None:
    referential = Referential.from_tables(write_tables())
    lon, lat = np.array([3.0, 3.0, 2.5, 3.5]), np.array([49.0, 49.5, 49.0, 48.2])
    assert referential.locate(lon, lat) == [NORTH_WEST, NORTH_WEST, NORTH_WEST, SOUTH_EAST]


def test_a_merged_commune_is_drawn_where_the_one_of_its_code_belonged() -> None:
    # In 2022 the commune 01005, more inhabited, was in the west; its land is now in 01004, in the east.
    contours = Referential.from_tables(write_tables()).contours(Level.EPCI, vintage=2022)
    assert contours["A"].equals(shapely.box(2, 48, 3, 50))
    assert contours["B"].equals(shapely.box(3, 48, 4, 50))


def test_the_order_of_points_does_not_change_their_commune() -> None:
    referential = Referential.from_tables(write_tables())
    draw = np.random.default_rng(1)
    lon, lat = draw.uniform(1.9, 4.1, 2000), draw.uniform(47.9, 50.1, 2000)
    order = draw.permutation(2000)
    found = np.array(referential.locate(lon, lat))
    assert list(found[order]) == referential.locate(lon[order], lat[order])
    assert set(found) == {*CODES, None}
