"""Who a choice of antennes brings within reach: every commune by its state before and after."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from geo.coverage.answers import AccessChange
from geo.coverage.people import write_people
from geo.coverage.travel_times import AccessState
from geo.french import write_at_place, write_count, write_list, write_number, write_share
from geo.records import Kind, Presence, StatusCounts, Territory
from maps import style
from maps.layers import AntennesLayer, DataLayer, TownsLayer
from maps.legend import ClassBox
from maps.page import MapPage, Notice, RegionMap
from maps.popup import clean_text, render
from maps.topology import encode_topology
from maps.wording import typeset

# Light to dark, and the one that matters in another hue: told apart in grey and by colour-blind eyes.
FAR_FILL = style.LAND
UNCERTAIN_FILL = style.SEQUENTIAL[1]
COVERED_FILL = style.SEQUENTIAL[3]
GAINED_FILL = style.DIVERGING_UNDER[1]

CLASS_LABELS = ("à portée aujourd'hui", "rapprochée par ce choix", "incertain", "plus loin")
_COVERED, GAINED, UNCERTAIN, _FAR = range(4)
CLASS_FILLS = (COVERED_FILL, GAINED_FILL, UNCERTAIN_FILL, FAR_FILL)


def draw_siting_map(
    change: AccessChange,
    *,
    communes: Sequence[Territory],
    counts: StatusCounts,
    antennes: Sequence[Presence] = (),
    data_date: date | None = None,
    source: str = "",
    title: str | None = None,
    asset_url: str | None = None,
    is_fictional: bool = False,
) -> str:
    """
    Draw who a choice of antennes brings within the limit, as a page.

    Parameters
    ----------
    change
        Access before and after.
    communes
        The communes, with contours.
    counts
        Where every antenne received stands.
    antennes
        The antennes there are, marked apart.
    data_date, source, title
        What the page says of itself; a title is written when None.
    asset_url
        Where the maps' scripts are served; None for one self-contained file.
    is_fictional
        Whether to say that the presences are invented.

    Returns
    -------
    str
        HTML. The same input gives the same text.
    """
    drawn = [commune for commune in communes if commune.contour is not None]
    name_of = {commune.code: clean_text(commune.name) for commune in communes}
    names = [name_of[code] for code in change.communes]
    class_of = classify_communes(change, drawn)
    region_map = RegionMap()
    layers = (
        DataLayer(
            "areas",
            topology=encode_topology(drawn),
            outlined=list(change.communes),
            absent=[],
            fills=list(CLASS_FILLS),
            classOf=class_of,
            lines=[
                [clean_text(commune.name), typeset(_write_state(place, change)), _write_inhabitants(commune)]
                for commune, place in zip(drawn, class_of, strict=True)
            ],
            colours={
                "line": style.HAIRLINE,
                "edge": style.BORDER,
                "outline": style.BRICK,
                "absence": style.BRICK,
            },
        ),
        TownsLayer(),
        AntennesLayer(antennes),
    )
    for layer in layers:
        layer.add_to(region_map)
    people = count_people(drawn, class_of)
    boxes = [
        ClassBox(label=f"{label} ({write_people(people[place])})", fill=fill, count=class_of.count(place))
        for place, (label, fill) in enumerate(zip(CLASS_LABELS, CLASS_FILLS, strict=True))
        if place != UNCERTAIN or change.is_estimated
    ]
    notice = Notice(
        title=title or write_title(change, names),
        lead=[write_gain(change)],
        counts=counts,
        kind=Kind.ANTENNE,
        data_date=data_date,
        source=source,
        is_fictional=is_fictional,
    )
    side = render(
        "siting.html",
        boxes=boxes,
        caption=f"{change.caption[:1].upper()}{change.caption[1:]}.",
        limit=write_number(change.minutes),
        names=names,
        antennes=[clean_text(antenne.name) for antenne in antennes],
        is_estimated=change.is_estimated,
        total=len(drawn),
        style=style,
    )
    return MapPage(region_map, notice, side=side, layout="coverage", asset_url=asset_url).render()


def write_title(change: AccessChange, names: Sequence[str]) -> str:
    """Write what the map shows."""
    if not names:
        return f"Qui vit à moins de {write_number(change.minutes)} minutes d'une antenne ?"
    return f"Une antenne {write_list([write_at_place(name) for name in names])} : qui serait rapproché ?"


def write_gain(change: AccessChange) -> str:
    """Write how many people come within the limit."""
    before, after = (
        next(each for each in side if each.minutes == change.minutes)
        for side in (change.before, change.after)
    )
    limit = write_number(change.minutes)
    if not change.communes:
        return f"{write_share(before.share)} des habitants vivent à moins de {limit} minutes d'une antenne."
    gained = write_people(change.people_gained)
    return (
        f"{gained} de plus à moins de {limit} minutes : {write_share(after.share)} de la population, "
        f"au lieu de {write_share(before.share)}."
    )


def classify_communes(change: AccessChange, communes: Sequence[Territory]) -> list[int]:
    """Give the place of each commune among the classes."""
    gained = set(change.gained_communes)
    place_of = {
        AccessState.COVERED: _COVERED,
        AccessState.UNCERTAIN: UNCERTAIN,
        AccessState.NOT_COVERED: _FAR,
    }
    return [
        GAINED
        if commune.code in gained
        else place_of[change.states_after.get(commune.code, AccessState.NOT_COVERED)]
        for commune in communes
    ]


def _write_state(place: int, change: AccessChange) -> str:
    limit = write_number(change.minutes)
    return {
        _COVERED: f"À moins de {limit} minutes d'une antenne",
        GAINED: f"Passerait à moins de {limit} minutes",
        UNCERTAIN: f"Autour de {limit} minutes : incertain",
        _FAR: f"À plus de {limit} minutes",
    }[place]


def _write_inhabitants(commune: Territory) -> str:
    return typeset(write_count(commune.population, "habitant"))


def count_people(communes: Sequence[Territory], class_of: Sequence[int]) -> list[int]:
    """Sum the inhabitants of each class."""
    return [
        sum(commune.population for commune, here in zip(communes, class_of, strict=True) if here == place)
        for place in range(len(CLASS_FILLS))
    ]
