"""Nearest presences: one small interface, one file per storage engine behind it.

An index answers with candidates only, in Lambert-93 and a little too many; who is really nearest is decided
by geodesics, once, in `data.questions.near`.
"""

from data.proximity.index import KindFilter, ProximityIndex, SectorRange
from data.proximity.postgis import PostgisProximityIndex
from data.proximity.sqlite import SqliteProximityIndex

__all__ = ["KindFilter", "PostgisProximityIndex", "ProximityIndex", "SectorRange", "SqliteProximityIndex"]
