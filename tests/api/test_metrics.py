"""`/metrics`: what was answered is counted under the route, and nothing that was asked is told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.metrics import RequestCounts
from api.settings import ApiSettings
from data.session import Register


def read_samples(text: str) -> dict[str, float]:
    """Read the text format as a monitoring system does: a name with labels, a number."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for line in lines:
        assert re.fullmatch(r'[a-z_]+(\{([a-z_]+="[^"]*",?)*\})? [0-9.e+-]+', line), line
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


@pytest.fixture
def site(small_register: Register) -> TestClient:
    return TestClient(create_app(ApiSettings(), register=small_register))


def count(samples: dict[str, float], route: str, status: int) -> float:
    name = f'maillage_http_requests_total{{method="GET",route="{route}",status="{status}"}}'
    return samples.get(name, 0.0)


def test_answers_are_counted_by_route_and_status_and_nothing_asked_is_told(site: TestClient) -> None:
    for path in ("/api/v1/near?q=Lens", "/api/v1/near?q=Valenciennes", "/api/v1/near?limit=0", "/secret/x"):
        site.get(path)
    text = site.get("/metrics").text
    samples = read_samples(text)
    assert count(samples, "/api/v1/near", 200) == 2
    assert count(samples, "/api/v1/near", 422) == 1
    assert count(samples, "(aucune)", 404) == 1
    assert samples['maillage_http_request_duration_seconds_count{route="/api/v1/near"}'] == 3
    assert samples['maillage_http_request_duration_seconds_bucket{le="+Inf",route="/api/v1/near"}'] == 3
    assert "Lens" not in text
    assert "secret" not in text


def test_the_register_is_told_as_its_own_answers_tell_it(site: TestClient) -> None:
    samples = read_samples(site.get("/metrics").text)
    ready = site.get("/readyz").json()
    assert samples["maillage_register_up"] == 1
    assert samples["maillage_data_version"] == float(ready["data_version"])
    by_status = [value for name, value in samples.items() if name.startswith("maillage_presences{")]
    assert sum(by_status) == ready["received"]


def test_a_register_that_does_not_answer_is_a_figure_not_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "no-register"
    broken.write_text("nothing like a register")
    monkeypatch.setenv("MAILLAGE_DATABASE_URL", f"sqlite:///{broken}")
    answer = TestClient(create_app(ApiSettings())).get("/metrics")
    assert answer.status_code == 200
    samples = read_samples(answer.text)
    assert samples["maillage_register_up"] == 0
    assert "maillage_data_version" not in samples


def test_a_count_that_fails_costs_no_answer(
    site: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "no room left")

    monkeypatch.setattr(RequestCounts, "count", fail)
    assert site.get("/healthz").status_code == 200
    assert "could not be counted" in caplog.text


_WORKER = """
import sys
from api.metrics import RequestCounts
counts = RequestCounts()
for _ in range(int(sys.argv[1])):
    counts.count("/proche", "GET", 200, 0.002)
print(counts.write(None).decode())
"""


def test_workers_that_share_a_folder_are_added_up_whoever_is_asked(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    texts = [
        subprocess.run(
            [sys.executable, "-c", _WORKER, str(times)],
            env=environment, check=True, capture_output=True, text=True, timeout=60,
        ).stdout
        for times in (3, 4)
    ]  # fmt: skip
    assert count(read_samples(texts[0]), "/proche", 200) == 3
    assert count(read_samples(texts[1]), "/proche", 200) == 7
