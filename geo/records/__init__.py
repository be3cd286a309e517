"""The records that every room shares: what `data` answers, `maps` draws, `api` and `scripts` render.

All are frozen. Units stand in the names; a share is 0 to 1; positions are WGS84. Sectors and territories are
named by their codes; labels are beside them only where a reader needs them.
"""

from geo.records.answers import KindCount, NearAnswer, Neighbour, Origin, PresencePage, TerritorySheet
from geo.records.coverage import Basis, CoverageAnswer, CoverageRow, Denominator, OutsideShare
from geo.records.imports import ColumnUse, FieldChange, ImportReport, Problem
from geo.records.presences import Presence, Sector, StatusCounts
from geo.records.register import HistoryLine, LatestAddition, RegisterSummary, SourceSummary
from geo.records.territories import MEL_CODE, Level, Territory
from geo.records.words import COUNTED_STATUSES, Kind, PlacementStatus, Precision, Visibility

__all__ = [
    "COUNTED_STATUSES",
    "MEL_CODE",
    "Basis",
    "ColumnUse",
    "CoverageAnswer",
    "CoverageRow",
    "Denominator",
    "FieldChange",
    "HistoryLine",
    "ImportReport",
    "Kind",
    "KindCount",
    "LatestAddition",
    "Level",
    "NearAnswer",
    "Neighbour",
    "Origin",
    "OutsideShare",
    "PlacementStatus",
    "Precision",
    "Presence",
    "PresencePage",
    "Problem",
    "RegisterSummary",
    "Sector",
    "SourceSummary",
    "StatusCounts",
    "Territory",
    "TerritorySheet",
    "Visibility",
]
