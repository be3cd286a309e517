"""One row of the fictional register, and the columns an association would give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo.records import Kind, PlacementStatus

COLUMNS = (
    "Type", "Nom", "Filière", "Description", "Forme juridique", "SIRET", "RNA", "Adresse", "Code postal",
    "Commune", "Latitude", "Longitude", "Site web", "Début", "Fin", "Zone d'action", "Rayon d'action (km)",
    "Stade", "Montant recherché (€)", "Montant accordé (€)", "Partenaires", "Accepte de parrainer",
    "Visibilité", "Remarques",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """
    One row: its kind, its cells by column, and the truth about where it is.

    `expects` is the status that placing it must give without any address base; `commune` the code of the
    commune it must be placed in, None where it cannot be; `mess` says in French what is wrong.
    """

    kind: Kind
    cells: Mapping[str, str]
    expects: PlacementStatus
    commune: str | None = None
    mess: str = ""
