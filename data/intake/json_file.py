"""JSON: plain lists, wrapped lists, GeoJSON, and GoGoCarto's public answers, full and compact.

Every element becomes a row; nested objects become columns with dotted names (`address.postalCode`), so that
nothing of an element is lost. The line told of a problem is the rank of the element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson

from data.intake.csv_file import MAX_CELL_CHARACTERS
from data.intake.encoding import survey_text
from data.intake.errors import DamagedFileError, NoRowsError, OversizedFileError, OversizedLineError
from data.intake.problems import ProblemLog
from data.intake.table import Row, Table
from data.intake.text import find_unwanted, has_unwanted, replace_unwanted

MAX_JSON_BYTES = 256_000_000
"""A JSON is read whole: this is about 150,000 full GoGoCarto elements."""

_WRAPPERS = ("data", "elements", "features", "results", "records", "items", "@graph", "structures", "lieux")
_COMPACT_TAIL = ("latitude", "longitude", "categories", "status", "moderationState")
_STATUS_COLUMN = "gogocarto_status"
_MODERATION_COLUMN = "gogocarto_moderation"
_DEPTH = 6

Element = dict[str, object]


def open_json(path: Path) -> Table:
    """
    Open a JSON, a GeoJSON or a GoGoCarto answer.

    Raises
    ------
    DamagedFileError
        If it is no JSON, or holds no list of elements.
    OversizedFileError
        If it is larger than `MAX_JSON_BYTES`.
    NoRowsError
        If its list is empty.
    """
    size = path.stat().st_size
    if size > MAX_JSON_BYTES:
        raise OversizedFileError(
            path,
            f"ce JSON pèse {size // 1_000_000} Mo, plus que les {MAX_JSON_BYTES // 1_000_000} Mo admis.",
            "Demandez-en une partie à la fois (pour GoGoCarto, avec « bounds »).",
        )
    survey = survey_text(path, limit_lines=False)
    raw = path.read_bytes()
    if survey.encoding not in {"utf-8", "utf-8-sig"}:
        raw = raw.decode(survey.encoding, errors="replace").encode()
    log = ProblemLog()
    try:
        content: object = orjson.loads(raw.removeprefix(b"\xef\xbb\xbf").strip().rstrip(b"\x00"))
    except orjson.JSONDecodeError as error:
        where = f"ligne {error.lineno}, caractère {error.colno}"
        raise DamagedFileError(path, "du JSON", where) from error
    del raw
    format_name, elements = _find_elements(path, content, log)
    if not elements:
        raise NoRowsError(path)
    try:
        rows = [_flatten_element(element) for element in elements]
    except TypeError as error:
        # What is read to a depth of 1,024 is written to one of 254.
        raise DamagedFileError(path, "une liste de fiches en JSON", "valeurs imbriquées sans fin") from error
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if not columns:
        raise NoRowsError(path)
    log.tell(None, None, None, "Fichier JSON : la ligne indiquée est le rang de la fiche dans la liste.")

    def source(rows_log: ProblemLog) -> Iterator[Row]:
        for rank, row in enumerate(rows, start=1):
            yield Row(rank, [_clean(path, row.get(name, ""), rank, name, rows_log) for name in columns])

    return Table(format=format_name, columns=columns, source=source, problems=log, encoding=survey.encoding)


def _find_elements(path: Path, content: object, log: ProblemLog) -> tuple[str, Sequence[object]]:
    """Find the list in its wrapping, and say which format it is."""
    if isinstance(content, list):
        return "json", content
    if isinstance(content, dict):
        ontology = str(content.get("ontology", ""))
        if content.get("type") == "Feature":
            content = {"type": "FeatureCollection", "features": [content]}
        wrapped = next((content[key] for key in _WRAPPERS if isinstance(content.get(key), list | dict)), None)
        elements: list[object] = wrapped if isinstance(wrapped, list) else [wrapped] if wrapped else []
        if ontology == "gogocompact":
            return "gogocarto", _unpack_compact(content, elements)
        if ontology.startswith("gogo"):
            return "gogocarto", [_mark_gogocarto(element) for element in elements]
        if content.get("type") == "FeatureCollection" or "features" in content:
            read = _reader_of_features(_is_lambert93(content), log)
            return "geojson", [read(rank, element) for rank, element in enumerate(elements, start=1)]
        if wrapped is not None:
            return "json", elements
    raise DamagedFileError(path, "une liste de fiches en JSON", "aucune liste n'y a été trouvée")


def _unpack_compact(content: Mapping[str, object], elements: Sequence[object]) -> list[object]:
    """
    Unpack `["id", [fields…], lat, lng, [categories…], status?, moderation?]`.

    The published mapping omits the categories that the data hold: only its first two entries are believed.
    """
    mapping = content.get("mapping")
    fields = mapping[1] if isinstance(mapping, list) and len(mapping) > 1 else ["name"]
    names = [str(name) for name in fields] if isinstance(fields, list) else ["name"]
    unpacked: list[object] = []
    for element in elements:
        if not isinstance(element, list) or not element:
            unpacked.append(element)
            continue
        row: Element = {"id": element[0]}
        values = element[1] if len(element) > 1 and isinstance(element[1], list) else []
        for position, value in enumerate(values):
            row[names[position] if position < len(names) else f"(colonne {position + 1})"] = value
        row.update(zip(_COMPACT_TAIL, element[2:7], strict=False))
        row.update({f"(valeur {position})": value for position, value in enumerate(element[7:], start=8)})
        unpacked.append(_mark_gogocarto(row))
    return unpacked


def _mark_gogocarto(element: object) -> object:
    """Name GoGoCarto's own states apart: a « status » column means something else elsewhere."""
    if not isinstance(element, dict):
        return element
    marked = dict(element)
    for name, column in (("status", _STATUS_COLUMN), ("moderationState", _MODERATION_COLUMN)):
        if name in marked:
            marked[column] = marked.pop(name)
    return marked


