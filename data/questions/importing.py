"""Taking a list into the register: all of it or nothing, and a report of everything that was met."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import file_digest
from pathlib import Path
from typing import cast

from data.address_memory import get_geocoder
from data.clock import today
from data.cycle_search import without_cycle_search
from data.intake.mapping import MappingValue
from data.intake.preparing import ManyGeocoder, PreparedList, prepare_list
from data.intake.text import fold, replace_unwanted
from data.list_storing import StoredDifference, store_list
from data.session import Register, Session
from data.storing import ImportRun, find_source, finish_import, start_import
from data.typed_text import check_name
from geo.records import ImportReport, Kind

_FICTIONAL_WORDS = frozenset({"fictif", "fictifs", "fictive", "fictives"})


class _UndoneError(Exception):
    """Leaves a writing transaction without a trace."""


def import_file(
    register: Register,
    path: Path,
    *,
    kind: Kind = Kind.ACTOR,
    source: str | None = None,
    as_of: date | None = None,
    mapping: Mapping[str, MappingValue] | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    geocoder: ManyGeocoder | None = None,
) -> ImportReport:
    """
    Take a list into the register.

    The same list again changes nothing, not even the data version, in whatever order its rows come. A row
    that changed is updated, a row that vanished is marked absent and never deleted, one that comes back is
    shown again. What people corrected stays.

    Parameters
    ----------
    register
        The register.
    path
        A CSV, .xlsx, .ods, JSON or GeoJSON file.
    kind
        What its rows are, when no column says so.
    source
        The name under which the list is known; the same name is the same source. By default, the file's name.
    as_of
        The day that the list speaks of, today by default.
    mapping
        Per column, the field that it fills or None: see `data.intake.mapping`. What it leaves out is read
        as it was last time for this source, else as the columns are named.
    dry_run
        Give the same report, and write nothing.
    progress
        Told how many rows are placed so far.
    geocoder
        Who places the rows; by default the register's own, which knows people's corrections.

    Returns
    -------
    ImportReport
        Every row received is in its counts, everything that was not understood in its problems.

    Raises
    ------
    UnusableFileError, MappingError
        If the file or the mapping cannot be used; nothing is changed.
    OutOfBoundsError
        If `as_of` lies in the future, or `source` cannot be a name; nothing is changed.
    RegisterUnavailableError
        If the register cannot be written; nothing is changed.
    """
    path = Path(path)
    with without_cycle_search():
        return _import_file(
            register,
            path,
            kind=kind,
            source=(source or "").strip() or replace_unwanted(path.stem),
            as_of=as_of or today(),
            mapping=mapping,
            dry_run=dry_run,
            progress=progress,
            geocoder=geocoder or get_geocoder(register),
        )


def _import_file(
    register: Register,
    path: Path,
    *,
    kind: Kind,
    source: str,
    as_of: date,
    mapping: Mapping[str, MappingValue] | None,
    dry_run: bool,
    progress: Callable[[int], None] | None,
    geocoder: ManyGeocoder,
) -> ImportReport:
    prepared = prepare_list(
        path,
        kind=kind,
        referential=register.referential,
        sectors=register.sectors,
        geocoder=geocoder,
        mapping=mapping,
        saved=_read_saved_mapping(register, source, kind),
        progress=progress,
    )
    report: ImportReport | None = None
    try:
        with register.writing() as session:
            run = _start(session, path, prepared, source=source, kind=kind, as_of=as_of)
            outcome = store_list(session, run, prepared)
            report = _write_report(
                path, prepared, outcome, source=source, kind=kind, as_of=as_of, dry_run=dry_run
            )
            _finish(session, run, report, is_kept=not dry_run and not outcome.is_nothing)
    except _UndoneError:
        pass
    return cast("ImportReport", report)


def _read_saved_mapping(register: Register, source: str, kind: Kind) -> Mapping[str, MappingValue] | None:
    with register.reading() as session:
        known = find_source(session, source)
    if known is None:
        # Before the list is placed, which takes minutes.
        check_name(source, of="de la source")
    return known.mapping.get(kind.value) if known else None


def _start(
    session: Session, path: Path, prepared: PreparedList, *, source: str, kind: Kind, as_of: date
) -> ImportRun:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    words = {*fold(path.stem).split(), *fold(source).split()}
    return start_import(
        session,
        source=source,
        # A list that says the kind of each row speaks of all kinds: one that it no longer shows has vanished.
        kinds=tuple(Kind) if prepared.has_kinds else (kind,),
        as_of=as_of,
        file_name=replace_unwanted(path.name),
        file_sha256=digest,
        mapping=cast("Mapping[str, str | None]", prepared.plan.to_remember),
        is_fictional=bool(words & _FICTIONAL_WORDS),
    )


def _finish(session: Session, run: ImportRun, report: ImportReport, *, is_kept: bool) -> None:
    if not is_kept:
        raise _UndoneError
    finish_import(session, run, report)


def _write_report(
    path: Path,
    prepared: PreparedList,
    outcome: StoredDifference,
    *,
    source: str,
    kind: Kind,
    as_of: date,
    dry_run: bool,
) -> ImportReport:
    table = prepared.table
    return ImportReport(
        file=replace_unwanted(path.name),
        source=source,
        kind=kind,
        as_of=as_of,
        dry_run=dry_run,
        counts=prepared.counts,
        new=outcome.new,
        changed=outcome.changed,
        unchanged=len(prepared.incoming) - outcome.new - outcome.changed,
        absent=outcome.absent,
        reappeared=outcome.reappeared,
        problems=prepared.problems(),
        changes=outcome.changes,
        mapping={name: use.value if use else None for name, use in prepared.plan.uses.items()},
        identity_keys=prepared.identity_keys,
        encoding=table.encoding,
        separator=table.separator,
        format=table.format,
        sheet=table.sheet,
        columns=prepared.columns,
        blank_rows=prepared.blank_rows,
        by_kind=prepared.counts_by_kind,
    )
