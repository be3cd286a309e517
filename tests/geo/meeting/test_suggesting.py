"""Suggestions: who is suggested, in what order, and the reason that is said."""

from __future__ import annotations

from datetime import date

import pytest

from geo.meeting.affinity import AffinityFinder, Bond
from geo.meeting.reasons import Link
from geo.meeting.suggesting import (
    MEETING_REACH_M,
    SPONSOR_REACH_M,
    suggest_copies,
    suggest_meetings,
    suggest_sponsors,
)
from geo.records import Kind, Precision
from tests.geo.meeting.builders import DAY, PAIRS, SECTORS, at, make_presence

FINDER = AffinityFinder(SECTORS, PAIRS)


@pytest.mark.parametrize(
    ("mine", "theirs", "bond"),
    [
        (["bikes"], ["bikes"], Bond.SAME),
        (["farms"], ["shops"], Bond.FAMILY),
        (["farms"], ["food"], Bond.FAMILY),
        (["repair"], ["bikes"], Bond.COMPLEMENTARY),
        (["bikes"], ["music"], None),
        (["bikes"], [], None),
        (["unknown"], ["unknown"], None),
    ],
)
def test_sectors_are_tied_by_the_strongest_bond(
    mine: list[str], theirs: list[str], bond: Bond | None
) -> None:
    found = FINDER.find(mine, theirs)
    assert (found.bond if found else None) == bond
    back = FINDER.find(theirs, mine)
    assert (back.bond if back else None) == bond, "a bond ties both ways"


def test_related_sectors_are_the_family_and_the_complements() -> None:
    assert set(FINDER.list_related(["farms"])) == {"food"}
    assert set(FINDER.list_related(["repair"])) == {"repair", "bikes"}


def test_meetings_need_a_reason_and_say_it() -> None:
    subject = make_presence(1)
    candidates = [
        at(subject),
        at(make_presence(2, "Même filière, près"), 2_000),
        at(make_presence(3, "Même filière, loin"), 30_000),
        at(make_presence(4, "Complémentaire", sectors=["repair"]), 2_000),
        at(make_presence(5, "Rien de commun", sectors=["music"]), 10),
        at(make_presence(6, "Trop loin"), MEETING_REACH_M + 1),
        at(make_presence(7, "Une antenne", kind=Kind.ANTENNE), 10),
        at(make_presence(8, "Partenaire loin", sectors=["music"]), 200_000),
    ]
    links = {8: Link(project="La halle", is_partner=False)}
    found = suggest_meetings(subject, candidates, finder=FINDER, links=links, limit=10)
    assert [each.presence.name for each in found] == [
        "Partenaire loin",
        "Même filière, près",
        "Complémentaire",
        "Même filière, loin",
    ]
    assert found[0].why == "Déjà partenaires d'un même projet, « La halle », à 200\u202fkm."
    assert found[1].why == "À 2,0\u202fkm, même filière (Vélo)."
    why = "filière complémentaire (Réparation) : elles partagent leurs outils."
    assert found[2].why == f"À 2,0\u202fkm, {why}"


def test_no_distance_is_said_when_one_of_both_is_only_known_to_its_commune() -> None:
    subject = make_presence(1)
    other = make_presence(2, precision=Precision.COMMUNE)
    (found,) = suggest_meetings(subject, [at(other, 1_234, is_exact=False)], finder=FINDER, links={}, limit=1)
    assert found.distance_m is None
    assert "km" not in found.why
    assert found.why == "Dans la même commune (Lens), même filière (Vélo)."


def test_sponsors_are_willing_experienced_near_and_of_the_sector() -> None:
    old = date(2015, 1, 1)
    candidates = [
        at(make_presence(1, "Convient", starts_on=old, willing=True)),
        at(make_presence(2, "N'a rien dit", starts_on=old)),
        at(make_presence(3, "Ne veut pas", starts_on=old, willing=False)),
        at(make_presence(4, "Trop récent", starts_on=date(2024, 1, 1), willing=True)),
        at(make_presence(5, "Âge inconnu", willing=True)),
        at(make_presence(6, "Trop loin", starts_on=old, willing=True), SPONSOR_REACH_M + 1),
        at(make_presence(7, "Complémentaire", sectors=["repair"], starts_on=old, willing=True)),
        at(make_presence(8, "Projet", kind=Kind.PROJECT, starts_on=old, willing=True)),
    ]
    found = suggest_sponsors(candidates, sectors=["bikes"], finder=FINDER, day=DAY, limit=10)
    assert [each.presence.name for each in found] == ["Convient"]
    assert found[0].why == "11 ans d'activité, à 1,0\u202fkm, même filière (Vélo), volontaire pour parrainer."
    anyone = suggest_sponsors(candidates, sectors=[], finder=FINDER, day=DAY, limit=10)
    assert {each.presence.name for each in anyone} == {"Convient", "Complémentaire"}
    oneself = suggest_sponsors(
        candidates, sectors=["bikes"], finder=FINDER, day=DAY, subject=candidates[0].presence, limit=10
    )
    assert oneself == ()


def test_exactly_three_years_are_enough_and_a_day_less_is_not() -> None:
    just = at(make_presence(1, starts_on=date(2023, 3, 12), willing=True))
    not_yet = at(make_presence(2, starts_on=date(2023, 3, 13), willing=True))
    found = suggest_sponsors([just, not_yet], sectors=["bikes"], finder=FINDER, day=DAY, limit=10)
    assert [each.presence.id for each in found] == [1]


def test_projects_to_copy_are_elsewhere_of_the_family_and_past_the_idea() -> None:
    subject = make_presence(1)
    project = Kind.PROJECT
    candidates = [
        at(make_presence(2, "Ici", kind=project, stage="déploiement")),
        at(make_presence(3, "Idée", kind=project, stage="Idée", epci="e2")),
        at(make_presence(4, "Étude", kind=project, stage="étude", epci="e2")),
        at(make_presence(5, "Déployé", kind=project, stage="déploiement", epci="e3")),
        at(make_presence(6, "Complémentaire", kind=project, sectors=["repair"], stage="terminé", epci="e2")),
        at(make_presence(7, "Acteur", stage="terminé", epci="e2")),
    ]
    found = suggest_copies(subject, candidates, finder=FINDER, limit=10)
    assert [each.presence.name for each in found] == ["Déployé", "Étude"]
    assert found[0].why == "Même filière (Vélo), au stade « déploiement », Territoire e3."
