"""The `maillage` command: run it, and turn every error into a message and an exit code.

0 = done (what was met stands in the report), 1 = failed and nothing changed, 2 = the command was mistyped,
130 = interrupted by Ctrl-C.
"""

from __future__ import annotations

import gc
import sys

from pydantic import ValidationError
from typer.exceptions import TyperException

from geo.errors import MaillageError
from scripts.commands import build_app
from scripts.console import say_error
from scripts.french_usage import build_french_command, translate_usage

INTERRUPTED = 130

_LONG_COMMANDS = (["serve"], ["demo"])
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run the command line and exit."""
    if sys.argv[1:2] not in _LONG_COMMANDS:
        # A command reads its libraries, answers and ends: looking for what could be thrown away among them
        # takes a tenth of a second.
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 20, 20)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """
    Run one command.

    Parameters
    ----------
    arguments
        What was typed after `maillage`.

    Returns
    -------
    int
        The exit code.
    """
    try:
        # Without « standalone », Typer gives the exit code back and lets errors reach us.
        command = build_french_command(build_app(arguments))
        code = command(args=arguments, prog_name="maillage", standalone_mode=False)
    except TyperException as mistyped:
        message = translate_usage(mistyped.format_message())
        if message:  # nothing was typed: the help is the answer
            say_error(f"{message} (L'aide : maillage --help)")
        return mistyped.exit_code
    except MaillageError as error:
        say_error(str(error))
        return INTERRUPTED if _is_interruption(error) else 1
    except ValidationError as error:
        say_error(write_bad_settings(error))
        return 1
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`maillage … | head`): not an error of ours.
        sys.stderr.close()
        return 0
    except OSError as error:
        from geo.french import write_system_error

        say_error(f"Le système a refusé : {write_system_error(error)} ({error.filename or 'sans nom'}).")
        return 1
    if code == INTERRUPTED:
        # Typer gives this code for Ctrl-C too, and says nothing.
        say_error("Interrompu. Rien n'a été modifié par ce qui n'était pas terminé.")
    return code if isinstance(code, int) else 0


def _is_interruption(error: MaillageError) -> bool:
    # Imported here: geocoding takes a while to read, and most commands do without.
    from data.bulk.errors import GeocodingInterruptedError

    return isinstance(error, GeocodingInterruptedError)


def write_bad_settings(error: ValidationError) -> str:
    """Name each setting that cannot be read, and what was received."""
    faults = [f"MAILLAGE_{str(fault['loc'][0]).upper()} = {fault['input']!r}" for fault in error.errors()]
    return f"Réglage illisible : {' ; '.join(faults)}. « maillage doctor --help » dit à quoi sert chacun."


if __name__ == "__main__":
    main()
