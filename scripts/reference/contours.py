"""Clean contours: one face of the region belongs to one commune, on a grid of a millionth of a degree.

The published contours have slivers (overlaps and gaps between neighbours) and, where communes merged after
the contours were drawn, whole communes missing: the hole where Marconne was, now part of Hesdin-la-Forêt.
All boundaries are noded together on the grid (snap rounding, Hobby 1999, as GEOS implements it), the plane is
cut into faces, and each face is given to one commune.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geo.position import to_lambert93
from geo.territories.locating import SNAP_DISTANCE_M

GRID_DEG = 1e-6
"""Step of the grid coordinates are kept on: 0.11 m to the north, 0.07 m to the east."""

TOLERANCE_M = SNAP_DISTANCE_M
"""How far out of its commune a town hall may be: contours are generalised. Beyond, the published point is
wrong (226 are, two of them by 3,300 km)."""

_LARGE_GAP_M2 = 100_000  # slivers are under 1 ha; the smallest missing commune has 4.7 km²
_GEODESIC = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairFigures:
    """What the repair met and changed; areas in m² (Lambert-93)."""

    overlap_pairs: int
    overlap_area_m2: float
    gaps: int
    gap_area_m2: float
    absorbed: Mapping[str, float]
    """Area in m² of the holes given to a commune because it absorbed the missing one, by its code."""


def is_near(contour: BaseGeometry, lon: float | None, lat: float | None, *, tolerance_m: float = 0.0) -> bool:
    """Tell whether a point lies in a contour, or outside it by no more than a tolerance."""
    if lon is None or lat is None:
        return False
    line = shapely.shortest_line(shapely.Point(lon, lat), contour)
    return bool(_GEODESIC.geometry_length(line) <= tolerance_m)


def area_m2(geometries: NDArray[np.object_]) -> NDArray[np.float64]:
    """Measure planar areas in Lambert-93, in m²."""
    projected = shapely.transform(geometries, lambda xy: np.column_stack(to_lambert93(xy[:, 0], xy[:, 1])))
    return np.asarray(shapely.area(projected), dtype=np.float64)


def repair_coverage(
    codes: Sequence[str], contours: NDArray[np.object_], absorbed_by: Mapping[str, Sequence[str]]
) -> tuple[NDArray[np.object_], RepairFigures]:
    """
    Make one valid coverage of the communes' contours.

    Parameters
    ----------
    codes
        INSEE codes, one a contour, sorted.
    contours
        Polygons or multipolygons in WGS84 degrees.
    absorbed_by
        For each commune that absorbed others since the contours may have been drawn, the codes it absorbed.

    Returns
    -------
    tuple
        The contours (MultiPolygon, coordinates on the grid), and what was met.
    """
    lines = shapely.union_all(shapely.boundary(contours), grid_size=GRID_DEG)
    faces = np.array(list(shapely.polygonize([lines]).geoms), dtype=object)
    inside = shapely.point_on_surface(faces)
    tree = shapely.STRtree(contours)
    owners: dict[int, list[int]] = defaultdict(list)
    for face, commune in zip(*tree.query(inside, predicate="within"), strict=True):
        owners[int(face)].append(int(commune))
    face_area_m2 = area_m2(faces)
    whole_area = shapely.area(contours)
    owner = np.full(len(faces), -1)
    overlaps: list[int] = []
    for face, communes in owners.items():
        # The smaller commune keeps a sliver that two of them claim; the code settles a tie.
        owner[face] = min(communes, key=lambda index: (whole_area[index], codes[index]))
        if len(communes) > 1:
            overlaps.append(face)
    gaps = [int(face) for face in np.flatnonzero(owner < 0)]
    absorbed = _give_gaps(gaps, faces, owner, codes, absorbed_by, face_area_m2)
    repaired = np.array(
        [_join_faces(faces[owner == index]) for index in range(len(codes))],
        dtype=object,
    )
    return repaired, RepairFigures(
        overlap_pairs=len(overlaps),
        overlap_area_m2=float(face_area_m2[overlaps].sum()),
        gaps=len(gaps),
        gap_area_m2=float(face_area_m2[gaps].sum()),
        absorbed=absorbed,
    )


def _give_gaps(
    gaps: Sequence[int],
    faces: NDArray[np.object_],
    owner: NDArray[np.int64],
    codes: Sequence[str],
    absorbed_by: Mapping[str, Sequence[str]],
    face_area_m2: NDArray[np.float64],
) -> dict[str, float]:
    """Give each gap to the neighbour that absorbed the missing commune, else to the longest border."""
    tree = shapely.STRtree(faces)
    absorbed: dict[str, float] = defaultdict(float)
    for gap in gaps:
        border: dict[int, float] = defaultdict(float)
        for other in sorted(int(found) for found in tree.query(faces[gap], predicate="intersects")):
            if owner[other] >= 0 and other not in gaps:
                border[int(owner[other])] += shapely.length(
                    shapely.intersection(faces[gap].boundary, faces[other].boundary)
                )
        heirs = sorted(codes[index] for index in border if codes[index] in absorbed_by)
        if len(heirs) == 1 and face_area_m2[gap] > _LARGE_GAP_M2:
            owner[gap] = codes.index(heirs[0])
            absorbed[heirs[0]] += float(face_area_m2[gap])
        else:
            owner[gap] = max(border, key=lambda index: (border[index], codes[index]))
    return dict(absorbed)


def _join_faces(faces: NDArray[np.object_]) -> BaseGeometry:
    joined = shapely.coverage_union_all(faces)
    parts = shapely.get_parts(joined)
    # One order of parts, rings and vertices, whatever the library's own: the bytes must be the same twice.
    return shapely.orient_polygons(shapely.normalize(shapely.multipolygons(parts)))


def to_grid_columns(contours: NDArray[np.object_]) -> tuple[list[object], list[object]]:
    """
    Write contours as nested lists of whole millionths of a degree, the separated layout of GeoArrow.

    Returns
    -------
    tuple
        Two lists, x and y: per commune a list of polygons, each a list of rings, each a list of integers.
    """
    columns: tuple[list[object], list[object]] = ([], [])
    for contour in contours:
        for axis, column in enumerate(columns):
            column.append(
                [
                    [
                        np.rint(shapely.get_coordinates(ring)[:, axis] / GRID_DEG).astype(np.int32).tolist()
                        for ring in shapely.get_rings(part)
                    ]
                    for part in shapely.get_parts(contour)
                ]
            )
    return columns
