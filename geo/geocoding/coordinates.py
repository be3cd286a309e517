"""Coordinates as lists hold them: degrees or Lambert-93 metres, with a comma, swapped, null, unreadable.

What was meant is decided by where it falls: degrees of the region read the other way round are swapped,
numbers in the range of Lambert-93 are metres whatever the column is called. Nothing is guessed beyond that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.geocoding.answer import AddressQuery, Reason
from geo.position import from_lambert93

# Where degrees are looked for first: the region with a wide margin, Belgium's border and the Channel too.
_REGION_LON = (0.5, 5.5)
_REGION_LAT = (48.0, 52.0)

# The extent of Lambert-93 over metropolitan France (EPSG:2154), in metres.
_LAMBERT_X = (0.0, 1_300_000.0)
_LAMBERT_Y = (6_000_000.0, 7_200_000.0)

_NULL_ISLAND_DEG = 1e-3
_NUMBER = re.compile(r"^[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d{1,2})?$")
_PAIR = re.compile(r"^\s*([+-]?\d+(?:\.\d+)?)\s*[,;/ ]\s*([+-]?\d+(?:\.\d+)?)\s*$")
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009°'\"")


@dataclass(slots=True)
class ReadCoordinates:
    """
    The coordinates of many queries, in their order.

    `lon` and `lat` are WGS84 degrees, NaN where nothing usable was given; `reasons` say how each was read,
    and are empty where a query gives none at all.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    reasons: list[tuple[Reason, ...]]


def read_coordinates(queries: Sequence[AddressQuery]) -> ReadCoordinates:
    """
    Read the coordinates of queries.

    Examples
    --------
    >>> read = read_coordinates([AddressQuery(lon="50,6310", lat="3,0586"), AddressQuery(text="Lens")])
    >>> read.lon, read.lat, [reason.value for reason in read.reasons[0]]
    (array([3.0586, nan]), array([50.631, nan]), ['coordinates_given', 'coordinates_swapped'])
    """
    count = len(queries)
    lon, lat = np.full(count, np.nan), np.full(count, np.nan)
    reasons: list[tuple[Reason, ...]] = [()] * count
    lambert: list[int] = []
    for i, query in enumerate(queries):
        if not (query.lon or query.lat or query.x or query.y):
            continue
        read = _read_pair(query.lon, query.lat) or _read_pair(query.x, query.y)
        if read is None:
            given = any(text.strip() for text in (query.lon, query.lat, query.x, query.y))
            reasons[i] = (Reason.COORDINATES_UNREADABLE,) if given else ()
            continue
        lon[i], lat[i], reasons[i] = _place(*read)
        if Reason.COORDINATES_LAMBERT93 in reasons[i]:
            lambert.append(i)
    if lambert:
        lon[lambert], lat[lambert] = from_lambert93(lon[lambert], lat[lambert])
    return ReadCoordinates(lon, lat, reasons)


def _read_pair(first: str, second: str) -> tuple[float, float] | None:
    """Read two texts as two numbers, or one that holds both (« 50.63, 3.06 »)."""
    one, two = _read_number(first), _read_number(second)
    if one is not None and two is not None:
        return one, two
    filled = [text for text in (first, second) if text.strip()]
    both = _PAIR.match(filled[0]) if len(filled) == 1 else None
    return (float(both.group(1)), float(both.group(2))) if both else None


def _read_number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        text = text.translate(_SPACES).rstrip("NnEe")
        if not _NUMBER.match(text):
            return None
        value = float(text.replace(",", "."))
    return value if abs(value) < 1e9 else None  # NaN and infinities are no coordinates


def _place(one: float, two: float) -> tuple[float, float, tuple[Reason, ...]]:
    """Decide what two numbers, meant as (lon, lat) or (x, y), are; Lambert-93 comes back in metres."""
    given = Reason.COORDINATES_GIVEN
    if abs(one) < _NULL_ISLAND_DEG and abs(two) < _NULL_ISLAND_DEG:
        return np.nan, np.nan, (Reason.COORDINATES_NULL,)
    if _is_in(one, _REGION_LON) and _is_in(two, _REGION_LAT):
        return one, two, (given,)
    if _is_in(two, _REGION_LON) and _is_in(one, _REGION_LAT):
        return two, one, (given, Reason.COORDINATES_SWAPPED)
    if abs(one) > 1_000 and _is_in(one, _LAMBERT_X) and _is_in(two, _LAMBERT_Y):
        return one, two, (given, Reason.COORDINATES_LAMBERT93)
    if abs(two) > 1_000 and _is_in(two, _LAMBERT_X) and _is_in(one, _LAMBERT_Y):
        return two, one, (given, Reason.COORDINATES_LAMBERT93, Reason.COORDINATES_SWAPPED)
    if abs(one) <= 180 and abs(two) <= 90:
        return one, two, (given,)
    if abs(two) <= 180 and abs(one) <= 90:
        return two, one, (given, Reason.COORDINATES_SWAPPED)
    return np.nan, np.nan, (Reason.COORDINATES_UNREADABLE,)


def _is_in(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
