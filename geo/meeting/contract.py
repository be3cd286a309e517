"""Suggestions as the JSON that others rely on: the command line and HTTP both answer through here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from geo.meeting.suggesting import Suggestion
from geo.records import Presence

JsonObject = dict[str, Any]


def suggestion_as_json(suggestion: Suggestion) -> JsonObject:
    """Give one suggestion; `distance_m` is null where a distance would be a false one."""
    presence = suggestion.presence
    distance_m = suggestion.distance_m
    return {
        "id": presence.id,
        "name": presence.name,
        "kind": presence.kind.value,
        "sectors": list(presence.sectors),
        "commune": presence.commune,
        "commune_name": presence.commune_name,
        "epci": presence.epci,
        "epci_name": presence.epci_name,
        "distance_m": None if distance_m is None else round(distance_m, 1),
        "why": suggestion.why,
    }


def meetings_as_json(
    subject: Presence,
    *,
    meetings: Sequence[Suggestion],
    sponsors: Sequence[Suggestion],
    copies: Sequence[Suggestion],
    sponsor_years: int,
    sponsor_reach_m: float,
    data_date: date | None,
) -> JsonObject:
    """
    Give what is suggested to a presence.

    Examples
    --------
    >>> from geo.records import Kind, PlacementStatus
    >>> nobody = Presence(id=1, kind=Kind.ACTOR, name="La Ruche", status=PlacementStatus.PLACED)
    >>> list(meetings_as_json(nobody, meetings=[], sponsors=[], copies=[], sponsor_years=3,
    ...     sponsor_reach_m=50_000.0, data_date=None))
    ['id', 'name', 'meetings', 'sponsors', 'copies', 'sponsor_years', 'sponsor_reach_m', 'data_date']
    """
    return {
        "id": subject.id,
        "name": subject.name,
        "meetings": [suggestion_as_json(each) for each in meetings],
        "sponsors": [suggestion_as_json(each) for each in sponsors],
        "copies": [suggestion_as_json(each) for each in copies],
        "sponsor_years": sponsor_years,
        "sponsor_reach_m": sponsor_reach_m,
        "data_date": data_date.isoformat() if data_date else None,
    }
