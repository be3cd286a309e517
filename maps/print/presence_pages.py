"""Presences on paper: all of a kind by sector, or those near a place, with their list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import shapely

from geo.french import KIND_NAMES, write_direction, write_distance, write_number
from geo.position import measure_bearing_deg, to_lambert93
from geo.records import (
    MEL_CODE,
    Kind,
    NearAnswer,
    Neighbour,
    Precision,
    Presence,
    Sector,
    StatusCounts,
)
from maps import style
from maps.layers import draw_ring
from maps.points import SectorClass, SectorClasses
from maps.popup import label_sectors
from maps.print.coverage_page import draw_antennes, fit_view
from maps.print.furniture import BODY, Credits, draw_scale_bar, start_page, write_foot
from maps.print.ground import Bounds, Ground, View, draw_area, draw_edges, grow_bounds, project_position
from maps.print.labels import REGION_TOWNS, Labels, Place, list_fitting, write_rest, write_towns
from maps.print.legend import Legend, SignRow, draw_legend, measure_legend, move
from maps.print.letters import shorten
from maps.print.page import Frame, Page
from maps.print.shapes import Area, Disc, Face, Shape, Stroke
from maps.print.signs import draw_antenne, draw_sign
from maps.proximity_map import SAME_PLACE_M, write_near_lead, write_near_title
from maps.wording import write_totals

LAND_EDGE = Stroke(colour=style.BORDER, width_mm=0.35)
LAND_LINE = Stroke(colour=style.HAIRLINE, width_mm=0.15)
HEAVY_LINE = Stroke(colour=style.BORDER, width_mm=0.3)
MEL_LINE = Stroke(colour=style.FRAME, width_mm=0.45)
_LEGEND_WIDTH_MM = 52.0


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
) -> Page:
    """
    Draw presences of one kind as one A4 page: a sign a presence, coloured by its first sector.

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
    legend = _list_signs(classes, drawn, antennes)
    corner = Frame(
        x=frame.right - _LEGEND_WIDTH_MM, y=frame.y, width=_LEGEND_WIDTH_MM,
        height=measure_legend(legend, _LEGEND_WIDTH_MM),
    )  # fmt: skip
    region = shapely.union_all(list(departements.contours.values()))
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


def draw_land(
    page: Page, view: View, ground: Ground, departements: Ground, *, has_outline: bool = True
) -> None:
    """Draw the land: EPCI in hairlines, départements heavier, the MEL outlined if wanted."""
    land = shapely.union_all([view.cut(contour) for contour in departements.contours.values()])
    page.add(*draw_area(view, land, fill=style.LAND))
    page.add(*draw_edges(view, ground.contours, LAND_LINE))
    page.add(*draw_edges(view, departements.contours, HEAVY_LINE))
    if has_outline and MEL_CODE in ground.contours:
        page.add(*draw_edges(view, {MEL_CODE: ground.contours[MEL_CODE]}, MEL_LINE))


def choose_sign_mm(count: int) -> float:
    """
    Choose the size of signs, so that thousands still leave the map readable.

    Examples
    --------
    >>> choose_sign_mm(200), choose_sign_mm(5_000)
    (2.4, 1.2)
    """
    return 2.4 if count <= 300 else 1.8 if count <= 1_200 else 1.2


def draw_signs(page: Page, view: View, presences: Sequence[Presence], classes: SectorClasses) -> None:
    """Draw each presence's sign, those of the north first so that signs overlap one way."""
    size = choose_sign_mm(len(presences))
    placed = [(presence, presence.position) for presence in presences if presence.position is not None]
    placed.sort(key=lambda pair: (-pair[1].lat, pair[1].lon, pair[0].id))
    left, top, right, bottom = view.frame.x, view.frame.y, view.frame.right, view.frame.bottom
    for presence, position in placed:
        x, y = view.place(*project_position(position))
        if left < x < right and top < y < bottom:
            mark = classes.classes[classes.find(presence.sectors)[0]]
            is_exact = presence.precision is not Precision.COMMUNE
            page.add(*(move(shape, x, y) for shape in make_sign(mark, size, is_exact=is_exact)))


def make_sign(mark: SectorClass, size_mm: float, *, is_exact: bool = True) -> tuple[Shape, ...]:
    """Make a sector's sign, empty when the place is only that of the commune."""
    if is_exact:
        return draw_sign(mark.shape, mark.colour, size_mm)
    return draw_sign(
        mark.shape, "#ffffff", size_mm * 0.9, edge=Stroke(colour=mark.colour, width_mm=size_mm * 0.16)
    )


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
    map_height = 118.0 if len(answer.results) > 8 else 150.0
    frame = Frame(x=BODY.x, y=y + 3, width=BODY.width, height=map_height)
    classes = SectorClasses(sectors)
    view = View(frame, _find_near_bounds(answer))
    shown = _fit_rows(answer.results, foot - frame.bottom - 6)
    page.fill(frame, style.AROUND)
    draw_land(page, view, ground, departements, has_outline=False)
    _draw_ring(page, view, answer)
    draw_signs(page, view, [each.presence for each in answer.results], classes)
    _draw_origin(page, view, answer)
    labels = Labels(page, frame)
    bar = Frame(x=frame.right - 62, y=frame.bottom - 11, width=62, height=11)
    page.fill(bar, "#ffffff")
    labels.reserve(bar)
    draw_scale_bar(page, view, right=frame.right - 2, baseline=frame.bottom - 4.4)
    draw_antennes(page, view, antennes, labels)
    _keep_signs_free(labels, view, shown)
    write_towns(labels, view, towns, most=12)
    _write_ranks(labels, view, shown)
    page.add(_cover(frame))
    _write_rows(page, answer, shown, frame.bottom + 4, classes)
    return page


def _cover(frame: Frame) -> Shape:
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


def write_names_block(
    page: Page,
    names: Sequence[str],
    frame: Frame,
    *,
    size_pt: float = 7.5,
    columns: int = 3,
    total: int | None = None,
) -> float:
    """
    Write names in columns, one a line, and give the y under them.

    Where the frame ends, « … et 12 autres » counts those left out; `total` also counts those not handed in.
    """
    step = size_pt * 1.42 * 0.3528
    rows = max(1, int(frame.height // step))
    unlisted = max(0, (total or 0) - len(names))
    kept, others = list_fitting(list(names), rows * columns - bool(unlisted))
    others += unlisted
    lines = [*kept, *([write_rest(others)] if others else [])]
    per_column = -(-len(lines) // columns) if lines else 0
    gap = 5.0
    width = (frame.width - gap * (columns - 1)) / columns
    for place, line in enumerate(lines):
        column, row = divmod(place, per_column)
        is_rest = bool(others) and place == len(lines) - 1
        page.write(
            frame.x + column * (width + gap), frame.y + row * step + size_pt * 0.78 * 0.3528,
            shorten(line, width, size_pt=size_pt), size_pt=size_pt,
            face=Face.ITALIC if is_rest else Face.REGULAR,
        )  # fmt: skip
    return frame.y + per_column * step
