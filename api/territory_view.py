"""What a territory's sheet says, and the index that leads to it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from api.ambassador_view import describe_ambassadors
from api.near_view import Choice
from api.rendering import write_address
from api.sentences import write_against_chance, write_nearest_antenne
from data.questions import list_sectors, study_territory
from data.questions.referents import get_referents
from data.session import Register
from geo.coverage.comparable import DENSITY_NAMES
from geo.coverage.sentences import write_net_change, write_row
from geo.coverage.territory_study import TerritoryStudy
from geo.french import KIND_NAMES, write_count, write_date, write_list, write_number, write_share
from geo.geocoding.text import fold
from geo.records import MEL_CODE, CoverageRow, Kind, KindCount, Level, Territory, TerritorySheet
from geo.referents import write_referents

LISTED = 50

_FOUND_SHOWN = 60
_LEVELS_ABOVE = (Level.EPCI, Level.DEPARTEMENT, Level.ZONE_EMPLOI, Level.BASSIN_VIE)


def describe_sheet(register: Register, code: str) -> dict[str, Any]:
    """Give the values of a territory's sheet."""
    study = study_territory(register, code, limit=LISTED)
    sheet = study.sheet
    territory = sheet.territory
    sectors = list_sectors(register)
    labels = {sector.code: sector.label for sector in sectors}
    top = [sector.code for sector in sectors if sector.parent is None]
    more = None
    if sheet.presence_count > len(sheet.presences):
        label = f"Voir les {write_number(sheet.presence_count)} fiches sur la carte"
        more = Choice(label=label, address=write_address("/carte", {"territory": territory.code}))
    return {
        "territory": territory,
        "commune_count": len(territory.commune_codes),
        "density": _write_density(study),
        "parents": _list_parents(register, territory),
        "sentence": _write_sentence(sheet),
        "antenne": write_nearest_antenne(sheet.nearest_antenne, territory),
        "access": _write_access(study),
        "kinds": list(zip(sheet.counts, study.comparisons, strict=True)),
        "kind_sentence": write_kind,
        "comparable": study.comparable,
        "comparable_sentence": _write_comparable(study),
        "has_comparable": bool(study.comparable),
        "is_mel": territory.code == MEL_CODE,
        "year": _write_year(study),
        "sectors_here": _write_sectors(top, labels, sheet, is_there=True),
        "sectors_missing": _write_sectors(top, labels, sheet, is_there=False),
        "sector_labels": labels,
        "presences": sheet.presences,
        "presence_count": sheet.presence_count,
        "more": more,
        "ambassadors": describe_ambassadors(register, territory),
        "referents": write_referents(get_referents(register, territory.code)),
        "hidden": sheet.hidden,
        "neighbours": sorted(sheet.neighbours, key=lambda each: each.name),
        "map_source": f"/territoires/{territory.code}/plan",
        "near_address": write_address("/proche", {"q": territory.name}),
        "coverage_address": write_address("/couverture", {"outside": territory.code}),
    }


def write_kind(found: KindCount) -> str:
    """
    Write how a territory's count of a kind compares with what its inhabitants let expect.

    Examples
    --------
    >>> few = KindCount(
    ...     kind=Kind.ACTOR, count=2, per_10k=0.1, expected=4.1, ratio=0.5, ratio_low=0.1, ratio_high=1.8,
    ...     significant_absence=False)
    >>> write_kind(few)
    '2 acteurs pour 4,1 attendus : écart non significatif.'
    """
    row = CoverageRow(
        code="",
        name="",
        population=0,
        count=found.count,
        per_10k=found.per_10k,
        expected=found.expected,
        ratio=found.ratio,
        ratio_low=found.ratio_low,
        ratio_high=found.ratio_high,
        significant_absence=found.significant_absence,
    )
    return write_row(row, found.kind)


def _write_density(study: TerritoryStudy) -> str:
    if study.density_per_km2 is None:
        return ""
    return f"{write_number(study.density_per_km2)} habitants au km²"


def _write_comparable(study: TerritoryStudy) -> str:
    """Say how the comparable EPCI were chosen."""
    if study.density is None or not study.comparable:
        return ""
    return (
        f"Comparables : les intercommunalités de même densité ({DENSITY_NAMES[study.density]}) dont la "
        "population est la plus proche, hors MEL."
    )


def _write_access(study: TerritoryStudy) -> str:
    access = study.access
    if access is None:
        return ""
    low, high = write_share(access.share_low, 0), write_share(access.share_high, 0)
    unsure = f" (entre {low} et {high})" if low != high else ""
    if study.sheet.territory.level is Level.COMMUNE:
        minutes = write_number(access.mean_min)
        return f"Temps jusqu'à l'antenne la plus proche : {minutes} minutes ({access.caption})."
    return (
        f"{write_share(access.share, 0)} des habitants{unsure} vivent à moins de "
        f"{write_number(access.minutes)} minutes d'une antenne ; le trajet moyen est de "
        f"{write_number(access.mean_min)} minutes ({access.caption})."
    )


