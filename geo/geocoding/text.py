"""Text as people type it, brought to one canonical form: the same for an address, a street and a commune.

Everything that compares text in this package compares canonical words, so whatever is written two ways
(accents, apostrophes, « Saint » and « St », « bd » and « boulevard », UTF-8 read as Latin-1) is folded here
and nowhere else. Boundaries that a writer set on purpose (comma, line end, parenthesis, dash between spaces)
survive as the word `BOUNDARY`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

BOUNDARY: Final = ","

# UTF-8 read as Latin-1 or Windows-1252. Only the lead bytes that French text gives (C2, C3, C5, and E2 for
# quotes and dashes), so that a real « É » before a typographic quote is left alone.
_WINDOWS_1252: Final = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_CONTINUATION: Final = f"[\u0080-\u00bf{_WINDOWS_1252}]"
_MOJIBAKE: Final = re.compile(f"[ÂÃÅ]{_CONTINUATION}|â{_CONTINUATION}{{2}}")

_UNDECOMPOSED: Final = {
    "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁄": "/",
    "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "′": "'", "‛": "'",
    "«": "|", "»": "|", "“": "|", "”": "|", "„": "|", "•": "|", "·": "|",
    "\ufffd": "",  # a letter that some program lost: one missing letter is closer than a cut word
}  # fmt: skip
_REMEMBERED_CHARACTERS: Final = 4_096

_SLASHES: Final = (
    (re.compile(r"\bs/s\b"), "sous"),
    (re.compile(r"\bs/"), "sur "),
    (re.compile(r"\bc/o\b"), " , chez "),
)
_WORD: Final = re.compile(
    r"\d+(?:ere?|i?emes?|e|nde?)(?![a-z0-9])"  # an ordinal holds together: 1er, 2e, 145ème
    r"|\d+|[a-z]+"
    r"|[,;:()\[\]|\n\r\t\"*_=<>{}]|\s-+\s|\s/\s"
)
_ORDINAL: Final = re.compile(r"(\d+)(?:ere?|i?emes?|e|nde?)")

_CANONICAL_WORDS: Final = {
    # Streets
    "av": "avenue", "ave": "avenue", "aven": "avenue", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "boul": "boulevard", "bvd": "boulevard", "pl": "place", "plc": "place",
    "rte": "route", "chem": "chemin", "chm": "chemin", "imp": "impasse", "all": "allee", "allees": "allee",
    "sq": "square", "fg": "faubourg", "fbg": "faubourg", "res": "residence", "resid": "residence",
    "rlle": "ruelle", "psg": "passage", "crs": "cours", "espl": "esplanade", "prom": "promenade",
    "chs": "chaussee", "rdpt": "rondpoint",
    # Titles and adjectives
    "gal": "general", "gl": "general", "gnl": "general", "gen": "general", "mal": "marechal", "dr": "docteur",
    "doct": "docteur", "pdt": "president", "prdt": "president", "cdt": "commandant", "cmdt": "commandant",
    "col": "colonel", "cne": "capitaine", "capt": "capitaine", "cpt": "capitaine", "lt": "lieutenant",
    "sgt": "sergent", "prof": "professeur", "pr": "professeur", "mme": "madame", "mgr": "monseigneur",
    "nd": "notredame", "st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes", "lez": "les",
    "s": "sur", "gd": "grand", "gde": "grande", "grde": "grande", "vx": "vieux",
    "premier": "1e", "premiere": "1e",
}  # fmt: skip
_DATES: Final = {
    ("1", "mai"): "1e", ("huit", "mai"): "8", ("onze", "novembre"): "11", ("onze", "nov"): "11",
    ("quatorze", "juillet"): "14", ("quatre", "septembre"): "4",
}  # fmt: skip
_ABBREVIATION: Final = re.compile(rf"\b(?:{'|'.join(sorted(_CANONICAL_WORDS))})\b")
_NOT_IN_KEYS: Final = {code: None for code in range(128) if not chr(code).isalnum() and chr(code) != "\n"}
_BEFORE_STREET: Final = frozenset((BOUNDARY, "grand", "grande", "bis", "ter", "quater", "quinquies"))
_REMEMBERED_TOKENS: Final = 20_000
_LONGEST_REMEMBERED: Final = 20
_MONTHS_OF_STREETS: Final = frozenset(month for _, month in _DATES)
_NEEDS_CONTEXT: Final = _MONTHS_OF_STREETS | {BOUNDARY, "r"}


class _Folding(dict[int, str]):
    """A translation table that fills itself with each character's plain lower-case form."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _fold_character(character)
        if len(self) < _REMEMBERED_CHARACTERS:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character in _UNDECOMPOSED:
        return _UNDECOMPOSED[character]
    if character.isascii():
        return character if character.isprintable() or character in "\n\r\t" else " "
    if unicodedata.category(character) in ("Mn", "Cf"):
        return ""
    plain = unicodedata.normalize("NFKD", character).lower()
    return "".join(_UNDECOMPOSED.get(c, c if c.isascii() and c.isprintable() else "") for c in plain) or " "


_FOLDING: Final = _Folding()


