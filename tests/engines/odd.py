"""Odd values, and how two registers are asked about them: what both answer, or say in the same words."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
from sqlalchemy import select

from data.questions import history_of
from data.session import Register
from data.tables import metadata
from geo.errors import MaillageError
from tests.engines.conftest import Pair

_DRAW = np.random.default_rng(20260312)

# Of each run these differ: what is drawn, and what the clock says.
_OF_EACH_RUN = {"recorded_at", "created_at", "at", "stored_at", "expires_at", "hash", "register_id"}

# Of a transaction that was undone, a server never gives a number again; nobody is shown these.
_NUMBERS = {"source_id", "import_id", "sources.id", "imports.id", "corrections.id"}


def draw_letters(length: int) -> str:
    """Give letters that nothing makes shorter: a database compresses what repeats itself."""
    return "".join(_DRAW.choice(list(string.ascii_letters), length))


LONG = {length: draw_letters(length) for length in (3_000, 6_000, 20_000)}

HARD = ("\x00", "\x07", "\ud83d", "\udce9", "\uffff", "\ufeff")
"""What a text may not hold: the first is what PostgreSQL refuses, halves of characters cannot be written."""

CELLS = (
    # Longer than an entry of an index, than a page, and as long as a cell may be.
    *LONG.values(), " ".join([LONG[6_000][at : at + 5] for at in range(0, 6_000, 5)]), "é" * 9_000,
    "字" * 3_000, "ﷺ" * 50, "velo|" * 900, "Lens, " * 900, "59350;62498;" * 500,
    # Characters that one engine may take for something else.
    "a\x00b", "\x0bcollé", "fin\x07", "\ufeffmarque", "\uffff", "�", "e\u0301te\u0301", "été", "ÉTÉ",
    "İstanbul", "ﬁn", "𝔘", "😀", "100 %", "a_b", "\\", "\\N", "\\.", "'; --", '"', "", " ", "-", "a@b.fr",
    "true", "null",
    # Numbers and days beyond what a column holds.
    "nan", "NaN", "inf", "-inf", "1e308", "1e400", "9" * 400, "9" * 5_000, "0" * 5_000, "-0", "--1",
    "12,5 k€", "1e17", "123456789012345678", "0,000000001", "0000-00-00", "0001-01-01", "0100-02-29",
    "9999-12-31", "10000-01-01", "-45-03-15", "99999", "00000", "٢٠٢٦-٠١-٠١", "31/12/9999",
)  # fmt: skip


def ask_both(pair: Pair, ask: Callable[[Register], Any]) -> Any:  # noqa: ANN401 (whatever is asked)
    """Give what both registers answer; an error is an answer too, if it is one of ours."""

    def answer(register: Register) -> Any:  # noqa: ANN401
        try:
            return ask(register)
        except MaillageError as error:
            return type(error).__name__, str(error)

    on_file, on_server = answer(pair.sqlite), answer(pair.postgis)
    assert on_file == on_server
    return on_file


def tell_past(register: Register, presence_id: int) -> list[tuple[str | None, ...]]:
    """Give what has happened to a presence, but for the instants."""
    return [
        (line.field, line.before, line.after, line.who, line.why, line.source)
        for line in history_of(register, presence_id)
    ]


def read_everything(register: Register) -> dict[str, list[bytes]]:
    """Give every row of every table; the names inside a JSON have no order."""
    found = {}
    with register.reading() as session:
        for table in metadata.sorted_tables:
            columns = [
                column
                for column in table.columns
                if not {column.name, f"{table.name}.{column.name}"} & (_OF_EACH_RUN | _NUMBERS)
            ]
            rows = session.connection.execute(select(*columns)) if table.name != "secrets" else ()
            found[table.name] = sorted(
                orjson.dumps([_level(value) for value in row], option=orjson.OPT_SORT_KEYS) for row in rows
            )
    return found


def _level(value: Any) -> Any:  # noqa: ANN401 (any value of any column)
    """Give one form to a whole number: a JSON has it with or without its decimals."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
