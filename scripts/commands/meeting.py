"""`maillage meet`: whom a presence could meet, who could sponsor it, which projects to copy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from data.opening import open_register
from data.questions.meeting import find_meetings
from geo.french import write_distance
from geo.meeting.contract import meetings_as_json
from geo.meeting.suggesting import Suggestion
from scripts.console import print_json, say, say_title
from scripts.parameters import Json


def show_meetings(
    presence_id: Annotated[
        int,
        typer.Argument(help="Le numéro de la fiche (voir « maillage near --json »).", metavar="ID", min=1),
    ],
    limit: Annotated[int, typer.Option(help="Nombre de suggestions de chaque sorte.", min=1, max=50)] = 6,
    as_json: Json = False,
) -> None:
    """Proposer qui rencontrer, qui pourrait parrainer, quels projets imiter, et dire pourquoi."""
    register = open_register()
    answer = find_meetings(register, presence_id, limit=limit)
    if as_json:
        print_json(
            meetings_as_json(
                answer.presence,
                meetings=answer.meetings,
                sponsors=answer.sponsors,
                copies=answer.copies,
                sponsor_years=answer.sponsor_years,
                sponsor_reach_m=answer.sponsor_reach_m,
                data_date=answer.data_date,
            )
        )
        return
    say_title(answer.presence.name)
    _say_suggestions("Qui rencontrer", answer.meetings)
    reach = write_distance(answer.sponsor_reach_m)
    _say_suggestions(
        f"Parrains et marraines possibles ({answer.sponsor_years} ans d'activité, à {reach} au plus)",
        answer.sponsors,
    )
    _say_suggestions("Projets semblables ailleurs", answer.copies)


def _say_suggestions(title: str, suggestions: Sequence[Suggestion]) -> None:
    say("")
    say(f"{title} :")
    for suggestion in suggestions:
        say(f"  {suggestion.presence.name} ({suggestion.presence.id}). {suggestion.why}")
    if not suggestions:
        say("  personne pour l'instant.")
