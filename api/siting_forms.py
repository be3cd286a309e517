"""What may be asked of access and of siting: the JSON side and the page's form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from api.parameters import Code, SectorCode, leave_out_blanks
from geo.records import Kind

MOST_FIELDS = 10
"""How many antennes one choice may have."""

Minutes = Annotated[
    float, Field(ge=5, le=120, allow_inf_nan=False, description="Limite de temps, en minutes.", examples=[30])
]
Count = Annotated[int, Field(ge=1, le=MOST_FIELDS, description="Nombre d'antennes de plus.", examples=[1])]
Equity = Annotated[
    bool, Field(description="Peser les habitants par ce qui manque là où ils vivent.", examples=[False])
]
WeighedKind = Annotated[
    Kind, Field(description="Sorte de présence dont le manque pèse, avec « equity ».", examples=["actor"])
]


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_blanks(cls, query: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
        return leave_out_blanks(query)


class AccessQuery(_Query):
    """How far people live from what."""

    kind: Annotated[Kind, Field(description="Vers quoi l'on va.", examples=["antenne"])] = Kind.ANTENNE
    sector: SectorCode = None
    minutes: Minutes = 30
    at: Annotated[date | None, Field(description="Le registre tel qu'il était ce jour-là.")] = None


class SitingQuery(_Query):
    """Where the next antennes would serve most."""

    count: Count = 1
    minutes: Minutes = 30
    kind: WeighedKind = Kind.ACTOR
    equity: Equity = False


class WhatIfQuery(_Query):
    """Which communes would have an antenne."""

    communes: Annotated[
        str,
        Field(
            max_length=200,
            description="Codes de communes (INSEE) ou d'intercommunalités (SIREN), séparés par des virgules.",
            examples=["80021,02408"],
        ),
    ] = ""
    minutes: Minutes = 30


class SitingForm(BaseModel):
    """The form of `/couverture/antennes`: lenient about what it does not know."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    commune: Annotated[list[Code], Field(max_length=MOST_FIELDS)] = []
    count: Annotated[int, Field(ge=1, le=3)] = 1
    minutes: Minutes = 30
    kind: Kind = Kind.ACTOR
    equity: bool = False

    @model_validator(mode="before")
    @classmethod
    def _leave_out_blanks(cls, query: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
        return leave_out_blanks(query)

    @field_validator("commune", mode="before")
    @classmethod
    def _split(cls, received: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
        parts = [received] if isinstance(received, str) else received
        return split_codes(parts) if isinstance(parts, list) else received


def split_codes(parts: Iterable[str]) -> list[str]:
    """
    Split codes written together or one by one, each once, blanks left out.

    Examples
    --------
    >>> split_codes(["80021, 02408", "", "80021"])
    ['80021', '02408']
    """
    codes = (code.strip() for part in parts for code in str(part).split(","))
    return list(dict.fromkeys(code for code in codes if code))
