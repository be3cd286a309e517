"""What `/carte` says: the filters that are on, how many answer to them, and the same result as a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.data_version import read_summary
from api.forms import MapForm
from api.near_view import Choice, offer_sectors
from api.places import check_territory
from api.rendering import write_address
from data.questions import find_presences, list_sectors
from data.questions.facets import Facets, count_facets, find_spelling
from data.session import Register
from geo.french import KIND_NAMES, write_count, write_list, write_number
from geo.records import MEL_CODE, Kind, Level, PresencePage, Territory, Visibility

LISTED = 50
"""How many presences a page of the list holds."""

EXPORTS = (
    ("csv", "CSV", "tableur, texte"),
    ("xlsx", "XLSX", "Excel, LibreOffice"),
    ("geojson", "GeoJSON", "cartes en ligne"),
    ("gpkg", "GeoPackage", "QGIS"),
)
"""What the page offers to download: format, name, what reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOption:
    """A kind that the filter offers, and how many it would keep."""

    kind: Kind
    label: str
    is_chosen: bool


def ask_map(
    register: Register,
    form: MapForm,
    *,
    limit: int,
    cursor: str | None,
    reader: Visibility = Visibility.PUBLIC,
) -> PresencePage:
    """Ask for the presences that the filters keep."""
    check_map_form(register, form)
    return find_presences(register, **form.question, limit=limit, cursor=cursor, reader=reader)


def check_map_form(register: Register, form: MapForm) -> None:
    """
    Check the codes that a form names.

    Raises
    ------
    InvalidParameterError, UnknownSectorError
        If a territory or a sector does not exist.
    """
    check_territory(register, "territory", form.territory)
    check_territory(register, "outside", form.outside)
    for code in form.sector:
        register.sectors.get(code)


def describe_map(
    register: Register, form: MapForm, *, reader: Visibility = Visibility.PUBLIC
) -> dict[str, Any]:
    """Give the values of the page."""
    page = ask_map(register, form, limit=LISTED, cursor=form.cursor, reader=reader)
    facets = count_facets(register, **form.question, reader=reader)
    sectors = list_sectors(register)
    labels = {sector.code: sector.label for sector in sectors}
    filters = form.model_dump(exclude={"cursor"})
    active = list_active_filters(register, form, labels)
    return {
        "asked": form,
        "page": page,
        "sentence": write_sentence(register, page, form, facets, is_filtered=bool(active)),
        "active": active,
        **offer_sectors(sectors, form.sector),
        "sector_counts": facets.by_sector,
        "sector_labels": labels,
        "kinds": _list_kinds(form, facets),
        "territory_groups": group_territories(register),
        "chosen_commune": name_commune(register, form.territory),
        "next_page": write_address("/carte", filters | {"cursor": page.next_cursor})
        if page.next_cursor
        else None,
        "first_page": write_address("/carte", filters),
        "map_source": write_address("/carte/plan", filters),
        "exports": [
            (name, use, write_address(f"/carte/export.{format_}", filters)) for format_, name, use in EXPORTS
        ],
        "embed_address": write_address("/embed", filters | {"text": None}),
        "print_address": write_address("/carte/imprimer", filters),
        "open_data": _link_open_data(form),
        "spelling": _offer_spelling(register, form, page, reader),
        "reconciled": write_reconciliation(register, facets, form),
    }


def _link_open_data(form: MapForm) -> str | None:
    """Give the same question on the JSON side; None where that has no word for it."""
    if len(form.sector) > 1:
        return None
    filters = form.model_dump(exclude={"cursor"}) | {"sector": form.sector[0] if form.sector else None}
    return write_address("/api/v1/presences", filters)


def _list_kinds(form: MapForm, facets: Facets) -> list[KindOption]:
    return [
        KindOption(
            kind=kind,
            label=f"{KIND_NAMES[kind][1].capitalize()} ({write_number(count)})",
            is_chosen=kind is form.kind,
        )
        for kind, count in facets.by_kind.items()
    ]


def _offer_spelling(
    register: Register, form: MapForm, page: PresencePage, reader: Visibility
) -> Choice | None:
    """Offer the nearest words when nothing bears those that were typed."""
    if page.total or not form.text:
        return None
    spelt = find_spelling(register, form.text, reader=reader)
    if spelt is None:
        return None
    filters = form.model_dump(exclude={"cursor"}) | {"text": spelt}
    found = ask_map(register, form.model_copy(update={"text": spelt}), limit=1, cursor=None, reader=reader)
    if not found.total:
        return None
    label = f"Chercher plutôt « {spelt} » ({write_count(found.total, *KIND_NAMES[form.kind])})"
    return Choice(label=label, address=write_address("/carte", filters))


