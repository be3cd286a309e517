"""From a template and plain values to a page: French figures, escaped text, one frame for every page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from api.assets import AssetLibrary
from geo.coverage.people import write_rounded
from geo.french import KIND_NAMES, LEVEL_NAMES, STATUS_NAMES, write_date, write_number, write_share
from geo.records import MEL_CODE, Presence
from maps.wording import typeset, write_radius


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteNotice:
    """What every page says of the data: their date, what is not public, whether they are invented."""

    is_fictional: bool
    data_date: date | None
    hidden_sentence: str = ""
    keeps_cookie: bool = False
    """Whether the reader came in with a token: a cookie of theirs then remembers it."""


class PageRenderer:
    """Jinja's environment with our filters; made once, when the site is created."""

    def __init__(self, assets: AssetLibrary) -> None:
        self._environment = Environment(
            loader=PackageLoader("api", "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "number": _number_or_dash,
            "share": write_share,
            "people": write_rounded,
            "day": write_date,
            "radius": write_radius,
            "period": write_period,
            "web_address": find_web_address,
            "fr": write_french,
        }
        self._environment.globals |= {
            "asset": assets.address,
            "KIND_NAMES": KIND_NAMES,
            "LEVEL_NAMES": LEVEL_NAMES,
            "STATUS_WORDS": STATUS_NAMES,
            "MEL_CODE": MEL_CODE,
        }

    def render(self, template: str, *, site: SiteNotice | None, here: str = "", **values: Any) -> bytes:  # noqa: ANN401 (a template takes anything)
        """Render a page; `here` is the address of its section in the menu."""
        return self._environment.get_template(template).render(site=site, here=here, **values).encode()


def write_french(text: str) -> str:
    """
    Put the marks of French typography into a sentence: no-break spaces, curved apostrophes.

    Examples
    --------
    >>> write_french("L'antenne : où ?") == "L’antenne\u00a0: où\u00a0?"
    True
    """
    return typeset(text).replace("'", "’")


def _number_or_dash(value: float | None, decimals: int = 0) -> str:
    return "–" if value is None else write_number(value, decimals)


def write_period(presence: Presence) -> str:
    """
    Say when something takes place.

    Examples
    --------
    >>> from geo.records import Kind, PlacementStatus
    >>> fair = Presence(id=1, kind=Kind.EVENT, name="Foire", status=PlacementStatus.PLACED,
    ...     starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 3))
    >>> write_period(fair)
    'du 1er mai 2026 au 3 mai 2026'
    """
    if presence.starts_on and presence.ends_on and presence.ends_on != presence.starts_on:
        return f"du {write_date(presence.starts_on)} au {write_date(presence.ends_on)}"
    if presence.starts_on:
        return (
            f"le {write_date(presence.starts_on)}"
            if presence.ends_on
            else f"à partir du {write_date(presence.starts_on)}"
        )
    return f"jusqu'au {write_date(presence.ends_on)}" if presence.ends_on else ""


def find_web_address(text: str | None) -> str | None:
    """
    Find the web address in a received text; anything that is not http(s) is no link.

    Examples
    --------
    >>> find_web_address("www.apes-hdf.org"), find_web_address("javascript:alert(1)")
    ('https://www.apes-hdf.org', None)
    """
    if not text:
        return None
    address = text.strip()
    if address.startswith("www."):
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_web = (
        parts.scheme in {"http", "https"}
        and "." in parts.netloc
        and not any(mark.isspace() for mark in address)
    )
    return address if is_web else None


def write_address(path: str, query: Mapping[str, Any]) -> str:
    """
    Write the address of a page, leaving out what is absent.

    Examples
    --------
    >>> write_address("/proche", {"q": "Lens", "sector": None, "radius_m": 5000.0})
    '/proche?q=Lens&radius_m=5000'
    >>> write_address("/carte", {"sector": ("velo", "appui"), "text": ""})
    '/carte?sector=velo&sector=appui'
    """
    present = {name: _plain_all(value) for name, value in query.items() if value is not None and value != ""}
    written = urlencode(present, doseq=True)
    return f"{path}?{written}" if written else path


def _plain_all(value: Any) -> str | list[str]:  # noqa: ANN401 (whatever a query holds)
    return [_plain(each) for each in value] if isinstance(value, (tuple, list)) else _plain(value)


def _plain(value: Any) -> str:  # noqa: ANN401 (whatever a query holds)
    return f"{value:g}" if isinstance(value, float) and value == int(value) else str(value)
