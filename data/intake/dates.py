"""Dates as French lists, ISO and spreadsheets write them."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache

from data.intake.text import fold
from data.intake.values import Reading, is_empty_word

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january", "fevrier fevr fev feb february", "mars mar march",
            "avril avr apr april", "mai may", "juin jun june", "juillet juil jul july", "aout aou aug august",
            "septembre sept sep september", "octobre oct october", "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY_NAMES = frozenset(["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "le", "du"])
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?: .*)?|(\d{4})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?: .*)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_IN_WORDS = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) (\d{4})(?: .*)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
# Spreadsheets count days from here (their 1900 is a leap year, which it was not).
_SERIAL_ORIGIN = date(1899, 12, 30)
_CENTURY_TURN = 70

_YEAR_ALONE = "Année seule : lue comme le 1er janvier"
_MONTH_ALONE = "Mois seul : lu comme son premier jour"
_UNREAD = "Date illisible : conservée telle quelle, non utilisée"


@lru_cache(maxsize=1 << 16)
def read_end_date(text: str) -> Reading[date]:
    """
    Read the last day of something: a month alone ends with its last day, a year alone on 31 December.

    Examples
    --------
    >>> [str(read_end_date(text).value) for text in ("2026-03-12", "02/2024", "2023")]
    ['2026-03-12', '2024-02-29', '2023-12-31']
    """
    read = read_date(text)
    if read.value is None or read.what is None:
        return read
    if read.what == _YEAR_ALONE:
        return Reading(read.value.replace(month=12, day=31), "Année seule : lue comme le 31 décembre")
    last_day = calendar.monthrange(read.value.year, read.value.month)[1]
    return Reading(read.value.replace(day=last_day), "Mois seul : lu comme son dernier jour")


@lru_cache(maxsize=1 << 16)
def read_date(text: str) -> Reading[date]:
    """
    Read a day. A month alone gives its first day and a year alone its 1 January, which is said.

    Examples
    --------
    >>> [str(read_date(t).value) for t in ("2026-03-12", "12/03/2026", "1er mars 2026", "46093", "12.3.26")]
    ['2026-03-12', '2026-03-12', '2026-03-01', '2026-03-12', '2026-03-12']
    >>> read_date("2026").what
    'Année seule : lue comme le 1er janvier'
    >>> read_date("31/02/2026")
    Reading(value=None, what='Date illisible : conservée telle quelle, non utilisée')
    """
    if is_empty_word(text):
        return Reading(None)
    stripped = " ".join(text.split())
    for pattern, order in ((_ISO, (1, 2, 3)), (_YEAR_FIRST, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1))):
        match = pattern.fullmatch(stripped)
        if match:
            groups = [group for group in match.groups() if group is not None]
            year, month, day = (int(groups[index - 1]) for index in order)
            return _make(_widen(year), month, day)
    match = _MONTH_YEAR.fullmatch(stripped)
    if match:
        return _make(int(match.group(2)), int(match.group(1)), 1, _MONTH_ALONE)
    if re.fullmatch(r"(?:19|20)\d{2}", stripped):
        return _make(int(stripped), 1, 1, _YEAR_ALONE)
    match = _SERIAL.fullmatch(stripped)
    if match:
        return Reading(_SERIAL_ORIGIN + timedelta(days=int(match.group(1))))
    return _read_words(stripped)


def _read_words(text: str) -> Reading[date]:
    words = " ".join(word for word in fold(text).split() if word not in _DAY_NAMES)
    match = _IN_WORDS.fullmatch(words)
    if match is None or match.group(2) not in _MONTHS:
        return Reading(None, _UNREAD)
    month, year = _MONTHS[match.group(2)], int(match.group(3))
    if match.group(1) is None:
        return _make(year, month, 1, _MONTH_ALONE)
    return _make(year, month, int(match.group(1)))


def _make(year: int, month: int, day: int, what: str | None = None) -> Reading[date]:
    try:
        return Reading(date(year, month, day), what)
    except ValueError:
        return Reading(None, _UNREAD)


def _widen(year: int) -> int:
    """Give the century that a year of two digits leaves out."""
    if year >= 100:
        return year
    return year + (1900 if year >= _CENTURY_TURN else 2000)
