"""`/couverture/antennes` and its JSON: one question, one answer, and where its times come from."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from fastapi.testclient import TestClient

from api.siting_schemas import AccessOut, ChangeOut, SitingOut
from data.questions import answer_siting, answer_what_if
from data.session import Register
from geo.coverage.people import write_people, write_rounded
from geo.coverage.siting_sentences import write_best, write_best_proof
from geo.french import write_number
from tests.api.builders import ARRAS

PAGE = "/couverture/antennes"
CROW = "temps estimés à partir de la distance à vol d'oiseau"


def read_page(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", unescape(answer.text)).replace("’", "'")


@pytest.mark.parametrize("which", ["client", "empty_client", "sample_client"])
def test_it_opens_whatever_the_register_holds(which: str, request: pytest.FixtureRequest) -> None:
    client: TestClient = request.getfixturevalue(which)
    page = read_page(client, PAGE)
    assert "Où ouvrir la prochaine antenne ?" in page.replace("\xa0", " ")
    assert CROW.capitalize() in page


def test_every_table_and_drawing_says_where_its_times_come_from(sample_client: TestClient) -> None:
    page = read_page(sample_client, f"{PAGE}?commune=80021")
    figures = re.findall(r"<(?:caption|figcaption)[^>]*>(.*?)</(?:caption|figcaption)>", page)
    silent = [words for words in figures if CROW.capitalize() not in words]
    # Only who wins where shows no time of its own.
    assert [words[:20] for words in silent] == ["Trois objectifs, tro"]


def test_the_page_shows_what_the_questions_answer(
    sample_client: TestClient, sample_register: Register
) -> None:
    siting = answer_siting(sample_register)
    change = answer_what_if(sample_register, communes=["80021", "02408"])
    page = read_page(sample_client, f"{PAGE}?commune=80021,02408").replace("\u202f", " ")
    page = page.replace("\xa0", " ").replace("’", "'")
    gained = write_people(change.people_gained).replace("\u202f", " ").replace("\xa0", " ")
    assert f"Avec une antenne à Amiens et à Laon, {gained} de plus" in page
    wins = {each.wins for each in siting.candidates[:5]}
    for count in wins:
        assert f"{count} sur 9" in page


def test_the_best_place_is_one_and_told_alike_everywhere(
    sample_client: TestClient, sample_register: Register
) -> None:
    siting = answer_siting(sample_register)
    assert siting.candidates[0].gain == max(each.gain for each in siting.candidates)
    for told in (write_best(siting), write_best_proof(siting)):
        words = told.replace("\u202f", " ").replace("\xa0", " ")
        for address in (PAGE, "/couverture"):
            page = read_page(sample_client, address).replace("\u202f", " ").replace("\xa0", " ")
            assert words in page.replace("’", "'"), (address, words)


def test_no_estimate_is_written_to_the_last_inhabitant(
    sample_client: TestClient, sample_register: Register
) -> None:
    siting = answer_siting(sample_register)
    page = read_page(sample_client, PAGE).replace("\u202f", " ").replace("\xa0", " ")
    for each in siting.candidates[:5]:
        exact = write_number(each.gain).replace("\u202f", " ")
        assert exact not in page or exact.endswith(("000", "00"))
        assert write_rounded(each.gain).replace("\u202f", " ") in page


def test_one_address_one_answer_however_it_is_written(sample_client: TestClient) -> None:
    together = sample_client.get(f"{PAGE}?commune=80021,02408")
    for address in (
        f"{PAGE}?commune=80021&commune=02408",
        f"{PAGE}?commune=80021&commune=&commune=02408&minutes=30",
        f"{PAGE}?commune=80021&commune=02408&commune=80021&commune=",
        f"{PAGE}?commune=248000531,02408",
    ):
        assert sample_client.get(address).text == together.text
    kept = sample_client.get(
        f"{PAGE}?commune=80021,02408", headers={"if-none-match": together.headers["etag"]}
    )
    assert kept.status_code == 304


def test_a_commune_that_is_no_seat_may_be_chosen_too(client: TestClient) -> None:
    page = read_page(client, f"{PAGE}?commune=02002")
    assert re.search(r'<option value="02002" selected>[^<]+</option>', page)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("commune=99999", 404),
        ("commune=" + ",".join(f"{code:05d}" for code in range(11)), 422),
        ("minutes=1", 422),
        ("minutes=nan", 422),
        ("count=9", 422),
        ("commune=%00", 422),
        ("inconnu=1", 200),
        ("minutes=&commune=&count=", 200),
    ],
)
def test_what_is_asked_wrongly_is_refused_on_a_page(client: TestClient, query: str, status: int) -> None:
    answer = client.get(f"{PAGE}?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")


def test_markup_in_an_address_stays_text(client: TestClient) -> None:
    answer = client.get(f'{PAGE}?commune="><script>alert(1)</script>')
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_the_json_has_the_declared_shape_and_the_same_figures(
    sample_client: TestClient, sample_register: Register
) -> None:
    access = AccessOut.model_validate_json(sample_client.get("/api/v1/access?kind=event&minutes=20").content)
    assert [within.minutes for within in access.within] == [20, 30, 45]
    for within in access.within:
        assert within.covered + within.uncertain + within.not_covered == pytest.approx(
            access.population, abs=2
        )
        assert within.share_low <= within.share <= within.share_high
    assert access.caption == CROW
    siting = SitingOut.model_validate_json(sample_client.get("/api/v1/siting?minutes=20").content)
    assert len(siting.candidates) == 92
    assert {(each.objective, each.minutes) for each in siting.settings} == {
        (objective, limit) for objective in ("covered", "mean_time", "worst_time") for limit in (20, 30, 45)
    }
    change = ChangeOut.model_validate_json(
        sample_client.get(f"/api/v1/siting/what-if?communes={siting.candidates[0].code}&minutes=20").content
    )
    assert change.people_gained == siting.candidates[0].gain
    assert change.gained_communes == list(
        answer_what_if(sample_register, communes=[siting.candidates[0].code], minutes=20).gained_communes
    )


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v1/access?kind=tout", 422),
        ("/api/v1/access?minutes=500", 422),
        ("/api/v1/access?sector=rien", 422),
        ("/api/v1/siting?count=11", 422),
        ("/api/v1/siting?commune=80021", 422),
        ("/api/v1/siting/what-if?communes=99999", 404),
        ("/api/v1/siting/what-if?communes=80021&communes=02408", 422),
    ],
)
def test_the_json_refuses_with_a_problem(client: TestClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_tables_open_in_a_spreadsheet(sample_client: TestClient, sample_register: Register) -> None:
    answer = sample_client.get(f"{PAGE}.csv?minutes=45")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    expected = answer_siting(sample_register, minutes=45).candidates
    assert [row["SIREN"] for row in rows] == [each.code for each in expected]
    assert [int(row["Habitants rapprochés"]) for row in rows] == [each.gain for each in expected]
    assert {row["Origine des temps"] for row in rows} == {CROW}
    communes = sample_client.get(f"{PAGE}/acces.csv")
    rows = list(csv.DictReader(io.StringIO(communes.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 3_782
    lens = next(row for row in rows if row["Code"] == "62498")
    assert (lens["Commune"], lens["État"]) == ("Lens", "couverte")


def test_the_map_shows_the_choice_or_the_best(client: TestClient, small_register: Register) -> None:
    best = answer_siting(small_register).candidates[0].commune_name
    assert f"Une antenne à {best}" in unescape(client.get(f"{PAGE}/plan").text)
    chosen = unescape(client.get(f"{PAGE}/plan?commune={ARRAS[0]}").text)
    assert "Une antenne à Arras" in chosen
    assert CROW.capitalize() in chosen.replace("’", "'")


def test_equity_and_several_are_kept_by_the_links(sample_client: TestClient) -> None:
    page = read_page(sample_client, f"{PAGE}?count=2&equity=true&minutes=45&commune=80021")
    links = re.findall(r'<a href="(/couverture/antennes\?[^"]+)" tabindex', page)
    assert len(links) == 92
    assert all("count=2" in link and "equity=true" in link and "minutes=45" in link for link in links)
    assert "habitants pesés selon ce qui manque" in page
