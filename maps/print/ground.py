"""Territories on paper: Lambert-93 (EPSG:2154), one scale in every direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from geo.position import Position, to_lambert93
from geo.records import Territory
from maps.errors import ContourMissingError
from maps.print.page import Frame
from maps.print.shapes import Area, Disc, Lines, Points, Stroke

Bounds = tuple[float, float, float, float]
"""West, south, east, north in Lambert-93 metres."""


class Ground:
    """
    The contours of territories of one level, projected once and drawn on as many pages as wanted.

    Raises
    ------
    ContourMissingError
        If a territory came without its contour.
    """

    def __init__(self, territories: Sequence[Territory]) -> None:
        self.territories = tuple(territories)
        self.contours: dict[str, shapely.Geometry] = {}
        for territory in territories:
            if territory.contour is None:
                raise ContourMissingError(code=territory.code, name=territory.name)
            self.contours[territory.code] = shapely.transform(territory.contour, _project)
        self.names = {territory.code: territory.name for territory in territories}

    @property
    def bounds(self) -> Bounds:
        """Give the rectangle around all of them."""
        return find_bounds(self.contours.values())

    @cached_property
    def borders(self) -> shapely.Geometry:
        """Give the borders of all of them, each shared one once."""
        borders = shapely.union_all([shapely.boundary(contour) for contour in self.contours.values()])
        return shapely.line_merge(borders)

    @cached_property
    def whole(self) -> shapely.Geometry:
        """Give one contour of all of them."""
        return shapely.union_all(list(self.contours.values()))

    def merge(self, codes: Iterable[str]) -> shapely.Geometry:
        """Make one contour of several territories; an empty one of none."""
        return shapely.union_all([self.contours[code] for code in codes if code in self.contours])


def _project(degrees: Points) -> Points:
    x, y = to_lambert93(degrees[:, 0], degrees[:, 1])
    return np.column_stack([x, y])


def project_position(position: Position) -> tuple[float, float]:
    """
    Project a position to Lambert-93 metres.

    Examples
    --------
    >>> x, y = project_position(Position(lon=3.0, lat=46.5))
    >>> round(x), round(y)
    (700000, 6600000)
    """
    x, y = to_lambert93(*position.lon_lat())
    return float(x), float(y)


def find_bounds(contours: Iterable[shapely.Geometry]) -> Bounds:
    """Give the rectangle around contours, in their own unit."""
    west, south, east, north = shapely.total_bounds(list(contours))
    return float(west), float(south), float(east), float(north)


def grow_bounds(bounds: Bounds, share: float, *, least_m: float = 0.0) -> Bounds:
    """
    Grow a rectangle by a share of its larger side on each side, to `least_m` across at least.

    Examples
    --------
    >>> grow_bounds((0, 0, 100, 50), 0.1, least_m=200)
    (-50.0, -75.0, 150.0, 125.0)
    """
    west, south, east, north = bounds
    larger = max(east - west, north - south)
    half_width = max((east - west) / 2 + larger * share, least_m / 2)
    half_height = max((north - south) / 2 + larger * share, least_m / 2)
    x, y = (west + east) / 2, (south + north) / 2
    return x - half_width, y - half_height, x + half_width, y + half_height


@dataclass(frozen=True, slots=True)
class View:
    """
    How a part of the ground lies in a frame of the page, as large as it can.

    `align` and `align_down` share out the room that is left: 0 at the left or top, 0.5 centred, 1 beyond.

    Examples
    --------
    >>> view = View(Frame(x=10, y=20, width=100, height=50), (0, 0, 100_000, 100_000))
    >>> view.m_per_mm, view.place(0, 0), view.scale_denominator
    (2000.0, (35.0, 70.0), 2000000)
    """

    frame: Frame
    bounds: Bounds
    align: float = 0.5
    align_down: float = 0.5

    @property
    def m_per_mm(self) -> float:
        """Give the metres of ground in a millimetre of paper."""
        west, south, east, north = self.bounds
        return max((east - west) / self.frame.width, (north - south) / self.frame.height)

    @property
    def scale_denominator(self) -> int:
        """Give the scale, rounded to two figures: 1 to this."""
        return int(float(f"{self.m_per_mm * 1000:.2g}"))

    @property
    def seen(self) -> Bounds:
        """Give what the whole frame shows, in metres."""
        west, _, _, north = self.bounds
        left, top = self._corner()
        scale = self.m_per_mm
        x, y = west - (left - self.frame.x) * scale, north + (top - self.frame.y) * scale
        return x, y - self.frame.height * scale, x + self.frame.width * scale, y

    def _corner(self) -> tuple[float, float]:
        """Give where the north-west corner of the bounds lies on the page."""
        west, south, east, north = self.bounds
        scale = self.m_per_mm
        left = self.frame.x + (self.frame.width - (east - west) / scale) * self.align
        return left, self.frame.y + (self.frame.height - (north - south) / scale) * self.align_down

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Place a point of the ground on the page."""
        west, _, _, north = self.bounds
        left, top = self._corner()
        return left + (x - west) / self.m_per_mm, top + (north - y) / self.m_per_mm

    def place_points(self, metres: Points) -> Points:
        """Place many points, shape (n, 2)."""
        west, _, _, north = self.bounds
        left, top = self._corner()
        return np.column_stack(
            [left + (metres[:, 0] - west) / self.m_per_mm, top + (north - metres[:, 1]) / self.m_per_mm]
        )

    def cut(self, contour: shapely.Geometry) -> shapely.Geometry:
        """Keep of a contour what the frame shows."""
        return shapely.clip_by_rect(contour, *self.seen)


