"""Which roads a car takes, how fast, and which way: what OpenStreetMap's tags say of it.

Speeds are those of OSRM's `car.lua` profile; a posted limit counts for 0.8 of itself, as there. Turn
restrictions, traffic lights and traffic are not counted: times are those of an empty road.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

SPEEDS_KM_H: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 90.0,
        "motorway_link": 45.0,
        "trunk": 85.0,
        "trunk_link": 40.0,
        "primary": 65.0,
        "primary_link": 30.0,
        "secondary": 55.0,
        "secondary_link": 25.0,
        "tertiary": 40.0,
        "tertiary_link": 20.0,
        "unclassified": 25.0,
        "residential": 25.0,
        "living_street": 10.0,
        "service": 15.0,
    }
)
"""Kilometres an hour by class of road; a class that is not here is no road for cars."""

POSTED_SHARE = 0.8
"""The part of a posted limit that is driven on average."""

_ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""The most specific first: it decides alone."""

_CLOSED = frozenset(
    (
        "no",
        "private",
        "agricultural",
        "forestry",
        "emergency",
        "psv",
        "bus",
        "customers",
        "delivery",
        "military",
    )
)
_FORWARD_ONLY = frozenset(("yes", "1", "true"))
_BACKWARD_ONLY = frozenset(("-1", "reverse"))
_POSTED = re.compile(r"^(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?$")
_ZONES = MappingProxyType(
    {"urban": 50.0, "rural": 80.0, "trunk": 110.0, "motorway": 130.0, "living_street": 20.0, "zone30": 30.0}
)
_KM_PER_MILE = 1.609344


def read_road(tags: Mapping[str, str]) -> tuple[float, bool, bool] | None:
    """
    Read a road's speed in km/h, and whether it may be driven forward and backward; None if not at all.

    Examples
    --------
    >>> read_road({"highway": "primary"})
    (65.0, True, True)
    >>> read_road({"highway": "motorway", "maxspeed": "130"})
    (104.0, True, False)
    >>> read_road({"highway": "residential", "access": "private"}) is None
    True
    """
    speed = SPEEDS_KM_H.get(tags.get("highway", ""))
    if speed is None or tags.get("area") == "yes" or is_closed(tags):
        return None
    posted = read_posted_km_h(tags.get("maxspeed", ""))
    if posted is not None:
        speed = POSTED_SHARE * posted
    forward, backward = read_ways(tags)
    return speed, forward, backward


def is_closed(tags: Mapping[str, str]) -> bool:
    """
    Tell whether cars may not pass: the most specific tag of access decides.

    Examples
    --------
    >>> is_closed({"access": "no", "motor_vehicle": "yes"}), is_closed({"vehicle": "no"})
    (False, True)
    """
    decisive = next((tags[key] for key in _ACCESS_KEYS if key in tags), "yes")
    return decisive in _CLOSED


def read_ways(tags: Mapping[str, str]) -> tuple[bool, bool]:
    """
    Tell whether a road is driven forward and backward; motorways and roundabouts go one way unless told.

    Examples
    --------
    >>> read_ways({"oneway": "-1"}), read_ways({"junction": "roundabout"})
    ((False, True), (True, False))
    """
    oneway = tags.get("oneway")
    if oneway in _FORWARD_ONLY:
        return True, False
    if oneway in _BACKWARD_ONLY:
        return False, True
    is_implied = tags.get("highway") == "motorway" or tags.get("junction") in {"roundabout", "circular"}
    return True, not (oneway is None and is_implied)


def read_posted_km_h(text: str) -> float | None:
    """
    Read a posted limit: a number, miles, or a zone's name as « FR:rural »; None when it says nothing usable.

    Examples
    --------
    >>> read_posted_km_h("50"), read_posted_km_h("FR:rural"), read_posted_km_h("signals")
    (50.0, 80.0, None)
    """
    found = _POSTED.match(text.strip())
    if found:
        number = float(found[1]) * (_KM_PER_MILE if found[2] == "mph" else 1)
        return number if number > 0 else None
    return _ZONES.get(text.partition(":")[2].strip())
