"""The columns of an answer: their names, and how an answer is written in each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from geo.geocoding.answer import GeocodedAddress
from geo.records import MEL_CODE, Level
from geo.territories import Referential

RESULT_COLUMNS = (
    "result_label",
    "result_score",
    "result_confidence",
    "result_precision",
    "result_type",
    "result_housenumber",
    "result_street",
    "result_postcode",
    "result_city",
    "result_citycode",
    "result_epci",
    "result_epci_name",
    "result_in_mel",
    "result_reasons",
    "result_status",
)
"""The columns of an answer, named as the national service's where it has them; coordinates follow."""

Value = str | float | bool | None

COLUMN_TYPES: Mapping[str, type] = MappingProxyType(
    {"result_score": float, "result_confidence": float, "result_in_mel": bool}
)
"""The columns of `RESULT_COLUMNS` that are no text; coordinates are numbers too."""

_DEGREE_DECIMALS = 6
_SHARE_DECIMALS = 4


def name_result_columns(columns: Sequence[str]) -> list[str]:
    """
    Name the columns of the answer; coordinates that the input already has keep their own columns.

    Examples
    --------
    >>> name_result_columns(["adresse"])[-2:], name_result_columns(["latitude", "longitude"])[-2:]
    (['latitude', 'longitude'], ['result_latitude', 'result_longitude'])
    """
    taken = {column.casefold() for column in columns}
    has_coordinates = bool(taken & {"latitude", "longitude"})
    coordinates = ("result_latitude", "result_longitude") if has_coordinates else ("latitude", "longitude")
    names = []
    for wanted in (*RESULT_COLUMNS, *coordinates):
        name, rank = wanted, 2
        while name.casefold() in taken:
            name = f"{wanted}_{rank}"
            rank += 1
        names.append(name)
    return names


class AnswerCells:
    """
    Writes answers as the values of their columns, with the EPCI of their commune.

    Parameters
    ----------
    referential
        The territories.
    """

    def __init__(self, referential: Referential) -> None:
        names = {epci.code: epci.name for epci in referential.territories(Level.EPCI)}
        self._epci = {
            commune.code: (code, names.get(code, ""), code == MEL_CODE)
            for commune in referential.territories(Level.COMMUNE)
            if (code := commune.part_of.get(Level.EPCI.value, ""))
        }
        self._written: dict[str, tuple[str, str, str, str]] = {}

    def find_epci(self, citycode: str | None) -> tuple[str, str, bool | None]:
        """Give the EPCI of a commune, its name, and whether it is the MEL; None outside the region."""
        return self._epci.get(citycode or "", ("", "", None))

    def read(self, answer: GeocodedAddress) -> tuple[Value, ...]:
        """Give the values of one answer, in the order of their columns."""
        epci, epci_name, is_mel = self.find_epci(answer.citycode)
        lat, lon = answer.position.lat_lon() if answer.position else (None, None)
        return (
            answer.label,
            round(answer.score, _SHARE_DECIMALS),
            round(answer.confidence, _SHARE_DECIMALS),
            answer.precision.value if answer.precision else "",
            answer.result_type,
            answer.housenumber,
            answer.street,
            answer.postcode,
            answer.city,
            answer.citycode or "",
            epci,
            epci_name,
            is_mel,
            "|".join(answer.reasons),
            answer.status.value,
            None if lat is None else round(lat, _DEGREE_DECIMALS),
            None if lon is None else round(lon, _DEGREE_DECIMALS),
        )

    def write(self, answer: GeocodedAddress) -> list[str]:
        """Write the cells of one answer, in the order of their columns."""
        position = answer.position
        lat, lon = position.lat_lon() if position is not None else (None, None)
        return [
            answer.label,
            f"{answer.score:.4f}",
            f"{answer.confidence:.4f}",
            answer.precision or "",
            answer.result_type,
            answer.housenumber,
            answer.street,
            answer.postcode,
            answer.city,
            *self._write_commune(answer.citycode or ""),
            "|".join(answer.reasons),
            answer.status,
            "" if lat is None else f"{lat:.6f}",
            "" if lon is None else f"{lon:.6f}",
        ]

    def _write_commune(self, citycode: str) -> tuple[str, str, str, str]:
        """Write the code of a commune, its EPCI, and whether it is the MEL."""
        written = self._written.get(citycode)
        if written is None:
            epci, name, is_mel = self.find_epci(citycode)
            said = "" if is_mel is None else "true" if is_mel else "false"
            written = self._written[citycode] = (citycode, epci, name, said)
        return written
