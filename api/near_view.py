"""What `/proche` says: the sentence, the ranked list, and what to do when there is nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.forms import DEFAULT_RADIUS_M, NearForm
from api.places import get_origin, make_commune_origin
from api.refusals import AmbiguousPlaceError, PlaceNotFoundError
from api.rendering import write_address
from api.sentences import (
    RADII_M,
    choose_wider_m,
    name_place,
    write_from_origin,
    write_nearest,
    write_none_of,
    write_sector_phrase,
    write_totals,
)
from data.questions import answer_near, find_presences, list_sectors
from data.session import Register
from geo.french import KIND_NAMES, write_count, write_direction, write_distance
from geo.geocoding.answer import GeocodedAddress
from geo.geocoding.text import split_words
from geo.position import measure_bearing_deg
from geo.records import Kind, NearAnswer, Neighbour, Origin, Precision, Presence
from maps.wording import write_kinds, write_radius

SHOWN = 200
"""How many neighbours a page lists: more would no longer be near."""

_NAMES_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link that a person may follow."""

    label: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A neighbour as a line: « à la commune » instead of a distance that nobody knows."""

    presence: Presence
    distance: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A place that could not be used, and the places to choose from."""

    title: str
    detail: str
    choices: tuple[Choice, ...] = ()


def find_form_origin(register: Register, form: NearForm) -> Origin | None:
    """
    Find where a form's search starts; what was typed goes before the point that came with it.

    Raises
    ------
    AmbiguousPlaceError, PlaceNotFoundError
        As `get_origin`.
    """
    if form.commune is not None:
        origin = make_commune_origin(register, form.commune)
        if form.q is None or form.q == origin.label:
            return origin
    if form.q is not None:
        return get_origin(register, q=form.q, lon=None, lat=None)
    if form.lon is not None and form.lat is not None:
        return get_origin(register, q=None, lon=form.lon, lat=form.lat)
    return None


def ask_near(
    register: Register, form: NearForm, origin: Origin, *, radius_m: float | None, limit: int
) -> NearAnswer:
    """Ask who is near, with the form's filters."""
    return answer_near(
        register, origin=origin, sector=form.sector, kind=form.kind, radius_m=radius_m, limit=limit
    )


def describe_near(register: Register, form: NearForm) -> tuple[int, dict[str, Any]]:
    """Give the status and the values of the page."""
    sectors = list_sectors(register)
    values: dict[str, Any] = {
        "asked": form,
        "radii": sorted({*map(float, RADII_M), form.radius_m or 0.0} - {0.0}),
        "sectors": sectors,
        "sector_labels": {sector.code: sector.label for sector in sectors},
        "origin": None,
        "refusal": None,
        "named": (),
        "filters_said": _write_filters(form, {sector.code: sector.label for sector in sectors}),
        "named_title": "",
        "instead": (),
    }
    try:
        origin = find_form_origin(register, form)
    except (AmbiguousPlaceError, PlaceNotFoundError) as refusal:
        return _describe_refusal(register, form, refusal, values)
    if origin is None:
        if form.sector is not None:
            register.sectors.get(form.sector)
        return 200, values
    named = _find_by_name(register, form, origin)
    if named:
        instead = _link(form, f"Chercher plutôt {_write_near(origin)}", q=origin.label)
        return 200, values | _describe_named(form, named, [instead])
    return 200, values | _describe_answer(register, form, origin, values["sector_labels"])


def _write_near(origin: Origin) -> str:
    return f"près {write_from_origin(origin)}"


def _find_by_name(register: Register, form: NearForm, origin: Origin) -> tuple[Presence, ...]:
    """
    Find the presences that bear what was typed as their name.

    None when what was typed names the place that was found: then a person means the place.
    """
    if form.q is None or origin.precision is Precision.GIVEN:
        return ()
    typed = set(split_words(form.q))
    if set(split_words(name_place(origin))) & typed:
        return ()
    found = find_presences(register, text=form.q, limit=_NAMES_SHOWN).items
    return tuple(presence for presence in found if typed <= set(split_words(presence.name)))


def _describe_named(form: NearForm, named: Sequence[Presence], instead: list[Choice]) -> dict[str, Any]:
    title = f"{write_count(len(named), 'fiche a', 'fiches ont')} « {form.q} » dans leur nom"
    if len(named) == 1:
        title = f"1 fiche a « {form.q} » dans son nom"
    return {"named": named, "named_title": title, "instead": instead}


def _write_filters(form: NearForm, sector_labels: dict[str, str]) -> str:
    """Say the filters in one line, for the panel that holds them closed on a phone."""
    sector = sector_labels.get(form.sector, form.sector) if form.sector else "toutes les filières"
    kind = KIND_NAMES[form.kind][1] if form.kind else "toutes les sortes"
    return f"{write_radius(form.radius_m or DEFAULT_RADIUS_M)}, {sector}, {kind}"


