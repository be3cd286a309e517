"""Who looks after each intercommunalité, as a figure of `/couverture`: pair, ambassadors, or nobody."""

from __future__ import annotations

from api.figures import Column, Figure, Method
from geo.referents import TerritoryCare, write_care, write_referents

METHOD = Method(
    formula=(
        "Un binôme est complet quand une personne de l'équipe salariée et une du Collectif sont nommées. Un "
        "ambassadeur ou une ambassadrice compte dans chaque intercommunalité de sa zone d'action, ou à "
        "défaut là où il ou elle habite."
    ),
    source="Le registre : ses fiches d'aujourd'hui et les binômes que l'équipe y a nommés.",
    limits="Un nom ne dit pas le temps que la personne y passe.",
)


def make_care_figure(cares: tuple[TerritoryCare, ...]) -> Figure:
    """List the intercommunalités that lack a whole pair or an ambassador, the most populated first."""
    lacking = [care for care in cares if care.is_lacking]
    return Figure(
        name="referents",
        title="Qui n'a ni binôme, ni ambassadeur ?",
        sentence=write_care(cares),
        method=METHOD,
        columns=(
            Column(key="name", title="Il manque un binôme ou un ambassadeur"),
            Column(key="population", title="Habitants", style="count"),
            Column(key="referents", title="Binôme"),
            Column(key="ambassadors", title="Ambassadeurs et ambassadrices", style="count"),
        ),
        rows=tuple(
            (care.name, care.population, write_referents(care.referents) or "personne", care.ambassador_count)
            for care in lacking
        ),
        links=tuple(f"/territoires/{care.code}" for care in lacking),
        marks_zero=True,
    )
