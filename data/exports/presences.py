"""Presences as files that other programs read: GeoJSON, GeoPackage, CSV, XLSX, GoGoCarto.

The CSV and XLSX columns are those that an import recognises: what is exported can be corrected in a
spreadsheet and imported again. Only what the caller hands over is written: visibility is decided before.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from data.exports.atomic import write_atomically
from geo.contract import presence_as_json
from geo.french import KIND_NAMES, PRECISION_NAMES
from geo.records import Presence, Sector

LICENCE_URL = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"

Labels = Mapping[str, str]

_YES_OR_NO = {True: "oui", False: "non", None: None}


class ExportFormat(StrEnum):
    """The formats that presences are written in."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    CSV = "csv"
    XLSX = "xlsx"
    GOGOCARTO = "gogocarto"


_COLUMNS: Mapping[str, Callable[[Presence, Labels], object]] = {
    "Identifiant": lambda presence, _: presence.id,
    "Type": lambda presence, _: KIND_NAMES[presence.kind][0],
    "Nom": lambda presence, _: presence.name,
    "Filière": lambda presence, labels: " | ".join(labels.get(code, code) for code in presence.sectors),
    "Description": lambda presence, _: presence.summary,
    "Forme juridique": lambda presence, _: presence.legal_form,
    "SIRET": lambda presence, _: presence.siret,
    "RNA": lambda presence, _: presence.rna,
    "Adresse": lambda presence, _: presence.address,
    "Code postal": lambda presence, _: presence.postcode,
    "Commune": lambda presence, _: presence.city or presence.commune_name,
    "Latitude": lambda presence, _: presence.position.lat if presence.position else None,
    "Longitude": lambda presence, _: presence.position.lon if presence.position else None,
    "Précision": lambda presence, _: PRECISION_NAMES[presence.precision] if presence.precision else None,
    "Code Insee": lambda presence, _: presence.commune,
    "Intercommunalité": lambda presence, _: presence.epci_name,
    "Site web": lambda presence, _: presence.website,
    "Courriel": lambda presence, _: presence.email,
    "Téléphone": lambda presence, _: presence.phone,
    "À domicile": lambda presence, _: "oui" if presence.at_home else "non",
    "Accepte de parrainer": lambda presence, _: _YES_OR_NO[presence.willing_to_sponsor],
    "Confirmée le": lambda presence, _: presence.confirmed_on,
    "Début": lambda presence, _: presence.starts_on,
    "Fin": lambda presence, _: presence.ends_on,
    "Zone d'action": lambda presence, _: " | ".join(presence.zone),
    "Stade": lambda presence, _: presence.stage,
    "Montant recherché (€)": lambda presence, _: presence.amount_sought_eur,
    "Montant accordé (€)": lambda presence, _: presence.amount_granted_eur,
    "Partenaires": lambda presence, _: " | ".join(presence.partners),
}


def export_presences(
    presences: Iterable[Presence],
    path: Path,
    export_format: ExportFormat,
    *,
    sectors: Sequence[Sector] = (),
) -> int:
    """
    Write presences to a file, whole or not at all.

    Parameters
    ----------
    presences
        What to write, in order; read once. All formats but the GeoPackage keep one presence in memory.
    path
        Where.
    export_format
        How.
    sectors
        The labels of the sectors, for the formats that people read.

    Returns
    -------
    int
        How many were written. Those without a position are in the tables and in the GeoJSON (null geometry);
        the GeoPackage has them without geometry, GoGoCarto's format has no place for them.

    Raises
    ------
    FileNotWrittenError
        If the file cannot be written; what was there is then as it was.
    """
    labels = {sector.code: sector.label for sector in sectors}
    if export_format is ExportFormat.GOGOCARTO:
        presences = (presence for presence in presences if presence.position)
    counter = _Counter(presences)
    writers: Mapping[ExportFormat, Callable[[Iterable[Presence], Path, Labels], None]] = {
        ExportFormat.GEOJSON: _write_geojson,
        ExportFormat.GPKG: _write_geopackage,
        ExportFormat.CSV: _write_csv,
        ExportFormat.XLSX: _write_xlsx,
        ExportFormat.GOGOCARTO: _write_gogocarto,
    }
    write = writers[export_format]
    write_atomically(path, lambda target: write(counter, target, labels))
    return counter.count


class StreamFormat(StrEnum):
    """The formats that are written as they are read, one presence after the other."""

    GEOJSON = "geojson"
    NDJSON = "ndjson"
    CSV = "csv"


