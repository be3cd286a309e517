"""Every measure of `docs/benchmarks.md`, one after the other: `python -m scripts.bench`.

Each runs in a process of its own, so that none warms another's caches. All is bounded and ends by itself;
the server that is measured listens on 127.0.0.1 only.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from datetime import UTC, datetime

MEASURES = ("importing", "storing", "near", "http_near", "maps", "pages", "bulk")
_TIMEOUT_S = 900


def main() -> int:
    """Run the measures; give how many failed."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}")
    failed = 0
    for name in MEASURES:
        print(f"\n## python -m scripts.bench.{name}\n", flush=True)
        started = time.perf_counter()
        command = [sys.executable, "-m", f"scripts.bench.{name}"]
        done = subprocess.run(command, check=False, timeout=_TIMEOUT_S)  # noqa: S603  modules of ours
        failed += done.returncode != 0
        print(f"\n({time.perf_counter() - started:.0f} s)")
    return failed


if __name__ == "__main__":
    if sys.argv[1:2] == ["http"]:
        # The shared service under load: its own command, since it asks for PostGIS, wrk and some minutes.
        command = [sys.executable, "-m", "scripts.bench.http", *sys.argv[2:]]
        sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603  a module of ours
    sys.exit(main())
