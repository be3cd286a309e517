"""A file of addresses in, the same file out with where each one is: any size, every core, no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.bulk.answers import RESULT_COLUMNS, name_result_columns

if TYPE_CHECKING:
    from data.bulk.engine import BulkReport, geocode_file

__all__ = ["RESULT_COLUMNS", "BulkReport", "geocode_file", "name_result_columns"]


def __getattr__(name: str) -> object:
    """Load what reads and writes files when it is asked for: the processes that place rows never need it."""
    if name not in __all__:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from data.bulk import engine  # noqa: PLC0415 (see above)

    return getattr(engine, name)
