"""The territories of the region: what they are called, what they hold, where their limits run."""

from geo.territories.building import REGION_CODE
from geo.territories.columns import ContourArrays, ReferentialTables
from geo.territories.credit import MAP_CREDIT
from geo.territories.errors import UnknownVintageError
from geo.territories.names import AliasKind, CommuneAlias, CommunePart, ElsewhereCommune, TownHall
from geo.territories.referential import Referential

__all__ = [
    "MAP_CREDIT",
    "REGION_CODE",
    "AliasKind",
    "CommuneAlias",
    "CommunePart",
    "ContourArrays",
    "ElsewhereCommune",
    "Referential",
    "ReferentialTables",
    "TownHall",
    "UnknownVintageError",
]
