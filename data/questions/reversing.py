"""From a point to where that is."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from data.geocoders import GeocoderRecipe
from data.reference import load_referential
from data.session import Register
from geo.geocoding.addressbase import AddressBase
from geo.geocoding.reverse import ReverseAnswer, ReverseGeocoder
from geo.position import Position
from geo.territories import Referential

_geocoders: WeakKeyDictionary[Register, ReverseGeocoder] = WeakKeyDictionary()
_lock = Lock()


def reverse_geocode(register: Register | None, position: Position, *, limit: int = 1) -> ReverseAnswer:
    """
    Say where a point is: the nearest addresses when this machine has an index, the commune, the EPCI.

    Parameters
    ----------
    register
        Its territories are used; None for those that ship with the service, without opening any register.
    position
        The point.
    limit
        How many addresses to give at most.

    Raises
    ------
    UnreadableIndexError
        If the address index is damaged, or named and missing.
    """
    if register is None:
        return _make_geocoder(load_referential()).find(position, limit=limit)
    with _lock:
        geocoder = _geocoders.get(register)
        if geocoder is None:
            geocoder = _geocoders[register] = _make_geocoder(register.referential)
    return geocoder.find(position, limit=limit)


def _make_geocoder(referential: Referential) -> ReverseGeocoder:
    index = GeocoderRecipe.of_this_machine().index
    return ReverseGeocoder(referential, AddressBase(index) if index else None)
