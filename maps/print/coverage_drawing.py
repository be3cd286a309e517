"""What a coverage map draws: the class of each territory, the circle of each count, the words of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geo.coverage.sentences import write_outside
from geo.french import KIND_NAMES, SEAT_WORDS, write_date
from geo.records import CoverageAnswer, CoverageRow
from maps import style
from maps.measures import (
    ClassScale,
    Measure,
    Representation,
    choose_circle_values,
    choose_representation,
    choose_scale,
    read_measure,
)
from maps.popup import clean_text
from maps.print.ground import Ground
from maps.print.legend import (
    ClassRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDrawing:
    """What a coverage map draws: the class of each territory, by its code, and the classes themselves."""

    measure: Measure
    classes: tuple[ClassRow, ...]
    class_by_code: dict[str, int]
    circles: dict[str, int]
    method: str


def plan_drawing(
    answer: CoverageAnswer,
    ground: Ground,
    measure: Measure,
    *,
    representation: Representation | None = None,
    limits: Sequence[float] | None = None,
) -> CoverageDrawing:
    """
    Put each territory into its class, and say what the legend says.

    Raises
    ------
    CountsAsClassesError, RatesAsCirclesError
        If the measure is not drawn so.
    ClassLimitsError
        If the limits do not make a readable map.
    """
    how = choose_representation(measure, representation)
    rows = {row.code: row for row in answer.rows}
    if how is Representation.CIRCLES:
        scale = ClassScale(measure=measure, limits=(), colours=(style.LAND,), method="")
        labels: tuple[str, ...] = (f"{KIND_NAMES[answer.kind][1].capitalize()} : un cercle",)
    else:
        values = [value for row in answer.rows if row.count and (value := read_measure(row, measure))]
        scale = choose_scale(measure, values, limits)
        labels = scale.labels
    class_by_code = {code: classify(rows.get(code), measure, scale) for code in ground.contours}
    found = list(class_by_code.values())
    zero = len(scale.colours)
    classes = [
        ClassRow(
            label=label,
            fill=colour,
            count=found.count(place),
            pattern="under" if colour in style.DIVERGING_UNDER else "",
        )
        for place, (label, colour) in enumerate(zip(labels, scale.colours, strict=True))
    ]
    classes += [
        ClassRow(label="aucune présence", fill=style.ZERO_GROUND, count=found.count(zero), pattern="zero"),
        ClassRow(
            label="aucune, absence significative (3 attendues ou plus)",
            fill=style.ZERO_GROUND,
            count=found.count(zero + 1),
            pattern="absence",
        ),
        ClassRow(
            label="donnée manquante",
            fill=style.MISSING_GROUND,
            count=found.count(zero + 2),
            pattern="missing",
        ),
    ]
    is_circles = how is Representation.CIRCLES
    return CoverageDrawing(
        measure=measure,
        classes=tuple(classes),
        class_by_code=class_by_code,
        circles={c: rows[c].count for c in ground.contours if c in rows and rows[c].count}
        if is_circles
        else {},
        method=f"Méthode : {scale.method}."
        if scale.method
        else "Méthode : surface du cercle proportionnelle au nombre.",
    )


def classify(row: CoverageRow | None, measure: Measure, scale: ClassScale) -> int:
    """
    Give a territory's class: those of the scale, then zero, significant absence, missing.

    Examples
    --------
    >>> classify(None, Measure.RATIO, choose_scale(Measure.RATIO, []))
    8
    """
    zero = len(scale.colours)
    if row is None:
        return zero + 2
    if row.count == 0:
        return zero + 1 if row.significant_absence else zero
    value = read_measure(row, measure)
    return zero + 2 if value is None else scale.find(value)


def write_answer(answer: CoverageAnswer) -> str:
    """Write the answer to the complement question, against what the presences are counted against."""
    unit = answer.denominator.unit if answer.denominator else "habitants"
    return write_outside(answer.outside, answer.kind, unit)


def write_method(answer: CoverageAnswer) -> str:
    """Write where presences count, on which day, and against what."""
    where = SEAT_WORDS[answer.kind] if answer.basis == "seat" else "dans leur zone d’action"
    against = "la population municipale"
    if answer.denominator is not None:
        found = answer.denominator
        source = ", ".join(str(part) for part in (clean_text(found.source), found.year) if part)
        against = f"{clean_text(found.name)} ({source})"
    return f"Comptage : présences {where}, au {write_date(answer.at)}, rapportées à {against}."


def list_outlined(answer: CoverageAnswer, ground: Ground) -> list[str]:
    """List the territories that are, or lie in, those that « outside » leaves out."""
    codes = set(answer.outside.codes) or {answer.outside.code}
    return [
        territory.code
        for territory in ground.territories
        if territory.code in codes or codes & set(territory.part_of.values())
    ]


def choose_legend_values(most: int) -> tuple[int, ...]:
    """
    Choose up to three round values for the circles of the legend, largest first.

    Examples
    --------
    >>> choose_legend_values(91), choose_legend_values(3), choose_legend_values(0)
    ((50, 10, 2), (3, 2, 1), ())
    """
    if not most:
        return ()
    values = (_round_down(value) for value in choose_circle_values(most))
    return tuple(dict.fromkeys(values))


def _round_down(value: int) -> int:
    """Give 1, 2 or 5 times a power of ten, at most the value; small numbers as they are."""
    if value < 5:
        return value
    power = int(10 ** (len(str(value)) - 1))
    return max(figure * power for figure in (1, 2, 5) if figure * power <= value)
