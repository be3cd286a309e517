"""What a search by name compares: lower case, without accents nor punctuation."""

from __future__ import annotations

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "ß": "ss", "ø": "o", "Ø": "o"})


def fold_for_search(text: str) -> str:
    """
    Fold text for searching and sorting: « L'Étape » is found by « letape » no more than by « etape ».

    Examples
    --------
    >>> fold_for_search("L'Étape  du CŒUR (SCIC)")
    'l etape du coeur scic'
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
        text = "".join(character for character in decomposed if not unicodedata.combining(character))
    kept = "".join(character if character.isalnum() else " " for character in text.casefold())
    return " ".join(kept.split())
