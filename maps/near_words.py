"""Who is near, in words: what stands above the map, on a page as on a sheet."""

from __future__ import annotations

from geo.french import KIND_NAMES, write_distance, write_of_place
from geo.records import Kind, NearAnswer, Neighbour, Precision
from maps.popup import clean_text
from maps.wording import write_kinds, write_radius

# Below this, a distance says nothing more than « at the same place ».
SAME_PLACE_M = 1.0


def write_near_title(answer: NearAnswer) -> str:
    """Write the title of a map of who is near a place."""
    return f"Près {_write_from(clean_text(answer.origin.label))}"


def write_near_lead(answer: NearAnswer, labels: dict[str, str], *, is_area: bool = False) -> list[str]:
    """
    Write how many are near and how far the nearest is, in words, before the map.

    `is_area` says that distances are from the border of a place as a whole, not from its town hall.
    """
    place = _write_from(clean_text(answer.origin.label))
    within = f" à moins de {write_radius(answer.radius_m)} {place}" if answer.radius_m else f" près {place}"
    sector = (
        f" de la filière « {clean_text(labels.get(answer.sector, answer.sector))} »" if answer.sector else ""
    )
    if not answer.results:
        none = (
            f"Aucun {KIND_NAMES[answer.kind][0]}"
            if answer.kind and answer.kind is not Kind.ANTENNE
            else "Aucune présence"
        )
        none = "Aucune antenne" if answer.kind is Kind.ANTENNE else none
        return [f"{none}{sector}{within}."]
    counted = write_kinds(neighbour.presence.kind for neighbour in answer.results)
    sentences = [f"{counted}{sector}{within}."]
    exact = next((n for n in answer.results if n.presence.precision is not Precision.COMMUNE), None)
    if exact is not None:
        sentences.append(
            f"Le plus proche : {clean_text(exact.presence.name)}, {_say_how_far(exact, is_area=is_area)}."
        )
    lead = [" ".join(sentences)]
    if is_area:
        lead.append("Les distances partent de la limite du lieu cherché.")
    elif answer.origin.precision is Precision.COMMUNE:
        lead.append("Les distances partent de la mairie, faute d’une adresse plus précise.")
    return lead


def _write_from(label: str) -> str:
    """Write « de » before a place or an address: « de Lens », « du 3 rue de Lille »."""
    return f"du {label}" if label[:1].isdigit() else write_of_place(label)


def _say_how_far(neighbour: Neighbour, *, is_area: bool) -> str:
    if neighbour.distance_m < SAME_PLACE_M:
        return "sur place" if is_area else "ici même"
    distance = write_distance(neighbour.distance_m)
    return f"à {distance}"
