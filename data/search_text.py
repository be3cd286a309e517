"""What a search by name compares: lower case, without accents nor punctuation."""

from __future__ import annotations

import unicodedata

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
_REMEMBERED_CHARACTERS = 4_096


class _Folding(dict[int, str]):
    """A translation table that learns each character's plain form the first time it is met."""

    def __missing__(self, code: int) -> str:
        character = chr(code).casefold()
        plain = "".join(_LIGATURES.get(part, part) for part in unicodedata.normalize("NFKD", character))
        folded = "".join(part if part.isalnum() else " " for part in plain if not unicodedata.combining(part))
        if len(self) < _REMEMBERED_CHARACTERS:
            self[code] = folded
        return folded


_FOLDING = _Folding()


def fold_for_search(text: str) -> str:
    """
    Fold text for searching and sorting.

    Examples
    --------
    >>> fold_for_search("L'Étape  du CŒUR (SCIC)")
    'l etape du coeur scic'
    """
    return " ".join(text.translate(_FOLDING).split())