def write_sentence(
    register: Register, page: PresencePage, form: MapForm, facets: Facets, *, is_filtered: bool
) -> str:
    """Write how many answer, and either how many of them have a point or out of how many they are."""
    shown = write_count(page.total, *KIND_NAMES[form.kind])
    if not is_filtered:
        on_map = facets.shown.placed + facets.shown.commune
        return f"{shown}, dont {write_number(on_map)} sur la carte." if on_map < page.total else f"{shown}."
    every = ask_map(register, MapForm(kind=form.kind), limit=1, cursor=None).total
    if page.total >= every:
        return f"{shown}."
    return f"{shown} sur {write_number(every)}."


def write_reconciliation(register: Register, facets: Facets, form: MapForm) -> list[str]:
    """
    Write, as sums that a reader can check, what is shown, what is not, and what exports leave out.

    Every row of the register is in exactly one of the numbers.
    """
    one, many = KIND_NAMES[form.kind]
    shown, hidden = facets.shown, facets.hidden
    on_map = shown.placed + shown.commune
    off = shown.received - on_map
    parts = [
        f"{write_number(shown.placed)} à l'adresse",
        f"{write_number(shown.commune)} à la commune",
    ]
    listed = write_count(shown.received, one, many)
    drawn = f"{write_number(on_map)} sur la carte ({write_list(parts)})"
    away = f"{write_number(off)} sans point sur la carte (à vérifier, à localiser ou hors de la région)"
    lines = [f"{listed} dans la liste = {drawn} + {away}."]
    if hidden:
        other = write_count(hidden, "autre fiche répond", "autres fiches répondent")
        rest = (
            "n'est pas publique : elle n'est ni montrée ici, ni dans les exports."
            if hidden == 1
            else "ne sont pas publiques : elles ne sont ni montrées ici, ni dans les exports."
        )
        lines.append(f"{other} à ces filtres mais {rest}")
    every = read_summary(register).counts_by_kind[form.kind].received
    others = every - shown.received - hidden
    total = f"Au total, le registre compte {write_count(every, one, many)}"
    if others:
        total += f", dont {write_number(others)} que ces filtres écartent"
    lines.append(f"{total}.")
    return lines


def list_active_filters(register: Register, form: MapForm, labels: dict[str, str]) -> list[Choice]:
    """List the filters that are on; each one's address is the same page without it."""
    filters = form.model_dump(exclude={"cursor"})
    chips: list[tuple[str, dict[str, Any]]] = []
    if form.text:
        chips.append((f"« {form.text} »", {"text": None}))
    for code in form.sector:
        others = tuple(each for each in form.sector if each != code)
        chips.append((labels.get(code, code), {"sector": others}))
    if form.kind is not Kind.ACTOR:
        chips.append((KIND_NAMES[form.kind][1].capitalize(), {"kind": None}))
    if form.territory:
        chips.append((_name(register, form.territory), {"territory": None}))
    if form.outside:
        is_mel = form.outside == MEL_CODE
        label = "hors MEL" if is_mel else f"hors de {_name(register, form.outside)}"
        chips.append((label, {"outside": None}))
    return [
        Choice(label=label, address=write_address("/carte", filters | changes)) for label, changes in chips
    ]


def _name(register: Register, code: str) -> str:
    territory = register.referential.find(code)
    return territory.name if territory else code


def name_commune(register: Register, code: str | None) -> str | None:
    """Name the commune that a form keeps: the list of territories is too short to hold it."""
    found = register.referential.find(code) if code else None
    return f"Commune : {found.name}" if found and found.level is Level.COMMUNE else None


def group_territories(register: Register) -> list[tuple[str, tuple[Territory, ...]]]:
    """Group the territories that a person may choose: départements, then intercommunalités by name."""
    by_name = sorted(register.referential.territories(Level.EPCI), key=lambda territory: territory.name)
    return [
        ("Départements", register.referential.territories(Level.DEPARTEMENT)),
        ("Intercommunalités", tuple(by_name)),
    ]
