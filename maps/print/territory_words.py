"""The words of a territory's sheet: its full name, its figures as sentences, what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from geo.coverage.comparable import DENSITY_NAMES
from geo.coverage.sentences import write_net_change, write_row
from geo.coverage.territory_study import TerritoryStudy
from geo.french import (
    KIND_NAMES,
    write_count,
    write_date,
    write_distance,
    write_list,
    write_number,
    write_share,
)
from geo.position import measure_distances_m
from geo.records import MEL_CODE, CoverageRow, Kind, KindCount, Level, Neighbour, Territory, TerritorySheet
from maps.popup import clean_text
from maps.wording import DEPARTEMENT_NAMES

_FULL_NAMES = {
    "CC ": "Communauté de communes ",
    "CA ": "Communauté d’agglomération ",
    "CU ": "Communauté urbaine ",
}

_ARTICLES = re.compile(r"^(?:de la |de l['’]|du |des |d['’]|de )")

SEPARATOR = "\u00a0· "
"""Parts the items of a list; a line never starts with it."""

JOIN_URL = "https://www.apes-hdf.org"


def list_comparisons(study: TerritoryStudy) -> list[tuple[str, float | None]]:
    """List what a territory's actors are compared with: names, and presences per 10,000 inhabitants."""
    actors = next((each for each in study.comparisons if each.kind is Kind.ACTOR), None)
    if actors is None or actors.region is None:
        return []
    lines = [("Ce territoire", actors.here)]
    if study.sheet.territory.level is not Level.REGION:
        lines.append(("Hauts-de-France", actors.region))
    if study.sheet.territory.code != MEL_CODE:
        lines.append(("MEL", actors.mel))
    if study.comparable:
        lines.append((f"{len(study.comparable)} territoires comparables", actors.comparable))
    return lines


def write_comparable(study: TerritoryStudy) -> str:
    """Name the comparable territories and how they were chosen; empty without any."""
    if not study.comparable or study.density is None:
        return ""
    names = write_list([clean_text(each.name) for each in study.comparable])
    return (
        f"Comparables : {names} (même densité, {DENSITY_NAMES[study.density]}, et population la plus proche)."
    )


def write_access(study: TerritoryStudy) -> str:
    """Write what share of the inhabitants is near an antenne, and how exactly that is known; empty if not."""
    access = study.access
    if access is None:
        return ""
    share = f"{write_share(access.share, 0)} des habitants à moins de {write_number(access.minutes)} minutes"
    low, high = write_share(access.share_low, 0), write_share(access.share_high, 0)
    if low == high:
        return f"{share}."
    return f"{share} (entre {low} et {high}, à vol d’oiseau)."


def write_times_caption(study: TerritoryStudy) -> str:
    """Say where the times of the sheet come from; empty where it tells none."""
    if study.access is None:
        return ""
    return f"{study.access.caption[:1].upper()}{study.access.caption[1:]}."


def write_year(study: TerritoryStudy) -> str:
    """Write what moved since a year before; empty where no list speaks of that day."""
    year = study.year
    if year is None or not year.reaches_back:
        return ""
    return f"Depuis le {write_date(year.since)} : {write_net_change(year.net, Kind.ACTOR)}"


def write_full_name(territory: Territory) -> str:
    """
    Write a territory's name without its initials.

    Examples
    --------
    >>> write_full_name(Territory(level=Level.EPCI, code="1", name="CC du Vimeu", population=1, vintage=2026))
    'Communauté de communes du Vimeu'
    """
    for initials, words in _FULL_NAMES.items():
        if territory.level is Level.EPCI and territory.name.startswith(initials):
            return words + territory.name.removeprefix(initials)
    return territory.name


def write_index_name(territory: Territory) -> str:
    """
    Write a territory's name so that an index sorts it by what one looks for.

    Examples
    --------
    >>> epci = Territory(level=Level.EPCI, code="1", name="CA de la Baie de Somme", population=1, vintage=1)
    >>> write_index_name(epci)
    'Baie de Somme (CA)'
    """
    initials, _, rest = territory.name.partition(" ")
    if f"{initials} " not in _FULL_NAMES:
        return territory.name
    bare = _ARTICLES.sub("", rest)
    return f"{bare[:1].upper()}{bare[1:]} ({initials})"


