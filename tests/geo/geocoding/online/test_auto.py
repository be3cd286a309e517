"""`--provider auto`: the local engine first, the service for the rest, the better answer of the two."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reference import load_referential
from geo.geocoding.answer import AddressQuery, Candidate, GeocodedAddress, Reason
from geo.geocoding.answer_file import AnswerFile, AnswerFileError
from geo.geocoding.cascade import Cascade
from geo.geocoding.geocoder import Geocoder, write_address
from geo.geocoding.geoplateforme.provider import NationalAddresses
from geo.geocoding.preference import choose_better, is_sure
from geo.geocoding.provider import AddressMatch, Correction, WantedAddress
from geo.position import Position
from geo.records import PlacementStatus, Precision
from tests.geo.geocoding.national_service import Fault, NationalServiceDouble

FAIDHERBE = AddressQuery(id="a", text="12 rue Faidherbe 59800 Lille")


@pytest.fixture
def cascade(geocoder: Geocoder, national: NationalAddresses, tmp_path: Path) -> Cascade:
    cache = AnswerFile(tmp_path / "answers.jsonl")
    return Cascade(load_referential(), local=geocoder, national=national, cache=cache)


def test_what_the_local_engine_only_knows_at_town_level_is_asked(
    cascade: Cascade, double: NationalServiceDouble
) -> None:
    answer = cascade.geocode(FAIDHERBE)
    assert (answer.id, answer.status, answer.provider) == ("a", PlacementStatus.PLACED, "geoplateforme")
    assert (answer.label, answer.citycode) == ("12 Rue Faidherbe 59800 Lille", "59350")
    assert answer.precision is Precision.HOUSENUMBER
    assert answer.confidence > 0.9
    assert len(double.asked) == 1


@pytest.mark.parametrize(
    "query",
    [
        AddressQuery(text="62300 Lens"),
        AddressQuery(text="1 place Bellecour 69002 Lyon"),
        AddressQuery(text=""),
        AddressQuery(text="12 rue Faidherbe"),
        AddressQuery(text="12 rue Faidherbe 59800 Lille", lon="3.06", lat="50.63"),
        AddressQuery(text="12 rue Faidherbe 62300 Lens", lon="3.06", lat="50.63"),
    ],
)
def test_what_the_service_could_not_better_is_not_asked(
    cascade: Cascade, geocoder: Geocoder, double: NationalServiceDouble, query: AddressQuery
) -> None:
    assert cascade.geocode(query) == geocoder.geocode(query)
    assert double.asked == []


def test_a_street_that_the_service_does_not_know_either_stays_at_town_level_and_says_so(
    cascade: Cascade,
) -> None:
    answer = cascade.geocode(AddressQuery(text="12 rue des Zouaves Bleus 59800 Lille"))
    assert answer.status is PlacementStatus.COMMUNE
    assert answer.provider == "referential"
    assert Reason.STREET_NOT_FOUND in answer.reasons
    assert Reason.NO_ADDRESS_BASE not in answer.reasons


def test_a_doubtful_street_is_a_candidate_and_not_the_answer(cascade: Cascade) -> None:
    answer = cascade.geocode(AddressQuery(text="8 rue Salengro 62300 Lens"))
    assert answer.status is PlacementStatus.COMMUNE
    assert [candidate.label for candidate in answer.candidates] == ["8 Rue Roger Salengro 62300 Lens"]


class FullBase:
    """An address base that knows every street, and not those that are asked."""

    name = "local"
    version = "1"
    is_exhaustive = True
    is_remote = False

    def find(self, wanted: WantedAddress) -> list[AddressMatch]:  # noqa: ARG002 (the provider's protocol)
        return []


def test_beside_a_full_base_only_a_street_exactly_as_written_is_news(national: NationalAddresses) -> None:
    referential = load_referential()
    cascade = Cascade(referential, local=Geocoder(referential, providers=[FullBase()]), national=national)
    exact = cascade.geocode(FAIDHERBE)
    assert (exact.provider, exact.status) == ("geoplateforme", PlacementStatus.PLACED)
    for text in ("12 avenue Faidherbe 59800 Lille", "12 rue Faydhebre 59800 Lille"):
        answer = cascade.geocode(AddressQuery(text=text))
        assert answer.status is PlacementStatus.COMMUNE
        assert [candidate.label for candidate in answer.candidates] == ["12 Rue Faidherbe 59800 Lille"]


def test_an_address_looked_for_around_a_point_is_remembered_with_the_point(
    cascade: Cascade, double: NationalServiceDouble
) -> None:
    lille = AddressQuery(text="12 rue Faidherbe", near=Position(lon=3.06, lat=50.63))
    lens = AddressQuery(text="12 rue Faidherbe", near=Position(lon=2.83, lat=50.43))
    found, elsewhere = cascade.geocode_many([lille, lens])
    assert (found.citycode, elsewhere.citycode) == ("59350", None)
    asked = len(double.asked)
    assert [a.citycode for a in cascade.geocode_many([lille, lens])] == [found.citycode, elsewhere.citycode]
    assert len(double.asked) == asked


@dataclass
class Book:
    """A person placed this address."""

    address: str

    def find_correction(self, address: str) -> Correction | None:
        position = Position(lon=3.1, lat=50.65)
        return Correction(position=position, label="à la main") if address == self.address else None


@pytest.mark.parametrize("asks_all", [False, True])
def test_a_persons_answer_is_never_asked_again(
    national: NationalAddresses, double: NationalServiceDouble, *, asks_all: bool
) -> None:
    referential = load_referential()
    local = Geocoder(referential, corrections=Book(write_address(FAIDHERBE)))
    answer = Cascade(referential, local=local, national=national, asks_all=asks_all).geocode(FAIDHERBE)
    assert answer.precision is Precision.MANUAL
    assert double.asked == []


def test_one_answer_each_in_order_whatever_is_asked(cascade: Cascade, double: NationalServiceDouble) -> None:
    texts = [
        "12 rue Faidherbe 59800 Lille", "62300 Lens", "", "17 rue René Lanoy 62300 Lens",
        "12 r. FAIDHERBE 59800 LILLE", "1 place Bellecour 69002 Lyon", "99 rue inexistante 62300 Lens",
    ]  # fmt: skip
    queries = [
        AddressQuery(id=f"{rank}-{turn}", text=text) for turn in range(30) for rank, text in enumerate(texts)
    ]
    told: list[int] = []
    answers = cascade.geocode_many(queries, progress=told.append)
    assert [answer.id for answer in answers] == [query.id for query in queries]
    assert sum(told) == len(queries)
    assert [answer.provider for answer in answers[:7]] == [
        "geoplateforme", "referential", "referential", "geoplateforme", "geoplateforme", "referential",
        "referential",
    ]  # fmt: skip
    assert cascade.geocode_many(queries[:7]) == [
        answer if answer.provider != "geoplateforme" else _cached(answer) for answer in answers[:7]
    ]
    # Three different addresses, one of which is asked twice before it is known to be nowhere.
    assert len(double.asked) == 4
    assert cascade.report.improved == 90 + 3
    assert cascade.report.failed == 0


def _cached(answer: GeocodedAddress) -> GeocodedAddress:
    return replace(answer, reasons=(*answer.reasons, Reason.CACHED))


def test_answers_and_failures_to_find_are_asked_once_and_outlive_the_program(
    geocoder: Geocoder, national: NationalAddresses, double: NationalServiceDouble, tmp_path: Path
) -> None:
    queries = [FAIDHERBE, AddressQuery(text="12 rue des Zouaves Bleus 59800 Lille")]
    referential = load_referential()
    path = tmp_path / "kept" / "answers.jsonl"
    first = Cascade(referential, local=geocoder, national=national, cache=AnswerFile(path))
    fresh = first.geocode_many(queries)
    asked = len(double.asked)
    second = Cascade(referential, local=geocoder, national=national, cache=AnswerFile(path))
    kept = second.geocode_many(queries)
    assert len(double.asked) == asked
    assert second.report.from_cache == 2
    assert [(a.label, a.position, a.status) for a in kept] == [(a.label, a.position, a.status) for a in fresh]
    assert Reason.CACHED in kept[0].reasons


def test_a_failure_of_the_service_leaves_the_local_answer_is_told_and_not_remembered(
    cascade: Cascade, geocoder: Geocoder, double: NationalServiceDouble
) -> None:
    double.statuses = [500]
    local = geocoder.geocode(FAIDHERBE)
    answer = cascade.geocode(FAIDHERBE)
    assert answer == replace(local, reasons=(*local.reasons, Reason.SERVICE_UNAVAILABLE))
    assert cascade.report.failed == 1
    assert "en panne" in cascade.report.problem
    assert cascade.geocode(FAIDHERBE).provider == "geoplateforme"


def test_a_bad_file_of_the_service_leaves_the_local_answers(
    cascade: Cascade, double: NationalServiceDouble
) -> None:
    double.faults = [Fault.UNTOUCHED] * 50
    queries = [AddressQuery(text=f"{number} rue Faidherbe 59800 Lille") for number in range(1, 40)]
    answers = cascade.geocode_many(queries)
    assert {answer.status for answer in answers} == {PlacementStatus.COMMUNE}
    assert all(Reason.SERVICE_UNAVAILABLE in answer.reasons for answer in answers)
    assert cascade.report.failed == 39
    assert "tel quel" in cascade.report.problem


def test_the_service_alone_is_asked_even_where_the_local_engine_is_sure(
    geocoder: Geocoder, national: NationalAddresses, double: NationalServiceDouble
) -> None:
    referential = load_referential()
    hall = referential.town_halls["02273"]
    query = AddressQuery(text=f"{hall.housenumber} {hall.street} 02480 Dury")
    assert geocoder.geocode(query).status is PlacementStatus.PLACED
    local = Cascade(referential, local=geocoder, national=national).geocode(query)
    assert (local.provider, double.asked) == ("town_halls", [])
    Cascade(referential, local=geocoder, national=national, asks_all=True).geocode(query)
    assert double.asked


def test_each_step_is_explained_in_french(cascade: Cascade) -> None:
    fresh = cascade.geocode(FAIDHERBE, explain=True).steps
    assert [step.name for step in fresh[-2:]] == ["Service national", "Réponse retenue"]
    assert "« 12 rue faidherbe 59800 Lille »" in fresh[-2].seen
    assert "« 12 Rue Faidherbe »" in fresh[-2].outcome
    assert "12 Rue Faidherbe 59800 Lille" in fresh[-1].seen
    kept = cascade.geocode(FAIDHERBE, explain=True).steps
    assert kept[-2].seen == "déjà interrogé"
    town = cascade.geocode(AddressQuery(text="5 rue des Zouaves Bleus 59800 Lille"), explain=True).steps
    assert town[-1].outcome == "le service n'en a pas de meilleure"


def test_the_service_never_moves_an_address_to_another_commune(cascade: Cascade) -> None:
    for text in (
        "12 rue Faidherbe 62300 Lens",
        "17 rue René Lanoy 59800 Lille",
        "3 rue de la Mairie 80480 Dury",
    ):
        answer = cascade.geocode(AddressQuery(text=text))
        assert answer.status is PlacementStatus.COMMUNE, text
        assert Reason.STREET_NOT_FOUND in answer.reasons


answers = st.builds(
    GeocodedAddress,
    id=st.just("x"),
    status=st.sampled_from(PlacementStatus),
    precision=st.none() | st.sampled_from(Precision),
    confidence=st.floats(0, 1),
    reasons=st.sets(st.sampled_from([Reason.HUMAN_CORRECTION, Reason.STREET_NOT_FOUND])).map(tuple),
)


@given(answers, answers, answers)
def test_choosing_the_better_keeps_people_and_never_gets_worse(
    one: GeocodedAddress, two: GeocodedAddress, three: GeocodedAddress
) -> None:
    better = choose_better(one, two)
    assert choose_better(better, one) == better == choose_better(better, two)
    assert choose_better(one, one) is one
    assert choose_better(choose_better(one, two), three) in (one, two, three)
    is_human = Reason.HUMAN_CORRECTION in one.reasons or one.precision is Precision.MANUAL
    if is_human and Reason.HUMAN_CORRECTION not in two.reasons and two.precision is not Precision.MANUAL:
        assert better is one
        assert is_sure(one)


@dataclass
class Answers:
    """An answer with everything that one may hold."""

    answer: GeocodedAddress = field(
        default_factory=lambda: GeocodedAddress(
            id="7", status=PlacementStatus.PLACED, position=Position(lon=3.06, lat=50.63), score=0.9,
            precision=Precision.HOUSENUMBER, confidence=0.95, label="12 Rue « é »", citycode="59350",
            reasons=(Reason.CEDEX,),
            candidates=(Candidate(label="x", citycode="59350", score=1.0, position=Position(lon=3, lat=50)),),
        )
    )  # fmt: skip


def test_a_file_of_answers_gives_back_what_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    kept, nothing = Answers().answer, GeocodedAddress(id="8", status=PlacementStatus.UNPLACED)
    cache = AnswerFile(path)
    cache.keep_answers({"12 rue é lille": kept}, provider="p", version="1")
    cache.keep_answers({"nulle part": nothing}, provider="p", version="1")
    for opened in (cache, AnswerFile(path)):
        assert opened.find_answer("12 rue é lille", provider="p", version="1") == kept
        assert opened.find_answer("nulle part", provider="p", version="1") == nothing
        assert opened.find_answer("12 rue é lille", provider="p", version="2") is None
        assert opened.find_answer("12 rue é lille", provider="q", version="1") is None


def test_a_file_of_answers_survives_a_kill_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    kept = Answers().answer
    AnswerFile(path).keep_answers({"a": kept}, provider="p", version="1")
    whole = path.read_bytes()
    path.write_bytes(whole + b'[]\n{"provider": 3}\n' + whole[:40])
    opened = AnswerFile(path)
    opened.keep_answers({"b": kept}, provider="p", version="1")
    again = AnswerFile(path)
    assert again.find_answer("a", provider="p", version="1") == kept
    assert again.find_answer("b", provider="p", version="1") == kept


def test_a_file_of_answers_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AnswerFileError, match="supprimez ce fichier"):
        AnswerFile(tmp_path)
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(AnswerFileError, match="Vérifiez les droits"):
        AnswerFile(file / "answers.jsonl").keep_answers({"a": Answers().answer}, provider="p", version="1")
