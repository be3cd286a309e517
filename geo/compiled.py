"""The compiled form of the geocoding engine, where this environment has one of exactly these sources.

The `.py` files are the truth and run as they are. `scripts/build_engine.py` may compile some of them to C
extensions, kept in the environment of the interpreter and never beside the sources, with the sha256 of every
source file that they depend on. One byte changed in one of those, or another interpreter, and the `.py`
files are what runs: see docs/decisions/0021-a-compiled-engine.md.
"""

from __future__ import annotations

import hashlib
import os
import sys
import sysconfig
from collections.abc import Iterable, MutableSequence
from functools import cache
from pathlib import Path

SWITCH = "MAILLAGE_COMPILED"
"""The environment variable that says « 0 » where the `.py` files are to run."""

MANIFEST = "manifest.txt"
PACKAGES = ("geo.geocoding", "geo.geocoding.addressbase")

_EXTENSION = sysconfig.get_config_var("EXT_SUFFIX") or ".so"
_SOURCES = Path(__file__).resolve().parent.parent


def locate_builds() -> Path:
    """Say where this environment keeps compiled engines, one folder for each state of the sources."""
    return Path(sys.prefix, "lib", "maillage-engine")


def write_manifest(sources: Iterable[str], *, root: Path = _SOURCES) -> str:
    """
    Write what a compiled engine depends on: the interpreter, then the digest of each source file.

    Parameters
    ----------
    sources
        Their paths under `root`, in the order in which they are to be listed.
    root
        The folder that holds the package `geo`.

    Raises
    ------
    OSError
        If one of them cannot be read.
    """
    lines = [f"{sys.version}{_EXTENSION}".replace("\n", " ")]
    lines += [f"{hashlib.sha256((root / path).read_bytes()).hexdigest()} {path}" for path in sources]
    return "\n".join(lines) + "\n"


def is_current(build: Path, *, root: Path = _SOURCES) -> bool:
    """Tell whether a compiled engine is of these very sources and of this very interpreter."""
    try:
        manifest = (build / MANIFEST).read_text(encoding="utf-8")
        sources = [line.split(" ", 1)[1] for line in manifest.splitlines()[1:]]
        return bool(sources) and manifest == write_manifest(sources, root=root)
    except (OSError, IndexError, ValueError):
        return False


@cache
def find_compiled() -> Path | None:
    """Give the folder of the compiled engine that runs in this process, None where the sources do."""
    if os.environ.get(SWITCH, "").strip().lower() in ("0", "non", "no", "false"):
        return None
    try:
        builds = sorted(locate_builds().iterdir())
    except OSError:
        return None
    return next((build for build in builds if is_current(build)), None)


def add_compiled(package: str, path: MutableSequence[str]) -> None:
    """
    Let a package look for its modules among the compiled ones first.

    Parameters
    ----------
    package
        Its name.
    path
        Its `__path__`, to which the folder is added.
    """
    build = find_compiled()
    if build is not None:
        path.insert(0, str(build.joinpath(*package.split("."))))
