"""`/carte` on paper and in files: the same filters, the same presences, the same order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.data_version import read_summary
from api.forms import MapForm
from api.map_view import check_map_form, describe_map
from api.near_view import Choice
from api.pictures import MOST_DRAWN, read_all_presences, read_antennes
from api.printing import make_credits, make_ground
from api.rendering import write_address
from data.exports import ExportFormat, export_presences
from data.questions import iterate_presences
from data.session import Register
from geo.french import KIND_NAMES, write_date
from geo.geocoding.text import fold
from geo.records import Kind, Level, Presence, Visibility
from maps.print.actors_page import draw_actors_page
from maps.print.svg import write_svg

MOST_PRINTED = 2_000
"""How many presences the list to print holds at most."""

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
    export_presences(_iterate(register, form, reader), path, export_format, sectors=register.sectors.sectors)
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


def _iterate(register: Register, form: MapForm, reader: Visibility) -> Iterator[Presence]:
    return iterate_presences(
        register,
        kind=form.kind,
        sectors=form.sector,
        territory=form.territory,
        outside=form.outside,
        text=form.text,
        reader=reader,
    )


def draw_map_on_paper(register: Register, form: MapForm, *, reader: Visibility = Visibility.PUBLIC) -> bytes:
    """Draw what the filters keep as an SVG page with its legend."""
    check_map_form(register, form)
    presences = read_all_presences(
        register,
        kind=form.kind,
        sectors=form.sector,
        territory=form.territory,
        outside=form.outside,
        text=form.text,
        limit=MOST_DRAWN,
        reader=reader,
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
        antennes=() if form.kind is Kind.ANTENNE else read_antennes(register),
    )
    return write_svg(page)


def describe_print(
    register: Register, form: MapForm, *, reader: Visibility = Visibility.PUBLIC
) -> dict[str, Any]:
    """Give the values of the page to print: its filters in words, its map, its whole list by territory."""
    values = describe_map(register, form.model_copy(update={"cursor": None}), reader=reader)
    filters = form.model_dump(exclude={"cursor"})
    groups: dict[str, list[Presence]] = {}
    count = 0
    for presence in _iterate(register, form, reader):
        if count == MOST_PRINTED:
            break
        groups.setdefault(presence.epci_name or "À localiser", []).append(presence)
        count += 1
    day = read_summary(register).data_date
    return values | {
        "groups": sorted(groups.items(), key=lambda group: fold(group[0])),
        "drawing": write_address("/carte/imprimer.svg", filters),
        "is_cut": values["page"].total > count,
        "most": MOST_PRINTED,
        "day": write_date(day) if day else "",
        "back": Choice(label="Revenir à la carte", address=write_address("/carte", filters)),
    }
