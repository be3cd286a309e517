"""From a point to where that is."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from data.geocoders import GeocoderRecipe
from data.session import Register
from geo.geocoding.addressbase import AddressBase
from geo.geocoding.reverse import ReverseAnswer, ReverseGeocoder
from geo.position import Position

_geocoders: WeakKeyDictionary[Register, ReverseGeocoder] = WeakKeyDictionary()
_lock = Lock()


def reverse_geocode(register: Register, position: Position, *, limit: int = 1) -> ReverseAnswer:
    """
    Say where a point is: the nearest addresses when this machine has an index, the commune, the EPCI.

    Parameters
    ----------
    register
        Its territories are used.
    position
        The point.
    limit
        How many addresses to give at most.

    Raises
    ------
    UnreadableIndexError
        If the address index is damaged, or named and missing.
    """
    with _lock:
        geocoder = _geocoders.get(register)
        if geocoder is None:
            index = GeocoderRecipe.of_this_machine().index
            geocoder = ReverseGeocoder(register.referential, AddressBase(index) if index else None)
            _geocoders[register] = geocoder
    return geocoder.find(position, limit=limit)
