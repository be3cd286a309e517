"""Why somebody is suggested, in one French sentence."""

from __future__ import annotations

from dataclasses import dataclass

from geo.french import NARROW_SPACE, write_at_place, write_count, write_number
from geo.meeting.affinity import Affinity, Bond
from geo.records import Kind, Presence


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """
    What already ties a presence to the subject through a project.

    `is_partner` tells that one names the other as its partner; else both are partners of `project`.
    """

    project: str
    is_partner: bool


def write_bond(affinity: Affinity) -> str:
    """
    Write what ties two sectors.

    Examples
    --------
    >>> write_bond(Affinity(bond=Bond.SAME, mine="Mobilité", theirs="Mobilité"))
    'même filière (Mobilité)'
    >>> write_bond(Affinity(bond=Bond.COMPLEMENTARY, mine="Vélo", theirs="Réparation", why="mêmes outils"))
    'filière complémentaire (Réparation) : mêmes outils'
    """
    if affinity.bond is Bond.SAME:
        return f"même filière ({affinity.theirs})"
    if affinity.bond is Bond.FAMILY:
        return f"filière voisine ({affinity.theirs})"
    return f"filière complémentaire ({affinity.theirs}) : {affinity.why}"


def write_meeting_why(
    subject: Presence, presence: Presence, *, affinity: Affinity | None, link: Link | None, where: str
) -> str:
    """Write why two presences could meet: what a project ties, how near they are, then their sectors."""
    parts = []
    if link is not None:
        parts.append(_write_link(subject, presence, link))
    place = where or _write_town(subject, presence)
    if place:
        parts.append(place)
    if affinity is not None:
        parts.append(write_bond(affinity))
    return _write_sentence(parts)


def write_sponsor_why(presence: Presence, *, years: int, affinity: Affinity | None, where: str) -> str:
    """Write why somebody could sponsor: for how long, in which sector, how near, and that they said so."""
    parts = [f"{write_count(years, 'an', 'ans')} d'activité"]
    place = where or (write_at_place(presence.commune_name) if presence.commune_name else "")
    if place:
        parts.append(place)
    if affinity is not None:
        parts.append(write_bond(affinity))
    parts.append("volontaire pour parrainer")
    return _write_sentence(parts)


def write_copy_why(project: Presence, *, affinity: Affinity) -> str:
    """Write why a project is worth copying: what it is about, how far it went, where, with what money."""
    parts = [write_bond(affinity)]
    if project.stage:
        parts.append(f"au stade « {project.stage} »")
    if project.amount_granted_eur:
        parts.append(f"{write_number(project.amount_granted_eur)}{NARROW_SPACE}€ obtenus")
    if project.epci_name:
        parts.append(project.epci_name)
    return _write_sentence(parts)


def _write_link(subject: Presence, presence: Presence, link: Link) -> str:
    if not link.is_partner:
        return f"déjà partenaires d'un même projet, « {link.project} »"
    if presence.kind is Kind.PROJECT:
        return "projet dont vous êtes partenaire" if subject.kind is Kind.ACTOR else "projet lié au vôtre"
    return "déjà partenaire de ce projet"


def _write_town(subject: Presence, presence: Presence) -> str:
    if not presence.commune_name:
        return ""
    if presence.commune == subject.commune:
        return f"dans la même commune ({presence.commune_name})"
    return write_at_place(presence.commune_name)


def _write_sentence(parts: list[str]) -> str:
    text = ", ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."
