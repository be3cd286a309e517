"""The sentences of a coverage map: titles, what a territory's figures say, how to read the map."""

from __future__ import annotations

from collections.abc import Sequence

from geo.coverage.sentences import UNTESTED, is_row_tested, write_expected, write_outside
from geo.french import KIND_NAMES, LEVEL_NAMES, write_count, write_list, write_number, write_share
from geo.records import CoverageAnswer, CoverageRow, Kind, Sector
from maps.measures import Measure, read_measure
from maps.popup import clean_text
from maps.wording import typeset, write_of, write_presences

# More names than this make a sentence nobody reads; the table has them all.
NAMED_ABSENCES = 6


def write_title(answer: CoverageAnswer, measure: Measure, sectors: Sequence[Sector] = ()) -> str:
    """Write the title of a coverage map: what is counted, how, by which territories."""
    plural = KIND_NAMES[answer.kind][1]
    by = f"par {LEVEL_NAMES[answer.level][0]}"
    rate = f"pour {write_number(10_000)} {name_base(answer)}, {by}"
    title = {
        Measure.RATIO: f"{plural.capitalize()} {_observed(answer.kind)} et {_expected(answer.kind)}, {by}",
        Measure.PER_10K: f"{plural.capitalize()} {rate}",
        Measure.SMOOTHED: f"{plural.capitalize()} : taux lissé {rate}",
        Measure.ABSENCE: f"Où il n’y a {_none(answer.kind)} {KIND_NAMES[answer.kind][0]}, {by}",
        Measure.COUNT: f"Nombre {write_of(plural)}, {by}",
    }[measure]
    label = next((sector.label for sector in sectors if sector.code == answer.sector), answer.sector)
    return f"{title} : filière « {clean_text(label)} »" if label else title


def write_lead(answer: CoverageAnswer) -> list[str]:
    """Write what the map proves: the share outside, and who has nobody."""
    outside = answer.outside
    sentence = write_outside(outside, answer.kind, name_base(answer))
    if outside.share_low is not None and outside.share_high is not None:
        low, high = write_share(outside.share_low), write_share(outside.share_high)
        sentence += f" Intervalle à 95 % de la part des {KIND_NAMES[answer.kind][1]} : de {low} à {high}."
    return [typeset(sentence), *_write_absences(answer)]


def _write_absences(answer: CoverageAnswer) -> list[str]:
    empty = [row for row in answer.rows if row.count == 0]
    if not empty or len(empty) == len(answer.rows):
        return []
    one, many = LEVEL_NAMES[answer.level]
    subject = f"{write_count(len(empty), one, many)} sur {write_number(len(answer.rows))}"
    sentence = (
        f"{subject} {'n’a' if len(empty) == 1 else 'n’ont'} {_none(answer.kind)} {KIND_NAMES[answer.kind][0]}"
    )
    if answer.empty_expected_by_chance is not None:
        sentence += f" ; le seul hasard en laisserait {write_number(answer.empty_expected_by_chance)}"
    significant = [clean_text(row.name) for row in empty if row.significant_absence]
    if not significant:
        return [f"{sentence}."]
    named = write_list(significant[:NAMED_ABSENCES])
    more = len(significant) - NAMED_ABSENCES
    if more > 0:
        named = f"{', '.join(significant[:NAMED_ABSENCES])} et {write_number(more)} autres"
    counted = write_count(len(significant), "absence est significative", "absences sont significatives")
    return [f"{sentence} ; {counted} (test d’un seul côté) : {named}."]


def write_figures(row: CoverageRow, kind: Kind, against: str = "habitants") -> list[str]:
    """
    Write what is shown of a territory that is pointed at: its name, then a figure a line.

    `against` is what presences are compared with, in the plural.
    """
    lines = [
        clean_text(row.name),
        f"{write_presences(row.count, kind)}, {_write_base(row, against)}",
    ]
    if row.per_10k is not None:
        lines.append(f"{write_number(row.per_10k, 2)} pour {write_number(10_000)} {against}")
    if row.smoothed_per_10k is not None and row.reliability is not None:
        trust = write_share(row.reliability, 0)
        lines.append(f"Taux lissé : {write_number(row.smoothed_per_10k, 2)} (fiabilité : {trust})")
    if row.expected is not None:
        lines.append(f"{write_expected(row.expected, kind)} si leur nombre suivait {_name_rule(against)}")
    if not is_row_tested(row):
        lines.append(f"Rapport : {write_ratio(row)}, {UNTESTED}")
        return lines
    if row.ratio is not None and row.count:
        lines.append(f"Rapport : {write_ratio(row)} ; {write_significance(row)}")
    if row.significant_absence:
        side = "" if is_significant(row) else " (test d’un seul côté)"
        lines.append(f"Absence significative{side} : le hasard l’explique mal")
    elif row.count == 0 and row.expected is not None:
        lines.append("Absence non significative : le hasard suffit à l’expliquer")
    return lines


def write_ratio(row: CoverageRow) -> str:
    """Write a ratio with its interval, or a dash."""
    if row.ratio is None:
        return "–"
    if row.ratio_low is None or row.ratio_high is None:
        return write_number(row.ratio, 2)
    low, high = write_number(row.ratio_low, 2), write_number(row.ratio_high, 2)
    return f"{write_number(row.ratio, 2)} (intervalle : {low} à {high})"