def stream_presences(
    presences: Iterable[Presence], stream_format: StreamFormat, *, sectors: Sequence[Sector] = ()
) -> Iterator[bytes]:
    r"""
    Write presences piece by piece, as `export_presences` does, and keep none of them.

    Parameters
    ----------
    presences
        What to write, in order; read once, one at a time.
    stream_format
        How: GeoJSON, the same features one a line (NDJSON), or CSV.
    sectors
        The labels of the sectors, for people.

    Examples
    --------
    >>> b"".join(stream_presences([], StreamFormat.GEOJSON))
    b'{"type":"FeatureCollection","features":[\n]}\n'
    """
    if stream_format is StreamFormat.CSV:
        yield from _stream_csv(presences, {sector.code: sector.label for sector in sectors})
        return
    features = map(_as_feature, presences)
    if stream_format is StreamFormat.NDJSON:
        for feature in features:
            yield orjson.dumps(feature) + b"\n"
        return
    yield b'{"type":"FeatureCollection","features":['
    for number, feature in enumerate(features):
        yield (b",\n" if number else b"\n") + orjson.dumps(feature)
    yield b"\n]}\n"


def _stream_csv(presences: Iterable[Presence], labels: Labels) -> Iterator[bytes]:
    line = io.StringIO(newline="")
    writer = csv.writer(line, delimiter=";")
    # As in a file: the mark by which a spreadsheet knows UTF-8.
    line.write("\ufeff")
    writer.writerow(_COLUMNS)
    yield line.getvalue().encode()
    for presence in presences:
        line.seek(0)
        line.truncate()
        writer.writerow([_disarm(read(presence, labels)) for read in _COLUMNS.values()])
        yield line.getvalue().encode()


class _Counter:
    """Counts what passes."""

    def __init__(self, presences: Iterable[Presence]) -> None:
        self._presences = presences
        self.count = 0

    def __iter__(self) -> Any:  # noqa: ANN401 (a generator of presences)
        for presence in self._presences:
            self.count += 1
            yield presence


def _write_items(file: BinaryIO, before: bytes, items: Iterable[object], after: bytes) -> None:
    file.write(before)
    for number, item in enumerate(items):
        file.writelines((b",\n" if number else b"\n", orjson.dumps(item)))
    file.write(b"\n" + after)


def _write_geojson(presences: Iterable[Presence], path: Path, _labels: Labels) -> None:
    with path.open("wb") as file:
        _write_items(file, b'{"type":"FeatureCollection","features":[', map(_as_feature, presences), b"]}\n")


def _as_feature(presence: Presence) -> dict[str, Any]:
    geometry = (
        {"type": "Point", "coordinates": list(presence.position.lon_lat())} if presence.position else None
    )
    properties = presence_as_json(presence)
    return {"type": "Feature", "id": properties["id"], "geometry": geometry, "properties": properties}


def _write_csv(presences: Iterable[Presence], path: Path, labels: Labels) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(_COLUMNS)
        for presence in presences:
            writer.writerow([_disarm(read(presence, labels)) for read in _COLUMNS.values()])


def _disarm(cell: object) -> object:
    """Keep a spreadsheet from running what a name begins with (=, +, -, @): a quote makes it text."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{cell}"
    return cell


def _write_xlsx(presences: Iterable[Presence], path: Path, labels: Labels) -> None:
    from openpyxl import Workbook  # noqa: PLC0415 (a tenth of a second, for workbooks only)

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Présences")
    sheet.append(list(_COLUMNS))
    for presence in presences:
        sheet.append([_disarm(read(presence, labels)) for read in _COLUMNS.values()])
    book.save(path)


def _write_geopackage(presences: Iterable[Presence], path: Path, labels: Labels) -> None:
    # GeoPandas takes half a second to import: only this format pays for it.
    import geopandas  # noqa: PLC0415
    from shapely import Point  # noqa: PLC0415

    kept = list(presences)
    columns = {title: [read(presence, labels) for presence in kept] for title, read in _COLUMNS.items()}
    points = [Point(presence.position.lon_lat()) if presence.position else None for presence in kept]
    layer = geopandas.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")
    path.unlink(missing_ok=True)
    layer.to_file(path, driver="GPKG", layer="presences", engine="pyogrio")


def _write_gogocarto(presences: Iterable[Presence], path: Path, labels: Labels) -> None:
    before = orjson.dumps({"licence": LICENCE_URL, "ontology": "gogofull"})[:-1] + b',"data":['
    with path.open("wb") as file:
        _write_items(file, before, (_as_element(presence, labels) for presence in presences), b"]}\n")


def _as_element(presence: Presence, labels: Labels) -> dict[str, Any]:
    """Write a presence as GoGoCarto's « gogofull » element; status 3 is « added by an administrator »."""
    position = presence.position
    return {
        "id": str(presence.id),
        "name": presence.name,
        "geo": {"latitude": position.lat, "longitude": position.lon} if position else None,
        "sourceKey": presence.source,
        "address": {
            "streetAddress": presence.address,
            "postalCode": presence.postcode or "",
            "addressLocality": presence.city or presence.commune_name or "",
            "addressCountry": "FR",
        },
        "status": 3,
        "categories": [labels.get(code, code) for code in presence.sectors],
        "abstract": presence.summary,
        "website": presence.website or "",
        "email": presence.email or "",
        "telephone": presence.phone or "",
    }