def write_situation(territory: Territory) -> str:
    """Write where a territory is, how many communes and inhabitants it has."""
    codes = sorted({code[:2] for code in territory.commune_codes} & set(DEPARTEMENT_NAMES))
    places = write_list([DEPARTEMENT_NAMES[code] for code in codes])
    if territory.level is Level.DEPARTEMENT:
        places = "Département des Hauts-de-France"
    is_commune = territory.level is Level.COMMUNE
    communes = "" if is_commune else write_count(len(territory.commune_codes), "commune")
    inhabitants = f"{write_number(territory.population)} habitants"
    return " · ".join(part for part in (places, communes, inhabitants) if part)


def as_row(count: KindCount, territory: Territory) -> CoverageRow:
    """Give a kind's count the form in which sentences read it."""
    return CoverageRow(
        code=territory.code,
        name=territory.name,
        population=territory.population,
        count=count.count,
        per_10k=count.per_10k,
        expected=count.expected,
        ratio=count.ratio,
        ratio_low=count.ratio_low,
        ratio_high=count.ratio_high,
        significant_absence=count.significant_absence,
    )


def write_kind(count: KindCount, territory: Territory) -> str:
    """Write what a count shows and does not show: the only sentence that may say « significatif »."""
    return write_row(as_row(count, territory), count.kind)


def write_expected(count: KindCount, territory: Territory) -> str:
    """Write the same without the count itself, which stands beside."""
    sentence = write_kind(count, territory)
    _, mark, rest = sentence.partition(" pour ")
    return f"Pour {rest}" if mark else sentence


def write_neighbours(sheet: TerritorySheet, most: int = 6) -> str:
    """Name the territories that touch this one."""
    names = sorted(clean_text(each.name) for each in sheet.neighbours)
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} et {write_number(len(names) - most + 1)} autres."
    return f"{write_list(names)}." if names else "Aucun dans la région."


def find_kind(sheet: TerritorySheet, kind: Kind) -> KindCount:
    """Give a sheet's count of a kind."""
    return next(count for count in sheet.counts if count.kind is kind)


def write_antenne(nearest: Neighbour | None, territory: Territory) -> str:
    """Write which antenne is the nearest to a territory's town hall, and how far."""
    if nearest is None or nearest.presence.position is None or territory.position is None:
        return "Aucune antenne n’est encore placée sur la carte."
    lon, lat = (float(degrees) for degrees in nearest.presence.position.lon_lat())
    distance_m = float(measure_distances_m(territory.position, np.array([lon]), np.array([lat]))[0])
    name = clean_text(nearest.presence.name)
    if nearest.presence.commune in territory.commune_codes:
        return f"{name} : elle est sur ce territoire."
    return f"{name}, à {write_distance(distance_m)} à vol d’oiseau de la ville principale."


def write_ambassadors(sheet: TerritorySheet) -> str:
    """Name the ambassadors, or say how to become one."""
    names = [clean_text(p.name) for p in sheet.presences if p.kind is Kind.AMBASSADOR]
    if names:
        shown = names[:3]
        others = len(names) - len(shown)
        return write_list([*shown, *([f"{write_number(others)} autres"] if others > 1 else names[3:4])]) + "."
    if find_kind(sheet, Kind.AMBASSADOR).count:
        return "Le réseau a un relais sur ce territoire ; l’Apes vous met en relation."
    return (
        "Personne encore. Vous connaissez ce territoire et l’économie solidaire ? L’Apes cherche des "
        f"relais : écrivez-lui ({JOIN_URL.removeprefix('https://')})."
    )


def list_sectors(sheet: TerritorySheet, tops: Sequence[str], *, is_there: bool) -> list[str]:
    """List the codes of the top-level sectors that are there, most first, or of those that are not."""
    found = [code for code in tops if bool(sheet.count_by_sector.get(code)) is is_there]
    return sorted(found, key=lambda code: -sheet.count_by_sector.get(code, 0))


def list_names(sheet: TerritorySheet) -> list[str]:
    """List the presences by kind then name; what is no actor says so, and each its commune."""
    order = {kind: place for place, kind in enumerate(Kind)}
    listed = sorted(sheet.presences, key=lambda p: order[p.kind])
    names = []
    for presence in listed:
        mark = "" if presence.kind is Kind.ACTOR else f" ({KIND_NAMES[presence.kind][0]})"
        town = f", {clean_text(presence.commune_name)}" if presence.commune_name else ""
        names.append(f"{clean_text(presence.name)}{mark}{town}")
    return names
