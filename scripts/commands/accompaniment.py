"""`maillage access --accompaniment`: how the antennes' posts are shared among those who reach them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import typer

from data.questions.accompaniment import AccompanimentAnswer
from geo.coverage.people import write_rounded
from geo.french import write_count, write_number, write_share
from scripts.console import output, print_json, say, say_title
from scripts.tables import add_cells, start_table

_SHOWN = 10


def read_posts(texts: Sequence[str]) -> dict[str, float]:
    """
    Read posts typed as CODE=NUMBER.

    Examples
    --------
    >>> read_posts(["59350=2,5", "62498=1"])
    {'59350': 2.5, '62498': 1.0}
    """
    posts = {}
    for text in texts:
        code, _, number = text.partition("=")
        try:
            posts[code.strip()] = float(number.replace(",", "."))
        except ValueError as error:
            message = f"{text!r} : on attend CODE=NOMBRE, par exemple 59350=2,5 (commune de l'antenne)."
            raise typer.BadParameter(message) from error
    return posts


def show_accompaniment(answer: AccompanimentAnswer, *, as_json: bool) -> None:
    """Print how many share each antenne's posts, where they are reached most, and who reaches none."""
    if as_json:
        print_json(asdict(answer))
        return
    say_title(f"Qui peut joindre un accompagnement ? ({write_count(len(answer.sites), 'antenne')})")
    if not answer.sites:
        say("Aucune antenne n'est placée dans le registre : il n'y a rien à partager.")
        return
    for site in answer.sites:
        posts = f"{write_number(site.posts, 1)} poste{'s' if site.posts >= 2 else ''}"
        shared = (
            f"{write_rounded(site.inhabitants_per_post)} habitants par poste, à moins de 30 minutes"
            if site.inhabitants_per_post
            else "personne à moins de 30 minutes"
        )
        say(f"  {site.name} : {posts}, {shared}")
    right = ("À moins de 30 minutes", "En déclinant jusqu'à 45")
    table = start_table("Postes pour 100 000 habitants", *right, right=right)
    for row in answer.rows[:_SHOWN]:
        add_cells(
            table, row.name, write_number(row.within_30_min, 2), write_number(row.fading_over_45_min, 2)
        )
    output().print(table)
    without = [row for row in answer.rows if not row.fading_over_45_min]
    near, fading = (write_share(share, 0) for share in answer.share_without)
    say(f"Sans aucun accompagnement : {near} des habitants à moins de 30 minutes, {fading} jusqu'à 45.")
    places = write_count(len(without), "intercommunalité")
    say(f"Aucune antenne à moins de 45 minutes : {places} sur {write_number(len(answer.rows))}.")
    say("Chaque antenne est partagée entre tous ceux qui peuvent l'atteindre.")
    say("Les deux colonnes sont deux choix de distance : si elles se contredisent, ne concluez pas.")
    say(f"{answer.caption[:1].upper()}{answer.caption[1:]}.")
