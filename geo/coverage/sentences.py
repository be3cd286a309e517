"""One French sentence per figure, that says what is shown and what is not.

With `study_sentences`, the only place that calls a figure significant: each sentence reads the test that goes
with its figure, so a page cannot say more than the figure does. The rows' tests are at 5 %, both sides, each
taken alone.
"""

from __future__ import annotations

from geo.coverage.association import GlobalAssociation
from geo.coverage.chance import AgainstChance
from geo.coverage.flows import NetChange
from geo.coverage.laws import weigh_binomial
from geo.coverage.smoothing import SmoothedRates
from geo.french import KIND_NAMES, write_count, write_number, write_share
from geo.records import MEL_CODE, CoverageRow, Kind, OutsideShare

_MOST_NAMED = 4
# French says « 1,9 attendu » and « 2 attendus ».
_PLURAL_FROM = 2

LEVEL = 0.05
"""Under this p-value a figure is called significant."""


UNTESTED = "non testé : une présence compte dans plusieurs territoires"
"""What is said of the counts by zone of action, that no law of independent counts describes."""


def is_row_tested(row: CoverageRow) -> bool:
    """
    Tell whether chance has a law for a territory's count: not by zone of action, where presences overlap.

    Examples
    --------
    >>> is_row_tested(CoverageRow(code="c", name="C", population=1, count=2, per_10k=1.0, expected=4.1,
    ...     ratio=0.49, ratio_low=None, ratio_high=None, significant_absence=False))
    False
    """
    return row.ratio is None or row.ratio_low is not None


def is_row_significant(row: CoverageRow) -> bool:
    """
    Tell whether a territory's count differs from what is expected by more than chance.

    Its exact Poisson interval leaves 1 out, as the funnel says it. The test of an absence asks another
    question, from one side only: see `write_absence_verdict`.

    Examples
    --------
    >>> is_row_significant(CoverageRow(code="c", name="C", population=1, count=2, per_10k=1.0, expected=4.1,
    ...     ratio=0.49, ratio_low=0.06, ratio_high=1.76, significant_absence=False))
    False
    """
    if row.ratio_low is None or row.ratio_high is None:
        return False
    return row.ratio_low > 1 or row.ratio_high < 1


def write_absence_verdict(row: CoverageRow) -> str:
    """
    Write that an absence is significant, and whether it is so only because nothing but a lack was looked for.

    Examples
    --------
    Chance empties a territory where 3.2 are expected 4 times in a hundred; the interval, from both sides,
    still holds 1.

    >>> write_absence_verdict(CoverageRow(code="c", name="C", population=1, count=0, per_10k=0.0,
    ...     expected=3.2, ratio=0.0, ratio_low=0.0, ratio_high=1.15, significant_absence=True))
    "absence significative (test d'un seul côté)"
    """
    return "absence significative" + ("" if is_row_significant(row) else " (test d'un seul côté)")


def write_row(row: CoverageRow, kind: Kind) -> str:
    """
    Write how a territory's count compares with what its population lets expect.

    Examples
    --------
    >>> row = CoverageRow(code="c", name="C", population=1, count=2, per_10k=1.0, expected=4.1,
    ...     ratio=0.49, ratio_low=0.06, ratio_high=1.76, significant_absence=False)
    >>> write_row(row, Kind.ACTOR)
    '2 acteurs pour 4,1 attendus : écart non significatif.'
    """
    one, many = KIND_NAMES[kind]
    if row.expected is None:
        return f"Aucun comparatif possible : le registre ne compte pas encore {_any_of(one)}."
    found = write_count(row.count, one, many) if row.count else f"{_none_of(one)}"
    return f"{found} pour {write_expected(row.expected, kind)} : {_judge_row(row)}."


def write_expected(expected: float, kind: Kind) -> str:
    """
    Write how many were expected, in the gender of their kind, and never as nought when it is not.

    Examples
    --------
    >>> write_expected(4.1, Kind.ACTOR), write_expected(0.03, Kind.ANTENNE)
    ('4,1 attendus', 'moins de 0,1 attendue')
    """
    shown = round(expected, 1)
    number = write_number(expected, 1) if shown > 0 or expected <= 0 else f"moins de {write_number(0.1, 1)}"
    feminine = "e" if kind is Kind.ANTENNE else ""
    return f"{number} attendu{feminine}{'s' if shown >= _PLURAL_FROM else ''}"


