"""Who speaks for the network in a territory, and how to become one: a part of the territory's sheet."""

from __future__ import annotations

from dataclasses import dataclass

from api.rendering import write_address
from data.questions.meeting import find_ambassadors
from data.session import Register
from geo.records import Presence, Territory, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambassadors:
    """What `_ambassador.html` shows."""

    title: str
    presences: tuple[Presence, ...]
    nobody: str
    how: str
    address: str


def describe_ambassadors(
    register: Register, territory: Territory, *, reader: Visibility = Visibility.PUBLIC
) -> Ambassadors:
    """
    Give the ambassadors of a territory that this reader may see, and how to become one.

    Parameters
    ----------
    register
        The register asked.
    territory
        Any level; those of an intercommunalité stand for its communes too.
    reader
        Who reads.
    """
    found = find_ambassadors(register, territory.code, reader=reader)
    return Ambassadors(
        title="Qui représente le réseau ici ?",
        presences=found,
        nobody="Personne ne représente encore publiquement le réseau dans ce territoire.",
        how=(
            "Un ambassadeur ou une ambassadrice fait connaître le réseau près de chez soi, accueille les "
            "nouveaux membres et relaie leurs besoins ; l'Apes l'accompagne."
        ),
        address=write_address("/proposer", {"kind": "ambassador", "territory": territory.code}),
    )
