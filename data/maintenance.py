"""The register's file kept safe: checked, copied while it serves, and put back.

A copy is made by SQLite's own backup, so that it is whole even while somebody writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from data.clock import now_utc, today
from data.database_errors import translate_database_error
from data.errors import NotARegisterError
from data.exports import write_atomically
from data.session import Register, Session, open_register
from data.settings import DatabaseSettings
from data.summary_tables import rebuild_summary_tables
from data.tables import presence_sector, register_state, status_counts, summary_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was verified, whether it holds, and what was found."""

    name: str
    ok: bool
    found: str


class _UndoError(Exception):
    """Raised inside a writing transaction to leave it without a trace."""


def check_register(register: Register) -> tuple[Check, ...]:
    """
    Verify a register: its file, its references, its spatial index, its ready-made counts.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     checks = check_register(register)
    ...     register.close()
    >>> all(check.ok for check in checks)
    True
    """
    with register.reading() as session:
        checks = [_check_file(session), _check_references(session), _check_index(session)]
    return (*checks, _check_counts(register))


def _check_file(session: Session) -> Check:
    found = str(session.connection.exec_driver_sql("PRAGMA integrity_check").scalar_one())
    return Check(name="Intégrité du fichier", ok=found == "ok", found="entier" if found == "ok" else found)


def _check_references(session: Session) -> Check:
    broken = session.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return Check(name="Liens entre les tables", ok=not broken, found=f"{len(broken)} rompu(s)")


def _check_index(session: Session) -> Check:
    indexed = session.register.proximity.count(session.connection)
    expected = session.connection.execute(
        select(func.count()).select_from(presence_sector).where(presence_sector.c.x.is_not(None))
    ).scalar_one()
    return Check(
        name="Index des distances",
        ok=indexed == expected,
        found=f"{indexed} entrées pour {expected} attendues",
    )


def _check_counts(register: Register) -> Check:
    """Count everything again, compare with the counts kept ready, and leave everything as it was."""
    same: list[bool] = []
    with suppress(_UndoError), register.writing() as session:
        same.append(_recount_equals(session))
        raise _UndoError
    return Check(
        name="Comptages tenus prêts", ok=all(same), found="égaux au recomptage" if all(same) else "à refaire"
    )


def _recount_equals(session: Session) -> bool:
    """Recount as of the day that the counts speak of: a register untouched since then is not wrong."""
    day = session.connection.execute(select(register_state.c.summary_day)).scalar_one()
    before = _read_counts(session)
    rebuild_summary_tables(session.connection, session.register.referential, day=day or today())
    return before == _read_counts(session)


def _read_counts(session: Session) -> set[tuple[object, ...]]:
    return {
        tuple(row)
        for table in (summary_counts, status_counts)
        for row in session.connection.execute(select(table))
    }


def backup_register(register: Register, path: Path) -> None:
    """
    Copy a register to a file, even while somebody writes to it.

    Raises
    ------
    FileNotWrittenError
        If the copy cannot be written; an older copy of that name is then as it was.
    """
    write_atomically(path, _copier(Path(register.where)))


def _copier(origin: Path) -> Callable[[Path], None]:
    def copy(target: Path) -> None:
        with (
            translate_database_error(str(target)),
            closing(sqlite3.connect(origin)) as source,
            closing(sqlite3.connect(target)) as copied,
        ):
            source.backup(copied)
            # One file, with no log beside it: that is what people copy to a disk.
            copied.execute("PRAGMA journal_mode = DELETE")

    return copy


def restore_register(settings: DatabaseSettings, backup: Path) -> Path | None:
    """
    Put a backup in the register's place, and keep what was there beside it.

    Parameters
    ----------
    settings
        Where the register lives.
    backup
        A file that `backup_register` wrote.

    Returns
    -------
    Path or None
        Where the former register is kept, None when there was none.

    Raises
    ------
    NotARegisterError
        If the backup is no register, or a damaged one; nothing has changed then.
    FileNotWrittenError
        If the register's folder cannot be written.
    """
    _refuse_damaged(backup)
    place = Path(Register(settings).where)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        write_atomically(place, _copier(backup))
        open_register(settings).close()
        return None
    kept = place.with_name(f"{place.stem}-{now_utc():%Y%m%d-%H%M%S}{place.suffix}")
    write_atomically(kept, _copier(place))
    _overwrite(place, backup, busy_timeout_s=settings.busy_timeout_s)
    return kept


def _overwrite(place: Path, backup: Path, *, busy_timeout_s: float) -> None:
    """Put a backup's content in a register's file, through SQLite: whoever has it open sees it."""
    with (
        translate_database_error(str(place)),
        closing(sqlite3.connect(backup)) as source,
        closing(sqlite3.connect(place, timeout=busy_timeout_s)) as target,
    ):
        known_version = _read_version(target)
        source.backup(target)
        # Answers remembered for the content that was replaced must never be taken for the new ones.
        target.execute(
            "UPDATE register_state SET data_version = ?", (max(known_version, _read_version(target)) + 1,)
        )
        target.commit()


def _read_version(raw: sqlite3.Connection) -> int:
    return int(raw.execute("SELECT data_version FROM register_state").fetchone()[0])


def _refuse_damaged(backup: Path) -> None:
    if not backup.is_file():
        raise NotARegisterError(where=str(backup), reason="ce fichier n'existe pas")
    open_register(DatabaseSettings(database_url=f"sqlite:///{backup}")).close()
    with translate_database_error(str(backup)), closing(sqlite3.connect(backup)) as raw:
        found = str(raw.execute("PRAGMA integrity_check").fetchone()[0])
    if found != "ok":
        raise NotARegisterError(where=str(backup), reason="fichier abîmé")
