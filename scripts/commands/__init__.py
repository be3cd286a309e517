"""One file per command family; here they are only put together.

What answers is read only for the command that was typed: reading all of them took a second each time. The
line of each in `maillage --help` is therefore written here too; a test compares it with the command's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer

from scripts.french_usage import HELP_OPTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, or a family of them when `function` is `app`: where it is, and its line of help."""

    name: str
    module: str
    function: str
    line: str

    def load(self) -> Any:  # noqa: ANN401 (a function of any signature, or an application)
        """Import what answers to the command."""
        return getattr(import_module(f"scripts.commands.{self.module}"), self.function)


def _name(name: str, module: str, function: str, line: str) -> Command:
    return Command(name=name, module=module, function=function, line=line)


COMMANDS = (
    _name(
        "demo",
        "demonstration",
        "run_demo",
        "Tout faire une fois sur un registre fictif : importer, placer, compter, dessiner, servir.",
    ),
    _name("serve", "serving", "serve", "Servir le site et l'API."),
    _name(
        "import",
        "importing",
        "import_list",
        "Verser une liste dans le registre : lire, vérifier, placer, comparer, enregistrer.",
    ),
    _name(
        "geocode",
        "geocoding",
        "geocode_list",
        "Géocoder un fichier : mêmes lignes, mêmes colonnes, et les colonnes result_* en plus.",
    ),
    _name(
        "explain",
        "geocoding",
        "explain_address",
        "Montrer chaque étape du géocodage d'une adresse, et pourquoi cette réponse.",
    ),
    _name(
        "reverse",
        "reversing",
        "show_place",
        "Dire où est un point : l'adresse la plus proche, la commune, l'intercommunalité.",
    ),
    _name(
        "near",
        "proximity",
        "show_near",
        "Trouver qui est près d'une adresse, du plus proche au plus lointain.",
    ),
    _name(
        "meet",
        "meeting",
        "show_meetings",
        "Proposer qui rencontrer, qui pourrait parrainer, quels projets imiter, et dire pourquoi.",
    ),
    _name(
        "coverage",
        "coverage",
        "show_coverage",
        "Dire où le réseau est présent, en proportion de la population, et hors de la métropole.",
    ),
    _name(
        "siting",
        "siting",
        "show_siting",
        "Dire où la prochaine antenne servirait le plus d'habitants, celles d'aujourd'hui gardées.",
    ),
    _name(
        "map",
        "drawing",
        "draw_map",
        "Dessiner une carte : un fichier HTML lisible sans réseau, ou une page A4 en PDF, SVG ou PNG.",
    ),
    _name(
        "sheet",
        "printing",
        "write_sheet",
        "Écrire la fiche d'un territoire sur une page, ou les deux pages du Collectif, en PDF.",
    ),
    _name(
        "atlas",
        "printing",
        "write_atlas",
        "Écrire l'atlas : les fiches des intercommunalités, les pages du Collectif, "
        "et le tout avec un index.",
    ),
    _name(
        "kit",
        "printing",
        "write_kit",
        "Écrire deux pages à remettre à une personne élue : une filière, un territoire, ou l'Apes.",
    ),
    _name(
        "export",
        "exporting",
        "export_register",
        "Écrire les présences publiques dans un fichier : "
        "GeoJSON, GeoPackage, CSV, XLSX, GoGoCarto, PMTiles.",
    ),
    _name(
        "doctor",
        "diagnosis",
        "show_settings",
        "Dire chaque réglage et d'où il vient, et vérifier que le service est entier.",
    ),
    _name(
        "access",
        "access",
        "app",
        "À combien de minutes vivent les habitants d'une antenne, d'un temps fort, d'un ambassadeur.",
    ),
    _name(
        "reference",
        "reference",
        "app",
        "Le référentiel des territoires livré avec le service, et les dénominateurs du registre.",
    ),
    _name(
        "referent",
        "referents",
        "app",
        "Les binômes (équipe salariée et Collectif) qui suivent chaque territoire.",
    ),
    _name("db", "database", "app", "La base du registre."),
    _name("ban", "ban", "app", "La Base Adresse Nationale sur cette machine."),
    _name("token", "tokens", "app", "Les jetons qui ouvrent les pages de l'équipe et des membres."),
)

_BY_NAME = {command.name: command for command in COMMANDS}


def build_app(arguments: Sequence[str]) -> typer.Typer:
    """
    Build the application for what was typed: the command named with all it takes, or else the list of all.

    Parameters
    ----------
    arguments
        What was typed after `maillage`.
    """
    app = typer.Typer(
        name="maillage",
        help="La cartographie de l'économie sociale et solidaire en Hauts-de-France.",
        epilog=(
            "Chaque commande s'explique avec --help. Les réponses pour les machines s'obtiennent avec --json."
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": HELP_OPTIONS},
    )
    # Typer makes an application of one command into that command, unless it has a function of its own.
    app.callback()(_start)
    named = _BY_NAME.get(next((word for word in arguments if not word.startswith("-")), ""))
    if named is None:
        for command in COMMANDS:
            app.command(command.name, help=command.line)(_start)
    elif named.function == "app":
        app.add_typer(named.load(), name=named.name)
    else:
        app.command(named.name)(named.load())
    return app


def _start() -> None:
    """Do nothing: a function for Typer to hold where none is called."""
