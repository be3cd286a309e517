"""Whether the service lives, and whether its register answers."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.data_version import read_summary
from api.dependencies import get_register
from api.examples import describe_answers
from api.responses import JSON, write_json
from api.schemas import HealthOut, ReadyOut

router = APIRouter(tags=["Surveillance"])

_NEVER_KEPT = {"cache-control": "no-store"}


@router.get("/healthz", response_class=Response, responses=describe_answers(HealthOut, "health"))
async def read_health() -> Response:
    """Le service répond ; le registre n'est pas interrogé."""
    return Response(write_json({"status": "ok"}), media_type=JSON, headers=_NEVER_KEPT)


@router.get("/readyz", response_class=Response, responses=describe_answers(ReadyOut, "ready"))
def read_readiness(request: Request) -> Response:
    """Le registre répond : le service peut recevoir des visiteurs."""
    summary = read_summary(get_register(request))
    ready = {
        "status": "ok",
        "received": summary.counts.received,
        "data_date": summary.data_date,
        "data_version": str(summary.data_version),
    }
    return Response(write_json(ready), media_type=JSON, headers=_NEVER_KEPT)
