"""The national service on loopback, a clock that nobody waits for, and our client of the service."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest

from data.reference import load_referential
from geo.geocoding.geoplateforme.provider import NationalAddresses
from geo.geocoding.geoplateforme.service import NationalService
from geo.geocoding.geoplateforme.settings import ServiceSettings
from geo.geocoding.geoplateforme.transport import Pace, Transport
from tests.geo.geocoding.national_service import NationalServiceDouble, run_national_service


@dataclass
class FakeClock:
    """Seconds that pass when somebody sleeps."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> float:
        return self.now

    def sleep(self, pause_s: float) -> None:
        with self._lock:
            self.now += pause_s
            self.slept.append(pause_s)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reach 127.0.0.1 directly, whatever the machine's proxies, and read no setting of this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ServiceSettings.model_fields:
        monkeypatch.delenv(f"MAILLAGE_{name.upper()}", raising=False)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def double(clock: FakeClock) -> Iterator[NationalServiceDouble]:
    with run_national_service(clock) as service:
        yield service


@pytest.fixture
def silent_url() -> Iterator[str]:
    """Give the address of a service that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/geocodage"


@pytest.fixture
def settings(double: NationalServiceDouble) -> ServiceSettings:
    return ServiceSettings(
        geoplateforme_allowed=True, geoplateforme_url=double.url, geoplateforme_chunk_rows=1_000
    )


@pytest.fixture
def service(settings: ServiceSettings, clock: FakeClock) -> Iterator[NationalService]:
    pace = Pace(settings.geoplateforme_requests_per_second, clock=clock, sleep=clock.sleep)
    with NationalService(settings, transport=Transport(pace=pace, timeout_s=20)) as asked:
        yield asked


@pytest.fixture
def national(service: NationalService) -> NationalAddresses:
    return NationalAddresses(service, load_referential(), today=lambda: date(2026, 11, 23))
