"""Reading what a person typed as the correction of a field, into the columns that it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from data.errors import InvalidCorrectionError, UnknownFieldError
from data.intake.text import find_unwanted, has_unwanted
from data.intake.values import MOST_AMOUNT, MOST_RADIUS_M
from data.stored_values import place_by_hand
from data.typed_text import READABLE
from geo.errors import PositionOutOfBoundsError, UnknownTerritoryError
from geo.position import Position
from geo.records import Level, Precision, Visibility
from geo.territories import Referential

CorrectionValue = str | float | date | Position | Iterable[str] | None
"""What a correction may be given as: the field's own type, or text that says it."""

_REQUIRED_TEXT = ("name",)
_TEXT = ("summary", "address")
_OPTIONAL_TEXT = ("legal_form", "siret", "rna", "website", "postcode", "city", "stage", "email", "phone")
_FLAGS = ("at_home", "willing_to_sponsor")
_NUMBERS = ("zone_radius_m", "amount_sought_eur", "amount_granted_eur")
_DAYS = ("starts_on", "ends_on")

CORRECTABLE = (
    *_REQUIRED_TEXT,
    *_TEXT,
    *_OPTIONAL_TEXT,
    *_NUMBERS,
    *_DAYS,
    *_FLAGS,
    "sectors",
    "zone",
    "partners",
    "visibility",
    "position",
    "commune",
)
"""The fields that people may correct. `position` and `commune` are two ways to say where it is."""


def read_correction(
    field: str, value: CorrectionValue, *, referential: Referential, sectors: Iterable[str]
) -> tuple[str, dict[str, Any]]:
    """
    Read a correction.

    Parameters
    ----------
    field
        One of `CORRECTABLE`.
    value
        A typed value, or text: days as 2026-01-31, several codes separated by commas, a position as
        « latitude, longitude », a commune as its INSEE code. None empties a field that may be empty.
    referential
        Where territories are known from.
    sectors
        The codes of the sectors that exist.

    Returns
    -------
    tuple
        The field that the correction is kept under, and the columns that it changes, as Python values.

    Raises
    ------
    UnknownFieldError
        If nobody may correct this field.
    InvalidCorrectionError
        If the value does not fit the field.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> read_correction("starts_on", "2026-01-31", referential=load_referential(), sectors=())
    ('starts_on', {'starts_on': datetime.date(2026, 1, 31)})
    """
    if field not in CORRECTABLE:
        raise UnknownFieldError(field=field, known=CORRECTABLE)
    if field == "position":
        return field, _read_position(value, referential)
    if field == "commune":
        return "position", _read_commune(value, referential)
    if field == "sectors":
        return field, {field: _read_codes(field, value, set(sectors).__contains__, "des codes de filières")}
    if field == "zone":
        known = referential.find
        return field, {
            field: _read_codes(field, value, lambda code: known(code) is not None, "des codes de territoires")
        }
    return field, {field: _READERS[field](field, value)}


def _read_required_text(field: str, value: CorrectionValue) -> str:
    text = _read_optional_text(field, value)
    if text is None:
        raise InvalidCorrectionError(field=field, received=value, expected="un texte")
    return text


def _read_text(field: str, value: CorrectionValue) -> str:
    return _read_optional_text(field, value) or ""


def _read_optional_text(field: str, value: CorrectionValue) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidCorrectionError(field=field, received=value, expected="un texte, ou rien")
    _refuse_unwanted(field, value)
    return value.strip() or None


def _refuse_unwanted(field: str, text: str) -> None:
    """Refuse what a list would have had replaced by « � »: who types can type again."""
    if has_unwanted(text):
        expected = f"{READABLE} (reçu : {find_unwanted(text)})"
        raise InvalidCorrectionError(field=field, received=text, expected=expected)


def _read_number(field: str, value: CorrectionValue) -> float | None:
    if value is None or value == "":
        return None
    expected = "un nombre positif, ou rien"
    try:
        # French writing: decimal comma, spaces between thousands.
        plain = "".join(value.split()).replace(",", ".") if isinstance(value, str) else value
        number = float(plain)  # type: ignore[arg-type]  # what has no number is refused below
    except (TypeError, ValueError) as error:
        raise InvalidCorrectionError(field=field, received=value, expected=expected) from error
    most = MOST_RADIUS_M if field == "zone_radius_m" else MOST_AMOUNT
    if not 0 <= number < most:
        expected = f"un nombre positif sous {most:_.0f}, ou rien".replace("_", " ")
        raise InvalidCorrectionError(field=field, received=value, expected=expected)
    # JSON has a zero below zero; PostgreSQL's has not.
    return number + 0.0


