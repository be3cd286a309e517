"""Thousands of presences as columns of whole numbers, grouped by territory so that they shrink and cluster.

Rows are sorted by département, EPCI, commune and place: each column then holds small steps, and the scripts
can count inside territory borders. Twenty thousand presences weigh about 250 kB with their names once packed.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.french import KIND_NAMES
from geo.records import Level, Presence, Sector, Territory
from maps import style
from maps.errors import MixedKindsError
from maps.layers import DataLayer
from maps.popup import clean_link, clean_text, label_sectors, write_address, write_name, write_town
from maps.sector_classes import SectorClass, SectorClasses
from maps.wording import DEPARTEMENT_NAMES

# One hundred-thousandth of a degree: about a metre.
STEPS_PER_DEG = 100_000

# Up to this many presences the page carries everything a card says; beyond, a card names, places and classes.
FULL_CARDS_LIMIT = 5_000


class _Numbering:
    """Numbers things from 0 as they come."""

    def __init__(self) -> None:
        self.numbers: dict[Hashable, int] = {}

    def of(self, thing: Hashable) -> int:
        return self.numbers.setdefault(thing, len(self.numbers))

    def __iter__(self) -> Any:  # noqa: ANN401  what was numbered is the caller's
        return iter(self.numbers)


class PointsLayer(DataLayer):
    """
    Presences as points on a canvas, counted inside territory borders when they would hide one another.

    Parameters
    ----------
    presences
        Presences of one kind; those without a position are left out.
    sectors
        The whole sector list, in its order.
    territories
        EPCI with contours: they place the presences that name no EPCI.
    card_url
        Address of a presence's own page, with `{id}` in it; None when there is none.

    Raises
    ------
    MixedKindsError
        If the presences are of several kinds.
    """

    def __init__(
        self,
        presences: Sequence[Presence],
        *,
        sectors: Sequence[Sector],
        territories: Sequence[Territory],
        card_url: str | None = None,
    ) -> None:
        kinds = sorted({presence.kind for presence in presences})
        if len(kinds) > 1:
            raise MixedKindsError(kinds=tuple(KIND_NAMES[kind][1] for kind in kinds))
        drawn = [presence for presence in presences if presence.position is not None]
        epci_codes = locate_epci(drawn, territories)
        rows = sorted(zip(drawn, epci_codes, strict=True), key=_sort_key)
        self.presences = [presence for presence, _ in rows]
        self.sector_classes = SectorClasses(sectors)
        self._labels = label_sectors(sectors)
        self._sector_places = {code: place for place, code in enumerate(self._labels)}
        self.classes_by_row = [self.sector_classes.find(presence.sectors) for presence in self.presences]
        epci_names = {territory.code: clean_text(territory.name) for territory in territories}
        super().__init__(
            "points",
            **self._write_places(epci_codes=[code for _, code in rows], epci_names=epci_names),
            **self._write_cards(card_url),
            sectors=[[label, self.sector_classes.find([code])[0]] for code, label in self._labels.items()],
            classes=[[c.label, c.colour, c.shape] for c in self.sector_classes.classes],
            shapes=dict(style.SHAPES),
            precisions=list(style.PRECISION_LABELS.values()),
            townLevel=len(style.PRECISION_LABELS) - 1,
            unknownClass=self.sector_classes.unknown,
            nouns=list(KIND_NAMES[kinds[0]] if kinds else ("présence", "présences")),
        )

    def _write_places(self, *, epci_codes: Sequence[str], epci_names: Mapping[str, str]) -> dict[str, Any]:
        places = np.array([p.position.lon_lat() for p in self.presences if p.position] or np.empty((0, 2)))
        steps = np.rint(places * STEPS_PER_DEG).astype(np.int64)
        departements, groups, towns = _Numbering(), _Numbering(), _Numbering()
        own_names: dict[str, str] = {}
        town_numbers = []
        for presence, epci in zip(self.presences, epci_codes, strict=True):
            departement = departements.of(presence.departement or (presence.commune or "")[:2])
            name = write_town(presence)
            group = groups.of(epci)
            own_names.setdefault(epci, clean_text(presence.epci_name or epci))
            town_numbers.append(towns.of((name, group, departement)))
        return {
            "x": _write_steps(steps[:, 0]),
            "y": _write_steps(steps[:, 1]),
            "town": _write_steps(np.array(town_numbers, dtype=np.int64)),
            "towns": [name for name, _, _ in towns],
            "townGroup": _count_off(group for _, group, _ in towns),
            "townDepartement": _count_off(departement for _, _, departement in towns),
            "groups": [epci_names.get(code) or own_names[code] for code in groups],
            "departements": [DEPARTEMENT_NAMES.get(code, code) for code in departements],
        }

    def _write_cards(self, card_url: str | None) -> dict[str, Any]:
        mixes = _Numbering()
        precisions = {precision: place for place, precision in enumerate(style.PRECISION_LABELS)}
        columns: dict[str, Any] = {
            "name": [write_name(presence) for presence in self.presences],
            "mix": _count_off(mixes.of(self._number_sectors(presence)) for presence in self.presences),
            "precision": _count_off(precisions[p.precision] if p.precision else -1 for p in self.presences),
        }
        columns["mixes"] = list(mixes)
        has_full_cards = len(self.presences) <= FULL_CARDS_LIMIT
        if has_full_cards or card_url:
            columns["id"] = _count_off(presence.id for presence in self.presences)
        if card_url:
            columns["cardUrl"] = card_url
        if has_full_cards:
            columns["address"] = [write_address(presence) for presence in self.presences]
            columns["website"] = [clean_link(presence.website) for presence in self.presences]
            columns["summary"] = [clean_text(presence.summary) for presence in self.presences]
        return columns

    def _number_sectors(self, presence: Presence) -> tuple[int, ...]:
        return tuple(self._sector_places[code] for code in presence.sectors if code in self._sector_places)

    def count_classes(self) -> list[tuple[SectorClass, int]]:
        """Count the presences of each class that has any; one with several sectors counts in each of them."""
        counts = [0] * len(self.sector_classes.classes)
        for classes in self.classes_by_row:
            for place in classes:
                counts[place] += 1
        return [(c, count) for c, count in zip(self.sector_classes.classes, counts, strict=True) if count]


def locate_epci(presences: Sequence[Presence], territories: Sequence[Territory]) -> list[str]:
    """
    Give the EPCI code of each presence: its own, else that of the contour it lies in, else an empty text.

    Parameters
    ----------
    presences
        Presences with a position.
    territories
        EPCI with contours (WGS84).
    """
    codes = [presence.epci or "" for presence in presences]
    missing = [place for place, code in enumerate(codes) if not code]
    contours = [(t.code, t.contour) for t in territories if t.contour is not None and t.level is Level.EPCI]
    if not missing or not contours:
        return codes
    points = shapely.points([p.position.lon_lat() for p in (presences[i] for i in missing) if p.position])
    tree = shapely.STRtree([contour for _, contour in contours])
    for point, contour in tree.query(points, predicate="intersects").T.tolist():
        codes[missing[point]] = contours[contour][0]
    return codes


def _sort_key(row: tuple[Presence, str]) -> tuple[object, ...]:
    presence, epci = row
    lon, lat = presence.position.lon_lat() if presence.position else (0.0, 0.0)
    departement = presence.departement or (presence.commune or "")[:2]
    return departement, epci, presence.commune or "", lon, lat, presence.name, presence.id


def _count_off(numbers: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(numbers, dtype=np.int64)


def _write_steps(column: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.diff(column, prepend=0)
