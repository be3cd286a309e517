"""The figures of `/couverture` that compare two dates."""

from __future__ import annotations

from functools import partial

from api import coverage_methods as methods
from api.figures import Cell, Column, Figure
from geo.coverage.change import CoverageChange, MovedPresence
from geo.coverage.change_sentences import (
    ADDRESS_CHANGES,
    ARRIVALS,
    DEPARTURES,
    name_moves,
    write_counting,
    write_flow_totals,
    write_horizon,
)
from geo.coverage.sentences import LEVEL, name_outside, write_net_change
from geo.coverage.study_sentences import write_before_after, write_joining, write_shift
from geo.french import KIND_NAMES, write_count, write_date, write_number
from geo.records import Basis
from maps.charts import draw_ratio_line

_MOVED_TITLES: dict[Basis, tuple[str, str]] = {
    "seat": ("Venus d'ailleurs ou localisés", "Partis ailleurs ou localisés"),
    "zone": ("Y agissent désormais", "N'y agissent plus"),
}


def make_change_figures(change: CoverageChange) -> list[Figure]:
    """
    Make the figures of a change, in the order of the page.

    Before the first list of the register nothing is known: what it holds today would all pass for arrivals.
    """
    if not change.reaches_back:
        return [_make_unknown(change)]
    figures = [_make_flow(change), _make_moves(change), _make_shift(change), _make_antennes(change)]
    if sum(point.ratio is not None for point in change.line) > 1:
        figures.insert(1, _make_line(change))
    return figures


def _make_unknown(change: CoverageChange) -> Figure:
    return Figure(
        name="evolution",
        title=_write_title(change),
        sentence=write_horizon(change),
        method=methods.CHANGE,
        columns=(Column(key="name", title="Territoire qui a changé"),),
        rows=(),
    )


def _write_title(change: CoverageChange) -> str:
    return f"Du {write_date(change.since)} au {write_date(change.at)}"


def _make_flow(change: CoverageChange) -> Figure:
    place = name_outside(change.after.outside)
    notes = [write_counting(change), write_flow_totals(change)]
    for where, net in ((f"Hors de {place}", change.net_outside), (f"Dans {place}", change.net_inside)):
        notes.append(f"{where} : {_lower(write_net_change(net, change.kind))}")
    if change.joining is not None:
        notes.append(write_joining(change.joining, place))
    moving = [
        each
        for each in change.flow.territories
        if each.joined or each.left or each.moved_in or each.moved_out
    ]
    moving.sort(key=lambda each: (-abs(each.change), -each.joined, each.code))
    rows: list[tuple[Cell, ...]] = []
    for each in moving:
        p_value = change.net_by_territory[each.code].p_value if each.code else None
        rows.append(
            (
                change.names[each.code],
                each.before,
                each.joined,
                each.left,
                each.moved_in,
                each.moved_out,
                each.after,
                p_value,
                _judge_change(p_value),
            )
        )
    came, went = _MOVED_TITLES[change.basis]
    return Figure(
        name="evolution",
        title=_write_title(change),
        sentence=write_net_change(change.net, change.kind),
        method=methods.CHANGE,
        columns=(
            Column(key="name", title="Territoire qui a changé"),
            Column(key="before", title="Avant", style="count"),
            Column(key="joined", title="Arrivées", style="count"),
            Column(key="left", title="Départs", style="count"),
            Column(key="moved_in", title=came, style="count"),
            Column(key="moved_out", title=went, style="count"),
            Column(key="after", title="Après", style="count"),
            Column(key="p_value", title="Test (p)", style="p"),
            Column(key="verdict", title="Écart"),
        ),
        rows=tuple(rows),
        notes=tuple(note for note in notes if note),
    )


def _judge_change(p_value: float | None) -> str:
    """Say what the test of a territory says; what has no place makes no territory, and is not tested."""
    if p_value is None:
        return "non testé"
    return "non significatif" if p_value > LEVEL else "significatif (test pris seul)"


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _make_line(change: CoverageChange) -> Figure:
    place = name_outside(change.after.outside)
    known = [point for point in change.line if point.ratio is not None]
    first, last = known[0], known[-1]
    overlap = (first.ratio_high or 0) >= (last.ratio_low or 0) and (last.ratio_high or 0) >= (
        first.ratio_low or 0
    )
    start = (
        f"Hors de {place}, le rapport à la population passe de {write_number(first.ratio or 0, 2)} à "
        f"{write_number(last.ratio or 0, 2)}"
    )
    sentence = (
        f"{start} : les deux intervalles se recoupent, l'évolution n'est pas démontrée."
        if overlap
        else f"{start} : les deux intervalles sont disjoints."
    )
    return Figure(
        name="ligne",
        title=f"Le rapport hors de {place}, de date en date",
        sentence=sentence,
        method=methods.LINE,
        columns=(
            Column(key="day", title="Date"),
            Column(key="total", title=KIND_NAMES[change.kind][1].capitalize(), style="count"),
            Column(key="ratio", title="Rapport", style=2),
            Column(key="ratio_low", title="Intervalle, bas", style=2),
            Column(key="ratio_high", title="Intervalle, haut", style=2),
        ),
        rows=tuple(
            (f"{point.day:%d/%m/%Y}", point.total, point.ratio, point.ratio_low, point.ratio_high)
            for point in change.line
        ),
        svg=partial(
            draw_ratio_line,
            change.line,
            title=f"Rapport de représentation hors de {place}",
            description=sentence,
        ),
    )


