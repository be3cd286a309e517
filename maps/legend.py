"""What legends are made of: symbols of sectors, classes of territories, circles of counts."""

from __future__ import annotations

from dataclasses import dataclass

from maps import style


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A sector in the legend, which is also the filter: `number` is its class on the map."""

    number: int
    label: str
    colour: str
    shape: str
    count: int

    @property
    def path(self) -> str:
        """Give the symbol's outline as an SVG path in a box of 20 by 20."""
        return style.SHAPES[self.shape]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassBox:
    """A class in the legend: how it is filled, what it means, how many territories are in it."""

    label: str
    fill: str
    count: int
    is_absence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleSize:
    """A circle in the legend: a round value and its radius."""

    label: str
    radius_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLegend:
    """Everything that a coverage map's legend says."""

    unit: str
    method: str | None
    classes: tuple[ClassBox, ...]
    circles: tuple[CircleSize, ...]
    circle_fill: str = style.CIRCLE_FILL

    @property
    def territory_count(self) -> int:
        """Sum the territories of every class: all that are drawn."""
        return sum(box.count for box in self.classes)
