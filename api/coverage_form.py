"""What `/couverture` is asked: which presences, against what, outside what, at which dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from api.forms import Order, Sort
from api.parameters import Code, SectorCode, leave_out_blanks
from api.rendering import write_address
from geo.records import MEL_CODE, Basis, Kind, Level
from maps.measures import Measure

_MOST_OUTSIDE = 100


class Side(StrEnum):
    """Which rows of the table are shown."""

    ALL = "all"
    INSIDE = "inside"
    OUTSIDE = "outside"


def _split(value: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
    """Split codes joined by commas; a form sends each choice on its own, and empty for none."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, Iterable):
        return value
    codes = [code.strip() for each in value for code in str(each).split(",") if code.strip()]
    return list(dict.fromkeys(codes)) or [MEL_CODE]


class CoverageForm(BaseModel):
    """The question of the page: every address of the page, its map and its downloads carries it whole."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    level: Level = Level.EPCI
    kind: Kind = Kind.ACTOR
    sector: SectorCode = None
    outside: Annotated[list[Code], BeforeValidator(_split), Field(max_length=_MOST_OUTSIDE)] = [MEL_CODE]
    at: date | None = None
    since: date | None = None
    basis: Basis = "seat"
    denominator: Annotated[str | None, Field(max_length=200)] = None
    measure: Measure = Measure.RATIO
    side: Side = Side.ALL
    sort: Sort = Sort.POPULATION
    order: Order | None = None
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    @model_validator(mode="before")
    @classmethod
    def _leave_out_blanks(cls, query: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
        return leave_out_blanks(query)

    @property
    def group(self) -> str:
        """The codes left out, as the questions take them."""
        return ",".join(self.outside)

    def ask(self) -> dict[str, Any]:
        """Give what the questions of `data` are asked."""
        return {
            "level": self.level,
            "kind": self.kind,
            "sector": self.sector,
            "outside": self.group,
            "at": self.at,
            "basis": self.basis,
            "denominator": self.denominator,
        }

    def address(self, path: str, **changes: Any) -> str:  # noqa: ANN401 (any field of the form)
        """
        Write an address that asks the same, changes apart; what is as by default is left out.

        Examples
        --------
        >>> CoverageForm(outside=["200093201", "246200364"]).address("/couverture", kind="project")
        '/couverture?kind=project&outside=200093201%2C246200364'
        """
        query: dict[str, Any] = {}
        for name, field in CoverageForm.model_fields.items():
            value = changes.get(name, getattr(self, name))
            if value == field.default or value is None:
                continue
            query[name] = ",".join(value) if name == "outside" else getattr(value, "value", value)
        return write_address(path, query)
