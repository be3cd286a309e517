"""« Its id is one of these », as one statement however many there are: compiled once, prepared once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import orjson
from sqlalchemy import Boolean, ColumnElement, Dialect, Integer, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

_LAST_ID = 2**31 - 1


class _Ids(TypeDecorator[Sequence[int]]):
    """A list of ids as one value: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(Integer) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:  # noqa: ANN401 (the engine's own)
        if value is None:
            return None
        if dialect.name == "postgresql":
            # An id that its column cannot hold is nobody's; PostgreSQL would refuse the question.
            return [each for each in value if each <= _LAST_ID]
        return orjson.dumps(value).decode()


class _IsOneOf(FunctionElement[bool]):
    name = "is_one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """
        Stand in a `WHERE` as it is.

        SQLAlchemy would write « = 1 » after what SQLite has no type for, and SQLite would then read the
        whole table instead of its index.
        """
        del against
        return self


@compiles(_IsOneOf)
def _compile_for_sqlite(element: _IsOneOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 (SQLAlchemy's)
    column, ids = element.clauses
    bound = compiler.process(ids, **options)
    return f"{compiler.process(column, **options)} IN (SELECT value FROM json_each({bound}))"


@compiles(_IsOneOf, "postgresql")
def _compile_for_postgresql(element: _IsOneOf, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 (SQLAlchemy's)
    column, ids = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(ids, **options)})"


def is_one_of(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    """
    Say in SQL whether an id is in the list bound under a name.

    Examples
    --------
    >>> from data.tables import presences
    >>> print(is_one_of(presences.c.id, "ids"))
    presences.id IN (SELECT value FROM json_each(:ids))
    """
    return _IsOneOf(column, bindparam(name, type_=_Ids()))
