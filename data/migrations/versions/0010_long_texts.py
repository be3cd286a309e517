"""What is searched and what is a key has an end: a server refuses an entry of an index above 2,704 bytes.

A file took them whole: its register is brought to what this program writes. Names stay whole.
"""

from __future__ import annotations

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

from data.search_text import fold_for_search

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LONGEST = 400
_LONGEST_TOWN = 100
_AT_ONCE = 1_000


def upgrade() -> None:
    connection = op.get_bind()
    _cut_search_texts(connection)
    _cut_corrected_addresses(connection)
    # Answers can be asked again.
    connection.execute(sa.text("DELETE FROM geocode_answers WHERE length(address) > :most"), {"most": _LONGEST})


def downgrade() -> None:
    """Leave what was cut: it is still right, and a server would not take it whole."""


def _cut_search_texts(connection: sa.Connection) -> None:
    asked = sa.text(
        "SELECT id, search_text, city FROM presences WHERE length(search_text) > :most AND id > :after"
        " ORDER BY id LIMIT :count"
    )
    change = sa.text("UPDATE presences SET search_text = :cut WHERE id = :id")
    after = 0
    while rows := connection.execute(asked, {"most": _LONGEST, "after": after, "count": _AT_ONCE}).all():
        cut = [{"id": row.id, "cut": _cut_search_text(row.search_text, row.city or "")} for row in rows]
        connection.execute(change, cut)
        after = rows[-1].id


def _cut_search_text(text: str, city: str) -> str:
    """Cut the name, so that the town after it is found as before."""
    town = fold_for_search(city)
    kept = town[:_LONGEST_TOWN].rstrip()
    name = text.removesuffix(town)[: _LONGEST - 1 - len(kept)].rstrip()
    return f"{name} {kept}".strip()


def _cut_corrected_addresses(connection: sa.Connection) -> None:
    asked = sa.text("SELECT address FROM address_corrections WHERE length(address) > :most")
    addresses = connection.execute(asked, {"most": _LONGEST}).scalars().all()
    change = sa.text("UPDATE address_corrections SET address = :key WHERE address = :address")
    for address in addresses:
        digest = blake2b(address.encode("utf-8", "replace"), digest_size=8).hexdigest()
        connection.execute(change, {"key": f"{address[:_LONGEST]}#{digest}", "address": address})
