"""Which homes have words of their address in the texts that people wrote about them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from data.hiding.places import find_telling
from data.people_tables import private_positions
from data.session import Session
from data.tables import presences
from geo.territories import Referential

HOME_TEXTS = "home_texts"
"""What the patterns are remembered under, at each state of the register."""

_TEXTS = tuple(
    presences.c[name] for name in ("name", "summary", "stage", "legal_form", "website", "partners")
)


def read_home_texts(session: Session) -> Mapping[int, re.Pattern[str]]:
    """
    Give, by presence, what to hide in its texts: only of homes whose texts hold words of their address.

    Read once at each state of the register.
    """
    return session.remember(HOME_TEXTS, lambda: dict(_find_telling(session)))


def _find_telling(session: Session) -> Iterable[tuple[int, re.Pattern[str]]]:
    columns, private = presences.c, private_positions.c
    rows = session.connection.execute(
        select(private.presence_id, private.address, private.postcode, private.city, private.commune, *_TEXTS)
        .join_from(private_positions, presences)
        .where(columns.at_home)
    )
    for presence_id, address, postcode, city, commune, *written in rows:
        *plain, partners = written
        pattern = find_telling(
            {"address": address, "postcode": postcode, "city": city},
            [text for text in (*plain, *partners) if text],
            commune_name=_name_commune(session.register.referential, commune),
        )
        if pattern is not None:
            yield presence_id, pattern


def _name_commune(referential: Referential, code: str | None) -> str | None:
    commune = referential.find(code) if code else None
    return commune.name if commune else None
