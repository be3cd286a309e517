"""One function per question that a person asks: queries joined with pure functions, records out.

Every one takes the register first. `api` and `scripts` parse what was asked, call one of them, and render.
"""

from data.address_memory import correct_address
from data.questions.access import answer_access, answer_what_if
from data.questions.boxes import find_in_box
from data.questions.change import choose_year_before, compare_dates
from data.questions.corrections import correct_presence, history_of, withdraw_correction
from data.questions.coverage import answer_coverage
from data.questions.coverage_study import study_coverage
from data.questions.denominators import add_denominator, list_denominators, remove_denominator
from data.questions.importing import import_file
from data.questions.iterating import iterate_presences
from data.questions.near import answer_near
from data.questions.nearby import find_nearby
from data.questions.places import find_origin, geocode
from data.questions.presences import find_presences, get_presence
from data.questions.register import describe_register, find_known_summary, list_sectors
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
    "describe_register",
    "describe_territory",
    "find_in_box",
    "find_known_summary",
    "find_nearby",
    "find_origin",
    "find_presences",
    "geocode",
    "get_presence",
    "history_of",
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
