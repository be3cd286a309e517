"""The wheel carries everything the service needs: it runs from another folder, without this checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_runs_the_demonstration_from_another_folder(tmp_path: Path) -> None:
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "-w",
            tmp_path,
            ROOT,
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (wheel,) = tmp_path.glob("*.whl")
    unpacked, elsewhere = tmp_path / "unpacked", tmp_path / "elsewhere"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    elsewhere.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "MAILLAGE_HOME": str(tmp_path / "home")}
    environment.pop("MAILLAGE_DATABASE_URL", None)
    where = subprocess.run(
        [sys.executable, "-c", "import scripts.cli; print(scripts.cli.__file__)"],
        cwd=elsewhere, env=environment, check=True, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert where.stdout.startswith(str(unpacked))
    done = subprocess.run(
        [sys.executable, "-m", "scripts", "demo", "--no-serve"],
        cwd=elsewhere, env=environment, check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "FICTIF" in done.stdout
    assert len(list((tmp_path / "home" / "demonstration").glob("*.html"))) == 4
