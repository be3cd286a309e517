"""Real lists go in whole: every row accounted for, every cell kept, every commune right."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from data.opening import open_register
from data.questions.importing import import_file
from data.reference import load_referential
from data.sectors import load_sectors
from data.session import Register
from data.settings import DatabaseSettings
from data.tables import presences, source_rows
from geo.geocoding.geocoder import Geocoder
from geo.geocoding.text import normalise
from geo.records import ImportReport, PlacementStatus

LISTS = Path(__file__).parents[4] / "shared" / "data"
ROWS = {
    "siae-2019-hdf.csv": 466,
    "lieux-cnfs-2022-hdf.csv": 421,
    "data-inclusion-mednum-2022-hdf.csv": 260,
    "france-services-2022-12-hdf.csv": 201,
    "france-services-2024-08-hdf.csv": 205,
    "adulte-relais-2022-hdf.csv": 786,
    "adulte-relais-2023-hdf.csv": 734,
}

pytestmark = [
    pytest.mark.real_lists,
    pytest.mark.skipif(not LISTS.is_dir(), reason="les listes réelles ne sont pas livrées avec le projet"),
]


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder(load_referential())


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    settings = DatabaseSettings(home=tmp_path, database_url=None)
    opened = open_register(settings, referential=load_referential(), sectors=load_sectors())
    yield opened
    opened.close()


def read_list(name: str) -> list[dict[str, str]]:
    with (LISTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_stored(register: Register) -> list[dict[str, str]]:
    with register.reading() as session:
        return [row for (row,) in session.connection.execute(select(source_rows.c.row))]


def lines_told(report: ImportReport, what: str) -> set[int]:
    return {problem.line or 0 for problem in report.problems if what in problem.what}


@pytest.mark.parametrize("name", ROWS)
def test_no_row_and_no_cell_is_lost_and_again_changes_nothing(
    register: Register, geocoder: Geocoder, name: str
) -> None:
    report = import_file(register, LISTS / name, geocoder=geocoder)
    with register.reading() as session:
        before = session.data_version
    again = import_file(register, LISTS / name, geocoder=geocoder)
    with register.reading() as session:
        assert session.data_version == before

    assert report.counts.received == report.new == again.unchanged == ROWS[name]
    assert sum(report.identity_keys.values()) == ROWS[name]
    received, stored = read_list(name), read_stored(register)
    assert sorted(map(sorted, (row.items() for row in stored))) == sorted(
        map(sorted, (row.items() for row in received))
    )


def test_every_commune_of_the_siae_is_right(register: Register, geocoder: Geocoder) -> None:
    report = import_file(register, LISTS / "siae-2019-hdf.csv", geocoder=geocoder)

    assert report.counts.counted == 466
    assert report.identity_keys == {"siret": 466}
    assert {column for column, use in report.mapping.items() if use is None} == {
        "MESURE",
        "CODE_DEPARTEMENT",
        "LIBELLE_DPT",
    }
    names: dict[str, set[str]] = {}
    for alias in load_referential().aliases:
        names.setdefault(alias.code_insee, set()).add(normalise(alias.name))
    with register.reading() as session:
        rows = session.connection.execute(select(presences.c.commune, presences.c.city)).all()
    strangers = [(city, commune) for commune, city in rows if normalise(city) not in names[commune]]
    assert strangers == []


def test_the_cnfs_keep_their_points_and_only_true_disagreements_are_flagged(
    register: Register, geocoder: Geocoder
) -> None:
    report = import_file(register, LISTS / "lieux-cnfs-2022-hdf.csv", geocoder=geocoder)
    with register.reading() as session:
        stored = session.connection.execute(
            select(presences.c.source_key, presences.c.lon, presences.c.lat, presences.c.precision)
        ).all()
    given = {
        row["id"]: (float(row["longitude"]), float(row["latitude"]))
        for row in read_list("lieux-cnfs-2022-hdf.csv")
        if row["latitude"]
    }
    kept = {key: (lon, lat) for key, lon, lat, precision in stored if precision == "given"}

    assert len(given) == 420
    assert kept == given
    assert lines_told(report, "ne concordent pas") == {3, 5, 42, 391}
    [placeholder] = [problem for problem in report.problems if problem.what.startswith("SIRET fictif")]
    assert placeholder.value == "00000000000000"
    assert "(203 lignes" in placeholder.what


def test_two_years_of_france_services_meet(register: Register, geocoder: Geocoder) -> None:
    import_file(
        register,
        LISTS / "france-services-2022-12-hdf.csv",
        source="France Services",
        as_of=date(2022, 12, 1),
        geocoder=geocoder,
    )
    report = import_file(
        register,
        LISTS / "france-services-2024-08-hdf.csv",
        source="France Services",
        as_of=date(2024, 8, 1),
        geocoder=geocoder,
    )

    assert (report.new, report.changed + report.unchanged, report.absent) == (22, 183, 18)
    assert report.counts.placed == 205


def test_lists_without_addresses_are_kept_to_be_placed(register: Register, geocoder: Geocoder) -> None:
    report = import_file(register, LISTS / "adulte-relais-2022-hdf.csv", geocoder=geocoder)

    assert report.counts.by_status()[PlacementStatus.UNPLACED] == 786
    [problem] = report.problems
    assert problem.what.startswith("Aucune adresse dans la ligne")
    assert "(786 lignes" in problem.what
