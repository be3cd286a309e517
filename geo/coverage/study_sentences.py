"""The sentences of the measures of `/couverture`: each reads the test that goes with its figure."""

from __future__ import annotations

from collections.abc import Sequence

from geo.coverage.association import Association, GlobalAssociation, LocalAssociation
from geo.coverage.chance import AgainstChance
from geo.coverage.checking import BoolArray
from geo.coverage.funnel import Funnel
from geo.coverage.laws import adjust_p_values
from geo.coverage.sentences import LEVEL
from geo.coverage.specialisation import SectorVariety, Specialisation
from geo.coverage.theil import TheilDecomposition
from geo.coverage.trend import BeforeAfter, RateComparison
from geo.french import KIND_NAMES, NARROW_SPACE, write_count, write_list, write_number, write_share
from geo.records import Kind


def write_theil(theil: TheilDecomposition, kind: Kind, place: str) -> str:
    """
    Write how much of the unevenness lies between inside and outside, beside what chance alone gives.

    Examples
    --------
    >>> from geo.coverage.theil import decompose_theil
    >>> cut = decompose_theil([3, 3, 4], [1000, 1000, 1000], ["dedans", "dehors", "dehors"], draws=99)
    >>> write_theil(cut, Kind.ACTOR, "la MEL").endswith("; elle peut venir du hasard.")
    True
    """
    _, many = KIND_NAMES[kind]
    share = theil.between.value / theil.total.value if theil.total.value > 0 else 0.0
    start = (
        f"La différence entre {place} et le reste fait {write_share(min(1.0, max(0.0, share)), 0)} de "
        f"l'inégalité de répartition des {many}"
    )
    if theil.between.is_significant(level=LEVEL):
        return f"{start} ; elle est plus grande que le hasard n'en donnerait."
    return f"{start} ; elle peut venir du hasard."


def write_divisions(measured: Sequence[tuple[str, AgainstChance]]) -> str:
    """
    Write whether the spread departs from chance in every division of the region, in some, or in none.

    Parameters
    ----------
    measured
        What each division is called, and Hoover's index in it; at least one.

    Examples
    --------
    >>> plain = AgainstChance(
    ...     value=0.2, chance_mean=0.19, chance_p05=0.1, chance_p95=0.3, p_value=0.4, draws=99)
    >>> write_divisions([("communes", plain)])
    "Dans aucun des découpages essayés la répartition ne s'écarte du hasard."
    """
    uneven = [name for name, hoover in measured if hoover.is_significant(level=LEVEL)]
    if len(uneven) == len(measured):
        return "Dans tous les découpages essayés, la répartition s'écarte du hasard."
    if not uneven:
        return "Dans aucun des découpages essayés la répartition ne s'écarte du hasard."
    return (
        f"La réponse dépend du découpage : la répartition s'écarte du hasard par {write_list(uneven)}, mais "
        "pas dans les autres."
    )


def write_funnel(funnel: Funnel) -> str:
    """
    Write how many territories stand out of the funnel, and how many chance alone would put there.

    Examples
    --------
    >>> from geo.coverage.funnel import measure_funnel
    >>> write_funnel(measure_funnel([0, 12], [3.5, 3.5])).endswith("n'est démontré pour les autres.")
    True
    """
    inner = funnel.flags[0]
    above, below = int(inner.is_above.sum()), int(inner.is_below.sum())
    known = int((funnel.expected > 0).sum())
    most = write_number((1 - inner.level) * known, 1)
    limits = f"des limites à 95{NARROW_SPACE}%"
    chance = f"le hasard seul en mettrait au plus {most}"
    if above + below == 0:
        return f"Aucun territoire hors {limits} ({chance}) : aucun écart n'est démontré."
    counts = ((above, "au-dessus"), (below, "au-dessous"))
    sides = " et ".join(f"{write_number(count)} {side}" for count, side in counts if count)
    told = f"{write_count(above + below, 'territoire')} hors {limits}, {sides}"
    return f"{told} ; {chance} : aucun écart n'est démontré pour les autres."


