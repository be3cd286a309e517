"""`maillage siting`: where the next antenne would serve most people."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.opening import open_register
from geo.coverage.answers import SitingAnswer, siting_as_json
from geo.coverage.people import write_people, write_rounded
from geo.coverage.siting import Objective
from geo.coverage.siting_sentences import SETTINGS, write_best, write_best_proof
from geo.french import write_count, write_list, write_number, write_share
from geo.records import Kind
from scripts.console import output, print_json, say, say_title
from scripts.parameters import Json, OneKind
from scripts.tables import add_cells, start_table

_SHOWN = 5
_OBJECTIVES = {
    Objective.COVERED: "le plus d'habitants à portée",
    Objective.MEAN_TIME: "le temps moyen le plus court",
    Objective.WORST_TIME: "le temps le plus long raccourci",
}


def show_siting(
    count: Annotated[int, typer.Option(help="Combien d'antennes de plus.", min=1, max=10)] = 1,
    minutes: Annotated[float, typer.Option(help="Être à portée, c'est à moins de…", min=5, max=120)] = 30,
    kind: OneKind = Kind.ACTOR,
    weighted: Annotated[
        bool, typer.Option("--equity", help="Peser les habitants par ce qui manque là où ils vivent.")
    ] = False,
    as_json: Json = False,
    csv_path: Annotated[
        Path | None, typer.Option("--csv", help="Écrire les candidats en CSV.", metavar="FICHIER")
    ] = None,
) -> None:
    """Dire où la prochaine antenne servirait le plus d'habitants, celles d'aujourd'hui gardées."""
    from data.questions import answer_siting

    answer = answer_siting(open_register(), count=count, minutes=minutes, kind=kind, is_weighted=weighted)
    if csv_path:
        from data.exports.access import write_siting_csv

        write_siting_csv(answer, csv_path)
        say(f"Tableau écrit : {csv_path}")
    if as_json:
        print_json(siting_as_json(answer))
    elif not csv_path:
        say_siting(answer)


def say_siting(answer: SitingAnswer) -> None:
    """Print the first candidates under nine settings, then the best set when several are asked for."""
    antennes = write_count(answer.antenne_count, "antenne")
    say_title(f"Où ouvrir la prochaine antenne ? ({antennes} aujourd'hui)")
    figures = ("Habitants rapprochés", "entre", "Gagne", "Regret")
    # Times by road have no bounds to show.
    shown = [name for name in figures if answer.is_estimated or name != "entre"]
    table = start_table("Intercommunalité", "Ville", *shown, right=shown)
    for candidate in answer.candidates[:_SHOWN]:
        cells = {
            "Habitants rapprochés": write_rounded(candidate.gain),
            "entre": f"{write_rounded(candidate.gain_low)} et {write_rounded(candidate.gain_high)}",
            "Gagne": f"{candidate.wins} sur {SETTINGS}",
            "Regret": write_share(candidate.regret, 0),
        }
        add_cells(table, candidate.name, candidate.commune_name, *(cells[name] for name in shown))
    output().print(table)
    say(write_best(answer))
    proof = write_best_proof(answer)
    if proof:
        say(proof)
    if answer.count > 1:
        _say_plans(answer)
    say()
    limit = write_number(answer.minutes)
    say(f"Rapprochés : qui passe à moins de {limit} minutes d'une antenne.")
    say("Neuf réglages : habitants à portée, temps moyen, temps le plus long ; à 20, 30 et 45 minutes.")
    say("Regret : la plus grande part d'amélioration que ce choix laisse perdre dans l'un des réglages.")
    say(f"{answer.caption[:1].upper()}{answer.caption[1:]}.")


def _say_plans(answer: SitingAnswer) -> None:
    say_title(f"{answer.count} antennes ensemble")
    for plan in answer.plans:
        proved = "" if plan.is_proved else " (meilleur trouvé, non prouvé)"
        gain = f"{write_people(plan.gain)} de plus{proved}"
        say(f"  {_OBJECTIVES[plan.objective]} : {write_list(plan.names)}, {gain}")
