"""Compile the hot modules of the geocoding engine, where a C compiler is at hand.

    python -m scripts.build_engine

mypyc (of mypy) makes C extensions of the `.py` files as they are; addresses then take two thirds of the time
or less, and every answer is the same. Without a compiler, or if anything fails, one line says so, nothing is
left behind, and the `.py` files run. What is compiled is found again only for these very sources: see
`geo.compiled`. `make setup` runs this, and so do the commands of the Makefile that use the engine; where
nothing has changed it ends at once.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from geo.compiled import MANIFEST, SWITCH, is_current, locate_builds, write_manifest
from geo.french import write_number

ROOT = Path(__file__).resolve().parent.parent

_ENGINE = (
    "choice", "commune_finder", "commune_reading", "confidence", "elsewhere", "gazetteer", "geocoder",
    "hypotheses", "near_names", "noise", "parse", "postcode_evidence", "provider", "readings", "standing",
    "streets", "text", "town_halls", "vocabulary", "writing",
)  # fmt: skip
_ADDRESS_BASE = ("base", "matching", "numbers", "weights")
MODULES = (
    *(f"geo/geocoding/{name}.py" for name in _ENGINE),
    *(f"geo/geocoding/addressbase/{name}.py" for name in _ADDRESS_BASE),
)
"""What is compiled: what every address goes through, and nothing that speaks to a network or a framework."""

TOOLS = ("mypy", "setuptools")
"""What compiling needs; installed for the time of it where the environment has them not."""

_KEPT_BUILDS = 2
_TIMEOUT_S = 600

_SETUP = """
import sys
from setuptools import setup
from mypyc.build import mypycify
extensions = mypycify(
    ["--ignore-missing-imports", "--follow-imports=silent", *sys.argv[3:]],
    opt_level="1", debug_level="0", group_name="geo.geocoding.engine",
)
arguments = ["build_ext", "--build-lib", sys.argv[1], "--build-temp", sys.argv[2]]
setup(name="engine", packages=[], ext_modules=extensions, script_args=arguments)
"""
_TRIAL = """
from geo.compiled import find_compiled
from geo.geocoding import geocoder, parse
from geo.geocoding.addressbase import matching
from geo.geocoding.answer import AddressQuery
assert find_compiled() and not parse.__file__.endswith(".py"), parse.__file__
assert parse.parse_address(AddressQuery(text="12 bis, Bd Carnot")).words[2:] == [",", "boulevard", "carnot"]
"""


class CannotCompileError(RuntimeError):
    """Something that compiling needs is missing, or it failed; the message says what, in French."""


def find_sources(modules: Sequence[str] = MODULES, *, root: Path = ROOT) -> list[str]:
    """Give the modules and all of ours that they import, directly or not: what they depend on."""
    seen: set[str] = set()
    waiting = list(modules)
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting += _find_imported(path, root)
    return sorted(seen)


def _find_imported(path: str, root: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((root / path).read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            parts = name.split(".")
            if parts[0] != "geo":
                continue
            for count in range(1, len(parts) + 1):
                stem = "/".join(parts[:count])
                for found in (f"{stem}.py", f"{stem}/__init__.py"):
                    if (root / found).is_file():
                        yield found


def build_engine() -> Path | None:
    """
    Compile the engine into this environment, unless it is there already.

    Returns
    -------
    Path or None
        The folder that was made, None if there was one.

    Raises
    ------
    CannotCompileError
        If it cannot be compiled here.
    """
    sources = find_sources()
    manifest = write_manifest(sources, root=ROOT)
    builds = locate_builds()
    target = builds / sha256(manifest.encode()).hexdigest()[:20]
    if is_current(target):
        return None
    _check_compiler()
    _compile_into(target, sources, manifest)
    try:
        _try_out()
    except CannotCompileError:
        shutil.rmtree(target, ignore_errors=True)
        raise
    _remove_old(builds, target)
    return target


def _compile_into(target: Path, sources: Sequence[str], manifest: str) -> None:
    """Compile beside the place, from copies of the sources, and put the folder there once it is whole."""
    builds = target.parent
    try:
        builds.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=builds, prefix=".") as name:
            folder = Path(name)
            work = folder / "work"
            for path in sources:
                (work / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / path, work / path)
            if write_manifest(sources, root=work) != manifest:
                raise CannotCompileError("les sources changent en ce moment")
            compiled = _compile(folder, work)
            (compiled / MANIFEST).write_text(manifest, encoding="utf-8")
            shutil.rmtree(target, ignore_errors=True)
            compiled.replace(target)
    except OSError as error:
        raise CannotCompileError(f"{error.strerror or error} ({builds})") from error


def _check_compiler() -> None:
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        raise CannotCompileError(f"le compilateur C « {compiler} » n'est pas installé")
    header = Path(sysconfig.get_path("include"), "Python.h")
    if not header.is_file():
        raise CannotCompileError(f"les en-têtes de Python manquent ({header})")


def _compile(folder: Path, work: Path) -> Path:
    """Compile the copies in `work`; nothing is written beside the sources."""
    compiled = folder / "compiled"
    variables = {**os.environ, "PYTHONPATH": _provide_tools(folder / "tools"), SWITCH: "0"}
    (work / "build.py").write_text(_SETUP, encoding="utf-8")
    _run([sys.executable, "build.py", str(compiled), str(folder / "objects"), *MODULES], work, variables)
    return compiled


def _provide_tools(folder: Path) -> str:
    """Give where mypyc is: nowhere special if the environment has it, else a folder it is installed into."""
    if find_spec("mypyc") is not None and find_spec("setuptools") is not None:
        return ""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
    constraints = ROOT / "constraints.txt"
    pinned = ["--constraint", str(constraints)] if constraints.is_file() else []
    _run([*pip, str(folder), *pinned, *TOOLS], ROOT, dict(os.environ))
    return str(folder)


def _try_out() -> None:
    """Ask the compiled engine something, in a process of its own."""
    _run([sys.executable, "-c", _TRIAL], ROOT, {**os.environ, "PYTHONPATH": str(ROOT), SWITCH: "1"})


def _run(command: Sequence[str], folder: Path, variables: dict[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 (programs of ours)
            command,
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotCompileError(f"la compilation dure plus de {_TIMEOUT_S} s") from error
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if "error" in line.lower()]
        raise CannotCompileError(said[0].strip() if said else f"« {command[0]} » a échoué")


def _remove_old(builds: Path, target: Path) -> None:
    """Remove the engines of earlier sources; the last one may still run somewhere."""
    others = sorted(
        (each for each in builds.iterdir() if each != target and not each.name.startswith(".")),
        key=lambda each: each.stat().st_mtime,
        reverse=True,
    )
    for old in others[_KEPT_BUILDS - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def main() -> None:
    """Compile, and say what came of it; that it could not be done is no failure."""
    if os.environ.get(SWITCH, "").strip() == "0":
        return
    started = time.perf_counter()
    try:
        built = build_engine()
    except CannotCompileError as error:
        print(f"Moteur d'adresses non compilé, il tournera plus lentement : {error}.")
        return
    if built is not None:
        print(f"Moteur d'adresses compilé en {write_number(time.perf_counter() - started, 0)} s.")


if __name__ == "__main__":
    main()
