"""What people mend, and what has happened to a presence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.clock import now_utc, today
from data.corrections import CorrectionValue, read_correction
from data.counts.kept import adjust_summary_tables, count_presences_now
from data.errors import UnknownFieldError
from data.homes.places import publish, publish_changes, replace_private
from data.presence_index import refresh_index
from data.presences import get_presence_record
from data.session import Register, Session
from data.stored_values import write_for_people, write_search_text
from data.tables import corrections, history, imports, presences, source_rows, sources
from data.typed_text import refuse_unwanted
from data.updating import compare_columns, decode_columns, encode_columns, fit_for_json, read_true_columns
from geo.records import HistoryLine, Presence, Visibility


def correct_presence(
    register: Register, presence_id: int, field: str, value: CorrectionValue, *, who: str, why: str
) -> Presence:
    """
    Correct one field of a presence; no later import undoes it.

    Parameters
    ----------
    register
        The register that holds it.
    presence_id
        Which presence.
    field
        One of `data.corrections.CORRECTABLE`.
    value
        The right value, typed or as text; see `data.corrections.read_correction`.
    who, why
        Who corrects, and from what they know it.

    Returns
    -------
    Presence
        The presence as it is now displayed.

    Raises
    ------
    UnknownPresenceError, UnknownFieldError, InvalidCorrectionError
        If the presence, the field or the value is not right; nothing is then changed.
    """
    kept_as, columns = read_correction(
        field, value, referential=register.referential, sectors=list(register.id_by_sector)
    )
    with register.writing() as session:
        return apply_correction(session, presence_id, kept_as, columns, who=who, why=why)


def apply_correction(
    session: Session, presence_id: int, kept_as: str, columns: Mapping[str, Any], *, who: str, why: str
) -> Presence:
    """
    Correct one field inside a transaction; `kept_as` and `columns` are what `read_correction` gave.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id.
    OutOfBoundsError
        If `who` or `why` hold a control character.
    """
    refuse_unwanted(auteur=who, raison=why)
    get_presence_record(session, presence_id, reader=Visibility.STAFF)
    before = read_true_columns(session.connection, [presence_id])[presence_id]
    earlier = _find_correction(session, presence_id, kept_as)
    said = earlier.source_value if earlier else encode_columns({name: before[name] for name in columns})
    _forget(session, presence_id, kept_as)
    session.connection.execute(
        insert(corrections).values(
            presence_id=presence_id,
            field=kept_as,
            value=encode_columns(columns),
            source_value=said,
            who=who,
            why=why,
            at=now_utc(),
        )
    )
    _display(session, presence_id, before, columns, who=who, why=why)
    return get_presence_record(session, presence_id, reader=Visibility.STAFF)


def withdraw_correction(register: Register, presence_id: int, field: str, *, who: str, why: str) -> Presence:
    """
    Take a correction back: what the source last said is displayed again.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id.
    UnknownFieldError
        If this field of it is not corrected.
    """
    refuse_unwanted(champ=field, auteur=who, raison=why)
    kept_as = "position" if field == "commune" else field
    with register.writing() as session:
        get_presence_record(session, presence_id, reader=Visibility.STAFF)
        earlier = _find_correction(session, presence_id, kept_as)
        if earlier is None:
            known = session.connection.execute(
                select(corrections.c.field).where(corrections.c.presence_id == presence_id)
            ).scalars()
            raise UnknownFieldError(field=field, known=list(known))
        before = read_true_columns(session.connection, [presence_id])[presence_id]
        _forget(session, presence_id, kept_as)
        _display(session, presence_id, before, decode_columns(earlier.source_value), who=who, why=why)
        return get_presence_record(session, presence_id, reader=Visibility.STAFF)


def _find_correction(session: Session, presence_id: int, field: str) -> Any:  # noqa: ANN401 (a row or None)
    return session.connection.execute(
        select(corrections).where(corrections.c.presence_id == presence_id, corrections.c.field == field)
    ).one_or_none()


def _forget(session: Session, presence_id: int, field: str) -> None:
    session.connection.execute(
        delete(corrections).where(corrections.c.presence_id == presence_id, corrections.c.field == field)
    )


def _display(
    session: Session,
    presence_id: int,
    before: Mapping[str, Any],
    columns: Mapping[str, Any],
    *,
    who: str,
    why: str,
) -> None:
    """Change a presence, leave a line of history, and bring the index and the counts up to date."""
    connection, register = session.connection, session.register
    after = {**before, **columns}
    shown = publish(after, register.referential)
    is_private = bool(before["at_home"] or after["at_home"])
    day = today()
    counted = count_presences_now(connection, register.referential, day=day, only=[presence_id])
    connection.execute(
        update(presences)
        .where(presences.c.id == presence_id)
        .values(**shown, search_text=write_search_text(shown["name"], shown["city"], after))
    )
    if is_private:
        replace_private(connection, {presence_id: after})
    lines = [
        {
            "presence_id": presence_id,
            "field": field,
            "before": fit_for_json(old),
            "after": fit_for_json(new),
            "as_of": day,
            "recorded_at": now_utc(),
            "who": who,
            "why": why,
        }
        for field, (old, new) in publish_changes(
            compare_columns(before, after), is_private=is_private
        ).items()
    ]
    if lines:
        connection.execute(insert(history), lines)
        refresh_index(connection, register.proximity, register.id_by_sector, [presence_id])
        adjust_summary_tables(
            connection,
            register.referential,
            before=counted,
            after=count_presences_now(connection, register.referential, day=day, only=[presence_id]),
            day=day,
        )


def history_of(register: Register, presence_id: int) -> tuple[HistoryLine, ...]:
    """
    Tell what has happened to a presence, oldest first: how it came in, then every change of a field.

    Raises
    ------
    UnknownPresenceError
        If no presence has this id.
    """
    with register.reading() as session:
        presence = get_presence_record(session, presence_id, reader=Visibility.STAFF)
        entered = session.connection.execute(
            select(imports.c.as_of, imports.c.recorded_at, imports.c.file_name, sources.c.name)
            .select_from(source_rows)
            .join(imports, imports.c.id == source_rows.c.import_id)
            .join(sources, sources.c.id == imports.c.source_id)
            .where(source_rows.c.presence_id == presence_id)
            .order_by(imports.c.id)
            .limit(1)
        ).one()
        rows = session.connection.execute(
            select(history, imports.c.file_name, sources.c.name.label("source_name"))
            .outerjoin(imports, imports.c.id == history.c.import_id)
            .outerjoin(sources, sources.c.id == imports.c.source_id)
            .where(history.c.presence_id == presence_id)
            .order_by(history.c.id)
        ).all()
    first = HistoryLine(
        presence_id=presence_id,
        field="presence",
        before=None,
        after=_first_name(presence, rows),
        as_of=entered.as_of,
        recorded_at=entered.recorded_at,
        source=entered.name,
        file=entered.file_name,
    )
    changes = [
        HistoryLine(
            presence_id=presence_id,
            field=row.field,
            before=write_for_people(row.before),
            after=write_for_people(row.after),
            as_of=row.as_of,
            recorded_at=row.recorded_at,
            who=row.who,
            why=row.why,
            source=row.source_name,
            file=row.file_name,
        )
        for row in rows
    ]
    return (first, *changes)


def _first_name(presence: Presence, rows: list[Any] | Any) -> str:  # noqa: ANN401 (rows of `history`)
    """Give the name that a presence came in with: the first change of its name tells it."""
    return next((str(row.before) for row in rows if row.field == "name"), presence.name)
