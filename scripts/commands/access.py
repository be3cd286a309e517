"""`maillage access`: how far people live from an antenne, and the travel times that this rests on."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data.opening import open_register
from data.travel.destinations import Destinations
from geo.coverage.access import AverageTime
from geo.coverage.answers import AccessAnswer, access_as_json
from geo.coverage.people import write_rounded
from geo.french import KIND_NAMES, write_count, write_date, write_number, write_share
from geo.records import Kind
from scripts.console import output, print_json, say, say_title, show_progress
from scripts.parameters import Day, Json, OneSector, read_day, read_sector
from scripts.tables import add_cells, start_table

if TYPE_CHECKING:
    from data.questions.travel import TravelTimesReport

app = typer.Typer(
    help="À combien de minutes vivent les habitants d'une antenne, d'un temps fort, d'un ambassadeur.",
    invoke_without_command=True,
)

_FAR_NAMED = 10


@app.callback()
def show_access(
    context: typer.Context,
    kind: Annotated[
        Kind, typer.Option("--kind", help="Vers quoi l'on va : antenne, event, ambassador…")
    ] = Kind.ANTENNE,
    sector: OneSector = None,
    minutes: Annotated[float, typer.Option(help="La limite de temps.", min=5, max=120)] = 30,
    at: Day = None,
    accompaniment: Annotated[
        bool,
        typer.Option("--accompaniment", help="Dire plutôt comment les postes des antennes se partagent."),
    ] = False,
    posts: Annotated[
        list[str] | None,
        typer.Option(
            help="Avec --accompaniment : les postes d'une antenne (un par antenne sinon), à répéter.",
            metavar="CODE=NOMBRE",
        ),
    ] = None,
    as_json: Json = False,
    csv_path: Annotated[
        Path | None, typer.Option("--csv", help="Écrire chaque commune en CSV.", metavar="FICHIER")
    ] = None,
) -> None:
    """Dire à combien de minutes vivent les habitants d'une antenne, d'un temps fort, d'un ambassadeur."""
    if context.invoked_subcommand is not None:
        return
    if accompaniment:
        from data.questions.accompaniment import answer_accompaniment
        from scripts.commands.accompaniment import read_posts, show_accompaniment

        given = read_posts(posts or ())
        show_accompaniment(answer_accompaniment(open_register(), posts=given), as_json=as_json)
        return
    from data.exports.access import write_access_csv
    from data.questions import answer_access

    register = open_register()
    answer = answer_access(register, kind=kind, sector=read_sector(register, sector), minutes=minutes, at=at)
    if csv_path:
        write_access_csv(answer, register.referential, csv_path)
        say(f"Tableau écrit : {csv_path}")
    if as_json:
        print_json(access_as_json(answer))
    elif not csv_path:
        say_access(answer)


def say_access(answer: AccessAnswer) -> None:
    """Print the inhabitants within each limit, the average times, and where the times come from."""
    one, many = KIND_NAMES[answer.kind]
    say_title(f"À combien de minutes ? ({write_count(answer.site_count, one, many)})")
    figures = ["Habitants à moins de", "Part", "Couverts", "Incertain", "Non couverts"]
    shown = figures if answer.is_estimated else [name for name in figures if name != "Incertain"]
    table = start_table(*shown, right=tuple(shown))
    for within in answer.within:
        cells = [
            f"{write_number(within.minutes)} minutes",
            write_share(within.share),
            write_rounded(within.covered),
            write_rounded(within.uncertain),
            write_rounded(within.not_covered),
        ]
        add_cells(table, *(cell for cell, name in zip(cells, figures, strict=True) if name in shown))
    output().print(table)
    if answer.mean and answer.median and answer.p95:
        say(f"Temps moyen : {_write_time(answer.mean, answer)}.")
        say(f"La moitié des habitants sont à moins de {_write_time(answer.median, answer)},")
        say(f"95 % à moins de {_write_time(answer.p95, answer)}.")
    say(f"{answer.caption[:1].upper()}{answer.caption[1:]}.")


def _write_time(time: AverageTime, answer: AccessAnswer) -> str:
    text = f"{write_number(time.value)} min"
    if not answer.is_estimated:
        return text
    return f"{text} (entre {write_number(time.low)} et {write_number(time.high)})"


