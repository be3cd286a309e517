"""Which state of the data an answer speaks of: the ETag, and what every answer says of the whole register."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from api.readers import get_reader
from api.rendering import SiteNotice
from data.clock import today
from data.questions import describe_register, identify_register
from data.session import Register
from data.travel.stored import stamp_matrix
from geo.french import write_count
from geo.records import RegisterSummary, Visibility


def read_summary(register: Register) -> RegisterSummary:
    """Read what is true of the whole register; it is counted once per state of the data."""
    return describe_register(register)


def make_etag(request: Request, register: Register, *, at_version: int | None = None) -> str:
    """
    Make the tag of every answer of this moment.

    It changes with the data, with the day (what has ended is no longer shown), with the stored travel times
    and with the program (pages and maps change with it). The address of the request completes it.

    Parameters
    ----------
    at_version
        The version of the data that the answer at hand was read from; by default, that of now.
    """
    register_id, data_version = identify_register(register, at_version)
    version = f"{register_id[:8]}-{data_version}"
    times = stamp_matrix(register.settings.home)
    if times is not None:
        version = f"{version}-{times[0]:x}"
    reader = get_reader(request)
    if reader is not Visibility.PUBLIC:
        # What members or staff see is another answer under the same address.
        version = f"{version}-{reader.value}"
    return f'W/"{version}-{today():%Y%m%d}-{request.app.state.program_digest}"'


def summary_as_json(summary: RegisterSummary) -> dict[str, Any]:
    """Give what every answer says: how many are placed, unplaced and hidden, and the date of the data."""
    return {
        "received": summary.counts.received,
        "by_status": summary.counts.by_status(),
        "hidden": summary.hidden,
        "data_date": summary.data_date,
    }


def make_notice(request: Request, register: Register) -> SiteNotice:
    """Say on every page what the data are, and to who came in with a token that a cookie remembers it."""
    summary = read_summary(register)
    hidden = ""
    if summary.hidden:
        one, many = "fiche n'est pas publique", "fiches ne sont pas publiques"
        hidden = f"{write_count(summary.hidden, one, many)}."
    return SiteNotice(
        is_fictional=summary.is_fictional,
        data_date=summary.data_date,
        hidden_sentence=hidden,
        keeps_cookie=get_reader(request) is not Visibility.PUBLIC,
    )
