"""From what a person types to a place."""

from __future__ import annotations

import re

from data.address_memory import get_geocoder
from data.session import Register
from geo.errors import PositionOutOfBoundsError
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.position import Position
from geo.records import COUNTED_STATUSES, Origin, Precision

# « 50.43, 2.83 » or « 50,43 2,83 »: latitude first, as people and phones write it.
_NUMBER = r"[+-]?\d{1,3}(?:[.,]\d+)"
_LAT_LON = re.compile(rf"\s*({_NUMBER})\s*[,;\s]\s*({_NUMBER})\s*")


def find_origin(register: Register, text: str) -> Origin | GeocodedAddress:
    """
    Find where a proximity question starts: an address, a town, a postcode, or « latitude, longitude ».

    Parameters
    ----------
    register
        Its corrections of addresses are used.
    text
        What a person typed.

    Returns
    -------
    Origin or GeocodedAddress
        The origin; or, when no point can be given, the answer that says why, with candidates if any.
    """
    point = _read_point(text)
    if point is not None:
        lat, lon = (f"{value:.5f}".rstrip("0").rstrip(".") for value in point.lat_lon())
        return Origin(position=point, label=f"{lat}, {lon}", precision=Precision.GIVEN)
    answer = geocode(register, AddressQuery(text=text))
    if answer.position is None or answer.precision is None or answer.status not in COUNTED_STATUSES:
        return answer
    return Origin(position=answer.position, label=answer.label or text.strip(), precision=answer.precision)


def geocode(register: Register, query: AddressQuery, *, explain: bool = False) -> GeocodedAddress:
    """
    Place one address, with the register's corrections; « not found » is an answer.

    Parameters
    ----------
    register
        Its corrections of addresses are used.
    query
        The address.
    explain
        True to have every step of the way.
    """
    return get_geocoder(register).geocode(query, explain=explain)


def _read_point(text: str) -> Position | None:
    match = _LAT_LON.fullmatch(text)
    if match is None:
        return None
    lat, lon = (float(number.replace(",", ".")) for number in match.groups())
    try:
        return Position(lon=lon, lat=lat)
    except PositionOutOfBoundsError:
        return None
