"""Which encoding a text file is in: decided from its bytes, all of them, in one pass and in little memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.intake.errors import EmptyFileError, OversizedLineError, WrongContentError

MAX_LINE_CHARACTERS = 1_000_000
"""A line longer than this is no row of a list (a whole Excel row may hold 32,767 characters a cell; real ones
stay under a hundredth of this)."""

_CHUNK_BYTES = 1 << 20
_HEAD_BYTES = 1 << 16
# Compressed or compiled bytes hold about one control character in ten; a damaged text, a few.
_BINARY_SHARE = 0.05
_FEW_CONTROLS = 8
_CONTROL_BYTES = bytes(sorted({*range(0x20)} - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B}))
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What French writes beyond ASCII, by how often. A wrong guess turns « é » into « Ž » or « Ú », which are not
# here, or into « Ç », which no word has after a small letter.
_FRENCH_WEIGHTS = {
    **dict.fromkeys("é", 5),
    **dict.fromkeys("èàêç", 3),
    **dict.fromkeys("âîôûùëïœÉÈÊÀÇÎÔ’«»°", 2),
    **dict.fromkeys("äöüÿæñÂËÏÛÙŒÆ‘“”–—…€²\u00a0•·´§", 1),
}
_NOT_FRENCH = -3
_GUESSES = ("cp1252", "mac_roman", "cp850")
_ENOUGH_PIECES = 20_000
_HIGH_BYTES = re.compile(rb"[A-Za-z]?[\x80-\xff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSurvey:
    """
    How to read a text file.

    `is_mixed` says that the file is UTF-8 with stray bytes of Windows-1252, as two pasted files give.
    """

    encoding: str
    is_mixed: bool = False

    @property
    def errors(self) -> str:
        """Name the way to decode stray bytes: they are kept apart, to be mended line by line."""
        return "replace" if self.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"


def survey_text(path: Path, *, limit_lines: bool = True) -> TextSurvey:
    """
    Decide the encoding of a text file from all of its bytes.

    Parameters
    ----------
    path
        The file, read once by chunks.
    limit_lines
        Refuse a line over `MAX_LINE_CHARACTERS`, as soon as it is met.

    Raises
    ------
    EmptyFileError
        If there is nothing in it but blanks.
    WrongContentError
        If too many of its bytes are not text.
    OversizedLineError
        If a line is too long for a list.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    encoding = _encoding_of_mark(head) or _encoding_of_zeros(head)
    if encoding is None and _share_of_controls(head) > _BINARY_SHARE:
        raise WrongContentError(path, "binaire (ce n'est pas du texte)")
    is_utf8 = True
    is_blank = True
    pieces: list[bytes] = []
    lines = _LineMeter(path) if limit_lines else None
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    for chunk in _read_chunks(path):
        if lines is not None:
            lines.read(chunk)
        if is_blank and chunk.translate(None, b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
            is_blank = False
        if encoding is not None:
            continue
        if is_utf8:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                is_utf8 = False
        if len(pieces) < _ENOUGH_PIECES:
            pieces.extend(_HIGH_BYTES.findall(chunk))
    if is_blank:
        raise EmptyFileError(path)
    if encoding is not None:
        return TextSurvey(encoding=encoding)
    return TextSurvey(encoding="utf-8") if is_utf8 else _guess(pieces)


class _LineMeter:
    """Counts lines and refuses the first that is too long, without ever holding it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._line = 1
        self._length = 0

    def read(self, chunk: bytes) -> None:
        """Go through some more bytes. A character has 4 bytes at most."""
        last = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        if last < 0:
            self._length += len(chunk)
        else:
            self._line += chunk.count(b"\n") or chunk.count(b"\r")
            self._length = len(chunk) - last - 1
        if self._length > 4 * MAX_LINE_CHARACTERS:
            raise OversizedLineError(self._path, self._line, MAX_LINE_CHARACTERS)


def _read_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _encoding_of_mark(head: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _encoding_of_zeros(head: bytes) -> str | None:
    """UTF-16 without its mark: in European text, every other byte is zero."""
    if len(head) < 4:
        return None
    even, odd = head[0::2].count(0) * 2 / len(head), head[1::2].count(0) * 2 / len(head)
    if odd > 0.4 and even < 0.05:
        return "utf-16-le"
    if even > 0.4 and odd < 0.05:
        return "utf-16-be"
    return None


def _share_of_controls(head: bytes) -> float:
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    return controls / len(head) if controls >= _FEW_CONTROLS else 0.0


def _guess(pieces: list[bytes]) -> TextSurvey:
    """Choose for a file that is not UTF-8: the encoding under which its bytes make French, Windows first."""
    whole = sum(1 for piece in pieces if _decodes(piece))
    if whole > len(pieces) / 2:
        return TextSurvey(encoding="utf-8", is_mixed=True)
    scores = {encoding: _score(pieces, encoding) for encoding in _GUESSES}
    return TextSurvey(encoding=max(_GUESSES, key=lambda encoding: scores[encoding]))


def _decodes(piece: bytes) -> bool:
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _score(pieces: list[bytes], encoding: str) -> int:
    score = 0
    for piece in pieces:
        before = ""
        for character in piece.decode(encoding, errors="replace"):
            if not character.isascii():
                is_misplaced = character.isupper() and before.islower()
                score += _NOT_FRENCH if is_misplaced else _FRENCH_WEIGHTS.get(character, _NOT_FRENCH)
            before = character
    return score
