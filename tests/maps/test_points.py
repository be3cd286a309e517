"""Presences travel as columns that say exactly where and what they are."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest

from geo.position import Position
from geo.records import Kind, Precision, Presence
from maps import style
from maps.errors import MixedKindsError
from maps.packing import pack_values
from maps.points import FULL_CARDS_LIMIT, PointsLayer, locate_epci
from maps.sector_classes import UNKNOWN_SECTOR, SectorClasses
from tests.maps.builders import LENS, SECTORS, list_territories, make_crowd, make_presence, make_square
from tests.maps.reading import read_packed


def draw_points(presences: list[Presence], **options: Any) -> PointsLayer:  # noqa: ANN401  of the layer
    return PointsLayer(presences, sectors=SECTORS, territories=options.pop("territories", ()), **options)


def read_rows(layer: PointsLayer) -> list[dict[str, Any]]:
    """Read the columns back, a row a presence."""
    values = read_packed(pack_values(layer.values))
    towns = [
        (values["towns"][place], values["townGroup"][place], values["townDepartement"][place])
        for place in accumulate(values["town"])
    ]
    return [
        {
            "name": name,
            "lon": lon / 100_000,
            "lat": lat / 100_000,
            "town": town[0],
            "epci": values["groups"][town[1]],
            "departement": values["departements"][town[2]],
            "sectors": [values["sectors"][place][0] for place in values["mixes"][mix]],
            "is_town_level": precision == values["townLevel"],
        }
        for name, lon, lat, town, mix, precision in zip(
            values["name"],
            accumulate(values["x"]),
            accumulate(values["y"]),
            towns,
            values["mix"],
            values["precision"],
            strict=True,
        )
    ]


def test_every_presence_comes_back_in_its_place() -> None:
    crowd = make_crowd(500)
    rows = {row["name"]: row for row in read_rows(draw_points(crowd, territories=list_territories()))}
    assert len(rows) == 500
    for presence in crowd:
        row = rows[presence.name]
        assert presence.position is not None
        assert row["lon"] == pytest.approx(presence.position.lon, abs=5.1e-6)
        assert row["lat"] == pytest.approx(presence.position.lat, abs=5.1e-6)
        assert (row["town"], row["epci"]) == (presence.commune_name, presence.epci_name)
        assert row["is_town_level"] == (presence.precision is Precision.COMMUNE)
        [label] = row["sectors"]
        assert label == next(sector.label for sector in SECTORS if sector.code == presence.sectors[0])


def test_the_order_received_changes_nothing() -> None:
    crowd = make_crowd(60)
    assert pack_values(draw_points(crowd).values) == pack_values(draw_points(crowd[::-1]).values)


def test_departements_are_named() -> None:
    [row] = read_rows(draw_points([make_presence()]))
    assert row["departement"] == "Pas-de-Calais"


def test_presences_without_position_are_left_out() -> None:
    layer = draw_points([make_presence(1), make_presence(2, position=None)])
    assert layer.values["name"] == ["Acteur 1"]


def test_several_kinds_on_one_map_are_refused() -> None:
    with pytest.raises(MixedKindsError, match="acteurs, projets"):
        draw_points([make_presence(1), make_presence(2, kind=Kind.PROJECT)])


def test_a_presence_that_names_no_epci_is_found_one_by_its_place() -> None:
    left, right = make_square("left", 0, 0), make_square("right", 1, 0)
    lost = [
        make_presence(1, epci=None, position=Position(lon=3.015, lat=50.005)),
        make_presence(2, epci=None, position=Position(lon=4, lat=49)),
        make_presence(3, epci="left", position=Position(lon=3.015, lat=50.005)),
    ]
    assert locate_epci(lost, [left, right]) == ["right", "", "left"]


def test_a_sector_keeps_its_colour_whatever_else_is_drawn() -> None:
    alone = draw_points([make_presence(sectors=("reemploi",))]).values
    crowd = draw_points(make_crowd(40)).values
    assert alone["classes"] == crowd["classes"]
    assert alone["classes"][2][:2] == ["Déchets, réemploi et réparation", style.SECTOR_COLOURS[2]]


def test_a_sector_below_has_the_class_of_the_one_above() -> None:
    classes = SectorClasses(SECTORS)
    assert classes.find(("amap",)) == classes.find(("alimentation",)) == (0,)
    assert classes.find(("mobilite", "amap", "alimentation")) == (1, 0)


def test_an_unknown_sector_is_said_to_be_unknown() -> None:
    layer = draw_points([make_presence(sectors=("inventee",))])
    [(sector_class, count)] = layer.count_classes()
    assert (sector_class.label, count) == (UNKNOWN_SECTOR, 1)


def test_a_presence_with_two_sectors_counts_in_both() -> None:
    layer = draw_points(
        [make_presence(1, sectors=("mobilite", "reemploi")), make_presence(2, sectors=("mobilite",))]
    )
    assert {c.label: count for c, count in layer.count_classes()} == {"Mobilité": 2, SECTORS[3].label: 1}


def test_beyond_a_size_cards_name_and_place_only() -> None:
    few = draw_points([make_presence(1, address="3 rue de Lille")])
    crowd = make_crowd(FULL_CARDS_LIMIT + 1)
    assert few.values["address"] == ["3 rue de Lille, Lens"]
    assert not {"address", "summary", "website", "id"} & set(draw_points(crowd).values)
    # A page for each presence makes up for it, and needs to know which.
    assert len(draw_points(crowd, card_url="/presences/{id}").values["id"]) == FULL_CARDS_LIMIT + 1


def test_an_empty_map_has_empty_columns() -> None:
    layer = draw_points([])
    assert read_rows(layer) == []
    assert layer.count_classes() == []


def test_positions_on_both_sides_of_greenwich_come_back() -> None:
    west = make_presence(2, position=Position(lon=-1.25, lat=LENS.lat))
    assert sorted(row["lon"] for row in read_rows(draw_points([make_presence(1), west]))) == [-1.25, 2.8319]
