"""Where a point is, and the national address service's own two questions, answered under its names.

Whatever talks to the national service (geopy's `BANFrance`, plugins of QGIS) finds `/search` and `/reverse`
under `/api/v1/geocode`, with its parameters and the shape of its answers.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.data_version import make_etag
from api.dependencies import get_register
from api.errors import write_problem
from api.examples import describe_answers
from api.geocode_schemas import ReverseOut
from api.geocoded import geocoded_as_geojson
from api.parameters import ReverseQuery, leave_out_blanks, refuse_repeated
from api.problems import BAD_REQUEST, ProblemDetails
from api.refusals import describe_faults, write_faults
from api.responses import GEOJSON, answer_json
from api.reversed import reversed_as_geojson
from data.questions import geocode, reverse_geocode
from geo.geocoding.answer import AddressQuery
from geo.position import Position

router = APIRouter(prefix="/api/v1", tags=["Données"])

JsonObject = dict[str, Any]


class _NationalQuery(BaseModel):
    """The national service's parameters; those that change nothing here are let through."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    limit: Annotated[int, Field(ge=1, le=50)] = 10
    type: str | None = None


class _SearchQuery(_NationalQuery):
    q: Annotated[str, Field(min_length=3, max_length=200)]
    postcode: str = ""
    citycode: str = ""
    depcode: str = ""


class _PointQuery(_NationalQuery):
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    limit: Annotated[int, Field(ge=1, le=50)] = 1


@router.get(
    "/reverse",
    response_class=Response,
    responses=describe_answers(ReverseOut, "reverse", 422, media_type=GEOJSON),
    dependencies=[Depends(refuse_repeated)],
)
def read_reverse(request: Request, query: Annotated[ReverseQuery, Query()]) -> Response:
    """Où est un point : les adresses les plus proches s'il y a un index, la commune, l'intercommunalité."""
    return _answer_reverse(request, lon=query.lon, lat=query.lat, limit=query.limit, kind=None)


@router.get("/geocode/reverse", response_class=Response, include_in_schema=False)
def read_national_reverse(request: Request) -> Response:
    """Un point, demandé comme au service national."""
    try:
        query = _PointQuery.model_validate(leave_out_blanks(dict(request.query_params)))
    except ValidationError as error:
        return _refuse(request, error)
    return _answer_reverse(request, lon=query.lon, lat=query.lat, limit=query.limit, kind=query.type)


@router.get("/geocode/search", response_class=Response, include_in_schema=False)
def read_national_search(request: Request) -> Response:
    """Une adresse, demandée comme au service national."""
    try:
        query = _SearchQuery.model_validate(leave_out_blanks(dict(request.query_params)))
    except ValidationError as error:
        return _refuse(request, error)
    register = get_register(request)
    address = AddressQuery(
        text=query.q, postcode=_only_one(query.postcode), code_insee=_only_one(query.citycode)
    )
    departements = tuple(code.strip() for code in query.depcode.split(",") if code.strip()) or ("",)

    def produce() -> JsonObject:
        answer = geocoded_as_geojson(register, query.q, geocode(register, address))
        wanted = [
            feature
            for feature in answer["features"]
            if query.type in {None, feature["properties"]["type"]}
            and str(feature["properties"]["citycode"]).startswith(departements)
        ]
        return {**answer, "limit": query.limit, "features": wanted}

    return answer_json(request, make_etag(request, register), produce, media_type=GEOJSON)


def _only_one(codes: str) -> str:
    """Keep a code that is alone: several of them decide nothing."""
    return "" if "," in codes else codes.strip()


def _answer_reverse(request: Request, *, lon: float, lat: float, limit: int, kind: str | None) -> Response:
    register = get_register(request)

    def produce() -> JsonObject:
        answer = reverse_geocode(register, Position(lon=lon, lat=lat), limit=limit)
        found = reversed_as_geojson(answer, limit=limit)
        features = [feature for feature in found["features"] if kind in {None, feature["properties"]["type"]}]
        return {**found, "features": features}

    return answer_json(request, make_etag(request, register), produce, media_type=GEOJSON)


def _refuse(request: Request, error: ValidationError) -> Response:
    """Refuse as the national service does, 400 and its words, beside our own explanation."""
    faults = describe_faults([{**fault, "loc": ("query", *fault["loc"])} for fault in error.errors()])
    extra: JsonObject = {"code": 400, "message": "Failed parsing query"}
    return write_problem(
        request, ProblemDetails(kind=BAD_REQUEST, detail=write_faults(faults), faults=faults, extra=extra)
    )
