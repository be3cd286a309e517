"""SIRET and RNA: the numbers that say that two rows speak of the same organisation."""

from __future__ import annotations

import re
from functools import lru_cache

from data.intake.values import Reading, is_empty_word, is_scientific

_SEPARATORS = re.compile(r"[\s.\-_/'’]+")
_RNA = re.compile(r"W\d[0-9AB]\d{7}")
_LA_POSTE = "356000000"
# Every second digit is doubled, and 9 taken away from what goes over.
_LUHN_DOUBLED = bytes.maketrans(b"0123456789", b"0246813579")

_NOT_USED = "conservé tel quel, non utilisé pour identifier la ligne"


def has_luhn_key(digits: str) -> bool:
    """
    Check the key of Luhn (ISO/IEC 7812-1), which closes SIREN and SIRET.

    Examples
    --------
    >>> has_luhn_key("39911508800011"), has_luhn_key("39911508800012")
    (True, False)
    """
    written = digits.encode()
    doubled = written[-2::-2].translate(_LUHN_DOUBLED)
    return (sum(written[-1::-2]) + sum(doubled) - 48 * len(written)) % 10 == 0


def is_siret(digits: str) -> bool:
    """
    Check 14 digits as a SIRET. La Poste's own follow another rule: their digits sum to a multiple of 5.

    Examples
    --------
    >>> is_siret("35600000000048"), is_siret("35600000049837"), is_siret("35600000049838")
    (True, True, False)
    """
    if len(digits) != 14 or not digits.isdecimal() or len(set(digits)) == 1:
        return False
    if has_luhn_key(digits):
        return True
    return digits.startswith(_LA_POSTE) and sum(map(int, digits)) % 5 == 0


@lru_cache(maxsize=1 << 16)
def read_siret(text: str) -> Reading[str]:
    """
    Read a SIRET, spaces and points inside it not counting.

    Examples
    --------
    >>> read_siret("399 115 088 00011").value
    '39911508800011'
    >>> read_siret("39911508800012").what
    'SIRET invalide (clé de contrôle) : conservé tel quel, non utilisé pour identifier la ligne'
    >>> read_siret("00000000000000").what
    'SIRET fictif : conservé tel quel, non utilisé pour identifier la ligne'
    """
    if is_empty_word(text):
        return Reading(None)
    if is_scientific(text):
        return Reading(None, f"SIRET abîmé par le tableur (notation scientifique) : {_NOT_USED}")
    digits = _SEPARATORS.sub("", text)
    if not digits.isascii() or not digits.isdecimal():
        return Reading(None, f"SIRET illisible (14 chiffres attendus) : {_NOT_USED}")
    if is_siret(digits):
        return Reading(digits)
    if len(digits) in {12, 13} and is_siret(digits.zfill(14)):
        return Reading(
            digits.zfill(14), "SIRET sans ses zéros de tête (perdus par un tableur) : ils sont remis"
        )
    return Reading(None, f"{_name_fault(digits)} : {_NOT_USED}")


def _name_fault(digits: str) -> str:
    if len(set(digits)) == 1:
        return "SIRET fictif"
    if len(digits) == 14:
        return "SIRET invalide (clé de contrôle)"
    if len(digits) == 9 and has_luhn_key(digits):
        return "SIREN (9 chiffres) au lieu d'un SIRET (14)"
    return f"SIRET invalide ({len(digits)} chiffres au lieu de 14)"


@lru_cache(maxsize=1 << 16)
def read_rna(text: str) -> Reading[str]:
    """
    Read an RNA number, the identity of associations: W, the département, then digits.

    Examples
    --------
    >>> read_rna("w 595 001 234").value, read_rna("W59").value
    ('W595001234', None)
    """
    if is_empty_word(text):
        return Reading(None)
    number = _SEPARATORS.sub("", text).upper()
    if _RNA.fullmatch(number):
        return Reading(number)
    return Reading(None, f"Numéro RNA invalide (W et 9 chiffres attendus) : {_NOT_USED}")
