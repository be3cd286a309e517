"""Numbers that are well formed and belong to nobody: SIRET and RNA of the fictional register."""

from __future__ import annotations

from random import Random

FICTIONAL_SIREN_PREFIX = "000"
"""No SIREN in use starts so."""


def measure_luhn(digits: str) -> int:
    """
    Sum the digits as Luhn does; a SIREN or a SIRET is well formed when this is a multiple of 10.

    Examples
    --------
    >>> measure_luhn("73282932000074") % 10
    0
    """
    doubled = [2 * int(digit) if rank % 2 else int(digit) for rank, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled)


def close_luhn(digits: str) -> str:
    """
    Add the last digit that makes a number well formed.

    Examples
    --------
    >>> close_luhn("7328293200007")
    '73282932000074'
    """
    return digits + str(-measure_luhn(digits + "0") % 10)


def draw_siret(random: Random) -> str:
    """Draw a SIRET whose SIREN starts with three zeros, sometimes written in groups as people do."""
    siren = close_luhn(f"{FICTIONAL_SIREN_PREFIX}{random.randrange(10_000, 100_000)}")
    siret = close_luhn(f"{siren}000{random.choice('123')}")
    if random.random() < 0.15:
        return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
    return siret


def draw_rna(random: Random) -> str:
    """Draw an RNA number whose prefix, W000, is no prefecture's."""
    return f"W000{random.randrange(100_000, 1_000_000)}"
