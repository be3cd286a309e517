"""Access and the next antenne, asked of a register: what counts, who is gained, and the contract's keys."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import orjson
import pytest

from data.clock import today
from data.errors import OutOfBoundsError
from data.journeys import read_departures, read_seats
from data.questions.access import answer_access, answer_what_if
from data.questions.siting import answer_siting
from data.sectors import UnknownSectorError
from data.session import Register
from geo.coverage.answers import change_as_json, siting_as_json
from geo.coverage.errors import ImpossibleValueError
from geo.coverage.siting import Objective
from geo.coverage.travel_times import AccessState
from geo.errors import UnknownTerritoryError
from geo.position import Position, measure_distances_m
from geo.records import MEL_CODE, Kind, PlacementStatus
from tests.data.register.builders import AMIENS, LENS, LILLE, import_rows, make_row

VALENCIENNES = ("59606", 3.5234, 50.3570)


@pytest.fixture
def apes(register: Register) -> Register:
    """A register with today's three antennes, and one actor in Amiens."""
    rows = [
        make_row(name, place, kind=Kind.ANTENNE)
        for name, place in (("lille", LILLE), ("lens", LENS), ("valenciennes", VALENCIENNES))
    ]
    import_rows(register, [*rows, make_row("actor", AMIENS)])
    return register


def test_every_epci_is_tried_and_the_best_comes_first(apes: Register) -> None:
    answer = answer_siting(apes)
    assert len(answer.candidates) == len({candidate.code for candidate in answer.candidates}) == 92
    assert answer.antenne_count == 3
    gains = [candidate.gain for candidate in answer.candidates]
    assert gains == sorted(gains, reverse=True)
    # Where an antenne already is, one more gains next to nobody.
    assert next(c for c in answer.candidates if c.code == MEL_CODE).gain < 10_000
    assert all(c.gain_low <= c.gain <= c.gain_high for c in answer.candidates)
    assert {(choice.objective, choice.minutes) for choice in answer.settings} == {
        (objective, limit) for objective in Objective for limit in (20, 30, 45)
    }
    assert sum(c.wins for c in answer.candidates) == sum(len(s.winners) for s in answer.settings)


