"""What presences may be counted against besides the inhabitants: added from a file, listed, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from data.clock import today
from data.denominators.files import DenominatorFile, read_denominator_file
from data.denominators.kept import (
    add_denominator_rows,
    read_denominator,
    read_denominators,
    remove_denominator_rows,
)
from data.errors import OutOfBoundsError
from data.intake.text import replace_unwanted
from data.session import Register
from data.typed_text import check_name, refuse_unwanted
from geo.records import Denominator

_LAST_YEAR = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedDenominator:
    """A denominator as it now stands, and what was met in its file."""

    denominator: Denominator
    read: DenominatorFile


def add_denominator(
    register: Register,
    path: Path,
    *,
    name: str | None = None,
    unit: str | None = None,
    source: str | None = None,
    year: int | None = None,
    code_column: str | None = None,
    value_column: str | None = None,
    skip_unknown: bool = False,
) -> AddedDenominator:
    """
    Add a file of communes or EPCI with a number each, to count presences against.

    Parameters
    ----------
    register
        The register that keeps it.
    path
        The file; see `data.denominators.files.read_denominator_file`, as for the columns and `skip_unknown`.
    name
        What it will be asked by; the file's own name when None.
    unit
        What is counted, in the plural; the name of the column of values when None.
    source, year
        Where the figures come from, and the year that they speak of.

    Raises
    ------
    UnusableFileError
        If the file cannot be taken in; nothing is then changed.
    DenominatorTakenError
        If a denominator has this name.
    OutOfBoundsError
        If the year is none, or a text is no name or holds a control character.
    """
    read = read_denominator_file(
        path,
        register.referential,
        code_column=code_column,
        value_column=value_column,
        year=year,
        skip_unknown=skip_unknown,
    )
    file_name = replace_unwanted(path.name)
    chosen = name or replace_unwanted(path.stem)
    check_name(chosen, of="du dénominateur")
    refuse_unwanted(unité=unit, source=source)
    if year is not None and not 0 <= year <= _LAST_YEAR:
        raise OutOfBoundsError(name="l'année", received=year, expected=f"une année, {_LAST_YEAR} au plus")
    with register.writing() as session:
        add_denominator_rows(
            session,
            read,
            name=chosen,
            unit=unit or read.value_column,
            source=source or file_name,
            year=year,
            file_name=file_name,
            day=today(),
        )
        added = read_denominator(session, chosen).denominator
    return AddedDenominator(denominator=added, read=read)


def list_denominators(register: Register) -> tuple[Denominator, ...]:
    """
    List the denominators of a register, oldest first.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from data.opening import open_register
    >>> from data.settings import DatabaseSettings
    >>> with TemporaryDirectory() as folder:
    ...     register = open_register(DatabaseSettings(home=Path(folder), database_url=None))
    ...     found = list_denominators(register)
    ...     register.close()
    >>> found
    ()
    """
    with register.reading() as session:
        return session.remember("denominators", lambda: read_denominators(session))


def remove_denominator(register: Register, name: str) -> None:
    """
    Take a denominator away.

    Raises
    ------
    UnknownDenominatorError
        If none has this name.
    """
    with register.writing() as session:
        remove_denominator_rows(session, name)
