"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from data.errors import FileNotWrittenError
from geo.errors import MaillageError
from geo.french import write_system_error


def write_atomically(path: Path, write: Callable[[Path], None], *, mode: int = 0o644) -> None:
    """
    Let `write` fill a temporary file beside `path`, then move it onto `path`.

    Parameters
    ----------
    path
        The file.
    write
        Given the temporary file.
    mode
        Who may read it; everybody by default.

    Raises
    ------
    FileNotWrittenError
        If the folder is missing, read-only or full; `path` is then as it was.
    """
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(mode)
        write(temporary)
        temporary.replace(path)
    except MaillageError:
        raise
    except OSError as error:
        raise FileNotWrittenError(path=path, reason=write_system_error(error)) from error
    except (ValueError, RuntimeError) as error:
        # Writers of workbooks and layers hide a full disk behind errors of their own.
        raise FileNotWrittenError(path=path, reason=_find_system_reason(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _find_system_reason(error: BaseException) -> str:
    """Look behind an error for what the system refused."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError):
            return write_system_error(cause)
        cause = cause.__cause__ or cause.__context__
    return "l'écriture s'est interrompue ; le disque est peut-être plein"


def write_text_atomically(path: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all; raises as `write_atomically`."""

    def write(target: Path) -> None:
        target.write_text(text, encoding="utf-8")

    write_atomically(path, write)
