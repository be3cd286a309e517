"""Who refers for a territory: the pair (« binôme ») of an employee and a member of the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from geo.french import write_date, write_list


@dataclass(frozen=True, slots=True, kw_only=True)
class Referents:
    """
    Whom to write to about a territory, None where nobody is named yet.

    `territory` is the code that they were named for: that of its intercommunalité, for a commune without a
    pair of its own. What stands here is published: a name that the person agreed to, or a role.
    """

    territory: str
    employee: str | None = None
    board: str | None = None

    @property
    def is_pair(self) -> bool:
        """Whether both are named."""
        return self.employee is not None and self.board is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferentChange:
    """One line of the history: who referred for a territory in a role (`employee`, `board`), and who then."""

    territory: str
    role: str
    before: str | None
    after: str | None
    why: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoryCare:
    """Who looks after an intercommunalité: its referents, and how many ambassadors act or sit there."""

    code: str
    name: str
    population: int
    referents: Referents
    ambassador_count: int

    @property
    def is_lacking(self) -> bool:
        """Whether it has no whole pair, or no ambassador."""
        return not self.referents.is_pair or not self.ambassador_count


def write_referents(referents: Referents) -> str | None:
    """
    Write who refers for a territory, and who is still looked for; None when nobody does.

    Examples
    --------
    >>> write_referents(Referents(territory="246200364", employee="Camille D."))
    'Camille D. (équipe salariée) ; il manque une personne du Collectif.'
    >>> write_referents(Referents(territory="246200364")) is None
    True
    """
    named = [
        f"{name} ({role})"
        for name, role in ((referents.employee, "équipe salariée"), (referents.board, "Collectif"))
        if name is not None
    ]
    if not named:
        return None
    if referents.is_pair:
        return f"{write_list(named)}."
    missing = "de l'équipe salariée" if referents.employee is None else "du Collectif"
    return f"{named[0]} ; il manque une personne {missing}."


def write_care(cares: tuple[TerritoryCare, ...]) -> str:
    """
    Write how many intercommunalités have nobody to look after them.

    Examples
    --------
    >>> alone = TerritoryCare(code="1", name="A", population=1, referents=Referents(territory="1"),
    ...     ambassador_count=0)
    >>> write_care((alone,))
    "Aucune intercommunalité n'a de binôme complet ; aucune n'a d'ambassadeur ou d'ambassadrice."
    """
    pairs = sum(care.referents.is_pair for care in cares)
    served = sum(care.ambassador_count > 0 for care in cares)
    first = (
        f"{pairs} intercommunalité{'s' if pairs > 1 else ''} sur {len(cares)} "
        f"{'ont' if pairs > 1 else 'a'} un binôme complet"
        if pairs
        else "Aucune intercommunalité n'a de binôme complet"
    )
    second = (
        f"{served} {'ont' if served > 1 else 'a'} au moins un ambassadeur ou une ambassadrice"
        if served
        else "aucune n'a d'ambassadeur ou d'ambassadrice"
    )
    return f"{first} ; {second}."


def write_referent_change(change: ReferentChange) -> str:
    """
    Write one line of the history.

    Examples
    --------
    >>> write_referent_change(
    ...     ReferentChange(
    ...         territory="246200364", role="board", before=None, after="Camille D.", why=None,
    ...         recorded_at=datetime(2026, 3, 1, 9, 0),
    ...     )
    ... )
    '1er mars 2026, Collectif : personne, puis Camille D.'
    """
    role = "équipe salariée" if change.role == "employee" else "Collectif"
    why = f" ({change.why})" if change.why else ""
    before, after = (name or "personne" for name in (change.before, change.after))
    return f"{write_date(change.recorded_at.date())}, {role} : {before}, puis {after}{why}"
