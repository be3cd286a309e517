"""A register from before homes were known: its ambassadors go to their town halls when it is upgraded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select, update

from data.migrations import run_migrations
from data.opening import open_register, upgrade_register
from data.questions import answer_near, find_presences, get_presence, import_file
from data.questions.proposals import find_private_place
from data.settings import DatabaseSettings
from data.tables import presences, register_state
from geo.position import Position
from geo.records import Kind, Origin, PlacementStatus, Precision

LIST = (
    "Type;Nom;Adresse;Code postal;Commune;Latitude;Longitude;À domicile\n"
    "Ambassadeur;Alix Fictive;3 rue des Secrets;59000;Lille;50.6215;3.0703;non\n"
    "Acteur;Épicerie Fictive;1 place Publique;62300;Lens;50.4300;2.8320;\n"
)


def test_an_upgrade_moves_ambassadors_to_their_town_hall(tmp_path: Path) -> None:
    settings = DatabaseSettings(home=tmp_path, database_url=None)
    path = tmp_path / "liste.csv"
    path.write_text(LIST, encoding="utf-8")
    register = open_register(settings)
    import_file(register, path, kind=Kind.ACTOR, as_of=date(2026, 1, 1))
    assert get_presence(register, 1).address == "3 rue des Secrets"
    with register.writing(changes_answers=False) as session:
        run_migrations(session.connection, "0001", down=True)
    register.close()

    upgrade_register(settings)
    register = open_register(settings)
    moved = get_presence(register, 1)
    hall = register.referential.find("59350")
    assert hall is not None
    assert (moved.at_home, moved.position, moved.address) == (True, hall.position, "Lille")
    assert (moved.status, moved.precision) == (PlacementStatus.COMMUNE, Precision.COMMUNE)
    place = find_private_place(register, 1)
    assert place is not None
    assert (place.address, place.position) == ("3 rue des Secrets", Position(lon=3.0703, lat=50.6215))
    assert get_presence(register, 2).address == "1 place Publique"
    origin = Origin(position=Position(lon=3.0703, lat=50.6215), label="", precision=Precision.GIVEN)
    nearest = answer_near(register, origin=origin, limit=1).results[0]
    assert nearest.presence.id == 1
    assert nearest.distance_m > 500
    register.close()


def test_a_home_named_after_its_street_is_searched_by_it_no_more(tmp_path: Path) -> None:
    """A register of before the words of a home's address were taken out of what searches compare."""
    settings = DatabaseSettings(home=tmp_path, database_url=None)
    path = tmp_path / "liste.csv"
    path.write_text(LIST.replace("Alix Fictive", "Chez Alix, 3 rue des Secrets"), encoding="utf-8")
    register = open_register(settings)
    import_file(register, path, kind=Kind.ACTOR, as_of=date(2026, 1, 1))
    told = "chez alix 3 rue des secrets lille"
    with register.writing() as session:
        session.connection.execute(
            update(presences).where(presences.c.id == 1).values(at_home=True, search_text=told)
        )
        session.connection.execute(update(register_state).values(territories_digest="of an older program"))
    register.close()

    register = open_register(settings)
    assert find_presences(register, text="secrets").total == 0
    assert find_presences(register, text="chez alix").total == 1
    with register.reading() as session:
        held = session.connection.execute(
            select(presences.c.search_text).where(presences.c.id == 1)
        ).scalar_one()
        first = session.data_version
    assert held == "chez alix lille"
    register.close()
    # Once: the next opening has nothing to write.
    register = open_register(settings)
    with register.reading() as session:
        assert session.data_version == first
    register.close()
