"""Rows of homes on their way in: what may be shown of each, and what is kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.homes.places import publish
from data.incoming import IncomingPresence
from data.stored_values import CONTENT_COLUMNS, read_content
from geo.geocoding.answer import GeocodedAddress
from geo.position import Position
from geo.records import PlacementStatus, Precision
from geo.territories import Referential


@dataclass(frozen=True, slots=True)
class PublishedRows:
    """Rows as they may be stored, and the true columns of those that are homes, by rank."""

    rows: Sequence[IncomingPresence]
    true_by_rank: Mapping[int, Mapping[str, Any]]


def publish_rows(incoming: Sequence[IncomingPresence], referential: Referential) -> PublishedRows:
    """Put every home among rows at the town hall of its commune; rows of no home are left as they are."""
    true_by_rank = {rank: read_true(row) for rank, row in enumerate(incoming) if row.is_at_home}
    if not true_by_rank:
        return PublishedRows(incoming, {})
    rows = [
        _publish_row(row, true_by_rank[rank], referential) if rank in true_by_rank else row
        for rank, row in enumerate(incoming)
    ]
    return PublishedRows(rows, true_by_rank)


def read_true(row: IncomingPresence) -> dict[str, Any]:
    """Give the true columns of a row, by name."""
    return dict(zip(CONTENT_COLUMNS, read_content(row), strict=True))


def _publish_row(
    row: IncomingPresence, true: Mapping[str, Any], referential: Referential
) -> IncomingPresence:
    shown = publish(true, referential)
    position = None if shown["lon"] is None else Position(lon=shown["lon"], lat=shown["lat"])
    return replace(
        row,
        fields=replace(row.fields, address=shown["address"], postcode=None, city=shown["city"], at_home=True),
        placement=GeocodedAddress(
            id=row.placement.id,
            status=PlacementStatus(shown["status"]),
            position=position,
            precision=Precision(shown["precision"]) if shown["precision"] else None,
            citycode=shown["commune"],
            confidence=shown["confidence"],
            provider=shown["provider"],
        ),
    )
