"""From the form of `/proche` to one answer: the page and its map ask through here, so they never differ."""

from __future__ import annotations

from dataclasses import dataclass

from api.forms import NearForm, Reach
from api.places import is_ambiguous, make_point_origin
from api.refusals import AmbiguousPlaceError, PlaceNotFoundError
from data.questions.places import find_place, make_place, make_point_place
from data.questions.surroundings import answer_surroundings
from data.session import Register
from geo.geocoding.answer import GeocodedAddress
from geo.records import Level, Visibility
from geo.surroundings import SearchPlace, SurroundingsAnswer

SHOWN = 200
"""How many neighbours a page lists: more would no longer be near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """The territory that bounds a search: its code, its name, its level."""

    code: str
    name: str
    level: Level


def find_form_place(register: Register, form: NearForm) -> SearchPlace | None:
    """
    Find where a form's search starts; what was typed goes before the place or point that came with it.

    Raises
    ------
    AmbiguousPlaceError
        If several places bear what was typed.
    PlaceNotFoundError
        If none in the region does.
    UnknownTerritoryError
        If the form names a place by a code that none has.
    """
    if form.commune is not None:
        place = make_place(register, form.commune)
        if form.q is None or form.q == place.origin.label:
            return place
    if form.q is not None:
        found = find_place(register, form.q)
        if isinstance(found, GeocodedAddress):
            raise (AmbiguousPlaceError if is_ambiguous(found) else PlaceNotFoundError)(
                text=form.q, answer=found
            )
        return found
    if form.lon is not None and form.lat is not None:
        return make_point_place(register, make_point_origin(lon=form.lon, lat=form.lat))
    return None


def find_bound(register: Register, form: NearForm, place: SearchPlace) -> Bound | None:
    """Find the territory that bounds a search by its code, None when a radius does or when there is none."""
    if form.within is None:
        return None
    if form.within is Reach.COMMUNE:
        if place.commune is None:
            return None
        return _name(register, Level.COMMUNE, place.commune)
    return None if place.epci is None else _name(register, Level.EPCI, place.epci)


def _name(register: Register, level: Level, code: str) -> Bound:
    return Bound(code=code, name=register.referential.get(level, code).name, level=level)


def ask_surroundings(
    register: Register,
    form: NearForm,
    place: SearchPlace,
    *,
    radius_m: float | None = None,
    limit: int = SHOWN,
    reader: Visibility = Visibility.PUBLIC,
) -> SurroundingsAnswer:
    """Ask who is in and around a place, with the form's filters; another radius may be given."""
    bound = find_bound(register, form, place) if radius_m is None else None
    is_area_alone = form.within is not None and bound is None and place.area is not None
    within = None if bound is None else bound.code
    reach_m = radius_m or form.distance_m
    if is_area_alone and radius_m is None:
        # « Dans la commune » of a postcode or of a grouping: the place itself, and nothing around it.
        reach_m = 1.0
    return answer_surroundings(
        register,
        place=place,
        sectors=form.sector,
        kind=form.kind,
        radius_m=reach_m,
        within=within,
        limit=limit,
        reader=reader,
    )
