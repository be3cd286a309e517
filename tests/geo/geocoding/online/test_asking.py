"""Asking the national service for one address: what is sent, at what pace, and what its refusals become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.geocoding.geoplateforme.address import LONGEST_QUESTION, SHORTEST_QUESTION, prepare_question
from geo.geocoding.geoplateforme.errors import (
    ServiceAnswerError,
    ServiceError,
    ServiceFailureError,
    ServiceNotAllowedError,
    ServiceOverloadedError,
    ServiceRefusedError,
    ServiceTimeoutError,
    ServiceUnreachableError,
)
from geo.geocoding.geoplateforme.service import NationalService
from geo.geocoding.geoplateforme.settings import ServiceSettings
from geo.geocoding.geoplateforme.transport import Pace, Transport
from geo.position import Position
from tests.geo.geocoding.national_service import NationalServiceDouble
from tests.geo.geocoding.online.conftest import FakeClock


def test_a_search_is_confined_to_the_region_and_completes_nothing(
    service: NationalService, double: NationalServiceDouble
) -> None:
    found = service.search("12 rue Faidherbe 59800 Lille")
    best = found[0]
    assert (best.kind, best.housenumber, best.street) == ("housenumber", "12", "Rue Faidherbe")
    assert (best.postcode, best.city, best.citycode) == ("59800", "Lille", "59350")
    assert best.position == Position(lon=3.0663, lat=50.6367)
    assert double.asked[0].params == {
        "q": "12 rue Faidherbe 59800 Lille", "limit": "5", "autocomplete": "0", "depcode": "02,59,60,62,80",
    }  # fmt: skip


def test_what_lies_outside_the_five_departements_is_not_answered(service: NationalService) -> None:
    assert all(address.citycode != "69123" for address in service.search("1 place Bellecour 69002 Lyon"))


def test_a_point_is_answered_with_its_nearest_address(service: NationalService) -> None:
    nearest = service.reverse(Position(lon=3.0663, lat=50.6368))
    assert nearest is not None
    assert (nearest.label, nearest.distance_m) == ("12 Rue Faidherbe 59800 Lille", 11)
    assert service.reverse(Position(lon=1.6, lat=50.7)) is None


def test_a_question_that_the_service_would_refuse_is_not_sent(
    service: NationalService, double: NationalServiceDouble
) -> None:
    assert service.search("?!…") == service.search("ab") == service.search("   ") == []
    assert double.asked == []


@given(st.text(max_size=400))
def test_every_question_sent_keeps_the_rules_of_the_service(text: str) -> None:
    question = prepare_question(text)
    if question is not None:
        assert SHORTEST_QUESTION <= len(question) <= LONGEST_QUESTION
        first = question[0]
        assert first.lower() != first.upper() or first in "0123456789"
        assert prepare_question(question) == question


def test_requests_are_spaced_at_the_settings_pace(
    service: NationalService, double: NationalServiceDouble, clock: FakeClock
) -> None:
    start = clock.now
    for _ in range(91):
        service.search("rue Faidherbe Lille")
    assert clock.now - start == pytest.approx(2)
    assert double.refused == 0


def test_over_use_stops_for_as_long_as_the_service_says(
    service: NationalService, double: NationalServiceDouble, clock: FakeClock
) -> None:
    double.most_per_second = 10
    start = clock.now
    for _ in range(12):
        assert service.search("rue Faidherbe Lille")
    assert double.refused == 1
    assert clock.now - start >= 5
    assert max(clock.slept) == pytest.approx(5)


def test_asking_on_while_blocked_keeps_the_block_whole(
    double: NationalServiceDouble, clock: FakeClock
) -> None:
    """The double itself: who does not wait is never served again."""
    double.most_per_second = 2
    waits = []
    for _ in range(20):
        waits.append(double.wait_s())
        clock.sleep(0.3)
    assert waits[:2] == [0, 0]
    assert waits[2] > 0
    assert waits[-1] == pytest.approx(5)
    clock.sleep(5)
    assert double.wait_s() == 0


def test_a_block_that_does_not_end_is_told_with_what_to_do(
    service: NationalService, double: NationalServiceDouble
) -> None:
    double.most_per_second = 0
    with pytest.raises(ServiceOverloadedError, match="Il demande d'attendre 5 secondes") as caught:
        service.search("rue Faidherbe Lille")
    assert caught.value.retry_after_s == 5
    assert isinstance(caught.value, ConnectionError)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_passing_failure_is_tried_again(
    service: NationalService, double: NationalServiceDouble, clock: FakeClock, status: int
) -> None:
    double.statuses = [status, status]
    assert service.search("rue Faidherbe Lille")
    assert clock.slept[:3] == pytest.approx([1, 2], abs=0.05)


def test_a_lasting_failure_is_told_after_four_attempts(
    service: NationalService, double: NationalServiceDouble
) -> None:
    double.statuses = [502] * 10
    with pytest.raises(ServiceFailureError, match="en panne"):
        service.search("rue Faidherbe Lille")
    assert len(double.statuses) == 6


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (400, ServiceRefusedError, "signalez ce message"),
        (401, ServiceRefusedError, "Token is required.*ne demande pas de clé"),
        (403, ServiceRefusedError, "service informatique"),
        (404, ServiceRefusedError, "MAILLAGE_GEOPLATEFORME_URL"),
        (409, ServiceRefusedError, "already processing"),
        (302, ServiceRefusedError, "ailleurs.example"),
        (500, ServiceFailureError, "unexpected error"),
        (200, ServiceAnswerError, "pas du JSON"),
    ],
)
def test_each_refusal_says_whose_fault_it_is_and_is_not_insisted_on(
    service: NationalService, double: NationalServiceDouble, status: int, error: type[ServiceError], said: str
) -> None:
    double.statuses = [status, 502]
    with pytest.raises(error, match=said):
        service.search("rue Faidherbe Lille")
    assert double.statuses == [502]


@pytest.mark.parametrize(
    "body",
    [
        b"[]", b"{}", b'{"features": null}', b'{"features": [{}]}', b'{"features": [null]}',
        b'{"features": [3]}',
        b'{"features": [{"geometry": {"coordinates": []}, "properties": {"label": "x"}}]}',
        b'{"features": [{"geometry": {"coordinates": [300, 50]}, "properties": {"label": "x"}}]}',
        b'{"features": [{"geometry": {"coordinates": ["a", "b"]}, "properties": {"label": "x"}}]}',
        b'{"features": [{"geometry": {"coordinates": [3, 50]}, "properties": {"score": "haut"}}]}',
        b'{"features": [{"geometry": {"coordinates": [3, 50]}, "properties": null}]}',
    ],
)  # fmt: skip
def test_an_answer_of_another_form_is_an_error_and_never_an_empty_answer(
    service: NationalService, double: NationalServiceDouble, body: bytes
) -> None:
    double.body = body
    with pytest.raises(ServiceAnswerError):
        service.search("rue Faidherbe Lille")


def test_nothing_leaves_unless_the_administrator_allowed_it() -> None:
    with pytest.raises(ServiceNotAllowedError, match="MAILLAGE_GEOPLATEFORME_ALLOWED=true"):
        NationalService(ServiceSettings())


def test_settings_are_read_from_the_environment_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not ServiceSettings().geoplateforme_allowed
    monkeypatch.setenv("MAILLAGE_GEOPLATEFORME_ALLOWED", "true")
    monkeypatch.setenv("MAILLAGE_GEOPLATEFORME_REQUESTS_PER_SECOND", "10")
    settings = ServiceSettings()
    assert settings.geoplateforme_allowed
    assert settings.geoplateforme_requests_per_second == 10
    monkeypatch.setenv("MAILLAGE_GEOPLATEFORME_REQUESTS_PER_SECOND", "80")
    with pytest.raises(ValueError, match="requests_per_second"):
        ServiceSettings()
    with pytest.raises(ValueError, match="https"):
        ServiceSettings(geoplateforme_url="data.geopf.fr", geoplateforme_requests_per_second=1)


def test_a_service_that_is_not_there_is_told_after_a_few_attempts(clock: FakeClock) -> None:
    settings = ServiceSettings(geoplateforme_allowed=True, geoplateforme_url="http://127.0.0.1:9/geocodage")
    transport = Transport(pace=Pace(45, clock=clock, sleep=clock.sleep), timeout_s=2)
    with (
        NationalService(settings, transport=transport) as service,
        pytest.raises(ServiceUnreachableError, match="Vérifiez la connexion"),
    ):
        service.search("rue Faidherbe Lille")
    assert sum(clock.slept) >= 7


def test_a_service_that_says_nothing_is_given_its_time_twice(silent_url: str, clock: FakeClock) -> None:
    settings = ServiceSettings(geoplateforme_allowed=True, geoplateforme_url=silent_url)
    transport = Transport(pace=Pace(45, clock=clock, sleep=clock.sleep), timeout_s=0.05)
    with (
        NationalService(settings, transport=transport) as service,
        pytest.raises(ServiceTimeoutError, match="n'a pas répondu en 1 seconde") as caught,
    ):
        service.search("rue Faidherbe Lille")
    assert isinstance(caught.value, TimeoutError)
    assert clock.slept[:1] == pytest.approx([1])
