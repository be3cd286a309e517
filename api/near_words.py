"""The sentences of `/proche`, about a place as a whole or about a point."""

from __future__ import annotations

from collections.abc import Mapping

from api.forms import NearForm, Reach
from api.near_question import Bound
from api.sentences import name_place, write_from_origin, write_nearest, write_none_of, write_sector_phrase
from geo.french import KIND_NAMES, write_at_place, write_list, write_of_place
from geo.records import Level, Neighbour, Precision
from geo.surroundings import SearchPlace, SurroundingsAnswer
from maps.wording import write_kinds, write_radius


def name_search_place(place: SearchPlace) -> str:
    """Name a place: an area by its own name, a former commune without its département."""
    if place.area is not None:
        return place.area.name
    return name_place(place.origin).partition(" (")[0]


def write_place(place: SearchPlace) -> str:
    """Write « de » before a place."""
    if place.area is None and place.origin.precision is not Precision.COMMUNE:
        return write_from_origin(place.origin)
    name = name_search_place(place)
    return _write_of_grouping(name) or write_of_place(name)


def write_in_place(place: SearchPlace) -> str:
    """Write « à » or « dans » before a place as a whole."""
    name = name_search_place(place)
    if place.area is not None and place.commune is None:
        return write_in_area(name)
    return write_at_place(name)


def write_in_area(name: str) -> str:
    """
    Write « dans la » before the name of a grouping, and quote the others.

    Examples
    --------
    >>> write_in_area("CA de Lens - Liévin"), write_in_area("62300 Lens, Avion")
    ('dans la CA de Lens - Liévin', 'dans « 62300 Lens, Avion »')
    """
    return f"dans la {name}" if _is_grouping(name) else f"dans « {name} »"


def _write_of_grouping(name: str) -> str:
    """Write « de la » before the name of a grouping: « de la CA de Lens - Liévin »."""
    return f"de la {name}" if _is_grouping(name) else ""


def _is_grouping(name: str) -> bool:
    """Say whether a name begins with « communauté » or « métropole »: both take « la »."""
    return name.startswith(("CA ", "CC ", "CU ", "Métropole"))


def write_filters(form: NearForm, labels: Mapping[str, str]) -> str:
    """Say the filters in one line, for the panel that holds them closed on a phone."""
    sector = write_list([labels.get(code, code) for code in form.sector]) or "toutes les filières"
    kind = KIND_NAMES[form.kind][1] if form.kind else "toutes les sortes"
    reach = {Reach.COMMUNE: "dans la commune", Reach.EPCI: "dans l'intercommunalité"}
    where = reach[form.within] if form.within else write_radius(form.distance_m)
    return f"{where[:1].upper()}{where[1:]}, {sector}, {kind}"


def _write_sectors(answer: SurroundingsAnswer, labels: Mapping[str, str], *, of: bool = True) -> str:
    if len(answer.sectors) > 1:
        named = write_list([f"« {labels.get(code, code)} »" for code in answer.sectors])
        return f" {'des' if of else 'dans les'} filières {named}"
    label = labels.get(answer.sectors[0], answer.sectors[0]) if answer.sectors else None
    return write_sector_phrase(label, of=of)


def _write_reach(answer: SurroundingsAnswer) -> str:
    place = answer.place
    if answer.within is not None:
        is_own = place.area is not None and place.area.code == answer.within.code
        return f" {write_in_place(place)}" if is_own else f" {write_in_area(answer.within.name)}"
    if answer.radius_m is None:
        return f" autour {write_place(place)}"
    if place.area is not None and answer.radius_m <= 1:
        return f" {write_in_place(place)}"
    around = " ou" if place.area is not None else ""
    at = f" {write_in_place(place)}{around}" if place.area is not None else ""
    tail = "" if place.area is not None else f" {write_place(place)}"
    return f"{at} à moins de {write_radius(answer.radius_m)}{tail}"


def _count(neighbours: tuple[Neighbour, ...]) -> str:
    return write_kinds(neighbour.presence.kind for neighbour in neighbours)


def write_found(answer: SurroundingsAnswer, labels: Mapping[str, str]) -> str:
    """Write how many there are: in the place, then around it."""
    place = answer.place
    sectors = _write_sectors(answer, labels)
    more = "Plus de " if answer.total > len(answer.results) else ""
    if answer.inside and answer.around and answer.radius_m:
        radius = write_radius(answer.radius_m)
        return (
            f"{more}{_count(answer.inside)}{sectors} {write_in_place(place)}, "
            f"puis {_count(answer.around)} à moins de {radius} de sa limite."
        )
    if answer.inside or answer.within is not None:
        return f"{more}{_count(answer.results)}{sectors}{_write_inside_reach(answer)}."
    if answer.around and place.area is not None and answer.radius_m:
        nobody = write_none_of(answer.kind)
        radius = write_radius(answer.radius_m)
        return (
            f"{nobody}{_write_sectors(answer, labels, of=answer.kind is not None)} {write_in_place(place)}, "
            f"mais {_count(answer.around)} à moins de {radius}."
        )
    if answer.around:
        nearest = write_nearest(answer.around[0], asked=answer.kind)
        return f"{more}{_count(answer.results)}{sectors}{_write_reach(answer)}. {nearest}"
    return ""


def _write_inside_reach(answer: SurroundingsAnswer) -> str:
    if answer.within is not None:
        return _write_reach(answer)
    return f" {write_in_place(answer.place)}"


def write_nobody(answer: SurroundingsAnswer, labels: Mapping[str, str]) -> str:
    """Write that there is nobody."""
    has_kind = answer.kind is not None
    return f"{write_none_of(answer.kind)}{_write_sectors(answer, labels, of=has_kind)}{_write_reach(answer)}."


def title_groups(answer: SurroundingsAnswer) -> tuple[str, str]:
    """Title those of the place, and those around it."""
    place = answer.place
    inside = write_in_place(place)
    if place.area is None:
        return "", "Du plus proche au plus lointain"
    return f"{inside[:1].upper()}{inside[1:]}", (
        "Ailleurs dans le territoire, du plus proche au plus lointain"
        if answer.within
        else "Autour, du plus proche au plus lointain"
    )


def explain_distances(answer: SurroundingsAnswer, bound: Bound | None) -> str:
    """Say where distances start from."""
    place = answer.place
    within = ""
    if bound is not None:
        at = write_at_place(bound.name) if bound.level is Level.COMMUNE else write_in_area(bound.name)
        within = f" Tout ce qui est {at}, et rien d'autre."
    if place.area is not None:
        return f"Distances à vol d'oiseau, depuis la limite {write_place(place)}.{within}"
    if place.origin.precision is Precision.COMMUNE:
        return f"Distances à vol d'oiseau, depuis la mairie ou le centre {write_place(place)}.{within}"
    if place.origin.precision is Precision.GIVEN:
        return f"Distances à vol d'oiseau, depuis le point choisi.{within}"
    return f"Distances à vol d'oiseau, depuis : {place.origin.label}.{within}"
