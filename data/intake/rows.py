"""Understanding rows: every cell read into its field, and everything that was not, kept and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from data.incoming import PresenceFields
from data.intake.addresses import Address, AddressReader
from data.intake.dates import read_date, read_end_date
from data.intake.fields import Field
from data.intake.identifiers import read_rna, read_siret
from data.intake.identity import KeyKind, digest_row, make_key
from data.intake.mapping import ColumnPlan
from data.intake.problems import ProblemLog
from data.intake.row_sectors import SectorReader
from data.intake.table import Row
from data.intake.text import squeeze
from data.intake.values import (
    Reading,
    Value,
    read_amount,
    read_at_home,
    read_kind,
    read_radius_m,
    read_visibility,
    read_website,
    read_willing,
)
from data.intake.zones import ZoneBook
from data.sectors import SectorBook
from geo.geocoding.answer import AddressQuery
from geo.records import Kind, Visibility

UNNAMED = "(sans nom)"
"""What stands for the name of a row that has none."""

_VISIBILITY_FIELDS = {
    "address": Field.ADDRESS_VISIBILITY,
    "website": Field.WEBSITE_VISIBILITY,
    "siret": Field.SIRET_VISIBILITY,
    "rna": Field.RNA_VISIBILITY,
    "email": Field.EMAIL_VISIBILITY,
    "phone": Field.PHONE_VISIBILITY,
}
"""By name of a contact field, the column that says who may read it."""

_CUT_LIST = re.compile(r"\s*[;|,\n]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstoodRow:
    """A row read and understood, not yet placed: what `IncomingPresence` is made from."""

    line: int
    kind: Kind
    key: str
    key_kind: KeyKind
    fingerprint: str
    row: dict[str, str]
    fields: PresenceFields
    extra: dict[str, str]
    query: AddressQuery


class RowReader:
    """
    Reads the rows of one list.

    Parameters
    ----------
    plan
        What each column is used for.
    kind
        What a row is when it does not say so itself.
    sectors
        The sectors, to find labels and NAF codes in.
    zones
        The territories, to find zones of action in.
    log
        Where everything that was not understood is told.
    """

    def __init__(
        self, plan: ColumnPlan, *, kind: Kind, sectors: SectorBook, zones: ZoneBook, log: ProblemLog
    ) -> None:
        self._plan = plan
        self._kind = kind
        self._zones = zones
        self._log = log
        self._addresses = AddressReader(plan, log)
        self._sectors = SectorReader(plan, sectors, log)
        self._fillers = {field: filler for field in Field if (filler := plan.filler(field)) is not None}
        self._sorted_names = sorted(plan.columns)
        self._kept_apart = tuple((index, plan.columns[index]) for index in plan.kept_apart)

    def read(self, row: Row) -> UnderstoodRow:
        """Understand one row."""
        cells, line = row.cells, row.line
        received = dict(zip(self._plan.columns, cells, strict=True))
        extra = {name: cells[index] for index, name in self._kept_apart if cells[index]}
        for position, cell in enumerate(row.overflow, start=len(cells) + 1):
            received[f"(colonne {position})"] = extra[f"(colonne {position})"] = cell
        address = self._addresses.read(line, cells)
        name = squeeze(self._text(Field.NAME, cells))
        if not name:
            name = UNNAMED
            self._log.tell(
                line, self._plan.column_of(Field.NAME), "", f"Fiche sans nom : gardée comme « {UNNAMED} »."
            )
        siret = self._take(line, cells, Field.SIRET, read_siret, extra)
        rna = self._take(line, cells, Field.RNA, read_rna, extra)
        if Field.PIVOT in self._fillers and not siret and not rna:
            siret, rna = self._read_pivot(line, cells, extra)
        key, key_kind = make_key(
            mapped_id=squeeze(self._text(Field.ID, cells)),
            siret=siret,
            rna=rna,
            name=name,
            address=f"{address.shown or address.query.text} {address.postcode} {address.city}",
        )
        return UnderstoodRow(
            line=line,
            kind=self._take(line, cells, Field.KIND, read_kind, extra) or self._kind,
            key=key,
            key_kind=key_kind,
            fingerprint=digest_row(received, None if row.overflow else self._sorted_names),
            row=received,
            fields=self._read_fields(line, cells, name, siret, rna, address, extra),
            extra=extra,
            query=address.query,
        )

    def _read_fields(
        self,
        line: int,
        cells: Sequence[str],
        name: str,
        siret: str | None,
        rna: str | None,
        address: Address,
        extra: dict[str, str],
    ) -> PresenceFields:
        starts_on, ends_on = self._read_period(line, cells, extra)
        zone, radius_m = self._read_zone(line, cells, extra)
        return PresenceFields(
            name=name,
            summary=self._text(Field.SUMMARY, cells),
            sectors=self._sectors.read(line, cells, extra),
            legal_form=squeeze(self._text(Field.LEGAL_FORM, cells)) or None,
            siret=siret,
            rna=rna,
            website=self._take(line, cells, Field.WEBSITE, read_website, extra),
            address=address.shown or address.query.text,
            postcode=address.postcode or None,
            city=address.city or None,
            zone=zone,
            zone_radius_m=radius_m,
            starts_on=starts_on,
            ends_on=ends_on,
            visibility=self._read_visibility(line, cells, extra),
            field_visibility=self._read_field_visibility(line, cells, extra),
            stage=squeeze(self._text(Field.STAGE, cells)) or None,
            amount_sought_eur=self._take(line, cells, Field.AMOUNT_SOUGHT, read_amount, extra),
            amount_granted_eur=self._take(line, cells, Field.AMOUNT_GRANTED, read_amount, extra),
            partners=self._read_partners(cells),
            at_home=self._take(line, cells, Field.AT_HOME, read_at_home, extra),
            willing_to_sponsor=self._take(line, cells, Field.WILLING_TO_SPONSOR, read_willing, extra),
            email=squeeze(self._text(Field.EMAIL, cells)) or None,
            phone=squeeze(self._text(Field.PHONE, cells)) or None,
        )

    def _text(self, field: Field, cells: Sequence[str]) -> str:
        return self._fillers[field](cells) if field in self._fillers else ""

    def _take(
        self,
        line: int,
        cells: Sequence[str],
        field: Field,
        read: Callable[[str], Reading[Value]],
        extra: dict[str, str],
    ) -> Value | None:
        """Read a field; what was done about its cell is told, and a cell that was not read stays beside."""
        if field not in self._fillers:
            return None
        text = self._fillers[field](cells)
        if not text:
            return None
        value, what = read(text)
        if what is not None:
            column = self._plan.column_of(field)
            self._log.gather(line, column, text, what)
            extra[column] = text
        return value

    def _read_pivot(
        self, line: int, cells: Sequence[str], extra: dict[str, str]
    ) -> tuple[str | None, str | None]:
        """Read the one column where digital-mediation lists write a SIRET or an RNA."""
        if self._text(Field.PIVOT, cells)[:1].upper() == "W":
            return None, self._take(line, cells, Field.PIVOT, read_rna, extra)
        return self._take(line, cells, Field.PIVOT, read_siret, extra), None

    def _read_period(
        self, line: int, cells: Sequence[str], extra: dict[str, str]
    ) -> tuple[date | None, date | None]:
        starts_on = self._take(line, cells, Field.STARTS_ON, read_date, extra)
        ends_on = self._take(line, cells, Field.ENDS_ON, read_end_date, extra)
        if starts_on and ends_on and ends_on < starts_on:
            self._log.tell(
                line,
                self._plan.column_of(Field.ENDS_ON),
                self._text(Field.ENDS_ON, cells),
                "Fin antérieure au début : les deux dates sont conservées, à vérifier.",
            )
        return starts_on, ends_on

    def _read_zone(
        self, line: int, cells: Sequence[str], extra: dict[str, str]
    ) -> tuple[tuple[str, ...], float | None]:
        radius_m = self._take(line, cells, Field.ZONE_RADIUS_KM, read_radius_m, extra)
        text = self._text(Field.ZONE, cells)
        if not text:
            return (), radius_m
        zone = self._zones.read(text)
        column = self._plan.column_of(Field.ZONE)
        for piece in zone.unknown:
            self._log.gather(
                line, column, piece, "Zone d'action inconnue : conservée telle quelle, non rattachée"
            )
            extra[column] = text
        return zone.codes, radius_m or zone.radius_m

    def _read_visibility(self, line: int, cells: Sequence[str], extra: dict[str, str]) -> Visibility:
        """Read who may see the row; what GoGoCarto refused, deleted or still weighs stays with the staff."""
        visibility = self._take(line, cells, Field.VISIBILITY, read_visibility, extra) or Visibility.PUBLIC
        status = self._text(Field.GOGOCARTO_STATUS, cells)
        if status.lstrip("-").isdecimal() and int(status) < 1:
            column = self._plan.column_of(Field.GOGOCARTO_STATUS)
            what = (
                "Fiche refusée, supprimée ou en attente dans GoGoCarto : gardée, montrée à l'équipe seulement"
            )
            self._log.gather(line, column, status, what)
            return Visibility.STAFF
        return visibility

    def _read_field_visibility(
        self, line: int, cells: Sequence[str], extra: dict[str, str]
    ) -> dict[str, Visibility]:
        read = {
            name: self._take(line, cells, field, read_visibility, extra)
            for name, field in _VISIBILITY_FIELDS.items()
            if field in self._fillers
        }
        return {name: visibility for name, visibility in read.items() if visibility is not None}

    def _read_partners(self, cells: Sequence[str]) -> tuple[str, ...]:
        text = self._text(Field.PARTNERS, cells)
        return tuple(dict.fromkeys(part for part in _CUT_LIST.split(text.strip()) if part)) if text else ()
