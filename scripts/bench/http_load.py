"""wrk, run in short cells on the loopback: how many answers a second, and how long each took."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.servers.ports import LOOPBACK

CELL_S = 4
_PAUSE_S = 1.5
_WARM_S = 1
_FIRST_ANSWER_S = 120

_SCRIPT = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local rank = 0
request = function()
  rank = rank %% #paths + 1
  return wrk.format("GET", paths[rank])
end
done = function(summary, latency, requests)
  io.write(string.format("CELL %%d %%d %%d %%.4f %%.4f %%.4f %%d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.timeout + summary.errors.read, latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, latency:percentile(99) / 1000, summary.bytes))
end
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell measured; times in milliseconds."""

    clients: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    failures: int
    kilobytes: float


def find_wrk() -> str:
    """Find wrk; a Python client would measure itself at these speeds."""
    found = shutil.which("wrk")
    if found is None:
        message = "wrk n'est pas installé : sudo apt-get install wrk"
        raise FileNotFoundError(message)
    return found


def measure(
    port: int, paths: Sequence[str], *, clients: int, seconds: int = CELL_S, encoding: str = "identity"
) -> Cell:
    """
    Ask for the paths by turns from some connections, each waiting for its answer.

    The first answer is waited for (a peer may take a minute), one second warms up, and a pause parts cells.
    """
    with tempfile.TemporaryDirectory(prefix="maillage-wrk-") as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "cell.lua"
        listed.write_text("\n".join(paths), encoding="utf-8")
        script.write_text(_SCRIPT % listed, encoding="utf-8")
        ask_first(port, paths[0])
        _run(script, port, clients, _WARM_S, encoding)
        time.sleep(_PAUSE_S)
        line = next(
            line
            for line in _run(script, port, clients, seconds, encoding).splitlines()
            if line.startswith("CELL")
        )
    requests, duration_us, failures, p50, p95, p99, size = (float(part) for part in line.split()[1:])
    per_second = requests / duration_us * 1e6
    return Cell(clients, per_second, p50, p95, p99, int(failures), size / max(requests, 1) / 1e3)


def ask_first(port: int, path: str) -> None:
    """Ask once, and refuse to measure what does not answer."""
    request = urllib.request.Request(f"http://{LOOPBACK}:{port}{path}", headers={"accept-encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=_FIRST_ANSWER_S) as answer:  # noqa: S310 (loopback)
            answer.read()
    except urllib.error.HTTPError as error:
        message = f"{path}: {error.code} {error.read()[:300]!r}"
        raise RuntimeError(message) from error


def _run(script: Path, port: int, clients: int, seconds: int, encoding: str) -> str:
    command = [find_wrk(), "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "20s", "-s", str(script),
               "-H", f"Accept-Encoding: {encoding}", f"http://{LOOPBACK}:{port}"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)  # noqa: S603 (ours)
    return done.stdout