def write_specialisation(table: Specialisation, sectors: Sequence[str], places: Sequence[str]) -> str:
    """
    Write which sectors are found more, or less, than expected in which places, once all are tested.

    Examples
    --------
    >>> from geo.coverage.specialisation import measure_specialisation
    >>> table = measure_specialisation([[30, 10], [10, 50]])
    >>> write_specialisation(table, ["vélo", "repas"], ["Nord", "Oise"])
    'Plus que le hasard : vélo (Nord), repas (Oise). Moins que le hasard : vélo (Oise), repas (Nord).'
    """
    tested = int(table.is_tested.sum())
    if not tested:
        return (
            "Aucune case n'est assez fournie (5 attendus) pour être testée : aucune spécialité démontrable."
        )

    def name(cells: BoolArray) -> str:
        return ", ".join(
            f"{sectors[row]} ({places[column]})" for row, column in zip(*cells.nonzero(), strict=True)
        )

    found = [
        f"{words} que le hasard : {name(cells)}."
        for words, cells in (("Plus", table.is_over), ("Moins", table.is_under))
        if cells.any()
    ]
    if not found:
        return f"{write_count(tested, 'case testée', 'cases testées')} : aucune spécialité démontrable."
    return " ".join(found)


def write_reach(label: str, reach: AgainstChance | None, *, q_value: float = 1.0) -> str:
    """
    Write what share of the inhabitants live where a sector is, beside what chance alone gives.

    Parameters
    ----------
    label, reach
        The sector and its share; None without any presence.
    q_value
        The p-value once corrected for all the sectors tested.

    Examples
    --------
    >>> write_reach("Vélo", None)
    'Vélo : aucune présence.'
    """
    if reach is None:
        return f"{label} : aucune présence."
    share, chance = write_share(reach.value, 0), write_share(reach.chance_mean, 0)
    verdict = (
        "présences plus regroupées que le hasard ne le ferait"
        if q_value <= LEVEL
        else "répartition que le hasard peut donner"
    )
    return f"{label} : {share} des habitants vivent là où elle est ({chance} au hasard) ; {verdict}."


def write_variety(variety: SectorVariety) -> str:
    """
    Write how many places have fewer sectors than their number of presences allows.

    With n places tested at 5 %, chance alone gives n / 20: more than that is needed to say anything.

    Examples
    --------
    >>> from geo.coverage.specialisation import measure_sector_variety
    >>> write_variety(measure_sector_variety([[9, 1], [0, 10], [0, 10]], draws=199)).split(" que ")[0]
    '1 territoire sur 2 a moins de filières'
    """
    tested = variety.p_values[variety.sizes > 1]
    if not len(tested):
        return (
            "Aucun territoire n'a assez de présences pour que le nombre de ses filières dise quelque chose."
        )
    few = int((adjust_p_values(tested) <= LEVEL).sum())
    if not few:
        return (
            f"{write_count(len(tested), 'territoire testé', 'territoires testés')} : le nombre de filières "
            "est partout celui que le hasard donne à autant de présences."
        )
    verb = "a" if few == 1 else "ont"
    whose = "son" if few == 1 else "leur"
    return (
        f"{write_count(few, 'territoire')} sur {write_number(len(tested))} {verb} moins de filières que "
        f"{whose} nombre de présences ne le permet (test à 5{NARROW_SPACE}%, comparaisons multiples "
        "corrigées) ; les autres ont la variété que le hasard donne."
    )