def _make_moves(change: CoverageChange) -> Figure:
    groups: list[tuple[str, tuple[MovedPresence, ...]]] = [
        (ARRIVALS[0], change.joined),
        (DEPARTURES[0], change.left),
        (name_moves(change.basis)[0], change.moved),
        (ADDRESS_CHANGES[0], change.readdressed),
    ]
    shown = sum(len(found) for _, found in groups)
    return Figure(
        name="mouvements",
        title="Qui a bougé ?",
        sentence=f"{write_count(shown, 'mouvement', 'mouvements')} de fiches que tout le monde peut lire.",
        method=methods.CHANGE,
        columns=(
            Column(key="move", title="Mouvement"),
            Column(key="name", title="Nom"),
            Column(key="before", title="Avant"),
            Column(key="after", title="Après"),
        ),
        rows=tuple((move, each.name, each.before, each.after) for move, found in groups for each in found),
    )


def _make_shift(change: CoverageChange) -> Figure:
    parts, kind = change.shift.parts, change.kind
    sentences: list[str] = []
    rows: list[tuple[Cell, ...]] = []
    for rank, territory in enumerate(change.shift.territories):
        values = [float(part[:, rank].sum()) for part in (parts.regional, parts.sectoral, parts.local)]
        moved = int(parts.change[:, rank].sum())
        is_beyond = bool(parts.is_local_beyond_chance[rank])
        sentences.append(
            write_shift(
                place=territory.name,
                change=moved,
                regional=values[0],
                sectoral=values[1],
                local=values[2],
                is_beyond=is_beyond,
                kind=kind,
            )
        )
        low, high = float(parts.local_low[rank]), float(parts.local_high[rank])
        rows.append((territory.name, moved, *values, low, high))
    return Figure(
        name="decomposition",
        title="D'où vient l'évolution de chaque département ?",
        sentence="Les trois parts font exactement l'évolution de chaque département.",
        method=methods.SHIFT,
        columns=(
            Column(key="name", title="Département"),
            Column(key="change", title="Évolution", style="count"),
            Column(key="regional", title="Effet général", style=1),
            Column(key="sectoral", title="Effet des filières", style=1),
            Column(key="local", title="Effet local", style=1),
            Column(key="local_low", title="Hasard, bas", style=1),
            Column(key="local_high", title="Hasard, haut", style=1),
        ),
        rows=tuple(rows),
        notes=tuple(sentences),
    )


def _make_antennes(change: CoverageChange) -> Figure:
    return Figure(
        name="antennes",
        title="Autour de Lens et de Valenciennes : une description, pas une preuve",
        sentence="Ce qui a changé autour des antennes, à côté de territoires comparables qui n'en ont pas.",
        method=methods.ANTENNES,
        columns=(
            Column(key="name", title="Intercommunalité de l'antenne"),
            Column(key="count_before", title="Avant", style="count"),
            Column(key="count_after", title="Après", style="count"),
            Column(key="comparable_before", title="Comparables, avant", style="count"),
            Column(key="comparable_after", title="Comparables, après", style="count"),
            Column(key="difference", title="Différence pour 10 000 hab.", style=2),
            Column(key="low", title="Intervalle, bas", style=2),
            Column(key="high", title="Intervalle, haut", style=2),
        ),
        rows=tuple(
            (
                story.epci.name,
                story.count_before,
                story.count_after,
                story.comparable_before,
                story.comparable_after,
                story.change.difference,
                story.change.low,
                story.change.high,
            )
            for story in change.antennes
        ),
        links=tuple(f"/territoires/{story.epci.code}" for story in change.antennes),
        notes=tuple(
            f"{story.epci.name} : {write_before_after(story.change)} Comparée à : "
            f"{', '.join(each.name for each in story.comparable)}."
            for story in change.antennes
        ),
    )