def name_outside(outside: OutsideShare) -> str:
    """
    Name what « outside » leaves out, as a sentence does.

    Examples
    --------
    >>> name_outside(OutsideShare(code="1,2", name="A et B", count_inside=0, count_outside=0,
    ...     share_outside=None, share_low=None, share_high=None, population_share_outside=0.8, ratio=None,
    ...     gap=None, codes=("1", "2")))
    '« A et B »'
    """
    if outside.code == MEL_CODE:
        return "la MEL"
    if len(outside.codes) > _MOST_NAMED:
        return f"ces {write_number(len(outside.codes))} territoires"
    return f"« {outside.name} »"


def write_outside(outside: OutsideShare, kind: Kind, against: str = "habitants") -> str:
    """
    Write whether the presence outside a territory is in proportion to its inhabitants, or to another base.

    Examples
    --------
    >>> outside = OutsideShare(code="e", name="MEL", count_inside=80, count_outside=120, share_outside=0.6,
    ...     share_low=0.53, share_high=0.67, population_share_outside=0.8, ratio=0.75, gap=40.0)
    >>> write_outside(outside, Kind.ACTOR).replace("\u202f", " ")
    'Hors de « MEL » se trouvent 60,0 % des acteurs et 80,0 % des habitants : la différence est
     significative ; pour la parité, il y manque 40 acteurs.'
    """
    one, many = KIND_NAMES[kind]
    if outside.share_outside is None or outside.share_low is None or outside.share_high is None:
        return f"Aucun comparatif possible : le registre ne compte pas encore {_any_of(one)}."
    if outside.basis == "zone":
        return _write_acting_outside(outside, kind, against)
    people = outside.population_share_outside
    start = (
        f"Hors de {name_outside(outside)} se trouvent {write_share(outside.share_outside)} des {many} "
        f"et {write_share(people)} des {against}"
    )
    p_value = _weigh_outside(outside)
    if p_value > LEVEL:
        exact = "" if outside.share_low <= people <= outside.share_high else _write_exact(p_value)
        return f"{start} : la différence n'est pas significative{exact}."
    gap = round(outside.gap or 0)
    if gap == 0:
        return f"{start} : la différence est significative, mais vaut moins d'une unité."
    missing = write_count(abs(gap), one, many)
    verdict = (
        f" ; pour la parité, il y manque {missing}" if gap > 0 else f", soit {missing} de plus que la parité"
    )
    return f"{start} : la différence est significative{verdict}."


def _write_acting_outside(outside: OutsideShare, kind: Kind, against: str) -> str:
    """Write the share that acts outside at all, which no test sets against the share of the inhabitants."""
    verb = "vivent" if against == "habitants" else "se trouvent"
    those = "celles" if kind is Kind.ANTENNE else "ceux"
    return (
        f"{write_share(outside.share_outside or 0)} des {KIND_NAMES[kind][1]} agissent, au moins en partie, "
        f"hors de {name_outside(outside)}, où {verb} {write_share(outside.population_share_outside)} des "
        f"{against} : comparaison non testée, car {those} qui agissent à la fois dedans et dehors comptent "
        "dehors, ce qui gonfle cette part."
    )


def _weigh_outside(outside: OutsideShare) -> float:
    """Give the p-value of the exact test, that the verdict follows: Wilson's interval is only near it."""
    if outside.p_value is not None:
        return outside.p_value
    total = outside.count_inside + outside.count_outside
    return weigh_binomial(outside.count_outside, total, outside.population_share_outside)


def _write_exact(p_value: float) -> str:
    """Write why a difference that the interval seems to show is not one."""
    return f" (test exact : p = {write_number(p_value, 2)})"


def write_hoover(hoover: AgainstChance, kind: Kind) -> str:
    """
    Write Hoover's index beside what chance alone gives.

    Examples
    --------
    >>> hoover = AgainstChance(value=0.2, chance_mean=0.19, chance_p05=0.16, chance_p95=0.22, p_value=0.3,
    ...     draws=999)
    >>> write_hoover(hoover, Kind.ACTOR).replace("\u202f", " ")
    "Pour suivre la population, 20 % des acteurs devraient changer de territoire ; une répartition au hasard
     en demanderait déjà 19 % : la différence n'est pas significative."
    """
    _, many = KIND_NAMES[kind]
    verdict = "est significative" if hoover.is_significant(level=LEVEL) else "n'est pas significative"
    return (
        f"Pour suivre la population, {write_share(hoover.value, 0)} des {many} devraient changer de "
        f"territoire ; une répartition au hasard en demanderait déjà {write_share(hoover.chance_mean, 0)} : "
        f"la différence {verdict}."
    )


