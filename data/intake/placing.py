"""What geocoding said of each row, as sentences for the person who has to look at it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from data.intake.fields import Field
from data.intake.mapping import ColumnPlan
from data.intake.problems import ProblemLog
from data.intake.text import fold
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.records import PlacementStatus, Precision

# A point shared by this many rows with as many addresses is no coincidence: a failed geocoding upstream.
_STACK = 10
_CANDIDATES_SHOWN = 6

_WORTH_TELLING = {
    Reason.COORDINATES_SWAPPED: "latitude et longitude inversées : remises en ordre",
    Reason.COORDINATES_NULL: "coordonnées nulles (0, 0) : ignorées",
    Reason.COORDINATES_UNREADABLE: "coordonnées illisibles : ignorées",
    Reason.COORDINATES_OUT_OF_REGION: "coordonnées hors de la région",
    Reason.COMMUNE_MISMATCH: "le point et la commune déclarée ne concordent pas",
    Reason.POSTCODE_MISMATCH: "le code postal n'est pas celui de la commune",
    Reason.INSEE_MISMATCH: "le code INSEE n'est pas celui de la commune nommée",
    Reason.AMBIGUOUS_COMMUNE: "plusieurs communes possibles",
    Reason.COMMUNE_FUZZY: "nom de commune lu malgré une faute",
    Reason.INPUT_TRUNCATED: "adresse trop longue : seul son début est lu",
}
_WORTH_A_LOOK = frozenset(_WORTH_TELLING)
_ABOUT_COORDINATES = frozenset(
    {
        Reason.COORDINATES_SWAPPED,
        Reason.COORDINATES_NULL,
        Reason.COORDINATES_UNREADABLE,
        Reason.COORDINATES_OUT_OF_REGION,
    }
)
_OUTCOMES = {
    PlacementStatus.PLACED: "placée à son point",
    PlacementStatus.COMMUNE: "placée à la commune",
    PlacementStatus.TO_REVIEW: "gardée « à vérifier », elle ne compte pas encore",
    PlacementStatus.UNPLACED: "gardée « à localiser », elle ne compte dans aucune carte",
    PlacementStatus.OUT_OF_REGION: "gardée, elle ne compte pas dans la région",
}
_PLAIN = frozenset({PlacementStatus.PLACED, PlacementStatus.COMMUNE})
_NO_ADDRESS = "Aucune adresse dans la ligne : gardée « à localiser », elle ne compte dans aucune carte"


class PlacedRow(NamedTuple):
    """A row, what was asked about it, and what was answered."""

    line: int
    query: AddressQuery
    answer: GeocodedAddress


def tell_placements(rows: Iterable[PlacedRow], plan: ColumnPlan, log: ProblemLog) -> None:
    """Tell what a person should know of the placement of rows; a plain one is not told."""
    stacks: dict[tuple[float, float], list[PlacedRow]] = defaultdict(list)
    given = Precision.GIVEN
    for row in rows:
        answer = row.answer
        if answer.status not in _PLAIN or not _WORTH_A_LOOK.isdisjoint(answer.reasons):
            _tell_row(row, plan, log)
        if answer.precision is given and answer.position is not None:
            stacks[answer.position.lon_lat()].append(row)
    for stacked in stacks.values():
        addresses = {(row.query.street, row.query.text, row.query.city) for row in stacked}
        if len(stacked) >= _STACK and len(addresses) * 2 >= len(stacked):
            _tell_stack(stacked, plan, log)


def write_query(query: AddressQuery) -> str:
    """
    Write an address as received on one line.

    Examples
    --------
    >>> write_query(AddressQuery(street="1 rue de Lille", postcode="62300", city="Lens"))
    '1 rue de Lille 62300 Lens'
    """
    parts = (query.text, query.street, query.postcode, query.city)
    return " ".join(part for part in parts if part) or query.code_insee


def _tell_row(row: PlacedRow, plan: ColumnPlan, log: ProblemLog) -> None:
    line, query, answer = row
    told = [reason for reason in answer.reasons if reason in _WORTH_TELLING]
    is_plain = answer.status in _PLAIN
    if is_plain and not told:
        return
    if Reason.EMPTY in answer.reasons and not told:
        log.gather(line, None, "", _NO_ADDRESS)
        return
    about_point = any(reason in _ABOUT_COORDINATES for reason in told)
    value = f"{query.lat or query.y}, {query.lon or query.x}" if about_point else write_query(query)
    facts = [_write_fact(reason, query, answer) for reason in told]
    if not facts:
        facts = [_name_failure(answer)]
    where = f" ({answer.label})" if answer.label and is_plain else ""
    sentence = f"{' ; '.join(facts)} : {_OUTCOMES[answer.status]}{where}."
    if answer.candidates and not is_plain and Reason.COMMUNE_MISMATCH not in told:
        shown = [f"{one.label} ({one.citycode})" for one in answer.candidates[:_CANDIDATES_SHOWN]]
        sentence = f"{sentence} Communes possibles : {', '.join(shown)}."
    log.tell(line, _name_column(plan, about_point=about_point), value, sentence[0].upper() + sentence[1:])


def _write_fact(reason: Reason, query: AddressQuery, answer: GeocodedAddress) -> str:
    fact = _WORTH_TELLING[reason]
    if reason is Reason.COMMUNE_MISMATCH:
        declared = _name_declared(query, answer)
        return f"{fact} (point : {answer.city or 'hors de la région'} ; déclarée : {declared})"
    return fact


def _name_declared(query: AddressQuery, answer: GeocodedAddress) -> str:
    """Name what the row declares by what disagrees: the same name twice would tell nothing."""
    if query.code_insee and query.city and fold(query.city) == fold(answer.city or ""):
        return f"{query.city}, code INSEE {query.code_insee}"
    return query.city or query.code_insee or query.postcode or query.text


def _name_failure(answer: GeocodedAddress) -> str:
    if answer.status is PlacementStatus.OUT_OF_REGION:
        place = f" ({answer.label})" if answer.label else ""
        return f"adresse hors des Hauts-de-France{place}"
    if Reason.CEDEX in answer.reasons and Reason.COMMUNE_NOT_FOUND in answer.reasons:
        return "adresse CEDEX sans commune reconnue"
    return "commune non reconnue" if answer.status is PlacementStatus.UNPLACED else "adresse incertaine"


def _name_column(plan: ColumnPlan, *, about_point: bool) -> str | None:
    wanted: Sequence[Field] = (Field.LATITUDE, Field.COORDINATES, Field.Y)
    if not about_point:
        wanted = (Field.CITY, Field.FULL_ADDRESS, Field.STREET, Field.POSTCODE, Field.CODE_INSEE)
    return next((plan.column_of(field) for field in wanted if field in plan.recipes), None)


def _tell_stack(stacked: Sequence[PlacedRow], plan: ColumnPlan, log: ProblemLog) -> None:
    position = stacked[0].answer.position
    if position is None:
        return
    lat, lon = position.lat_lon()
    what = (
        "Coordonnées identiques pour des adresses différentes : gardées, mais elles viennent sans doute d'un "
        "placement raté avant l'import"
    )
    for row in stacked:
        log.gather(row.line, _name_column(plan, about_point=True), f"{lat}, {lon}", what)
