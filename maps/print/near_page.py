"""Who is near a place: the map, the ring, and the ranked list under it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geo.french import KIND_NAMES, write_direction, write_distance
from geo.position import measure_bearing_deg, to_lambert93
from geo.records import (
    Kind,
    NearAnswer,
    Neighbour,
    Precision,
    Presence,
    Sector,
)
from maps import style
from maps.near_words import SAME_PLACE_M, write_near_lead, write_near_title
from maps.popup import label_sectors
from maps.print.coverage_map import draw_antennes
from maps.print.furniture import BODY, Credits, draw_scale_bar, start_page, write_foot
from maps.print.ground import (
    Bounds,
    Ground,
    View,
    grow_bounds,
    project_position,
)
from maps.print.labels import REGION_TOWNS, Labels, Place, write_rest, write_towns
from maps.print.land import draw_land, draw_signs, make_sign
from maps.print.legend import move
from maps.print.letters import shorten
from maps.print.page import Frame, Page
from maps.print.shapes import Area, Disc, Face, Shape, Stroke
from maps.print.signs import draw_antenne
from maps.ring import draw_ring
from maps.sector_classes import SectorClasses
from maps.wording import write_totals


def draw_proximity_page(
    answer: NearAnswer,
    *,
    ground: Ground,
    departements: Ground,
    sectors: Sequence[Sector],
    credit: Credits,
    towns: Sequence[Place] = REGION_TOWNS,
    antennes: Sequence[Presence] = (),
    key: str = "proximite",
) -> Page:
    """
    Draw who is near a place as one A4 page: map above, ranked list below, cut where the page ends.

    Parameters
    ----------
    answer
        The answer to draw, nearest first.
    ground, departements
        EPCI and départements with contours.
    sectors
        The whole sector list.
    credit
        Source and date.
    towns
        Places to name.
    antennes
        Marked apart.
    """
    title = write_near_title(answer)
    labels_by_code = label_sectors(sectors)
    page, y = start_page(title, key, label="Qui est près d’ici ?", heading=title, credit=credit)
    y = page.write_block(
        BODY.x, y + 1.5, " ".join(write_near_lead(answer, labels_by_code)), BODY.width, size_pt=9.5
    )
    reading = (
        "Lecture : les distances sont à vol d’oiseau ; un signe vide est placé à la mairie de la commune."
    )
    foot = write_foot(page, credit, notes=(reading, f"Totaux : {write_totals(answer.counts, answer.kind)}"))
    map_height = 112.0 if len(answer.results) > 8 else 150.0
    frame = Frame(x=BODY.x, y=y + 3, width=BODY.width, height=map_height)
    under = frame.bottom + _STRIP_MM
    classes = SectorClasses(sectors)
    view = View(frame, _find_near_bounds(answer))
    shown = _fit_rows(answer.results, foot - under - 5)
    page.fill(frame, style.AROUND)
    draw_land(page, view, ground, departements, has_outline=False)
    _draw_ring(page, view, answer)
    draw_signs(page, view, [each.presence for each in answer.results], classes)
    _draw_origin(page, view, answer)
    labels = Labels(page, frame)
    draw_scale_bar(page, view, right=frame.right, baseline=under - 3.4)
    draw_antennes(page, view, antennes, labels)
    _keep_signs_free(labels, view, shown)
    write_towns(labels, view, towns, most=12)
    _write_ranks(labels, view, shown)
    page.add(draw_edge(frame))
    _write_rows(page, answer, shown, under + 2, classes)
    return page


def draw_edge(frame: Frame) -> Shape:
    """Draw the frame's edge over what reaches it."""
    corners = np.array(
        [[frame.x, frame.y], [frame.right, frame.y], [frame.right, frame.bottom], [frame.x, frame.bottom]]
    )
    return Area(rings=(corners,), stroke=Stroke(colour=style.BORDER, width_mm=0.25))


def _find_near_bounds(answer: NearAnswer) -> Bounds:
    positions = [
        answer.origin.position,
        *(n.presence.position for n in answer.results if n.presence.position),
    ]
    places = np.array([project_position(position) for position in positions])
    reach = answer.radius_m or 0.0
    x, y = project_position(answer.origin.position)
    low, high = places.min(axis=0), places.max(axis=0)
    bounds = (
        min(float(low[0]), x - reach), min(float(low[1]), y - reach),
        max(float(high[0]), x + reach), max(float(high[1]), y + reach),
    )  # fmt: skip
    return grow_bounds(bounds, 0.06, least_m=4_000)


