"""Typer's own words in French: it has no translation of its own, and our readers read French."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import typer
from typer import rich_utils

HELP_OPTIONS = ["-h", "--help"]

# What Typer says of a mistyped command, and how we say it. The groups are kept as they were typed.
_SENTENCES = (
    (r"Missing command\.", "Il manque une commande."),
    (r"Missing argument '?(.+?)'?\.", r"Il manque : \1."),
    (r"Missing option '(\S+)' / '(\S+)'\.", r"Il manque l'option \1 (ou \2)."),
    (r"Missing option '?(.+?)'?\.", r"Il manque l'option \1."),
    (
        r"No such option: (\S+?)\.?(?: (?:Did you mean |\(Possible options: )(.+?)[?)])?",
        r"Option inconnue : \1.",
    ),
    (r"No such command '(.+?)'\.?(?: Did you mean (.+?)\?)?", r"Commande inconnue : \1."),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", r"Mots en trop : \1."),
    (r"Option '?(.+?)'? requires an argument\.?", r"L'option \1 attend une valeur."),
    (r"Option '?(.+?)'? does not take a value\.?", r"L'option \1 n'attend pas de valeur."),
    (
        r"Invalid value for (.+?): (?:Value error, )?'(.+)' is not one of (.+)\.",
        r"\1 : « \2 » n'est pas l'un de \3.",
    ),
    (r"Invalid value for (.+?): Input should be a valid integer.*", r"\1 : on attend un nombre entier."),
    (r"Invalid value for (.+?): Input should be a valid number.*", r"\1 : on attend un nombre."),
    (
        r"Invalid value for (.+?): Input should be greater than or equal to (.+)",
        r"\1 : on attend \2 ou plus.",
    ),
    (r"Invalid value for (.+?): Input should be less than or equal to (.+)", r"\1 : on attend \2 ou moins."),
    (r"Invalid value for (.+?): (?:Value error, )?(.+)", r"\1 : \2"),
    (r"Invalid value: (?:Value error, )?(.+)", r"\1"),
)

# What a value looks like, where the command does not say it itself.
_METAVARS = {
    bool: "",
    date: "AAAA-MM-JJ",
    datetime: "AAAA-MM-JJ",
    float: "NOMBRE",
    int: "ENTIER",
    Path: "CHEMIN",
    str: "TEXTE",
}


def translate_usage(message: str) -> str:
    """
    Say in French what Typer says of a mistyped command; what is unknown is left as it is.

    Examples
    --------
    >>> translate_usage("No such option: --kimd Did you mean --kind?")
    'Option inconnue : --kimd. Vouliez-vous dire --kind ?'
    >>> translate_usage("Invalid value for '--limit': Input should be greater than or equal to 1")
    "'--limit' : on attend 1 ou plus."
    """
    text = message.strip()
    for pattern, french in _SENTENCES:
        found = re.fullmatch(pattern, text, flags=re.DOTALL)
        if found:
            guess = found.group(2) if "Did you mean" in pattern else None
            return found.expand(french) + (f" Vouliez-vous dire {guess} ?" if guess else "")
    return text


def build_french_command(app: typer.Typer) -> typer.core.TyperGroup:
    """Build the command tree with French panel titles and a French `--help`."""
    rich_utils.COMMANDS_PANEL_TITLE = "Commandes"
    rich_utils.ERRORS_PANEL_TITLE = "Erreur"
    rich_utils.DEFAULT_STRING = "[par défaut : {}]"
    rich_utils.ENVVAR_STRING = "[variable : {}]"
    rich_utils.REQUIRED_LONG_STRING = "[obligatoire]"
    command = typer.main.get_command(app)
    if not isinstance(command, typer.core.TyperGroup):
        message = "the application has one command only"
        raise TypeError(message)
    _say_help_in_french(command)
    return command


def _say_help_in_french(group: typer.core.TyperGroup) -> None:
    commands = [group, *group.commands.values()]
    for command in commands:
        for parameter in command.params:
            if isinstance(parameter, typer.core.TyperOption) and parameter.metavar is None:
                parameter.metavar = _METAVARS.get(parameter.type_descriptor.annotation)
        # Typer keeps the option that it makes first: it has to know both names then.
        option = command.get_help_option(typer.Context(command, help_option_names=HELP_OPTIONS))
        if option is not None:
            option.help = "Afficher cette aide."
            option.metavar = ""
    for inner in group.commands.values():
        if isinstance(inner, typer.core.TyperGroup):
            _say_help_in_french(inner)
