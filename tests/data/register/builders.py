"""What the tests of the register build: rows that are right by default, and imports of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import orjson

from data.incoming import IncomingPresence, PresenceFields
from data.session import Register
from data.storing import (
    finish_import,
    insert_presences,
    mark_absent,
    mark_present,
    read_source_rows,
    start_import,
    update_presences,
)
from geo.geocoding.answer import GeocodedAddress
from geo.position import Position
from geo.records import FieldChange, ImportReport, Kind, PlacementStatus, Precision, StatusCounts

LILLE = ("59350", 3.0586, 50.6365)
LENS = ("62498", 2.8319, 50.4289)
AMIENS = ("80021", 2.2950, 49.8942)
LIEVIN = ("62510", 2.7722, 50.4225)
ROUBAIX = ("59512", 3.1746, 50.6903)


def make_row(key: str, place: tuple[str, float, float] | None = LENS, **changes: Any) -> IncomingPresence:  # noqa: ANN401 (each field has its own type)
    """
    Make a row: an actor placed in Lens, unless said otherwise.

    `changes` are fields of the presence; `kind`, `status`, `line`, `extra`, `precision` are the row's.
    """
    kind = changes.pop("kind", Kind.ACTOR)
    status = changes.pop("status", PlacementStatus.PLACED if place else PlacementStatus.UNPLACED)
    line = changes.pop("line", 2)
    extra = changes.pop("extra", {})
    precision = changes.pop("precision", Precision.GIVEN if place else None)
    fields = PresenceFields(name=changes.pop("name", f"Structure {key}"), **changes)
    row = {"cle": key, "nom": fields.name, "reste": repr((fields, place, status.value, kind.value))}
    return IncomingPresence(
        line=line,
        kind=kind,
        key=key,
        key_kind="id",
        fingerprint=hashlib.sha256(orjson.dumps(row)).hexdigest(),
        row=row,
        fields=fields,
        placement=GeocodedAddress(
            id=key,
            status=status,
            position=Position(lon=place[1], lat=place[2]) if place else None,
            precision=precision,
            confidence=1.0,
            citycode=place[0] if place else None,
            provider="given",
        ),
        extra=extra,
    )


@dataclass(frozen=True)
class Imported:
    """What an import of rows did."""

    ids: Mapping[str, int]
    new: int
    changed: int
    absent: int
    changes: tuple[FieldChange, ...] = field(default=())


def import_rows(
    register: Register,
    rows: Sequence[IncomingPresence],
    *,
    source: str = "liste",
    as_of: date = date(2026, 1, 1),
    kinds: Sequence[Kind] | None = None,
    is_fictional: bool = False,
) -> Imported:
    """Import rows whose keys are distinct, as the intake does; `ids` holds every key of the source."""
    imported_kinds = kinds or sorted({row.kind for row in rows}) or [Kind.ACTOR]
    with register.writing() as session:
        run = start_import(
            session,
            source=source,
            kinds=imported_kinds,
            as_of=as_of,
            file_name="liste.csv",
            is_fictional=is_fictional,
        )
        held = {row.key: row for row in read_source_rows(session, run.source_id, run.kinds, as_of=as_of)}
        new = [row for row in rows if row.key not in held]
        inserted = insert_presences(session, run, new)
        changed = [
            (held[row.key].presence_id, row)
            for row in rows
            if row.key in held and held[row.key].fingerprint != row.fingerprint
        ]
        changes = update_presences(session, run, changed)
        touched = {presence_id for presence_id, _ in changed}
        keys = {row.key for row in rows}
        mark_present(
            session,
            run,
            [
                each.presence_id
                for key, each in held.items()
                if key in keys and each.presence_id not in touched
            ],
        )
        absent = mark_absent(
            session, run, [each.presence_id for key, each in held.items() if key not in keys]
        )
        finish_import(session, run, make_report(len(rows)))
    ids = {key: each.presence_id for key, each in held.items()}
    ids.update(zip((row.key for row in new), inserted, strict=True))
    return Imported(ids, len(new), len(changed), absent, changes)


def make_report(received: int) -> ImportReport:
    """Make the report of an import that met nothing."""
    return ImportReport(
        file="liste.csv",
        source="liste",
        kind=Kind.ACTOR,
        as_of=date(2026, 1, 1),
        dry_run=False,
        counts=StatusCounts(placed=received),
        new=received,
        changed=0,
        unchanged=0,
        absent=0,
    )


def renamed(row: IncomingPresence, name: str) -> IncomingPresence:
    """Give the same row under another name."""
    return replace(
        row,
        fields=replace(row.fields, name=name),
        row={**row.row, "nom": name},
        fingerprint=hashlib.sha256((row.fingerprint + name).encode()).hexdigest(),
    )
