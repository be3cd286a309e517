"""How a changed source row changes a presence: what the source says, overlaid by what people corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from data.homes.places import overlay_private, publish, publish_changes, replace_private
from data.incoming import IncomingPresence
from data.rows import in_batches, in_blocks, insert_columns, write_day, write_json
from data.stored_values import (
    CONTENT_COLUMNS,
    find_commune,
    read_content,
    write_for_people,
    write_search_text,
)
from data.tables import corrections, history, presences, source_rows
from geo.records import FieldChange
from geo.territories import Referential

_POSITION = ("lon", "lat")
_COUNTED_COLUMNS = ("at_home", "status", "commune", "sectors", "starts_on", "ends_on", "visibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """
    What one incoming row changes, and what corrected columns say at the source.

    `before` and `after` are the true columns; `shown` those that `presences` will hold, which are others
    for a home.
    """

    presence_id: int
    incoming: IncomingPresence
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    shown: Mapping[str, Any]
    hidden_by_corrections: Mapping[str, Mapping[str, Any]]

    @property
    def changed_fields(self) -> dict[str, tuple[Any, Any]]:
        """
        Give before and after of every field that differs; longitude and latitude are one, `position`.

        Where a home is, was or comes to be is one field of its own, without before nor after.
        """
        is_private = bool(self.before["at_home"] or self.after["at_home"])
        return publish_changes(compare_columns(self.before, self.after), is_private=is_private)

    @property
    def changes_counts(self) -> bool:
        """Say whether it may change any count that is kept."""
        return any(self.before[column] != self.after[column] for column in _COUNTED_COLUMNS)

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """Give the differences as a person reads them."""
        return tuple(
            FieldChange(
                presence=self.before["name"],
                field=field,
                before=write_for_people(before),
                after=write_for_people(after),
            )
            for field, (before, after) in self.changed_fields.items()
        )


def compare_columns(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """
    Give before and after of what differs between two states of a presence's columns.

    Examples
    --------
    >>> compare_columns({"name": "A", "lon": 3.0, "lat": 50.0}, {"name": "A", "lon": 3.1, "lat": 50.0})
    {'position': ([3.0, 50.0], [3.1, 50.0])}
    """
    found: dict[str, tuple[Any, Any]] = {}
    for column, value in after.items():
        if column not in _POSITION and value != before[column]:
            found[column] = (before[column], value)
    if any(column in after and after[column] != before[column] for column in _POSITION):
        found["position"] = (_point(before), _point({**before, **after}))
    return found


def _point(columns: Mapping[str, Any]) -> list[float] | None:
    return None if columns["lon"] is None else [columns["lon"], columns["lat"]]


def plan_updates(
    connection: Connection, changed: Sequence[tuple[int, IncomingPresence]], referential: Referential
) -> list[Update]:
    """Compare rows with what the register holds, in their order; nothing is written."""
    ids = [presence_id for presence_id, _ in changed]
    held = read_true_columns(connection, ids)
    corrected = _read_corrected_columns(connection, ids)
    plans = []
    for presence_id, incoming in changed:
        said = dict(zip(CONTENT_COLUMNS, read_content(incoming), strict=True))
        by_field = corrected.get(presence_id, {})
        kept = {column: value for columns in by_field.values() for column, value in columns.items()}
        after = {**said, **kept}
        plans.append(
            Update(
                presence_id=presence_id,
                incoming=incoming,
                before=held[presence_id],
                after=after,
                shown=publish(after, referential),
                hidden_by_corrections={
                    field: {column: said[column] for column in columns} for field, columns in by_field.items()
                },
            )
        )
    return plans


def read_true_columns(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Give the columns of presences, those of homes as they truly are."""
    columns = [presences.c[column] for column in CONTENT_COLUMNS]
    found: dict[int, dict[str, Any]] = {}
    for batch in in_batches(ids):
        rows = connection.execute(select(presences.c.id, *columns).where(presences.c.id.in_(batch)))
        found.update((row[0], dict(zip(CONTENT_COLUMNS, row[1:], strict=True))) for row in rows)
    overlay_private(connection, found)
    return found


def _read_corrected_columns(
    connection: Connection, ids: Sequence[int]
) -> dict[int, dict[str, dict[str, Any]]]:
    """Give the corrected columns, by presence and corrected field, as a presence stores them."""
    found: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    columns = corrections.c
    for batch in in_batches(ids):
        rows = connection.execute(
            select(columns.presence_id, columns.field, columns.value).where(columns.presence_id.in_(batch))
        )
        for presence_id, field, value in rows:
            found[presence_id][field] = decode_columns(value)
    return found