def write_local(local: LocalAssociation, overall: GlobalAssociation) -> str:
    """
    Write how many territories stand with their neighbours in a block, once all are tested together.

    Where the whole region shows no block (`overall`), a few territories are a lead to follow, and said so.
    """
    low = sum(kind is Association.LOW_LOW for kind in local.kinds)
    high = sum(kind is Association.HIGH_HIGH for kind in local.kinds)
    odd = sum(kind in {Association.LOW_HIGH, Association.HIGH_LOW} for kind in local.kinds)
    if not low + high + odd:
        return "Comparaisons multiples corrigées : aucun territoire ne se distingue avec ses voisins."
    found = [
        (count, one, many)
        for count, one, many in (
            (low, "au cœur d'un bloc peu couvert", "au cœur d'un bloc peu couvert"),
            (high, "au cœur d'un bloc bien couvert", "au cœur d'un bloc bien couvert"),
            (odd, "très différent de ses voisins", "très différents de leurs voisins"),
        )
        if count
    ]
    # The noun is told once, by the first of them.
    parts = [
        write_count(count, *(("territoire " + one, "territoires " + many) if place == 0 else (one, many)))
        for place, (count, one, many) in enumerate(found)
    ]
    told = f"Comparaisons multiples corrigées : {write_list(parts)}"
    if overall.p_permuted > LEVEL:
        return f"{told} ; faute de bloc démontrable dans l'ensemble, c'est une piste, pas une preuve."
    return f"{told}."


def write_before_after(change: BeforeAfter) -> str:
    """
    Write how presence moved around an antenne less elsewhere: a description, whatever the figures.

    Examples
    --------
    >>> write_before_after(BeforeAfter(here_change=0.25, elsewhere_change=0.03, difference=0.22, low=-0.1,
    ...     high=0.5)).endswith("L'intervalle contient zéro : rien ne distingue ce territoire des autres.")
    True
    """
    unit = f"pour {write_number(10_000)} habitants"
    start = (
        f"{_sign(change.here_change)} ici, {_sign(change.elsewhere_change)} dans les territoires comparables "
        f"({unit}), soit une différence de {_sign(change.difference)} "
        f"(intervalle : {_sign(change.low)} à {_sign(change.high)})."
    )
    if change.is_within_chance:
        return f"{start} L'intervalle contient zéro : rien ne distingue ce territoire des autres."
    return f"{start} C'est une description : elle ne prouve pas que l'antenne en soit la cause."


def write_shift(
    *, place: str, change: int, regional: float, sectoral: float, local: float, is_beyond: bool, kind: Kind
) -> str:
    """
    Write where the change of a territory comes from.

    Examples
    --------
    >>> write_shift(place="Pas-de-Calais", change=12, regional=7.0, sectoral=1.0, local=4.0, is_beyond=False,
    ...     kind=Kind.ACTOR)
    "Pas-de-Calais : +12 acteurs, dont +7,0 de l'évolution générale, +1,0 des filières et +4,0 propres au
     territoire (effet local non significatif)."
    """
    noun = KIND_NAMES[kind][0 if abs(change) < 2 else 1]
    verdict = "effet local significatif" if is_beyond else "effet local non significatif"
    return (
        f"{place} : {_sign(change, 0)} {noun}, dont {_sign(regional, 1)} de l'évolution générale, "
        f"{_sign(sectoral, 1)} des filières et {_sign(local, 1)} propres au territoire ({verdict})."
    )


def write_joining(joining: RateComparison, place: str) -> str:
    """
    Write whether people joined more often outside than inside, by inhabitant.

    Examples
    --------
    >>> from geo.coverage.trend import compare_rates
    >>> write_joining(compare_rates(first_count=3, first_exposure=1e6, second_count=12, second_exposure=4e6),
    ...     "la MEL")
    'Par habitant, les arrivées hors de la MEL valent 1,00 fois celles du dedans : différence non
     significative.'
    """
    if joining.ratio is None:
        if not joining.second_rate:
            return "Aucune arrivée : il n'y a pas de rapport à calculer."
        return f"Les arrivées sont toutes hors de {place} : il n'y a pas de rapport à calculer."
    times = write_number(joining.ratio, 2)
    start = f"Par habitant, les arrivées hors de {place} valent {times} fois celles du dedans"
    if joining.p_exact > LEVEL:
        return f"{start} : différence non significative."
    return f"{start} : différence significative."


def _sign(value: float, decimals: int = 2) -> str:
    written = write_number(value, decimals)
    return f"+{written}" if value > 0 and written.strip("0,") else written.replace("-", "\u2212")
