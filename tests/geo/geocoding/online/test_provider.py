"""What the service answers is judged: commune, street, number and point have to be those of the address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from data.reference import load_referential
from geo.geocoding.answer import AddressQuery, Reason
from geo.geocoding.choice import shortlist_communes
from geo.geocoding.commune_finder import CommuneFinder
from geo.geocoding.confidence import SURE_ENOUGH
from geo.geocoding.gazetteer import Gazetteer
from geo.geocoding.geoplateforme.address import ServiceAddress
from geo.geocoding.geoplateforme.matching import CLEAR_GAP, judge
from geo.geocoding.geoplateforme.provider import FEW, NationalAddresses
from geo.geocoding.geoplateforme.questions import write_questions
from geo.geocoding.geoplateforme.service import NationalService
from geo.geocoding.hypotheses import CLEAR_MARGIN
from geo.geocoding.parse import parse_address
from geo.geocoding.provider import WantedAddress
from geo.position import Position
from geo.records import Precision
from tests.geo.geocoding.national_service import NationalServiceDouble


@pytest.fixture(scope="session")
def finder() -> CommuneFinder:
    return CommuneFinder(Gazetteer(load_referential()))


def want(finder: CommuneFinder, text: str) -> WantedAddress:
    query = AddressQuery(text=text)
    parsed = parse_address(query)
    return WantedAddress(query, parsed, shortlist_communes(finder.find(parsed)))


FAIDHERBE = ServiceAddress(
    kind="housenumber", label="12 Rue Faidherbe 59800 Lille", position=Position(lon=3.0663, lat=50.6367),
    citycode="59350", score=0.9, housenumber="12", street="Rue Faidherbe", postcode="59800", city="Lille",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("12 rue Faidherbe 59800 Lille", "12 rue faidherbe 59800 Lille"),
        ("59800 Lille, 12 rue Faidherbe", "12 rue faidherbe 59800 Lille"),
        ("Les Amis du Quartier, 12 rue Faidherbe, 59800 Lille", "12 rue faidherbe 59800 Lille"),
        ("12 rue Faidherbe BP 301 59023 LILLE CEDEX", "12 rue faidherbe Lille"),
        ("17 rue René Lanoy Lens", "17 rue rene lanoy 62300 Lens"),
        ("59260 Hellemmes, 3 rue Salengro", "3 rue salengro 59260 Hellemmes Lille"),
    ],
)
def test_the_service_is_asked_in_the_order_it_likes(finder: CommuneFinder, text: str, asked: str) -> None:
    assert write_questions(want(finder, text), load_referential())[0] == asked


def test_an_address_without_a_street_is_not_asked(finder: CommuneFinder) -> None:
    assert write_questions(want(finder, "62300 Lens"), load_referential()) == ()
    assert write_questions(want(finder, "12 rue Faidherbe"), load_referential()) == ()


def test_an_unknown_suffix_is_asked_without_it_then_as_written(finder: CommuneFinder) -> None:
    asked = write_questions(
        want(finder, "Mairie annexe, 12 bis rue Faidherbe 59800 Lille"), load_referential()
    )
    assert asked == (
        "12 bis rue faidherbe 59800 Lille",
        "12 rue faidherbe 59800 Lille",
        "mairie annexe 12 bis rue faidherbe 59800 lille",
    )


@pytest.mark.parametrize(
    ("text", "precision", "number", "reasons"),
    [
        ("12 rue Faidherbe 59800 Lille", Precision.HOUSENUMBER, "12", set()),
        ("12 av. Faidherbe 59800 Lille", Precision.HOUSENUMBER, "12", {Reason.STREET_TYPE_MISMATCH}),
        ("12 rue Faidherb 59800 Lille", Precision.HOUSENUMBER, "12", {Reason.STREET_FUZZY}),
        ("12 rue Faydhebre 59800 Lille", Precision.HOUSENUMBER, "12", {Reason.STREET_FUZZY}),
        ("12 rue Louis Faidherbe 59800 Lille", Precision.HOUSENUMBER, "12", {Reason.STREET_FUZZY}),
        ("12 bis rue Faidherbe 59800 Lille", Precision.HOUSENUMBER, "12", {Reason.SUFFIX_UNKNOWN}),
        ("97 rue Faidherbe 59800 Lille", Precision.STREET, "", {Reason.NUMBER_UNKNOWN}),
        ("rue Faidherbe 59800 Lille", Precision.STREET, "", {Reason.NUMBER_MISSING}),
    ],
)
def test_a_match_keeps_what_was_asked_and_says_what_differs(
    finder: CommuneFinder, text: str, precision: Precision, number: str, reasons: set[Reason]
) -> None:
    match = judge(FAIDHERBE, want(finder, text), load_referential(), gap=1).match
    assert match is not None
    assert (match.precision, match.housenumber, set(match.reasons)) == (precision, number, reasons)
    assert match.commune.code == "59350"


@pytest.mark.parametrize(
    ("text", "changes", "why"),
    [
        ("12 rue Faidherbe 59800 Lille", {"kind": "municipality"}, "seulement une commune"),
        ("12 rue Faidherbe 59800 Lille", {"citycode": "69123"}, "hors de la région"),
        ("12 rue Faidherbe 59800 Lille", {"citycode": ""}, "hors de la région"),
        ("12 rue Faidherbe 62300 Lens", {}, "une autre commune"),
        ("12 rue Molière 59800 Lille", {}, "pas la voie demandée"),
        ("12 rue de l'Écluse 59800 Lille", {"street": "Rue de l'Église"}, "pas la voie demandée"),
        ("2 rue du Général Foch 59000 Lille", {"street": "Rue du Maréchal Foch"}, "pas la voie demandée"),
        ("2 rue du 8 mai 1945 59000 Lille", {"street": "Rue du 11 Novembre 1918"}, "pas la voie demandée"),
        ("12 rue Faidherbe 59800 Lille", {"street": ""}, "pas la voie demandée"),
    ],
)
def test_another_place_is_never_passed_off_as_the_address(
    finder: CommuneFinder, text: str, changes: dict[str, str], why: str
) -> None:
    judgement = judge(replace(FAIDHERBE, **changes), want(finder, text), load_referential(), gap=1)  # type: ignore[arg-type]  # texts only
    assert judgement.match is None
    assert why in judgement.why


@pytest.mark.parametrize(
    ("text", "changes", "is_sure"),
    [
        ("12 av. Faidherbe 59800 Lille", {}, True),
        ("12 av. Faidherbe 59800 Lille", {"score_next": 0.88}, False),
        ("97 av. Faidherbe 59800 Lille", {}, False),
        ("12 rue Faydhebre 59800 Lille", {}, True),
        ("97 rue Faydhebre 59800 Lille", {}, False),
        ("12 rue Louis Faidherbe 59800 Lille", {}, False),
        ("12 rue du Gal Faidherbe 59800 Lille", {}, True),
    ],
)
def test_a_street_that_is_not_as_written_is_sure_only_with_its_number_and_without_a_rival(
    finder: CommuneFinder, text: str, changes: dict[str, float], *, is_sure: bool
) -> None:
    answer = replace(FAIDHERBE, **changes)  # type: ignore[arg-type]  # figures only
    match = judge(answer, want(finder, text), load_referential(), gap=1).match
    assert match is not None
    assert (match.confidence >= SURE_ENOUGH) is is_sure


def test_a_point_far_from_its_commune_is_for_a_person_to_review(finder: CommuneFinder) -> None:
    wanted = want(finder, "12 rue Faidherbe 59800 Lille")
    astray = replace(FAIDHERBE, position=Position(lon=2.83, lat=50.43))
    match = judge(astray, wanted, load_referential(), gap=1).match
    assert match is not None
    assert Reason.COMMUNE_MISMATCH in match.reasons
    assert match.confidence < SURE_ENOUGH


def test_a_tie_between_communes_decides_nothing(finder: CommuneFinder) -> None:
    wanted = want(finder, "12 rue Faidherbe 59800")
    tied = judge(FAIDHERBE, wanted, load_referential(), gap=CLEAR_GAP / 2).match
    alone = judge(FAIDHERBE, wanted, load_referential(), gap=1).match
    assert tied is not None
    assert alone is not None
    assert tied.points < CLEAR_MARGIN < alone.points


def test_a_commune_merged_since_is_its_successor(finder: CommuneFinder) -> None:
    referential = load_referential()
    old = next(
        alias
        for alias in referential.aliases
        if alias.old_code and alias.old_code != alias.code_insee and referential.successor(alias.old_code)
    )
    code = referential.successor(old.old_code or "")
    assert code is not None
    hall = referential.town_halls[code]
    wanted = want(finder, f"12 rue Faidherbe {hall.postcode} {referential.find(code).name}")  # type: ignore[union-attr]  # it is there
    answer = replace(FAIDHERBE, citycode=old.old_code or "", position=hall.position or FAIDHERBE.position)
    match = judge(answer, wanted, referential, gap=1).match
    assert match is not None
    assert match.commune.code == code


def test_one_address_is_found_by_one_question(
    finder: CommuneFinder, national: NationalAddresses, double: NationalServiceDouble
) -> None:
    (match,) = national.find(want(finder, "Lille 59800 - 12, r. Faidherbe"))
    assert (match.street, match.housenumber, match.commune.code) == ("Rue Faidherbe", "12", "59350")
    assert double.paths() == ["/search"]


def test_what_the_first_question_misses_is_asked_otherwise(
    finder: CommuneFinder, national: NationalAddresses, double: NationalServiceDouble
) -> None:
    (finding,) = national.look_up([want(finder, "12 bis rue Faidherbe 59800 Lille")])
    assert [match.housenumber for match in finding.matches] == ["12"]
    assert Reason.SUFFIX_UNKNOWN in finding.matches[0].reasons
    assert len(finding.asked) == len(double.asked) == 2
    (there,) = national.look_up([want(finder, "14 bis rue Faidherbe 59800 Lille")])
    assert [match.housenumber for match in there.matches] == ["14 bis"]
    assert len(there.asked) == 1


def test_a_street_that_nobody_has_is_not_found_whatever_the_service_prefers(
    finder: CommuneFinder, national: NationalAddresses
) -> None:
    (finding,) = national.look_up([want(finder, "12 rue des Zouaves Bleus 59800 Lille")])
    assert finding.matches == ()
    assert finding.failure is None
    assert "pas la voie demandée" in finding.outcome


def test_many_addresses_travel_in_one_file_and_answer_as_one_by_one(
    finder: CommuneFinder, national: NationalAddresses, double: NationalServiceDouble
) -> None:
    texts = [
        "12 rue Faidherbe 59800 Lille", "62300 Lens", "17 rue René Lanoy 62300 Lens",
        "cité du Grand Condé Lens", "12 bis rue Faidherbe 59800 Lille",
        "1 rue inexistante 62300 Lens", "rue Leclerc 59000 Lille",
    ]  # fmt: skip
    wanted = [want(finder, text) for text in texts]
    singly = [national.look_up([each])[0] for each in wanted]
    double.asked.clear()
    together = national.look_up(wanted * FEW)
    assert [f.matches for f in together[: len(texts)]] == [f.matches for f in singly]
    assert set(double.paths()) == {"/search/csv"}
    assert [bool(f.matches) for f in singly] == [True, False, True, True, True, False, True]
    assert singly[3].matches[0].precision is Precision.LOCALITY


def test_a_service_that_fails_is_no_answer(
    finder: CommuneFinder, national: NationalAddresses, double: NationalServiceDouble
) -> None:
    wanted = want(finder, "12 rue Faidherbe 59800 Lille")
    double.statuses = [400]
    first, second = national.look_up([wanted, wanted])
    assert first.failure is not None
    assert first.matches == ()
    assert second.failure is None
    assert second.matches
    double.most_per_second = 0
    failed = national.look_up([wanted] * 3)
    assert all(finding.failure is not None and not finding.matches for finding in failed)
    with pytest.raises(ConnectionError, match="trop"):
        national.find(wanted)


def test_the_version_changes_with_the_month(service: NationalService) -> None:
    days = iter([date(2026, 11, 30), date(2026, 12, 1)])
    provider = NationalAddresses(service, load_referential(), today=lambda: next(days))
    assert provider.version != provider.version
