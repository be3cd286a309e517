"""What geocoding answers becomes sentences that say where, what was there, and what was done."""

from __future__ import annotations

from data.intake.fields import Field
from data.intake.mapping import ColumnPlan
from data.intake.placing import PlacedRow, tell_placements
from data.intake.problems import ProblemLog
from data.intake.recipes import Recipe
from geo.geocoding.answer import AddressQuery, Candidate, GeocodedAddress, Reason
from geo.position import Position
from geo.records import PlacementStatus, Precision, Problem

PLAN = ColumnPlan(
    columns=("ville", "lat", "lon"),
    uses={"ville": Field.CITY, "lat": Field.LATITUDE, "lon": Field.LONGITUDE},
    recipes={
        Field.CITY: Recipe(columns=(0,)),
        Field.LATITUDE: Recipe(columns=(1,)),
        Field.LONGITUDE: Recipe(columns=(2,)),
    },
)


def tell(*rows: PlacedRow) -> tuple[Problem, ...]:
    log = ProblemLog()
    tell_placements(rows, PLAN, log)
    return log.problems()


def answer(status: PlacementStatus, *reasons: Reason, **values: object) -> GeocodedAddress:
    return GeocodedAddress(id="1", status=status, reasons=reasons, **values)  # type: ignore[arg-type]


def test_a_plain_answer_is_not_told() -> None:
    plain = answer(PlacementStatus.COMMUNE, Reason.COMMUNE_FROM_POSTCODE_AND_NAME, Reason.NO_ADDRESS_BASE)

    assert tell(PlacedRow(2, AddressQuery(city="Lens"), plain)) == ()


def test_rows_without_an_address_are_told_together() -> None:
    nothing = answer(PlacementStatus.UNPLACED, Reason.EMPTY)

    [problem] = tell(PlacedRow(2, AddressQuery(), nothing), PlacedRow(5, AddressQuery(), nothing))

    assert problem.what == (
        "Aucune adresse dans la ligne : gardée « à localiser », elle ne compte dans aucune carte "
        "(2 lignes : 2, 5)."
    )


def test_a_point_and_a_commune_that_disagree_are_both_named() -> None:
    mismatch = answer(
        PlacementStatus.TO_REVIEW, Reason.COORDINATES_GIVEN, Reason.COMMUNE_MISMATCH, city="Auby"
    )

    [problem] = tell(PlacedRow(2, AddressQuery(city="Annay", lat="50.4", lon="3.0"), mismatch))

    assert (problem.line, problem.column, problem.value) == (2, "ville", "Annay")
    assert problem.what == (
        "Le point et la commune déclarée ne concordent pas (point : Auby ; déclarée : Annay) : "
        "gardée « à vérifier », elle ne compte pas encore."
    )


def test_the_same_name_under_another_code_is_told_by_its_code() -> None:
    mismatch = answer(PlacementStatus.TO_REVIEW, Reason.COMMUNE_MISMATCH, city="Arras")
    query = AddressQuery(city="ARRAS", code_insee="63144", lat="50.29", lon="2.78")

    [problem] = tell(PlacedRow(2, query, mismatch))

    assert "(point : Arras ; déclarée : ARRAS, code INSEE 63144)" in problem.what


def test_an_ambiguous_name_comes_with_the_communes_it_may_mean() -> None:
    candidates = (
        Candidate(label="59440 Saint-Aubin", citycode="59529", score=0.5),
        Candidate(label="62170 Saint-Aubin", citycode="62742", score=0.5),
    )
    ambiguous = answer(PlacementStatus.UNPLACED, Reason.AMBIGUOUS_COMMUNE, candidates=candidates)

    [problem] = tell(PlacedRow(2, AddressQuery(city="Saint-Aubin"), ambiguous))

    assert problem.what.endswith("Communes possibles : 59440 Saint-Aubin (59529), 62170 Saint-Aubin (62742).")


def test_coordinates_put_in_order_are_told_with_what_was_received() -> None:
    swapped = answer(PlacementStatus.PLACED, Reason.COORDINATES_SWAPPED, label="Lens")

    [problem] = tell(PlacedRow(2, AddressQuery(lat="2.8", lon="50.4"), swapped))

    assert (problem.column, problem.value) == ("lat", "2.8, 50.4")
    assert problem.what == "Latitude et longitude inversées : remises en ordre : placée à son point (Lens)."


def test_many_addresses_at_one_point_raise_an_alarm() -> None:
    point = Position(lon=2.8, lat=50.4)
    given = answer(
        PlacementStatus.PLACED, Reason.COORDINATES_GIVEN, position=point, precision=Precision.GIVEN
    )
    elsewhere = [PlacedRow(n, AddressQuery(street=f"{n} rue X", city="Lens"), given) for n in range(2, 14)]
    together = [PlacedRow(n, AddressQuery(street="1 rue X", city="Lens"), given) for n in range(2, 14)]

    [problem] = tell(*elsewhere)

    assert problem.what.startswith("Coordonnées identiques pour des adresses différentes")
    assert "(12 lignes : 2, 3, 4" in problem.what
    assert tell(*together) == ()
