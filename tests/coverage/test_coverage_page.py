"""The Collectif's page: what it says first, what it never says, and that every figure can be taken away."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from html import unescape

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.coverage_view import list_standing_out, write_remark, write_standing_out
from api.figures import Column
from data.counts.summary import LevelCounts
from data.coverage import CoverageCounts
from data.questions import study_coverage
from data.questions.accompaniment import answer_accompaniment
from data.questions.coverage import Base, make_rows
from data.reference import load_referential
from data.session import Register
from geo.coverage.sentences import write_row
from geo.records import Kind, Level, StatusCounts
from maps.errors import CountsAsClassesError
from maps.measures import Measure, Representation, choose_representation

EPCI = load_referential().territories(Level.EPCI)
ALARM = re.compile(r"plus que le hasard|moins que le hasard|(?<!non )significativ|absence significative")


def read_text(client: TestClient, address: str) -> str:
    """Read a page as a person hears it."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def test_a_register_in_proportion_is_called_uneven_in_five_percent_of_its_rows_at_most() -> None:
    people = np.array([epci.population for epci in EPCI], dtype=np.float64)
    drawn = np.random.default_rng(5).multinomial(300, people / people.sum(), size=200)
    base = Base(amounts=tuple(people.tolist()), inside=0.0)
    alarms = 0
    for counts in drawn:
        level_counts = LevelCounts(
            {epci.code: int(count) for epci, count in zip(EPCI, counts, strict=True)}, {}
        )
        found = CoverageCounts(
            level_counts=level_counts, total=300, inside=0, outside=300, totals=StatusCounts(placed=300)
        )
        for row in make_rows(EPCI, found, base):
            cries = write_remark(row) not in {"", "absence non significative"}
            assert cries == ("non significati" not in write_row(row, Kind.ACTOR))
            alarms += cries
    assert alarms / drawn.size <= 0.05


def test_the_page_of_a_register_in_proportion_shows_hoover_beside_chance(
    crowd_client: TestClient, crowd_register: Register
) -> None:
    found = study_coverage(crowd_register).concentration
    assert found is not None
    assert 0.15 < found.hoover.chance_mean < 0.25
    assert not found.hoover.is_significant(level=0.01)
    text = read_text(crowd_client, "/couverture")
    assert "une répartition au hasard en demanderait déjà" in text
    told = crowd_client.get("/couverture/donnees/concentration.json").json()
    hoover = told["rows"][0]
    assert hoover["value"] == pytest.approx(found.hoover.value)
    assert hoover["chance_mean"] == pytest.approx(found.hoover.chance_mean)
    assert "Hoover" in told["method"]["formula"]
    assert told["data_date"] == "2025-03-01"


def test_the_page_says_five_figures_first(crowd_client: TestClient) -> None:
    page = crowd_client.get("/couverture").text
    five = page[page.index('<ol class="five">') : page.index("</ol>")]
    assert five.count("<li>") == 5
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", five)))
    for said in ("Hors de la MEL se trouvent", "Le hasard seul en laisserait", "minutes d’une antenne"):
        assert said in text
    assert "Une antenne à" in text
    assert "réglages sur 9" in text


FIGURES = (
    "tableau",
    "denominateurs",
    "entonnoir",
    "concentration",
    "filieres",
    "filieres-habitants",
    "variete",
    "lissage",
    "voisinage",
)


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_can_be_taken_away_with_its_method(crowd_client: TestClient, name: str) -> None:
    page = crowd_client.get("/couverture?kind=actor&level=epci").text
    assert f"/couverture/donnees/{name}.csv" in page
    told = crowd_client.get(f"/couverture/donnees/{name}.json").json()
    assert all(told["method"][part] for part in ("formula", "source", "limits"))
    table = crowd_client.get(f"/couverture/donnees/{name}.csv")
    assert table.headers["content-disposition"].endswith(f'"couverture-{name}.csv"')
    lines = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=";"))
    assert len(lines) == len(told["rows"]) + 1
    assert [column["title"] for column in told["columns"]] == lines[0]
    drawn = crowd_client.get(f"/couverture/donnees/{name}.svg")
    assert drawn.status_code == (200 if name in {"entonnoir", "concentration"} else 404)


def test_what_is_no_figure_is_not_found(crowd_client: TestClient) -> None:
    assert crowd_client.get("/couverture/donnees/rien.csv").status_code == 404
    assert crowd_client.get("/couverture/donnees/tableau.exe").status_code == 422


def test_an_empty_register_has_a_whole_page(empty_client: TestClient) -> None:
    text = read_text(empty_client, "/couverture")
    assert "Rien n’est encore placé ici" in text
    assert "Aucune antenne n’est dans le registre" in text
    assert "le registre est vide" in text.lower()
    assert not ALARM.search(text.split("Calcul.")[0].split("Comment est-ce calculé")[0])
    assert empty_client.get("/couverture/donnees/tableau.csv").status_code == 200
    assert empty_client.get("/couverture/donnees/entonnoir.csv").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "level=commune",
        "level=departement&measure=smoothed",
        "level=zone_emploi&measure=absence",
        "level=bassin_vie&measure=count",
        "kind=antenne",
        "kind=project&sector=alimentation",
        "basis=zone",
        "outside=246200364&outside=200093201",
        "outside=59,62",
        "side=outside&sort=ratio&order=asc",
        "at=2024-01-01",
        "at=2025-06-01&since=2025-04-01",
    ],
)
def test_every_question_has_a_page_and_a_map(
    crowd_client: TestClient, empty_client: TestClient, query: str
) -> None:
    for client in (crowd_client, empty_client):
        page = client.get(f"/couverture?{query}")
        assert page.status_code == 200, page.text[:300]
        words = unescape(re.sub(r"<[^>]+>", " ", page.text))
        assert not re.search(r"\b(None|nan|inf)\b", words)
        assert client.get(f"/couverture/plan?{query}").status_code == 200


