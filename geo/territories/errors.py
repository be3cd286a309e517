"""The errors of the referential."""

from __future__ import annotations

from collections.abc import Sequence

from geo.errors import MaillageError


class UnknownVintageError(MaillageError, LookupError):
    """A vintage that the referential does not hold: the caller has to choose one of those it has."""

    def __init__(self, *, vintage: int, known: Sequence[int]) -> None:
        self.vintage = vintage
        self.known = tuple(known)
        years = ", ".join(str(year) for year in known)
        super().__init__(
            f"Millésime {vintage} inconnu : le référentiel des territoires tient {years}. Choisissez-en un."
        )
