"""What `/carte` says: the filters that are on, how many answer to them, and the same result as a list."""

from __future__ import annotations

from typing import Any

from api.data_version import read_summary
from api.forms import MapForm
from api.near_view import Choice
from api.places import check_territory
from api.rendering import write_address
from api.sentences import write_totals
from data.questions import find_presences, list_sectors
from data.session import Register
from geo.french import KIND_NAMES, write_count, write_number
from geo.records import MEL_CODE, Kind, Level, PresencePage, Territory

LISTED = 50
"""How many presences a page of the list holds."""


def ask_map(register: Register, form: MapForm, *, limit: int, cursor: str | None) -> PresencePage:
    """Ask for the presences that the filters keep."""
    check_territory(register, "territory", form.territory)
    check_territory(register, "outside", form.outside)
    return find_presences(
        register,
        kind=form.kind,
        sector=form.sector,
        territory=form.territory,
        outside=form.outside,
        text=form.text,
        limit=limit,
        cursor=cursor,
    )


def describe_map(register: Register, form: MapForm) -> dict[str, Any]:
    """Give the values of the page."""
    page = ask_map(register, form, limit=LISTED, cursor=form.cursor)
    sectors = list_sectors(register)
    labels = {sector.code: sector.label for sector in sectors}
    filters = form.model_dump(exclude={"cursor"})
    active = list_active_filters(register, form, labels)
    return {
        "asked": form,
        "page": page,
        "sentence": _write_sentence(
            register, page, form, is_filtered=len(active) > (form.kind is not Kind.ACTOR)
        ),
        "active": active,
        "sectors": sectors,
        "sector_labels": labels,
        "territory_groups": group_territories(register),
        "next_page": write_address("/carte", filters | {"cursor": page.next_cursor})
        if page.next_cursor
        else None,
        "first_page": write_address("/carte", filters),
        "map_source": write_address("/carte/plan", filters),
        "open_data": write_address("/api/v1/presences", filters),
        "footing": _write_footing(register, page, form),
    }


def _write_sentence(register: Register, page: PresencePage, form: MapForm, *, is_filtered: bool) -> str:
    shown = write_count(page.total, *KIND_NAMES[form.kind])
    received = read_summary(register).counts_by_kind[form.kind].received
    if is_filtered and page.total != received:
        return f"{shown} sur {write_number(received)}."
    return f"{shown} dans la région."


def _write_footing(register: Register, page: PresencePage, form: MapForm) -> str:
    """Say where all of the kind stands, and how much of it the public may not read."""
    totals = write_totals(read_summary(register).counts_by_kind[form.kind], form.kind)
    hidden = ""
    if page.hidden:
        words = ("fiche qui répond", "fiches qui répondent")
        shown = ("n'est pas publique", "ne sont pas publiques")[page.hidden > 1]
        hidden = f" {write_count(page.hidden, *words)} à ces filtres {shown}."
    return f"Dans le registre : {totals}.{hidden}"


def list_active_filters(register: Register, form: MapForm, labels: dict[str, str]) -> list[Choice]:
    """List the filters that are on; each one's address is the same page without it."""
    chips: list[tuple[str, str]] = []
    if form.text:
        chips.append(("text", f"« {form.text} »"))
    if form.sector:
        chips.append(("sector", labels.get(form.sector, form.sector)))
    if form.kind is not Kind.ACTOR:
        chips.append(("kind", KIND_NAMES[form.kind][1].capitalize()))
    if form.territory:
        chips.append(("territory", _name(register, form.territory)))
    if form.outside:
        is_mel = form.outside == MEL_CODE
        chips.append(("outside", "hors MEL" if is_mel else f"hors de {_name(register, form.outside)}"))
    filters = form.model_dump(exclude={"cursor"})
    return [
        Choice(label=label, address=write_address("/carte", filters | {name: None})) for name, label in chips
    ]


def _name(register: Register, code: str) -> str:
    territory = register.referential.find(code)
    return territory.name if territory else code


def group_territories(register: Register) -> list[tuple[str, tuple[Territory, ...]]]:
    """Group the territories that a person may choose: départements, then intercommunalités by name."""
    by_name = sorted(register.referential.territories(Level.EPCI), key=lambda territory: territory.name)
    return [
        ("Départements", register.referential.territories(Level.DEPARTEMENT)),
        ("Intercommunalités", tuple(by_name)),
    ]
