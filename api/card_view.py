"""What `/presences/{id}` says: who it is, what it does, where, until when, and whom it could meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.json_ld import describe_as_json_ld, write_json_ld
from api.near_view import Choice
from api.rendering import find_web_address, write_address, write_period
from data.clock import today
from data.questions import list_sectors
from data.questions.meeting import MeetingAnswer, find_meetings
from data.session import Register
from geo.french import (
    KIND_NAMES,
    NARROW_SPACE,
    PRECISION_NAMES,
    STATUS_NAMES,
    write_at_place,
    write_date,
    write_list,
    write_number,
)
from geo.records import Kind, NearAnswer, Neighbour, Origin, Precision, Presence, StatusCounts, Visibility
from maps.wording import write_radius

SUGGESTED = 6
"""How many suggestions of each sort a card makes."""


def describe_card(
    register: Register, presence_id: int, *, site_url: str, reader: Visibility = Visibility.PUBLIC
) -> dict[str, Any]:
    """
    Give the values of a card.

    Parameters
    ----------
    register
        The register asked.
    presence_id
        Which one.
    site_url
        The address of the site, as its reader wrote it, for the data that search engines read.
    reader
        Who reads.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id, or the reader may not read it.
    """
    answer = find_meetings(register, presence_id, limit=SUGGESTED, reader=reader)
    presence = answer.presence
    labels = {sector.code: sector.label for sector in list_sectors(register)}
    address = f"{site_url.rstrip('/')}/presences/{presence.id}"
    return {
        "presence": presence,
        "sector_labels": labels,
        "kind_name": KIND_NAMES[presence.kind][0],
        "where": write_where(presence),
        "precision": write_precision(presence),
        "zone": write_zone(register, presence),
        "period": write_when(presence),
        "website": find_web_address(presence.website),
        "confirmed": write_date(presence.confirmed_on) if presence.confirmed_on else "",
        "budget": write_budget(presence),
        "partners": _list_partners(answer),
        "sponsoring": "Volontaire pour parrainer ou marrainer" if presence.willing_to_sponsor else "",
        "notices": write_notices(presence),
        "meetings": answer.meetings,
        "sponsors": answer.sponsors,
        "copies": answer.copies,
        "sponsor_years": answer.sponsor_years,
        "sponsor_reach": answer.sponsor_reach_m,
        "around": _link_around(presence),
        "map_source": f"/presences/{presence.id}/plan" if presence.position else None,
        "json_ld": write_json_ld(describe_as_json_ld(presence, address=address)),
    }


def ask_card_map(
    register: Register, presence_id: int, *, reader: Visibility = Visibility.PUBLIC
) -> NearAnswer | None:
    """Give a presence and whom it could meet as an answer to draw; None when it has no place."""
    answer = find_meetings(register, presence_id, limit=SUGGESTED, reader=reader)
    presence = answer.presence
    if presence.position is None:
        return None
    others = (*answer.meetings, *answer.sponsors)
    found = {
        each.presence.id: Neighbour(presence=each.presence, distance_m=each.distance_m or 0.0)
        for each in others
        if each.presence.position is not None
    }
    origin = Origin(
        position=presence.position, label=presence.name, precision=presence.precision or Precision.COMMUNE
    )
    return NearAnswer(
        origin=origin,
        results=tuple(found.values()),
        hidden=0,
        counts=StatusCounts(),
        data_date=answer.data_date,
    )


def write_where(presence: Presence) -> str:
    """Write the address and the town, the town alone when nothing finer is known."""
    town = presence.commune_name or presence.city or ""
    if not presence.address or presence.address.casefold() in town.casefold():
        return f"{presence.postcode or ''} {town}".strip()
    line = presence.address
    if town and town.casefold() not in line.casefold():
        line = f"{line}, {presence.postcode or ''} {town}"
    return " ".join(line.split())


def write_precision(presence: Presence) -> str:
    """Say how exactly the place is known."""
    if presence.position is None:
        return "Pas encore placée sur la carte" if presence.zone else "À localiser"
    if presence.precision is Precision.COMMUNE:
        town = write_at_place(presence.commune_name) if presence.commune_name else "à la commune"
        return f"Connue à la commune seulement : placée {town} à la mairie, sans adresse plus précise"
    name = PRECISION_NAMES[presence.precision] if presence.precision else ""
    return f"Position : {name}" if name else STATUS_NAMES[presence.status]


def write_zone(register: Register, presence: Presence) -> str:
    """Write where a presence acts, which may be elsewhere than where it sits."""
    names = []
    for code in presence.zone:
        territory = register.referential.find(code)
        names.append(territory.name if territory else code)
    if presence.zone_radius_m:
        names.append(f"à {write_radius(presence.zone_radius_m)} à la ronde")
    return write_list(names)


def write_when(presence: Presence) -> str:
    """Write its dates: an event's days, since when an actor has been there."""
    if presence.kind in {Kind.EVENT, Kind.PROJECT} or presence.ends_on is not None:
        return write_period(presence)
    return f"depuis le {write_date(presence.starts_on)}" if presence.starts_on else ""


def write_budget(presence: Presence) -> str:
    """Write what a project looks for, and what it has been granted."""
    parts = []
    if presence.amount_sought_eur:
        parts.append(f"{write_number(presence.amount_sought_eur)}{NARROW_SPACE}€ recherchés")
    if presence.amount_granted_eur:
        parts.append(f"{write_number(presence.amount_granted_eur)}{NARROW_SPACE}€ obtenus")
    return write_list(parts)


def write_notices(presence: Presence) -> list[str]:
    """Say what a reader has to know first: it is over, or its source shows it no more."""
    notices = []
    last_day = presence.ends_on or (presence.starts_on if presence.kind is Kind.EVENT else None)
    if last_day is not None and last_day < today():
        notices.append(f"C'est terminé depuis le {write_date(last_day)}.")
    if presence.absent_from_source_since is not None:
        since = write_date(presence.absent_from_source_since)
        notices.append(f"Cette fiche n'est plus dans la liste dont elle vient depuis le {since}.")
    return notices


def _list_partners(answer: MeetingAnswer) -> list[tuple[str, str | None]]:
    ids: Mapping[str, int | None] = answer.partners
    return [
        (name, None if ids.get(name) is None else f"/presences/{ids[name]}")
        for name in answer.presence.partners
    ]


def _link_around(presence: Presence) -> Choice | None:
    if presence.commune is None or presence.commune_name is None:
        return None
    address = write_address("/proche", {"commune": presence.commune})
    return Choice(label=f"Qui d'autre {write_at_place(presence.commune_name)} et autour ?", address=address)
