"""Presences as they are displayed: from rows of the register to records, as a reader may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, or_, select

from data.errors import UnknownPresenceError
from data.hiding.fields import MAY_READ, show_presence
from data.homes.texts import read_home_texts
from data.id_lists import is_one_of
from data.rows import in_batches, is_row_number
from data.session import Session
from data.tables import imports, presences, sources
from data.territories import Place, read_places
from geo.position import Position
from geo.records import Kind, PlacementStatus, Precision, Presence, Visibility

_COLUMNS = [
    presences.c[name]
    for name in (
        "id",
        "kind",
        "name",
        "status",
        "sectors",
        "summary",
        "legal_form",
        "siret",
        "rna",
        "website",
        "address",
        "postcode",
        "city",
        "lon",
        "lat",
        "precision",
        "confidence",
        "provider",
        "reasons",
        "commune",
        "zone",
        "zone_radius_m",
        "starts_on",
        "ends_on",
        "visibility",
        "field_visibility",
        "source_id",
        "source_key",
        "absent_from_source_since",
        "stage",
        "amount_sought_eur",
        "amount_granted_eur",
        "partners",
        "at_home",
        "willing_to_sponsor",
        "confirmed_on",
        "email",
        "phone",
    )
]
SELECT_PRESENCES: Select[Any] = select(*_COLUMNS)
"""The statement whose rows `make_presences` reads, to filter and order."""

SELECT_PRESENCES_BY_ID = SELECT_PRESENCES.where(is_one_of(presences.c.id, "ids"))
"""The same for the ids bound as `ids`: built once, so that it is compiled once."""

_NO_PLACE = Place(commune_name="", epci=None, epci_name=None, departement=None)
_KINDS = {kind.value: kind for kind in Kind}
_STATUSES = {status.value: status for status in PlacementStatus}
_PRECISIONS = {precision.value: precision for precision in Precision}
_VISIBILITIES = {visibility.value: visibility for visibility in Visibility}


@dataclass(frozen=True, slots=True)
class SourceName:
    """A source as a presence shows it."""

    name: str
    is_fictional: bool


def may_read(reader: Visibility) -> ColumnElement[bool]:
    """Say in SQL whether a reader may read a presence."""
    return presences.c.visibility.in_([visibility.value for visibility in MAY_READ[reader]])


def is_shown() -> ColumnElement[bool]:
    """Say in SQL whether the source of a presence still shows it."""
    return presences.c.absent_from_source_since.is_(None)


def is_not_over(day: date) -> ColumnElement[bool]:
    """Say in SQL what `data.questions.near.is_past` denies: an event without a last day ends on its first."""
    columns = presences.c
    is_first_its_last = columns.ends_on.is_(None) & (columns.kind == Kind.EVENT.value)
    last_day = case((is_first_its_last, columns.starts_on), else_=columns.ends_on)
    return or_(last_day.is_(None), last_day >= day)


def read_presences(
    session: Session, ids: Iterable[int], *, reader: Visibility = Visibility.PUBLIC
) -> dict[int, Presence]:
    """
    Give presences by id; those that do not exist, or that the reader may not read, are left out.

    Parameters
    ----------
    session
        Any session.
    ids
        Which ones.
    reader
        Who reads: records and contact fields above that are hidden.
    """
    found: dict[int, Presence] = {}
    for batch in in_batches(ids):
        rows = session.connection.execute(SELECT_PRESENCES_BY_ID, {"ids": batch})
        for presence in make_presences(session, rows, reader=reader):
            found[presence.id] = presence
    return found


def get_presence_record(session: Session, presence_id: int, *, reader: Visibility) -> Presence:
    """
    Give one presence, whether its source still shows it or not.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id, or the reader may not read it.
    """
    known = is_row_number(presence_id)
    found = read_presences(session, [presence_id], reader=reader).get(presence_id) if known else None
    if found is None:
        raise UnknownPresenceError(presence_id=presence_id)
    return found


def make_presences(session: Session, rows: Iterable[Row[Any]], *, reader: Visibility) -> list[Presence]:
    """Turn rows of `SELECT_PRESENCES` into records, in their order, without those the reader may not read."""
    allowed = MAY_READ[reader]
    places = read_places(session.register.referential)
    source_names = read_source_names(session)
    telling = {} if reader is Visibility.STAFF else read_home_texts(session)
    made = []
    for row in rows:
        visibility = _VISIBILITIES[row.visibility]
        if visibility not in allowed:
            continue
        place = places.get(row.commune, _NO_PLACE)
        source = source_names[row.source_id]
        presence = Presence(
            id=row.id,
            kind=_KINDS[row.kind],
            name=row.name,
            status=_STATUSES[row.status],
            sectors=tuple(row.sectors),
            summary=row.summary,
            legal_form=row.legal_form,
            siret=row.siret,
            rna=row.rna,
            website=row.website,
            address=row.address,
            postcode=row.postcode,
            city=row.city,
            position=None if row.lon is None else Position(lon=row.lon, lat=row.lat),
            precision=_PRECISIONS[row.precision] if row.precision else None,
            confidence=row.confidence,
            provider=row.provider,
            reasons=tuple(row.reasons),
            commune=row.commune,
            commune_name=place.commune_name or None,
            epci=place.epci,
            epci_name=place.epci_name,
            departement=place.departement,
            zone=tuple(row.zone),
            zone_radius_m=row.zone_radius_m,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            visibility=visibility,
            source=source.name,
            source_key=row.source_key,
            absent_from_source_since=row.absent_from_source_since,
            stage=row.stage,
            amount_sought_eur=row.amount_sought_eur,
            amount_granted_eur=row.amount_granted_eur,
            partners=tuple(row.partners),
            is_fictional=source.is_fictional,
            at_home=row.at_home,
            willing_to_sponsor=row.willing_to_sponsor,
            confirmed_on=row.confirmed_on,
            email=row.email,
            phone=row.phone,
        )
        made.append(show_presence(presence, row.field_visibility, reader=reader, telling=telling.get(row.id)))
    return made


def read_source_names(session: Session) -> Mapping[int, SourceName]:
    """Give the sources by id."""

    def read() -> Mapping[int, SourceName]:
        rows = session.connection.execute(select(sources.c.id, sources.c.name, sources.c.is_fictional))
        return {source_id: SourceName(name, is_fictional) for source_id, name, is_fictional in rows}

    return session.remember("source_names", read)


def read_data_date(session: Session) -> date | None:
    """Give the newest as-of day of all imports, None when there is none."""
    return session.remember(
        "data_date",
        lambda: session.connection.execute(
            select(imports.c.as_of).order_by(imports.c.as_of.desc()).limit(1)
        ).scalar(),
    )
