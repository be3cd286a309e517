"""Keys that a database can index whatever people write: a long one is cut, and closed by its digest."""

from __future__ import annotations

from hashlib import blake2b

LONGEST_NAME = 255
"""How many characters the name of a source or of a denominator may have: as many as a file's, or more."""


def shorten_key(text: str, longest: int = 200) -> str:
    """
    Give a key that stands for a text: the text itself, or its beginning and a digest of the whole.

    An entry of PostgreSQL's index ends at 2,704 bytes; SQLite's has no end. Both are given the same key.

    Examples
    --------
    >>> shorten_key("rue de Lens"), shorten_key("rue de Lens", 3)
    ('rue de Lens', 'rue#ddc2d7975c3760e2')
    """
    if len(text) <= longest:
        return text
    return f"{text[:longest]}#{blake2b(text.encode('utf-8', 'replace'), digest_size=8).hexdigest()}"
