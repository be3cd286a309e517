"""Two dates compared where presences act: who widened its zone has moved in without moving out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings
from data.questions import compare_dates, import_file
from data.session import Register
from geo.coverage.change import CoverageChange, change_as_json
from geo.coverage.change_sentences import write_counting, write_flow_totals
from geo.records import Basis, Level
from scripts.cli import run
from scripts.console import output
from tests.coverage.builders import open_in

THEN, NOW = date(2024, 1, 1), date(2025, 1, 1)
LENS_LIEVIN, MEL = "246200364", "200093201"

_HEADER = "Identifiant;Nom;Commune;Code INSEE;Filière;Zone d'action"
_BEFORE = (
    "a;Alpha;Lille;59350;Mobilité;",
    f"b;Beta;Lille;59350;Mobilité;{MEL}",
    "c;Gamma;Lens;62498;Alimentation;",
    f"d;Delta;Lille;59350;Culture;{MEL}",
)
_AFTER = (
    "a;Alpha;Lille;59350;Mobilité;",
    f"b;Beta;Lille;59350;Mobilité;{MEL},{LENS_LIEVIN}",
    "c;Gamma;Lens;62498;Alimentation;62,59",
    f"e;Epsilon;Lille;59350;Culture;{LENS_LIEVIN}",
)


@pytest.fixture(scope="module")
def zoned_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("zones")


@pytest.fixture(scope="module")
def zoned(zoned_home: Path) -> Iterator[Register]:
    """Give four actors, invented, whose zones of action widen in a year."""
    register = open_in(zoned_home)
    for name, day, lines in (("avant.csv", THEN, _BEFORE), ("apres.csv", NOW, _AFTER)):
        path = zoned_home / name
        path.write_text("\n".join((_HEADER, *lines)), encoding="utf-8")
        import_file(register, path, source="essai", as_of=day)
    yield register
    register.close()


def _compare(register: Register, basis: Basis, level: Level = Level.EPCI) -> CoverageChange:
    return compare_dates(register, since=THEN, at=NOW, basis=basis, level=level)


def test_by_seat_nothing_of_it_moves(zoned: Register) -> None:
    change = _compare(zoned, "seat")
    assert (len(change.flow.joined), len(change.flow.left), change.moved_count) == (1, 1, 0)
    assert change.after.outside.count_outside == change.before.outside.count_outside == 1


def test_by_zone_who_acts_elsewhere_too_has_moved(zoned: Register) -> None:
    change = _compare(zoned, "zone")
    assert (change.flow.kept, len(change.flow.joined), len(change.flow.left)) == (3, 1, 1)
    assert change.moved_count == 2
    flow = {each.code: each for each in change.flow.territories}
    # Beta still acts in the MEL, Gamma acts there now, Delta has left the register.
    assert (flow[MEL].before, flow[MEL].moved_in, flow[MEL].moved_out, flow[MEL].left) == (3, 1, 0, 1)
    assert (flow[LENS_LIEVIN].before, flow[LENS_LIEVIN].after) == (1, 3)


def test_outside_is_who_acts_there_at_all(zoned: Register) -> None:
    change = _compare(zoned, "zone")
    assert (change.before.outside.count_outside, change.after.outside.count_outside) == (1, 3)
    assert (change.net_outside.joined, change.net_outside.left) == (2, 0)
    assert (change.net_inside.joined, change.net_inside.left) == (0, 2)
    first, last = change.line
    assert last.ratio == pytest.approx(3 * (first.ratio or 0))


@pytest.mark.parametrize("level", [Level.EPCI, Level.DEPARTEMENT, Level.COMMUNE])
def test_stock_and_flow_add_up_in_every_territory(zoned: Register, level: Level) -> None:
    change = _compare(zoned, "zone", level)
    counted = {row.code: row.count for row in change.after.rows}
    for each in change.flow.territories:
        entered, gone = each.joined + each.moved_in, each.left + each.moved_out
        assert each.after == each.before + entered - gone
        assert each.after == counted.get(each.code, 0)


def test_shift_share_sums_to_what_departements_gained(zoned: Register) -> None:
    change = _compare(zoned, "zone")
    parts = change.shift.parts
    assert abs(parts.regional + parts.sectoral + parts.local - parts.change).max() < 1e-9
    flow = _compare(zoned, "zone", Level.DEPARTEMENT).flow
    assert int(parts.change.sum()) == sum(each.change for each in flow.territories) == 2


def test_each_answer_says_where_it_counts(zoned: Register) -> None:
    by_zone = _compare(zoned, "zone")
    assert "dans leur zone d'action aux deux dates" in write_counting(by_zone)
    assert "2 changements de zone d'action" in write_flow_totals(by_zone)
    assert "à leur siège aux deux dates" in write_counting(_compare(zoned, "seat"))
    assert change_as_json(by_zone)["basis"] == "zone"
    with TestClient(create_app(ApiSettings(), register=zoned)) as client:
        page = client.get(f"/couverture?at={NOW}&since={THEN}&basis=zone").text.replace("’", "'")
        assert "dans leur zone d'action aux deux dates" in page
        assert "CA de Lens - Liévin et Métropole Européenne de Lille" in page
        table = client.get(f"/couverture/donnees/evolution.csv?at={NOW}&since={THEN}&basis=zone").text
        assert "Y agissent désormais" in table


def test_the_command_compares_by_zone_too(
    zoned: Register,
    zoned_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MAILLAGE_HOME", str(zoned_home))
    monkeypatch.delenv("MAILLAGE_DATABASE_URL", raising=False)
    output.cache_clear()
    assert run(["coverage", "--since", str(THEN), "--at", str(NOW), "--basis", "zone"]) == 0
    said = capsys.readouterr().out
    output.cache_clear()
    assert "dans leur zone d'action aux deux dates" in said
    assert "2 changements de zone d'action" in said
