"""The order of the cascade: points, corrections, cache, street-level providers, town halls, communes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from data.reference import load_referential
from geo.geocoding.answer import AddressQuery, GeocodedAddress, Reason
from geo.geocoding.explanation import REASON_SENTENCES
from geo.geocoding.geocoder import Geocoder, write_address
from geo.geocoding.geoplateforme.errors import ServiceUnreachableError
from geo.geocoding.provider import AddressMatch, Correction, WantedAddress
from geo.position import Position
from geo.records import PlacementStatus, Precision

QUERY = AddressQuery(id="a", text="12 rue des Lilas, 62300 Lens")
LENS = "62498"
HERE = Position(lon=2.83, lat=50.43)


class Book:
    """Corrections by canonical address."""

    def __init__(self, **kept: Correction) -> None:
        self.kept = kept
        self.asked: list[str] = []

    def find_correction(self, address: str) -> Correction | None:
        self.asked.append(address)
        return self.kept.get(address.replace(" ", "_"))


class Memory:
    """A cache in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str, str], GeocodedAddress] = {}

    def find_answer(self, address: str, *, provider: str, version: str) -> GeocodedAddress | None:
        return self.kept.get((address, provider, version))

    def find_answers(
        self, addresses: Iterable[str], *, provider: str, version: str
    ) -> dict[str, GeocodedAddress]:
        found = {address: self.kept.get((address, provider, version)) for address in addresses}
        return {address: answer for address, answer in found.items() if answer is not None}

    def keep_answers(self, answers: Mapping[str, GeocodedAddress], *, provider: str, version: str) -> None:
        self.kept |= {(address, provider, version): answer for address, answer in answers.items()}


class Streets:
    """A provider that knows « rue des Lilas » of Lens, or nothing."""

    version = "1"

    def __init__(self, name: str, *, knows: bool = True, is_remote: bool = False) -> None:
        self.name = name
        self.knows = knows
        self.is_remote = is_remote
        self.is_exhaustive = True
        self.asked = 0

    def find(self, wanted: WantedAddress) -> list[AddressMatch]:
        self.asked += 1
        return [
            AddressMatch(
                provider=self.name, commune=commune, street="Rue des Lilas", housenumber="12", position=HERE,
                precision=Precision.HOUSENUMBER, similarity=1.0, confidence=0.99, points=5.0,
            )
            for commune in wanted.communes
            if self.knows and commune.code == LENS
        ]  # fmt: skip


def test_a_provider_places_the_address_and_the_next_is_not_asked() -> None:
    first, second = Streets("first"), Streets("second")
    answer = Geocoder(load_referential(), providers=[first, second]).geocode(QUERY)
    assert (answer.status, answer.position, answer.provider) == (PlacementStatus.PLACED, HERE, "first")
    assert (answer.label, answer.street, answer.housenumber) == (
        "12 Rue des Lilas 62300 Lens",
        "Rue des Lilas",
        "12",
    )
    assert (first.asked, second.asked) == (1, 0)


def test_a_provider_that_knows_no_such_street_leads_to_the_commune_and_says_so() -> None:
    answer = Geocoder(load_referential(), providers=[Streets("first", knows=False)]).geocode(QUERY)
    assert (answer.status, answer.citycode) == (PlacementStatus.COMMUNE, LENS)
    assert Reason.STREET_NOT_FOUND in answer.reasons


def test_a_street_found_in_one_of_the_communes_of_a_postcode_decides() -> None:
    geocoder = Geocoder(load_referential(), providers=[Streets("first")])
    found = geocoder.geocode(AddressQuery(text="12 rue des Lilas 62300"))
    assert (found.status, found.citycode) == (PlacementStatus.PLACED, LENS)
    lost = geocoder.geocode(AddressQuery(text="12 rue des Lilas 59440"))
    assert lost.status is PlacementStatus.UNPLACED


def test_nothing_outside_the_region_is_asked_for() -> None:
    provider = Streets("first")
    Geocoder(load_referential(), providers=[provider]).geocode(
        AddressQuery(text="12 rue des Lilas 13001 Marseille")
    )
    assert provider.asked == 0


def test_a_correction_beats_every_provider_but_not_a_given_point() -> None:
    book = Book(
        **{write_address(QUERY).replace(" ", "_"): Correction(position=HERE, label="Local de l'association")}
    )
    provider = Streets("first")
    geocoder = Geocoder(load_referential(), corrections=book, providers=[provider])
    answer = geocoder.geocode(AddressQuery(text="12 RUE DES LILAS - 62300 LENS"))
    assert (answer.precision, answer.position, answer.confidence) == (Precision.MANUAL, HERE, 1.0)
    assert (answer.label, answer.citycode, answer.reasons) == (
        "Local de l'association",
        LENS,
        (Reason.HUMAN_CORRECTION,),
    )
    assert provider.asked == 0
    given = geocoder.geocode(AddressQuery(text=QUERY.text, lon="2.8319", lat="50.4289"))
    assert given.precision is Precision.GIVEN