def _draw_ring(page: Page, view: View, answer: NearAnswer) -> None:
    if not answer.radius_m:
        return
    degrees = np.array(draw_ring(answer.origin.position, answer.radius_m))
    metres = np.column_stack(to_lambert93(degrees[:, 1], degrees[:, 0]))
    ring = view.place_points(metres)
    page.add(Area(rings=(ring,), stroke=Stroke(colour=style.FRAME, width_mm=0.35, dash_mm=(1.6, 1.0))))


def _draw_origin(page: Page, view: View, answer: NearAnswer) -> None:
    x, y = view.place(*project_position(answer.origin.position))
    page.add(
        Disc(x=x, y=y, radius_mm=2.0, fill="#ffffff", stroke=Stroke(colour=style.BRICK, width_mm=0.6)),
        Disc(x=x, y=y, radius_mm=0.8, fill=style.BRICK),
    )


def _keep_signs_free(labels: Labels, view: View, shown: Sequence[Neighbour]) -> None:
    for neighbour in shown:
        if neighbour.presence.position is not None:
            x, y = view.place(*project_position(neighbour.presence.position))
            labels.taken.append((x - 0.9, y - 0.9, x + 0.9, y + 0.9))


def _write_ranks(labels: Labels, view: View, shown: Sequence[Neighbour]) -> None:
    for rank, neighbour in enumerate(shown, start=1):
        if neighbour.presence.position is None:
            continue
        x, y = view.place(*project_position(neighbour.presence.position))
        if view.frame.x < x < view.frame.right and view.frame.y < y < view.frame.bottom:
            labels.write_beside(
                x, y, str(rank), gap_mm=1.4, size_pt=6.5, face=Face.SEMIBOLD, colour=style.FRAME
            )


_ROW_MM = 8.0


_COLUMNS = 2
_STRIP_MM = 9.0


def _fit_rows(results: Sequence[Neighbour], height_mm: float) -> Sequence[Neighbour]:
    """Keep as many of the nearest as the two columns hold, with a line for the others."""
    room = max(0, int(height_mm // _ROW_MM)) * _COLUMNS
    return results if len(results) <= room else results[: max(0, room - 1)]


def _write_rows(
    page: Page, answer: NearAnswer, shown: Sequence[Neighbour], top: float, classes: SectorClasses
) -> None:
    others = len(answer.results) - len(shown)
    total = len(shown) + bool(others)
    per_column = -(-total // _COLUMNS)
    width = (BODY.width - 8) / _COLUMNS
    for place in range(total):
        column, row = divmod(place, per_column)
        x, y = BODY.x + column * (width + 8), top + row * _ROW_MM
        if place == len(shown):
            page.write(x + 9, y + 3, write_rest(others), size_pt=8.5, face=Face.ITALIC)
            continue
        _write_row(
            page, answer, shown[place], place + 1, Frame(x=x, y=y, width=width, height=_ROW_MM), classes
        )


def _write_row(
    page: Page, answer: NearAnswer, neighbour: Neighbour, rank: int, frame: Frame, classes: SectorClasses
) -> None:
    presence = neighbour.presence
    mark = classes.classes[classes.find(presence.sectors)[0]]
    page.write(
        frame.x + 4, frame.y + 3, f"{rank}", size_pt=8.5, face=Face.SEMIBOLD, colour=style.FRAME, anchor="end"
    )
    sign = draw_antenne(3.0) if presence.kind is Kind.ANTENNE else make_sign(mark, 2.6)
    page.add(*(move(shape, frame.x + 6.6, frame.y + 1.9) for shape in sign))
    left = frame.x + 9
    page.write(
        left, frame.y + 3, shorten(presence.name, frame.right - left, face=Face.SEMIBOLD, size_pt=8.5),
        face=Face.SEMIBOLD, size_pt=8.5,
    )  # fmt: skip
    place = presence.commune_name or presence.city or ""
    what = mark.label if presence.kind is Kind.ACTOR else KIND_NAMES[presence.kind][0].capitalize()
    if presence.precision is Precision.COMMUNE or presence.position is None:
        where = f"à la commune ({place})" if place else "à la commune"
    elif neighbour.distance_m < SAME_PLACE_M:
        where = f"ici même, {place}" if place else "ici même"
    else:
        bearing = measure_bearing_deg(answer.origin.position, presence.position)
        where = f"{write_distance(neighbour.distance_m)} {write_direction(bearing)}"
        where = f"{where}, {place}" if place else where
    words = f"{where} · {what}"
    page.write(
        left,
        frame.y + 6.4,
        shorten(words, frame.right - left, size_pt=7.5),
        size_pt=7.5,
        colour=style.SOFT_INK,
    )
