"""What the site refuses, and how a parameter that cannot be read is explained in French."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from api.problems import Fault
from geo.errors import MaillageError
from geo.french import write_list
from geo.geocoding.answer import GeocodedAddress

_RECEIVED_SHOWN = 120
_QUOTED = re.compile("'([^']*)'")


class InvalidParameterError(MaillageError, ValueError):
    """One or several parameters that cannot be understood: the caller has to correct them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(write_faults(self.faults))


class InvalidFeatureQueryError(InvalidParameterError):
    """The same asked of the layers of `/ogc`, whose standard wants another status."""


class PlaceNotFoundError(MaillageError, LookupError):
    """A place that has no point in the region: the caller has to say it otherwise."""

    def __init__(self, *, text: str, answer: GeocodedAddress) -> None:
        self.text = text
        self.answer = answer
        super().__init__(
            f"Lieu introuvable dans les Hauts-de-France : « {show_received(text)} ». On attend une "
            "adresse, une commune ou un code postal de la région. Vérifiez l'orthographe, ou donnez "
            "seulement la commune."
        )


class AmbiguousPlaceError(MaillageError, ValueError):
    """A name that several places bear: the caller has to choose."""

    def __init__(self, *, text: str, answer: GeocodedAddress) -> None:
        self.text = text
        self.answer = answer
        names = " ; ".join(candidate.label for candidate in answer.candidates[:5])
        super().__init__(f"Plusieurs lieux répondent à « {show_received(text)} ». Précisez parmi : {names}.")


class NotAllowedError(MaillageError, PermissionError):
    """A page or an action that this reader may not have: the caller gives a token."""

    def __init__(self, what: str) -> None:
        super().__init__(what)


class TooManyAttemptsError(MaillageError, RuntimeError):
    """Too many attempts in a row: the caller waits."""

    def __init__(self, *, wait_s: int) -> None:
        self.wait_s = wait_s
        super().__init__(
            f"Trop d'essais de suite. Attendez {wait_s} secondes, puis recommencez avec le jeton entier."
        )


def show_received(value: object, length: int = _RECEIVED_SHOWN) -> str:
    r"""
    Show what was received so that it can stand in any text: short, without control characters.

    Examples
    --------
    >>> show_received("a\x00b"), show_received(None), show_received({"q": "", "lat": 50.6})
    ('a�b', 'rien', 'lat=50.6')
    """
    if isinstance(value, Mapping):
        sent = [f"{name}={each}" for name, each in value.items() if each is not None and each != ""]
        value = ", ".join(sent) or None
    if value is None:
        return "rien"
    text = str(value)
    shown = "".join(
        "�" if unicodedata.category(mark) in {"Cc", "Cs", "Cf"} else mark for mark in text[:length]
    )
    return f"{shown}…" if len(text) > length else shown


def write_faults(faults: Sequence[Fault]) -> str:
    """
    Write faults as sentences.

    Examples
    --------
    >>> write_faults([Fault(parameter="limit", expected="un nombre entier", received="abc")])
    'Paramètre « limit » : on attend un nombre entier ; reçu : « abc ».'
    """
    return " ".join(
        f"Paramètre « {fault.parameter} » : on attend {fault.expected} ; "
        + ("rien n'a été reçu." if fault.received == "rien" else f"reçu : « {fault.received} ».")
        for fault in faults
    )


def describe_faults(errors: Iterable[Mapping[str, Any]]) -> tuple[Fault, ...]:
    """Turn the errors of pydantic (`errors()`) into faults that a person can act on."""
    return tuple(_describe_fault(error) for error in errors)


def _describe_fault(error: Mapping[str, Any]) -> Fault:
    where = [str(part) for part in error.get("loc", ()) if part not in {"query", "path", "body"}]
    return Fault(
        parameter=show_received(".".join(where) or "demande"),
        expected=_describe_expected(str(error.get("type", "")), error.get("ctx") or {}),
        received="rien" if error.get("type") == "missing" else show_received(error.get("input")),
    )


_EXPECTED = {
    "missing": "une valeur",
    "int_parsing": "un nombre entier",
    "int_type": "un nombre entier",
    "int_from_float": "un nombre entier",
    "int_parsing_size": "un nombre entier plus petit",
    "float_parsing": "un nombre, avec un point pour les décimales",
    "float_type": "un nombre, avec un point pour les décimales",
    "finite_number": "un nombre fini",
    "bool_parsing": "« true » ou « false »",
    "string_type": "un texte",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ",
    "date_parsing": "une date AAAA-MM-JJ",
    "date_from_datetime_inexact": "une date AAAA-MM-JJ, sans heure",
    "date_type": "une date AAAA-MM-JJ",
    "list_type": "une seule valeur",
    "extra_forbidden": "un paramètre que cette adresse connaît (voir /api)",
}


_EXPECTED_BOUND = {
    "greater_than_equal": ("ge", "au moins {:g}"),
    "greater_than": ("gt", "plus de {:g}"),
    "less_than_equal": ("le", "au plus {:g}"),
    "less_than": ("lt", "moins de {:g}"),
    "string_too_long": ("max_length", "un texte de {} caractères au plus"),
    "string_too_short": ("min_length", "un texte qui ne soit pas vide"),
    "value_error": ("error", "{}"),
}


def _describe_expected(kind: str, context: Mapping[str, Any]) -> str:
    if kind in _EXPECTED_BOUND:
        name, words = _EXPECTED_BOUND[kind]
        return words.format(context[name])
    if kind in {"enum", "literal_error"}:
        offered = str(context["expected"]).replace(" or ", ", ")
        quoted = _QUOTED.sub(r"« \1 »", offered)
        return f"l'un de : {quoted}"
    return _EXPECTED.get(kind, "une valeur lisible")


def list_candidates(answer: GeocodedAddress) -> list[dict[str, Any]]:
    """List the places that a text may mean, best first."""
    return [
        {"label": candidate.label, "citycode": candidate.citycode, "score": round(candidate.score, 4)}
        for candidate in answer.candidates
    ]


def list_values(values: Iterable[str]) -> str:
    """Write the values that are accepted."""
    return write_list([f"« {value} »" for value in values]).replace(" et ", " ou ")
