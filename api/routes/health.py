"""Whether the service lives, whether its register answers, and what a monitoring system counts."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request, Response

from api.data_version import read_summary
from api.dependencies import get_register
from api.examples import describe_answers
from api.metrics import MEDIA_TYPE, RequestCounts
from api.responses import JSON, write_json
from api.schemas import HealthOut, ReadyOut
from api.tiles_ahead import TilesAhead
from geo.errors import MaillageError
from geo.records import RegisterSummary

router = APIRouter(tags=["Surveillance"])

# A million points are read in two seconds; a probe waits for four.
_PREPARES_S = 3.0

_NEVER_KEPT = {"cache-control": "no-store"}

_log = logging.getLogger(__name__)


@router.get("/healthz", response_class=Response, responses=describe_answers(HealthOut, "health"))
async def read_health() -> Response:
    """Le service répond ; le registre n'est pas interrogé."""
    return Response(write_json({"status": "ok"}), media_type=JSON, headers=_NEVER_KEPT)


@router.get("/readyz", response_class=Response, responses=describe_answers(ReadyOut, "ready"))
def read_readiness(request: Request) -> Response:
    """Le registre répond : le service peut recevoir des visiteurs."""
    summary = read_summary(get_register(request))
    ahead: TilesAhead | None = request.app.state.tiles_ahead
    if ahead is not None:
        # Visitors are sent here from now on: those of a large map would wait for its points.
        ahead.wait(_PREPARES_S)
    ready = {
        "status": "ok",
        "received": summary.counts.received,
        "data_date": summary.data_date,
        "data_version": str(summary.data_version),
    }
    return Response(write_json(ready), media_type=JSON, headers=_NEVER_KEPT)


@router.get("/metrics", response_class=Response, include_in_schema=False)
def read_metrics(request: Request) -> Response:
    """Give the counts of the service in Prometheus's format, also when the register does not answer."""
    counts: RequestCounts = request.app.state.counts
    summary: RegisterSummary | None = None
    try:
        summary = read_summary(get_register(request))
    except MaillageError as error:
        _log.warning("The register does not answer to /metrics: %s", error)
    return Response(counts.write(summary), media_type=MEDIA_TYPE, headers=_NEVER_KEPT)