def _write_year(study: TerritoryStudy) -> tuple[str, ...]:
    """Write what moved in a year: the stock, who joined and left, and whether chance explains it."""
    year = study.year
    if year is None:
        return ()
    if not year.reaches_back and year.first_day is not None:
        first = write_date(year.first_day)
        return (f"Le registre ne dit rien d'il y a un an : sa première liste est du {first}.",)
    if year.flow is None:
        return (f"Aucun acteur ici, ni le {write_date(year.since)} ni le {write_date(year.at)}.",)
    before = write_count(year.flow.before, *KIND_NAMES[Kind.ACTOR])
    after = write_count(year.flow.after, *KIND_NAMES[Kind.ACTOR])
    return (
        f"Du {write_date(year.since)} au {write_date(year.at)} : de {before} à {after}.",
        write_net_change(year.net, Kind.ACTOR),
    )


def _list_parents(register: Register, territory: Territory) -> list[Territory]:
    parents = []
    for level in _LEVELS_ABOVE:
        code = territory.part_of.get(level.value)
        if code is not None and level is not territory.level:
            parents.append(register.referential.get(level, code))
    return parents


def _write_sentence(sheet: TerritorySheet) -> str:
    actors = next(count for count in sheet.counts if count.kind is Kind.ACTOR)
    if actors.expected is None:
        return "Aucun acteur n'est encore placé dans la région : il n'y a rien à comparer."
    here = write_count(actors.count, *KIND_NAMES[Kind.ACTOR])
    expected = write_number(actors.expected, 1)
    comparison = f"{here} ici ; on en attendrait {expected} si le réseau suivait la population."
    return f"{comparison} {write_against_chance(actors)}"


def _write_sectors(codes: list[str], labels: dict[str, str], sheet: TerritorySheet, *, is_there: bool) -> str:
    found = [code for code in codes if bool(sheet.count_by_sector.get(code)) is is_there]
    if is_there:
        return write_list([f"{labels[code]} ({write_number(sheet.count_by_sector[code])})" for code in found])
    return write_list([labels[code] for code in found])


def describe_territories(register: Register, q: str | None) -> dict[str, Any]:
    """Give the values of the index: what a search finds, then every intercommunalité by département."""
    referential = register.referential
    epcis = referential.territories(Level.EPCI)
    by_departement: dict[str, list[Territory]] = defaultdict(list)
    for epci in sorted(epcis, key=lambda each: each.name):
        by_departement[_find_departement(register, epci)].append(epci)
    found = find_territories(register, q) if q else []
    communes = len(referential.territories(Level.COMMUNE))
    return {
        "q": q,
        "sentence": (
            f"{write_number(len(epcis))} intercommunalités et {write_number(communes)} communes "
            "des Hauts-de-France, chacune avec sa page."
        ),
        "found": found[:_FOUND_SHOWN],
        "found_title": _write_found(q, found),
        "groups": [
            (departement, by_departement[departement.code])
            for departement in referential.territories(Level.DEPARTEMENT)
        ],
    }


def _find_departement(register: Register, epci: Territory) -> str:
    """Place an intercommunalité under the département where most of its inhabitants live."""
    departement = epci.part_of.get(Level.DEPARTEMENT.value)
    if departement is not None:
        return departement
    inhabitants: dict[str, int] = defaultdict(int)
    for code in epci.commune_codes:
        commune = register.referential.get(Level.COMMUNE, code)
        inhabitants[commune.part_of[Level.DEPARTEMENT.value]] += commune.population
    return max(inhabitants, key=lambda code: inhabitants[code])


def find_territories(register: Register, q: str) -> list[Territory]:
    """Find the territories that a text names: a code, a postcode, or words of a name (old names included)."""
    referential = register.referential
    exact = referential.find(q.strip())
    found: dict[str, Territory] = {exact.code: exact} if exact else {}
    for code in referential.postcodes.get(q.strip(), ()):
        found.setdefault(code, referential.get(Level.COMMUNE, code))
    wanted = fold(q)
    if len(wanted) >= 2:
        for level in (Level.DEPARTEMENT, Level.EPCI):
            for territory in referential.territories(level):
                if wanted in fold(territory.name):
                    found.setdefault(territory.code, territory)
        named = [alias.code_insee for alias in referential.aliases if fold(alias.name).startswith(wanted)]
        for code in named:
            found.setdefault(code, referential.get(Level.COMMUNE, code))
    return list(found.values())


def _write_found(q: str | None, found: list[Territory]) -> str:
    if not found:
        return f"Aucun territoire des Hauts-de-France ne répond à « {q} »"
    return f"{write_count(len(found), 'territoire répond', 'territoires répondent')} à « {q} »"
