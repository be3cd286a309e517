"""What a caller may ask, each parameter with its bounds and its French description, written once.

The JSON side refuses what it does not know; the pages treat an empty field as absent, as a form sends it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from fastapi import Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.problems import Fault
from api.refusals import InvalidParameterError
from geo.geocoding.text import repair_mojibake
from geo.records import MEL_CODE, Basis, Kind, Level, PlacementStatus

MAX_RADIUS_M = 500_000.0
"""Further than the region is wide: a larger circle asks nothing more."""

MAX_NEAR = 1_000
MAX_PAGE = 1_000
MAX_ID = 2**63 - 1
"""The largest integer that both storage engines hold."""


def _refuse_control_characters(text: str) -> str:
    # « Ã\x89cuires » is « Écuires » read in another encoding: half of its letter is a control character.
    text = repair_mojibake(text)
    # An address that was pasted brings its line ends along.
    text = " ".join(text.split())
    if any(unicodedata.category(mark) in {"Cc", "Cs"} for mark in text):
        message = "un texte sans caractère de contrôle"
        raise ValueError(message)
    return text


def leave_out_blanks(query: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
    """Leave out what was sent empty: a form sends every field, filled or not."""
    if not isinstance(query, Mapping):
        return query
    return {
        name: value for name, value in query.items() if not (isinstance(value, str) and not value.strip())
    }


Text = Annotated[str, Field(max_length=200), AfterValidator(_refuse_control_characters)]
Code = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_refuse_control_characters)]
GroupCode = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_refuse_control_characters)]

Place = Annotated[
    Text | None,
    Field(description="Une adresse, une commune ou un code postal des Hauts-de-France.", examples=["Lens"]),
]
Latitude = Annotated[
    float | None,
    Field(ge=-90, le=90, allow_inf_nan=False, description="Latitude WGS84, en degrés.", examples=[50.4289]),
]
Longitude = Annotated[
    float | None,
    Field(ge=-180, le=180, allow_inf_nan=False, description="Longitude WGS84, en degrés.", examples=[2.8319]),
]
SectorCode = Annotated[
    Code | None,
    Field(description="Code d'une filière (voir /api/v1/sectors).", examples=["alimentation"]),
]
AnyKind = Annotated[Kind | None, Field(description="Sorte de présence.", examples=["actor"])]
RadiusM = Annotated[
    float | None,
    Field(gt=0, le=MAX_RADIUS_M, allow_inf_nan=False, description="Rayon, en mètres.", examples=[10_000]),
]
TerritoryCode = Annotated[
    Code | None,
    Field(
        description="Code d'un territoire : commune (INSEE), intercommunalité (SIREN), département…",
        examples=["200093201"],
    ),
]
OutsideCode = Annotated[
    Code | None,
    Field(description="Code du territoire dont on ne regarde que l'extérieur.", examples=[MEL_CODE]),
]
Cursor = Annotated[
    # As long as the longest searched name (400 letters of four bytes, with its number) in base 64.
    Annotated[str, Field(max_length=2_400), AfterValidator(_refuse_control_characters)] | None,
    Field(description="La valeur « next_cursor » de la page précédente."),
]


class _Query(BaseModel):
    """A query string of the JSON side: an unknown parameter is refused, never silently left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_blanks(cls, query: Any) -> Any:  # noqa: ANN401 (whatever a query string holds)
        return leave_out_blanks(query)


class NearQuery(_Query):
    """Who is near: a place in words, or a point."""

    q: Place = None
    lat: Latitude = None
    lon: Longitude = None
    sector: SectorCode = None
    kind: AnyKind = None
    radius_m: RadiusM = None
    limit: Annotated[int, Field(ge=1, le=MAX_NEAR, description="Nombre de réponses.")] = 10

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        has_point = self.lat is not None and self.lon is not None
        if (self.lat is None) != (self.lon is None) or has_point == (self.q is not None):
            message = "« q » (un lieu en toutes lettres), ou bien « lat » et « lon » ensemble"
            raise ValueError(message)
        return self


class PresencesQuery(_Query):
    """The register, filtered, a page at a time."""

    kind: AnyKind = None
    sector: SectorCode = None
    territory: TerritoryCode = None
    outside: OutsideCode = None
    status: Annotated[
        PlacementStatus | None, Field(description="Où en est le placement.", examples=["placed"])
    ] = None
    text: Annotated[Text | None, Field(description="Mots du nom.", examples=["épicerie"])] = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE, description="Nombre de fiches par page.")] = 100
    cursor: Cursor = None


