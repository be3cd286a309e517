"""Presences for the tests of the site: valid by default, a test says only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from data.incoming import IncomingPresence, PresenceFields
from data.opening import open_register
from data.session import Register
from data.settings import DatabaseSettings
from data.storing import finish_import, insert_presences, start_import
from geo.geocoding.answer import GeocodedAddress
from geo.position import Position
from geo.records import ImportReport, Kind, PlacementStatus, Precision, StatusCounts, Visibility

AS_OF = date(2026, 3, 12)

LENS = ("62498", 2.8319, 50.4289)
LILLE = ("59350", 3.0573, 50.6292)
ARRAS = ("62041", 2.7775, 50.2910)
VALENCIENNES = ("59606", 3.5234, 50.3570)


def make_incoming(
    name: str,
    at: tuple[str, float, float] | None = LENS,
    *,
    kind: Kind = Kind.ACTOR,
    sectors: Sequence[str] = ("alimentation",),
    precision: Precision = Precision.HOUSENUMBER,
    status: PlacementStatus | None = None,
    north_deg: float = 0.0,
    visibility: Visibility = Visibility.PUBLIC,
    website: str | None = None,
    summary: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> IncomingPresence:
    """Make a row that has been read and placed; `at` is a commune with its point, None for no place."""
    where = PlacementStatus.COMMUNE if precision is Precision.COMMUNE else PlacementStatus.PLACED
    placement = GeocodedAddress(id=name, status=PlacementStatus.UNPLACED)
    if at is not None:
        commune, lon, lat = at
        placement = GeocodedAddress(
            id=name,
            status=status or where,
            position=Position(lon=lon, lat=lat + north_deg),
            precision=precision,
            citycode=commune,
            confidence=0.95,
            provider="test",
        )
    return IncomingPresence(
        line=1,
        kind=kind,
        key=name,
        key_kind="id",
        fingerprint=f"{kind}-{name}",
        row={"Nom": name},
        fields=PresenceFields(
            name=name,
            sectors=tuple(sectors),
            visibility=visibility,
            website=website,
            summary=summary,
            starts_on=starts_on,
            ends_on=ends_on,
        ),
        placement=placement,
    )


def fill_register(
    folder: Path,
    rows: Sequence[IncomingPresence],
    *,
    is_fictional: bool = False,
    source: str = "essai",
    as_of: date = AS_OF,
) -> Register:
    """Open a register in a folder and import rows into it."""
    register = open_register(DatabaseSettings(home=folder, database_url=None))
    store_rows(register, rows, is_fictional=is_fictional, source=source, as_of=as_of)
    return register


def store_rows(
    register: Register,
    rows: Sequence[IncomingPresence],
    *,
    is_fictional: bool = False,
    source: str = "essai",
    as_of: date = AS_OF,
) -> None:
    """Import rows, as an import does once they have been read and placed."""
    if not rows:
        return
    kinds = {row.kind for row in rows}
    with register.writing() as session:
        run = start_import(
            session, source=source, kinds=kinds, as_of=as_of, file_name="essai.csv", is_fictional=is_fictional
        )
        insert_presences(session, run, rows)
        finish_import(session, run, _report(rows, as_of))


def _report(rows: Sequence[IncomingPresence], as_of: date) -> ImportReport:
    by_status: Mapping[str, int] = {
        status.value: sum(row.placement.status is status for row in rows) for status in PlacementStatus
    }
    return ImportReport(
        file="essai.csv",
        source="essai",
        kind=Kind.ACTOR,
        as_of=as_of,
        dry_run=False,
        counts=StatusCounts(**by_status),
        new=len(rows),
        changed=0,
        unchanged=0,
        absent=0,
    )
