"""What of a presence a reader may read: field by field, and never a person's own number, mail or home."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data.hiding.contacts import find_landline, find_office_mail, hide_personal_contacts
from data.hiding.places import hide_in_link, hide_place
from geo.records import Presence, Visibility

MAY_READ: Mapping[Visibility, tuple[Visibility, ...]] = {
    Visibility.PUBLIC: (Visibility.PUBLIC,),
    Visibility.MEMBERS: (Visibility.PUBLIC, Visibility.MEMBERS),
    Visibility.STAFF: (Visibility.PUBLIC, Visibility.MEMBERS, Visibility.STAFF),
}
"""What each reader may read."""

EMPTY_WHEN_HIDDEN: Mapping[str, Any] = {
    "website": None,
    "address": "",
    "siret": None,
    "rna": None,
    "email": None,
    "phone": None,
}
"""The contact fields that can be hidden one by one, and what stands there instead."""


def show_presence(
    presence: Presence,
    field_visibility: Mapping[str, str],
    *,
    reader: Visibility,
    telling: re.Pattern[str] | None = None,
) -> Presence:
    """
    Give a presence as a reader may read it.

    Parameters
    ----------
    presence
        All that is known of it.
    field_visibility
        Per contact field, who may read it at least; fields that are not named follow the record.
    reader
        Who reads. Whoever it is, a home stands at its town hall already.
    telling
        What in its texts would tell where a home is, None when nothing does.
    """
    if reader is Visibility.STAFF:
        return presence
    allowed = {visibility.value for visibility in MAY_READ[reader]}
    changes: dict[str, Any] = {
        name: EMPTY_WHEN_HIDDEN[name]
        for name, visibility in field_visibility.items()
        if name in EMPTY_WHEN_HIDDEN and visibility not in allowed
    }
    if presence.at_home or not changes.keys().isdisjoint({"address", "siret", "rna"}):
        # What identifies a row in its list may be made of these.
        changes["source_key"] = ""
    if presence.at_home:
        # The national directory gives the address of whoever has a number.
        changes |= {"siret": None, "rna": None}
        # A number and a mailbox at home are the person's own: members read them if the list says so.
        changes |= {name: None for name in ("email", "phone") if field_visibility.get(name) not in allowed}
    if reader is Visibility.PUBLIC or presence.at_home:
        changes |= _hide_in_texts(presence, changes, telling)
    if reader is Visibility.PUBLIC:
        changes |= _hide_contacts(presence, changes)
    return replace(presence, **changes)


def _hide_contacts(presence: Presence, hidden: Mapping[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    if presence.email and "email" not in hidden:
        changes["email"] = None if presence.at_home else find_office_mail(presence.email)
    if presence.phone and "phone" not in hidden:
        changes["phone"] = None if presence.at_home else find_landline(presence.phone)
    return changes


def _hide_in_texts(
    presence: Presence, hidden: Mapping[str, Any], telling: re.Pattern[str] | None
) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name in ("name", "summary", "address", "stage", "legal_form"):
        text = getattr(presence, name)
        if text and name not in hidden:
            # The address of a home is the name of its commune.
            shown = hide_personal_contacts(text if name == "address" else hide_place(text, telling))
            if shown != text:
                changes[name] = shown
    if presence.website and "website" not in hidden:
        changes["website"] = hide_in_link(presence.website, telling)
    if presence.partners:
        changes["partners"] = tuple(
            hide_personal_contacts(hide_place(text, telling)) for text in presence.partners
        )
    return changes
