"""Proof that the running database answers with its indexes: it is asked how it goes about each question.

PostgreSQL reads small tables whole, rightly: of a small register on a server nothing is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from data.proximity import postgis, sqlite
from data.session import Session
from data.strips import file as strips_on_file
from data.strips import server as strips_on_server
from data.tables import presences

SMALL = 10_000
"""Up to so many presences, a server may well do without its indexes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How the database would answer a question, and whether with the index that it should."""

    question: str
    index: str
    uses_index: bool


_COVERAGE = "SELECT territory, sector_id, count FROM summary_counts WHERE level = 'epci' AND kind = 'actor'"
_BY_NAME = "SELECT id FROM presences WHERE search_text > 'a' ORDER BY search_text, id LIMIT 100"
_SEARCH = "SELECT id FROM presences WHERE search_text LIKE '%zzz%'"

_ON_FILE: Mapping[str, tuple[str, str]] = {
    "Qui est près d'ici": (sqlite.EXAMPLE, "VIRTUAL TABLE INDEX 2"),
    "Ce qui est dans une emprise": (strips_on_file.EXAMPLE_OF_ALL, strips_on_file.INDEX_OF_ALL),
    "Ce qui est dans une emprise, d'une filière": (strips_on_file.EXAMPLE, strips_on_file.INDEX),
    "Liste par nom": (_BY_NAME, "ix_presences_search_text_id"),
    "Recherche par nom": (f"{_SEARCH} ORDER BY search_text, id", "ix_presences_search_text_id"),
    "Couverture": (_COVERAGE, "PRIMARY KEY"),
}
_ON_SERVER: Mapping[str, tuple[str, str]] = {
    "Qui est près d'ici": (postgis.EXAMPLE, postgis.INDEX),
    "Qui est près d'ici, d'une sorte": (postgis.RARE_EXAMPLE, postgis.RARE_INDEX),
    "Ce qui est dans une emprise": (
        strips_on_server.EXAMPLE_OF_ALL,
        f"Index Only Scan using {strips_on_server.INDEX_OF_ALL}",
    ),
    "Ce qui est dans une emprise, d'une filière": (strips_on_server.EXAMPLE, strips_on_server.INDEX),
    "Ce qui est dans une emprise, d'une sorte": (postgis.BOX_EXAMPLE, postgis.RARE_INDEX),
    "Liste par nom": (_BY_NAME, "ix_presences_search_text_id"),
    "Recherche par nom": (_SEARCH, "ix_presences_search_text_trigrams"),
    "Couverture": (_COVERAGE, "pk_summary_counts"),
}


def read_plans(session: Session) -> tuple[Plan, ...]:
    """Ask the database how it answers the questions that must be fast; nothing of a small one on a server."""
    connection = session.connection
    on_server = connection.dialect.name == "postgresql"
    if on_server and connection.execute(select(func.count()).select_from(presences)).scalar_one() <= SMALL:
        return ()
    explain = _explain_on_server if on_server else _explain_on_file
    return tuple(
        Plan(question=question, index=index, uses_index=index in explain(connection, statement))
        for question, (statement, index) in (_ON_SERVER if on_server else _ON_FILE).items()
    )


def _explain_on_file(connection: Connection, statement: str) -> str:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    return "\n".join(str(row[-1]) for row in rows)


def _explain_on_server(connection: Connection, statement: str) -> str:
    """Give the lines of a plan that name an index or what it is asked; a filter after it proves nothing."""
    rows = connection.exec_driver_sql(
        f"EXPLAIN (COSTS OFF) {statement}", execution_options={"no_parameters": True}
    ).scalars()
    lines = [str(line) for line in rows]
    if any("Filter:" in line and "sector_id" in line for line in lines):
        return ""
    return "\n".join(lines)
