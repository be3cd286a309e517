"""The lines of `/proche`: who, how far, in which direction, and nothing that is not known."""

from __future__ import annotations

from dataclasses import dataclass

from geo.french import write_direction, write_distance
from geo.position import Position, measure_bearing_deg
from geo.records import Neighbour, Precision, Presence
from geo.surroundings import SearchPlace, SurroundingsAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A neighbour as a line: « à la commune » instead of a distance that nobody knows."""

    presence: Presence
    rank: int
    distance: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGroup:
    """Lines under one title."""

    title: str
    lines: tuple[Line, ...]


def write_line(place: SearchPlace, neighbour: Neighbour, rank: int) -> Line:
    """Write how far a neighbour is, and where."""
    presence = neighbour.presence
    if presence.precision is Precision.COMMUNE or presence.position is None:
        return Line(presence=presence, rank=rank, distance="à la commune", direction="")
    if place.area is not None and neighbour.distance_m == 0:
        return Line(presence=presence, rank=rank, distance="sur place", direction="")
    if neighbour.distance_m < 10:
        return Line(presence=presence, rank=rank, distance="ici même", direction="")
    direction = _write_direction(place.origin.position, presence.position)
    return Line(
        presence=presence, rank=rank, distance=write_distance(neighbour.distance_m), direction=direction
    )


def _write_direction(origin: Position, target: Position) -> str:
    return write_direction(measure_bearing_deg(origin, target))


def group_lines(answer: SurroundingsAnswer, inside_title: str, around_title: str) -> tuple[LineGroup, ...]:
    """Group the lines: those of the place itself, then those around it."""
    place = answer.place
    inside = tuple(write_line(place, each, rank) for rank, each in enumerate(answer.inside, start=1))
    first = len(inside) + 1
    around = tuple(write_line(place, each, rank) for rank, each in enumerate(answer.around, start=first))
    groups = (LineGroup(title=inside_title, lines=inside), LineGroup(title=around_title, lines=around))
    return tuple(group for group in groups if group.lines)
