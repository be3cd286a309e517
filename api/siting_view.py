"""What `/couverture/antennes` says: access today, the next antenne, what the reader's own choice changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from api.pictures import read_antennes
from api.rendering import write_address
from api.siting_forms import MOST_FIELDS, SitingForm
from data.journeys import read_seats
from data.questions import answer_access, answer_siting, answer_what_if
from data.session import Register
from geo.coverage.access import AccessCurve, AccessWithin
from geo.coverage.answers import AccessAnswer, AccessChange, SitingAnswer
from geo.coverage.people import write_people
from geo.coverage.siting import Objective
from geo.coverage.siting_sentences import SETTINGS, write_best, write_best_proof
from geo.french import write_at_place, write_list, write_number, write_share
from geo.records import Kind, Level
from geo.territories import Referential
from maps.siting_sketch import Ground, draw_dots, draw_ground

PAGE = "/couverture/antennes"
SHOWN = 5

OBJECTIVES = {
    Objective.COVERED: "Rapprocher le plus d'habitants",
    Objective.MEAN_TIME: "Raccourcir le temps moyen",
    Objective.WORST_TIME: "Raccourcir le temps des plus éloignés",
}
_KINDS = (Kind.ANTENNE, Kind.EVENT, Kind.AMBASSADOR)
_WINNERS_NAMED = 3
_CURVE_WIDTH, _CURVE_HEIGHT = 360, 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A candidate: its commune, how it is named, where it is drawn, the address that chooses or drops it."""

    code: str
    label: str
    x: int
    y: int
    address: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One limit of the table: today, with the choice, and what that changes."""

    minutes: float
    before: AccessWithin
    after: AccessWithin
    gained: int


def describe_siting(register: Register, form: SitingForm) -> dict[str, Any]:
    """Give the values of the page."""
    minutes = form.minutes
    siting = answer_siting(
        register, count=form.count, minutes=minutes, kind=form.kind, is_weighted=form.equity
    )
    change = answer_what_if(register, communes=form.commune, minutes=minutes)
    access = {kind: answer_access(register, kind=kind, minutes=minutes) for kind in _KINDS}
    question = form.model_dump(mode="json", exclude={"commune", "equity"}, exclude_defaults=True)
    if form.equity:
        question["equity"] = "true"
    names = {code: register.referential.get(Level.COMMUNE, code).name for code in change.communes}
    return {
        "asked": form,
        "siting": siting,
        "change": change,
        "access": access,
        "limits": (20, 30, 45),
        "lines": list_lines(change),
        "chosen_names": list(names.values()),
        "headline": write_headline(change, list(names.values())),
        "today": write_today(access[Kind.ANTENNE], minutes),
        "best": (write_best(siting), write_best_proof(siting)),
        "plans": write_plans(siting, question),
        "settings": group_settings(siting),
        "candidates": [(each, f"{each.wins} sur {SETTINGS}") for each in siting.candidates[:SHOWN]],
        "try_addresses": {
            each.commune: f"{write_address(PAGE, question | {'commune': each.commune})}#essai"
            for each in siting.candidates[:SHOWN]
        },
        "fields": list_fields(change.communes),
        "seat_groups": group_seats(register),
        "other_names": names,
        "map": draw_map(register, change, question),
        "curve": draw_curves(change),
        "count_addresses": {
            count: f"{write_address(PAGE, question | {'count': count, 'commune': None})}#ensemble"
            for count in (1, 2, 3)
        },
        "caption": f"{siting.caption[:1].upper()}{siting.caption[1:]}.",
        "downloads": {
            "Le classement des 92 intercommunalités (CSV)": write_address(f"{PAGE}.csv", question),
            "Le classement en JSON": write_address("/api/v1/siting", question),
            "Votre essai en JSON": write_address(
                "/api/v1/siting/what-if", {"communes": ",".join(change.communes), "minutes": minutes}
            ),
            "L'accès de chaque commune (CSV)": write_address(f"{PAGE}/acces.csv", {"minutes": minutes}),
            "L'accès en JSON": write_address("/api/v1/access", {"minutes": minutes}),
        },
        "map_source": f"{PAGE}/plan" + write_address("", question | {"commune": ",".join(change.communes)}),
    }


def write_today(access: AccessAnswer, minutes: float) -> tuple[str, str]:
    """Say how many live within the limit of an antenne today, and how sure that is."""
    within = find_within(access.within, minutes)
    if not access.site_count:
        return "Aucune antenne n'est encore placée dans le registre.", ""
    share = f"{write_share(within.share)} des habitants vivent à moins de {write_number(minutes)} minutes"
    first = f"{share} d'une antenne."
    mean = f" Temps moyen : {write_number(access.mean.value)} minutes." if access.mean else ""
    if not access.is_estimated:
        return first, f"{write_people(within.not_covered)} en sont plus loin.{mean}"
    unsure = (
        f"C'est sûr pour {write_people(within.covered)}, incertain pour {write_people(within.uncertain)}, "
        f"trop près de la limite ; {write_people(within.not_covered)} vivent plus loin.{mean}"
    )
    return first, unsure


def write_headline(change: AccessChange, names: Sequence[str]) -> str:
    """Say what the reader's choice changes, in one sentence."""
    limit = write_number(change.minutes)
    if not names:
        return "Choisissez une ou plusieurs communes : les chiffres diront ce qu'une antenne y changerait."
    before, after = (find_within(side, change.minutes) for side in (change.before, change.after))
    where = write_list([write_at_place(name) for name in names])
    if not change.people_gained:
        return f"Avec une antenne {where}, personne de plus ne serait à moins de {limit} minutes."
    more = write_people(change.people_gained)
    return (
        f"Avec une antenne {where}, {more} de plus seraient à moins de {limit} minutes : "
        f"{write_share(after.share)} de la population, au lieu de {write_share(before.share)}."
    )