@app.command("build")
def build(
    osrm_url: Annotated[
        str | None, typer.Option(help="L'adresse d'un serveur OSRM en marche.", metavar="ADRESSE")
    ] = None,
    pbf: Annotated[
        list[Path] | None,
        typer.Option(
            "--pbf",
            help="Un extrait OpenStreetMap (.osm.pbf) ; à répéter pour les pays voisins.",
            metavar="FICHIER",
        ),
    ] = None,
    profile: Annotated[str, typer.Option(help="Le profil nommé dans les adresses du serveur.")] = "driving",
    roads_date: Annotated[
        date | None,
        typer.Option(
            parser=read_day, help="La date des routes du serveur, s'il ne la dit pas.", metavar="DATE"
        ),
    ] = None,
    destinations: Annotated[
        Destinations,
        typer.Option(help="Vers toutes les communes, ou seulement vers les sièges et les présences."),
    ] = Destinations.ALL,
    table_size: Annotated[
        int, typer.Option(help="Départs (et arrivées) demandés à la fois au serveur.", min=1, max=5_000)
    ] = 100,
    timeout_s: Annotated[
        float, typer.Option("--timeout", help="Secondes à attendre une réponse.", min=0.1, max=3_600)
    ] = 60,
    as_json: Json = False,
) -> None:
    """Calculer une fois les temps par la route ; interrompu, reprendre où l'on en était."""
    if (osrm_url is None) == (not pbf):
        message = "Donnez --osrm-url ADRESSE, ou bien --pbf FICHIER."
        raise typer.BadParameter(message)
    from data.questions.travel import compute_times_by_extract, compute_times_by_router

    register = open_register()
    with show_progress("Temps de trajet, en %", total=100) as advance_to:

        def show(done: int, total: int) -> None:
            advance_to(round(100 * done / total))

        if osrm_url is not None:
            report = compute_times_by_router(
                register,
                url=osrm_url,
                profile=profile,
                roads_date=roads_date,
                destinations=destinations,
                table_size=table_size,
                timeout_s=timeout_s,
                progress=show,
            )
        else:
            report = compute_times_by_extract(
                register, extracts=pbf or [], destinations=destinations, progress=show
            )
    say_times(report, as_json=as_json)


@app.command("check")
def check(as_json: Json = False) -> None:
    """Dire quels temps de trajet sont enregistrés, d'où ils viennent, s'ils servent."""
    from data.questions.travel import describe_travel_times

    say_times(describe_travel_times(open_register()), as_json=as_json)


def say_times(report: TravelTimesReport, *, as_json: bool) -> None:
    """Say which times are stored, and what a reader of their figures must know."""
    if as_json:
        print_json(_report_as_json(report))
        return
    facts = report.facts
    say(f"{facts.caption[:1].upper()}{facts.caption[1:]}.")
    say(f"Source : {facts.roads} ; calculés le {write_date(facts.computed_on)}.")
    pairs = f"{write_count(report.origins, 'commune')} vers {write_count(report.destinations, 'commune')}"
    say(f"{pairs}, dans {report.path} ({write_number(report.size_bytes / 1e6, 1)} Mo).")
    if report.without_way:
        say(f"{write_count(report.without_way, 'trajet impossible', 'trajets impossibles')} par la route.")
    far = sorted(facts.far_from_road_m.items(), key=lambda pair: -pair[1])
    if far:
        named = ", ".join(f"{code} ({write_number(metres)} m)" for code, metres in far[:_FAR_NAMED])
        more = f", et {write_number(len(far) - _FAR_NAMED)} autres" if len(far) > _FAR_NAMED else ""
        say(f"Mairies à plus d'un kilomètre de leur route, à vérifier : {named}{more}.")
    if facts.speeds_km_h:
        table = start_table("Sorte de route", "Vitesse (km/h)", right=("Vitesse (km/h)",))
        for road, speed in facts.speeds_km_h.items():
            add_cells(table, road, write_number(speed))
        output().print(table)
        say("Une limitation affichée compte pour 0,8 de sa valeur.")
        say("Ni trafic, ni feux, ni interdictions de tourner.")
    if report.problem:
        say(f"Ces temps ne servent pas : {report.problem}. Relancez « maillage access build ».")


def _report_as_json(report: TravelTimesReport) -> dict[str, Any]:
    return {
        "path": str(report.path),
        "bytes": report.size_bytes,
        "origins": report.origins,
        "destinations": report.destinations,
        "without_way": report.without_way,
        "problem": report.problem,
        "caption": report.facts.caption,
        **asdict(report.facts),
    }
