"""Answers as files: tables for a spreadsheet, layers for a map, lists for other networks' maps.

Each writer is read from its file when it is first asked for: most commands want one of them, or none.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.exports.atomic import write_atomically, write_text_atomically
    from data.exports.coverage import write_coverage_csv, write_coverage_xlsx
    from data.exports.presences import ExportFormat, StreamFormat, export_presences, stream_presences
    from data.exports.tile_archive import export_tiles

__all__ = [
    "ExportFormat",
    "StreamFormat",
    "export_presences",
    "export_tiles",
    "stream_presences",
    "write_atomically",
    "write_coverage_csv",
    "write_coverage_xlsx",
    "write_text_atomically",
]

_FILE_BY_NAME = {
    "ExportFormat": "presences",
    "StreamFormat": "presences",
    "export_presences": "presences",
    "export_tiles": "tile_archive",
    "stream_presences": "presences",
    "write_atomically": "atomic",
    "write_coverage_csv": "coverage",
    "write_coverage_xlsx": "coverage",
    "write_text_atomically": "atomic",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (any of the names above)
    """Read a writer from its file, once."""
    if name not in _FILE_BY_NAME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = getattr(import_module(f"data.exports.{_FILE_BY_NAME[name]}"), name)
    globals()[name] = found
    return found
