"""The JSON of meetings, under `/api/v1/`: completing a place, and whom a presence could meet."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.data_version import make_etag
from api.dependencies import get_register
from api.examples import describe_answers
from api.meeting_schemas import MeetOut, PlacesOut
from api.parameters import MAX_ID, MeetQuery, PlacesQuery, refuse_repeated
from api.readers import ReaderDep
from api.responses import answer_json
from data.questions.meeting import find_meetings
from data.questions.places import suggest_places
from geo.meeting.contract import meetings_as_json

router = APIRouter(prefix="/api/v1", tags=["Données"], dependencies=[Depends(refuse_repeated)])

JsonObject = dict[str, Any]


@router.get("/places", response_class=Response, responses=describe_answers(PlacesOut, "places", 422))
def read_places(request: Request, query: Annotated[PlacesQuery, Query()], reader: ReaderDep) -> Response:
    """Ce qu'une personne est en train de taper : communes, codes postaux, adresse, noms de fiches."""
    register = get_register(request)

    def produce() -> JsonObject:
        found = suggest_places(register, query.q, limit=query.limit, reader=reader)
        return {
            "places": [
                {
                    "label": place.label,
                    "detail": place.detail,
                    "code": place.code,
                    "presence_id": place.presence_id,
                }
                for place in found
            ]
        }

    return answer_json(request, make_etag(request, register), produce)


@router.get(
    "/presences/{presence_id}/meet",
    response_class=Response,
    responses=describe_answers(MeetOut, "meet", 404, 422),
)
def read_meetings(
    request: Request,
    presence_id: Annotated[int, Path(ge=1, le=MAX_ID, description="Numéro de la fiche.")],
    query: Annotated[MeetQuery, Query()],
    reader: ReaderDep,
) -> Response:
    """Qui rencontrer, qui pourrait parrainer, quels projets imiter : chaque suggestion dit pourquoi."""
    register = get_register(request)

    def produce() -> JsonObject:
        answer = find_meetings(register, presence_id, limit=query.limit, reader=reader)
        return meetings_as_json(
            answer.presence,
            meetings=answer.meetings,
            sponsors=answer.sponsors,
            copies=answer.copies,
            sponsor_years=answer.sponsor_years,
            sponsor_reach_m=answer.sponsor_reach_m,
            data_date=answer.data_date,
        )

    return answer_json(request, make_etag(request, register), produce)
