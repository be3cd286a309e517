"""The figures of `/couverture` that speak of one date, made from the study."""

from __future__ import annotations

from functools import partial

import numpy as np

from api import coverage_methods as methods
from api.figures import Cell, Column, Figure
from api.sector_figures import make_sector_figures
from geo.coverage.association import Association
from geo.coverage.chance import AgainstChance
from geo.coverage.sentences import (
    name_outside,
    write_association,
    write_hoover,
    write_outside,
    write_row,
    write_smoothing,
)
from geo.coverage.study import BaseComparison, CoverageStudy
from geo.coverage.study_sentences import (
    write_divisions,
    write_funnel,
    write_local,
    write_theil,
)
from geo.french import KIND_NAMES, LEVEL_NAMES, write_count, write_number
from geo.records import CoverageRow, Kind
from maps.charts import draw_funnel, draw_lorenz

_PER_10K = 10_000
_BLOCK_NAMES = {
    Association.HIGH_HIGH: "bloc bien couvert",
    Association.LOW_LOW: "bloc peu couvert",
    Association.HIGH_LOW: "bien couvert parmi des peu couverts",
    Association.LOW_HIGH: "peu couvert parmi des bien couverts",
    Association.NONE: "non significatif",
}


def make_table_figure(study: CoverageStudy, rows: list[CoverageRow], codes: frozenset[str]) -> Figure:
    """Make the main table: a row per territory, in the order asked."""
    kind, denominator = study.answer.kind, study.answer.denominator
    unit = denominator.unit if denominator else "habitants"
    columns = [
        Column(key="code", title="Code"),
        Column(key="name", title="Territoire"),
        Column(key="population", title="Habitants", style="count"),
        Column(key="count", title=KIND_NAMES[kind][1].capitalize(), style="count"),
        Column(key="per_10k", title=f"Pour 10 000 {unit}", style=2),
        Column(key="expected", title="Attendus", style=1),
        Column(key="ratio", title="Observé ÷ attendu", style=2),
        Column(key="ratio_low", title="Intervalle à 95 %, bas", style=2),
        Column(key="ratio_high", title="Intervalle à 95 %, haut", style=2),
        Column(key="smoothed_per_10k", title="Taux lissé pour 10 000", style=2),
        Column(key="reliability", title="Fiabilité du taux lissé", style="share"),
        Column(key="significant_absence", title="Absence significative"),
    ]
    if denominator:
        columns.insert(3, Column(key="base", title=unit.capitalize(), style="count"))
    made: list[tuple[Cell, ...]] = [tuple(getattr(row, column.key) for column in columns) for row in rows]
    return Figure(
        name="tableau",
        title="Le tableau",
        sentence=f"{write_count(len(rows), *LEVEL_NAMES[study.answer.level])}.",
        method=methods.TABLE,
        columns=tuple(columns),
        rows=tuple(made),
        links=tuple(f"/territoires/{row.code}" if row.code in codes else None for row in rows),
    )


def make_figures(study: CoverageStudy, codes: frozenset[str]) -> list[Figure]:
    """Make every figure of the study that has something to show, in the order of the page."""
    figures = [_make_bases(study)]
    if study.funnel is not None:
        figures.append(_make_funnel(study, codes))
    if study.concentration is not None:
        figures.append(_make_concentration(study))
    if study.sectors is not None:
        figures += make_sector_figures(study, study.sectors)
    if study.smoothed is not None:
        figures.append(_make_smoothing(study))
    if study.neighbouring is not None:
        figures.append(_make_neighbouring(study))
    # One division alone says nothing of how much the division matters.
    if sum(division.hoover is not None for division in study.divisions) > 1:
        figures.append(_make_divisions(study))
    return figures


def _make_divisions(study: CoverageStudy) -> Figure:
    measured = [(one.name, one.hoover) for one in study.divisions if one.hoover is not None]
    return Figure(
        name="decoupages",
        title="Le découpage change-t-il la réponse ?",
        sentence=write_divisions(measured),
        method=methods.DIVISIONS,
        columns=(
            Column(key="division", title="Découpage"),
            Column(key="territory_count", title="Territoires", style="count"),
            Column(key="hoover", title="Hoover", style=3),
            Column(key="hoover_chance", title="Hoover au hasard", style=3),
            Column(key="empty_count", title="Sans présence", style="count"),
            Column(key="empty_expected", title="Sans présence, au hasard", style=1),
            Column(key="empty_significant", title="Absences significatives", style="count"),
        ),
        rows=tuple(
            (
                one.name[:1].upper() + one.name[1:],
                one.territory_count,
                one.hoover.value if one.hoover else None,
                one.hoover.chance_mean if one.hoover else None,
                one.empty_count,
                one.empty_expected,
                one.empty_significant,
            )
            for one in study.divisions
        ),
    )


