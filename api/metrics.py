"""What a monitoring system reads at `/metrics`: how many answers, how fast, and how large the register is.

Counts carry the template of a route (`/presences/{presence_id}`), never what was asked: no address, no name,
no point. Several workers write their counts into one folder (`maillage serve --workers`), and whichever is
asked adds them all up; a worker that runs alone keeps them in memory.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from geo.records import RegisterSummary

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable that names the folder where several workers count together."""

# A question of a map takes 1 to 10 ms, a page 10 to 100 ms, a sheet to print some seconds.
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# What no route answers to has one name, or anybody could make us keep a count for every address tried.
_NO_ROUTE = "(aucune)"
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_FAILED = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is counted of one route, one method and one status."""

    answers: Counter
    seconds: Histogram


class RequestCounts:
    """The counts of one application; safe to share between threads."""

    def __init__(self) -> None:
        # When each count began is a line more for each, and no question that anybody asks.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # (untyped there)
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "maillage_http_requests",
            "Réponses données, par route, méthode et statut.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "maillage_http_request_duration_seconds",
            "Durée d'une réponse, en secondes, par route.",
            ("route",),
            buckets=_BUCKETS_S,
            registry=self._registry,
        )
        self._kept: dict[tuple[str, str, int], _Counts] = {}

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        key = (route, method, status)
        counts = self._kept.get(key)
        if counts is None:
            counts = self._kept[key] = _Counts(
                self._answers.labels(route, method, str(status)), self._seconds.labels(route)
            )
        counts.answers.inc()
        counts.seconds.observe(seconds)

    def write(self, summary: RegisterSummary | None) -> bytes:
        """
        Write everything in Prometheus's text format.

        Parameters
        ----------
        summary
            What is true of the register now; None when it does not answer.
        """
        counted = self._registry
        if os.environ.get(SHARED_FOLDER):
            counted = CollectorRegistry()
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # (untyped there)
        register = CollectorRegistry()
        register.register(_RegisterFigures(summary))
        return generate_latest(counted) + generate_latest(register)


class _RegisterFigures(Collector):
    """The register's own figures: the same whichever worker reads them, so that none is added up."""

    def __init__(self, summary: RegisterSummary | None) -> None:
        self._summary = summary

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Give the figures."""
        summary = self._summary
        yield GaugeMetricFamily(
            "maillage_register_up", "1 si le registre répond, 0 sinon.", value=float(summary is not None)
        )
        if summary is None:
            return
        yield GaugeMetricFamily(
            "maillage_data_version",
            "Version des données : elle augmente à chaque changement.",
            value=summary.data_version,
        )
        placed = GaugeMetricFamily(
            "maillage_presences", "Fiches du registre, par état de placement.", labels=("status",)
        )
        for status, count in summary.counts.by_status().items():
            placed.add_metric((status,), count)
        yield placed
        yield GaugeMetricFamily("maillage_presences_hidden", "Fiches non publiques.", value=summary.hidden)


class CountedAnswers:
    """Count every answer and the time it took; an answer is never lost for a count that failed."""

    def __init__(self, app: ASGIApp, *, counts: RequestCounts) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _FAILED
        begun = time.perf_counter()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            self._note(scope, status, time.perf_counter() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "other"
        try:
            self._counts.count(_name_route(scope), method, status, seconds)
        except Exception:  # noqa: BLE001 (a full disk must not cost an answer)
            _log.warning("An answer could not be counted", exc_info=True)


def _name_route(scope: Scope) -> str:
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else _NO_ROUTE
