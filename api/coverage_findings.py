"""The five figures that matter first, each with one sentence that says what is and is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geo.coverage.answers import AccessAnswer, SitingAnswer
from geo.coverage.change import CoverageChange
from geo.coverage.change_sentences import write_horizon
from geo.coverage.people import write_people
from geo.coverage.sentences import (
    name_outside,
    write_empty_by_chance,
    write_expected,
    write_net_change,
    write_outside,
)
from geo.coverage.siting_sentences import find_best, measure_best_share, write_best, write_best_proof
from geo.coverage.study import CoverageStudy
from geo.french import KIND_NAMES, LEVEL_NAMES, write_count, write_date, write_number, write_share
from geo.records import CoverageAnswer, Kind, Level, OutsideShare

_NAMED = 8
_LIMIT_MIN = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One of the first figures: what is found in large, the figure that stands out in it, and what it proves.

    `links` are addresses with their names, to read further.
    """

    figure: str
    sentence: str
    proof: str = ""
    links: tuple[tuple[str, str], ...] = ()


def write_findings(
    study: CoverageStudy,
    *,
    access: AccessAnswer,
    change: CoverageChange | None,
    siting: SitingAnswer,
    codes: frozenset[str],
    at: date | None = None,
) -> list[Finding]:
    """
    Write the five findings.

    Parameters
    ----------
    study, access, change, siting
        What was measured; `change` is None where there is no date to compare with.
    codes
        The rows that have a sheet of their own.
    at
        The day asked for where it is not today: the next antenne is chosen from today's, which is then said.
    """
    return [
        _find_outside(study.answer),
        _find_empty(study.answer, codes),
        _find_access(access),
        _find_change(change),
        _find_site(siting, at),
    ]


def _find_outside(answer: CoverageAnswer) -> Finding:
    outside = answer.outside
    against = answer.denominator.unit if answer.denominator else "habitants"
    place = name_outside(outside)
    if outside.share_outside is None or outside.share_low is None or outside.share_high is None:
        share = write_share(outside.population_share_outside)
        return Finding(
            figure="–",
            sentence="Rien n'est encore placé ici : il n'y a pas de part à calculer.",
            proof=f"{share} des {against} sont hors de {place}.",
        )
    bounds = f"de {write_share(outside.share_low)} à {write_share(outside.share_high)}"
    inside = write_number(outside.count_inside)
    proof = f"{write_number(outside.count_outside)} dehors, {inside} dedans. Intervalle à 95 % : {bounds}."
    return Finding(
        figure=write_share(outside.share_outside),
        sentence=write_outside(outside, answer.kind, against),
        proof=proof,
    )


_MASCULINE = frozenset({Level.DEPARTEMENT, Level.BASSIN_VIE})


def _find_empty(answer: CoverageAnswer, codes: frozenset[str]) -> Finding:
    one, many = LEVEL_NAMES[answer.level]
    name = KIND_NAMES[answer.kind][0]
    empty = [row for row in answer.rows if row.count == 0]
    significant = sorted(
        (row for row in empty if row.significant_absence), key=lambda row: (-(row.expected or 0), row.code)
    )
    is_feminine = answer.kind is Kind.ANTENNE
    nobody = f"{'aucune' if is_feminine else 'aucun'} {name}".replace(" ou ", " ni ")
    verb = "n'a" if len(empty) < 2 else "n'ont"
    start = f"{write_count(len(empty), one, many)} sur {write_number(len(answer.rows))} {verb} {nobody}"
    if not empty:
        named = name.replace(" ou ", " ou une ")
        sentence = f"Toutes les {many} ont au moins {'une' if is_feminine else 'un'} {named}."
        if answer.level in _MASCULINE:
            sentence = sentence.replace("Toutes", "Tous", 1)
        return Finding(figure="0", sentence=sentence)
    if answer.empty_expected_by_chance is None:
        return Finding(figure=write_number(len(empty)), sentence=f"{start}.")
    proof = write_empty_by_chance(
        expected_by_chance=answer.empty_expected_by_chance,
        significant=len(significant),
        is_feminine=answer.level not in _MASCULINE,
    )
    more = len(significant) - _NAMED
    others = f" Les {_NAMED} plus peuplées, sur {write_number(len(significant))} :" if more > 0 else ""
    return Finding(
        figure=write_number(len(empty)),
        sentence=f"{start}.",
        proof=f"{proof}{others}",
        links=tuple(
            (
                f"/territoires/{row.code}" if row.code in codes else "#tableau",
                f"{row.name} ({write_expected(row.expected or 0, answer.kind)})",
            )
            for row in significant[:_NAMED]
        ),
    )


