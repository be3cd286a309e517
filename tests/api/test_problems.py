"""Bad input: problem details for every error, a page for a person, and never an error of ours."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx2
import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import api
import data
import geo
import maps
from api.app import create_app
from api.error_table import PROBLEM_BY_ERROR, find_problem_kind
from api.schemas import ProblemOut
from data.opening import open_register
from data.session import Register
from data.settings import DatabaseSettings
from geo.errors import MaillageError

MALFORMED = (
    "/api/v1/near",
    "/api/v1/near?q=",
    "/api/v1/near?q=Lens&lat=50&lon=2",
    "/api/v1/near?lat=50",
    "/api/v1/near?lat=NaN&lon=2",
    "/api/v1/near?lat=50&lon=inf",
    "/api/v1/near?lat=91&lon=2",
    "/api/v1/near?lat=1e400&lon=2",
    "/api/v1/near?lat=50,4&lon=2",
    "/api/v1/near?q=Lens&radius_m=0",
    "/api/v1/near?q=Lens&radius_m=-1",
    "/api/v1/near?q=Lens&radius_m=1e400",
    "/api/v1/near?q=Lens&radius_m=dix",
    "/api/v1/near?q=Lens&limit=0",
    "/api/v1/near?q=Lens&limit=1000000000000000000000000000000",
    "/api/v1/near?q=Lens&limit=1.5",
    "/api/v1/near?q=Lens&kind=acteur",
    "/api/v1/near?q=Lens&sector=rien-de-tel",
    "/api/v1/near?q=Lens&radius=5",
    "/api/v1/near?q=Lens&q=Lille",
    "/api/v1/near?q=Le%00ns",
    f"/api/v1/near?q={'a' * 201}",
    "/api/v1/presences?cursor=nonsense",
    "/api/v1/presences?limit=-1",
    "/api/v1/presences?territory=99999",
    "/api/v1/presences?outside=nulle-part",
    "/api/v1/presences?status=perdu",
    "/api/v1/presences?text=%01",
    "/api/v1/presences/abc",
    "/api/v1/presences/0",
    "/api/v1/presences/99999999999999999999",
    "/api/v1/coverage?level=canton",
    "/api/v1/coverage?at=2026-02-30",
    "/api/v1/coverage?at=hier",
    "/api/v1/coverage?outside=000",
    "/api/v1/coverage?sector=%F0%9F%A5%96",
    "/api/v1/territories?level=",  # blank: the default level
    "/api/v1/territories?q=Lens",
    "/api/v1/geocode",
    "/api/v1/geocode?lat=50",
    "/api/v1/sectors?lang=fr",
)


def check_problem(answer: httpx2.Response, status: int) -> ProblemOut:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = ProblemOut.model_validate(answer.json())
    assert problem.status == status
    assert problem.title
    assert problem.detail
    return problem


@pytest.mark.parametrize("address", [address for address in MALFORMED if not address.endswith("level=")])
def test_a_malformed_query_is_422_and_names_the_parameter(client: TestClient, address: str) -> None:
    problem = check_problem(client.get(address), 422)
    assert problem.errors
    assert problem.instance == address.split("?", maxsplit=1)[0]


def test_a_blank_parameter_is_an_absent_one(client: TestClient) -> None:
    assert client.get("/api/v1/territories?level=").json()["level"] == "epci"
    assert client.get("/api/v1/near?q=Lens&sector=&radius_m=").status_code == 200


def test_the_fault_says_what_was_expected_and_received(client: TestClient) -> None:
    problem = check_problem(client.get("/api/v1/near?q=Lens&limit=5000"), 422)
    fault = problem.errors[0]
    assert (fault.parameter, fault.expected, fault.received) == ("limit", "au plus 1000", "5000")
    assert problem.detail == "Paramètre « limit » : on attend au plus 1000 ; reçu : « 5000 »."
    twice = check_problem(client.get("/api/v1/near?q=Lens&q=Lille"), 422)
    assert twice.errors[0].expected == "une seule valeur"
    kind = check_problem(client.get("/api/v1/near?q=Lens&kind=zzz"), 422)
    assert kind.errors[0].expected.startswith("l'un de : « actor », « ")


@pytest.mark.parametrize("reach", ["zzz", "-5", "nan", "1e9"])
def test_a_page_says_once_what_a_field_of_two_sorts_expects(client: TestClient, reach: str) -> None:
    answer = client.get(f"/proche?q=Lens&reach={reach}", headers={"accept": "text/html"})
    assert answer.status_code == 422
    assert answer.text.count(reach) == 1
    assert "commune" in answer.text
    assert "constrained" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/territories/99999",
        "/api/v1/territories/%00",
        "/api/v1/territories/%F0%9F%A5%96",
        f"/api/v1/territories/{'9' * 5_000}",
        "/api/v1/presences/123456",
        "/api/v1/nothing",
        "/api/v1/",
        "/assets/nothing.css",
        "/assets/../settings.py",
        "/assets/%2e%2e/settings.py",
    ],
)
def test_what_does_not_exist_is_404(client: TestClient, address: str) -> None:
    check_problem(client.get(address), 404)


def test_a_place_that_is_not_found_says_so(client: TestClient) -> None:
    problem = check_problem(client.get("/api/v1/near?q=xqzwkj"), 404)
    assert "xqzwkj" in problem.detail
    assert problem.type == "/api#lieu-introuvable"


def test_an_ambiguous_place_offers_the_candidates(client: TestClient) -> None:
    # Two communes of the region are called Sains-lès-…; Saint-Aubin is in the Nord and in the Pas-de-Calais.
    problem = check_problem(client.get("/api/v1/near?q=Saint-Aubin"), 422)
    assert len({candidate.citycode for candidate in problem.candidates}) > 1
    assert problem.type == "/api#lieu-ambigu"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("address", ["/api/v1/near", "/api/v1/presences/1", "/healthz"])
def test_a_method_that_is_not_allowed_is_405(client: TestClient, method: str, address: str) -> None:
    answer = client.request(method, address)
    check_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


def test_a_register_that_cannot_be_opened_is_503_and_reveals_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_file = tmp_path / "registre.sqlite3"
    register_file.write_bytes(b"this is no register, by no means at all" * 10)
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path))
    monkeypatch.delenv("MAILLAGE_DATABASE_URL", raising=False)
    with TestClient(create_app()) as client:
        problem = check_problem(client.get("/api/v1/near?q=Lens"), 503)
        assert str(tmp_path) not in problem.model_dump_json()
        assert client.get("/readyz").status_code == 503
        assert client.get("/healthz").status_code == 200
        page = client.get("/couverture", headers={"accept": "text/html"})
        assert page.status_code == 503
        assert "Service mal installé" in page.text
        # The site works again as soon as its register does.
        register_file.unlink()
        open_register(DatabaseSettings(home=tmp_path, database_url=None)).close()
        assert client.get("/readyz").status_code == 200


def test_an_error_that_nobody_foresaw_is_a_problem_too(
    small_register: Register, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        message = "secret detail"
        raise ZeroDivisionError(message)

    monkeypatch.setattr("api.routes.open_data.answer_near", break_down)
    with TestClient(create_app(register=small_register)) as client:
        answer = client.get("/api/v1/near?q=Lens")
    problem = check_problem(answer, 500)
    assert "secret" not in problem.model_dump_json()
    assert "ZeroDivisionError" in caplog.text
    assert answer.headers["content-security-policy"]


def test_a_person_gets_a_page_with_the_right_status(client: TestClient) -> None:
    as_browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for address, status, words in (
        ("/territoires/99999", 404, "Territoire inconnu"),
        ("/carte?sector=rien-de-tel", 422, "Demande mal formée"),
        ("/carte?territory=99999", 422, "Demande mal formée"),
        ("/couverture?level=canton", 422, "Demande mal formée"),
        ("/nulle-part", 404, "Page introuvable"),
    ):
        answer = client.get(address, headers=as_browser)
        assert answer.status_code == status, address
        assert words in answer.text
        assert "Revenir à l’accueil" in answer.text
        assert answer.headers["content-type"].startswith("text/html")


def test_a_page_answers_json_to_who_asks_for_json(client: TestClient) -> None:
    check_problem(client.get("/territoires/99999", headers={"accept": "application/json"}), 404)


def _import_everything() -> None:
    for room in (geo, data, maps, api):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if ".migrations." not in module.name:
                importlib.import_module(module.name)


def _walk_subclasses(parent: type[MaillageError]) -> Iterator[type[MaillageError]]:
    for child in parent.__subclasses__():
        yield child
        yield from _walk_subclasses(child)


def test_every_error_of_ours_has_a_status() -> None:
    _import_everything()
    rooms = {"geo", "data", "maps", "api"}
    errors = {error for error in _walk_subclasses(MaillageError) if error.__module__.split(".")[0] in rooms}
    assert len(errors) > 20
    assert not [error.__name__ for error in errors if find_problem_kind(error) is None]
    assert set(PROBLEM_BY_ERROR) <= errors


NAMES = (
    "q",
    "lat",
    "lon",
    "sector",
    "kind",
    "radius_m",
    "limit",
    "cursor",
    "level",
    "outside",
    "at",
    "text",
    "x\x00",
)
VALUES = st.one_of(
    st.text(max_size=40),
    st.floats().map(repr),
    st.integers().map(str),
    st.sampled_from(
        ["Lens", "actor", "epci", "alimentation", "200093201", "1e400", "-0", "٣", "\ufeff", "%", "'\"--"]
    ),
)
PATHS = st.one_of(
    st.sampled_from(
        [
            "/api/v1/near", "/api/v1/presences", "/api/v1/coverage", "/api/v1/territories", "/api/v1/geocode",
            "/api/v1/sectors", "/", "/proche", "/carte", "/couverture", "/territoires",
        ]
    ),
    st.text(min_size=1, max_size=12).map(lambda code: f"/api/v1/territories/{quote(code, safe='')}"),
    st.text(min_size=1, max_size=12).map(lambda code: f"/territoires/{quote(code, safe='')}"),
    st.text(min_size=1, max_size=12).map(lambda code: f"/api/v1/presences/{quote(code, safe='')}"),
)  # fmt: skip


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, query=st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=4))
def test_no_query_whatever_is_an_error_of_ours(
    client: TestClient, path: str, query: list[tuple[str, str]]
) -> None:
    answer = client.get(f"{path}?{urlencode(query)}", follow_redirects=False)
    assert answer.status_code in {200, 301, 307, 404, 422}, (path, query, answer.text[:300])
    if answer.status_code >= 400 and path.startswith("/api/"):
        check_problem(answer, answer.status_code)
