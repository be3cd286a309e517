"""The words of the fictional register, read from `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).with_name("words.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What an invented actor does: its sector, how often it is met, its possible names and summaries."""

    sector: str
    weight: int
    heads: tuple[str, ...]
    forms: tuple[str, ...]
    summaries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectIdea:
    """What an invented project is called, and wants to do."""

    sector: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTheme:
    """The names that an invented event of a sector may have."""

    sector: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """All the words. `tails_by_departement` holds the fancies of each land, those of all under `any`."""

    seed: int
    tails_by_departement: Mapping[str, tuple[str, ...]]
    activities: tuple[Activity, ...]
    projects: tuple[ProjectIdea, ...]
    events: tuple[EventTheme, ...]
    street_types: tuple[str, ...]
    street_names: tuple[str, ...]


def read_words() -> Words:
    """
    Read all the words.

    Examples
    --------
    >>> read_words().activities[0].sector
    'circuits-courts'
    """
    content = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Words(
        seed=content["seed"],
        tails_by_departement={land: tuple(tails) for land, tails in content["tails"].items()},
        activities=tuple(
            Activity(
                sector=table["sector"],
                weight=table["weight"],
                heads=tuple(table["heads"]),
                forms=tuple(table["forms"]),
                summaries=tuple(table["summaries"]),
            )
            for table in content["activities"]
        ),
        projects=tuple(ProjectIdea(**table) for table in content["projects"]),
        events=tuple(
            EventTheme(sector=table["sector"], names=tuple(table["names"])) for table in content["events"]
        ),
        street_types=tuple(content["streets"]["types"]),
        street_names=tuple(content["streets"]["names"]),
    )