def _find_access(access: AccessAnswer) -> Finding:
    if not access.site_count:
        return Finding(
            figure="–",
            sentence="Aucune antenne n'est dans le registre : il n'y a pas de temps d'accès à mesurer.",
        )
    within = next(each for each in access.within if each.minutes == _LIMIT_MIN)
    people = within.share * access.population
    unsure = ""
    if within.uncertain:
        unsure = f" C'est incertain pour {write_people(within.uncertain)}, trop près de la limite."
    return Finding(
        figure=write_share(within.share, 0),
        sentence=(
            f"{write_people(people)} vivent à moins de 30 minutes d'une antenne, soit "
            f"{write_share(within.share, 0)} de la région."
        ),
        proof=f"{access.caption[:1].upper()}{access.caption[1:]}.{unsure}",
    )


def _find_change(change: CoverageChange | None) -> Finding:
    if change is None:
        return Finding(figure="–", sentence="Le registre est vide : il n'y a pas d'évolution à décrire.")
    horizon = write_horizon(change)
    if horizon:
        return Finding(figure="–", sentence=horizon)
    before, after = change.before.outside, change.after.outside
    place = name_outside(after)
    gained, inside = change.net_outside.net, change.net_inside.net
    sentence = (
        f"Depuis le {write_date(change.since)} : {_sign(gained)} {KIND_NAMES[change.kind][abs(gained) > 1]} "
        f"hors de {place}, {_sign(inside)} dedans."
    )
    shares = ""
    if before.share_outside is not None and after.share_outside is not None:
        overlap = _overlap(before, after)
        shares = (
            f" La part hors de {place} passe de {write_share(before.share_outside)} à "
            f"{write_share(after.share_outside)} ({overlap})."
        )
    if change.placed_since:
        one, many = "fiche a seulement été localisée", "fiches ont seulement été localisées"
        shares += f" {write_count(change.placed_since, one, many)} entre les deux dates."
    outside_net = write_net_change(change.net_outside, change.kind)
    return Finding(
        figure=_sign(gained),
        sentence=sentence,
        proof=f"Hors de {place} : {outside_net[:1].lower()}{outside_net[1:]}{shares}",
        links=(("#evolution", "Voir ce qui a bougé"),),
    )


def _overlap(before: OutsideShare, after: OutsideShare) -> str:
    """Say whether the intervals of two shares let chance explain their difference."""
    is_apart = (before.share_high or 1.0) < (after.share_low or 0.0) or (after.share_high or 1.0) < (
        before.share_low or 0.0
    )
    return "intervalles disjoints" if is_apart else "évolution non démontrée : les intervalles se recoupent"


def _sign(value: int) -> str:
    return f"+{write_number(value)}" if value > 0 else write_number(value).replace("-", "\u2212")


def _find_site(siting: SitingAnswer, at: date | None) -> Finding:
    dated = f" Ce calcul part des antennes d'aujourd'hui, et non de celles du {write_date(at)}." if at else ""
    best = find_best(siting)
    if best is None:
        return Finding(figure="–", sentence=f"{write_best(siting)}{dated}")
    return Finding(
        figure=f"+{write_share(measure_best_share(siting), 0)}",
        sentence=f"{write_best(siting)}{dated}",
        proof=f"{write_best_proof(siting)} L'outil propose, il ne décide pas.",
        links=(("/couverture/antennes", "Essayer d'autres lieux"),),
    )