def _make_bases(study: CoverageStudy) -> Figure:
    kind = study.answer.kind
    place = name_outside(study.answer.outside)
    columns = (
        Column(key="base", title="Par rapport à"),
        Column(key="total", title="Total", style="count"),
        Column(key="base_share_outside", title=f"Part hors de {place}", style="share"),
        Column(
            key="share_outside", title=f"{KIND_NAMES[kind][1].capitalize()} hors de {place}", style="share"
        ),
        Column(key="ratio", title="Rapport", style=2),
        Column(key="gap", title="Manquent pour la parité", style=0),
        Column(key="p_value", title="Test (p)", style="p"),
        Column(key="hoover", title="Hoover", style=3),
        Column(key="hoover_chance", title="Hoover au hasard", style=3),
        Column(key="source", title="Source"),
    )
    sentences = [
        write_outside(base.outside, kind, _name_base(base))
        for base in study.bases
        if base.outside is not None and base.denominator is not None
    ]
    only = "Le registre n'a pas d'autre dénominateur : l'équipe peut en ajouter (établissements, emplois)."
    return Figure(
        name="denominateurs",
        title="Par rapport à quoi ?",
        sentence=" ".join(sentences) or only,
        method=methods.BASES,
        columns=columns,
        rows=tuple(_write_base(base) for base in study.bases),
        notes=tuple(base.problem for base in study.bases if base.problem),
    )


def _name_base(base: BaseComparison) -> str:
    return base.denominator.unit if base.denominator else "habitants"


def _write_base(base: BaseComparison) -> tuple[Cell, ...]:
    outside, denominator = base.outside, base.denominator
    name = _name_base(base)
    if denominator and denominator.year:
        name = f"{name} ({denominator.year})"
    return (
        name[:1].upper() + name[1:],
        base.total,
        outside.population_share_outside if outside else None,
        outside.share_outside if outside else None,
        outside.ratio if outside else None,
        outside.gap if outside else None,
        outside.p_value if outside else None,
        base.hoover.value if base.hoover else None,
        base.hoover.chance_mean if base.hoover else None,
        denominator.source if denominator else "Insee, populations municipales",
    )


def _make_funnel(study: CoverageStudy, codes: frozenset[str]) -> Figure:
    funnel, answer = study.funnel, study.answer
    if funnel is None:  # pragma: no cover  (the caller has looked)
        raise ValueError
    inner, outer = funnel.flags
    out = [
        (rank, row) for rank, row in enumerate(answer.rows) if inner.is_above[rank] or inner.is_below[rank]
    ]
    out.sort(key=lambda pair: (-(pair[1].expected or 0), pair[1].code))
    title = f"Entonnoir : {KIND_NAMES[answer.kind][1]} par {LEVEL_NAMES[answer.level][0]}"
    notes = []
    if funnel.is_overdispersed:
        notes.append(
            "Les écarts sont plus grands que le hasard seul ne les ferait (surdispersion) : plus de "
            "territoires sortent de l'entonnoir, sans que chacun ait une raison propre."
        )
    return Figure(
        name="entonnoir",
        title="Qui sort du hasard ?",
        sentence=write_funnel(funnel),
        method=methods.FUNNEL,
        columns=(
            Column(key="name", title="Territoire hors des limites"),
            Column(key="count", title="Présents", style="count"),
            Column(key="expected", title="Attendus", style=1),
            Column(key="ratio", title="Observé ÷ attendu", style=2),
            Column(key="level", title="Limite franchie"),
            Column(key="sentence", title="Lecture"),
        ),
        rows=tuple(
            (
                row.name,
                row.count,
                row.expected,
                row.ratio,
                "99,8 %" if outer.is_above[rank] or outer.is_below[rank] else "95 %",
                write_row(row, answer.kind),
            )
            for rank, row in out
        ),
        svg=partial(
            draw_funnel,
            funnel,
            [f"{row.name} : {write_row(row, answer.kind)}" for row in answer.rows],
            title=title,
            description=write_funnel(funnel),
        ),
        links=tuple(f"/territoires/{row.code}" if row.code in codes else None for _, row in out),
        notes=tuple(notes),
    )


