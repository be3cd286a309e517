"""The list of commands repeats the help of each, so that showing it reads nothing: they are compared."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
import typer

from scripts.cli import run
from scripts.commands import COMMANDS, Command

_HEAVY = ("sqlalchemy", "numpy", "scipy", "pyarrow", "fastapi")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_list_says_of_each_command_what_its_own_help_says(command: Command) -> None:
    found = command.load()
    help_text = found.info.help if isinstance(found, typer.Typer) else inspect.getdoc(found)
    assert " ".join(str(help_text).split("\n\n")[0].split()) == command.line


def test_the_list_of_commands_reads_no_library() -> None:
    script = (
        "import sys; from scripts.cli import run; run(['--help']); "
        f"print([name for name in {_HEAVY} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert all(f" {command.name} " in done.stdout for command in COMMANDS)


def test_one_command_does_not_read_what_the_others_need() -> None:
    script = (
        "import sys; from scripts.cli import run; run(['siting', '-h']); "
        "print([name for name in ('fastapi', 'httpx2', 'folium') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_nothing_typed_shows_the_list_without_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    captured = capsys.readouterr()
    assert "Commandes" in captured.out + captured.err
    assert "Erreur" not in captured.err
