"""Understanding rows: every cell read into its field, and everything that was not, kept and told."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

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
from data.intake.takers import FieldTakers, Taker
from data.intake.text import squeeze
from data.intake.values import (
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
from geo.quick_record import quick_record
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

_BELOW_ONE = re.compile(r"-\d+|0+")
"""A state of GoGoCarto under 1, however many digits it has."""

_CUT_LIST = re.compile(r"\s*[;|,\n]\s*")


@quick_record
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
        self._takers = FieldTakers(plan, log)
        self._fillers = self._takers.fillers
        self._sorted_names = sorted(plan.columns)
        self._kept_apart = tuple((index, plan.columns[index]) for index in plan.kept_apart)
        self._siret = self._takers.value(Field.SIRET, read_siret)
        self._rna = self._takers.value(Field.RNA, read_rna)
        self._kinds = self._takers.value(Field.KIND, read_kind)
        self._starts_on = self._takers.value(Field.STARTS_ON, read_date)
        self._ends_on = self._takers.value(Field.ENDS_ON, read_end_date)
        self._has_pivot = Field.PIVOT in self._fillers
        self._pivot_siret = self._takers.value(Field.PIVOT, read_siret)
        self._pivot_rna = self._takers.value(Field.PIVOT, read_rna)
        self._radius_m = self._takers.value(Field.ZONE_RADIUS_KM, read_radius_m)
        self._visibility = self._takers.value(Field.VISIBILITY, read_visibility)
        self._field_visibilities = tuple(
            (name, self._takers.value(field, read_visibility))
            for name, field in _VISIBILITY_FIELDS.items()
            if field in self._fillers
        )
        self._has_period = bool(self._fillers.keys() & {Field.STARTS_ON, Field.ENDS_ON})
        self._has_zone = bool(self._fillers.keys() & {Field.ZONE, Field.ZONE_RADIUS_KM})
        self._steps = self._list_steps()

    def _list_steps(self) -> list[tuple[str, Taker[Any]]]:
        """List what fills each field that this list has a column for: most have few, and rows are many."""
        take = self._takers
        steps: tuple[tuple[str, set[Field], Callable[[], Taker[Any]]], ...] = (
            ("summary", {Field.SUMMARY}, lambda: take.text(Field.SUMMARY)),
            ("sectors", {Field.SECTOR, Field.NAF}, lambda: self._sectors.read),
            ("legal_form", {Field.LEGAL_FORM}, lambda: take.line(Field.LEGAL_FORM)),
            ("website", {Field.WEBSITE}, lambda: take.value(Field.WEBSITE, read_website)),
            ("visibility", {Field.VISIBILITY, Field.GOGOCARTO_STATUS}, lambda: self._read_visibility),
            ("field_visibility", set(_VISIBILITY_FIELDS.values()), lambda: self._read_field_visibility),
            ("stage", {Field.STAGE}, lambda: take.line(Field.STAGE)),
            (
                "amount_sought_eur",
                {Field.AMOUNT_SOUGHT},
                lambda: take.value(Field.AMOUNT_SOUGHT, read_amount),
            ),
            (
                "amount_granted_eur",
                {Field.AMOUNT_GRANTED},
                lambda: take.value(Field.AMOUNT_GRANTED, read_amount),
            ),
            ("partners", {Field.PARTNERS}, lambda: self._read_partners),
            ("at_home", {Field.AT_HOME}, lambda: take.value(Field.AT_HOME, read_at_home)),
            (
                "willing_to_sponsor",
                {Field.WILLING_TO_SPONSOR},
                lambda: take.value(Field.WILLING_TO_SPONSOR, read_willing),
            ),
            ("email", {Field.EMAIL}, lambda: take.line(Field.EMAIL)),
            ("phone", {Field.PHONE}, lambda: take.line(Field.PHONE)),
        )
        return [(name, make()) for name, needed, make in steps if needed & self._fillers.keys()]

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
        siret = self._siret(line, cells, extra)
        rna = self._rna(line, cells, extra)
        if self._has_pivot and not siret and not rna:
            siret, rna = self._read_pivot(line, cells, extra)
        mapped_id = squeeze(self._text(Field.ID, cells))
        is_identified = mapped_id or siret or rna
        key, key_kind = make_key(
            mapped_id=mapped_id,
            siret=siret,
            rna=rna,
            name=name,
            address="" if is_identified else _join_address(address),
        )
        return UnderstoodRow(
            line=line,
            kind=self._kinds(line, cells, extra) or self._kind,
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
        read: dict[str, Any] = {}
        if self._has_period:
            read["starts_on"], read["ends_on"] = self._read_period(line, cells, extra)
        if self._has_zone:
            read["zone"], read["zone_radius_m"] = self._read_zone(line, cells, extra)
        for field, take in self._steps:
            read[field] = take(line, cells, extra)
        return PresenceFields(
            name=name,
            siret=siret,
            rna=rna,
            address=address.shown or address.query.text,
            postcode=address.postcode or None,
            city=address.city or None,
            **read,
        )

    def _text(self, field: Field, cells: Sequence[str]) -> str:
        return self._fillers[field](cells) if field in self._fillers else ""

    def _read_pivot(
        self, line: int, cells: Sequence[str], extra: dict[str, str]
    ) -> tuple[str | None, str | None]:
        """Read the one column where digital-mediation lists write a SIRET or an RNA."""
        if self._text(Field.PIVOT, cells)[:1].upper() == "W":
            return None, self._pivot_rna(line, cells, extra)
        return self._pivot_siret(line, cells, extra), None

    def _read_period(
        self, line: int, cells: Sequence[str], extra: dict[str, str]
    ) -> tuple[date | None, date | None]:
        starts_on = self._starts_on(line, cells, extra)
        ends_on = self._ends_on(line, cells, extra)
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
        radius_m = self._radius_m(line, cells, extra)
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
        visibility = self._visibility(line, cells, extra) or Visibility.PUBLIC
        status = self._text(Field.GOGOCARTO_STATUS, cells)
        if _BELOW_ONE.fullmatch(status):
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
        read = {name: take(line, cells, extra) for name, take in self._field_visibilities}
        return {name: visibility for name, visibility in read.items() if visibility is not None}

    def _read_partners(
        self,
        line: int,  # noqa: ARG002 (every reader of a field is asked alike)
        cells: Sequence[str],
        extra: dict[str, str],  # noqa: ARG002
    ) -> tuple[str, ...]:
        text = self._text(Field.PARTNERS, cells)
        return tuple(dict.fromkeys(part for part in _CUT_LIST.split(text.strip()) if part)) if text else ()


def _join_address(address: Address) -> str:
    return f"{address.shown or address.query.text} {address.postcode} {address.city}"
