"""The contours of territories on a server: what tiles and outside programs (QGIS) read there."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from data.driver import get_driver_connection
from geo.position import to_lambert93
from geo.records import Level
from geo.territories import Referential

_LAMBERT_93 = 2154


def write_contours(connection: Connection, referential: Referential) -> None:
    """Write the contours of every territory of today, in Lambert-93, instead of those that are there."""
    connection.exec_driver_sql("DELETE FROM territory_contours")
    driver = get_driver_connection(connection)
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY territory_contours (level, code, contour) FROM STDIN") as copy,
    ):
        for level in Level:
            contours = referential.contours(level)
            planar = shapely.transform(np.array(list(contours.values()), dtype=object), _project)
            hexadecimal = shapely.to_wkb(shapely.set_srid(planar, _LAMBERT_93), hex=True, include_srid=True)
            for code, contour in zip(contours, hexadecimal.tolist(), strict=True):
                copy.write_row((level.value, code, contour))


def _project(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give Lambert-93 metres for points (lon, lat), shape (n, 2)."""
    return np.column_stack(to_lambert93(points[:, 0], points[:, 1]))
