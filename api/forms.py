"""What the pages' forms send: names and bounds of the JSON side, lenient about what they do not know."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Annotated, Any, TypedDict

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, model_validator

from api.parameters import (
    MAX_RADIUS_M,
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
from geo.french import write_number
from geo.records import Kind

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


def list_given(values: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
    """
    List what a field that comes several times gave, each once, without what was sent empty.

    Examples
    --------
    >>> list_given(["velo", "", "velo"]), list_given("velo")
    (['velo'], ['velo'])
    """
    if isinstance(values, str):
        values = [values]
    if not isinstance(values, (list, tuple)):
        return values
    return list(dict.fromkeys(each for each in values if not isinstance(each, str) or each.strip()))


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_blanks(cls, query: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
        return leave_out_blanks(query)


class Reach(StrEnum):
    """A search bounded by a territory's code, not by a circle."""

    COMMUNE = "commune"
    EPCI = "epci"


SectorCodes = Annotated[
    tuple[Code, ...],
    Field(max_length=12, description="Codes de filières (voir /api/v1/sectors)."),
    BeforeValidator(list_given),
]


def read_reach(value: Any) -> float | Reach | None:  # noqa: ANN401 (whatever a query string holds)
    """
    Read what « Où chercher » gave: metres, or the name of a territory.

    Examples
    --------
    >>> read_reach("epci").value, read_reach("5000")
    ('epci', 5000.0)
    """
    if value is None or isinstance(value, Reach):
        return value
    if value in list(Reach):
        return Reach(value)
    try:
        metres = float(value)
    except (TypeError, ValueError, OverflowError):
        metres = math.nan
    # One sentence for both: pydantic would tell of each side of the union, in its own words.
    if not 0 < metres <= MAX_RADIUS_M:
        most = write_number(round(MAX_RADIUS_M))
        raise ValueError(f"un rayon en mètres ({most} au plus), « commune » ou « epci »")
    return metres


class NearForm(_Form):
    """
    The search of `/proche`.

    `reach` is what the field « Où chercher » sends: metres, or the name of a territory; `radius_m` says the
    same in metres and stands for links.
    """

    q: Place = None
    commune: TerritoryCode = None
    lat: Latitude = None
    lon: Longitude = None
    sector: SectorCodes = ()
    kind: AnyKind = None
    reach: Annotated[float | Reach | None, PlainValidator(read_reach)] = None
    radius_m: RadiusM = None

    @property
    def within(self) -> Reach | None:
        """Give the territory that bounds the search, None when a radius does."""
        return self.reach if isinstance(self.reach, Reach) else None

    @property
    def distance_m(self) -> float:
        """Give the radius in metres."""
        if isinstance(self.reach, float):
            return self.reach
        return self.radius_m or DEFAULT_RADIUS_M

    @property
    def asked(self) -> dict[str, Any]:
        """Give what a link to the same answer says."""
        given = self.model_dump(exclude={"radius_m"})
        return given | {"reach": self.within.value if self.within else self.distance_m}


class MapQuestion(TypedDict):
    """What the filters of `/carte` keep, in the words of the questions."""

    kind: Kind
    sectors: tuple[str, ...]
    territory: str | None
    outside: str | None
    text: str | None


class MapForm(_Form):
    """The filters of `/carte`; it shows one kind, since kinds are never added together."""

    kind: Kind = Kind.ACTOR
    sector: SectorCodes = ()
    territory: TerritoryCode = None
    outside: OutsideCode = None
    text: Text | None = None
    cursor: Cursor = None

    @property
    def question(self) -> MapQuestion:
        """Give what the list, the counts, the exports and the paper all ask."""
        return {
            "kind": self.kind,
            "sectors": self.sector,
            "territory": self.territory,
            "outside": self.outside,
            "text": self.text,
        }


class PrintForm(MapForm):
    """The filters of `/carte` on paper; a long list is in booklets, this says which one is at hand."""

    part: Annotated[int, Field(ge=1, le=100_000)] = 1


class PlanForm(_Form):
    """What `/rencontres` plans."""

    sector: SectorCode = None
    months: Annotated[int, Field(ge=1, le=120)] = 24
    reach_m: Annotated[float, Field(gt=0, le=200_000, allow_inf_nan=False)] = 20_000.0


class TerritoriesForm(_Form):
    """The search of `/territoires`."""

    q: Place = None
