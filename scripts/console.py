"""How commands speak: text for people, JSON for machines, progress on the side.

Answers go to standard output; progress and errors go to standard error, so that `--json` can be piped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_PIPED_WIDTH = 180


@cache
def output() -> Console:
    """Give the console of answers; a file or a pipe is as wide as a table needs."""
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _PIPED_WIDTH
    return console


@cache
def side() -> Console:
    """Give the console of progress, remarks and errors."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """Print a line of an answer as it is: brackets in it are text, not styling."""
    output().print(text, markup=False)


def say_title(text: str) -> None:
    """Print a title above what follows."""
    output().print(f"\n{text}", style="bold", markup=False)


def say_error(text: str) -> None:
    """Print an error where errors go."""
    side().print(f"Erreur : {text}", style="red", markup=False)


def _plain(value: object) -> object:
    if isinstance(value, (date, Enum)):
        return str(value)
    message = f"{type(value).__name__} has no JSON form"
    raise TypeError(message)


def print_json(answer: Any) -> None:  # noqa: ANN401 (JSON is any)
    """Print an answer as indented JSON, keys in the order given."""
    typer.echo(
        orjson.dumps(answer, default=_plain, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY).decode()
    )


@contextmanager
def show_progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """
    Show a bar on standard error while long work goes on; nothing when that is not a terminal.

    Yields a function to call with how many are done so far.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=side(), transient=True, disable=not side().is_terminal) as progress:
        task = progress.add_task(what, total=total)

        def advance_to(done: int) -> None:
            progress.update(task, completed=done)

        yield advance_to
