"""An address as the national service gives it, read from its GeoJSON or from its CSV."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.errors import PositionOutOfBoundsError
from geo.geocoding.geoplateforme.errors import ServiceAnswerError
from geo.position import Position

SHORTEST_QUESTION, LONGEST_QUESTION = 3, 200
"""Characters; the service refuses others, and a question whose first one is neither letter nor digit."""

_POSTCODE = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAddress:
    """
    An address of the national service, under its own words.

    `kind` is `housenumber`, `street`, `locality` or `municipality`; `score` is the service's similarity, 0 to
    1, and `score_next` that of its second choice (None where it gave one answer only); `distance_m` is from
    the point asked for, None for a search.
    """

    kind: str
    label: str
    position: Position
    citycode: str
    score: float = 0.0
    score_next: float | None = None
    housenumber: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    id: str = ""
    distance_m: float | None = None


def prepare_question(text: str) -> str | None:
    """
    Bring a text to what the service accepts; None where nothing acceptable is left.

    Examples
    --------
    >>> prepare_question("  - 12 rue  Faidherbe, Lille ")
    '12 rue Faidherbe, Lille'
    >>> prepare_question("?!") is None, len(prepare_question("rue " * 100))
    (True, 199)
    """
    words = text.split()
    while words and not _may_open(words[0]):
        stripped = words[0].lstrip("".join(c for c in words[0] if not _may_open(c)))
        words = [stripped, *words[1:]] if stripped else words[1:]
    question = " ".join(words)
    if len(question) > LONGEST_QUESTION:
        question = question[: LONGEST_QUESTION + 1].rpartition(" ")[0] or question[:LONGEST_QUESTION]
    return question if len(question) >= SHORTEST_QUESTION else None


def _may_open(word: str) -> bool:
    """Tell whether the service accepts what a word begins with: a cased letter, or a plain digit."""
    first = word[0]
    return first.lower() != first.upper() or first in "0123456789"


def read_feature(feature: object, score_next: float | None = None) -> ServiceAddress:
    """
    Read one GeoJSON feature of `/search` or `/reverse`.

    Raises
    ------
    ServiceAnswerError
        If it is not one.
    """
    try:
        properties: Mapping[str, Any] = feature["properties"]  # type: ignore[index]  # checked by the except
        lon, lat = feature["geometry"]["coordinates"]  # type: ignore[index]  # same
        return _read(properties, lon=lon, lat=lat, score_next=score_next)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ServiceAnswerError(f"une adresse y est illisible ({error})") from error


def read_cells(cells: Mapping[str, str], *, lon: str, lat: str) -> ServiceAddress:
    """
    Read the `result_*` cells of one row of `/search/csv` or `/reverse/csv`.

    Raises
    ------
    ServiceAnswerError
        If its figures cannot be read.
    """
    properties = {name.removeprefix("result_"): value for name, value in cells.items()}
    try:
        score_next = _read_number(properties.get("score_next"))
        return _read(properties, lon=lon, lat=lat, score_next=score_next)
    except (TypeError, ValueError) as error:
        raise ServiceAnswerError(f"une ligne y est illisible ({error})") from error


def _read(
    properties: Mapping[str, Any], *, lon: float | str, lat: float | str, score_next: float | None
) -> ServiceAddress:
    kind = str(properties.get("type") or "")
    housenumber = str(properties.get("housenumber") or "")
    try:
        position = Position(lon=float(lon), lat=float(lat))
    except PositionOutOfBoundsError as error:
        raise ValueError(str(error)) from error
    distance_m = _read_number(properties.get("distance"))
    return ServiceAddress(
        kind=kind,
        label=str(properties.get("label") or ""),
        position=position,
        citycode=str(properties.get("citycode") or ""),
        score=_read_number(properties.get("score")) or 0.0,
        score_next=score_next,
        housenumber=housenumber,
        street=_read_street(properties, kind, housenumber),
        postcode=_read_postcode(properties.get("postcode")),
        city=str(properties.get("city") or ""),
        id=str(properties.get("id") or ""),
        distance_m=distance_m,
    )


def _read_number(value: object) -> float | None:
    return None if value is None or value == "" else float(value)  # type: ignore[arg-type]  # TypeError is met above


def _read_street(properties: Mapping[str, Any], kind: str, housenumber: str) -> str:
    """Give the street: the service's `street`, else its `name`, which may begin with the number."""
    if kind == "municipality":
        return ""
    name = str(properties.get("street") or properties.get("name") or "")
    return name.removeprefix(f"{housenumber} ") if housenumber else name


def _read_postcode(value: object) -> str:
    """Give the first postcode, where several were written as a list."""
    found = _POSTCODE.search(str(value or ""))
    return found.group(0) if found else ""
