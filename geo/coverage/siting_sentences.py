"""What the ranking of candidates says in French: one criterion and one rounding, wherever it is read.

The best candidate is the first of the ranking: the one that brings most inhabitants within the limit. Who
wins in most settings, and who is least regretted, is said beside it when that is another.
"""

from __future__ import annotations

from geo.coverage.answers import SitingAnswer, SitingCandidate
from geo.coverage.people import write_between, write_people
from geo.french import write_at_place, write_number, write_share

SETTINGS = 9


def find_best(siting: SitingAnswer) -> SitingCandidate | None:
    """Find the first of the ranking, None when no candidate brings anybody within the limit."""
    best = siting.candidates[0] if siting.candidates else None
    return best if best is not None and best.gain > 0 else None


def write_best(siting: SitingAnswer) -> str:
    """Write what the best candidate would change, and by which criterion it is the best."""
    best = find_best(siting)
    limit = write_number(siting.minutes)
    if best is None:
        return f"Aucune antenne de plus ne rapprocherait d'habitants à moins de {limit} minutes."
    criterion = (
        "le choix qui pèse le plus là où il manque du monde"
        if siting.is_weighted
        else f"le plus grand gain des {write_number(len(siting.candidates))} lieux essayés"
    )
    share = write_share(measure_best_share(siting), 0)
    where = f"{write_at_place(best.commune_name)} ({best.name})"
    return (
        f"Une antenne {where} mettrait {write_people(best.gain)} de plus à moins "
        f"de {limit} minutes, soit {share} de la région : c'est {criterion}."
    )


def measure_best_share(siting: SitingAnswer) -> float:
    """Measure the share of the inhabitants that the best candidate brings within the limit, from 0 to 1."""
    best = find_best(siting)
    return best.gain / siting.change.population if best is not None and siting.change.population else 0.0


def write_best_proof(siting: SitingAnswer) -> str:
    """Write how sure the best candidate is, and who else could be preferred."""
    best = find_best(siting)
    if best is None:
        return ""
    bounds = ""
    if siting.is_estimated:
        between = write_between(best.gain_low, best.gain_high)
        bounds = f"{between[:1].upper()}{between[1:]}, selon les temps réels. "
    others = write_others(siting)
    return f"{bounds}Ce choix {write_wins(best.wins)}.{f' {others}' if others else ''}"


def write_wins(wins: int) -> str:
    """
    Say in how many of the nine settings a candidate wins.

    Examples
    --------
    >>> write_wins(7), write_wins(0)
    ('gagne dans 7 réglages sur 9', 'ne gagne dans aucun réglage')
    """
    if not wins:
        return "ne gagne dans aucun réglage"
    return f"gagne dans {wins} réglage{'s' if wins > 1 else ''} sur {SETTINGS}"


def write_others(siting: SitingAnswer) -> str:
    """Say who wins most often and who is least regretted, where that is not the first of the ranking."""
    first = siting.candidates[0]
    often = max(siting.candidates, key=lambda each: (each.wins, each.gain))
    safe = min(siting.candidates, key=lambda each: (each.regret, -each.gain))
    found = []
    if often.wins > first.wins:
        found.append(f"Gagne le plus souvent : {often.commune_name} ({often.wins} réglages sur {SETTINGS}).")
    if safe.regret < first.regret:
        found.append(f"Se regrette le moins : {safe.commune_name} (regret {write_share(safe.regret, 0)}).")
    return " ".join(found)