def is_significant(row: CoverageRow) -> bool:
    """Say whether a ratio differs from 1 by more than chance explains: its interval leaves 1 out."""
    if row.ratio_low is None or row.ratio_high is None:
        return False
    return row.ratio_low > 1 or row.ratio_high < 1


def write_significance(row: CoverageRow) -> str:
    """Write whether chance may explain a territory's ratio."""
    if not is_significant(row):
        return "écart non significatif"
    return "plus que le hasard n’explique" if (row.ratio_low or 0) > 1 else "moins que le hasard n’explique"


def write_reading(answer: CoverageAnswer, measure: Measure) -> str:
    """Write how to read the map, on the most populated territory that has presences and is not outlined."""
    shown = [row for row in answer.rows if row.count and read_measure(row, measure) is not None]
    rows = [row for row in shown if row.code != answer.outside.code]
    if measure is Measure.SMOOTHED and answer.basis == "zone":
        return (
            "Dans sa zone d’action, une présence compte dans plusieurs territoires : aucun taux lissé n’est "
            "calculé, et la carte est laissée vide à dessein."
        )
    if measure is Measure.SMOOTHED and not shown and any(row.count for row in answer.rows):
        return (
            "Aucune différence de taux entre territoires n’est démontrable : la carte est laissée vide à "
            "dessein."
        )
    if measure is Measure.ABSENCE and rows:
        why = "absence non testée" if answer.basis == "zone" else "le hasard suffit souvent à l’expliquer"
        return f"Lecture : un territoire hachuré n’a aucune présence ; {why}."
    if not rows:
        return "Lecture : un territoire hachuré n’a aucune présence ; un territoire gris n’a pas de donnée."
    row = max(rows, key=lambda row: (row.population, row.code))
    start = f"Lecture : « {clean_text(row.name)} » compte {write_presences(row.count, answer.kind)}"
    if measure is Measure.RATIO and row.ratio is not None and row.expected is not None:
        expected = f"pour {write_expected(row.expected, answer.kind)}"
        rule = f"si leur nombre suivait {_name_rule(name_base(answer))}"
        return f"{start}, {expected} {rule} : le rapport est de {write_number(row.ratio, 2)}."
    if measure is Measure.PER_10K and row.per_10k is not None:
        inhabitants = f"pour {_write_base(row, name_base(answer))}"
        return f"{start} {inhabitants}, soit {write_number(row.per_10k, 2)} pour {write_number(10_000)}."
    if measure is Measure.SMOOTHED and row.smoothed_per_10k is not None and row.reliability is not None:
        rate, trust = write_number(row.smoothed_per_10k, 2), write_share(row.reliability, 0)
        return f"{start} : son taux lissé est de {rate} pour {write_number(10_000)} (fiabilité : {trust})."
    return f"{start} ; la surface de son cercle est proportionnelle à ce nombre."


def write_unit(measure: Measure, kind: Kind, against: str = "habitants") -> str:
    """Write the unit of a legend; `against` is what presences are compared with."""
    many = KIND_NAMES[kind][1]
    unit = clean_text(against)
    lets = (
        "la population le laisse attendre" if against == "habitants" else f"les {unit} le laissent attendre"
    )
    return {
        Measure.RATIO: (
            f"{many.capitalize()} {_observed(kind)} sur {_expected(kind)} (1 : autant que {lets})"
        ),
        Measure.PER_10K: f"{many.capitalize()} pour {write_number(10_000)} {unit}",
        Measure.SMOOTHED: (
            f"{many.capitalize()} pour {write_number(10_000)} {unit}, taux rapproché de la moyenne selon "
            "sa fiabilité"
        ),
        Measure.ABSENCE: f"Présence ou absence {write_of(many)}",
        Measure.COUNT: f"Nombre {write_of(many)} (surface proportionnelle au nombre)",
    }[measure]


def write_table_notes(row: CoverageRow) -> str:
    """Write the remark of a row of the table."""
    if row.significant_absence:
        return "Absence significative" + ("" if is_significant(row) else " (test d’un seul côté)")
    if row.count == 0:
        return "Aucune présence" if row.expected is not None else ""
    return write_significance(row).capitalize() if is_significant(row) else ""


def name_base(answer: CoverageAnswer) -> str:
    """Name what the presences of an answer are compared with, in the plural."""
    return clean_text(answer.denominator.unit) if answer.denominator else "habitants"


def _write_base(row: CoverageRow, against: str) -> str:
    """Write how many of what presences are compared with are there."""
    return f"{write_number(row.population if row.base is None else row.base)} {against}"


def _name_rule(against: str) -> str:
    return "la population" if against == "habitants" else f"le nombre {write_of(against)}"


def _is_feminine(kind: Kind) -> bool:
    return kind is Kind.ANTENNE


def _expected(kind: Kind) -> str:
    return "attendues" if _is_feminine(kind) else "attendus"


def _observed(kind: Kind) -> str:
    return "observées" if _is_feminine(kind) else "observés"


def _none(kind: Kind) -> str:
    return "aucune" if _is_feminine(kind) else "aucun"