def encode_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Make columns fit for JSON: days become text."""
    return {
        column: write_day(value) if isinstance(value, date) else value for column, value in columns.items()
    }


def decode_columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    """
    Bring columns back from JSON.

    Examples
    --------
    >>> decode_columns(encode_columns({"starts_on": date(2026, 1, 31), "name": "A"}))
    {'starts_on': datetime.date(2026, 1, 31), 'name': 'A'}
    """
    return {
        column: date.fromisoformat(value) if column in {"starts_on", "ends_on"} and value else value
        for column, value in columns.items()
    }


def write_updates(
    connection: Connection, plans: Sequence[Update], *, import_id: int, as_of: date, recorded_at: datetime
) -> None:
    """Write planned updates, what corrections hide, and a history line for every field that changes."""
    if not plans:
        return
    written = (*CONTENT_COLUMNS, "search_text", "fingerprint", "source_key", "key_kind")
    connection.execute(
        update(presences)
        .where(presences.c.id == bindparam("of"))
        .values({column: bindparam(f"new_{column}") for column in written}),
        [
            {
                "of": plan.presence_id,
                **{f"new_{column}": value for column, value in plan.shown.items()},
                "new_search_text": write_search_text(plan.shown["name"], plan.shown["city"], plan.after),
                "new_fingerprint": plan.incoming.fingerprint,
                "new_source_key": plan.incoming.key,
                "new_key_kind": plan.incoming.key_kind,
            }
            for plan in plans
        ],
    )
    hidden = [
        {"of": plan.presence_id, "of_field": field, "said": encode_columns(columns)}
        for plan in plans
        for field, columns in plan.hidden_by_corrections.items()
    ]
    if hidden:
        connection.execute(
            update(corrections)
            .where(corrections.c.presence_id == bindparam("of"), corrections.c.field == bindparam("of_field"))
            .values(source_value=bindparam("said")),
            hidden,
        )
    lines = [
        {
            "presence_id": plan.presence_id,
            "import_id": import_id,
            "field": field,
            "before": fit_for_json(before),
            "after": fit_for_json(after),
            "as_of": as_of,
            "recorded_at": recorded_at,
        }
        for plan in plans
        for field, (before, after) in plan.changed_fields.items()
    ]
    replace_private(
        connection,
        {plan.presence_id: plan.after for plan in plans if plan.before["at_home"] or plan.after["at_home"]},
    )
    if lines:
        connection.execute(insert(history), lines)


def fit_for_json(value: object) -> object:
    """Make one value fit for JSON: a day becomes text."""
    return write_day(value) if isinstance(value, date) else value


def write_source_rows(
    connection: Connection, import_id: int, as_of: date, rows: Sequence[tuple[int, IncomingPresence]]
) -> None:
    """Keep rows as received, under the import that brought them."""
    insert_columns(
        connection,
        source_rows,
        (
            "presence_id",
            "import_id",
            "as_of",
            "line",
            "fingerprint",
            "row",
            "status",
            "commune",
            "sectors",
            "zone",
            "zone_radius_m",
            "starts_on",
            "ends_on",
        ),
        (
            _make_source_block(import_id, write_day(as_of), rows[ranks.start : ranks.stop])
            for ranks in in_blocks(range(len(rows)))
        ),
    )


def _make_source_block(
    import_id: int, day: str | None, rows: Sequence[tuple[int, IncomingPresence]]
) -> list[Sequence[Any]]:
    """Make what is kept of rows, column by column."""
    incoming = [row for _, row in rows]
    return [
        [presence_id for presence_id, _ in rows],
        [import_id] * len(rows),
        [day] * len(rows),
        [row.line for row in incoming],
        [row.fingerprint for row in incoming],
        [write_json(row.row if type(row.row) is dict else dict(row.row)) for row in incoming],
        [row.placement.status.value for row in incoming],
        [find_commune(row.placement) for row in incoming],
        [write_json(row.fields.sectors) if row.fields.sectors else "[]" for row in incoming],
        [write_json(row.fields.zone) if row.fields.zone else "[]" for row in incoming],
        [row.fields.zone_radius_m for row in incoming],
        [write_day(row.fields.starts_on) for row in incoming],
        [write_day(row.fields.ends_on) for row in incoming],
    ]
