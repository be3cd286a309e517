"""Numbers of inhabitants as people say them: what is estimated is never written to the last inhabitant."""

from __future__ import annotations

from geo.french import write_number

_CONSIDERABLE = 1_000_000
_PEOPLE = " habitants"


def round_people(people: float) -> int:
    """
    Round a number of inhabitants to what a reader can hold: thousands, then hundreds, then tens.

    Examples
    --------
    >>> round_people(412_345), round_people(8_449), round_people(87)
    (412000, 8400, 90)
    """
    digits = -3 if people >= 10_000 else -2 if people >= 1_000 else -1
    return round(round(people, digits))


def write_rounded(people: float) -> str:
    """
    Write a rounded number of inhabitants, for a table.

    Examples
    --------
    >>> write_rounded(1_330_110).replace("\u202f", " ")
    '1 330 000'
    """
    return write_number(round_people(people))


def write_people(people: float) -> str:
    """
    Write a rounded number of inhabitants, for a sentence.

    Examples
    --------
    >>> write_people(3_140_000), write_people(412_345).replace("\u202f", " ")
    ("3,1 millions d'habitants", '412 000 habitants')
    """
    if people >= _CONSIDERABLE:
        millions = round(people / 1e6, 1)
        return f"{write_number(millions, 1)} million{'s' if millions >= 2 else ''} d'habitants"
    return f"{write_rounded(people)}{_PEOPLE}"


def write_between(low: float, high: float) -> str:
    """
    Write the bounds of a number of inhabitants.

    Examples
    --------
    >>> write_between(207_783, 843_325).replace("\u202f", " ")
    'entre 208 000 et 843 000 habitants'
    >>> write_between(1_099_628, 1_608_181)
    "entre 1,1 et 1,6 million d'habitants"
    """
    first, last = write_people(low), write_people(high)
    for unit in (_PEOPLE, " million d'habitants", " millions d'habitants"):
        if first.endswith(unit) and last.endswith(unit):
            first = first.removesuffix(unit)
    return f"entre {first} et {last}"