def test_the_first_candidate_gains_those_within_half_an_hour_by_the_curve(apes: Register) -> None:
    best = answer_siting(apes).candidates[0]
    departures = read_departures(apes.referential)

    def kilometres(lon: float, lat: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return measure_distances_m(Position(lon=lon, lat=lat), departures.lon, departures.lat) / 1_000

    today_km = np.min([kilometres(lon, lat) for _, lon, lat in (LILLE, LENS, VALENCIENNES)], axis=0)
    reach_km = (30 / 4.40) ** (1 / 0.637)
    is_gained = (today_km > reach_km) & (kilometres(*best.position.lon_lat()) <= reach_km)
    assert best.gain == pytest.approx(departures.populations[is_gained].sum(), rel=0.02)


def test_the_plan_says_what_it_changes(apes: Register) -> None:
    one = answer_siting(apes)
    plan = one.plans[0]
    assert (plan.objective, plan.codes, plan.is_proved) == (
        Objective.COVERED,
        (one.candidates[0].code,),
        True,
    )
    assert plan.gain == one.change.people_gained == one.candidates[0].gain
    population = sum(commune.population for commune in read_departures(apes.referential).communes)
    before, after = (
        next(w for w in side if w.minutes == 30) for side in (one.change.before, one.change.after)
    )
    assert (after.share - before.share) * population == pytest.approx(plan.gain, abs=1)
    what_if = answer_what_if(apes, communes=[one.candidates[0].code])
    assert what_if.gained_communes == one.change.gained_communes
    assert what_if.people_gained == plan.gain


def test_three_together_gain_more_than_the_three_first(apes: Register) -> None:
    three = answer_siting(apes, count=3)
    assert [len(plan.codes) for plan in three.plans] == [3, 3]
    assert all(plan.is_proved for plan in three.plans)
    first_three = answer_what_if(apes, communes=[c.code for c in three.candidates[:3]])
    assert three.plans[0].gain >= first_three.people_gained
    assert three.plans[0].gain >= three.plans[1].gain


def test_equity_weighs_by_what_is_missing(register: Register) -> None:
    import_rows(
        register,
        [make_row("lille", LILLE, kind=Kind.ANTENNE)] + [make_row(f"amiens {n}", AMIENS) for n in range(50)],
    )
    plain, fair = answer_siting(register), answer_siting(register, is_weighted=True)
    amiens = next(epci.code for epci, seat in read_seats(register.referential) if seat.code == AMIENS[0])
    gain = {c.code: c.gain for c in plain.candidates}
    assert {c.code: c.gain for c in fair.candidates} == gain
    weighted = next(c for c in fair.candidates if c.code == amiens)
    # Fifty actors in Amiens: its own inhabitants weigh nothing, those of its neighbours still do.
    assert weighted.weighted_gain < gain[amiens] / 2
    order = [[c.code for c in answer.candidates].index(amiens) for answer in (plain, fair)]
    assert order[0] < order[1]


def test_without_any_presence_of_the_kind_all_weigh_the_same(register: Register) -> None:
    fair = answer_siting(register, is_weighted=True)
    assert [c.weighted_gain for c in fair.candidates] == [c.gain for c in fair.candidates]


def test_only_antennes_in_force_and_placed_count(register: Register) -> None:
    import_rows(
        register,
        [
            make_row("open", LENS, kind=Kind.ANTENNE),
            make_row("town", AMIENS, kind=Kind.ANTENNE, status=PlacementStatus.COMMUNE),
            make_row("review", LILLE, kind=Kind.ANTENNE, status=PlacementStatus.TO_REVIEW),
            make_row("nowhere", None, kind=Kind.ANTENNE),
            make_row("closed", LILLE, kind=Kind.ANTENNE, ends_on=today() - timedelta(days=1)),
            make_row("to come", LILLE, kind=Kind.ANTENNE, starts_on=today() + timedelta(days=9)),
            make_row("actor", LILLE),
        ],
    )
    assert answer_siting(register).antenne_count == 2
    assert answer_access(register).site_count == 2
    assert answer_access(register, at=today() + timedelta(days=10)).site_count == 3


def test_access_tells_everybody_and_each_epci(apes: Register) -> None:
    access = answer_access(apes)
    assert access.population == 5_992_194
    assert [within.minutes for within in access.within] == [20, 30, 45]
    for within in access.within:
        total = within.covered + within.uncertain + within.not_covered
        assert total == pytest.approx(access.population)
    assert len(access.by_epci) == 92
    assert access.by_epci[MEL_CODE].share > 0.99
    assert access.states["59350"] is AccessState.COVERED
    assert access.states["80021"] is AccessState.NOT_COVERED
    assert 4 <= access.minutes_by_commune["59350"] < 5
    assert access.mean is not None
    assert access.mean.low < access.mean.value < access.mean.high
    assert access.is_estimated
    assert "vol d'oiseau" in access.caption


def test_access_to_a_sector_counts_what_stands_under_it(register: Register) -> None:
    parent = next(sector for sector in register.sectors.sectors if sector.parent is None)
    child = next(sector for sector in register.sectors.sectors if sector.parent == parent.code)
    import_rows(register, [make_row("a", LENS, sectors=(child.code,)), make_row("b", LILLE)])
    assert answer_access(register, kind=Kind.ACTOR).site_count == 2
    assert answer_access(register, kind=Kind.ACTOR, sector=parent.code).site_count == 1
    with pytest.raises(UnknownSectorError):
        answer_access(register, sector="inconnue")


def test_an_empty_register_has_nobody_within_reach(register: Register) -> None:
    access = answer_access(register)
    assert (access.site_count, access.mean, access.minutes_by_commune) == (0, None, {})
    assert set(access.states.values()) == {AccessState.NOT_COVERED}
    siting = answer_siting(register, count=2)
    assert siting.data_date is None
    assert siting.change.mean_before is None
    assert siting.change.mean_after is not None
    assert orjson.loads(orjson.dumps(siting_as_json(siting)))["settings"][3]["today"] is None


def test_a_choice_of_communes_counts_each_once(apes: Register) -> None:
    once, twice = (answer_what_if(apes, communes=codes) for codes in ([AMIENS[0]], [AMIENS[0], AMIENS[0]]))
    assert once.people_gained == twice.people_gained > 200_000
    assert AMIENS[0] in once.gained_communes
    nothing = answer_what_if(apes, communes=[])
    assert (nothing.people_gained, nothing.gained_communes) == (0, ())
    assert nothing.before == nothing.after
    assert orjson.loads(orjson.dumps(change_as_json(nothing)))["people_gained"] == 0


def test_json_keeps_the_keys_that_others_rely_on(apes: Register) -> None:
    found = orjson.loads(orjson.dumps(siting_as_json(answer_siting(apes, count=2, minutes=20))))
    assert len(found["candidates"]) == 92
    for candidate in found["candidates"]:
        assert {"code", "name", "gain", "wins", "regret"} <= candidate.keys()
        assert isinstance(candidate["gain"], int)
        assert 0 <= candidate["regret"] <= 1
    assert (found["count"], found["minutes"], found["antennes"]) == (2, 20, 3)
    assert found["data_date"] == date(2026, 1, 1).isoformat()
    assert len(found["settings"]) == 9


def test_impossible_questions_are_refused(register: Register) -> None:
    for count in (0, 11):
        with pytest.raises(OutOfBoundsError, match="de 1 à 10"):
            answer_siting(register, count=count)
    for minutes in (0.0, -5.0, float("nan")):
        with pytest.raises(ImpossibleValueError, match="limite de temps"):
            answer_siting(register, minutes=minutes)
        with pytest.raises(ImpossibleValueError, match="limite de temps"):
            answer_access(register, minutes=minutes)
    for code in ("75056", "59", "nulle part"):
        with pytest.raises(UnknownTerritoryError):
            answer_what_if(register, communes=[code])
