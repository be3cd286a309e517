"""What `/rencontres` says: where a themed event would reach most of the members not yet reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.forms import PlanForm
from api.near_view import Choice
from api.pictures import list_territories, write_sources
from api.rendering import write_address
from data.questions import describe_register, list_sectors
from data.questions.planning import EventPlan, PlannedEvent, plan_events
from data.session import Register
from geo.french import write_count, write_date, write_number
from geo.records import Level, Presence, Visibility
from maps.wording import write_radius

LINES = 10
NAMED = 5
REACHES_M = (10_000.0, 20_000.0, 30_000.0, 50_000.0)
MONTHS = (12, 24, 36)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A territory and a sector, why, and who would be reached."""

    rank: int
    event: PlannedEvent
    sector: str
    why: str
    named: tuple[Presence, ...]
    others: int
    everybody: str


def ask_plan(register: Register, form: PlanForm, *, reader: Visibility = Visibility.PUBLIC) -> EventPlan:
    """Ask for the plan, with the form's choices."""
    return plan_events(
        register, sector=form.sector, months=form.months, reach_m=form.reach_m, count=LINES, reader=reader
    )


def describe_plan(
    register: Register, form: PlanForm, *, reader: Visibility = Visibility.PUBLIC
) -> dict[str, Any]:
    """Give the values of the page."""
    plan = ask_plan(register, form, reader=reader)
    sectors = list_sectors(register)
    labels = {sector.code: sector.label for sector in sectors}
    return {
        "asked": form,
        "sectors": sectors,
        "sector_labels": labels,
        "reaches": sorted({*REACHES_M, form.reach_m}),
        "months": sorted({*MONTHS, form.months}),
        "sentence": _write_sentence(plan, labels),
        "method": _write_method(plan),
        "lines": write_lines(plan, labels),
        "by_sector": [
            (labels[each.sector], each, _link_sector(form, each.sector)) for each in plan.by_sector
        ],
        "all_sectors": Choice(
            label="Toutes les filières",
            address=write_address("/rencontres", form.model_dump() | {"sector": None}),
        ),
        "map_source": write_address("/rencontres/plan", form.model_dump()),
    }


def _link_sector(form: PlanForm, code: str) -> str:
    return write_address("/rencontres", form.model_dump() | {"sector": code})


def write_lines(plan: EventPlan, labels: dict[str, str]) -> list[PlanLine]:
    """Write the lines of a plan, each with its reason."""
    radius = write_radius(plan.reach_m)
    lines = []
    for rank, event in enumerate(plan.planned, start=1):
        members = write_count(event.gain, "membre", "membres")
        reached = "qu'aucun temps fort n'a touché" if event.gain == 1 else "qu'aucun temps fort n'a touchés"
        lines.append(
            PlanLine(
                rank=rank,
                event=event,
                sector=labels[event.sector],
                why=f"{members} de la filière, dans le territoire ou à moins de {radius}, {reached}.",
                named=event.members[:NAMED],
                others=event.gain - min(NAMED, len(event.members)),
                everybody=write_address(
                    "/proche",
                    {
                        "commune": event.territory.code,
                        "sector": event.sector,
                        "kind": "actor",
                        "reach": plan.reach_m,
                    },
                ),
            )
        )
    return lines


def _write_sentence(plan: EventPlan, labels: dict[str, str]) -> str:
    members = sum(each.members for each in plan.by_sector)
    reached = sum(each.reached for each in plan.by_sector)
    if not members:
        return "Aucun membre placé dans cette filière : il n'y a personne à réunir pour l'instant."
    if plan.sector is not None:
        told = f"{write_count(reached, 'membre', 'membres')} sur {write_number(members)}"
        verb = "a été touché" if reached < 2 else "ont été touchés"
        sentence = (
            f"Filière « {labels[plan.sector]} » : {told} {verb} par un temps fort depuis {plan.months} mois."
        )
    else:
        empty = sum(each.members > 0 and each.reached == 0 for each in plan.by_sector)
        verb = "n'a" if empty < 2 else "n'ont"
        sentence = f"{write_count(empty, 'filière', 'filières')} {verb} réuni personne récemment."
    if not plan.planned:
        return f"{sentence} Tout le monde a été touché : il n'y a rien à prévoir."
    best = plan.planned[0]
    about = "" if plan.sector else f"« {labels[best.sector]} », "
    gain = write_count(best.gain, "membre de plus", "membres de plus")
    return f"{sentence} Le prochain serait le plus utile ici : {about}{best.territory.name} ({gain})."


def _write_method(plan: EventPlan) -> str:
    return (
        f"Un membre est « touché » si, depuis le {write_date(plan.since)} ({plan.months} mois), un temps "
        "fort de sa filière s'est tenu, ou est annoncé, dans son intercommunalité ou à moins de "
        f"{write_radius(plan.reach_m)} à vol d'oiseau. Les lieux sont choisis l'un après l'autre : à chaque "
        "fois celui qui toucherait le plus de membres restants. Seules les fiches publiques comptent, et les "
        "distances partent de la ville principale de chaque intercommunalité."
    )


def picture_plan(
    register: Register,
    form: PlanForm,
    *,
    asset_url: str | None = None,
    reader: Visibility = Visibility.PUBLIC,
) -> str:
    """Draw the plan as a whole HTML page."""
    from maps.plan_map import PlanStop, draw_plan_map  # noqa: PLC0415 (40 MB: for maps only)

    plan = ask_plan(register, form, reader=reader)
    labels = {sector.code: sector.label for sector in list_sectors(register)}
    stops = [
        PlanStop(
            rank=line.rank,
            name=line.event.territory.name,
            position=line.event.territory.position,
            what=f"{line.sector} : {write_count(line.event.gain, 'membre', 'membres')}",
            members=line.event.members,
        )
        for line in write_lines(plan, labels)
        if line.event.territory.position is not None
    ]
    return draw_plan_map(
        stops,
        territories=list_territories(register, Level.EPCI),
        reach_m=plan.reach_m,
        title="Où tenir un temps fort ?",
        source=write_sources(register),
        asset_url=asset_url,
        is_fictional=describe_register(register).is_fictional,
    )