def test_a_remote_provider_is_asked_once_and_only_for_what_is_not_placed() -> None:
    memory = Memory()
    local, remote = Streets("local", knows=False), Streets("geoplateforme", is_remote=True)
    geocoder = Geocoder(load_referential(), cache=memory, providers=[local, remote])
    first = geocoder.geocode(QUERY)
    assert (first.provider, first.status) == ("geoplateforme", PlacementStatus.PLACED)
    again = geocoder.geocode(AddressQuery(id="b", text="12, Rue des Lilas - 62300 LENS"))
    assert (again.id, again.position) == ("b", HERE)
    assert Reason.CACHED in again.reasons
    assert remote.asked == 1


def test_a_remote_failure_is_remembered_too() -> None:
    memory = Memory()
    remote = Streets("geoplateforme", knows=False, is_remote=True)
    geocoder = Geocoder(load_referential(), cache=memory, providers=[remote])
    assert [geocoder.geocode(QUERY).status for _ in range(3)] == [PlacementStatus.COMMUNE] * 3
    assert remote.asked == 1


def test_a_remote_provider_that_does_not_answer_leaves_what_is_known_and_says_so() -> None:
    class Silent(Streets):
        def find(self, wanted: WantedAddress) -> list[AddressMatch]:
            raise ServiceUnreachableError(url="http://127.0.0.1:9", cause=wanted.query.text)

    memory = Memory()
    silent, other = Silent("geoplateforme", is_remote=True), Streets("autre", is_remote=True)
    [first, second] = Geocoder(load_referential(), cache=memory, providers=[silent]).geocode_many([QUERY] * 2)
    assert (first.status, first.citycode) == (PlacementStatus.COMMUNE, LENS)
    assert Reason.SERVICE_UNAVAILABLE in first.reasons
    assert second.reasons == first.reasons
    assert memory.kept == {}
    assert Geocoder(load_referential(), providers=[silent, other]).geocode(QUERY).provider == "autre"


def test_a_local_answer_needs_no_remote_one() -> None:
    remote = Streets("geoplateforme", is_remote=True)
    Geocoder(load_referential(), providers=[Streets("local"), remote]).geocode(QUERY)
    assert remote.asked == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (QUERY, ("Lecture", "Commune", "Adresse de la mairie", "Choix", "Réponse")),
        (
            AddressQuery(text="Lens", lon="2.8319", lat="50.4289"),
            ("Coordonnées", "Commune déclarée", "Réponse"),
        ),
        (AddressQuery(text="1 place Bellecour, Lyon"), ("Lecture", "Commune", "Choix", "Réponse")),
        (AddressQuery(text=""), ("Lecture", "Commune", "Choix", "Réponse")),
    ],
)
def test_every_step_is_explained_in_order(
    geocoder: Geocoder, query: AddressQuery, words: tuple[str, ...]
) -> None:
    answer = geocoder.geocode(query, explain=True)
    names = [step.name for step in answer.steps]
    assert [name for i, name in enumerate(names) if i == 0 or names[i - 1] != name] == list(words)
    assert all(step.seen or step.outcome for step in answer.steps)


def test_explaining_changes_nothing_else(geocoder: Geocoder) -> None:
    plain, explained = geocoder.geocode(QUERY), geocoder.geocode(QUERY, explain=True)
    assert plain.steps == ()
    assert (plain.status, plain.reasons, plain.position) == (
        explained.status,
        explained.reasons,
        explained.position,
    )


def test_every_reason_has_its_french_sentence() -> None:
    assert set(REASON_SENTENCES) == set(Reason)


def test_an_explanation_tells_namesakes_apart_and_counts_in_french(geocoder: Geocoder) -> None:
    def explain(text: str) -> list[tuple[str, str]]:
        answer = geocoder.geocode(AddressQuery(text=text), explain=True)
        return [(step.seen, step.outcome) for step in answer.steps if step.name == "Commune"]

    saints = explain("3 rue de Paris, Saint-Denis")
    assert len(set(saints)) == len(saints) > 3
    assert saints[0][1].startswith("Saint-Denis (93), hors de la région")
    assert explain("12 rue de Mons 7500 Tournai")[0][1].startswith(
        "Tournai (Belgique), hors de la région, le"
    )
    assert [outcome for _, outcome in explain("13001")] == ["13001, hors de la région ; 3,0 points"]
    assert explain("Rue de l'église, Saint-Aubin")[-1] == ("et d'autres", "1 commune moins probable")
