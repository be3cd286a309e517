"""The five figures of the board, each with the sentence that says what it shows and what it does not."""

from __future__ import annotations

from dataclasses import dataclass

from geo.coverage.answers import AccessAnswer, SitingAnswer
from geo.coverage.change import CoverageChange
from geo.coverage.people import write_people, write_rounded
from geo.coverage.sentences import write_empty_by_chance, write_hoover, write_net_change, write_outside
from geo.coverage.siting_sentences import find_best, write_best, write_best_proof
from geo.coverage.study import CoverageStudy
from geo.french import KIND_NAMES, NARROW_SPACE, write_date, write_number, write_share
from geo.records import MEL_CODE, CoverageAnswer, CoverageRow, Kind
from maps.popup import clean_text

_ACCESS_MINUTES = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A figure, what it is, and its sentence."""

    value: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardAnswers:
    """What the board's pages draw; `change` is None before the register reaches back to an earlier date."""

    study: CoverageStudy
    access: AccessAnswer
    siting: SitingAnswer
    change: CoverageChange | None = None

    @property
    def coverage(self) -> CoverageAnswer:
        """Give the answer by EPCI."""
        return self.study.answer


def list_key_figures(answers: BoardAnswers) -> list[KeyFigure]:
    """Write the five figures that matter first."""
    return [
        _write_outside(answers.coverage),
        _write_empty(answers.coverage),
        _write_spread(answers.study),
        _write_access(answers.access),
        _write_change(answers.change) if answers.change else _write_siting(answers.siting),
    ]


def _write_outside(answer: CoverageAnswer) -> KeyFigure:
    outside = answer.outside
    share = outside.share_outside
    where = "hors de la MEL" if outside.code == MEL_CODE else "en dehors"
    interval = ""
    if outside.share_low is not None and outside.share_high is not None:
        low, high = write_share(outside.share_low, 0), write_share(outside.share_high, 0)
        interval = f" Intervalle à 95{NARROW_SPACE}% : {low} à {high}."
    return KeyFigure(
        value="–" if share is None else write_share(share, 0),
        label=f"des {KIND_NAMES[answer.kind][1]} {where}",
        sentence=write_outside(outside, answer.kind) + interval,
    )


def _write_empty(answer: CoverageAnswer) -> KeyFigure:
    empty = [row for row in answer.rows if row.count == 0]
    label = "intercommunalité vide" if len(empty) < 2 else "intercommunalités vides"
    if answer.empty_expected_by_chance is None:
        sentence = "Le registre ne compte encore personne : toutes les intercommunalités sont vides."
    else:
        sentence = write_empty_by_chance(
            expected_by_chance=answer.empty_expected_by_chance,
            significant=sum(row.significant_absence for row in empty),
            is_feminine=True,
        )
    return KeyFigure(
        value=write_number(len(empty)), label=f"{label} sur {len(answer.rows)}", sentence=sentence
    )


def _write_spread(study: CoverageStudy) -> KeyFigure:
    many = KIND_NAMES[study.answer.kind][1]
    if study.concentration is None:
        return KeyFigure(
            value="–",
            label=f"des {many} à déplacer pour la parité",
            sentence=f"Aucun comparatif possible sans {many}.",
        )
    hoover = study.concentration.hoover
    return KeyFigure(
        value=write_share(hoover.value, 0),
        label=f"des {many} à déplacer pour la parité (indice de Hoover)",
        sentence=write_hoover(hoover, study.answer.kind),
    )


def _write_access(access: AccessAnswer) -> KeyFigure:
    within = next((each for each in access.within if each.minutes == _ACCESS_MINUTES), access.within[0])
    if not access.site_count:
        return KeyFigure(
            value="0", label="antenne placée", sentence="Sans antenne, personne n’est compté à portée."
        )
    text = f"vivent à moins de {write_number(within.minutes)} minutes d’une antenne"
    if access.is_estimated:
        low, high = write_share(within.share_low, 0), write_share(within.share_high, 0)
        text += f" ; entre {low} et {high}, car les temps sont estimés à vol d’oiseau"
    people = access.population * within.share
    return KeyFigure(
        value=write_share(within.share, 0),
        label="des habitants à portée d’une antenne",
        sentence=f"{write_people(people)} {text}.",
    )


def _write_change(change: CoverageChange) -> KeyFigure:
    net = change.net.net
    since = write_date(change.since)
    return KeyFigure(
        value=f"{'+' if net > 0 else '−' if net < 0 else ''}{write_number(abs(net))}",
        label=f"depuis le {since}",
        sentence=(
            f"{write_net_change(change.net, change.kind)} "
            f"Hors de la MEL : {write_number(change.net_outside.joined)} de plus, "
            f"{write_number(change.net_outside.left)} de moins."
        ),
    )


def _write_siting(siting: SitingAnswer) -> KeyFigure:
    """Say what one more antenne would change, where the register has no earlier date to compare with."""
    best = find_best(siting)
    label = "habitants rapprochés par une antenne de plus"
    if best is None:
        return KeyFigure(value="0", label=label, sentence=write_best(siting))
    return KeyFigure(
        value=write_rounded(best.gain),
        label=label,
        sentence=clean_text(f"{write_best(siting)} {write_best_proof(siting)}"),
    )


def list_absences(answer: CoverageAnswer) -> list[CoverageRow]:
    """List the territories where nobody is and where chance explains it badly, most expected first."""
    found = [row for row in answer.rows if row.count == 0 and row.significant_absence]
    return sorted(found, key=lambda row: (-(row.expected or 0), row.code))


def write_absence(row: CoverageRow) -> str:
    """Write one of them."""
    return f"{clean_text(row.name)} : 0 pour {write_number(row.expected or 0, 1)} attendus"


def write_unproved(count: int, kind: Kind, *, is_rest: bool) -> str:
    """
    Write why the absence proves nothing in some territories, the rest of the empty ones or all of them.

    Examples
    --------
    >>> write_unproved(1, Kind.ACTOR, is_rest=True)
    'L’autre territoire sans acteur est trop peu peuplé pour que cette absence prouve quoi que ce soit :
     on y attend moins de 3 acteurs.'
    """
    one, many = KIND_NAMES[kind]
    proof = f"pour que cette absence prouve quoi que ce soit : on y attend moins de 3 {many}"
    if count == 1:
        start = "L’autre" if is_rest else "Le seul"
        return f"{start} territoire sans {one} est trop peu peuplé {proof}."
    rest = "autres " if is_rest else ""
    return f"Les {write_number(count)} {rest}territoires sans {one} sont trop peu peuplés {proof} chacun."
