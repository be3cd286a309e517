"""The figures of `/couverture` that set sectors against territories."""

from __future__ import annotations

import numpy as np

from api import coverage_methods as methods
from api.figures import Cell, Column, Figure
from geo.coverage.laws import adjust_p_values
from geo.coverage.sentences import LEVEL
from geo.coverage.study import CoverageStudy, SectorTables
from geo.coverage.study_sentences import write_reach, write_specialisation, write_variety
from geo.french import LEVEL_NAMES, write_count
from geo.records import Level


def make_sector_figures(study: CoverageStudy, tables: SectorTables) -> list[Figure]:
    """Make the figures of sectors: their matrix by département, who lives near them, their variety."""
    return [_make_matrix(tables), _make_reach(study, tables), _make_variety(study, tables)]


def _make_matrix(tables: SectorTables) -> Figure:
    table = tables.specialisation
    labels = [sector.label for sector in tables.sectors]
    places = [each.name for each in tables.departements]
    marks = {}
    if table is not None:
        marks = {
            (int(row), int(column) + 1): mark
            for cells, mark in ((table.is_over, "▲"), (table.is_under, "▼"))
            for row, column in zip(*np.nonzero(cells), strict=True)
        }
    missing = [label for label, row in zip(labels, tables.counts, strict=True) if not row.any()]
    notes = [f"Sans aucune présence : {', '.join(missing)}."] if missing else []
    return Figure(
        name="filieres",
        title="Les filières par département",
        sentence=write_specialisation(table, labels, places) if table is not None else "",
        method=methods.SECTORS,
        columns=(
            Column(key="sector", title="Filière"),
            *(Column(key=each.code, title=each.name, style="count") for each in tables.departements),
            Column(key="total", title="Région", style="count"),
        ),
        rows=tuple(
            (label, *(int(cell) for cell in row), int(row.sum()))
            for label, row in zip(labels, tables.counts, strict=True)
        ),
        marks=marks,
        marks_zero=True,
        notes=tuple(notes),
    )


def _make_reach(study: CoverageStudy, tables: SectorTables) -> Figure:
    level = study.dispersion.level
    order = sorted(
        range(len(tables.sectors)),
        key=lambda rank: -(reach.value if (reach := tables.reach[rank]) else -1.0),
    )
    q_values = {rank: q for rank, q in enumerate(tables.reach_q_values) if q is not None}
    rows: list[tuple[Cell, ...]] = []
    for rank in order:
        sector, reach = tables.sectors[rank], tables.reach[rank]
        rows.append(
            (
                sector.label,
                int(tables.counts[rank].sum()),
                reach.value if reach else None,
                reach.chance_mean if reach else None,
                q_values.get(rank),
                write_reach(sector.label, reach, q_value=q_values.get(rank, 1.0)),
            )
        )
    packed = sum(q_value <= LEVEL for q_value in q_values.values())
    present = write_count(len(q_values), "filière présente", "filières présentes")
    many_packed = (
        write_count(packed, "filière est plus regroupée", "filières sont plus regroupées")
        if packed
        else "Aucune filière n'est plus regroupée"
    )
    return Figure(
        name="filieres-habitants",
        title="Qui vit près de chaque filière ?",
        sentence=(
            f"{many_packed} que le hasard ne le ferait, sur {present} (comparaisons multiples corrigées)."
        ),
        method=methods.REACH,
        columns=(
            Column(key="sector", title="Filière"),
            Column(key="count", title="Présences", style="count"),
            Column(
                key="share",
                title=f"Habitants d'une {LEVEL_NAMES[level][0]} qui l'a"
                if level is not Level.DEPARTEMENT
                else "Habitants d'un département qui l'a",
                style="share",
            ),
            Column(key="chance", title="Au hasard", style="share"),
            Column(key="q_value", title="Test corrigé (q)", style="p"),
            Column(key="sentence", title="Lecture"),
        ),
        rows=tuple(rows),
    )


def _make_variety(study: CoverageStudy, tables: SectorTables) -> Figure:
    variety = tables.variety
    order = np.lexsort((np.arange(len(tables.places)), -variety.sizes))
    tested = variety.sizes > 1
    adjusted = np.full(len(tables.places), np.nan)
    if tested.any():
        adjusted[tested] = adjust_p_values(variety.p_values[tested])
    return Figure(
        name="variete",
        title="La variété des filières",
        sentence=write_variety(variety),
        method=methods.VARIETY,
        columns=(
            Column(key="name", title=LEVEL_NAMES[study.dispersion.level][0].capitalize()),
            Column(key="size", title="Filières citées", style="count"),
            Column(key="observed", title="Filières différentes", style="count"),
            Column(key="expected", title="Attendues", style=1),
            Column(key="low", title="Au hasard, bas", style=0),
            Column(key="high", title="Au hasard, haut", style=0),
            Column(key="q_value", title="Test corrigé (q)", style="p"),
        ),
        rows=tuple(
            (
                tables.places[rank],
                int(variety.sizes[rank]),
                int(variety.observed[rank]),
                float(variety.expected[rank]),
                float(variety.low[rank]),
                float(variety.high[rank]),
                float(adjusted[rank]) if tested[rank] else None,
            )
            for rank in order
            if variety.sizes[rank]
        ),
    )