def _describe_refusal(
    register: Register,
    form: NearForm,
    refusal: AmbiguousPlaceError | PlaceNotFoundError,
    values: dict[str, Any],
) -> tuple[int, dict[str, Any]]:
    if isinstance(refusal, AmbiguousPlaceError):
        shown = Refusal(
            title=f"Plusieurs lieux répondent à « {form.q} ».",
            detail="Lequel cherchez-vous ?",
            choices=_list_choices(register, form, refusal.answer),
        )
        return 200, values | {"refusal": shown}
    named = find_presences(register, text=form.q, limit=_NAMES_SHOWN)
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
    return Choice(label=label, address=write_address("/proche", form.model_dump() | changes))


def _describe_answer(
    register: Register, form: NearForm, origin: Origin, sector_labels: dict[str, str]
) -> dict[str, Any]:
    answer = ask_near(register, form, origin, radius_m=form.radius_m, limit=SHOWN + 1)
    neighbours = answer.results[:SHOWN]
    reach = f" à moins de {write_radius(form.radius_m)} {write_from_origin(origin)}" if form.radius_m else ""
    label = sector_labels.get(form.sector) if form.sector else None
    beyond: tuple[Neighbour, ...] = ()
    wider = None
    if neighbours:
        more_than = "Plus de " if len(answer.results) > SHOWN else ""
        kinds = write_kinds(neighbour.presence.kind for neighbour in neighbours)
        nearest = write_nearest(neighbours[0], asked=form.kind)
        sentence = f"{more_than}{kinds}{write_sector_phrase(label)}{reach}. {nearest}"
    else:
        beyond = ask_near(register, form, origin, radius_m=None, limit=1).results
        sentence = f"{write_none_of(form.kind)}{write_sector_phrase(label, of=form.kind is not None)}{reach}."
        if beyond:
            sentence = f"{sentence} {write_nearest(beyond[0], asked=form.kind)}"
            radius_m = choose_wider_m(beyond[0].distance_m)
            wider = _link(form, f"Élargir à {write_radius(radius_m)}", radius_m=radius_m)
        else:
            sentence = f"{sentence} Il n'y a rien de tel plus loin non plus."
    return {
        "origin": origin,
        "place": write_from_origin(origin),
        "sentence": sentence,
        "explanation": _explain_origin(origin),
        "neighbours": _write_lines(origin, neighbours),
        "beyond": _write_lines(origin, beyond),
        "wider": wider,
        "loosen": _list_loosenings(form),
        "more": f"Seuls les {SHOWN} plus proches sont montrés." if len(answer.results) > SHOWN else "",
        "names": _offer_names(register, form),
        "map_source": write_address("/proche/plan", form.model_dump()),
        "footing": f"Ce qui répond à ces filtres : {write_totals(answer.counts, form.kind)}.",
    }


def _offer_names(register: Register, form: NearForm) -> Choice | None:
    """Offer the presences of the same words, for who typed a name and got a place."""
    kind = form.kind or Kind.ACTOR
    count = find_presences(register, kind=kind, text=form.q, limit=1).total if form.q else 0
    if not count:
        return None
    label = f"Voir {write_count(count, *KIND_NAMES[kind])} dont le nom ou la commune contient « {form.q} »"
    return Choice(label=label, address=write_address("/carte", {"text": form.q, "kind": kind}))


def _explain_origin(origin: Origin) -> str:
    if origin.precision is Precision.COMMUNE:
        return f"Distances à vol d'oiseau, depuis la mairie ({origin.label})."
    return f"Distances à vol d'oiseau, depuis : {origin.label}."


def _list_loosenings(form: NearForm) -> list[Choice]:
    choices = []
    if form.sector:
        choices.append(_link(form, "Toutes les filières", sector=None))
    if form.kind:
        choices.append(_link(form, "Toutes les sortes", kind=None))
    return choices


def _write_lines(origin: Origin, neighbours: tuple[Neighbour, ...]) -> list[Line]:
    return [_write_line(origin, neighbour) for neighbour in neighbours]


def _write_line(origin: Origin, neighbour: Neighbour) -> Line:
    presence = neighbour.presence
    if presence.precision is Precision.COMMUNE or presence.position is None:
        return Line(presence=presence, distance="à la commune", direction="")
    is_here = neighbour.distance_m < 10
    direction = "" if is_here else write_direction(measure_bearing_deg(origin.position, presence.position))
    return Line(presence=presence, distance=write_distance(neighbour.distance_m), direction=direction)
