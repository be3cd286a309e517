"""Presences at someone's home: what may be told of where they are, and where what may not be told is kept.

`presences` holds, for each of them, the town hall of its commune and nothing of its address; the true columns
stand in `private_positions`. All that is computed from `presences` (distances, tiles, orders, exports, pages)
is so the same wherever in the commune the home is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from data.incoming import IncomingPresence
from data.people_tables import private_positions
from data.rows import in_batches, insert_rows, write_json
from data.stored_values import write_search_text
from data.tables import history, presences
from geo.records import Level, PlacementStatus, Precision
from geo.territories import Referential

GUARDED_COLUMNS = (
    "address",
    "postcode",
    "city",
    "status",
    "lon",
    "lat",
    "precision",
    "confidence",
    "provider",
    "reasons",
    "commune",
)
"""The columns of `presences` that would tell where a home is."""

PRIVATE_CHANGE = "private_position"
"""What a change of any of them is called for a home: that it changed, never from what to what."""

RECIPE = 4
"""The number of the way homes are published and made searchable: each change of it counts one more.
A register that was published otherwise is published again when it is next opened."""

TOWN_HALL = "town_hall"
"""Who « placed » a home: nobody, it is shown at a town hall."""

_GUARDED_CHANGES = (*GUARDED_COLUMNS, "position")


def publish_status(incoming: IncomingPresence) -> PlacementStatus:
    """Give the status that a row counts under: a home that is placed is placed at its commune."""
    status = incoming.placement.status
    if status is PlacementStatus.PLACED and incoming.is_at_home:
        return PlacementStatus.COMMUNE
    return status


def publish(content: Mapping[str, Any], referential: Referential) -> dict[str, Any]:
    """
    Give the columns of a presence as `presences` holds them.

    Parameters
    ----------
    content
        Its true columns, `at_home` and `GUARDED_COLUMNS` among them.
    referential
        Where communes and their town halls are known from.

    Returns
    -------
    dict
        The same for what is not at home. A home has the name of its commune for an address and its town hall
        for a point; one whose commune is not known, or is not in the region, has neither.

    Examples
    --------
    >>> from data.reference import load_referential
    >>> true = dict.fromkeys(GUARDED_COLUMNS) | {"at_home": True, "status": "placed", "commune": "62498",
    ...     "address": "3 rue de la Paix", "lon": 2.84, "lat": 50.43}
    >>> shown = publish(true, load_referential())
    >>> shown["address"], shown["status"], shown["precision"], shown["lon"] == 2.84
    ('Lens', 'commune', 'commune', False)
    """
    if not content["at_home"]:
        return dict(content)
    code = content["commune"]
    known = None if code is None else referential.find(code)
    commune = known if known is not None and known.level is Level.COMMUNE else None
    town_hall = commune.position if commune else None
    status = content["status"]
    return {
        **content,
        "address": commune.name if commune else "",
        "postcode": None,
        "city": commune.name if commune else None,
        "status": PlacementStatus.COMMUNE.value if status == PlacementStatus.PLACED.value else status,
        "lon": town_hall.lon if town_hall else None,
        "lat": town_hall.lat if town_hall else None,
        "precision": Precision.COMMUNE.value if town_hall else None,
        "confidence": 1.0 if town_hall else 0.0,
        "provider": TOWN_HALL,
        "reasons": [],
        "commune": code,
    }


def publish_changes(
    changed: Mapping[str, tuple[Any, Any]], *, is_private: bool
) -> dict[str, tuple[Any, Any]]:
    """Give changes as they may be written down: of a home, only that where it is has changed."""
    if not is_private:
        return dict(changed)
    told = {field: pair for field, pair in changed.items() if field not in _GUARDED_CHANGES}
    if len(told) != len(changed):
        told[PRIVATE_CHANGE] = (None, None)
    return told


def overlay_private(connection: Connection, columns_by_id: Mapping[int, dict[str, Any]]) -> None:
    """Put the true columns of homes over those that are displayed, in place."""
    columns = private_positions.c
    for batch in in_batches([key for key, held in columns_by_id.items() if held["at_home"]]):
        rows = connection.execute(select(private_positions).where(columns.presence_id.in_(batch)))
        for row in rows:
            columns_by_id[row.presence_id].update({name: getattr(row, name) for name in GUARDED_COLUMNS})


def insert_private(connection: Connection, true_by_id: Mapping[int, Mapping[str, Any]]) -> None:
    """Keep the true columns of homes that were not held before."""
    rows = [
        (presence_id, *(_encode(name, true[name]) for name in GUARDED_COLUMNS))
        for presence_id, true in true_by_id.items()
    ]
    insert_rows(connection, private_positions, ("presence_id", *GUARDED_COLUMNS), rows)


def _encode(name: str, value: Any) -> Any:  # noqa: ANN401 (each column has its own type)
    return write_json(value) if name == "reasons" else value


def replace_private(connection: Connection, true_by_id: Mapping[int, Mapping[str, Any]]) -> None:
    """
    Keep the true columns of these presences if they are homes, and forget them if they are not.

    What earlier lines of history told of where a home is, is forgotten too.
    """
    if not true_by_id:
        return
    gone = private_positions.c.presence_id == bindparam("of")
    connection.execute(delete(private_positions).where(gone), [{"of": key} for key in true_by_id])
    homes = {key: true for key, true in true_by_id.items() if true["at_home"]}
    if homes:
        connection.execute(
            insert(private_positions),
            [
                {"presence_id": key, **{name: true[name] for name in GUARDED_COLUMNS}}
                for key, true in homes.items()
            ],
        )
        _forget_history(connection, homes)


def _forget_history(connection: Connection, ids: Iterable[int]) -> None:
    for batch in in_batches(ids):
        connection.execute(
            update(history)
            .where(history.c.presence_id.in_(batch), history.c.field.in_(_GUARDED_CHANGES))
            .values(before=None, after=None)
        )


def republish_homes(connection: Connection, referential: Referential) -> list[int]:
    """
    Put every home at today's town hall of its commune, searched by no word of its address; say which changed.

    Called when the territories or `RECIPE` change, and once after the register learned what a home is.
    """
    public = (*GUARDED_COLUMNS, "at_home")
    rows = connection.execute(
        select(
            presences.c.id,
            presences.c.name,
            presences.c.search_text,
            *(presences.c[name] for name in public),
        ).where(presences.c.at_home)
    ).all()
    displayed = {row.id: {name: getattr(row, name) for name in public} for row in rows}
    searched = {row.id: (row.name, row.search_text) for row in rows}
    true = {key: dict(columns) for key, columns in displayed.items()}
    overlay_private(connection, true)
    moved = []
    for key, columns in true.items():
        shown = publish(columns, referential)
        name, held = searched[key]
        text = write_search_text(name, shown["city"], columns)
        if shown != displayed[key] or text != held:
            moved.append({"of": key, "search_text": text, **shown})
    if moved:
        _write_published(connection, moved)
    return [each["of"] for each in moved]


def _write_published(connection: Connection, moved: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(
        update(presences)
        .where(presences.c.id == bindparam("of"))
        .values({name: bindparam(f"new_{name}") for name in (*GUARDED_COLUMNS, "search_text")}),
        [
            {
                "of": each["of"],
                **{f"new_{name}": each[name] for name in (*GUARDED_COLUMNS, "search_text")},
            }
            for each in moved
        ],
    )
