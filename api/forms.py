"""What the pages' forms send: names and bounds of the JSON side, lenient about what they do not know."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.parameters import (
    AnyKind,
    Code,
    Cursor,
    Latitude,
    Longitude,
    OutsideCode,
    Place,
    RadiusM,
    SectorCode,
    TerritoryCode,
    Text,
    leave_out_blanks,
)
from geo.records import MEL_CODE, Kind, Level

DEFAULT_RADIUS_M = 10_000.0


class Sort(StrEnum):
    """A column by which the coverage table is sorted."""

    NAME = "name"
    POPULATION = "population"
    COUNT = "count"
    PER_10K = "per_10k"
    EXPECTED = "expected"
    RATIO = "ratio"


class Order(StrEnum):
    """Which way a table is sorted."""

    ASCENDING = "asc"
    DESCENDING = "desc"


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_blanks(cls, query: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
        return leave_out_blanks(query)


class NearForm(_Form):
    """The search of `/proche`."""

    q: Place = None
    commune: TerritoryCode = None
    lat: Latitude = None
    lon: Longitude = None
    sector: SectorCode = None
    kind: AnyKind = None
    radius_m: RadiusM = DEFAULT_RADIUS_M


class MapForm(_Form):
    """The filters of `/carte`; it shows one kind, since kinds are never added together."""

    kind: Kind = Kind.ACTOR
    sector: SectorCode = None
    territory: TerritoryCode = None
    outside: OutsideCode = None
    text: Text | None = None
    cursor: Cursor = None


class CoverageForm(_Form):
    """What `/couverture` counts, and how its table is sorted."""

    level: Level = Level.EPCI
    kind: Kind = Kind.ACTOR
    sector: SectorCode = None
    outside: Code = MEL_CODE
    at: date | None = None
    sort: Sort = Sort.POPULATION
    order: Order | None = None
    page: Annotated[int, Field(ge=1, le=10_000)] = 1


class TerritoriesForm(_Form):
    """The search of `/territoires`."""

    q: Place = None
