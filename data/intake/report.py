"""What an import did, for machines (JSON), for a terminal (lines) and for people (a page of its own)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from data.intake.csv_file import name_separator
from data.intake.fields import FIELD_LABELS, Field
from geo.french import (
    KIND_NAMES,
    STATUS_NAMES,
    write_count,
    write_date,
    write_list,
    write_number,
    write_share,
)
from geo.records import ImportReport, Kind, PlacementStatus, Problem

_KEY_NAMES = {
    "id": "identifiant de la source",
    "siret": "numéro SIRET",
    "rna": "numéro RNA",
    "name_address": "nom et adresse",
}
_FORMAT_NAMES = {
    "csv": "CSV",
    "xlsx": "Excel (.xlsx)",
    "ods": "OpenDocument (.ods)",
    "json": "JSON",
    "geojson": "GeoJSON",
    "gogocarto": "GoGoCarto (JSON)",
}


# Without a participle, that one or many may follow.
_STATUS_PHRASES = {
    PlacementStatus.PLACED: "à l'adresse",
    PlacementStatus.COMMUNE: "à la commune",
    PlacementStatus.TO_REVIEW: "à vérifier",
    PlacementStatus.UNPLACED: "à localiser",
    PlacementStatus.OUT_OF_REGION: "hors de la région",
}


# What changes in a presence, as people call it.
CHANGE_NAMES = {
    "name": "nom",
    "summary": "présentation",
    "sectors": "filières",
    "legal_form": "forme juridique",
    "siret": "SIRET",
    "rna": "numéro RNA",
    "website": "site web",
    "address": "adresse",
    "postcode": "code postal",
    "city": "commune indiquée",
    "commune": "code de la commune",
    "position": "point (longitude, latitude)",
    "status": "placement",
    "precision": "précision",
    "confidence": "confiance",
    "provider": "origine du point",
    "reasons": "motifs du placement",
    "zone": "zone d'action",
    "zone_radius_m": "rayon d'action (m)",
    "starts_on": "début",
    "ends_on": "fin",
    "visibility": "visibilité",
    "field_visibility": "visibilité des coordonnées",
    "email": "courriel",
    "phone": "téléphone",
    "at_home": "à domicile",
    "willing_to_sponsor": "accepte de parrainer",
    "private_position": "adresse du domicile",
    "confirmed_on": "confirmée le",
    "stage": "avancement",
    "amount_sought_eur": "montant recherché (€)",
    "amount_granted_eur": "montant obtenu (€)",
    "partners": "partenaires",
    "extra": "autres colonnes",
    "absent_from_source_since": "absente de la source depuis",
}


class ProblemGroup(NamedTuple):
    """The problems of one wording."""

    what: str
    problems: tuple[Problem, ...]


def report_as_json(report: ImportReport) -> dict[str, Any]:
    """
    Give a report as the JSON that others rely on: more keys may come, none is renamed.

    Examples
    --------
    >>> from datetime import date
    >>> from geo.records import StatusCounts
    >>> report = ImportReport(
    ...     file="a.csv", source="a", kind=Kind.ACTOR, as_of=date(2026, 3, 12), dry_run=True,
    ...     counts=StatusCounts(placed=2, unplaced=1), new=3, changed=0, unchanged=0, absent=0,
    ... )
    >>> answer = report_as_json(report)
    >>> answer["received"], answer["by_status"]["unplaced"], answer["problems"]
    (3, 1, [])
    """
    return {
        "file": report.file,
        "source": report.source,
        "kind": report.kind.value,
        "as_of": report.as_of.isoformat(),
        "dry_run": report.dry_run,
        "received": report.counts.received,
        "by_status": report.counts.by_status(),
        "by_kind": {kind: counts.by_status() for kind, counts in report.by_kind.items()},
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "absent": report.absent,
        "reappeared": report.reappeared,
        "blank_rows": report.blank_rows,
        "problems": [
            {"line": problem.line, "column": problem.column, "value": problem.value, "what": problem.what}
            for problem in report.problems
        ],
        "changes": [
            {
                "presence": change.presence,
                "field": change.field,
                "before": change.before,
                "after": change.after,
            }
            for change in report.changes
        ],
        "mapping": dict(report.mapping),
        "columns": [
            {
                "name": column.name,
                "field": column.field,
                "filled_share": round(column.filled_share, 4),
                "samples": list(column.samples),
            }
            for column in report.columns
        ],
        "identity_keys": dict(report.identity_keys),
        "format": report.format,
        "encoding": report.encoding,
        "separator": report.separator,
        "sheet": report.sheet,
    }


def summarise(report: ImportReport) -> tuple[str, ...]:
    """
    Give the summary of a report as lines for a terminal: totals that reconcile, changes, what was met.

    Examples
    --------
    >>> from datetime import date
    >>> from geo.records import StatusCounts
    >>> report = ImportReport(
    ...     file="a.csv", source="a", kind=Kind.ACTOR, as_of=date(2026, 3, 12), dry_run=True,
    ...     counts=StatusCounts(placed=2, unplaced=1), new=3, changed=0, unchanged=0, absent=0,
    ... )
    >>> summarise(report)[1]
    "3 lignes reçues = 2 à l'adresse + 1 à localiser."
    """
    state = "essai à blanc, rien n'est enregistré" if report.dry_run else "enregistré"
    lines = [
        f"« {report.file} », source « {report.source} », au {write_date(report.as_of)} ({state}).",
        write_totals(report),
        write_changes(report),
    ]
    if report.identity_keys:
        keys = [
            f"{_KEY_NAMES.get(key, key)} ({write_number(count)})"
            for key, count in report.identity_keys.items()
        ]
        lines.append(f"Lignes reconnues par : {', '.join(keys)}.")
    unused = [name for name, use in report.mapping.items() if use is None]
    if unused:
        lines.append(f"Colonnes gardées telles quelles : {', '.join(unused)}.")
    if report.blank_rows:
        lines.append(f"{write_count(report.blank_rows, 'ligne vide', 'lignes vides')} : rien à importer.")
    lines.extend(
        f"{write_count(len(group.problems), 'remarque')} : {group.what}" for group in group_problems(report)
    )
    return tuple(lines)


def write_totals(report: ImportReport) -> str:
    """Write how the rows received are shared out; the sum is always whole."""
    parts = [
        f"{write_number(count)} {_STATUS_PHRASES[PlacementStatus(status)]}"
        for status, count in report.counts.by_status().items()
        if count
    ]
    received = write_count(report.counts.received, "ligne reçue", "lignes reçues")
    return f"{received} = {' + '.join(parts)}." if parts else f"{received}."


def write_changes(report: ImportReport) -> str:
    """Write what the list changes in the register."""
    parts = [
        write_count(report.new, "fiche nouvelle", "fiches nouvelles"),
        f"{write_count(report.changed, 'modifiée')}"
        + (f" (dont {write_number(report.reappeared)} de retour)" if report.reappeared else ""),
        write_count(report.unchanged, "inchangée"),
        write_count(report.absent, "désormais absente de cette source", "désormais absentes de cette source"),
    ]
    return f"{write_list(parts)}."


def group_problems(report: ImportReport) -> list[ProblemGroup]:
    """Group problems by their wording, those of the whole file first, then the most frequent."""
    groups: dict[str, list[Problem]] = defaultdict(list)
    for problem in report.problems:
        groups[_name_group(problem)].append(problem)
    ordered = sorted(groups.items(), key=lambda group: (group[1][0].line is not None, -len(group[1])))
    return [ProblemGroup(what, tuple(problems)) for what, problems in ordered]


def _name_group(problem: Problem) -> str:
    """Reduce a sentence to what it shares with its likes: names in quotes, lines and candidates go."""
    what = problem.what.split(" (", 1)[0] if problem.what.endswith(").") else problem.what
    what = what.split(". Communes possibles", 1)[0].split(" (", 1)[0]
    head, quote, _ = what.partition(" : « ")
    return f"{head if quote else what}".rstrip(".") + "."


def write_report_html(report: ImportReport, path: Path) -> None:
    """
    Write a report as one page that needs nothing else: French, printable, everything in it escaped.

    Parameters
    ----------
    report
        The report; every problem and every change of it is on the page.
    path
        Where to write it; its folder must exist.
    """
    path.write_text(render_report_html(report), encoding="utf-8")


def render_report_html(report: ImportReport) -> str:
    """Give the page of a report as HTML."""
    environment = Environment(
        loader=PackageLoader("data.intake", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = write_number
    environment.filters["share"] = write_share
    return environment.get_template("import_report.html").render(
        report=report,
        as_of=write_date(report.as_of),
        kind=KIND_NAMES[report.kind][1],
        kinds=[(KIND_NAMES[Kind(kind)][1], counts) for kind, counts in report.by_kind.items()],
        statuses=[
            (STATUS_NAMES[PlacementStatus(status)], count)
            for status, count in report.counts.by_status().items()
        ],
        totals=write_totals(report),
        changes_sentence=write_changes(report),
        groups=group_problems(report),
        keys=[(_KEY_NAMES.get(key, key), count) for key, count in report.identity_keys.items()],
        format_name=_FORMAT_NAMES.get(report.format or "", report.format or ""),
        separator=name_separator(report.separator) if report.separator else None,
        field_labels=_label_fields(report.mapping),
        change_names=CHANGE_NAMES,
    )


def _label_fields(mapping: Mapping[str, str | None]) -> dict[str, str]:
    return {use: FIELD_LABELS[Field(use)] for use in mapping.values() if use is not None}