def _make_concentration(study: CoverageStudy) -> Figure:
    kind, found, lorenz = study.answer.kind, study.concentration, study.lorenz
    if found is None or lorenz is None:  # pragma: no cover  (the caller has looked)
        raise ValueError
    place = name_outside(study.answer.outside)
    indices: list[tuple[str, AgainstChance]] = [("Hoover", found.hoover), ("Gini", found.gini)]
    if found.theil is not None:
        indices.append(("Theil", found.theil))
    notes = [] if study.dispersion is study.answer else ["Mesuré par intercommunalité."]
    if study.theil is not None:
        indices += [
            (f"Theil entre {place} et le reste", study.theil.between),
            ("Theil à l'intérieur de chacun", study.theil.within),
        ]
        notes.append(write_theil(study.theil, kind, place))
    indices.append(("Atkinson (ε = 0,5)", found.atkinson))
    return Figure(
        name="concentration",
        title="La répartition est-elle inégale ?",
        sentence=write_hoover(found.hoover, kind),
        method=methods.CONCENTRATION,
        columns=(
            Column(key="index", title="Indice"),
            Column(key="value", title="Valeur", style=3),
            Column(key="chance_mean", title="Au hasard, en moyenne", style=3),
            Column(key="chance_p05", title="Au hasard, 5 %", style=3),
            Column(key="chance_p95", title="Au hasard, 95 %", style=3),
            Column(key="beyond_chance", title="Au-delà du hasard", style=3),
            Column(key="p_value", title="Test (p)", style="p"),
        ),
        rows=tuple(
            (
                name,
                index.value,
                index.chance_mean,
                index.chance_p05,
                index.chance_p95,
                index.beyond_chance,
                index.p_value,
            )
            for name, index in indices
        ),
        svg=partial(
            draw_lorenz,
            lorenz,
            title=f"Courbe de Lorenz des {KIND_NAMES[kind][1]}",
            description=write_hoover(found.hoover, kind),
        ),
        notes=tuple(notes),
    )


def _make_smoothing(study: CoverageStudy) -> Figure:
    smoothed, rows = study.smoothed, study.dispersion.rows
    if smoothed is None:  # pragma: no cover  (the caller has looked)
        raise ValueError
    order = np.argsort(-smoothed.rates, kind="stable")
    return Figure(
        name="lissage",
        title="Les taux lissés",
        sentence=write_smoothing(smoothed),
        method=methods.SMOOTHING,
        columns=(
            Column(key="name", title="Territoire"),
            Column(key="raw", title="Taux brut pour 10 000", style=2),
            Column(key="smoothed", title="Taux lissé", style=2),
            Column(key="low", title="Intervalle, bas", style=2),
            Column(key="high", title="Intervalle, haut", style=2),
            Column(key="reliability", title="Fiabilité", style="share"),
        ),
        rows=tuple(
            (
                rows[rank].name,
                float(_PER_10K * smoothed.raw[rank]),
                float(_PER_10K * smoothed.rates[rank]),
                float(_PER_10K * smoothed.low[rank]),
                float(_PER_10K * smoothed.high[rank]),
                float(smoothed.reliability[rank]),
            )
            for rank in order
        )
        if smoothed.has_difference
        else (),
    )


def _make_neighbouring(study: CoverageStudy) -> Figure:
    found, rows = study.neighbouring, study.dispersion.rows
    if found is None:  # pragma: no cover  (the caller has looked)
        raise ValueError
    local, moran = found.local, found.overall
    order = np.argsort(local.q_values, kind="stable")
    return Figure(
        name="voisinage",
        title="Annexe : les territoires voisins se ressemblent-ils ?",
        sentence=f"{write_association(moran)} {write_local(local, moran)}",
        method=methods.NEIGHBOURING,
        columns=(
            Column(key="name", title="Territoire"),
            Column(key="index", title="Indice local", style=2),
            Column(key="p_value", title="Test (p)", style=4),
            Column(key="q_value", title="Test corrigé (q)", style=4),
            Column(key="block", title="Avec ses voisins"),
        ),
        rows=(
            (
                "Toute la région (Moran)",
                moran.index,
                moran.p_permuted,
                None,
                f"au hasard : {write_number(moran.expected, 3)}".replace("-", "−"),
            ),
            *(
                (
                    rows[rank].name,
                    float(local.index[rank]),
                    float(local.p_values[rank]),
                    float(local.q_values[rank]),
                    _BLOCK_NAMES[local.kinds[rank]],
                )
                for rank in order
            ),
        ),
    )


def agree(kind: Kind, masculine: str, feminine: str) -> str:
    """
    Choose the form that agrees with a kind.

    Examples
    --------
    >>> agree(Kind.ANTENNE, "présents", "présentes")
    'présentes'
    """
    return feminine if kind is Kind.ANTENNE else masculine
