"""The map of who a choice of antennes brings within reach: where its question and its drawing are joined."""

from __future__ import annotations

from collections.abc import Sequence

from api.pictures import list_territories, read_antennes, write_sources
from api.printing import make_credits, make_ground
from data.questions import answer_siting, answer_what_if, describe_register
from data.session import Register
from geo.coverage.answers import AccessChange
from geo.records import Kind, Level
from maps.print.page import Page


def print_siting(
    register: Register, *, communes: Sequence[str] = (), count: int = 1, minutes: float = 30.0
) -> list[Page]:
    """
    Draw the same on one page to print.

    Parameters
    ----------
    register, communes, count, minutes
        As `picture_siting`, whose errors it raises.
    """
    from maps.print.siting_page import draw_siting_page  # noqa: PLC0415 (40 MB: for maps only)

    page = draw_siting_page(
        _ask(register, communes, count=count, minutes=minutes, kind=Kind.ACTOR, is_weighted=False),
        communes=make_ground(register, Level.COMMUNE),
        credit=make_credits(register),
        antennes=read_antennes(register),
    )
    return [page]


def _ask(
    register: Register,
    communes: Sequence[str],
    *,
    count: int,
    minutes: float,
    kind: Kind,
    is_weighted: bool,
) -> AccessChange:
    if communes:
        return answer_what_if(register, communes=communes, minutes=minutes)
    answer = answer_siting(register, count=count, minutes=minutes, kind=kind, is_weighted=is_weighted)
    return answer.change


def picture_siting(
    register: Register,
    *,
    communes: Sequence[str] = (),
    count: int = 1,
    minutes: float = 30.0,
    kind: Kind = Kind.ACTOR,
    is_weighted: bool = False,
    asset_url: str | None = None,
) -> str:
    """
    Draw who given communes would bring within reach, or the best choice when none is given.

    Parameters
    ----------
    register
        The register asked.
    communes
        Codes of communes or of EPCI; none for the set that gains most inhabitants.
    count, minutes, kind, is_weighted
        As `answer_siting`.
    asset_url
        Where the maps' scripts are served; None for one self-contained file.

    Returns
    -------
    str
        A whole HTML page.

    Raises
    ------
    UnknownTerritoryError, OutOfBoundsError, ImpossibleValueError
        As the two questions.
    """
    from maps.siting_map import draw_siting_map  # noqa: PLC0415 (40 MB: for maps only)

    change = _ask(register, communes, count=count, minutes=minutes, kind=kind, is_weighted=is_weighted)
    summary = describe_register(register)
    return draw_siting_map(
        change,
        communes=list_territories(register, Level.COMMUNE),
        counts=summary.counts_by_kind[Kind.ANTENNE],
        antennes=read_antennes(register),
        data_date=change.data_date,
        source=write_sources(register),
        asset_url=asset_url,
        is_fictional=summary.is_fictional,
    )
