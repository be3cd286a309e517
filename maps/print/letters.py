"""How wide words are in the font that is embedded, and how a text breaks into lines of a given width.

Spaces break, no-break spaces do not. A word wider than its line breaks after a hyphen, else anywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from maps.popup import clean_text
from maps.print.shapes import MM_PER_POINT, Face
from maps.vendored import ASSETS_FOLDER
from maps.wording import typeset

FONT_FOLDER = ASSETS_FOLDER / "@expo-google-fonts" / "source-sans-3"
ELLIPSIS = "…"
_BREAKING = re.compile(r"[ \t\n]+")
_UNKNOWN = "□"
_KEEP = {0x202F: 0xE000, 0xA0: 0xE001}
_GIVE_BACK = {placeholder: space for space, placeholder in _KEEP.items()}
# A figure stays with what it counts, the initials of an EPCI with its name.
_AFTER_FIGURE = re.compile(r"(?<=\d) (?=[^\W\d])|(?<=\bC[ACU]) ")


@cache
def load_face(face: Face) -> Any:  # noqa: ANN401  ReportLab has no types
    """Load a face and make it known to ReportLab under its own name."""
    font = TTFont(name_face(face), str(FONT_FOLDER / f"{face.value}.ttf"))
    pdfmetrics.registerFont(font)
    return font


def name_face(face: Face) -> str:
    """Give the name under which ReportLab knows a face."""
    return f"SourceSans3-{face.value}"


@lru_cache(maxsize=50_000)
def measure_mm(text: str, face: Face, size_pt: float) -> float:
    """
    Measure a line of text.

    Parameters
    ----------
    text
        Text as `prepare` leaves it.
    size_pt
        Type size in points.

    Examples
    --------
    >>> round(measure_mm("Hauts-de-France", Face.REGULAR, 10), 1)
    24.6
    """
    return float(load_face(face).stringWidth(text, size_pt)) * MM_PER_POINT


@lru_cache(maxsize=50_000)
def prepare(text: str) -> str:
    """
    Make a text printable: French no-break spaces and apostrophes, one line, only letters that the font has.

    Examples
    --------
    >>> prepare("Łódź : 漢, 100\u202f%").replace("\u00a0", "~").replace("\u202f", "_")
    'Łódź~: □, 100_%'
    >>> prepare("Val de l'Oise")
    'Val de l’Oise'
    """
    known = load_face(Face.REGULAR).face.charToGlyph
    # Cleaning makes one plain space of all; those that were set not to break stay so.
    cleaned = clean_text(text.translate(_KEEP)).translate(_GIVE_BACK)
    ready = _AFTER_FIGURE.sub("\u00a0", typeset(cleaned)).replace("'", "’")
    return "".join(_replace(letter, known) for letter in ready)


def _replace(letter: str, known: dict[int, int]) -> str:
    if ord(letter) in known:
        return letter
    plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if ord(c) in known)
    return plain or _UNKNOWN


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph set in one face and colour (None: the paragraph's)."""

    text: str
    face: Face | None = None
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class SetWord:
    """A word in its line: how far from the line's start, and how wide."""

    text: str
    face: Face
    colour: str | None
    offset_mm: float
    width_mm: float


Line = tuple[SetWord, ...]


def wrap(
    text: str | Sequence[Run], width_mm: float, *, face: Face = Face.REGULAR, size_pt: float = 9
) -> list[Line]:
    """
    Break a text into lines no wider than `width_mm`.

    Examples
    --------
    >>> lines = wrap("un deux trois quatre cinq six", 20, size_pt=10)
    >>> [" ".join(word.text for word in line) for line in lines]
    ['un deux trois', 'quatre cinq', 'six']
    """
    runs = [Run(text)] if isinstance(text, str) else text
    space = measure_mm(" ", face, size_pt)
    lines: list[list[SetWord]] = [[]]
    end = 0.0
    glue = ""
    for run in runs:
        own_face = run.face or face
        pieces = _BREAKING.split(prepare_run(run.text))
        for place, piece in enumerate(pieces):
            is_glued = place == 0 and bool(glue)
            if not piece:
                continue
            for part in _split_to_fit(piece, own_face, size_pt, width_mm):
                width = measure_mm(part, own_face, size_pt)
                gap = 0.0 if is_glued or not lines[-1] else space
                if lines[-1] and end + gap + width > width_mm + 1e-6:
                    lines.append([])
                    end, gap = 0.0, 0.0
                lines[-1].append(SetWord(part, own_face, run.colour, end + gap, width))
                end += gap + width
                is_glued = False
        glue = pieces[-1]
    return [tuple(line) for line in lines if line]


def join_words(line: Line) -> list[SetWord]:
    """
    Join neighbours of one face and colour: they are then copied and read as one text.

    Examples
    --------
    >>> [word.text for word in join_words(wrap("Lille et Lens", 50)[0])]
    ['Lille et Lens']
    """
    joined: list[SetWord] = []
    for word in line:
        last = joined[-1] if joined else None
        if last is None or (last.face, last.colour) != (word.face, word.colour):
            joined.append(word)
            continue
        end = word.offset_mm + word.width_mm
        gap = " " if word.offset_mm > last.offset_mm + last.width_mm + 1e-6 else ""
        joined[-1] = SetWord(
            f"{last.text}{gap}{word.text}", last.face, last.colour, last.offset_mm, end - last.offset_mm
        )
    return joined


def prepare_run(text: str) -> str:
    """Prepare a run without losing the spaces at its ends, which part it from its neighbours."""
    start = " " if text[:1] in " \t\n" else ""
    end = " " if text[-1:] in " \t\n" and text.strip() else ""
    return f"{start}{prepare(text)}{end}"


def _split_to_fit(word: str, face: Face, size_pt: float, width_mm: float) -> list[str]:
    """Split a word wider than a line: after its hyphens and slashes, else where the line ends."""
    if measure_mm(word, face, size_pt) <= width_mm:
        return [word]
    parts: list[str] = []
    for piece in re.split(r"(?<=[-/.@_])", word):
        rest = piece
        while rest:
            if parts and measure_mm(parts[-1] + rest, face, size_pt) <= width_mm and rest is piece:
                parts[-1] += rest
                break
            length = len(rest)
            while length > 1 and measure_mm(rest[:length], face, size_pt) > width_mm:
                length -= 1
            parts.append(rest[:length])
            rest = rest[length:]
    return parts


def shorten(text: str, width_mm: float, *, face: Face = Face.REGULAR, size_pt: float = 9) -> str:
    """
    Shorten a text to one line no wider than `width_mm`, at the end of a word where it can.

    Examples
    --------
    >>> shorten("Communauté d'agglomération des Deux Baies en Montreuillois", 40, size_pt=8)
    'Communauté d’agglomération…'
    """
    ready = prepare(text)
    if measure_mm(ready, face, size_pt) <= width_mm:
        return ready
    words = ready.split(" ")
    while len(words) > 1:
        words.pop()
        shorter = " ".join(words).rstrip(",;:–-") + ELLIPSIS
        if measure_mm(shorter, face, size_pt) <= width_mm:
            return shorter
    letters = words[0]
    while letters and measure_mm(letters + ELLIPSIS, face, size_pt) > width_mm:
        letters = letters[:-1]
    return letters + ELLIPSIS
