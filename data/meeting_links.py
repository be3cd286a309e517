"""What already ties presences through projects: who names whom as a partner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select

from data.complements import load_complements
from data.presences import is_shown, may_read, read_presences
from data.search_text import fold_for_search
from data.session import Register, Session
from data.tables import presences
from geo.meeting.affinity import AffinityFinder
from geo.meeting.reasons import Link
from geo.records import Kind, Presence, Visibility

_MOST_NAMESAKES = 5


@dataclass(frozen=True, slots=True)
class PartneredProject:
    """A project and the names of its partners, folded as a search by name folds them."""

    project_id: int
    name: str
    partners: frozenset[str]
    partner_names: tuple[str, ...]


@lru_cache(maxsize=4)
def get_affinities(register: Register) -> AffinityFinder:
    """Give what ties sectors, with the register's own list of them."""
    return AffinityFinder(register.sectors.sectors, load_complements(register.sectors))


def read_projects_with_partners(session: Session, reader: Visibility) -> tuple[PartneredProject, ...]:
    """Read the projects that name partners, once per state of the data."""

    def read() -> tuple[PartneredProject, ...]:
        columns = presences.c
        statement = (
            select(columns.id, columns.name, columns.partners)
            .where(columns.kind == Kind.PROJECT.value, is_shown(), may_read(reader))
            .order_by(columns.id)
        )
        return tuple(
            PartneredProject(number, name, frozenset(map(fold_for_search, partners)), tuple(partners))
            for number, name, partners in session.connection.execute(statement)
            if partners
        )

    return session.remember(("projects_with_partners", reader), read)


def find_links(
    session: Session, subject: Presence, reader: Visibility
) -> tuple[dict[int, Link], list[Presence]]:
    """
    Find who is tied to a presence through a project.

    Returns
    -------
    tuple
        What ties each by its id, and their records, by id.
    """
    projects = read_projects_with_partners(session, reader)
    own_name = fold_for_search(subject.name)
    links: dict[int, Link] = {}
    names: dict[str, Link] = {}
    for project in projects:
        is_own = project.project_id == subject.id
        if not is_own and own_name not in project.partners:
            continue
        if not is_own:
            links[project.project_id] = Link(project=project.name, is_partner=True)
        for name in project.partner_names:
            if fold_for_search(name) != own_name:
                names.setdefault(name, Link(project=project.name, is_partner=is_own))
    for name, link in names.items():
        for number in find_named(session, name, reader):
            links.setdefault(number, link)
    links.pop(subject.id, None)
    return links, [*read_presences(session, links, reader=reader).values()]


def find_named(session: Session, name: str, reader: Visibility) -> list[int]:
    """Find the presences that bear exactly a name, accents and capitals aside."""
    folded = fold_for_search(name)
    if not folded:
        return []
    columns = presences.c
    statement = (
        select(columns.id, columns.name)
        # What is searched is the name, then the town.
        .where(
            columns.search_text >= folded, columns.search_text < f"{folded}~", is_shown(), may_read(reader)
        )
        .order_by(columns.search_text, columns.id)
        .limit(10 * _MOST_NAMESAKES)
    )
    rows = session.connection.execute(statement)
    return [number for number, found in rows if fold_for_search(found) == folded][:_MOST_NAMESAKES]


def list_partners(session: Session, names: Iterable[str], reader: Visibility) -> Mapping[str, int | None]:
    """Give the id of each partner by its name, None for one that the register does not hold."""
    return {name: next(iter(find_named(session, name, reader)), None) for name in names}
