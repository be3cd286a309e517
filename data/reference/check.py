"""The published figures that the shipped referential must give again: `maillage reference check`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from data.reference import FOLDER, read_columns, read_referential
from geo.french import LEVEL_NAMES, write_number
from geo.position import to_lambert93
from geo.records import MEL_CODE, Level
from geo.territories import REGION_CODE, Referential

AUMALE_BLANGY = "200069722"
VILLES_SOEURS = "247600588"
MERGED_SINCE_DRAWN = ("02589", "59006", "62447", "80155")
"""Communes whose published contour lacks what they absorbed; the repair gave it to them."""

COMMUNES_BY_DEPARTEMENT = {"02": 797, "59": 647, "60": 680, "62": 887, "80": 771}
EPCI_BY_KIND = {"CC": 64, "CA": 25, "CU": 2, "METRO": 1}
_EPCI_KINDS = {
    "CC": "Communautés de communes",
    "CA": "Communautés d'agglomération",
    "CU": "Communautés urbaines",
    "METRO": "Métropoles",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceFigure:
    """
    A figure that the sources publish, and what the shipped files give for it.

    `decimals` is how many decimals the published figure has: the two are compared once rounded to it.
    """

    label: str
    expected: float
    found: float
    decimals: int = 0
    ok: bool = False

    @property
    def expected_text(self) -> str:
        """The expected figure as a French reader writes it."""
        return write_number(self.expected, self.decimals)

    @property
    def found_text(self) -> str:
        """The figure found as a French reader writes it."""
        return write_number(self.found, self.decimals)


def check_reference(folder: Path = FOLDER) -> tuple[ReferenceFigure, ...]:
    """
    Find again every published figure in the shipped referential.

    Parameters
    ----------
    folder
        Where the Parquet files are.

    Returns
    -------
    tuple
        One figure a line, in French; `ok` says whether it is the expected one.

    Examples
    --------
    >>> all(figure.ok for figure in check_reference())
    True
    """
    referential = read_referential(folder)
    parts = (
        _count_communes(referential),
        _count_epci(referential, read_columns(folder, "territories")),
        _count_inhabitants(referential),
        _count_names(referential),
        _measure_contours(referential, read_columns(folder, "contours")),
    )
    return tuple(figure for figures in parts for figure in figures)


def _figure(label: str, expected: float, found: float, decimals: int = 0) -> ReferenceFigure:
    found = round(found, decimals) if decimals else int(found)
    return ReferenceFigure(
        label=label, expected=expected, found=found, decimals=decimals, ok=bool(found == expected)
    )


def _count_communes(referential: Referential) -> Iterator[ReferenceFigure]:
    communes = referential.territories(Level.COMMUNE)
    before = referential.territories(Level.COMMUNE, vintage=2022)
    yield _figure("Communes en 2026", 3782, len(communes))
    yield _figure("Communes en 2022", 3788, len(before))
    for code, expected in COMMUNES_BY_DEPARTEMENT.items():
        departement = referential.get(Level.DEPARTEMENT, code)
        yield _figure(
            f"Communes en 2026 : {departement.name} ({code})", expected, len(departement.commune_codes)
        )
    today = {commune.code for commune in communes}
    lost = sum(not set(referential.successors(commune.code, vintage=2022)) & today for commune in before)
    yield _figure("Communes de 2022 sans commune de 2026 qui leur succède", 0, lost)


def _count_epci(referential: Referential, table: Mapping[str, Any]) -> Iterator[ReferenceFigure]:
    yield _figure("Intercommunalités en 2026", 92, len(referential.territories(Level.EPCI)))
    rows = list(zip(table["code"], table["vintage"], table["kind"], table["communes_outside"], strict=True))
    kinds = Counter(kind for _, vintage, kind, _ in rows if vintage == referential.vintage)
    for kind, expected in EPCI_BY_KIND.items():
        yield _figure(f"{_EPCI_KINDS[kind]} en 2026", expected, kinds[kind])
    outside = {code: count for code, vintage, _, count in rows if vintage == referential.vintage and count}
    for code, expected in ((AUMALE_BLANGY, 34), (VILLES_SOEURS, 15)):
        name = referential.get(Level.EPCI, code).name
        yield _figure(f"{name} : communes en Seine-Maritime", expected, outside.get(code, 0))
    yield _figure("Intercommunalités qui dépassent la région", 2, len(outside))


def _count_inhabitants(referential: Referential) -> Iterator[ReferenceFigure]:
    region = referential.get(Level.REGION, REGION_CODE)
    mel = referential.get(Level.EPCI, MEL_CODE)
    yield _figure("Habitants de la région en 2026", 5_992_194, region.population)
    yield _figure("Communes de la MEL", 95, len(mel.commune_codes))
    yield _figure("Habitants de la MEL en 2026", 1_195_234, mel.population)
    yield _figure(
        "Part de la MEL dans les habitants, en %", 19.95, 100 * mel.population / region.population, 2
    )
    before = referential.get(Level.REGION, REGION_CODE, vintage=2022)
    yield _figure("Habitants de la région en 2022", 5_997_734, before.population)
    for level in (Level.EPCI, Level.DEPARTEMENT, Level.ZONE_EMPLOI, Level.BASSIN_VIE):
        total = sum(territory.population for territory in referential.territories(level))
        yield _figure(f"Habitants en 2026, somme des {LEVEL_NAMES[level][1]}", region.population, total)


def _count_names(referential: Referential) -> Iterator[ReferenceFigure]:
    served = [len(codes) for codes in referential.postcodes.values()]
    yield _figure("Codes postaux", 648, len(served))
    yield _figure("Communes par code postal, en moyenne", 5.9, float(np.mean(served)), 1)
    yield _figure("Communes par code postal, au plus", 40, max(served))
    names = Counter(commune.name for commune in referential.territories(Level.COMMUNE))
    yield _figure("Noms portés par plusieurs communes", 54, sum(count > 1 for count in names.values()))


def _measure_contours(referential: Referential, table: Mapping[str, Any]) -> Iterator[ReferenceFigure]:
    contours = referential.contours(Level.COMMUNE)
    coverage = np.array(list(contours.values()), dtype=object)
    yield _figure("Contours de communes", 3782, len(contours))
    yield _figure("Contours mal formés", 0, int((~shapely.is_valid(coverage)).sum()))
    bad_edges = ~shapely.is_empty(shapely.coverage_invalid_edges(coverage))
    yield _figure("Contours qui chevauchent un voisin ou en sont mal jointifs", 0, int(bad_edges.sum()))
    region = shapely.get_parts(shapely.union_all(coverage))
    yield _figure("Morceaux de la région", 1, len(region))
    yield _figure("Vides à l'intérieur de la région", 0, int(shapely.get_num_interior_rings(region).sum()))
    published = dict(zip(table["code"], table["published_area_m2"], strict=True))
    area_m2 = dict(zip(contours, _measure_areas_m2(coverage), strict=True))
    gaps = {code: abs(area_m2[code] - published[code]) / published[code] for code in contours}
    far = [code for code, gap in gaps.items() if gap > 0.005 and code not in MERGED_SINCE_DRAWN]
    yield _figure("Superficies à plus de 0,5 % du contour publié, hors fusions récentes", 0, len(far))
    kept = [code for code in contours if code not in MERGED_SINCE_DRAWN]
    change = sum(area_m2[code] for code in kept) / sum(published[code] for code in kept)
    yield _figure("Superficie totale, en % de celle des contours publiés", 100.0, 100 * change, 2)


def _measure_areas_m2(contours: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    projected = shapely.transform(contours, lambda xy: np.column_stack(to_lambert93(xy[:, 0], xy[:, 1])))
    return np.asarray(shapely.area(projected))
