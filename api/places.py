"""Where a question starts: a point as given, or a place in words; and territories named in a query."""

from __future__ import annotations

from api.problems import Fault
from api.refusals import AmbiguousPlaceError, InvalidParameterError, PlaceNotFoundError, show_received
from data.questions import find_origin
from data.session import Register
from geo.errors import UnknownTerritoryError
from geo.geocoding.answer import GeocodedAddress, Reason
from geo.position import Position
from geo.records import Level, Origin, Precision, Territory


def make_point_origin(*, lon: float, lat: float) -> Origin:
    """
    Start from a point as given.

    Examples
    --------
    >>> make_point_origin(lon=2.8319, lat=50.4289).label
    '50.4289, 2.8319'
    """
    label = ", ".join(f"{degrees:.5f}".rstrip("0").rstrip(".") for degrees in (lat, lon))
    return Origin(position=Position(lon=lon, lat=lat), label=label, precision=Precision.GIVEN)


def make_commune_origin(register: Register, code: str) -> Origin:
    """
    Start from the town hall of a commune.

    Raises
    ------
    UnknownTerritoryError
        If the referential has no such commune, or no point for it.
    """
    commune = register.referential.get(Level.COMMUNE, code)
    if commune.position is None:
        raise UnknownTerritoryError(code=code, level=Level.COMMUNE.value)
    departement = commune.part_of.get(Level.DEPARTEMENT.value, code[:2])
    return Origin(
        position=commune.position, label=f"{commune.name} ({departement})", precision=Precision.COMMUNE
    )


def get_origin(register: Register, *, q: str | None, lon: float | None, lat: float | None) -> Origin:
    """
    Start from a point if there is one, else from a place in words.

    Raises
    ------
    AmbiguousPlaceError
        If several places bear that name.
    PlaceNotFoundError
        If none in the region does.
    """
    if lon is not None and lat is not None:
        return make_point_origin(lon=lon, lat=lat)
    text = q or ""
    found = find_origin(register, text)
    if isinstance(found, Origin):
        return found
    if is_ambiguous(found):
        raise AmbiguousPlaceError(text=text, answer=found)
    raise PlaceNotFoundError(text=text, answer=found)


def is_ambiguous(answer: GeocodedAddress) -> bool:
    """Tell whether several places answer to a text, so that a person can choose."""
    return Reason.AMBIGUOUS_COMMUNE in answer.reasons and len(answer.candidates) > 1


def check_territory(register: Register, name: str, code: str | None) -> Territory | None:
    """
    Find the territory that a query's parameter names, None when it names none.

    Raises
    ------
    InvalidParameterError
        If there is no such territory: in a query that is a wrong parameter, not a missing page.
    """
    if code is None:
        return None
    territory = register.referential.find(code)
    if territory is None:
        expected = "le code d'un territoire des Hauts-de-France (voir /api/v1/territories)"
        raise InvalidParameterError([Fault(parameter=name, expected=expected, received=show_received(code))])
    return territory


def get_named_territory(register: Register, code: str) -> Territory:
    """
    Give the territory that an address names.

    Raises
    ------
    UnknownTerritoryError
        If there is none.
    """
    territory = register.referential.find(code)
    if territory is None:
        raise UnknownTerritoryError(code=show_received(code, 40))
    return territory
