"""Who looks after which territory: the pair of an employee and a board member, and the ambassadors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.clock import now_utc
from data.errors import OutOfBoundsError, UnknownReferentsError
from data.questions.coverage import answer_coverage
from data.referent_tables import referent_history, territory_referents
from data.session import Register, Session
from data.territories import get_territory
from data.typed_text import refuse_unwanted
from geo.records import Kind, Level, Territory
from geo.referents import ReferentChange, Referents, TerritoryCare

ERASED = "nom effacé"
"""What the history says of a person who asked to be erased."""

_LONGEST_NAME = 120
_EMPLOYEE, _BOARD = "employee", "board"


def name_referents(
    register: Register,
    code: str,
    *,
    employee: str | None = None,
    board: str | None = None,
    why: str | None = None,
) -> Referents:
    """
    Name who refers for a territory; who is not given stays as they were. Each change leaves its line.

    Parameters
    ----------
    register
        The register that keeps it.
    code
        Code of a territory of any level.
    employee, board
        What is published: a name that the person agreed to, or a role.
    why
        What the history keeps beside the change.

    Raises
    ------
    UnknownTerritoryError
        If no level holds the code.
    OutOfBoundsError
        If a name is empty or too long, or a text holds a control character.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     named = name_referents(register, "246200364", employee="Chargée de mission (fictive)")
    ...     known = get_referents(register, "62498")
    ...     register.close()
    >>> named.is_pair, known == named
    (False, True)
    """
    territory = get_territory(register.referential, code)
    given = {role: name for role, name in ((_EMPLOYEE, employee), (_BOARD, board)) if name is not None}
    names = {role: " ".join(name.split()) for role, name in given.items()}
    refuse_unwanted(raison=why)
    for name in names.values():
        refuse_unwanted(**{"nom du référent": name})
        if not 0 < len(name) <= _LONGEST_NAME:
            raise OutOfBoundsError(
                name="nom du référent", received=name, expected=f"un nom de 1 à {_LONGEST_NAME} caractères"
            )
    with register.writing() as session:
        known = _read(session).get(territory.code, {})
        changed = {role: name for role, name in names.items() if known.get(role) != name}
        _forget(session, territory.code, tuple(changed))
        if changed:
            rows = [{"role": role, "name": name, **_stamp(territory.code)} for role, name in changed.items()]
            session.connection.execute(insert(territory_referents), rows)
        _record(
            session, territory.code, {role: (known.get(role), name) for role, name in changed.items()}, why
        )
        return _make(territory.code, {**known, **changed})


def remove_referents(
    register: Register, code: str, *, employee: bool = True, board: bool = True, why: str | None = None
) -> None:
    """
    Take away who refers for a territory: both, or only the one that is said. The history keeps who they were.

    Raises
    ------
    UnknownTerritoryError
        If no level holds the code.
    UnknownReferentsError
        If nobody of those is named.
    """
    refuse_unwanted(raison=why)
    territory = get_territory(register.referential, code)
    roles = tuple(role for role, asked in ((_EMPLOYEE, employee), (_BOARD, board)) if asked)
    with register.writing() as session:
        known = _read(session).get(territory.code, {})
        gone = {role: (known[role], None) for role in roles if role in known}
        if not gone:
            raise UnknownReferentsError(code=territory.code, name=territory.name)
        _forget(session, territory.code, roles)
        _record(session, territory.code, gone, why)


def list_referent_changes(register: Register, code: str | None = None) -> tuple[ReferentChange, ...]:
    """
    List what was changed of who refers for a territory, or for all, oldest first.

    Raises
    ------
    UnknownTerritoryError
        If no level holds the code.
    """
    columns = referent_history.c
    asked = select(referent_history).order_by(columns.recorded_at, columns.id)
    if code is not None:
        asked = asked.where(columns.territory == get_territory(register.referential, code).code)
    with register.reading() as session:
        return tuple(
            ReferentChange(
                territory=row.territory,
                role=row.role,
                before=row.before,
                after=row.after,
                why=row.why,
                recorded_at=row.recorded_at,
            )
            for row in session.connection.execute(asked)
        )


def erase_referent(register: Register, name: str) -> int:
    """
    Erase a person who asks for it: from every pair in force and from the history; say in how many lines.

    What was changed and when stays, under « nom effacé ».
    """
    refuse_unwanted(**{"nom du référent": name})
    wanted = " ".join(name.split())
    with register.writing() as session:
        session.connection.execute(delete(territory_referents).where(territory_referents.c.name == wanted))
        return sum(
            session.connection.execute(
                update(referent_history).where(column == wanted).values({column.name: ERASED})
            ).rowcount
            for column in (referent_history.c.before, referent_history.c.after)
        )


def get_referents(register: Register, code: str) -> Referents:
    """
    Give who refers for a territory; a commune without anybody has those of its intercommunalité.

    Raises
    ------
    UnknownTerritoryError
        If no level holds the code.
    """
    territory = get_territory(register.referential, code)
    with register.reading() as session:
        named = session.remember("referents", lambda: _read(session))
    return _make(*_choose(territory, named))


def list_care(register: Register) -> tuple[TerritoryCare, ...]:
    """List who looks after each intercommunalité of today, the most populated first."""
    rows = answer_coverage(register, kind=Kind.AMBASSADOR, basis="zone").rows
    with register.reading() as session:
        named = session.remember("referents", lambda: _read(session))
    return tuple(
        TerritoryCare(
            code=row.code,
            name=row.name,
            population=row.population,
            referents=_make(row.code, named.get(row.code, {})),
            ambassador_count=row.count,
        )
        for row in sorted(rows, key=lambda row: (-row.population, row.code))
    )


def _choose(territory: Territory, named: Mapping[str, dict[str, str]]) -> tuple[str, Mapping[str, str]]:
    above = territory.part_of.get(Level.EPCI.value) or territory.code
    if territory.code not in named and territory.level is Level.COMMUNE and above in named:
        return above, named[above]
    return territory.code, named.get(territory.code, {})


def _make(code: str, names: Mapping[str, str]) -> Referents:
    return Referents(territory=code, employee=names.get(_EMPLOYEE), board=names.get(_BOARD))


def _read(session: Session) -> dict[str, dict[str, str]]:
    columns = territory_referents.c
    named: dict[str, dict[str, str]] = {}
    for row in session.connection.execute(select(columns.territory, columns.role, columns.name)):
        named.setdefault(row.territory, {})[row.role] = row.name
    return named


def _stamp(code: str) -> dict[str, Any]:
    return {"territory": code, "recorded_at": now_utc()}


def _record(
    session: Session, code: str, changes: Mapping[str, tuple[str | None, str | None]], why: str | None
) -> None:
    """Leave a line in the history for each change."""
    rows = [
        {"role": role, "before": before, "after": after, "why": why, **_stamp(code)}
        for role, (before, after) in changes.items()
    ]
    if rows:
        session.connection.execute(insert(referent_history), rows)


def _forget(session: Session, code: str, roles: tuple[str, ...]) -> None:
    columns = territory_referents.c
    session.connection.execute(
        delete(territory_referents).where(columns.territory == code, columns.role.in_(roles))
    )
