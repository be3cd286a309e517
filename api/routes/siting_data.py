"""The JSON of access and of siting: how far people live, where the next antenne serves most, what if."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from api.data_version import make_etag
from api.dependencies import get_register
from api.examples import describe_answers
from api.parameters import refuse_repeated
from api.responses import answer_json
from api.siting_forms import AccessQuery, SitingQuery, WhatIfQuery, split_codes
from api.siting_schemas import AccessOut, ChangeOut, SitingOut
from data.questions import answer_access, answer_siting, answer_what_if
from geo.coverage.answers import access_as_json, change_as_json, siting_as_json

router = APIRouter(prefix="/api/v1", tags=["Données"], dependencies=[Depends(refuse_repeated)])

JsonObject = dict[str, Any]


@router.get("/access", response_class=Response, responses=describe_answers(AccessOut, "access", 422))
def read_access(request: Request, query: Annotated[AccessQuery, Query()]) -> Response:
    """À combien de minutes vivent les habitants d'une antenne, d'un temps fort, d'un ambassadeur."""
    register = get_register(request)

    def produce() -> JsonObject:
        return access_as_json(
            answer_access(register, kind=query.kind, sector=query.sector, minutes=query.minutes, at=query.at)
        )

    return answer_json(request, make_etag(request, register), produce)


@router.get("/siting", response_class=Response, responses=describe_answers(SitingOut, "siting", 422))
def read_siting(request: Request, query: Annotated[SitingQuery, Query()]) -> Response:
    """Où les prochaines antennes serviraient le plus d'habitants, celles d'aujourd'hui gardées."""
    register = get_register(request)

    def produce() -> JsonObject:
        return siting_as_json(
            answer_siting(
                register,
                count=query.count,
                minutes=query.minutes,
                kind=query.kind,
                is_weighted=query.equity,
            )
        )

    return answer_json(request, make_etag(request, register), produce)


@router.get(
    "/siting/what-if", response_class=Response, responses=describe_answers(ChangeOut, "what_if", 404, 422)
)
def read_what_if(request: Request, query: Annotated[WhatIfQuery, Query()]) -> Response:
    """Ce que changeraient des antennes dans des communes données, celles d'aujourd'hui gardées."""
    register = get_register(request)

    def produce() -> JsonObject:
        communes = split_codes([query.communes])
        return change_as_json(answer_what_if(register, communes=communes, minutes=query.minutes))

    return answer_json(request, make_etag(request, register), produce)
