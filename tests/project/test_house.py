"""What must hold of the whole house: sizes, words that have no place in it, documents that tell the truth."""

from __future__ import annotations

import re
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

from geo.errors import MaillageError
from scripts.cli import run

ROOT = Path(__file__).parents[2]
ROOMS = ("geo", "data", "maps", "api", "scripts")


def list_tracked_files() -> list[Path]:
    """List what git tracks, or every file of the rooms where this is no checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        return [
            path for room in (*ROOMS, "tests", "docs") for path in (ROOT / room).rglob("*") if path.is_file()
        ]
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


TEXTS = [
    path
    for path in list_tracked_files()
    if path.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".yaml", ".html"}
]


def test_the_top_level_is_the_one_of_the_plan() -> None:
    tracked = {path.relative_to(ROOT).parts[0] for path in list_tracked_files()}
    allowed = {*ROOMS, "tests", "docs", "pyproject.toml", "README.md", "Makefile", "compose.yaml",
               "CHANGELOG.md", "LICENSE", "constraints.txt"}  # fmt: skip
    assert {name for name in tracked if not name.startswith(".")} <= allowed


@pytest.mark.parametrize("pattern", [r"pypi\.org", r"pythonhosted", r"registry\.npmjs", r"deb\.debian"])
def test_no_registry_is_named(pattern: str) -> None:
    named = [
        path.name
        for path in TEXTS
        if re.search(pattern, path.read_text(encoding="utf-8")) and path != Path(__file__)
    ]
    assert named == []


def test_no_mark_of_unfinished_work() -> None:
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "raise Not" + "ImplementedError")))
    assert [
        str(path) for path in TEXTS if path.suffix == ".py" and marks.search(path.read_text(encoding="utf-8"))
    ] == []


def test_pins_name_packages_and_versions_only() -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert pins
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!-]+", line)] == []


def test_every_dependency_has_its_line_of_reason() -> None:
    page = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text(encoding="utf-8").lower()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    wanted = re.findall(r'^    "([a-z0-9-]+)(?:\[[a-z,]+\])?>=', project, flags=re.MULTILINE)
    assert wanted
    assert [name for name in wanted if name not in page] == []


def test_the_readme_shows_commands_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in set(re.findall(r"maillage ([a-z]+)", readme)) - {"cd"}:
        assert run([command, "--help"]) == 0, command
    capsys.readouterr()
    targets = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert set(re.findall(r"`make ([a-z]+)", readme)) <= targets


def test_the_pictures_of_the_readme_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", readme)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)


def test_errors_are_sentences_for_people() -> None:
    def walk(kind: type[MaillageError]) -> list[type[MaillageError]]:
        return [kind, *(each for child in kind.__subclasses__() for each in walk(child))]

    import_module("api.error_table")  # it names them all, whatever else was read before
    named = [kind for kind in walk(MaillageError) if not kind.__module__.startswith("tests")]
    assert len(named) > 10
    assert [kind.__name__ for kind in named if not (kind.__doc__ or "").strip()] == []