def test_a_group_may_be_chosen_code_by_code_or_in_one(crowd_client: TestClient) -> None:
    one = crowd_client.get("/couverture?outside=246200364&outside=200093201").text
    other = crowd_client.get("/couverture?outside=246200364,200093201").text
    assert one == other
    assert "« CA de Lens - Liévin et Métropole Européenne de Lille »" in one.replace("\u00a0", " ")
    told = crowd_client.get("/api/v1/coverage?outside=246200364,200093201").json()
    assert told["outside"]["codes"] == ["246200364", "200093201"]
    assert crowd_client.get("/couverture?outside=xyz").status_code == 422


def test_the_page_says_where_presences_are_counted(crowd_client: TestClient) -> None:
    assert "comptés à leur siège" in read_text(crowd_client, "/couverture")
    assert "dans leur zone d’action" in read_text(crowd_client, "/couverture?basis=zone")


def test_sides_share_the_rows(crowd_client: TestClient) -> None:
    def count(side: str) -> int:
        return len(crowd_client.get(f"/couverture/donnees/tableau.json?side={side}").json()["rows"])

    assert (count("inside"), count("outside"), count("all")) == (1, 91, 92)


def test_counts_are_never_drawn_as_classes() -> None:
    with pytest.raises(CountsAsClassesError, match="cercles"):
        choose_representation(Measure.COUNT, Representation.CLASSES)
    for measure in Measure:
        assert (choose_representation(measure) is Representation.CIRCLES) is (measure is Measure.COUNT)


def test_a_figure_is_taken_away_with_its_chart_and_its_method(crowd_client: TestClient) -> None:
    address = "/couverture/donnees/concentration.zip?kind=actor"
    content = crowd_client.get(address).content
    assert crowd_client.get(address).content == content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["concentration.csv", "concentration.svg", "methode.txt"]
        method = archive.read("methode.txt").decode("utf-8-sig")
        table = archive.read("concentration.csv")
    assert table == crowd_client.get("/couverture/donnees/concentration.csv").content
    for words in ("Calcul : Hoover", "Source : ", "Limites : ", "données au 1er mars 2025", "à leur siège"):
        assert words in method


def test_long_tables_are_folded_until_asked_for(crowd_client: TestClient) -> None:
    page = crowd_client.get("/couverture").text
    assert '<details class="detail" open>' not in page
    assert page.count('<details class="detail">') > 8
    assert '<details class="detail" open>' in crowd_client.get("/couverture?sort=ratio").text


def test_the_largest_gaps_are_those_that_their_test_sets_apart(
    crowd_client: TestClient, crowd_register: Register
) -> None:
    answer = study_coverage(crowd_register).answer
    found = list_standing_out(answer)
    assert all("non significati" not in write_row(row, Kind.ACTOR) for row in found)
    apart = sum("non significati" not in write_row(row, Kind.ACTOR) for row in answer.rows)
    assert len(found) == min(apart, 10)
    said = write_standing_out(answer)
    assert said.startswith(f"{apart} intercommunalité" if apart else "Aucun écart n'est démontré")
    assert "sur 92, le hasard seul en ferait sortir 5 au plus" in said
    assert said[:60] in read_text(crowd_client, "/couverture").replace("’", "'")


def test_a_probability_is_never_written_as_nought() -> None:
    column = Column(key="p", title="p", style="p")
    assert [column.write(value) for value in (0.0, 0.0004, 0.05)] == ["< 0,001", "< 0,001", "0,050"]


def test_the_page_shares_the_antennes_among_those_who_reach_them(
    crowd_client: TestClient, crowd_register: Register
) -> None:
    answer = answer_accompaniment(crowd_register)
    told = crowd_client.get("/couverture/donnees/accompagnement.json").json()
    rows = {row["name"]: row for row in told["rows"]}
    best = max(answer.rows, key=lambda row: row.within_30_min)
    assert rows[best.name]["within_30_min"] == pytest.approx(best.within_30_min)
    # What is shared out is what the antennes offer: nothing is made nor lost.
    assert answer.shared_posts == pytest.approx((3.0, 3.0))
    assert "des habitants n'ont aucune antenne à moins de 30 minutes" in told["sentence"].replace("’", "'")


def test_without_antenne_nothing_is_shared(empty_client: TestClient) -> None:
    assert empty_client.get("/couverture/donnees/accompagnement.csv").status_code == 404


def test_the_page_agrees_with_what_it_counts(crowd_client: TestClient) -> None:
    antennes = read_text(crowd_client, "/couverture?kind=antenne")
    assert "Antennes comptées à leur adresse, et comparées aux habitants." in antennes
    ambassadors = read_text(crowd_client, "/couverture?kind=ambassador&level=departement")
    assert "5 départements sur 5 n’ont aucun ambassadeur ni ambassadrice." in ambassadors
