"""What a client of features asks: read strictly, as the standard wants, and refused with a 400."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from fastapi import Request

from api.problems import Fault
from api.refusals import InvalidFeatureQueryError, show_received
from data.errors import InvalidCursorError
from data.sectors import SectorBook
from data.strips.question import OF_ALL, OF_SECTORS, read_cursor
from geo.boxes import Box, ImpossibleBoxError, Sides
from geo.crs import CRS84, Crs, UnknownCrsError, find_crs
from geo.records import Kind

MOST_FEATURES = 10_000
DEFAULT_FEATURES = 100

ITEMS_PARAMETERS = ("limit", "bbox", "bbox-crs", "crs", "datetime", "kind", "sector", "cursor", "f")

# A day, with or without a time of that day: presences are known by the day.
_DAY = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?", re.IGNORECASE
)

Period = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureQuery:
    """
    A page of features, as asked.

    `box` is the WGS84 box to search, `sides` the box as it was given in `box_crs` when the two differ: what
    stands between them is then left out.
    """

    limit: int
    box: Box
    sides: Sides | None
    box_crs: Crs
    crs: Crs
    period: Period | None
    kind: Kind | None
    sector: str | None
    cursor: str | None


# Nobody who counts stands farther than this from Greenwich: the region ends at 4.3° east.
_FARTHEST_DEG = 20.0
_WORLD = Box(west=-180, south=-90, east=180, north=90)


def read_feature_query(request: Request, sectors: SectorBook) -> FeatureQuery:
    """
    Read the query string of a page of features.

    Raises
    ------
    InvalidFeatureQueryError
        If a parameter is unknown, given twice, or cannot be read.
    """
    values = read_parameters(request, ITEMS_PARAMETERS)
    box_crs = read_crs(values, "bbox-crs")
    box, sides = _read_box(values.get("bbox"), box_crs)
    sector = values.get("sector")
    if sector is not None and sector not in sectors:
        raise _refuse("sector", "le code d'une filière (voir /api/v1/sectors)", sector)
    return FeatureQuery(
        limit=_read_limit(values.get("limit")),
        box=box,
        sides=sides,
        box_crs=box_crs,
        crs=read_crs(values, "crs"),
        period=_read_period(values.get("datetime")),
        kind=_read_kind(values.get("kind")),
        sector=sector,
        cursor=_read_cursor(values.get("cursor"), sector),
    )


def read_parameters(request: Request, known: tuple[str, ...]) -> Mapping[str, str]:
    """
    Read a query string that may hold these names only, each once (requirements `query-param-unknown`).

    Raises
    ------
    InvalidFeatureQueryError
        If there is another, if one comes twice, or if `f` asks for another format than JSON.
    """
    items = request.query_params.multi_items()
    values = dict(items)
    unknown = [name for name in values if name not in known]
    if unknown:
        raise _refuse(unknown[0][:80], f"l'un des paramètres {', '.join(known)}", "un paramètre inconnu")
    if len(items) != len(values):
        twice = next(name for name, _ in items if request.query_params.getlist(name)[1:])
        raise _refuse(twice, "une seule valeur", "plusieurs")
    if values.get("f", "json") not in {"json", "geojson"}:
        raise _refuse("f", "json", values["f"])
    return values


def read_crs(values: Mapping[str, str], name: str) -> Crs:
    """
    Read a reference system; CRS84 when none is asked.

    Raises
    ------
    InvalidFeatureQueryError
        If it is none of ours.
    """
    uri = values.get(name, CRS84)
    try:
        return find_crs(uri)
    except UnknownCrsError as error:
        raise _refuse(name, "l'un des systèmes que la collection énumère (« crs »)", uri) from error


def write_query(request: Request, **changed: str) -> str:
    """Write the query string of a request again, with some parameters changed."""
    return urlencode({**request.query_params, **changed})


def _read_limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_FEATURES
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= 1):
        raise _refuse("limit", "un nombre entier de 1 ou plus", text)
    # The standard wants a larger number to be answered by as many as we give, not refused.
    return min(int(text), MOST_FEATURES)


def _read_box(text: str | None, crs: Crs) -> tuple[Box, Sides | None]:
    if text is None:
        return _WORLD, None
    expected = "quatre nombres (ou six, avec les hauteurs) : ouest,sud,est,nord, dans l'ordre des axes"
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise _refuse("bbox", expected, text) from error
    if len(numbers) == 6:
        numbers = [*numbers[0:2], *numbers[3:5]]
    if len(numbers) != 4:
        raise _refuse("bbox", expected, text)
    sides = (numbers[0], numbers[1], numbers[2], numbers[3])
    west, _, east, _ = sides
    try:
        if crs.uri == CRS84 and -180 <= east < west <= 180:
            return _cross_antimeridian(sides)
        return crs.enclose(*sides), None if crs.uri == CRS84 else sides
    except ImpossibleBoxError as error:
        raise _refuse("bbox", expected, text) from error


def _cross_antimeridian(sides: Sides) -> tuple[Box, Sides | None]:
    """Give the side of the antimeridian on which presences may stand, both where the box is that wide."""
    west, south, east, north = sides
    if west > _FARTHEST_DEG:
        return Box(west=-180, south=south, east=east, north=north), None
    if east < -_FARTHEST_DEG:
        return Box(west=west, south=south, east=180, north=north), None
    return Box(west=-180, south=south, east=180, north=north), sides


def _read_period(text: str | None) -> Period | None:
    if text is None:
        return None
    parts = text.split("/")
    if len(parts) > 2:
        raise _refuse("datetime", "une date, ou deux séparées par « / »", text)
    days = [_read_day(part, text, is_open_allowed=len(parts) == 2) for part in parts]
    first, last = days[0], days[-1]
    if len(parts) == 2 and first is None and last is None:
        raise _refuse("datetime", "une date au moins d'un côté de « / »", text)
    if first is not None and last is not None and first > last:
        raise _refuse("datetime", "un début avant la fin", text)
    return first, last


def _read_day(part: str, text: str, *, is_open_allowed: bool) -> date | None:
    if is_open_allowed and part in {"", ".."}:
        return None
    found = _DAY.fullmatch(part)
    expected = "une date (2024-03-12 ou 2024-03-12T00:00:00Z), ou deux séparées par « / »"
    if found is None:
        raise _refuse("datetime", expected, text)
    try:
        return date.fromisoformat(found[1])
    except ValueError as error:
        raise _refuse("datetime", expected, text) from error


def _read_kind(text: str | None) -> Kind | None:
    if text is None:
        return None
    if text not in set(Kind):
        raise _refuse("kind", f"l'une des sortes {', '.join(Kind)}", text)
    return Kind(text)


def _read_cursor(text: str | None, sector: str | None) -> str | None:
    try:
        read_cursor(text, OF_ALL if sector is None else OF_SECTORS)
    except InvalidCursorError as error:
        expected = "celui du lien « next » de la page précédente"
        raise _refuse("cursor", expected, text or "") from error
    return text


def _refuse(parameter: str, expected: str, received: str) -> InvalidFeatureQueryError:
    return InvalidFeatureQueryError(
        [Fault(parameter=parameter, expected=expected, received=show_received(received))]
    )
