"""The territories of the region: what they are called, what they hold, where their limits run."""

from geo.territories.columns import ContourArrays, ReferentialTables
from geo.territories.credit import MAP_CREDIT
from geo.territories.names import AliasKind, CommuneAlias, ElsewhereCommune, TownHall
from geo.territories.referential import REGION_CODE, Referential

__all__ = [
    "MAP_CREDIT",
    "REGION_CODE",
    "AliasKind",
    "CommuneAlias",
    "ContourArrays",
    "ElsewhereCommune",
    "Referential",
    "ReferentialTables",
    "TownHall",
]
