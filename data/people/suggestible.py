"""What people may suggest of a presence: which fields, how long, and how each is checked."""

from __future__ import annotations

import re
from collections.abc import Mapping

from data.intake.text import find_unwanted, replace_unwanted
from data.intake.values import read_website
from data.people.errors import InvalidProposalError
from data.typed_text import READABLE

FIELD_NAMES: Mapping[str, str] = {
    "name": "Nom",
    "summary": "Présentation",
    "sectors": "Filières",
    "address": "Adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "website": "Site internet",
    "email": "Courriel",
    "phone": "Téléphone",
}
"""The fields that anybody may suggest, and what a reader calls each."""

MOST_CHARACTERS: Mapping[str, int] = {
    "name": 200,
    "summary": 2_000,
    "sectors": 300,
    "address": 300,
    "postcode": 10,
    "city": 100,
    "website": 300,
    "email": 200,
    "phone": 60,
}
MOST_IN_A_MESSAGE = 3_000

_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_POSTCODE = re.compile(r"\d{5}")


def read_suggested(payload: Mapping[str, str]) -> dict[str, str]:
    """
    Read the fields of a suggestion.

    Raises
    ------
    InvalidProposalError
        If a field is unknown, too long, unreadable, or cannot be what it should be.

    Examples
    --------
    >>> read_suggested({"name": " Le  Café ", "website": "www.cafe.example"})
    {'name': 'Le Café', 'website': 'https://www.cafe.example'}
    """
    read = {}
    for name, text in payload.items():
        if name not in FIELD_NAMES:
            raise InvalidProposalError(field=name, expected="un champ connu", received=name)
        refuse_unwanted(FIELD_NAMES[name], text)
        value = text.strip() if name == "summary" else " ".join(text.split())
        if len(value) > MOST_CHARACTERS[name]:
            expected = f"{MOST_CHARACTERS[name]} caractères au plus"
            raise InvalidProposalError(field=FIELD_NAMES[name], expected=expected, received=value)
        read[name] = _check(name, value) if value else ""
    return read


def refuse_unwanted(field: str, text: str) -> None:
    """
    Refuse what a list would have had replaced by « � », and no register can hold.

    Raises
    ------
    InvalidProposalError
        If the text holds a control character.
    """
    unwanted = find_unwanted(text)
    if unwanted:
        raise InvalidProposalError(
            field=field, expected=f"{READABLE} (reçu : {unwanted})", received=replace_unwanted(text)
        )


def _check(name: str, value: str) -> str:
    if name == "website":
        site = read_website(value).value
        if site is None:
            expected = "une adresse de site, par exemple www.exemple.fr"
            raise InvalidProposalError(field=FIELD_NAMES[name], expected=expected, received=value)
        return site
    if name == "email":
        return read_mail(value, field=FIELD_NAMES[name])
    if name == "postcode" and not _POSTCODE.fullmatch(value):
        raise InvalidProposalError(field=FIELD_NAMES[name], expected="cinq chiffres", received=value)
    return value


def read_mail(text: str, *, field: str) -> str:
    """
    Read one e-mail address.

    Raises
    ------
    InvalidProposalError
        If it is not one.
    """
    refuse_unwanted(field, text)
    value = text.strip()
    if not _MAIL.fullmatch(value):
        expected = "une adresse de courriel, par exemple contact@exemple.fr"
        raise InvalidProposalError(field=field, expected=expected, received=value)
    return value
