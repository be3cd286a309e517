"""`/carte` on paper and in files: the same filters, the same presences, the same order."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from api.data_version import read_summary
from api.forms import MapForm, PrintForm
from api.map_view import ask_map, check_map_form, describe_map
from api.near_view import Choice
from api.pictures import MOST_DRAWN, read_all_presences, read_antennes
from api.printing import make_credits, make_ground, make_selection, write_filters
from api.rendering import write_address
from data.exports import ExportFormat, export_presences
from data.questions import iterate_presences
from data.session import Register
from geo.french import KIND_NAMES, STATUS_NAMES, write_count, write_date, write_number
from geo.geocoding.text import fold
from geo.records import Kind, Level, Presence, Visibility
from maps.print.actors_page import draw_actors_page
from maps.print.svg import write_svg

MOST_PRINTED = 2_000
"""How many presences a booklet of the list to print holds at most: about thirty sheets."""

MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.GEOJSON: "application/geo+json",
    ExportFormat.GPKG: "application/geopackage+sqlite3",
}
"""The formats that the page offers, as HTTP names them."""


def export_map(
    register: Register,
    form: MapForm,
    export_format: ExportFormat,
    folder: Path,
    *,
    reader: Visibility = Visibility.PUBLIC,
) -> Path:
    """Write exactly what the filters keep, and that this reader may read, as a file in a folder."""
    check_map_form(register, form)
    path = folder / f"export.{export_format.value}"
    found = iterate_presences(register, **form.question, reader=reader)
    export_presences(found, path, export_format, sectors=register.sectors.sectors)
    return path


def name_export(register: Register, form: MapForm, export_format: ExportFormat) -> str:
    """Name an exported file: what it holds, and the date of its data."""
    what = (
        fold(KIND_NAMES[form.kind][1]).replace(" ", "-")
        if form.kind is not Kind.AMBASSADOR
        else "ambassadeurs"
    )
    day = read_summary(register).data_date
    return f"maillage-{what}{f'-{day.isoformat()}' if day else ''}.{export_format.value}"


def draw_map_on_paper(register: Register, form: MapForm, *, reader: Visibility = Visibility.PUBLIC) -> bytes:
    """Draw what the filters keep as an SVG page with its legend."""
    check_map_form(register, form)
    presences = read_all_presences(register, **form.question, limit=MOST_DRAWN, reader=reader)
    total = ask_map(register, form, limit=1, cursor=None, reader=reader).total
    filtered = write_filters(
        register, sectors=form.sector, territory=form.territory, outside=form.outside, text=form.text
    )
    page = draw_actors_page(
        presences,
        ground=make_ground(register, Level.EPCI),
        departements=make_ground(register, Level.DEPARTEMENT),
        sectors=register.sectors.sectors,
        counts=read_summary(register).counts_by_kind[form.kind],
        kind=form.kind,
        credit=make_credits(register),
        title=f"Les {KIND_NAMES[form.kind][1]} du réseau",
        lead=" ".join(filter(None, (filtered, _write_left_out(total, form.kind)))),
        antennes=() if form.kind is Kind.ANTENNE else read_antennes(register),
        selection=make_selection(register, form.territory) if filtered else None,
    )
    return write_svg(page)


def _write_left_out(total: int, kind: Kind) -> str:
    """Say what a drawing leaves out, when there is more than a sheet can show."""
    if total <= MOST_DRAWN:
        return ""
    return (
        f"Cette carte dessine {write_number(MOST_DRAWN)} fiches sur {write_count(total, *KIND_NAMES[kind])}, "
        "les premières par ordre alphabétique : choisissez un territoire ou une filière pour les voir toutes."
    )


def describe_print(
    register: Register, form: PrintForm, *, reader: Visibility = Visibility.PUBLIC
) -> dict[str, Any]:
    """
    Give the values of the page to print: its filters in words, its map, its list by territory.

    A list of more than `MOST_PRINTED` is in booklets, one after the other by name: each presence is in one.
    """
    values = describe_map(register, form.model_copy(update={"cursor": None}), reader=reader)
    page = ask_map(register, form, limit=MOST_PRINTED, cursor=form.cursor, reader=reader)
    filters = form.model_dump(exclude={"cursor", "part"})
    groups: dict[str, list[Presence]] = {}
    for presence in page.items:
        groups.setdefault(presence.epci_name or _title_rest(presence), []).append(presence)
    day = read_summary(register).data_date
    return values | {
        "groups": sorted(groups.items(), key=lambda group: fold(group[0])),
        "drawing": write_address("/carte/imprimer.svg", filters),
        "part": form.part if form.cursor else 1,
        "parts": math.ceil(page.total / MOST_PRINTED),
        "most": MOST_PRINTED,
        "printed": page.items,
        "following": _link_booklet(filters, page.next_cursor, form.part + 1) if page.next_cursor else None,
        "first": _link_booklet(filters, None, 1) if form.cursor else None,
        "day": write_date(day) if day else "",
        "back": Choice(label="Revenir à la carte", address=write_address("/carte", filters)),
    }


def _title_rest(presence: Presence) -> str:
    """Title the group of those that no intercommunalité holds: why they have none."""
    status = STATUS_NAMES[presence.status]
    return f"{status[:1].upper()}{status[1:]}"


def _link_booklet(filters: dict[str, Any], cursor: str | None, part: int) -> str:
    return write_address("/carte/imprimer", filters | {"cursor": cursor, "part": part if part > 1 else None})
