"""From what a person types to a place."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon
from sqlalchemy import ColumnElement, select

from data.address_memory import get_geocoder
from data.presences import is_shown, may_read, read_presences
from data.search_text import fold_for_search
from data.session import Register, Session
from data.tables import presences
from geo.errors import PositionOutOfBoundsError, UnknownTerritoryError
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.place_names import POSTCODE_MARK, PlaceName, get_place_names, write_postcode_label
from geo.position import Position
from geo.records import COUNTED_STATUSES, Level, Origin, Precision, Presence, Territory, Visibility
from geo.surroundings import Area, SearchPlace
from geo.territories import Referential

# « 50.43, 2.83 » or « 50,43 2,83 »: latitude first, as people and phones write it.
_NUMBER = r"[+-]?\d{1,3}(?:[.,]\d+)"
_LAT_LON = re.compile(rf"\s*({_NUMBER})\s*[,;\s]\s*({_NUMBER})\s*")
_POSTCODE = re.compile(r"\s*(\d{5})\s*")
_ADDRESS_PRECISIONS = frozenset({Precision.HOUSENUMBER, Precision.INTERPOLATED, Precision.STREET})
_NO_STREET = frozenset({Reason.STREET_NOT_FOUND, Reason.NO_ADDRESS_BASE})
_SHORTEST_ADDRESS = 6
_COMMUNES_TRIED = 3
_NAMES_PROPOSED = 3
_NAMES_READ = 30
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceSuggestion:
    """
    Something that a person may be typing.

    `code` is that of a place (see `make_place`), None for an address, which is looked for by its `label`;
    `presence_id` is set when it is the name of a presence.
    """

    label: str
    detail: str
    code: str | None = None
    presence_id: int | None = None


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


def is_street_unknown(register: Register, text: str) -> bool:
    """Say whether a street was typed that could not be looked for, or was not found in its commune."""
    if _read_point(text) is not None:
        return False
    answer = geocode(register, AddressQuery(text=text))
    return answer.precision is Precision.COMMUNE and not _NO_STREET.isdisjoint(answer.reasons)


def find_place(register: Register, text: str) -> SearchPlace | GeocodedAddress:
    """
    Find the place that a person typed, as a whole when it is one.

    A commune, a postcode, an intercommunalité or a département is a whole place; an address, a point or an
    associated commune (Hellemmes, Lomme) is one to start from.

    Returns
    -------
    SearchPlace or GeocodedAddress
        The place; or, when there is none or several, the answer that says why, with candidates if any.
    """
    referential = register.referential
    typed = _POSTCODE.fullmatch(text)
    if typed is not None and typed.group(1) in referential.postcodes:
        served = referential.postcodes[typed.group(1)]
        return make_place(register, served[0] if len(served) == 1 else f"{POSTCODE_MARK}{typed.group(1)}")
    grouping = _find_grouping(referential, text)
    if grouping is not None:
        return make_place(register, grouping.code)
    found = find_origin(register, text)
    if isinstance(found, GeocodedAddress):
        return found
    if found.precision is not Precision.COMMUNE:
        return make_point_place(register, found)
    part = _find_part_at(referential, found.position)
    if part is not None:
        return make_place(register, part)
    code = _locate(referential, found.position)
    return make_point_place(register, found) if code is None else make_place(register, code)


def make_place(register: Register, code: str) -> SearchPlace:
    """
    Make the place of a code: a commune, an associated one, an EPCI, a département, `cp` and a postcode.

    Raises
    ------
    UnknownTerritoryError
        If there is no such place.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     places = [make_place(register, code) for code in ("cp62300", "59298")]
    ...     register.close()
    >>> [(place.origin.label, place.area is not None) for place in places]
    [('62300 Lens, Éleu-dit-Leauwette', True), ('Hellemmes-Lille (Lille, 59)', False)]
    """
    referential = register.referential
    if code.startswith(POSTCODE_MARK):
        return _make_postcode_place(referential, code)
    part = referential.parts.get(code)
    if part is not None and part.position is not None and part.successor != code:
        commune = referential.get(Level.COMMUNE, part.successor)
        label = f"{part.name} ({commune.name}, {commune.part_of[Level.DEPARTEMENT.value]})"
        origin = Origin(position=part.position, label=label, precision=Precision.COMMUNE)
        return make_point_place(register, origin, commune=commune)
    territory = referential.find(code)
    if territory is None or territory.position is None:
        raise UnknownTerritoryError(code=code)
    contour = referential.contours(territory.level).get(territory.code)
    label = territory.name
    if territory.level is Level.COMMUNE:
        label = f"{territory.name} ({territory.part_of.get(Level.DEPARTEMENT.value, code[:2])})"
    origin = Origin(position=territory.position, label=label, precision=Precision.COMMUNE)
    if contour is None:
        return SearchPlace(origin=origin)
    is_commune = territory.level is Level.COMMUNE
    own = (territory.code,) if is_commune else territory.commune_codes
    area = Area(code=territory.code, name=territory.name, commune_codes=own, contour=contour)
    epci = territory.code if territory.level is Level.EPCI else territory.part_of.get(Level.EPCI.value)
    return SearchPlace(origin=origin, area=area, commune=territory.code if is_commune else None, epci=epci)


def make_point_place(register: Register, origin: Origin, *, commune: Territory | None = None) -> SearchPlace:
    """Make a place that starts from a point, and find what holds it."""
    if commune is None:
        code = _locate(register.referential, origin.position)
        commune = None if code is None else register.referential.get(Level.COMMUNE, code)
    if commune is None:
        return SearchPlace(origin=origin)
    return SearchPlace(origin=origin, commune=commune.code, epci=commune.part_of.get(Level.EPCI.value))


def suggest_places(
    register: Register, text: str, *, limit: int = 8, reader: Visibility = Visibility.PUBLIC
) -> tuple[PlaceSuggestion, ...]:
    """
    Suggest what a person may be typing: places of the region, an address when one is recognised, names.

    Parameters
    ----------
    register
        Its corrections of addresses and its presences are used.
    text
        What has been typed so far.
    limit
        How many at most.
    reader
        Who types: only names that this reader may read are suggested.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     found = suggest_places(register, "lomm")
    ...     register.close()
    >>> found[0].label
    'Lomme (Lille, 59)'
    """
    places = [
        PlaceSuggestion(label=place.label, detail=place.detail, code=place.code)
        for place in get_place_names(register.referential).complete(text, limit=limit)
    ]
    addresses = (
        [] if places and not any(mark.isdigit() for mark in text) else _suggest_address(register, text)
    )
    names = _suggest_names(register, text, reader)
    room = max(1, limit - len(addresses) - len(names))
    return (*addresses, *places[:room], *names)[:limit]


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


def _suggest_address(register: Register, text: str) -> list[PlaceSuggestion]:
    if len(text.strip()) < _SHORTEST_ADDRESS or " " not in text.strip():
        return []
    for typed in (text, *_complete_commune(register, text)):
        answer = geocode(register, AddressQuery(text=typed))
        if answer.precision in _ADDRESS_PRECISIONS and answer.label:
            return [PlaceSuggestion(label=answer.label, detail="adresse")]
    return []


def _complete_commune(register: Register, text: str) -> list[str]:
    """Complete the commune that a person is still typing after a street: « rue nationale lil »."""
    street, _, begun = text.strip().rpartition(" ")
    if len(begun) < _SHORTEST_NAME or len(street) < _SHORTEST_ADDRESS or " " not in street:
        return []
    found = get_place_names(register.referential).complete(begun, limit=_COMMUNES_TRIED)
    return [f"{street} {place.label.partition(' (')[0]}" for place in found if place.code[:1].isdigit()]


def _suggest_names(register: Register, text: str, reader: Visibility) -> list[PlaceSuggestion]:
    """Suggest the presences whose name begins as typed, then those one of whose other words does."""
    begun = fold_for_search(text)
    if len(begun) < _SHORTEST_NAME:
        return []
    columns = presences.c

    def find(session: Session, condition: ColumnElement[bool], limit: int) -> list[Presence]:
        ids = select(columns.id).where(condition, is_shown(), may_read(reader))
        ids = ids.order_by(columns.search_text, columns.id).limit(limit)
        numbers = list(session.connection.execute(ids).scalars())
        # As this reader may read them: a name may tell where a home is.
        found = read_presences(session, numbers, reader=reader)
        return [found[number] for number in numbers if number in found]

    # The tilde sorts after every letter and figure that folding leaves.
    first = (columns.search_text >= begun) & (columns.search_text < f"{begun}~")
    # An article is not what a person types first. An address is none: its words are not looked for in names.
    later = columns.search_text.contains(f" {begun}", autoescape=True)
    with register.reading() as session:
        named = find(session, first, _NAMES_PROPOSED)
        if len(named) < _NAMES_PROPOSED and not any(mark.isdigit() for mark in begun):
            known = {each.id for each in named}
            # What is searched is the name, then the town: who types a town does not mean all that is in it.
            named += [
                each
                for each in find(session, later, _NAMES_READ)
                if each.id not in known and f" {begun}" in fold_for_search(each.name)
            ]
    return [
        PlaceSuggestion(
            label=each.name,
            detail=f"fiche, {_name_commune(register, each.commune)}",
            presence_id=each.id,
        )
        for each in named[:_NAMES_PROPOSED]
    ]


def _name_commune(register: Register, code: str | None) -> str:
    found = register.referential.find(code) if code else None
    return found.name if found else "à localiser"


def _make_postcode_place(referential: Referential, code: str) -> SearchPlace:
    postcode = code.removeprefix(POSTCODE_MARK)
    codes = referential.postcodes.get(postcode)
    if codes is None:
        raise UnknownTerritoryError(code=code)
    communes = sorted(
        (referential.get(Level.COMMUNE, each) for each in codes), key=lambda commune: -commune.population
    )
    main = communes[0]
    if main.position is None:
        raise UnknownTerritoryError(code=code)
    contours = referential.contours(Level.COMMUNE)
    joined = shapely.coverage_union_all([contours[commune.code] for commune in communes])
    label = write_postcode_label(postcode, [commune.name for commune in communes])
    area = Area(
        code=code,
        name=label,
        commune_codes=tuple(commune.code for commune in communes),
        contour=MultiPolygon(shapely.get_parts(joined).tolist()),
    )
    is_one = len(communes) == 1
    groupings = {commune.part_of.get(Level.EPCI.value) for commune in communes}
    return SearchPlace(
        origin=Origin(position=main.position, label=label, precision=Precision.COMMUNE),
        area=area,
        commune=main.code if is_one else None,
        epci=groupings.pop() if len(groupings) == 1 else None,
    )


def _find_grouping(referential: Referential, text: str) -> PlaceName | None:
    """Find the intercommunalité or the département whose whole name was typed, when no commune bears it."""
    found = get_place_names(referential).complete(text, limit=1)
    if not found or found[0].detail not in {"intercommunalité", "département"}:
        return None
    typed, named = fold_for_search(text), fold_for_search(found[0].label)
    return found[0] if typed in {named, found[0].key} else None


def _find_part_at(referential: Referential, position: Position) -> str | None:
    """Find the associated or delegated commune whose own point this is."""
    for code, part in referential.parts.items():
        if part.position == position and part.successor != code:
            halls = referential.town_halls.get(part.successor)
            if halls is None or halls.position != position:
                return code
    return None


def _locate(referential: Referential, position: Position) -> str | None:
    lon, lat = position.lon_lat()
    return referential.locate(np.array([lon]), np.array([lat]))[0]


def _read_point(text: str) -> Position | None:
    match = _LAT_LON.fullmatch(text)
    if match is None:
        return None
    lat, lon = (float(number.replace(",", ".")) for number in match.groups())
    try:
        return Position(lon=lon, lat=lat)
    except PositionOutOfBoundsError:
        return None
