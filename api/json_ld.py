"""A presence as schema.org data, so that search engines read what people read (JSON-LD 1.1)."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from api.rendering import find_web_address
from geo.meeting.suggesting import is_exactly_placed
from geo.records import Kind, Presence

_TYPES = {
    Kind.ACTOR: "Organization",
    Kind.PROJECT: "Project",
    Kind.EVENT: "Event",
    Kind.ANTENNE: "Organization",
    Kind.AMBASSADOR: "Thing",
}
# As JSON allows: nothing here can end the element that it stands in, nor start a comment.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def describe_as_json_ld(presence: Presence, *, address: str) -> dict[str, Any]:
    """
    Describe a presence with the words of schema.org; a place known to its commune only has no coordinates.

    Parameters
    ----------
    presence
        As its reader may see it.
    address
        The address of its page.
    """
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES[presence.kind],
        "@id": address,
        "name": presence.name,
        "description": presence.summary,
        "url": find_web_address(presence.website) or address,
    }
    place = _describe_place(presence)
    if presence.kind is Kind.EVENT:
        described["location"] = place
        described["startDate"] = presence.starts_on.isoformat() if presence.starts_on else None
        described["endDate"] = presence.ends_on.isoformat() if presence.ends_on else None
    elif presence.kind is not Kind.AMBASSADOR:
        described["location"] = place
        described["identifier"] = presence.siret
        # When a project began is no founding of an organisation.
        if presence.kind is Kind.ACTOR and presence.starts_on:
            described["foundingDate"] = presence.starts_on.isoformat()
    return {name: value for name, value in described.items() if value}


def _describe_place(presence: Presence) -> dict[str, Any] | None:
    town = presence.commune_name or presence.city
    if not town:
        return None
    postal = {
        "@type": "PostalAddress",
        "streetAddress": presence.address if is_exactly_placed(presence) else None,
        "postalCode": presence.postcode,
        "addressLocality": town,
        "addressCountry": "FR",
    }
    place: dict[str, Any] = {
        "@type": "Place",
        "address": {name: value for name, value in postal.items() if value},
    }
    if presence.position is not None and is_exactly_placed(presence):
        lon, lat = presence.position.lon_lat()
        place["geo"] = {"@type": "GeoCoordinates", "latitude": lat, "longitude": lon}
    return place


def write_json_ld(described: dict[str, Any]) -> Markup:
    r"""
    Write JSON that may stand in a script element, whatever its texts hold.

    Examples
    --------
    >>> str(write_json_ld({"name": "</script><b>"}))
    '{"name": "\\u003c/script\\u003e\\u003cb\\u003e"}'
    """
    text = json.dumps(described, ensure_ascii=False)
    for mark, escape in _ESCAPES.items():
        text = text.replace(mark, escape)
    return Markup(text)  # noqa: S704  every mark that HTML reads is escaped above
