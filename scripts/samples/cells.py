"""Cells as people type them: names filled in, dates, amounts, websites, addresses."""

from __future__ import annotations

import unicodedata
from datetime import date, timedelta
from random import Random

from geo.french import write_of_place


def strip_accents(text: str) -> str:
    """
    Take the accents off, as capitals often lose them.

    Examples
    --------
    >>> strip_accents("Réemploi à l'œuvre").upper()
    "REEMPLOI A L'OEUVRE"
    """
    spelled = text.replace("œ", "oe").replace("Œ", "OE")
    return "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))


def write_at_place(name: str) -> str:
    """
    Write « à » before the name of a place, with its contraction.

    Examples
    --------
    >>> [write_at_place(name) for name in ("Lens", "Le Touquet-Paris-Plage", "Les Attaques", "La Bassée")]
    ['à Lens', 'au Touquet-Paris-Plage', 'aux Attaques', 'à La Bassée']
    """
    if name.startswith("Le "):
        return f"au {name[3:]}"
    if name.startswith("Les "):
        return f"aux {name[4:]}"
    return f"à {name}"


def fill_place(template: str, name: str) -> str:
    """
    Put the name of a place in a phrase: `{commune}`, `{place}`, and with its preposition `{a_…}`, `{de_…}`.

    Examples
    --------
    >>> fill_place("La fête {de_place}", "Arras")
    "La fête d'Arras"
    """
    at, of = write_at_place(name), write_of_place(name)
    return template.format(commune=name, place=name, a_commune=at, a_place=at, de_commune=of, de_place=of)


def write_amount(random: Random, amount_eur: int) -> str:
    """Write an amount in one of the ways that people do."""
    spaced = f"{amount_eur:,}".replace(",", " ")
    return random.choice([f"{amount_eur}", f"{spaced} €", spaced, f"{amount_eur},00"])


def draw_date(random: Random, first: date, last: date) -> str:
    """Draw a day, mostly written the French way."""
    day = first + timedelta(days=random.randrange((last - first).days))
    return day.strftime("%d/%m/%Y") if random.random() < 0.9 else day.isoformat()


def write_website(random: Random, name: str) -> str:
    """Make a website of a name under example.org, which is nobody's (RFC 2606), sometimes without scheme."""
    letters = "".join(c if c.isalnum() else " " for c in strip_accents(name).lower())
    host = "-".join(word for word in letters.split() if len(word) > 2)
    return random.choice(["https://", "https://", "http://", "www."]) + f"{host}.example.org"