def draw_area(
    view: View, contour: shapely.Geometry, *, fill: str | None = None, stroke: Stroke | None = None
) -> list[Area]:
    """Draw a contour as one area; nothing where the frame shows none of it."""
    rings = [
        view.place_points(shapely.get_coordinates(ring))
        for polygon in _list_polygons(contour)
        for ring in (polygon.exterior, *polygon.interiors)
    ]
    return [Area(rings=tuple(rings), fill=fill, stroke=stroke)] if rings else []


def draw_edges(view: View, contours: Mapping[str, shapely.Geometry], stroke: Stroke) -> list[Lines]:
    """Draw the borders of territories, each shared one once, cut at the frame."""
    borders = shapely.union_all([shapely.boundary(contour) for contour in contours.values()])
    return draw_lines(view, shapely.line_merge(borders), stroke)


def draw_lines(view: View, lines: shapely.Geometry, stroke: Stroke) -> list[Lines]:
    """Draw lines of the ground, cut at the frame."""
    pieces = [
        view.place_points(shapely.get_coordinates(part))
        for part in shapely.get_parts(view.cut(lines))
        if part.geom_type in {"LineString", "LinearRing"} and not part.is_empty
    ]
    return [Lines(paths=tuple(pieces), stroke=stroke)] if pieces else []


def hatch(
    view: View, contour: shapely.Geometry, stroke: Stroke, *, spacing_mm: float = 1.4, slope: float = 1.0
) -> list[Lines]:
    """Hatch a contour with lines of a slope (1 rises, 0 is level) that go on to the next territory."""
    if contour.is_empty:
        return []
    west, south, east, north = shapely.bounds(contour)
    step = spacing_mm * view.m_per_mm * float(np.sqrt(1 + slope**2))
    # y = slope * x + offset: offsets are multiples of the step everywhere on the ground.
    corners = [y - slope * x for x in (west, east) for y in (south, north)]
    offsets = np.arange(np.ceil(min(corners) / step), np.floor(max(corners) / step) + 1) * step
    if len(offsets) == 0:
        return []
    ends = np.array([[[west, slope * west + o], [east, slope * east + o]] for o in offsets])
    inside = shapely.intersection(shapely.multilinestrings(shapely.linestrings(ends)), contour)
    pieces = [
        view.place_points(shapely.get_coordinates(part))
        for part in shapely.get_parts(inside)
        if part.geom_type == "LineString" and not part.is_empty
    ]
    return [Lines(paths=tuple(pieces), stroke=stroke)] if pieces else []


def dot(view: View, contour: shapely.Geometry, colour: str, *, spacing_mm: float = 1.8) -> list[Disc]:
    """Strew a contour with dots in staggered rows that go on from one territory to the next."""
    if contour.is_empty:
        return []
    west, south, east, north = shapely.bounds(contour)
    step = spacing_mm * view.m_per_mm
    rows = np.arange(np.ceil(south / step), np.floor(north / step) + 1)
    columns = np.arange(np.ceil(west / step) - 1, np.floor(east / step) + 1)
    x, y = np.meshgrid(columns * step, rows * step)
    x = x + (rows % 2)[:, None] * step / 2
    metres = np.column_stack([x.ravel(), y.ravel()])
    inside = metres[shapely.contains_xy(contour, metres)]
    return [
        Disc(x=float(at[0]), y=float(at[1]), radius_mm=0.22, fill=colour) for at in view.place_points(inside)
    ]


def find_middle(territory: Territory, contour: shapely.Geometry) -> tuple[float, float]:
    """Give a point surely inside a territory, in metres: its chief town's if it has one."""
    if territory.position is not None:
        return project_position(territory.position)
    point = shapely.point_on_surface(contour)
    return float(shapely.get_x(point)), float(shapely.get_y(point))


def _list_polygons(contour: shapely.Geometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(contour) if part.geom_type == "Polygon" and not part.is_empty]
