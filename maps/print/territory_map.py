"""A territory on a map: among its neighbours with its presences, and small in the region."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geo.records import Kind, Presence, Sector, TerritorySheet
from maps import style
from maps.print.coverage_map import draw_antennes
from maps.print.furniture import BODY, draw_scale_bar
from maps.print.ground import Ground, View, draw_area, draw_lines, find_bounds, grow_bounds, project_position
from maps.print.labels import Labels, Place, write_towns
from maps.print.land import LAND_LINE, choose_sign_mm, draw_signs
from maps.print.page import Frame, Page
from maps.print.shapes import Area, Disc, Points, Stroke
from maps.sector_classes import SectorClasses

LOCATOR_MM = 34.0
_STRIP_MM = 9.0
# A smaller territory is a dot in the region.
_LEAST_SEEN_MM = 2.0


_SIGNS_KEPT_FREE = 400


def draw_locator(page: Page, ground: Ground, departements: Ground, code: str) -> None:
    """Draw the region small in the upper right corner, the territory filled, or a dot if too small."""
    frame = Frame(x=BODY.right - LOCATOR_MM, y=10 + 6.5, width=LOCATOR_MM, height=LOCATOR_MM - 4)
    view = View(frame, departements.bounds, align=1.0, align_down=0.0)
    for contour in departements.contours.values():
        small = shapely.simplify(contour, 400)
        page.add(
            *draw_area(view, small, fill=style.AROUND, stroke=Stroke(colour=style.BORDER, width_mm=0.15))
        )
    if code in ground.contours:
        small = shapely.simplify(ground.contours[code], 300)
        page.add(*draw_area(view, small, fill=style.FRAME, stroke=Stroke(colour="#ffffff", width_mm=0.15)))
        west, south, east, north = ground.contours[code].bounds
        if max(east - west, north - south) < _LEAST_SEEN_MM * view.m_per_mm:
            x, y = view.place((west + east) / 2, (south + north) / 2)
            edge = Stroke(colour="#ffffff", width_mm=0.15)
            page.add(Disc(x=x, y=y, radius_mm=_LEAST_SEEN_MM / 2, fill=style.BRICK, stroke=edge))


def draw_territory_map(
    page: Page,
    frame: Frame,
    *,
    sheet: TerritorySheet,
    ground: Ground,
    sectors: Sequence[Sector],
    towns: Sequence[Place] = (),
    antennes: Sequence[Presence] = (),
) -> View:
    """Draw a territory among its neighbours, with its presences as signs of their sector."""
    own = ground.contours[sheet.territory.code]
    strip = Frame(x=frame.x, y=frame.bottom - _STRIP_MM, width=frame.width, height=_STRIP_MM)
    frame = Frame(x=frame.x, y=frame.y, width=frame.width, height=frame.height - _STRIP_MM)
    view = View(frame, grow_bounds(find_bounds([own]), 0.05, least_m=9_000))
    page.fill(frame, style.AROUND)
    near = {code: cut for code, contour in ground.contours.items() if not (cut := view.cut(contour)).is_empty}
    for cut in near.values():
        page.add(*draw_area(view, cut, fill=style.PAPER))
    page.add(*draw_lines(view, ground.borders, LAND_LINE))
    page.add(*draw_area(view, own, fill="#ffffff", stroke=Stroke(colour=style.FRAME, width_mm=0.6)))
    placed = [p for p in sheet.presences if p.position is not None and p.kind is not Kind.ANTENNE]
    classes = SectorClasses(sectors)
    labels = Labels(page, frame, edge=_trace_edge(view, own))
    draw_signs(page, view, placed, classes)
    # The chief town is always named; the others where they hide no sign.
    write_towns(labels, view, towns[:1], gap_mm=2.2)
    draw_antennes(page, view, antennes, labels)
    size = choose_sign_mm(len(placed))
    for presence in placed[:_SIGNS_KEPT_FREE]:
        if presence.position is not None:
            x, y = view.place(*project_position(presence.position))
            labels.taken.append((x - size / 2, y - size / 2, x + size / 2, y + size / 2))
    write_towns(labels, view, towns[1:], most=5)
    draw_scale_bar(page, view, right=strip.right, baseline=strip.bottom - 3.4, most_mm=22)
    if placed:
        hint = "Un signe vide est placé à la mairie."
        page.write(strip.x, strip.bottom - 0.2, hint, size_pt=6.5, colour=style.SOFT_INK)
    edge = np.array(
        [[frame.x, frame.y], [frame.right, frame.y], [frame.right, frame.bottom], [frame.x, frame.bottom]]
    )
    page.add(Area(rings=(edge,), stroke=Stroke(colour=style.HAIRLINE, width_mm=0.2)))
    return view


def _trace_edge(view: View, contour: shapely.Geometry) -> Points:
    """Give points of a contour every half millimetre of paper, for names to keep off it."""
    dense = shapely.segmentize(contour.boundary, view.m_per_mm * 0.5)
    return view.place_points(shapely.get_coordinates(dense))
