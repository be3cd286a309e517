"""What an index holds, from when, and from which files: what `maillage ban check` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from geo.geocoding.addressbase.storage import MappedArrays


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFacts:
    """
    What an index holds.

    `files` maps each file it was built from to its size in bytes; `newest_file` is the date of the newest of
    them, the nearest thing to a date that the format has; `skipped` counts the rows that named no street or
    no place.
    """

    path: Path
    size_bytes: int
    built_at: datetime
    newest_file: date
    files: Mapping[str, int]
    communes: int
    streets: int
    numbers: int
    skipped: int
    numbers_by_departement: Mapping[str, int]


def describe_index(path: Path | str) -> IndexFacts:
    """
    Say what an index holds.

    Raises
    ------
    UnreadableIndexError
        If it is missing, damaged or of another version.
    """
    path = Path(path)
    facts = MappedArrays(path).facts
    return IndexFacts(
        path=path,
        size_bytes=path.stat().st_size,
        built_at=datetime.fromisoformat(facts["built_at"]),
        newest_file=date.fromisoformat(facts["newest_file"]),
        files={file["name"]: file["bytes"] for file in facts["files"]},
        communes=facts["communes"],
        streets=facts["streets"],
        numbers=facts["numbers"],
        skipped=facts["skipped"],
        numbers_by_departement=facts["numbers_by_departement"],
    )
