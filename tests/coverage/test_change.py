"""Two dates compared: every presence is somewhere, parts sum, and the unknown is not called a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.change_figures import make_change_figures
from api.settings import ApiSettings
from data.errors import OutOfBoundsError
from data.questions import compare_dates
from data.session import Register
from geo.coverage.change import CoverageChange, change_as_json
from geo.coverage.flows import TerritoryFlow, measure_net_change
from geo.records import Level
from scripts.commands.coverage import say_change

THEN, NOW = date(2022, 12, 1), date(2024, 8, 1)


@pytest.fixture(scope="module")
def change(france_services: Register) -> CoverageChange:
    return compare_dates(france_services, since=THEN, at=NOW)


@pytest.mark.real_lists
def test_france_services_kept_joined_left_and_changed_addresses(change: CoverageChange) -> None:
    assert (change.flow.kept, len(change.flow.joined), len(change.flow.left)) == (183, 22, 18)
    assert change.address_changed == 30
    assert change.reaches_back


@pytest.mark.real_lists
def test_the_page_shows_what_moved(france_services: Register) -> None:
    with TestClient(create_app(ApiSettings(), register=france_services)) as client:
        page = client.get(f"/couverture?at={NOW}&since={THEN}").text.replace("\u00a0", " ")
        for said in ("183 acteurs aux deux dates", "22 arrivées", "18 départs", "30 changements d’adresse"):
            assert said in page
        assert "évolution non significative" in page
        assert "une description, pas une preuve" in page
        line = client.get(f"/couverture/donnees/ligne.svg?at={NOW}&since={THEN}")
        assert line.headers["content-type"] == "image/svg+xml"
        assert line.text.count("<circle") == 2
        moves = client.get(f"/couverture/donnees/mouvements.csv?at={NOW}&since={THEN}").text
        assert moves.count("\r\narrivée;") == 22
        assert moves.count("\r\nchangement d'adresse;") == 30


@pytest.mark.real_lists
def test_what_was_only_placed_since_is_no_movement(change: CoverageChange) -> None:
    placed = [key for key in change.flow.moved if change.placed_since]
    assert change.moved_count == len(change.flow.moved) - change.placed_since
    assert len(placed) >= change.placed_since > 0
    # The net of each side counts neither: it is at most what joined, left, and really moved.
    assert change.net_outside.joined <= len(change.flow.joined) + change.moved_count
    assert change.net_inside.left <= len(change.flow.left) + change.moved_count


@pytest.mark.real_lists
def test_no_territory_is_tested_on_what_was_only_placed(change: CoverageChange) -> None:
    # Nowhere (the empty code) lost twelve: six left the register, six only got a place.
    nowhere = next(each for each in change.flow.territories if not each.code)
    assert (nowhere.left, nowhere.moved_out) == (6, 6)
    assert change.net_by_territory[""].left == 6
    for each in change.flow.territories:
        net = change.net_by_territory[each.code]
        assert net.joined <= each.joined + each.moved_in
        assert net.left <= each.left + each.moved_out


@pytest.mark.real_lists
@pytest.mark.parametrize("level", [Level.EPCI, Level.DEPARTEMENT, Level.BASSIN_VIE, Level.COMMUNE])
def test_stocks_and_flows_add_up_at_every_level(france_services: Register, level: Level) -> None:
    change = compare_dates(france_services, since=THEN, at=NOW, level=level)
    for each in change.flow.territories:
        entered, gone = each.joined + each.moved_in, each.left + each.moved_out
        assert each.after == each.before + entered - gone
    assert sum(each.before for each in change.flow.territories) == 201
    assert sum(each.after for each in change.flow.territories) == 205
    assert sum(row.count for row in change.after.rows) == change.after.totals.counted


@pytest.mark.real_lists
def test_the_parts_of_shift_share_sum_exactly_to_the_change(change: CoverageChange) -> None:
    parts = change.shift.parts
    whole = parts.regional + parts.sectoral + parts.local
    assert abs(whole - parts.change).max() < 1e-9
    gained = change.after.totals.counted - change.before.totals.counted
    assert int(parts.change.sum()) == gained


@pytest.mark.real_lists
def test_both_dates_stand_on_one_geography(change: CoverageChange) -> None:
    assert [row.code for row in change.before.rows] == [row.code for row in change.after.rows]
    assert len(change.after.rows) == 92
    told = change_as_json(change)
    assert (told["kept"], told["joined"], told["left"], told["address_changed"]) == (183, 22, 18, 30)


def test_a_date_before_every_list_is_said_to_be_unknown(crowd_register: Register) -> None:
    change = compare_dates(crowd_register, since=date(2024, 3, 1), at=date(2025, 6, 1))
    assert not change.reaches_back
    assert change.first_day == date(2025, 3, 1)


def test_the_page_never_calls_an_unknown_past_a_growth(crowd_client: TestClient) -> None:
    page = crowd_client.get("/couverture").text.replace("\u00a0", " ")
    assert "Le registre ne dit rien du 1er mars 2024" in page
    assert 'id="evolution"' not in page


def test_asking_for_an_unknown_past_gives_no_verdict_anywhere(
    crowd_register: Register, crowd_client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "/couverture?since=2024-03-01&at=2025-06-01"
    page = crowd_client.get(asked).text
    start = page.index('id="evolution"')
    section = page[start : page.index("</section>", start)]
    assert "Ce qui manque alors est inconnu, et non absent." in section
    assert "significati" not in section
    for gone in ("ligne", "mouvements", "decomposition", "antennes"):
        assert f'id="{gone}"' not in page
    change = compare_dates(crowd_register, since=date(2024, 3, 1), at=date(2025, 6, 1))
    say_change(change)
    said = capsys.readouterr().out
    assert "inconnu, et non absent" in " ".join(said.split())
    assert "significati" not in said
    assert "de plus" not in said
    told = change_as_json(change)
    assert not told["reaches_back"]
    assert {told[name]["p_value"] for name in ("net", "net_outside", "net_inside")} == {None}
    assert {row["p_value"] for row in told["rows"]} == {None}


def test_what_has_no_place_is_no_territory_to_test(crowd_register: Register) -> None:
    change = compare_dates(crowd_register, since=date(2025, 3, 1), at=date(2025, 6, 1))
    growth = measure_net_change(joined=40, left=0)
    rows = (
        TerritoryFlow(code="", before=0, joined=40, left=0, moved_in=0, moved_out=0, after=40),
        TerritoryFlow(code="200093201", before=0, joined=40, left=0, moved_in=0, moved_out=0, after=40),
    )
    made = replace(
        change,
        flow=replace(change.flow, territories=rows),
        names={"": "sans lieu compté", "200093201": "MEL"},
        net_by_territory={"": growth, "200093201": growth},
    )
    figure = make_change_figures(made)[0]
    (nowhere, metropolis) = figure.rows
    column = next(column for column in figure.columns if column.key == "p_value")
    assert (column.write(nowhere[-2]), nowhere[-1]) == ("–", "non testé")
    assert (column.write(metropolis[-2]), metropolis[-1]) == ("< 0,001", "significatif (test pris seul)")


def test_the_first_date_comes_first(crowd_register: Register, crowd_client: TestClient) -> None:
    with pytest.raises(OutOfBoundsError, match="première date"):
        compare_dates(crowd_register, since=date(2025, 3, 1), at=date(2025, 3, 1))
    assert crowd_client.get("/couverture?since=2025-05-01&at=2025-04-01").status_code == 422
