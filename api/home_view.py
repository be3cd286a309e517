"""What `/` says: three true figures, and what has lately come into the register."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from api.data_version import read_summary
from data.session import Register
from geo.french import KIND_NAMES, write_count, write_date, write_list
from geo.records import Kind, RegisterSummary, StatusCounts

_LATEST_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What has lately come into one territory."""

    code: str | None
    name: str
    what: str


def describe_home(register: Register) -> dict[str, Any]:
    """Give the values of the page."""
    summary = read_summary(register)
    actors = summary.counts_by_kind.get(Kind.ACTOR, StatusCounts())
    return {
        "actors": actors,
        "figures": list_figures(actors),
        "others": _write_other_kinds(summary),
        "latest": list_additions(summary)[:_LATEST_SHOWN],
        "latest_day": _write_latest_day(summary),
    }


def list_figures(actors: StatusCounts) -> list[tuple[int, str]]:
    """List the three figures: placed, placed at the commune, still to find; they sum to all received."""
    elsewhere = actors.out_of_region
    to_find = actors.received - actors.counted - elsewhere
    away = f", et {write_count(elsewhere, 'hors de la région', 'hors de la région')}" if elsewhere else ""
    return [
        (
            actors.placed,
            "acteur placé à son adresse" if actors.placed < 2 else "acteurs placés à leur adresse",
        ),
        (actors.commune, "placé à la commune" if actors.commune < 2 else "placés à la commune"),
        (to_find, f"à localiser ou à vérifier{away}"),
    ]


def _write_other_kinds(summary: RegisterSummary) -> str:
    counts = [
        write_count(count.received, *KIND_NAMES[kind])
        for kind, count in summary.counts_by_kind.items()
        if kind is not Kind.ACTOR and count.received
    ]
    return write_list(counts)


def list_additions(summary: RegisterSummary) -> list[Addition]:
    """Group the latest additions by territory, the last come first, counted kind by kind."""
    kinds_by_territory: dict[tuple[str | None, str], Counter[Kind]] = {}
    for addition in summary.latest_additions:
        presence = addition.presence
        territory = (presence.epci, presence.epci_name or "Hors intercommunalité connue")
        kinds_by_territory.setdefault(territory, Counter())[presence.kind] += 1
    return [
        Addition(
            code=code,
            name=name,
            what=write_list([write_count(kinds[kind], *KIND_NAMES[kind]) for kind in Kind if kinds[kind]]),
        )
        for (code, name), kinds in kinds_by_territory.items()
    ]


def _write_latest_day(summary: RegisterSummary) -> str:
    days = [addition.seen_since for addition in summary.latest_additions]
    return write_date(max(days)) if days else ""
