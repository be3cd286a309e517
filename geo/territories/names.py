"""The records of names: a commune's aliases, its town hall, and the communes that are elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from geo.position import Position


class AliasKind(StrEnum):
    """What sort of name an alias is."""

    OFFICIAL = "official"
    WITHOUT_ARTICLE = "without_article"
    ASSOCIATED = "associated"
    DELEGATED = "delegated"
    ABSORBED = "absorbed"
    OLD = "old"
    DELIVERY = "delivery"
    USAGE = "usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommuneAlias:
    """
    A name that a commune of today is, or was, written under.

    `code_insee` is today's commune; `old_code` the INSEE code that went with the name, or None; `source` says
    where the name is attested.
    """

    name: str
    code_insee: str
    alias_kind: AliasKind
    source: str
    old_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TownHall:
    """
    A town hall: its address lines as published, and what was read from them (empty where nothing could be).

    `position` is None where the directory gives no point, or one that is not in the commune.
    """

    code_insee: str
    lines: tuple[str, ...]
    housenumber: str = ""
    street: str = ""
    postcode: str = ""
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunePart:
    """
    A former commune by its old code, inside today's commune `successor`.

    `kind` is `ASSOCIATED`, `DELEGATED` or `ABSORBED`. `position` is a point inside it and `town_hall` its own
    (annex) town hall, None where they are not published.
    """

    code: str
    name: str
    kind: AliasKind
    successor: str
    position: Position | None = None
    town_hall: TownHall | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereCommune:
    """A commune outside the region; a Belgian one has `departement` « BE » and no `code_insee`."""

    name: str
    code_insee: str
    departement: str
    postcodes: tuple[str, ...]
    population: int
