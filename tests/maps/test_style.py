"""Colours can be told apart by every eye, read on their ground, and stand in one place."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest
from colorspacious import cspace_convert
from numpy.typing import NDArray

from data.reference import load_referential
from geo.position import measure_distances_m
from geo.records import Level, Sector
from maps import style
from maps.sector_classes import SectorClasses
from maps.vendored import read_asset

PALETTES = {
    "sectors": (*style.SECTOR_COLOURS, style.UNKNOWN_SECTOR_COLOUR),
    "sequential": style.SEQUENTIAL,
    "diverging": (*style.DIVERGING_UNDER, *style.DIVERGING_OVER),
}
VISIONS = (None, "protanomaly", "deuteranomaly", "tritanomaly")

# Under a CAM02-UCS distance of 8, two fields of a map are easily confused; RdYlGn has 4.7.
LEAST_DISTANCE = 8.0


def read_colours(colours: tuple[str, ...]) -> NDArray[np.float64]:
    return np.array([[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours])


def see(colours: tuple[str, ...], vision: str | None) -> NDArray[np.float64]:
    """Give colours as an eye sees them, in CAM02-UCS."""
    rgb = read_colours(colours)
    if vision is not None:
        seen = {"name": "sRGB1+CVD", "cvd_type": vision, "severity": 100}
        rgb = np.clip(cspace_convert(rgb, seen, "sRGB1"), 0, 1)
    return np.asarray(cspace_convert(rgb, "sRGB1", "CAM02-UCS"))


def measure_contrast(one: str, other: str) -> float:
    """Measure the contrast of WCAG 2.2."""
    rgb = read_colours((one, other))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    darker, lighter = sorted(linear @ np.array([0.2126, 0.7152, 0.0722]))
    return float((lighter + 0.05) / (darker + 0.05))


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("palette", PALETTES)
def test_any_two_colours_can_be_told_apart(palette: str, vision: str | None) -> None:
    seen = see(PALETTES[palette], vision)
    distances = {
        (PALETTES[palette][i], PALETTES[palette][j]): float(np.linalg.norm(seen[i] - seen[j]))
        for i, j in combinations(range(len(seen)), 2)
    }
    closest = min(distances, key=lambda pair: distances[pair])
    assert distances[closest] >= LEAST_DISTANCE, closest


@pytest.mark.parametrize(("palette", "least"), [("sequential", 10.0), ("diverging", 5.0)])
def test_classes_can_be_told_apart_in_grey(palette: str, least: float) -> None:
    lightness = cspace_convert(read_colours(PALETTES[palette]), "sRGB1", "CIELab")[:, 0]
    assert np.diff(np.sort(lightness)).min() >= least


@pytest.mark.parametrize("colour", PALETTES["sectors"])
def test_a_mark_stands_out_from_the_land(colour: str) -> None:
    assert measure_contrast(colour, style.LAND) >= 3


@pytest.mark.parametrize("ink", [style.INK, style.SOFT_INK, style.FRAME, style.BRICK])
@pytest.mark.parametrize("ground", [style.PAPER, style.LAND, style.AROUND])
def test_words_are_dark_on_their_ground(ink: str, ground: str) -> None:
    # 7:1 for text; brick on grey-green never carries words (a marked row is `LAND`).
    least = 5.5 if (ink, ground) == (style.BRICK, style.AROUND) else 6.5 if ink == style.BRICK else 7
    assert measure_contrast(ink, ground) >= least


def test_every_sector_has_its_own_pair_of_colour_and_shape() -> None:
    many = [Sector(code=str(place), label=str(place)) for place in range(24)]
    marks = SectorClasses(many).classes
    assert len({(mark.colour, mark.shape) for mark in marks}) == 25


def test_the_style_sheet_uses_no_other_colour() -> None:
    sheet = read_asset("maillage/maillage.css")
    grounds = {style.PAPER, style.LAND, style.AROUND}
    inks = {style.INK, style.SOFT_INK, style.FRAME, style.BRICK, style.BRICK_TEXT}
    known = grounds | inks | {style.HAIRLINE, style.BORDER}
    assert set(re.findall(r"#[0-9a-f]{6}\b", sheet)) <= known


def test_the_towns_named_on_the_map_are_where_they_are() -> None:
    communes = load_referential().territories(Level.COMMUNE)
    full_names = {"Boulogne": "Boulogne-sur-Mer", "Montreuil": "Montreuil-sur-Mer"}
    for town in style.TOWNS:
        name = full_names.get(town.name, town.name)
        halls = [c.position for c in communes if c.name == name and c.position is not None]
        lon, lat = np.array([hall.lon_lat() for hall in halls]).T
        assert measure_distances_m(town.position, lon, lat).min() < 1_000, town.name