def write_plans(siting: SitingAnswer, question: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Say for each objective which EPCI are chosen together, what they gain, and where to try them."""
    return [
        (
            OBJECTIVES[plan.objective],
            write_list(plan.names),
            f"{write_people(plan.gain)} de plus"
            + ("" if plan.is_proved else " (meilleur choix trouvé, non prouvé)"),
            write_address(PAGE, question | {"commune": ",".join(plan.codes)}) + "#essai",
        )
        for plan in siting.plans
    ]


def group_settings(siting: SitingAnswer) -> list[tuple[str, list[str]]]:
    """Give the nine settings: for each objective, who wins under each limit."""
    town_of = {each.code: each.commune_name for each in siting.candidates}
    return [
        (
            OBJECTIVES[objective],
            [
                write_winners([town_of[code] for code in setting.winners])
                for setting in siting.settings
                if setting.objective is objective
            ],
        )
        for objective in Objective
    ]


def write_winners(towns: Sequence[str]) -> str:
    """
    Name the winners of a setting; beyond three, how many more are even.

    Examples
    --------
    >>> write_winners(["Lens", "Douai"]), write_winners(["A", "B", "C", "D", "E"]), write_winners([])
    ('Lens et Douai', 'A, B, C et 2 autres à égalité', 'personne : plus rien à gagner')
    """
    if not towns:
        return "personne : plus rien à gagner"
    if len(towns) <= _WINNERS_NAMED:
        return write_list(tuple(towns))
    more = len(towns) - _WINNERS_NAMED
    return f"{', '.join(towns[:_WINNERS_NAMED])} et {more} autre{'s' if more > 1 else ''} à égalité"


def list_lines(change: AccessChange) -> list[Line]:
    """Give the table of limits, before and after."""
    return [
        Line(
            minutes=before.minutes,
            before=before,
            after=after,
            gained=round((after.share - before.share) * change.population),
        )
        for before, after in zip(change.before, change.after, strict=True)
    ]


def find_within(within: Sequence[AccessWithin], minutes: float) -> AccessWithin:
    """Give the figures of one limit."""
    return next(each for each in within if each.minutes == minutes)


def list_fields(communes: Sequence[str]) -> list[str]:
    """Give what each field of the form holds: the communes chosen, then an empty one, three at least."""
    return [*communes, *[""] * max(3 - len(communes), 1)][:MOST_FIELDS]


def group_seats(register: Register) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give the candidates by département: code of the commune, and its name with that of its EPCI."""
    departements = {each.code: each.name for each in register.referential.territories(Level.DEPARTEMENT)}
    groups: dict[str, list[tuple[str, str]]] = {name: [] for name in departements.values()}
    for epci, commune in read_seats(register.referential):
        groups[departements[commune.part_of["departement"]]].append(
            (commune.code, f"{commune.name} ({epci.name})")
        )
    return [(name, sorted(seats, key=lambda seat: seat[1])) for name, seats in groups.items()]


@lru_cache(maxsize=4)
def _draw_ground(referential: Referential) -> Ground:
    contours = referential.contours(Level.EPCI)
    return draw_ground(referential.territories(Level.COMMUNE), list(contours.values()))


def draw_map(register: Register, change: AccessChange, question: dict[str, Any]) -> dict[str, Any]:
    """Draw the small map: land, dots by state, candidates to click, antennes there are."""
    referential = register.referential
    ground = _draw_ground(referential)
    seats = []
    known = {commune.code: f"{commune.name} ({epci.name})" for epci, commune in read_seats(referential)}
    for code in dict.fromkeys([*known, *change.communes]):
        is_chosen = code in change.communes
        after = [each for each in change.communes if each != code] if is_chosen else [*change.communes, code]
        x, y = ground.place_of[code]
        seats.append(
            Seat(
                code=code,
                label=known.get(code) or referential.get(Level.COMMUNE, code).name,
                x=x,
                y=y,
                address=write_address(PAGE, question | {"commune": ",".join(after)}) + "#essai",
                is_chosen=is_chosen,
            )
        )
    return {
        "ground": ground,
        "dots": draw_dots(ground, change.states_after, change.gained_communes),
        "antennes": [
            (antenne.name, *ground.place_of[antenne.commune])
            for antenne in read_antennes(register)
            if antenne.commune is not None and antenne.commune in ground.place_of
        ],
        "seats": sorted(seats, key=lambda seat: (seat.is_chosen, -seat.y)),
    }


def draw_curves(change: AccessChange) -> dict[str, Any]:
    """Draw the share of inhabitants within each minute, today and with the choice, as paths."""
    return {
        "width": _CURVE_WIDTH,
        "height": _CURVE_HEIGHT,
        "before": _draw_line(change.curve_before),
        "after": _draw_line(change.curve_after) if change.communes else "",
        "band": _draw_band(change.curve_after if change.communes else change.curve_before)
        if change.is_estimated
        else "",
    }


def _draw_line(curve: AccessCurve) -> str:
    return "M" + "L".join(
        _place(minute, share) for minute, share in zip(curve.minutes, curve.share, strict=True)
    )


def _draw_band(curve: AccessCurve) -> str:
    up = [_place(minute, share) for minute, share in zip(curve.minutes, curve.share_high, strict=True)]
    down = [_place(minute, share) for minute, share in zip(curve.minutes, curve.share_low, strict=True)]
    return "M" + "L".join([*up, *reversed(down)]) + "z"


def _place(minute: float, share: float) -> str:
    return f"{minute / 90 * _CURVE_WIDTH:.0f} {(1 - share) * _CURVE_HEIGHT:.1f}"
