"""Who can reach an accompaniment, as a figure of `/couverture`: antennes shared among all who reach them."""

from __future__ import annotations

from api.figures import Column, Figure, Method
from data.questions.accompaniment import AccompanimentAnswer, AccompanimentRow
from geo.coverage.people import write_rounded
from geo.french import LEVEL_NAMES, write_count, write_number, write_share
from geo.records import Level

METHOD = Method(
    formula=(
        "Chaque antenne compte pour un poste, partagé entre tous les habitants qui peuvent l'atteindre ; un "
        "habitant additionne ce que lui laisse chaque antenne à sa portée (bassins flottants en deux temps). "
        "Deux lectures : toutes pareilles à moins de 30 minutes, ou de moins en moins jusqu'à 45."
    ),
    source=(
        "Luo et Wang, Environment and Planning B 30 (2003) ; Drees et Irdes, accessibilité potentielle "
        "localisée (2012)."
    ),
    limits=(
        "Un poste par antenne est une hypothèse : « maillage access --accompaniment --posts CODE=NOMBRE » en "
        "prend d'autres. Si les deux lectures se contredisent, ne concluez pas."
    ),
)


def make_accompaniment_figure(answer: AccompanimentAnswer) -> Figure:
    """List what the inhabitants of each intercommunalité can reach, the best served first."""
    near, fading = (write_share(share, 0) for share in answer.share_without)
    lacking = sum(not row.fading_over_45_min for row in answer.rows)
    notes = [
        f"{site.name} : {write_rounded(site.inhabitants_per_post)} habitants par poste, à 30 minutes au plus."
        for site in answer.sites
        if site.inhabitants_per_post
    ]
    reached = [row for row in answer.rows if row.within_30_min or row.fading_over_45_min]
    return Figure(
        name="accompagnement",
        title="Qui peut joindre un accompagnement ?",
        sentence=(
            f"{near} des habitants n'ont aucune antenne à moins de 30 minutes, {fading} aucune à moins de "
            f"45{_write_lacking(lacking, len(answer.rows))}."
        ),
        method=METHOD,
        columns=(
            Column(key="name", title=LEVEL_NAMES[Level.EPCI][0].capitalize()),
            Column(key="population", title="Habitants", style="count"),
            Column(key="within_30_min", title="Postes pour 100 000, à 30 minutes", style=2),
            Column(key="fading_over_45_min", title="Postes pour 100 000, jusqu'à 45", style=2),
        ),
        rows=tuple(_write_row(row) for row in reached),
        links=tuple(f"/territoires/{row.code}" for row in reached),
        notes=(*notes, f"{answer.caption[:1].upper()}{answer.caption[1:]}."),
    )


def _write_lacking(lacking: int, total: int) -> str:
    """Say in how many intercommunalités nobody is that near; empty where there is none."""
    if not lacking:
        return ""
    where = f"{write_count(lacking, *LEVEL_NAMES[Level.EPCI])} sur {write_number(total)}"
    return f" ; dans {where}, personne n'en a"


def _write_row(row: AccompanimentRow) -> tuple[str, int, float, float]:
    return (row.name, row.population, row.within_30_min, row.fading_over_45_min)
