"""Compiling the engine where it cannot be: one clear line, no failure, nothing left behind."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from geo.compiled import SWITCH, is_current, locate_builds
from scripts import build_engine
from scripts.build_engine import CannotCompileError


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have an environment without any compiled engine."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.delenv(SWITCH, raising=False)
    return tmp_path


def say_main(capsys: pytest.CaptureFixture[str]) -> str:
    build_engine.main()
    return capsys.readouterr().out


def test_without_a_compiler_one_line_says_so(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = sysconfig.get_config_var
    monkeypatch.setattr(
        sysconfig, "get_config_var", lambda name: "no-such-cc" if name == "CC" else known(name)
    )
    said = say_main(capsys)
    assert said.startswith("Moteur d'adresses non compilé")
    assert "no-such-cc" in said
    assert said.count("\n") == 1
    assert not locate_builds().exists()


def test_without_the_headers_of_python_one_line_says_so(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: "/usr/bin/cc")
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(prefix))
    assert "en-têtes de Python manquent" in say_main(capsys)


def test_a_compilation_that_fails_leaves_nothing(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build_engine, "_check_compiler", lambda: None)
    monkeypatch.setattr(build_engine, "_SETUP", "raise SystemExit('error: it broke')")
    monkeypatch.setattr(build_engine, "_provide_tools", lambda _folder: "")
    assert "error: it broke" in say_main(capsys)
    assert list(locate_builds().iterdir()) == []


def test_a_build_that_does_not_answer_is_taken_away(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def pretend(folder: Path, _work: Path) -> Path:
        (folder / "compiled").mkdir()
        return folder / "compiled"

    monkeypatch.setattr(build_engine, "_check_compiler", lambda: None)
    monkeypatch.setattr(build_engine, "_compile", pretend)
    monkeypatch.setattr(build_engine, "_TRIAL", "raise SystemExit(3)")
    with pytest.raises(CannotCompileError):
        build_engine.build_engine()
    assert list(locate_builds().iterdir()) == []


def test_what_is_current_is_not_compiled_again_and_old_ones_go(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two", "three"):
        (locate_builds() / name).mkdir(parents=True)
    made: list[Path] = []

    def pretend(folder: Path, _work: Path) -> Path:
        made.append(folder)
        (folder / "compiled").mkdir()
        return folder / "compiled"

    monkeypatch.setattr(build_engine, "_check_compiler", lambda: None)
    monkeypatch.setattr(build_engine, "_compile", pretend)
    monkeypatch.setattr(build_engine, "_TRIAL", "")
    built = build_engine.build_engine()
    assert built is not None
    assert is_current(built)
    assert len(list(locate_builds().iterdir())) == 2
    assert build_engine.build_engine() is None
    assert len(made) == 1


def test_the_switch_spares_the_compilation(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(SWITCH, "0")
    assert say_main(capsys) == ""
