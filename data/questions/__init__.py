"""One function per question that a person asks: queries joined with pure functions, records out.

Every one takes the register first. `api` and `scripts` parse what was asked, call one of them, and render.

A question is read from its file when it is first asked for: reading them all takes a third of a second, which
a command that asks one would pay each time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.address_memory import correct_address
    from data.questions.access import answer_access, answer_what_if
    from data.questions.boxes import find_in_box, find_in_box_soon
    from data.questions.change import choose_year_before, compare_dates
    from data.questions.corrections import correct_presence, history_of, withdraw_correction
    from data.questions.coverage import answer_coverage
    from data.questions.coverage_study import study_coverage
    from data.questions.denominators import add_denominator, list_denominators, remove_denominator
    from data.questions.importing import import_file
    from data.questions.iterating import iterate_presences
    from data.questions.near import answer_near
    from data.questions.nearby import find_nearby, find_nearby_soon
    from data.questions.places import find_origin, geocode
    from data.questions.presences import find_presences, get_presence
    from data.questions.register import (
        count_hidden,
        describe_register,
        identify_register,
        list_sectors,
    )
    from data.questions.reversing import reverse_geocode
    from data.questions.siting import answer_siting
    from data.questions.territory import describe_territory
    from data.questions.territory_study import study_territory
    from geo.records import PresencePage, RegisterSummary, TerritorySheet

__all__ = [
    "PresencePage",
    "RegisterSummary",
    "TerritorySheet",
    "add_denominator",
    "answer_access",
    "answer_coverage",
    "answer_near",
    "answer_siting",
    "answer_what_if",
    "choose_year_before",
    "compare_dates",
    "correct_address",
    "correct_presence",
    "count_hidden",
    "describe_register",
    "describe_territory",
    "find_in_box",
    "find_in_box_soon",
    "find_nearby",
    "find_nearby_soon",
    "find_origin",
    "find_presences",
    "geocode",
    "get_presence",
    "history_of",
    "identify_register",
    "import_file",
    "iterate_presences",
    "list_denominators",
    "list_sectors",
    "remove_denominator",
    "reverse_geocode",
    "study_coverage",
    "study_territory",
    "withdraw_correction",
]

_FILE_BY_NAME = {
    "PresencePage": "geo.records",
    "RegisterSummary": "geo.records",
    "TerritorySheet": "geo.records",
    "add_denominator": "data.questions.denominators",
    "answer_access": "data.questions.access",
    "answer_coverage": "data.questions.coverage",
    "answer_near": "data.questions.near",
    "answer_siting": "data.questions.siting",
    "answer_what_if": "data.questions.access",
    "choose_year_before": "data.questions.change",
    "compare_dates": "data.questions.change",
    "correct_address": "data.address_memory",
    "correct_presence": "data.questions.corrections",
    "count_hidden": "data.questions.register",
    "describe_register": "data.questions.register",
    "identify_register": "data.questions.register",
    "describe_territory": "data.questions.territory",
    "find_in_box": "data.questions.boxes",
    "find_in_box_soon": "data.questions.boxes",
    "find_nearby": "data.questions.nearby",
    "find_nearby_soon": "data.questions.nearby",
    "find_origin": "data.questions.places",
    "find_presences": "data.questions.presences",
    "geocode": "data.questions.places",
    "get_presence": "data.questions.presences",
    "history_of": "data.questions.corrections",
    "import_file": "data.questions.importing",
    "iterate_presences": "data.questions.iterating",
    "list_denominators": "data.questions.denominators",
    "list_sectors": "data.questions.register",
    "remove_denominator": "data.questions.denominators",
    "reverse_geocode": "data.questions.reversing",
    "study_coverage": "data.questions.coverage_study",
    "study_territory": "data.questions.territory_study",
    "withdraw_correction": "data.questions.corrections",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (any of the names above)
    """Read a question from its file, once."""
    if name not in _FILE_BY_NAME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found = getattr(import_module(_FILE_BY_NAME[name]), name)
    globals()[name] = found
    return found
