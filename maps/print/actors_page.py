"""Presences on paper: all of a kind by sector, or those near a place, with their list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import Point

from geo.french import KIND_NAMES, write_number
from geo.records import (
    Kind,
    Presence,
    Sector,
    StatusCounts,
    Territory,
)
from maps import style
from maps.print.coverage_map import draw_antennes, fit_view
from maps.print.furniture import BODY, Credits, draw_scale_bar, start_page, write_foot
from maps.print.ground import Bounds, Ground, View, draw_lines, find_bounds, grow_bounds, project_position
from maps.print.labels import REGION_TOWNS, Labels, Place, write_towns
from maps.print.land import MEL_LINE, draw_land, draw_signs, make_sign
from maps.print.legend import Legend, SignRow, draw_legend, measure_legend
from maps.print.letters import shorten
from maps.print.near_page import draw_edge
from maps.print.page import Frame, Page
from maps.print.shapes import Face, Stroke
from maps.print.signs import draw_antenne
from maps.sector_classes import SectorClasses
from maps.wording import write_totals

LAND_EDGE = Stroke(colour=style.BORDER, width_mm=0.35)


_LEGEND_WIDTH_MM = 52.0
_GAP_MM = 5.0
_STRIP_MM = 9.0
_NAME_WIDTH_MM = 45.0
_MOST_NAMED = 40
_LEAST_M = 8_000
# A selection that reaches further than this share of the region is drawn on the whole of it.
_MOST_CLOSE = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """
    What bounds presences that are not all of their kind.

    `territory`, with its contour, is outlined; `towns` are the places that a close map may name.
    """

    territory: Territory | None = None
    towns: Sequence[Place] = REGION_TOWNS


def draw_actors_page(
    presences: Sequence[Presence],
    *,
    ground: Ground,
    departements: Ground,
    sectors: Sequence[Sector],
    counts: StatusCounts,
    kind: Kind,
    credit: Credits,
    title: str,
    lead: str = "",
    antennes: Sequence[Presence] = (),
    key: str = "acteurs",
    selection: Selection | None = None,
) -> Page:
    """
    Draw presences of one kind as one A4 page: a sign a presence, coloured by its first sector.

    A selection that holds in a part of the region is drawn close: framed on it, its legend beside the frame.

    Parameters
    ----------
    presences
        What is drawn; those without a position are left out, and the page says how many.
    ground, departements
        EPCI and départements with contours.
    sectors
        The whole sector list in its order: it gives colours and shapes.
    counts
        Where every row received stands.
    credit
        Source and date.
    title, lead
        What the page says first.
    antennes
        Marked apart.
    selection
        What bounds the presences when they are some of their kind, None when they are all of it.
    """
    page, y = start_page(title, key, label="Carte du réseau", heading=title, credit=credit)
    drawn = [presence for presence in presences if presence.position is not None]
    classes = SectorClasses(sectors)
    if lead:
        y = page.write_block(BODY.x, y + 1.5, lead, BODY.width, size_pt=9.5)
    one = KIND_NAMES[kind][0]
    notes = (
        f"Lecture : un signe est un {one}"
        if kind is not Kind.ANTENNE
        else "Lecture : un signe est une antenne",
        f"Totaux : {write_totals(counts, kind)}",
    )
    reading = (
        f"{notes[0]}, à son adresse ; un signe vide est placé à la mairie, faute d’adresse plus précise."
    )
    foot = write_foot(page, credit, notes=(reading, notes[1]))
    frame = Frame(x=BODY.x, y=y + 3, width=BODY.width, height=foot - y - 5)
    closeup = _find_closeup(ground, drawn, selection)
    if selection is not None and closeup is not None:
        land = _Land(ground=ground, departements=departements, selection=selection)
        _draw_close(page, frame, closeup, land, drawn, classes, antennes)
        return page
    legend = _list_signs(classes, drawn, antennes)
    corner = Frame(
        x=frame.right - _LEGEND_WIDTH_MM, y=frame.y, width=_LEGEND_WIDTH_MM,
        height=measure_legend(legend, _LEGEND_WIDTH_MM),
    )  # fmt: skip
    region = departements.whole
    view = fit_view(frame, ground, region, (corner,))
    draw_land(page, view, ground, departements)
    draw_signs(page, view, drawn, classes)
    draw_legend(page, legend, corner)
    labels = Labels(page, frame)
    labels.reserve(corner)
    labels.reserve(draw_scale_bar(page, view, right=frame.right, baseline=frame.bottom - 4))
    draw_antennes(page, view, antennes, labels)
    write_towns(labels, view, REGION_TOWNS)
    return page


@dataclass(frozen=True, slots=True, kw_only=True)
class _Land:
    """What lies under the signs."""

    ground: Ground
    departements: Ground
    selection: Selection


def _find_closeup(ground: Ground, drawn: Sequence[Presence], selection: Selection | None) -> Bounds | None:
    """Frame what is drawn and the territory that bounds it; None where that is most of the region."""
    if selection is None:
        return None
    shapes = [Point(project_position(each.position)) for each in drawn if each.position is not None]
    if selection.territory is not None:
        shapes.append(Ground([selection.territory]).whole)
    if not shapes:
        return None
    west, south, east, north = bounds = grow_bounds(find_bounds(shapes), 0.06, least_m=_LEAST_M)
    left, bottom, right, top = ground.bounds
    is_close = max((east - west) / (right - left), (north - south) / (top - bottom)) < _MOST_CLOSE
    return bounds if is_close else None


def _draw_close(
    page: Page,
    room: Frame,
    bounds: Bounds,
    land: _Land,
    drawn: Sequence[Presence],
    classes: SectorClasses,
    antennes: Sequence[Presence],
) -> None:
    """Draw a part of the region in a frame, the legend beside a high one or under a wide one."""
    west, south, east, north = bounds
    near = [
        each
        for each in antennes
        if each.position is not None and shapely.box(*bounds).contains(Point(project_position(each.position)))
    ]
    legend = _list_signs(classes, drawn, near)
    frame, corner = _share_room(room, legend, (east - west) / (north - south))
    view = View(frame, bounds)
    page.fill(frame, style.AROUND)
    draw_land(page, view, land.ground, land.departements, has_outline=False)
    if land.selection.territory is not None:
        outline = shapely.boundary(Ground([land.selection.territory]).whole)
        page.add(*draw_lines(view, outline, MEL_LINE))
    draw_signs(page, view, drawn, classes)
    labels = Labels(page, frame)
    draw_antennes(page, view, near, labels)
    _name_signs(labels, view, drawn)
    write_towns(labels, view, land.selection.towns, most=12)
    draw_scale_bar(page, view, right=frame.right, baseline=frame.bottom + _STRIP_MM - 3.4)
    page.add(draw_edge(frame))
    draw_legend(page, legend, corner)


def _share_room(room: Frame, legend: Legend, shape: float) -> tuple[Frame, Frame]:
    """Share a room between a map so many times wider than high and its legend."""
    if shape < 1:
        width = room.width - _LEGEND_WIDTH_MM - _GAP_MM
        frame = Frame(x=room.x, y=room.y, width=width, height=room.height - _STRIP_MM)
        left, top, legend_width = frame.right + _GAP_MM, room.y, _LEGEND_WIDTH_MM
    else:
        legend_width = 2 * _LEGEND_WIDTH_MM
        under = _STRIP_MM + measure_legend(legend, legend_width)
        frame = Frame(
            x=room.x, y=room.y, width=room.width, height=min(room.width / shape, room.height - under)
        )
        left, top = room.x, frame.bottom + _GAP_MM
    height = measure_legend(legend, legend_width)
    return frame, Frame(x=left, y=top, width=legend_width, height=height)


def _name_signs(labels: Labels, view: View, drawn: Sequence[Presence]) -> None:
    """Keep what is written off the signs; name each, where they are few, as far as there is room."""
    placed = [(each, view.place(*project_position(each.position))) for each in drawn if each.position]
    labels.taken += [(x - 1.2, y - 1.2, x + 1.2, y + 1.2) for _, (x, y) in placed]
    if len(placed) > _MOST_NAMED:
        return
    for presence, (x, y) in placed:
        name = shorten(presence.name, _NAME_WIDTH_MM, face=Face.SEMIBOLD, size_pt=7.0)
        labels.write_beside(x, y, name, gap_mm=1.7, size_pt=7.0, face=Face.SEMIBOLD)


def _list_signs(classes: SectorClasses, drawn: Sequence[Presence], antennes: Sequence[Presence]) -> Legend:
    found = Counter(classes.find(presence.sectors)[0] for presence in drawn)
    signs = [
        SignRow(label=f"{mark.label} ({write_number(found[place])})", shapes=make_sign(mark, 3.0))
        for place, mark in enumerate(classes.classes)
        if found[place]
    ]
    if antennes:
        signs.append(SignRow(label="Antenne de l’Apes", shapes=draw_antenne()))
    return Legend(
        title="Filière (nombre)",
        signs=tuple(signs),
        method="La première filière de chaque fiche donne son signe.",
    )
