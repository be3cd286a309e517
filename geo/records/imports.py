"""What an import did with a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from geo.records.presences import StatusCounts
from geo.records.words import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing an import met: where it stands in the file, what was there, what was done about it."""

    line: int | None
    column: str | None
    value: str | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of one presence that an import changes."""

    presence: str
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnUse:
    """
    What a column of an imported file was used for.

    `field` is None where it is kept as it is; `filled_share` is the share of its cells with something in
    them.
    """

    name: str
    field: str | None
    filled_share: float
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """
    What an import did, or would do (`dry_run`). `counts.received` is the number of data rows of the file.

    `mapping` gives, per column of the file, the field it fills or None where it is kept as it is;
    `identity_keys` counts the rows by the key that told them apart (`id`, `siret`, `rna`, `name_address`).
    `blank_rows` are no data rows; `reappeared` counts, among the changed, those that had been absent.
    """

    file: str
    source: str
    kind: Kind
    as_of: date
    dry_run: bool
    counts: StatusCounts
    new: int
    changed: int
    unchanged: int
    absent: int
    problems: tuple[Problem, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    identity_keys: Mapping[str, int] = field(default_factory=dict)
    encoding: str | None = None
    separator: str | None = None
    format: str | None = None
    sheet: str | None = None
    columns: tuple[ColumnUse, ...] = ()
    blank_rows: int = 0
    reappeared: int = 0
    by_kind: Mapping[str, StatusCounts] = field(default_factory=dict)
