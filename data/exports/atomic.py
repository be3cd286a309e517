"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from data.errors import FileNotWrittenError


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """
    Let `write` fill a temporary file beside `path`, then move it onto `path`.

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
        temporary.chmod(0o644)
        write(temporary)
        temporary.replace(path)
    except OSError as error:
        raise FileNotWrittenError(path=path, reason=error.strerror or str(error)) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text_atomically(path: Path, text: str) -> None:
    """Write a text as UTF-8, whole or not at all; raises as `write_atomically`."""

    def write(target: Path) -> None:
        target.write_text(text, encoding="utf-8")

    write_atomically(path, write)
