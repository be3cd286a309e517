"""What a member's own site shows of ours: the codes to paste, and the map that stands in the frame."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Annotated, Any

from pydantic import Field

from api.drawing import draw_map
from api.forms import MapForm
from api.map_view import KindOption, check_map_form, group_territories, name_commune
from api.near_view import offer_sectors
from api.rendering import write_address
from data.questions import list_sectors
from data.session import Register
from data.tiles import TileSource
from geo.french import KIND_NAMES, write_list
from geo.records import MEL_CODE, Kind

LOWEST_PX, HIGHEST_PX, USUAL_PX = 320, 1_200, 480
"""How tall a frame may be: under the first, the map has no room left."""

COMPONENT = "/embed/maillage.js"
FRAMED = "/embed/carte"

_SIDE = '<section class="mm-side"'
_COUNT = re.compile(r"<summary>La liste \(([^)<]*)\)</summary>")
_FOOT = '<footer class="mm-foot">'


class EmbedForm(MapForm):
    """What a member chooses for their own site: the filters of `/carte`, and a height."""

    height: Annotated[int, Field(ge=LOWEST_PX, le=HIGHEST_PX)] = USUAL_PX

    @property
    def filters(self) -> dict[str, Any]:
        """Give the filters as the query of a page, those that say nothing left out."""
        kind = None if self.kind is Kind.ACTOR else self.kind.value
        return {"territory": self.territory, "outside": self.outside, "sector": self.sector, "kind": kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippets:
    """The two codes that a member may paste; each does the whole work."""

    iframe: str
    component: str


def write_snippets(form: EmbedForm, *, site_url: str, title: str) -> Snippets:
    """
    Write the codes that show a map on another site.

    Parameters
    ----------
    form
        What was chosen.
    site_url
        The address of this service, without a last slash.
    title
        What the frame is called for who does not see it.

    Examples
    --------
    >>> codes = write_snippets(EmbedForm(sector=("velo",)), site_url="https://carte.example", title="Vélos")
    >>> print(codes.component)
    <script src="https://carte.example/embed/maillage.js" async></script>
    <maillage-carte filieres="velo" hauteur="480" titre="Vélos">
      <a href="https://carte.example/carte?sector=velo">Vélos</a>
    </maillage-carte>
    """
    framed = site_url + write_address(FRAMED, form.filters)
    whole = site_url + write_address("/carte", form.filters)
    iframe = (
        f'<iframe src="{escape(framed)}" title="{escape(title)}" width="100%" height="{form.height}" '
        'loading="lazy" referrerpolicy="no-referrer" style="border: 0"></iframe>'
    )
    words = {
        "territoire": form.territory,
        "hors": form.outside,
        "filieres": " ".join(form.sector),
        "sorte": form.filters["kind"],
        "hauteur": str(form.height),
        "titre": title,
    }
    attributes = " ".join(f'{name}="{escape(value)}"' for name, value in words.items() if value)
    component = (
        f'<script src="{escape(site_url + COMPONENT)}" async></script>\n'
        f"<maillage-carte {attributes}>\n"
        f'  <a href="{escape(whole)}">{escape(title)}</a>\n'
        "</maillage-carte>"
    )
    return Snippets(iframe=iframe, component=component)


def describe_embed(register: Register, form: EmbedForm, *, site_url: str) -> dict[str, Any]:
    """
    Give the values of the page where a member chooses.

    Raises
    ------
    InvalidParameterError, UnknownSectorError
        If a territory or a sector does not exist.
    """
    check_map_form(register, form)
    sectors = list_sectors(register)
    return {
        "asked": form,
        "codes": write_snippets(form, site_url=site_url, title=write_title(register, form)),
        "preview": write_address(FRAMED, form.filters),
        "title": write_title(register, form),
        "kinds": [
            KindOption(kind=kind, label=names[1].capitalize(), is_chosen=kind is form.kind)
            for kind, names in KIND_NAMES.items()
        ],
        "territory_groups": group_territories(register),
        "chosen_commune": name_commune(register, form.territory),
        **offer_sectors(sectors, form.sector),
        "lowest_px": LOWEST_PX,
        "highest_px": HIGHEST_PX,
    }


def write_title(register: Register, form: EmbedForm) -> str:
    """Say in one line what the map shows."""
    labels = {sector.code: sector.label for sector in list_sectors(register)}
    title = f"Carte : les {KIND_NAMES[form.kind][1]}"
    if form.sector:
        title += f" ({write_list([labels[code] for code in form.sector])})"
    if form.territory:
        title += f", {_name(register, form.territory)}"
    if form.outside:
        title += ", hors MEL" if form.outside == MEL_CODE else f", hors de {_name(register, form.outside)}"
    return title


def _name(register: Register, code: str) -> str:
    territory = register.referential.find(code)
    return territory.name if territory else code


def draw_framed_map(
    register: Register, form: EmbedForm, *, limit: int, tiles: TileSource | None, style_url: str
) -> str:
    """
    Draw the map that stands on somebody else's page: what everybody may read, whoever looks.

    The map takes the frame; legend and list fold under it, and a link leads back here.

    Parameters
    ----------
    register, form, limit, tiles
        As `api.drawing.draw_map`.
    style_url
        Where the style sheet of framed maps is served.
    """
    check_map_form(register, form)
    whole = escape(write_address("/carte", form.filters))
    drawn = draw_map(register, form, limit=limit, tiles=tiles)
    link = f'<a href="{whole}" target="_blank" rel="noopener">'
    back = f'<p class="embed-back">{link}Ouvrir dans Maillage (nouvel onglet)</a></p>'
    more = f"{link}La lire sur Maillage (nouvel onglet)</a></p>"
    counted = _COUNT.search(drawn)
    summary = f"Légende et liste ({counted[1]})" if counted else "Légende"
    for before, after in (
        ("</head>", f'<link rel="stylesheet" href="{style_url}">\n</head>'),
        ('class="mm-page"', 'class="mm-page mm-embed"'),
        (_SIDE, f'<details class="mm-fold embed-side">\n<summary>{summary}</summary>\n{_SIDE}'),
        (f"</section>\n</div>\n{_FOOT}", f"</section>\n</details>\n</div>\n{_FOOT}\n{back}"),
        ("Cherchez un nom, ou ne gardez qu’une partie du territoire.</p>", more),
    ):
        drawn = drawn.replace(before, after, 1)
    return drawn.replace(
        'target="_top">Voir la fiche</a>', 'target="_blank" rel="noopener">Voir la fiche (nouvel onglet)</a>'
    )
