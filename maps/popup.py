"""What is said of one presence, and the one door through which text becomes HTML.

Names, summaries and addresses come from files that anybody may have written. Templates escape every value,
scripts receive plain values and write them with `textContent`, and only web addresses are kept as links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
from markupsafe import Markup

from geo.french import write_number
from geo.records import Precision, Presence, Sector
from maps.style import PRECISION_LABELS
from maps.wording import typeset

# Control characters, and those that reorder a line (a name could otherwise disguise what follows it).
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")


@cache
def get_templates() -> jinja2.Environment:
    """Give the templates of the maps: every value is escaped, an unknown one is an error."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["number"] = write_number
    templates.filters["typeset"] = typeset
    return templates


def render(template: str, **values: object) -> Markup:
    """Render a template by its name under `maps/templates`."""
    return Markup(get_templates().get_template(template).render(**values))  # noqa: S704  autoescaped above


def clean_text(text: str) -> str:
    r"""
    Bring text of unknown origin to one printable line.

    Examples
    --------
    >>> clean_text("La Ruche\n\x00 qui\u202edit")
    'La Ruche qui dit'
    """
    # Nearly every text is already as it should be: this matters for twenty thousand names.
    if text.isprintable() and "  " not in text and not text.startswith(" ") and not text.endswith(" "):
        return text
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def clean_link(link: str | None) -> str:
    """
    Keep a web address, add its scheme when it has none, drop anything else.

    Examples
    --------
    >>> clean_link("www.apes-hdf.org"), clean_link("javascript:alert(1)"), clean_link("https://x.fr/a b")
    ('https://www.apes-hdf.org', '', 'https://x.fr/a%20b')
    """
    text = clean_text(link or "").replace(" ", "%20")
    if not text:
        return ""
    if "://" not in text and ":" not in text.split("/")[0]:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    is_web = parts.scheme in {"http", "https"} and "." in parts.netloc and "@" not in parts.netloc
    return text if is_web else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says of a presence: printable lines, never HTML."""

    id: int
    name: str
    sectors: str
    town: str
    precision: str
    is_town_level: bool
    address: str
    website: str
    summary: str


def write_name(presence: Presence) -> str:
    """Write a presence's name on one line."""
    return clean_text(presence.name) or "Sans nom"


def write_town(presence: Presence) -> str:
    """Write the name of the commune a presence sits in, or the town as received."""
    return clean_text(presence.commune_name or presence.city or "")


def write_address(presence: Presence) -> str:
    """Write an address on one line; the town is not said twice when the address already ends with it."""
    address = clean_text(presence.address)
    town = clean_text(f"{presence.postcode or ''} {presence.city or presence.commune_name or ''}")
    if not address or (town and town.casefold() in address.casefold()):
        return address or town
    return f"{address}, {town}" if town else address


def write_sectors(codes: Sequence[str], labels: Mapping[str, str]) -> str:
    """Write the labels of sectors, in the record's order; a code without label is left out."""
    return ", ".join(labels[code] for code in codes if code in labels)


def label_sectors(sectors: Sequence[Sector]) -> dict[str, str]:
    """Give the label of each sector by its code."""
    return {sector.code: clean_text(sector.label) for sector in sectors}


def describe_presence(presence: Presence, labels: Mapping[str, str]) -> Card:
    """
    Bring a presence to the lines of its card.

    Parameters
    ----------
    presence
        The record, as this reader may see it.
    labels
        Sector labels by code, from `label_sectors`.
    """
    return Card(
        id=presence.id,
        name=write_name(presence),
        sectors=write_sectors(presence.sectors, labels),
        town=write_town(presence),
        precision=PRECISION_LABELS[presence.precision] if presence.precision else "",
        is_town_level=presence.precision is Precision.COMMUNE,
        address=write_address(presence),
        website=clean_link(presence.website),
        summary=clean_text(presence.summary),
    )
