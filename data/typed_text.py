"""What people type beside a list (who, why, names): refused with a word where no register can hold it."""

from __future__ import annotations

from data.errors import OutOfBoundsError
from data.intake.text import find_unwanted, shorten
from data.long_keys import LONGEST_NAME

READABLE = "un texte sans caractère de contrôle"
"""What is expected of a text, when it holds one that PostgreSQL refuses or that breaks a terminal."""


def refuse_unwanted(**texts: str | None) -> None:
    r"""
    Refuse texts that hold a control character, or half of one; each is given under the name people know.

    Raises
    ------
    OutOfBoundsError
        If one does. A list has them replaced and told; who types can type again.

    Examples
    --------
    >>> refuse_unwanted(raison="vu sur place")
    >>> refuse_unwanted(raison="vu\x00")
    Traceback (most recent call last):
    ...
    data.errors.OutOfBoundsError: Valeur impossible pour raison : 'vu\x00'. On attend un texte sans caractère
    de contrôle (reçu : U+0000).
    """
    for name, text in texts.items():
        unwanted = find_unwanted(text or "")
        if unwanted:
            expected = f"{READABLE} (reçu : {unwanted})"
            raise OutOfBoundsError(name=name, received=shorten(text or ""), expected=expected)


def check_name(name: str, *, of: str) -> None:
    """
    Check a name that something will be asked by; `of` says what bears it, as people do: « de la source ».

    Raises
    ------
    OutOfBoundsError
        If it is too long to be a name, or holds a control character.
    """
    refuse_unwanted(**{f"le nom {of}": name})
    if len(name) > LONGEST_NAME:
        expected = f"{LONGEST_NAME} caractères au plus (reçu : {len(name)})"
        raise OutOfBoundsError(name=f"le nom {of}", received=shorten(name), expected=expected)
