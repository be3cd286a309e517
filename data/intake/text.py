"""Letters: comparing labels as people do, and the characters that no list should hold."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Control characters but tab and line ends, and halves of characters: they come from damaged files, some break
# terminals, and PostgreSQL refuses the first of them. The byte-order mark inside a text is one too.
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
_CAMEL_CASE = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-Z])")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_LITTLE_WORDS = frozenset({"de", "du", "des", "la", "le", "les", "l", "d", "et", "of", "the"})

REPLACEMENT = "\ufffd"
"""What stands where an unreadable character was: visible, and storable everywhere."""


def find_unwanted(text: str) -> str:
    r"""
    Give the control characters and broken characters of a text, as people can read them.

    Examples
    --------
    >>> find_unwanted("a\x00b\x07"), find_unwanted("tab\tet ligne\n")
    ('U+0000 U+0007', '')
    """
    return " ".join(f"U+{ord(character):04X}" for character in dict.fromkeys(_UNWANTED.findall(text)))


def replace_unwanted(text: str) -> str:
    r"""
    Put « � » in the place of every control or broken character.

    Examples
    --------
    >>> replace_unwanted("a\x00b")
    'a�b'
    """
    return _UNWANTED.sub(REPLACEMENT, text)


def has_unwanted(text: str) -> bool:
    """Say whether a text holds a control or broken character."""
    return _UNWANTED.search(text) is not None


def fold(text: str) -> str:
    """
    Reduce a text to its letters and digits, to compare as people do: no case, no accents, no punctuation.

    Examples
    --------
    >>> fold("  L'Étoile — Œuvre n° 3 ")
    'l etoile oeuvre n 3'
    """
    lowered = text.casefold().translate(_LIGATURES)
    if not lowered.isascii():
        decomposed = unicodedata.normalize("NFKD", lowered)
        lowered = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _BETWEEN_WORDS.sub(" ", lowered).strip()


@lru_cache(maxsize=4096)
def fold_header(name: str) -> str:
    """
    Reduce a column name to what its synonyms are compared by: `fold`, camelCase parted, little words dropped.

    The prefixes `bf_` and `_` of YesWiki exports do not count.

    Examples
    --------
    >>> fold_header("bf_codePostal"), fold_header("Nom de la structure"), fold_header("addr:street")
    ('code postal', 'nom structure', 'addr street')
    """
    bare = name.removeprefix("bf_").lstrip("_")
    words = fold(_CAMEL_CASE.sub(" ", bare)).split()
    return " ".join(word for word in words if word not in _LITTLE_WORDS) or " ".join(words)


def squeeze(text: str) -> str:
    r"""
    Make one line of a text: every run of blanks becomes one space, unreadable characters leave.

    Examples
    --------
    >>> squeeze("  Les  Amis\n de la�ferme ")
    'Les Amis de la ferme'
    """
    return " ".join(text.replace(REPLACEMENT, " ").split())


def shorten(text: str, length: int = 120) -> str:
    """
    Cut a text for a reader, saying that it was cut.

    Examples
    --------
    >>> shorten("abcdefgh", 5)
    'abcd…'
    """
    return text if len(text) <= length else f"{text[: length - 1]}…"
