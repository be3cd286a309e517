"""What a search by name compares: lower case, without accents nor punctuation."""

from __future__ import annotations

import unicodedata

_LIGATURES = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
_REMEMBERED_CHARACTERS = 4_096

LONGEST = 400
"""How many characters of a name and its town are searched: an entry of a server's index has an end (2,704
bytes), and no letter takes more than four. A name stays whole where it is shown."""

_LONGEST_TOWN = 100


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


def join_for_search(name: str, town: str) -> str:
    """
    Join a folded name and the folded town after it, cut to `LONGEST` so that both are still found.

    Examples
    --------
    >>> join_for_search("la ruche", "lens"), join_for_search("", "lens"), join_for_search("la ruche", "")
    ('la ruche lens', 'lens', 'la ruche')
    >>> joined = join_for_search("mot " * 1_000, "lens")
    >>> len(joined) <= LONGEST, joined[-8:]
    (True, 'mot lens')
    """
    joined = f"{name} {town}".strip()
    if len(joined) <= LONGEST:
        return joined
    kept = town[:_LONGEST_TOWN].rstrip()
    return f"{name[: LONGEST - 1 - len(kept)].rstrip()} {kept}".strip()
