"""What to ask the national service for one address: the same thing said a few ways, the likeliest first.

The service's engine loses right answers to an organisation's name, to a postcode written first, to « 12 bis »
where it knows only 12. What was understood of the address is therefore asked in the order it likes, and the
address as it was written only if that finds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo.geocoding.geoplateforme.address import prepare_question
from geo.geocoding.hypotheses import CLEAR_MARGIN, Hypothesis
from geo.geocoding.provider import WantedAddress
from geo.geocoding.readings import StreetReading, read_streets
from geo.geocoding.text import BOUNDARY, join_words
from geo.records import Level
from geo.territories import Referential


def write_questions(wanted: WantedAddress, referential: Referential) -> tuple[str, ...]:
    """
    Write the questions for an address, none where it names no street: the service would only know its town.

    Parameters
    ----------
    wanted
        The address as read, and its likely communes.
    referential
        The communes' names and postcodes.
    """
    if not wanted.communes:
        return ()
    best = wanted.communes[0]
    readings = read_streets(wanted.parsed, best.span)
    if not readings:
        return ()
    questions = []
    if is_clear(wanted.communes):
        place = _write_place(best, wanted, referential)
        number = readings[0].number
        questions.append(f"{number or ''} {_write_street(readings[0])} {place}")
        if number is not None and number.suffix:
            questions.append(f"{number.number} {_write_street(readings[0])} {place}")
    questions.append(" ".join(word for word in wanted.parsed.words if word != BOUNDARY))
    prepared = (prepare_question(question) for question in questions)
    return tuple(dict.fromkeys(question for question in prepared if question is not None))


def is_clear(communes: Sequence[Hypothesis]) -> bool:
    """Tell whether the likeliest commune is far ahead of every other."""
    return len(communes) == 1 or communes[0].points - communes[1].points >= CLEAR_MARGIN


def _write_street(reading: StreetReading) -> str:
    return " ".join(reading.words)


def _write_place(best: Hypothesis, wanted: WantedAddress, referential: Referential) -> str:
    """Write the commune, with the written postcode if it is one of its own, or with its only one."""
    served = referential.postcodes_by_commune.get(best.code, ())
    written = [wanted.parsed.words[i] for i in wanted.parsed.postcodes]
    postcode = next((code for code in written if code in served), served[0] if len(served) == 1 else "")
    name = referential.get(Level.COMMUNE, best.code).name
    # The name of a former commune tells its streets from those of the same name in the others.
    former = best.name if best.is_alias and join_words(best.name) != join_words(name) else ""
    return f"{postcode} {former} {name}"