def write_empty(*, empty: int, expected_by_chance: float, significant: int) -> str:
    """
    Write how many territories are empty, how many chance alone would leave so, and how many mean something.

    Examples
    --------
    >>> write_empty(empty=20, expected_by_chance=18.3, significant=1)
    "20 territoires sans présence ; le hasard seul en laisserait 18 ;
     l'absence est significative dans l'un d'entre eux (test d'un seul côté)."
    """
    found = write_count(empty, "territoire sans présence", "territoires sans présence")
    chance = write_empty_by_chance(expected_by_chance=expected_by_chance, significant=significant)
    return f"{found} ; {chance[:1].lower()}{chance[1:]}"


def write_empty_by_chance(*, expected_by_chance: float, significant: int, is_feminine: bool = False) -> str:
    """
    Write how many territories chance alone would leave empty, and how many absences mean something.

    `is_feminine` for territories whose name is, such as intercommunalités.

    Examples
    --------
    >>> write_empty_by_chance(expected_by_chance=28.8, significant=4, is_feminine=True)
    "Le hasard seul en laisserait 29 ;
     l'absence est significative dans 4 d'entre elles (test d'un seul côté)."
    """
    start = f"Le hasard seul en laisserait {write_number(expected_by_chance)}"
    if significant == 0:
        return f"{start} ; aucune absence n'est significative."
    one, them = ("l'une", "elles") if is_feminine else ("l'un", "eux")
    where = one if significant == 1 else write_number(significant)
    return f"{start} ; l'absence est significative dans {where} d'entre {them} (test d'un seul côté)."


def write_smoothing(smoothed: SmoothedRates) -> str:
    """
    Write whether smoothed rates show any difference between territories.

    Examples
    --------
    >>> from geo.coverage.smoothing import smooth_rates
    >>> write_smoothing(smooth_rates([3, 3, 4], [1000, 1000, 1000]))
    "Aucune différence de taux entre territoires n'est démontrable : il n'y a pas de carte à tracer."
    """
    if not smoothed.has_difference:
        return (
            "Aucune différence de taux entre territoires n'est démontrable : il n'y a pas de carte à tracer."
        )
    low, high = float(smoothed.reliability.min()), float(smoothed.reliability.max())
    return (
        "Chaque taux est rapproché de la moyenne selon ce que sa population permet d'affirmer : "
        f"fiabilité de {write_share(low, 0)} à {write_share(high, 0)} selon les territoires."
    )


def write_association(moran: GlobalAssociation) -> str:
    """
    Write whether territories that are alike lie side by side.

    Examples
    --------
    >>> from geo.coverage.neighbourhood import list_neighbours
    >>> from geo.coverage.association import measure_moran
    >>> ring = list_neighbours([[1], [2], [3], [4], [5], [0]])
    >>> write_association(measure_moran([1, 5, 2, 4, 3, 3], ring, permutations=99))
    'Les territoires peu couverts ne forment pas de bloc démontrable : leur disposition peut venir du hasard.'
    """
    if moran.p_permuted > LEVEL:
        return (
            "Les territoires peu couverts ne forment pas de bloc démontrable : leur disposition peut venir "
            "du hasard."
        )
    if moran.index > moran.expected:
        return "Les territoires peu couverts se touchent plus souvent que par hasard : ils font bloc."
    return "Les territoires voisins diffèrent plus que par hasard : la couverture est en damier."


def write_net_change(change: NetChange, kind: Kind) -> str:
    """
    Write how a stock moved between two dates.

    Examples
    --------
    >>> from geo.coverage.flows import measure_net_change
    >>> write_net_change(measure_net_change(joined=22, left=18), Kind.ACTOR)
    '22 acteurs de plus et 18 de moins : évolution non significative.'
    """
    one, many = KIND_NAMES[kind]
    if change.joined + change.left == 0:
        return "Aucune arrivée et aucun départ."
    movement = f"{write_count(change.joined, one, many)} de plus et {write_number(change.left)} de moins"
    if change.p_value > LEVEL:
        return f"{movement} : évolution non significative."
    return f"{movement} : {'hausse' if change.net > 0 else 'baisse'} significative."


def _judge_row(row: CoverageRow) -> str:
    if not is_row_tested(row):
        return UNTESTED
    if row.count == 0:
        return (
            write_absence_verdict(row) if row.significant_absence else "absence constatée, non significative"
        )
    if not is_row_significant(row):
        return "écart non significatif"
    return "présence significativement " + ("plus forte" if (row.ratio or 0) > 1 else "plus faible")


def _any_of(one: str) -> str:
    # « d'ambassadeur ou d'ambassadrice »: the second noun takes its own article.
    return f"d'{one}".replace(" ou ", " ou d'") if one[0] in "aeiouéè" else f"de {one}"


def _none_of(one: str) -> str:
    return f"{'Aucune' if one == 'antenne' else 'Aucun'} {one}".replace(" ou ", " ni ")
