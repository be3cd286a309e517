"""A list goes into the register whole or not at all, and the same list again changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data.intake.errors import MappingError, NoNameColumnError, UnusableFileError
from data.questions.importing import import_file
from data.session import Register
from data.tables import imports, presences, sources
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.records import ImportReport, Kind

WriteList = Callable[..., Path]

HEADER = "nom;siret;mesure;adresse;ville"
ROWS = (
    "Les Amis;39911508800011;ACI;1 rue A;Lens",
    "Les Amis;39911508800011;EI;1 rue A;Lens",
    "Sans numéro;;ACI;2 rue B;Lille",
    "Sans numéro;;EI;2 rue B;Lille",
    "Nulle part;;;;",
)


class Importer:
    """Imports into one register with one geocoder, as of one day."""

    def __init__(self, register: Register, geocoder: object) -> None:
        self.register = register
        self.geocoder = geocoder

    def __call__(self, path: Path, **options: object) -> ImportReport:
        given_options = {"source": "Liste", "as_of": date(2021, 3, 12), "geocoder": self.geocoder, **options}
        return import_file(self.register, path, **given_options)  # type: ignore[arg-type]

    def version(self) -> int:
        with self.register.reading() as session:
            return session.data_version

    def shown(self) -> dict[str, list[str | None]]:
        """Give the day each presence is absent since, by name."""
        with self.register.reading() as session:
            rows = session.connection.execute(
                select(presences.c.name, presences.c.absent_from_source_since).order_by(presences.c.id)
            ).all()
        shown: dict[str, list[str | None]] = {}
        for name, since in rows:
            shown.setdefault(name, []).append(str(since) if since else None)
        return shown

    def count_imports(self) -> int:
        with self.register.reading() as session:
            return len(session.connection.execute(select(imports.c.id)).all())


@pytest.fixture
def bring(register: Register, geocoder: object) -> Importer:
    return Importer(register, geocoder)


def outline(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, report.absent


def test_every_row_received_is_in_one_status(bring: Importer, write_list: WriteList) -> None:
    report = bring(write_list(HEADER, *ROWS, ";;;;", ""))

    assert outline(report) == (5, 0, 0, 0)
    assert report.counts.received == 5
    assert report.counts.by_status() == {
        "placed": 0,
        "commune": 4,
        "to_review": 0,
        "unplaced": 1,
        "out_of_region": 0,
    }
    assert report.blank_rows == 1
    assert report.identity_keys == {"name_address": 3, "siret": 2}
    [problem] = report.problems
    assert (problem.line, problem.what) == (
        6,
        "Aucune adresse dans la ligne : gardée « à localiser », elle ne compte dans aucune carte.",
    )


def test_the_same_file_again_changes_nothing_at_all(bring: Importer, write_list: WriteList) -> None:
    path = write_list(HEADER, *ROWS)
    bring(path)
    before, imported = bring.version(), bring.count_imports()

    again = bring(path)
    later = bring(path, as_of=date(2021, 9, 1))

    assert outline(again) == outline(later) == (0, 0, 5, 0)
    assert (bring.version(), bring.count_imports()) == (before, imported)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(ROWS), data=st.data())
def test_the_order_of_rows_and_columns_never_counts(
    bring: Importer, write_list: WriteList, order: Sequence[str], data: st.DataObject
) -> None:
    bring(write_list(HEADER, *ROWS))
    before = bring.version()
    columns = data.draw(st.permutations(range(5)))
    permuted = [";".join(line.split(";")[index] for index in columns) for line in (HEADER, *order)]

    report = bring(write_list(*permuted, name="autre.csv"))

    assert outline(report) == (0, 0, 5, 0)
    assert bring.version() == before


def test_a_changed_row_is_updated_and_its_twin_is_not(bring: Importer, write_list: WriteList) -> None:
    bring(write_list(HEADER, *ROWS))

    report = bring(write_list(HEADER, ROWS[1].replace("Lens", "Arras"), ROWS[0], *ROWS[2:]))

    assert outline(report) == (0, 1, 4, 0)
    changed = {change.field: (change.before, change.after) for change in report.changes}
    assert changed["city"] == ("Lens", "Arras")
    assert changed["commune"] == ("62498", "62041")


def test_a_vanished_row_is_absent_never_deleted_and_may_return(
    bring: Importer, write_list: WriteList
) -> None:
    whole, cut = write_list(HEADER, *ROWS), write_list(HEADER, *ROWS[:3], ROWS[4], name="moins.csv")
    bring(whole)

    gone = bring(cut, as_of=date(2021, 4, 1))
    shown_then = bring.shown()
    back = bring(whole, as_of=date(2021, 5, 1))

    assert outline(gone) == (0, 0, 4, 1)
    assert ("Sans numéro", "absent_from_source_since") in {(c.presence, c.field) for c in gone.changes}
    assert sorted(shown_then["Sans numéro"], key=str) == ["2021-04-01", None]
    assert outline(back) == (0, 1, 4, 0)
    assert back.reappeared == 1
    assert bring.shown()["Sans numéro"] == [None, None]


def test_absence_is_told_once(bring: Importer, write_list: WriteList) -> None:
    bring(write_list(HEADER, *ROWS))
    cut = write_list(HEADER, *ROWS[1:], name="moins.csv")

    assert outline(bring(cut)) == (0, 0, 4, 1)
    assert outline(bring(cut)) == (0, 0, 4, 0)


def test_a_list_that_was_cut_short_raises_an_alarm(bring: Importer, write_list: WriteList) -> None:
    many = [f"Fiche {number};;;{number} rue A;Lens" for number in range(40)]
    bring(write_list(HEADER, *many))

    report = bring(write_list(HEADER, *many[:5], name="coupe.csv"), dry_run=True)

    assert any("vérifiez qu'elle est complète" in problem.what for problem in report.problems)


def test_a_dry_run_says_the_same_and_writes_nothing(bring: Importer, write_list: WriteList) -> None:
    whole = write_list(HEADER, *ROWS)
    first = bring(whole, dry_run=True)
    assert (bring.shown(), bring.count_imports()) == ({}, 0)
    bring(whole)
    edited = write_list(
        HEADER, *ROWS[1:4], ROWS[4].replace("Nulle part;", "Nulle part;39911508800029"), name="b.csv"
    )
    before = bring.version()

    trial = bring(edited, dry_run=True)
    assert bring.version() == before
    done = bring(edited)

    assert (first.new, first.dry_run, trial.dry_run, done.dry_run) == (5, True, True, False)
    assert outline(trial) == outline(done)
    assert (trial.changes, trial.problems, trial.counts) == (done.changes, done.problems, done.counts)


def test_another_source_and_another_kind_are_left_alone(bring: Importer, write_list: WriteList) -> None:
    path = write_list(HEADER, *ROWS)
    bring(path)

    other = bring(path, source="Autre liste")
    projects = bring(write_list(HEADER, ROWS[0], name="projets.csv"), kind=Kind.PROJECT)

    assert outline(other) == (5, 0, 0, 0)
    assert outline(projects) == (1, 0, 0, 0)
    assert all(since == [None] * len(since) for since in bring.shown().values())


def test_a_list_that_says_its_kinds_speaks_of_all_of_them(bring: Importer, write_list: WriteList) -> None:
    bring(write_list("type;nom;ville", "Acteur;A;Lens", "Antenne;B;Lens", "Projet;C;Lille"))

    report = bring(write_list("type;nom;ville", "Acteur;A;Lens", "Projet;C;Lille", name="b.csv"))

    assert outline(report) == (0, 0, 2, 1)
    assert {kind: counts.received for kind, counts in report.by_kind.items()} == {"actor": 1, "project": 1}


def test_a_mapping_is_remembered_for_next_year(bring: Importer, write_list: WriteList) -> None:
    bring(write_list("sigle;ville", "A;Lens"), mapping={"sigle": "name"})

    report = bring(write_list("sigle;ville;nom complet", "A;Lens;Les Amis", name="2027.csv"))

    assert report.mapping == {"sigle": "name", "ville": "city", "nom complet": "name"}
    assert {change.field for change in report.changes} == {"extra"}
    assert set(bring.shown()) == {"A"}


def test_a_corrected_mapping_reads_the_same_rows_otherwise(bring: Importer, write_list: WriteList) -> None:
    path = write_list("nom;notes;ville", "A;Une note;Lens")
    bring(path)

    report = bring(path, mapping={"notes": "summary"})
    again = bring(path)

    assert outline(report) == (0, 1, 0, 0)
    assert ("summary", None, "Une note") in {(c.field, c.before, c.after) for c in report.changes}
    assert outline(again) == (0, 0, 1, 0)


def test_last_years_list_changes_last_year_only(bring: Importer, write_list: WriteList) -> None:
    bring(write_list(HEADER, *ROWS[:3]), as_of=date(2021, 1, 1))
    older = write_list(HEADER, *ROWS[2:], name="2025.csv")

    report = bring(older, as_of=date(2020, 1, 1))
    before = bring.version()
    again = bring(older, as_of=date(2020, 1, 1))

    assert report.new == 2
    assert bring.shown()["Les Amis"] == [None, None]
    assert outline(again)[:2] == (0, 0)
    assert bring.version() == before


@pytest.mark.parametrize(
    ("content", "options", "error"),
    [
        ("", {}, UnusableFileError),
        ("nom;ville\n", {}, UnusableFileError),
        ("a;b\n1;2\n", {}, NoNameColumnError),
        ("nom;ville\nA;Lens\n", {"mapping": {"absente": "name"}}, MappingError),
    ],
)
def test_what_cannot_be_used_changes_nothing(
    bring: Importer, tmp_path: Path, content: str, options: dict[str, object], error: type[Exception]
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(content)
    before = bring.version()

    with pytest.raises(error, match="Aucune donnée n'a été modifiée"):
        bring(path, **options)

    assert bring.version() == before
    assert bring.count_imports() == 0


def test_a_geocoder_that_fails_leaves_the_register_as_it_was(
    register: Register, write_list: WriteList
) -> None:
    class Failing:
        def geocode_many(self, queries: Sequence[AddressQuery]) -> list[GeocodedAddress]:
            raise RuntimeError(f"panne après {len(queries)} lignes")

    bring = Importer(register, Failing())
    before = bring.version()

    with pytest.raises(RuntimeError, match="panne"):
        bring(write_list(HEADER, *ROWS))

    assert bring.version() == before


def test_fictional_lists_are_known_by_their_name(bring: Importer, write_list: WriteList) -> None:
    bring(write_list(HEADER, *ROWS, name="registre-fictif.csv"), source="Exemples")
    bring(write_list(HEADER, *ROWS), source="Vraie liste")

    with bring.register.reading() as session:
        rows = session.connection.execute(select(sources.c.name, sources.c.is_fictional)).all()
    assert {row.name: row.is_fictional for row in rows} == {"Exemples": True, "Vraie liste": False}


def test_progress_counts_up_to_the_rows(bring: Importer, write_list: WriteList) -> None:
    lines = [f"Fiche {number};;;{number} rue A;Lens" for number in range(12_000)]
    told: list[int] = []

    report = bring(write_list(HEADER, *lines), progress=told.append, dry_run=True)

    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == report.counts.received == 12_000


def test_twins_are_kept_as_two_and_told(bring: Importer, write_list: WriteList) -> None:
    report = bring(write_list(HEADER, ROWS[0], ROWS[2], ROWS[0]))

    assert report.new == 3
    [problem] = report.problems
    assert (problem.line, problem.value) == (4, "Les Amis")
    assert problem.what == "Ligne identique à la ligne 2 : gardée comme une fiche à part, à vérifier."


def test_text_misread_before_the_import_is_told_by_column(bring: Importer, write_list: WriteList) -> None:
    report = bring(write_list("nom;ville", "Les Ã‰toiles;Lens", "CafÃ©;Lens", "Thé;Lens"))

    assert [(problem.column, problem.value) for problem in report.problems] == [("nom", "Ã‰"), ("nom", "Ã©")]
    assert set(bring.shown()) == {"Les Ã‰toiles", "CafÃ©", "Thé"}


def test_a_repeated_line_of_column_names_is_no_row(bring: Importer, write_list: WriteList) -> None:
    report = bring(write_list(HEADER, ROWS[0], HEADER, ROWS[2]))

    assert report.new == 2
    [problem] = report.problems
    assert (problem.line, problem.what) == (3, "Ligne de noms de colonnes répétée : non importée.")