class PresenceFileQuery(_Query):
    """The register as one file, filtered."""

    kind: AnyKind = None
    sector: SectorCode = None
    territory: TerritoryCode = None
    outside: OutsideCode = None
    text: Annotated[Text | None, Field(description="Mots du nom.", examples=["épicerie"])] = None


class CoverageQuery(_Query):
    """Where the network is, per territory of one level, and outside one territory."""

    level: Annotated[Level, Field(description="Niveau de territoire.", examples=["epci"])] = Level.EPCI
    kind: Annotated[Kind, Field(description="Sorte de présence comptée.", examples=["actor"])] = Kind.ACTOR
    sector: SectorCode = None
    outside: Annotated[
        GroupCode,
        Field(
            description="Code du territoire dont on regarde l'extérieur, ou de plusieurs, entre virgules.",
            examples=[MEL_CODE],
        ),
    ] = MEL_CODE
    at: Annotated[date | None, Field(description="Le registre tel qu'il était ce jour-là.")] = None
    basis: Annotated[
        Basis,
        Field(description="Compter au siège (seat) ou dans la zone d'action (zone).", examples=["seat"]),
    ] = "seat"
    denominator: Annotated[
        Text | None, Field(description="Nom d'un dénominateur du registre, au lieu de la population.")
    ] = None


class TerritoriesQuery(_Query):
    """The territories of one level."""

    level: Annotated[Level, Field(description="Niveau de territoire.", examples=["epci"])] = Level.EPCI


class TileQuery(_Query):
    """What a tile of presences keeps; `sector` may name several, with commas."""

    kind: AnyKind = None
    sector: Annotated[
        Annotated[str, Field(max_length=600), AfterValidator(_refuse_control_characters)] | None,
        Field(description="Codes de filières, séparés par des virgules.", examples=["alimentation,mobilite"]),
    ] = None
    territory: TerritoryCode = None
    outside: OutsideCode = None

    def list_sectors(self) -> tuple[str, ...]:
        """Give the codes of the sectors kept, each once; none keeps all."""
        return tuple(dict.fromkeys(code for code in (self.sector or "").split(",") if code))


class SectorsQuery(_Query):
    """The sectors: nothing to choose."""


class PlacesQuery(_Query):
    """What has been typed of a place."""

    q: Annotated[Text, Field(min_length=1, description="Ce qui est déjà tapé.", examples=["helle"])]
    limit: Annotated[int, Field(ge=1, le=20, description="Nombre de propositions.")] = 8


class MeetQuery(_Query):
    """Whom a presence could meet."""

    limit: Annotated[int, Field(ge=1, le=50, description="Nombre de suggestions de chaque sorte.")] = 6


class GeocodeQuery(_Query):
    """An address, whole in `q` or in parts."""

    q: Annotated[
        Text | None, Field(description="L'adresse entière.", examples=["place Jean Jaurès Lens"])
    ] = None
    street: Annotated[Text | None, Field(description="Numéro et voie.")] = None
    postcode: Annotated[Text | None, Field(description="Code postal.", examples=["62300"])] = None
    city: Annotated[Text | None, Field(description="Commune.", examples=["Lens"])] = None
    citycode: Annotated[Text | None, Field(description="Code INSEE de la commune.", examples=["62498"])] = (
        None
    )
    lat: Latitude = None
    lon: Longitude = None
    explain: Annotated[bool, Field(description="Donner aussi chaque étape du raisonnement.")] = False

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any((self.q, self.street, self.postcode, self.city, self.citycode)) and self.lat is None:
            message = "« q », ou au moins « city », « postcode », « citycode », ou « lat » et « lon »"
            raise ValueError(message)
        if (self.lat is None) != (self.lon is None):
            message = "« lat » et « lon » ensemble"
            raise ValueError(message)
        return self


class ReverseQuery(_Query):
    """A point, and how many of the addresses around it to give."""

    lat: Annotated[
        float,
        Field(
            ge=-90, le=90, allow_inf_nan=False, description="Latitude WGS84, en degrés.", examples=[50.4289]
        ),
    ]
    lon: Annotated[
        float,
        Field(
            ge=-180, le=180, allow_inf_nan=False, description="Longitude WGS84, en degrés.", examples=[2.8319]
        ),
    ]
    limit: Annotated[int, Field(ge=1, le=50, description="Nombre d'adresses.")] = 1


async def refuse_repeated(request: Request) -> None:
    """
    Refuse a query string that gives one parameter several times: nobody could say which one counts.

    Raises
    ------
    InvalidParameterError
        If a name comes twice.
    """
    names = [name for name, _ in request.query_params.multi_items()]
    if len(names) != len(set(names)):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InvalidParameterError(
            [Fault(parameter=name[:80], expected="une seule valeur", received="plusieurs") for name in twice]
        )
