"""The one root of every error of the service, and the errors of this room.

A message says what was expected, what was received and what to do next, in French, because a person reads it.
Each error also derives from the builtin that fits, and carries its facts as attributes.
"""

from __future__ import annotations


class MaillageError(Exception):
    """Root of every error that the service raises on purpose."""


class PositionOutOfBoundsError(MaillageError, ValueError):
    """A longitude or a latitude that is not on the Earth: the caller has to correct it."""

    def __init__(self, *, lon: float, lat: float) -> None:
        self.lon = lon
        self.lat = lat
        super().__init__(
            f"Position impossible : longitude {lon!r}, latitude {lat!r}. "
            "Une longitude va de -180 à 180 et une latitude de -90 à 90 degrés (WGS84)."
        )


class UnknownTileError(MaillageError, LookupError):
    """A tile that the division of the world does not have: the caller has to correct its address."""

    def __init__(self, *, zoom: int, column: int, row: int, last_zoom: int, last: int | None) -> None:
        self.zoom = zoom
        self.column = column
        self.row = row
        expected = f"au zoom {zoom} une colonne et une ligne de 0 à {last}"
        if last is None:
            # A zoom that does not exist has no columns to speak of.
            expected = f"un zoom de 0 à {last_zoom}"
        super().__init__(f"La tuile {zoom}/{column}/{row} n'existe pas : on attend {expected}.")


class UnknownTerritoryError(MaillageError, LookupError):
    """A territory code that the referential does not hold: the caller has to correct it."""

    def __init__(self, *, code: str, level: str | None = None) -> None:
        self.code = code
        self.level = level
        what = f"{level} " if level else ""
        super().__init__(
            f"Territoire inconnu : {what}{code!r}. On attend le code INSEE d'une commune, le SIREN d'une "
            "intercommunalité ou le numéro d'un département des Hauts-de-France."
        )
