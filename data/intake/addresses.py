"""The address of a row: what is shown as it was received, and what is asked of the geocoder."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from data.intake.fields import Field
from data.intake.mapping import ColumnPlan
from data.intake.problems import ProblemLog
from data.intake.text import fold, squeeze
from geo.geocoding.answer import AddressQuery

_NUMBER = r"[-+]?\d+(?:\.\d+)?"
_POINT = re.compile(rf"\s*(?:SRID=\d+;)?\s*POINT\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)\s*", re.IGNORECASE)
_PAIR = re.compile(rf"[\[(\s]*({_NUMBER})\s*[,;\s]\s*({_NUMBER})[\])\s]*")
_COMMA_PAIR = re.compile(r"[\[(\s]*([-+]?\d+,\d+)\s*(?:[;/\s]|,\s)\s*([-+]?\d+,\d+)[\])\s]*")
# What this service and the national one call a point that only stands for the town.
_TOWN_LEVELS = frozenset({"commune", "municipality", "city", "ville"})
# No latitude of France is under 41 degrees, no longitude of its mainland above 10.
_LEAST_LATITUDE, _MOST_LONGITUDE = 41.0, 10.0


class Address(NamedTuple):
    """The address as received (`shown`), its parts, and the question to the geocoder."""

    shown: str
    postcode: str
    city: str
    query: AddressQuery


class AddressReader:
    """Reads the address of each row, by the columns of a plan."""

    def __init__(self, plan: ColumnPlan, log: ProblemLog) -> None:
        self._log = log
        self._plan = plan
        self._full = plan.filler(Field.FULL_ADDRESS)
        self._number = plan.filler(Field.HOUSENUMBER)
        self._street = plan.filler(Field.STREET)
        self._complement = plan.filler(Field.COMPLEMENT)
        self._postcode = plan.filler(Field.POSTCODE)
        self._city = plan.filler(Field.CITY)
        self._code_insee = plan.filler(Field.CODE_INSEE)
        self._pair = plan.filler(Field.COORDINATES)
        self._lon, self._lat = plan.filler(Field.LONGITUDE), plan.filler(Field.LATITUDE)
        self._x, self._y = plan.filler(Field.X), plan.filler(Field.Y)
        self._precision = plan.filler(Field.POINT_PRECISION)

    def read(self, line: int, cells: Sequence[str]) -> Address:
        """Read one row."""
        full = squeeze(self._full(cells)) if self._full else ""
        street = squeeze(self._street(cells)) if self._street else ""
        number = squeeze(self._number(cells)) if self._number else ""
        if number and not street.startswith(f"{number} "):
            street = f"{number} {street}".strip()
        complement = squeeze(self._complement(cells)) if self._complement else ""
        postcode = self._read_code(line, self._postcode(cells), Field.POSTCODE) if self._postcode else ""
        code_insee = (
            self._read_code(line, self._code_insee(cells), Field.CODE_INSEE) if self._code_insee else ""
        )
        city = squeeze(self._city(cells)) if self._city else ""
        lon = self._lon(cells) if self._lon else ""
        lat = self._lat(cells) if self._lat else ""
        if self._pair is not None and not (lon and lat):
            lon, lat = self._read_pair(line, cells)
        if self._precision is not None and lon and self._is_town_level(line, self._precision(cells)):
            lon = lat = ""
        shown = street or full
        if complement:
            shown = f"{shown}, {complement}" if shown else complement
        text = full
        if not (full or postcode or city or code_insee):
            # One column may hold the whole address, in whatever order.
            text, street = street, ""
        query = AddressQuery(
            id=str(line),
            text=text,
            street=street or ("" if text else complement),
            postcode=postcode,
            city=city,
            code_insee=code_insee,
            lon=lon,
            lat=lat,
            x=self._x(cells) if self._x else "",
            y=self._y(cells) if self._y else "",
        )
        return Address(shown, postcode, city, query)

    def _is_town_level(self, line: int, precision: str) -> bool:
        """Say whether a list that was geocoded before gives the point of a town hall: that is no address."""
        if fold(precision) not in _TOWN_LEVELS:
            return False
        column = self._plan.column_of(Field.POINT_PRECISION)
        what = "Coordonnées d'une commune, pas d'une adresse : la ligne est placée d'après son adresse"
        self._log.gather(line, column, precision, what)
        return True

    def _read_code(self, line: int, code: str, field: Field) -> str:
        """Read a postcode or an INSEE code; a spreadsheet takes its first zero away."""
        code = code.replace(" ", "").replace("\u00a0", "").upper()
        code = code.removesuffix(".0")
        # Of the region's départements only the Aisne, 02, begins with a zero.
        if len(code) == 4 and code.isdecimal() and code[0] == "2":
            self._log.gather(
                line, self._plan.column_of(field), code, f"Zéro initial perdu par un tableur : lu 0{code}"
            )
            return f"0{code}"
        return code

    def _read_pair(self, line: int, cells: Sequence[str]) -> tuple[str, str]:
        text = self._pair(cells) if self._pair is not None else ""
        if not text:
            return "", ""
        pair = read_pair(text)
        if pair is None:
            self._log.tell(
                line,
                self._plan.column_of(Field.COORDINATES),
                text,
                "Coordonnées illisibles (deux nombres attendus) : conservées, non utilisées.",
            )
            return "", ""
        return pair


def read_pair(text: str) -> tuple[str, str] | None:
    """
    Read two coordinates from one text, longitude first in the answer, whichever came first.

    WKT puts longitude first; other forms put the latitude first unless the figures say otherwise.

    Examples
    --------
    >>> read_pair("50.4289, 2.8319"), read_pair("POINT(2.8319 50.4289)"), read_pair("50,4289 2,8319")
    (('2.8319', '50.4289'), ('2.8319', '50.4289'), ('2,8319', '50,4289'))
    """
    match = _POINT.fullmatch(text)
    if match:
        return match.group(1), match.group(2)
    match = _COMMA_PAIR.fullmatch(text) or _PAIR.fullmatch(text)
    if match is None:
        return None
    first, second = match.group(1), match.group(2)
    first_value, second_value = (float(number.replace(",", ".")) for number in (first, second))
    if abs(first_value) <= _MOST_LONGITUDE and second_value >= _LEAST_LATITUDE:
        return first, second
    return second, first
