"""The register kept safe: checked, copied while it serves, and put back.

A backup is one SQLite file on either engine: a register that any laptop opens. From a file, it is made by
SQLite's own backup; from a server, by `data.moving`, which compares what it copies.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select, update

from data.clock import now_utc, today
from data.counts.kept import rebuild_summary_tables
from data.engines.errors import translate_database_error
from data.engines.server_extensions import EXTENSIONS
from data.errors import NotARegisterError
from data.exports import write_atomically
from data.moving import copy_content, move_register
from data.opening import open_register
from data.plans import read_plans
from data.session import Register, Session
from data.settings import DatabaseSettings
from data.tables import (
    presence_sector,
    register_state,
    shown_counts,
    sources,
    status_counts,
    summary_counts,
)

# A register holds where people live and how to write to them: its copies are for who made them.
_FOR_ITS_OWNER = 0o600


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
        if session.connection.dialect.name == "postgresql":
            checks = [_check_server(session), _check_server_references(session), _check_index(session)]
        else:
            checks = [_check_file(session), _check_references(session), _check_index(session)]
        checks.append(_check_plans(session))
    return (*checks, _check_counts(register))


def _check_plans(session: Session) -> Check:
    plans = read_plans(session)
    if not plans:
        return Check(
            name="Questions servies par un index", ok=True, found="registre trop petit pour qu'un index serve"
        )
    slow = [plan.question for plan in plans if not plan.uses_index]
    used = ", ".join(sorted({plan.index for plan in plans}))
    found = f"sans index : {', '.join(slow)}" if slow else f"{len(plans)} questions sur {len(plans)} ({used})"
    return Check(name="Questions servies par un index", ok=not slow, found=found)


def _check_server(session: Session) -> Check:
    connection = session.connection
    versions = connection.exec_driver_sql(
        "SELECT current_setting('server_version'),"
        " (SELECT extversion FROM pg_extension WHERE extname = 'postgis')"
    ).one()
    extensions = set(connection.exec_driver_sql("SELECT extname FROM pg_extension").scalars())
    missing = [name for name in EXTENSIONS if name not in extensions]
    found = (
        f"il manque {', '.join(missing)}" if missing else f"PostgreSQL {versions[0]}, PostGIS {versions[1]}"
    )
    return Check(name="Serveur et extensions", ok=not missing, found=found)


def _check_server_references(session: Session) -> Check:
    """Say whether every reference and every index of the server is in force: it keeps those that are."""
    idle = session.connection.exec_driver_sql(
        "SELECT conname FROM pg_constraint WHERE NOT convalidated"
        " UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    ).scalars()
    broken = [str(name) for name in idle]
    return Check(
        name="Liens entre les tables",
        ok=not broken,
        found=f"{len(broken)} hors service : {', '.join(broken)}" if broken else "tous en vigueur",
    )


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
        for table in (summary_counts, status_counts, shown_counts)
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
    if register.url.get_backend_name() == "sqlite":
        write_atomically(path, _copier(Path(register.where)), mode=_FOR_ITS_OWNER)
    else:
        write_atomically(path, lambda target: _save_server(register, target), mode=_FOR_ITS_OWNER)


def _save_server(register: Register, path: Path) -> None:
    copy = Register(DatabaseSettings(database_url=f"sqlite:///{path}"))
    try:
        move_register(register, copy)
    finally:
        copy.close()
    with translate_database_error(str(path)), closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")


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
        Where the former register is kept (a file, also when it was on a server), None when there was none.

    Raises
    ------
    NotARegisterError
        If the backup is no register, or a damaged one; nothing has changed then.
    FileNotWrittenError
        If the register's folder cannot be written.
    """
    _refuse_damaged(backup)
    held = Register(settings)
    if held.url.get_backend_name() != "sqlite":
        held.close()
        return _restore_server(settings, backup)
    place = Path(held.where)
    place.parent.mkdir(parents=True, exist_ok=True)
    if not place.exists():
        write_atomically(place, _copier(backup))
        open_register(settings).close()
        return None
    kept = place.with_name(f"{place.stem}-{now_utc():%Y%m%d-%H%M%S}{place.suffix}")
    write_atomically(kept, _copier(place), mode=_FOR_ITS_OWNER)
    _overwrite(place, backup, busy_timeout_s=settings.busy_timeout_s)
    return kept


def _restore_server(settings: DatabaseSettings, backup: Path) -> Path | None:
    """Put a backup in a server's register, in one transaction: readers see the one or the other."""
    kept: Path | None = None
    with (
        closing(open_register(settings)) as register,
        closing(_open_file(backup)) as saved,
        saved.reading() as reading,
        register.writing(changes_answers=False) as writing,
    ):
        # Nobody else writes from here on: all that is replaced is kept, and is of a version that is known.
        known_version = writing.data_version
        if writing.connection.execute(select(func.count()).select_from(sources)).scalar_one():
            settings.home.mkdir(parents=True, exist_ok=True)
            kept = settings.home / f"registre-{now_utc():%Y%m%d-%H%M%S}.sqlite3"
            backup_register(register, kept)
        copy_content(reading, writing)
        # Answers remembered for the content that was replaced must never be taken for the new ones.
        version = max(known_version, reading.data_version) + 1
        writing.connection.execute(update(register_state).values(data_version=version))
    return kept


def _open_file(path: Path) -> Register:
    return open_register(DatabaseSettings(database_url=f"sqlite:///{path}"))


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
