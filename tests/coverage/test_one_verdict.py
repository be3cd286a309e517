"""One verdict per figure: none where presences act in many places, and the same in every list of the page."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.questions import answer_coverage, study_coverage
from data.reference import load_referential
from data.session import Register
from geo.coverage.sentences import UNTESTED, is_row_significant, write_outside, write_row
from geo.records import Kind, Level
from tests.api.builders import make_incoming, store_rows
from tests.coverage.builders import open_in

EPCI = load_referential().territories(Level.EPCI)


def read_text(client: TestClient, address: str) -> str:
    """Read a page as a person hears it, but for how its figures are computed."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    told = re.sub(r"(?s)<details class=.method.>.*?</details>", " ", answer.text)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", told)))


def test_presences_that_act_in_many_places_are_told_without_a_verdict(tmp_path: Path) -> None:
    """Invented actors that each act in an EPCI and its neighbours: none is a fact that a test may count."""
    drawn = np.random.default_rng(3)
    with closing(open_in(tmp_path)) as register:
        people = np.array([epci.population for epci in EPCI], dtype=np.float64)
        homes = drawn.choice(len(EPCI), 60, p=people / people.sum())
        rows = []
        for rank, home in enumerate(homes):
            row = make_incoming(f"Actrice {rank}")
            around = range(int(home), int(home + drawn.integers(1, 15)))
            zone = tuple(EPCI[each % len(EPCI)].code for each in around)
            rows.append(replace(row, fields=replace(row.fields, zone=zone)))
        store_rows(register, rows, as_of=date(2025, 3, 1))
        answer = answer_coverage(register, basis="zone")
        assert sum(row.count for row in answer.rows) > 3 * 60
        assert sum(row.expected or 0 for row in answer.rows) == pytest.approx(
            sum(row.count for row in answer.rows)
        )
        assert not any(row.significant_absence or is_row_significant(row) for row in answer.rows)
        assert {write_row(row, Kind.ACTOR).partition(" : ")[2] for row in answer.rows} == {f"{UNTESTED}."}
        assert (answer.empty_expected_by_chance, answer.outside.p_value, answer.outside.gap) == (None,) * 3
        assert "ce qui gonfle cette part" in write_outside(answer.outside, Kind.ACTOR)
        with TestClient(create_app(ApiSettings(), register=register)) as client:
            text = read_text(client, "/couverture?basis=zone")
            assert not re.search(r"(plus|moins) que le hasard(?! ne l)|(?<!non )significati(f|ve) ", text)
            assert "Aucun test par intercommunalité" in text
            assert "mais disent leur zone d’action, sont comptées : 60." in text
            for gone in ("entonnoir", "concentration", "voisinage", "lissage", "decoupages"):
                assert client.get(f"/couverture/donnees/{gone}.csv?basis=zone").status_code == 404
            for measure in ("ratio", "absence"):
                drawn_map = client.get(f"/couverture/plan?basis=zone&measure={measure}").text
                assert "Écart à 1 plus grand" not in drawn_map
                assert "absence significative" not in drawn_map


def test_who_departs_from_chance_is_counted_alike_everywhere(crowd_register: Register) -> None:
    study = study_coverage(crowd_register)
    assert study.funnel is not None
    inner = study.funnel.flags[0]
    is_outside = inner.is_above | inner.is_below
    out = [row.code for row, is_out in zip(study.answer.rows, is_outside, strict=True) if is_out]
    assert [row.code for row in study.answer.rows if is_row_significant(row)] == out


def test_what_is_only_known_of_today_says_so_on_the_page_of_another_day(crowd_client: TestClient) -> None:
    said = "Ce calcul part des antennes d’aujourd’hui, et non de celles du 1er juin 2025."
    assert said in read_text(crowd_client, "/couverture?at=2025-06-01")
    assert "d’aujourd’hui, et non" not in read_text(crowd_client, "/couverture")