def _is_lambert93(content: Mapping[str, object]) -> bool:
    return "2154" in str(content.get("crs", ""))


def _reader_of_features(is_lambert93: bool, log: ProblemLog) -> Callable[[int, object], object]:
    """Read features: properties are columns, a point gives coordinates, other geometries stay text."""
    names = ("geometry.x", "geometry.y") if is_lambert93 else ("geometry.longitude", "geometry.latitude")

    def read(rank: int, feature: object) -> object:
        if not isinstance(feature, dict):
            return feature
        row: Element = {}
        if "id" in feature:
            row["id"] = feature["id"]
        properties = feature.get("properties")
        row.update(properties if isinstance(properties, dict) else {})
        known = {"type", "id", "properties", "geometry", "bbox"}
        row.update({f"feature.{key}": value for key, value in feature.items() if key not in known})
        geometry = feature.get("geometry")
        if isinstance(geometry, dict):
            coordinates = geometry.get("coordinates")
            if (
                geometry.get("type") == "MultiPoint"
                and isinstance(coordinates, list)
                and len(coordinates) == 1
            ):
                coordinates = coordinates[0]
            elif geometry.get("type") != "Point":
                coordinates = None
            if isinstance(coordinates, list) and len(coordinates) >= 2:
                row[names[0]], row[names[1]] = coordinates[0], coordinates[1]
            else:
                row["geometry"] = orjson.dumps(geometry).decode()
                what = "Géométrie autre qu'un point : conservée, elle ne sert pas à placer la fiche."
                log.tell(rank, "geometry", str(geometry.get("type")), what)
        return row

    return read


def _flatten_element(element: object) -> dict[str, str]:
    if not isinstance(element, dict):
        return {"valeur": _write_value(element)}
    row: dict[str, str] = {}
    _flatten(element, "", row, _DEPTH)
    return row


def _flatten(element: Mapping[str, object], prefix: str, row: dict[str, str], depth: int) -> None:
    for key, value in element.items():
        # The names of columns are remembered with their source.
        name = replace_unwanted(f"{prefix}{key}".strip()) or "(sans nom)"
        if isinstance(value, dict) and depth > 1:
            _flatten(value, f"{name}.", row, depth - 1)
        else:
            row[name] = _write_value(value)


def _write_value(value: object) -> str:
    """Write a value as the text of a cell: lists of words are joined by « | », what is deeper stays JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return " | ".join(_write_value(item) for item in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return orjson.dumps(value).decode()


def _clean(path: Path, cell: str, rank: int, name: str, log: ProblemLog) -> str:
    if len(cell) > MAX_CELL_CHARACTERS:
        raise OversizedLineError(path, rank, MAX_CELL_CHARACTERS)
    if not has_unwanted(cell):
        return cell
    cleaned = replace_unwanted(cell)
    log.tell(rank, name, cleaned, f"Caractère illisible ({find_unwanted(cell)}) : remplacé par « � ».")
    return cleaned
