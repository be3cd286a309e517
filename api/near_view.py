"""What `/proche` says: the sentence, the ranked list, what else is there, what to do when nobody is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.forms import NearForm, Reach
from api.near_lines import group_lines, write_line
from api.near_question import SHOWN, ask_surroundings, find_bound, find_form_place
from api.near_words import (
    explain_distances,
    name_search_place,
    title_groups,
    write_filters,
    write_found,
    write_in_area,
    write_in_place,
    write_nobody,
    write_place,
)
from api.places import make_commune_origin
from api.refusals import AmbiguousPlaceError, PlaceNotFoundError
from api.rendering import write_address
from api.sentences import RADII_M, choose_wider_m, write_nearest, write_totals
from data.questions import find_presences, list_sectors
from data.questions.meeting import find_sponsors
from data.questions.places import is_street_unknown
from data.session import Register
from geo.french import KIND_NAMES, write_count
from geo.geocoding.answer import GeocodedAddress
from geo.geocoding.text import split_words
from geo.meeting.suggesting import SPONSOR_REACH_M, SPONSOR_YEARS
from geo.records import Kind, Neighbour, Precision, Presence, Sector, Visibility
from geo.surroundings import SearchPlace, SurroundingsAnswer
from maps.wording import write_radius

_NAMES_SHOWN = 10
_ALSO_SHOWN = 6
_PROJECTS_SHOWN = 4
_SPONSORS_SHOWN = 4
_FARTHEST_M = 400_000.0
_PROJECT_RADII_M = (10_000.0, 60_000.0, _FARTHEST_M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link that a person may follow."""

    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A place that could not be used, and the places to choose from."""

    title: str
    detail: str
    choices: tuple[Choice, ...] = ()


def describe_near(
    register: Register, form: NearForm, *, reader: Visibility = Visibility.PUBLIC
) -> tuple[int, dict[str, Any]]:
    """Give the status and the values of the page."""
    sectors = list_sectors(register)
    labels = {sector.code: sector.label for sector in sectors}
    for code in form.sector:
        register.sectors.get(code)
    values: dict[str, Any] = {
        "asked": form,
        "reaches": _list_reaches(form),
        **offer_sectors(sectors, form.sector),
        "sector_labels": labels,
        "place": None,
        "refusal": None,
        "named": (),
        "sponsor_years": SPONSOR_YEARS,
        "sponsor_reach": SPONSOR_REACH_M,
        "filters_said": write_filters(form, labels),
        "named_title": "",
        "instead": (),
    }
    try:
        place = find_form_place(register, form)
    except (AmbiguousPlaceError, PlaceNotFoundError) as refusal:
        return _describe_refusal(register, form, refusal, values, reader)
    if place is None:
        return 200, values
    named = _find_by_name(register, form, place, reader)
    if named:
        instead = _link(form, f"Chercher plutôt près {write_place(place)}", q=place.origin.label)
        return 200, values | _describe_named(form, named, [instead])
    return 200, values | _describe_answer(register, form, place, labels, reader)


def offer_sectors(sectors: Sequence[Sector], asked: Sequence[str]) -> dict[str, Any]:
    """Give the sectors as chips (the top ones, and those asked), and those under them by family."""
    tops = [sector for sector in sectors if sector.parent is None]
    others = [sector for sector in sectors if sector.code in asked and sector.parent is not None]
    families = [
        (top, [sector for sector in sectors if sector.parent == top.code and sector.code not in asked])
        for top in tops
    ]
    return {"sector_chips_list": [*tops, *others], "sector_families": families, "sectors": sectors}


def _list_reaches(form: NearForm) -> list[tuple[str, str, bool]]:
    """List what « Où chercher » offers: value, label, whether it is chosen."""
    radii = sorted({*map(float, RADII_M), *([] if form.within else [form.distance_m])})
    return [
        (Reach.COMMUNE.value, "dans la commune seulement", form.within is Reach.COMMUNE),
        *(
            (
                f"{radius:g}",
                f"à moins de {write_radius(radius)}",
                not form.within and radius == form.distance_m,
            )
            for radius in radii
        ),
        (Reach.EPCI.value, "dans mon intercommunalité", form.within is Reach.EPCI),
    ]


def _find_by_name(
    register: Register, form: NearForm, place: SearchPlace, reader: Visibility
) -> tuple[Presence, ...]:
    """
    Find the presences that bear what was typed as their name.

    None when what was typed names the place that was found: then a person means the place.
    """
    if form.q is None or form.commune or place.origin.precision is Precision.GIVEN:
        return ()
    typed = set(split_words(form.q))
    if set(split_words(name_search_place(place))) & typed or form.q.strip().isdigit():
        return ()
    found = find_presences(register, text=form.q, limit=_NAMES_SHOWN, reader=reader).items
    return tuple(presence for presence in found if typed <= set(split_words(presence.name)))


def _describe_named(form: NearForm, named: Sequence[Presence], instead: list[Choice]) -> dict[str, Any]:
    title = f"{write_count(len(named), 'fiche a', 'fiches ont')} « {form.q} » dans leur nom"
    if len(named) == 1:
        title = f"1 fiche a « {form.q} » dans son nom"
    return {"named": named, "named_title": title, "instead": instead}


def _describe_refusal(
    register: Register,
    form: NearForm,
    refusal: AmbiguousPlaceError | PlaceNotFoundError,
    values: dict[str, Any],
    reader: Visibility,
) -> tuple[int, dict[str, Any]]:
    if isinstance(refusal, AmbiguousPlaceError):
        shown = Refusal(
            title=f"Plusieurs lieux répondent à « {form.q} ».",
            detail="Lequel cherchez-vous ?",
            choices=_list_choices(register, form, refusal.answer),
        )
        return 200, values | {"refusal": shown}
    named = find_presences(register, text=form.q, limit=_NAMES_SHOWN, reader=reader)
    if named.items:
        return 200, values | _describe_named(form, named.items, [])
    shown = Refusal(
        title=f"« {form.q} » n'a pas été trouvé dans les Hauts-de-France.",
        detail="Vérifiez l'orthographe, ou tapez seulement le nom de la commune ou son code postal.",
        choices=_list_choices(register, form, refusal.answer),
    )
    return 404, values | {"refusal": shown}


def _list_choices(register: Register, form: NearForm, answer: GeocodedAddress) -> tuple[Choice, ...]:
    choices = []
    for candidate in answer.candidates[:12]:
        commune = register.referential.find(candidate.citycode)
        if commune is not None:
            origin = make_commune_origin(register, commune.code)
            choices.append(_link(form, origin.label, q=origin.label, commune=commune.code))
    return tuple(dict.fromkeys(choices))


def _link(form: NearForm, label: str, **changes: Any) -> Choice:  # noqa: ANN401 (a form's values)
    if "q" in changes and "commune" not in changes:
        changes["commune"] = None
    return Choice(label=label, address=write_address("/proche", form.asked | changes))


def _describe_answer(
    register: Register, form: NearForm, place: SearchPlace, labels: dict[str, str], reader: Visibility
) -> dict[str, Any]:
    answer = ask_surroundings(register, form, place, reader=reader)
    bound = find_bound(register, form, place)
    beyond, wider = None, None
    sentence = write_found(answer, labels)
    if not answer.total:
        farther = ask_surroundings(register, form, place, radius_m=_FARTHEST_M, limit=1, reader=reader)
        sentence = write_nobody(answer, labels)
        if farther.results:
            beyond = farther.results[0]
            sentence = f"{sentence} {write_nearest(beyond, asked=form.kind)}"
            radius_m = choose_wider_m(max(beyond.distance_m, 1.0))
            wider = _link(form, f"Élargir à {write_radius(radius_m)}", reach=radius_m)
        else:
            sentence = f"{sentence} Il n'y a rien de tel plus loin non plus."
    is_cut = answer.total > len(answer.results)
    shown = {presence.id for presence in answer.presences}
    return {
        "place": place,
        "place_said": write_place(place),
        "street_missing": _explain_street(register, form, place),
        "sentence": sentence,
        "explanation": explain_distances(answer, bound),
        "groups": group_lines(answer, *title_groups(answer)),
        "listed": len(answer.results),
        "beyond": write_line(place, beyond, 1) if beyond else None,
        "wider": wider,
        "loosen": _list_loosenings(form),
        "more": f"Seules les {SHOWN} premières fiches sont montrées." if is_cut else "",
        "names": _offer_names(register, form, reader),
        "map_source": write_address("/proche/plan", form.asked),
        "footing": _write_footing(answer),
        "also": _find_also(register, form, place, shown, reader),
        "projects": _find_projects(
            register,
            form,
            place,
            {
                each.id
                for each in (*answer.presences, *([beyond.presence] if beyond else []))
                if each.kind is Kind.PROJECT
            },
            reader,
        ),
        "sponsors": find_sponsors(register, place, sectors=form.sector, limit=_SPONSORS_SHOWN, reader=reader),
    }


def _explain_street(register: Register, form: NearForm, place: SearchPlace) -> str:
    """Say that the street that was typed was not found, and what is shown instead."""
    if form.q is None or form.commune or place.commune is None:
        return ""
    if place.origin.precision is not Precision.COMMUNE:
        return ""
    if not is_street_unknown(register, form.q):
        return ""
    return (
        f"L'adresse « {form.q} » n'a pas été trouvée : voici ce qu'il y a {write_in_place(place)} et autour."
    )


def _write_footing(answer: SurroundingsAnswer) -> str:
    hidden = ""
    if answer.hidden:
        words = ("autre fiche répond", "autres fiches répondent")
        verb = "n'est pas publique" if answer.hidden == 1 else "ne sont pas publiques"
        hidden = f" {write_count(answer.hidden, *words)} ici mais {verb}."
    return f"Dans le registre, pour ces filtres : {write_totals(answer.counts, answer.kind)}.{hidden}"


def _offer_names(register: Register, form: NearForm, reader: Visibility) -> Choice | None:
    """Offer the presences of the same words, for who typed a name and got a place."""
    kind = form.kind or Kind.ACTOR
    if not form.q or form.q.strip().isdigit() or "(" in form.q:
        return None
    count = find_presences(register, kind=kind, text=form.q, limit=1, reader=reader).total
    if not count:
        return None
    label = f"Voir {write_count(count, *KIND_NAMES[kind])} dont le nom ou la commune contient « {form.q} »"
    return Choice(label=label, address=write_address("/carte", {"text": form.q, "kind": kind}))


def _list_loosenings(form: NearForm) -> list[Choice]:
    choices = []
    if form.sector:
        choices.append(_link(form, "Toutes les filières", sector=()))
    if form.kind:
        choices.append(_link(form, "Toutes les sortes", kind=None))
    return choices


def _find_also(
    register: Register, form: NearForm, place: SearchPlace, shown: set[int], reader: Visibility
) -> dict[str, Any] | None:
    """Find who else is in the same intercommunalité."""
    if place.epci is None or form.within is Reach.EPCI or (place.area and place.area.code == place.epci):
        return None
    if len(shown) >= SHOWN:
        # A list that was cut has enough to read near by.
        return None
    wide = form.model_copy(update={"reach": Reach.EPCI})
    most = min(len(shown) + _ALSO_SHOWN, SHOWN)
    found = ask_surroundings(register, wide, place, limit=most, reader=reader)
    others = [each for each in found.results if each.presence.id not in shown]
    if not others or found.within is None:
        return None
    return {
        "title": f"Aussi {write_in_area(found.within.name)}",
        "lines": [write_line(place, each, 0) for each in others[:_ALSO_SHOWN]],
        "all": _link(
            form,
            f"Voir les {write_count(found.total, 'fiche', 'fiches')} du territoire",
            reach=Reach.EPCI.value,
        ),
    }


def _find_projects(
    register: Register, form: NearForm, place: SearchPlace, shown: set[int], reader: Visibility
) -> list[Any]:
    """Find the nearest projects that the list does not show already."""
    if form.kind not in {None, Kind.ACTOR}:
        return []
    wide = form.model_copy(update={"kind": Kind.PROJECT, "reach": None})
    others: list[Neighbour] = []
    # The nearest of all are the nearest of a circle that holds enough of them.
    for radius_m in _PROJECT_RADII_M:
        found = ask_surroundings(
            register, wide, place, radius_m=radius_m, limit=_PROJECTS_SHOWN + len(shown), reader=reader
        )
        others = [each for each in found.results if each.presence.id not in shown]
        if len(others) >= _PROJECTS_SHOWN:
            break
    return [write_line(place, each, 0) for each in others[:_PROJECTS_SHOWN]]
