"""A whole register copied from one database to another, of either engine, and proven equal.

All is written in one transaction of the target, read again and compared, table by table, before it is
committed: a copy that fails leaves the target as it was, and the source is only ever read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import JSON, Connection, Integer, Table, delete, func, inspect, select

from data import people_tables, referent_tables  # noqa: F401 (their tables join the metadata)
from data.contours import write_contours
from data.errors import CopyDiffersError, TargetNotEmptyError
from data.migrations import CURRENT_REVISION, read_revision, run_migrations
from data.rows import insert_rows, write_json_or_none
from data.session import Register, Session
from data.tables import metadata, presences, sources

_ROWS_AT_ONCE = 5_000

Progress = Callable[[str, int, int], None]
"""Told the table, how many of its rows are copied, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTable:
    """One table that is now in both databases: its rows, and the SHA-256 of their content, equal in both."""

    name: str
    rows: int
    sha256: str


def move_register(
    source: Register, target: Register, *, progress: Progress | None = None
) -> tuple[CopiedTable, ...]:
    """
    Copy everything that a register holds into a database that holds none.

    Parameters
    ----------
    source
        The register, open; it is only read, and stays as it is.
    target
        Where to: `Register(settings)`, of an empty database or of a register without any presence.
    progress
        Told of every few thousand rows.

    Raises
    ------
    TargetNotEmptyError
        If the target holds presences, or tables of another program.
    CopyDiffersError
        If what is read again from the target differs; nothing is kept of it.
    """
    target.storage.prepare()
    with source.reading() as reading, target.writing(changes_answers=False) as writing:
        _make_tables(writing)
        return copy_content(reading, writing, progress=progress)


def copy_content(
    reading: Session, writing: Session, *, progress: Progress | None = None
) -> tuple[CopiedTable, ...]:
    """
    Put what a register holds in the place of what another one holds, inside the callers' transactions.

    Raises
    ------
    CopyDiffersError
        If what is read again differs from what was read; the caller's transaction must not be committed.
    """
    connection = writing.connection
    tables = metadata.sorted_tables
    for table in reversed(tables):
        connection.execute(delete(table))
    row_count = _count(reading.connection, presences)
    sent = {}
    with writing.loading(row_count):
        for table in tables:
            sent[table.name] = _copy_table(reading.connection, connection, table, progress)
    if connection.dialect.name == "postgresql":
        write_contours(connection, writing.register.referential)
        _set_sequences(connection, tables)
    writing.register.proximity.rebuild(connection)
    for table in tables:
        found = _Digest(table)
        for row in _read(connection, table):
            found.add(row)
        if found.result() != sent[table.name]:
            raise CopyDiffersError(table=table.name, sent=sent[table.name].rows, found=found.rows)
    return tuple(sent.values())


def _make_tables(writing: Session) -> None:
    connection, where = writing.connection, writing.register.where
    found = read_revision(connection)
    if found is None:
        ours = set(metadata.tables) & set(inspect(connection).get_table_names())
        if ours:
            raise TargetNotEmptyError(where=where, found=f"la table {min(ours)} d'un autre programme")
    elif found != CURRENT_REVISION:
        raise TargetNotEmptyError(where=where, found=f"un registre d'une autre version (niveau {found})")
    elif _count(connection, sources):
        raise TargetNotEmptyError(where=where, found="un registre qui a déjà des listes")
    if found is None:
        run_migrations(connection)


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _copy_table(
    origin: Connection, target: Connection, table: Table, progress: Progress | None
) -> CopiedTable:
    total = _count(origin, table)
    digest = _Digest(table)
    encode = _find_encoders(target, table)

    def make_rows() -> Iterator[list[Any]]:
        for row in _read(origin, table):
            digest.add(row)
            yield [value if to is None else to(value) for to, value in zip(encode, row, strict=True)]
            if progress is not None and digest.rows % _ROWS_AT_ONCE == 0:
                progress(table.name, digest.rows, total)

    insert_rows(target, table, table.columns.keys(), make_rows())
    if progress is not None:
        progress(table.name, digest.rows, total)
    return digest.result()


def _read(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    """Give the rows of a table by its key, a few thousand in memory at once."""
    statement = select(table).order_by(*table.primary_key.columns)
    with connection.execute(statement, execution_options={"yield_per": _ROWS_AT_ONCE}) as rows:
        yield from rows


def _find_encoders(connection: Connection, table: Table) -> list[Callable[[Any], Any] | None]:
    """Give, for each column, what turns a value into what the driver of a database stores."""
    dialect = connection.dialect
    return [
        write_json_or_none
        if isinstance(column.type, JSON)
        else column.type.dialect_impl(dialect).bind_processor(dialect)
        for column in table.columns
    ]


def _set_sequences(connection: Connection, tables: Iterable[Table]) -> None:
    """Let PostgreSQL number new rows after those that were copied."""
    for table in tables:
        key = list(table.primary_key.columns)
        if len(key) == 1 and isinstance(key[0].type, Integer) and key[0].autoincrement is not False:
            connection.exec_driver_sql(
                f"SELECT setval(sequence, greatest((SELECT max({key[0].name}) FROM {table.name}), 1))"
                f" FROM pg_get_serial_sequence('{table.name}', '{key[0].name}') AS sequence"
                " WHERE sequence IS NOT NULL"
            )


class _Digest:
    """The content of a table as one number, whatever order an engine gives its rows in."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows = 0
        self._sum = 0

    def add(self, row: Sequence[Any]) -> None:
        """Take a row in; the order of rows does not count."""
        written = orjson.dumps([_canonical(value) for value in row], option=orjson.OPT_SORT_KEYS)
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(written).digest(), "big")) % (1 << 256)
        self.rows += 1

    def result(self) -> CopiedTable:
        """Give what was taken in."""
        return CopiedTable(name=self.table.name, rows=self.rows, sha256=f"{self._sum:064x}")


def _canonical(value: Any) -> Any:  # noqa: ANN401 (any value of any column)
    """Write a value as both engines give it: 1.0 and 1 are one number in JSON, instants are UTC."""
    if isinstance(value, float) and value.is_integer():
        return int(value) if abs(value) < 2**53 else value
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): _canonical(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_canonical(part) for part in value]
    return value