def _read_day(field: str, value: CorrectionValue) -> date | None:
    if value is None or value == "" or isinstance(value, date):
        return value or None  # type: ignore[return-value]  # only a day or nothing gets here
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as error:
        expected = "un jour écrit AAAA-MM-JJ, ou rien"
        raise InvalidCorrectionError(field=field, received=value, expected=expected) from error


def _read_flag(field: str, value: CorrectionValue) -> bool:
    flag = {"oui": True, "non": False, "true": True, "false": False}.get(str(value).strip().lower())
    if flag is None:
        raise InvalidCorrectionError(field=field, received=value, expected="oui ou non")
    return flag


def _read_optional_flag(field: str, value: CorrectionValue) -> bool | None:
    return None if value is None or value == "" else _read_flag(field, value)


def _read_visibility(field: str, value: CorrectionValue) -> str:
    try:
        return Visibility(str(value)).value
    except ValueError as error:
        expected = "public, members ou staff"
        raise InvalidCorrectionError(field=field, received=value, expected=expected) from error


def _read_texts(field: str, value: CorrectionValue) -> list[str]:
    if value is None:
        return []
    if isinstance(value, Iterable):
        parts = [str(part) for part in (value.split(",") if isinstance(value, str) else value)]
        _refuse_unwanted(field, "".join(parts))
        return [part.strip() for part in parts if part.strip()] if isinstance(value, str) else parts
    raise InvalidCorrectionError(field=field, received=value, expected="une liste de textes")


def _read_codes(
    field: str, value: CorrectionValue, is_known: Callable[[str], bool], expected: str
) -> list[str]:
    codes = _read_texts(field, value)
    unknown = [code for code in codes if not is_known(code)]
    if unknown:
        raise InvalidCorrectionError(field=field, received=", ".join(unknown), expected=f"{expected} connus")
    return list(dict.fromkeys(codes))


def _read_position(value: CorrectionValue, referential: Referential) -> dict[str, Any]:
    position = value if isinstance(value, Position) else _read_lat_lon(value)
    commune = referential.locate(np.array([position.lon]), np.array([position.lat]))[0]
    return place_by_hand(position, commune, precision=Precision.MANUAL)


def _read_lat_lon(value: CorrectionValue) -> Position:
    expected = "une latitude et une longitude, par exemple « 50.4289, 2.8319 »"
    try:
        lat, lon = (float(part) for part in str(value).replace(";", ",").split(","))
        return Position(lon=lon, lat=lat)
    except (ValueError, PositionOutOfBoundsError) as error:
        raise InvalidCorrectionError(field="position", received=value, expected=expected) from error


def _read_commune(value: CorrectionValue, referential: Referential) -> dict[str, Any]:
    try:
        commune = referential.get(Level.COMMUNE, referential.successor(str(value)) or str(value))
    except UnknownTerritoryError as error:
        expected = "le code INSEE d'une commune des Hauts-de-France"
        raise InvalidCorrectionError(field="commune", received=value, expected=expected) from error
    if commune.position is None:
        expected = "une commune dont la mairie est connue"
        raise InvalidCorrectionError(field="commune", received=value, expected=expected)
    return place_by_hand(commune.position, commune.code, precision=Precision.COMMUNE)


_READERS: Mapping[str, Callable[[str, CorrectionValue], Any]] = {
    **dict.fromkeys(_REQUIRED_TEXT, _read_required_text),
    **dict.fromkeys(_TEXT, _read_text),
    **dict.fromkeys(_OPTIONAL_TEXT, _read_optional_text),
    **dict.fromkeys(_NUMBERS, _read_number),
    **dict.fromkeys(_DAYS, _read_day),
    "at_home": _read_flag,
    "willing_to_sponsor": _read_optional_flag,
    "visibility": _read_visibility,
    "partners": _read_texts,
}