def repair_mojibake(text: str) -> str:
    """
    Repair UTF-8 that was read as Latin-1 or Windows-1252, even twice; anything else comes back as it was.

    Examples
    --------
    >>> repair_mojibake("ChÃ¢teau-l'AbbayeÂ")
    "Château-l'AbbayeÂ"
    """
    if not ("â" in text or "Ã" in text or "Â" in text or "Å" in text):
        return text
    for _ in range(2):
        repaired = _MOJIBAKE.sub(_decode_again, text)
        if repaired == text:
            break
        text = repaired
    return text


def _decode_again(found: re.Match[str]) -> str:
    characters = found.group(0)
    try:
        octets = b"".join(bytes([ord(c)]) if ord(c) < 0x100 else c.encode("cp1252") for c in characters)
        return octets.decode("utf-8")
    except UnicodeError:
        return characters


def fold(text: str) -> str:
    """
    Fold to lower-case ASCII: accents, ligatures, typographic dashes and quotes, control characters.

    Examples
    --------
    >>> fold("Nœux-les-Mines, L’Étoile")
    "noeux-les-mines, l'etoile"
    """
    if not text.isascii():
        text = repair_mojibake(text)
    return text.lower().translate(_FOLDING)


def split_words(text: str) -> list[str]:
    """
    Split text into canonical words, with `BOUNDARY` wherever the writer parted what does not belong together.

    Examples
    --------
    >>> split_words("12bis, bd du Gal-Leclerc - 59000 ST-ANDRÉ s/ Lys")
    ['12', 'bis', ',', 'boulevard', 'du', 'general', 'leclerc', ',', '59000', 'saint', 'andre', 'sur', 'lys']
    """
    return canonical_words(fold(text))


def canonical_words(folded: str) -> list[str]:
    """Split text that is already folded: see `split_words`."""
    if "/" in folded:
        for pattern, replacement in _SLASHES:
            folded = pattern.sub(replacement, folded)
    if not folded.isprintable():  # line ends and tabs part what they stand between
        folded = folded.replace("\n", " , ").replace("\r", " , ").replace("\t", " , ")
    words: list[str] = []
    # Most addresses need no more than this: 1.2 µs instead of 3.5.
    for token in folded.split():
        words += _KNOWN_TOKENS[token]
    return words if _NEEDS_CONTEXT.isdisjoint(words) else _read_in_context(words)


def _read_in_context(raw: Sequence[str]) -> list[str]:
    """Read the words that depend on those before: boundaries, dates, and « r » for « rue »."""
    words: list[str] = []
    last = BOUNDARY
    for alone in raw:
        word = alone
        if word in _NEEDS_CONTEXT:
            if word == BOUNDARY:
                if last == BOUNDARY:
                    continue
            elif word in _MONTHS_OF_STREETS:
                if words:
                    words[-1] = _DATES.get((last, word), last)
            elif last in _BEFORE_STREET or last.isdigit():
                word = "rue"
        words.append(word)
        last = word
    if last == BOUNDARY and words:
        words.pop()
    return words


class _KnownTokens(dict[str, tuple[str, ...]]):
    """The canonical words of what stands between two spaces: fills itself as it is met."""

    def __missing__(self, token: str) -> tuple[str, ...]:
        words = tuple([_read_word(raw) for raw in _WORD.findall(f" {token} ")])
        if len(token) <= _LONGEST_REMEMBERED:
            if len(self) >= _REMEMBERED_TOKENS:
                self.clear()
            self[token] = words
        return words


def _read_word(raw: str) -> str:
    """Give the canonical form of a word, of figures or of a mark."""
    if raw[0].isalpha():
        return _CANONICAL_WORDS.get(raw, raw)
    if raw[0].isdigit():
        ordinal = _ORDINAL.fullmatch(raw)
        return f"{ordinal.group(1)}e" if ordinal else raw
    return BOUNDARY


_KNOWN_TOKENS: Final = _KnownTokens()


def normalise(text: str) -> str:
    """
    Bring an address to its canonical form, the key of corrections and of the cache; twice equals once.

    Examples
    --------
    >>> normalise("12, AV. du Maréchal-Foch (59000 Lille)")
    '12, avenue du marechal foch, 59000 lille'
    """
    return write_words(split_words(text))


def write_words(words: Iterable[str]) -> str:
    """Write canonical words as one line, boundaries as commas."""
    return " ".join(words).replace(f" {BOUNDARY}", BOUNDARY)


def join_words(words: Iterable[str]) -> str:
    """
    Join words without spaces, which is how names are compared: a cut or glued word costs nothing.

    Examples
    --------
    >>> join_words(split_words("L'Étoile")) == join_words(split_words("LETOILE"))
    True
    """
    return "".join(words)


def join_names(names: Iterable[str]) -> list[str]:
    """
    Bring many names to the form of `join_words(split_words(name))`, all in one pass.

    For names of places only: it knows no ordinals and no dates.

    Examples
    --------
    >>> join_names(["St-André-lez-Lille", "L'Étoile"])
    ['saintandreleslille', 'letoile']
    """
    folded = fold("\n".join(name.replace("\n", " ") for name in names))
    spelt_out = _ABBREVIATION.sub(lambda found: _CANONICAL_WORDS[found.group(0)], folded)
    return spelt_out.translate(_NOT_IN_KEYS).split("\n")
