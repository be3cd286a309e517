"""Where the stored journeys lead."""

from __future__ import annotations

from enum import StrEnum


class Destinations(StrEnum):
    """Every commune, or only those where an antenne may be and where presences are."""

    ALL = "all"
    SEATS = "seats"
