"""Files of denominators: read on today's territories, refused with their lines, then counted against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from api.app import create_app
from api.settings import ApiSettings
from data.denominators.errors import (
    DenominatorColumnsError,
    DenominatorLevelError,
    DenominatorRowsError,
    DenominatorTakenError,
    UnknownDenominatorError,
)
from data.denominators.files import read_denominator_file
from data.questions import (
    add_denominator,
    answer_coverage,
    list_denominators,
    remove_denominator,
    study_coverage,
)
from data.reference import load_referential
from data.session import Register
from geo.records import MEL_CODE, Level
from tests.api.builders import LENS, LILLE, make_incoming, store_rows
from tests.coverage.builders import open_in

REFERENTIAL = load_referential()


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = open_in(tmp_path / "register")
    rows = [make_incoming(f"l{rank}", LENS) for rank in range(30)]
    store_rows(opened, [*rows, *(make_incoming(f"m{rank}", LILLE) for rank in range(10))])
    yield opened
    opened.close()


def write(folder: Path, text: str, name: str = "ess.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_values_of_communes_are_carried_to_those_of_today(tmp_path: Path) -> None:
    # 60054 was Les Hauts-Talican in 2022, since split into 60694 and 60054.
    path = write(tmp_path, "code;emplois\n60054;100\n62498;7,5\n13055;9\n")
    read = read_denominator_file(path, REFERENTIAL, year=2022)
    assert set(read.values) == {"60054", "60694", "62498"}
    assert read.values["60054"] + read.values["60694"] == pytest.approx(100)
    assert (read.rows, read.outside, read.merged) == (3, 1, 1)


def test_a_workbook_that_dropped_leading_zeros_is_read(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["INSEE", "Nom", "Établissements"], [2001, "Abbécourt", 3], [59350, "Lille", 1450]):
        sheet.append(row)
    path = tmp_path / "ess.xlsx"
    book.save(path)
    read = read_denominator_file(path, REFERENTIAL)
    assert dict(read.values) == {"02001": 3, "59350": 1450}
    assert read.value_column == "Établissements"


def test_wrong_rows_are_told_with_their_lines_and_nothing_is_kept(tmp_path: Path, register: Register) -> None:
    path = write(tmp_path, "code;n\n62498;1\n59999;2\n62498;3\n59350;beaucoup\n59512;-1\n")
    with pytest.raises(DenominatorRowsError) as caught:
        add_denominator(register, path, value_column="n")
    assert [line for line, _ in caught.value.faults] == [3, 4, 5, 6]
    assert "ligne 3 : le code « 59999 »" in str(caught.value)
    assert "déjà à la ligne 2" in str(caught.value)
    assert list_denominators(register) == ()
    read = read_denominator_file(
        write(tmp_path, "code;n\n62498;1\n59999;2\n"), REFERENTIAL, skip_unknown=True
    )
    assert (dict(read.values), read.unknown) == ({"62498": 1}, 1)


def test_columns_that_cannot_be_told_have_to_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, "code;2022;2023\n62498;1;2\n59350;3;4\n")
    with pytest.raises(DenominatorColumnsError, match="--value-column"):
        read_denominator_file(path, REFERENTIAL)
    assert read_denominator_file(path, REFERENTIAL, value_column="2023").values["59350"] == 4


def test_presences_are_counted_against_what_was_added(tmp_path: Path, register: Register) -> None:
    path = write(tmp_path, "code;n\n62498;75\n59350;25\n")
    added = add_denominator(register, path, name="ESS", unit="établissements", year=2023, source="essai")
    assert (added.denominator.total, added.denominator.territory_count) == (100, 2)
    with pytest.raises(DenominatorTakenError):
        add_denominator(register, path, name="ESS")

    answer = answer_coverage(register, denominator="ESS")
    outside = answer.outside
    assert (outside.share_outside, outside.population_share_outside, outside.ratio) == (0.75, 0.75, 1.0)
    assert outside.p_value == pytest.approx(1.0)
    lens = next(row for row in answer.rows if row.code == "246200364")
    assert (lens.base, lens.expected, lens.ratio) == (75, 30, 1)
    nowhere = next(row for row in answer.rows if row.base == 0)
    assert (nowhere.ratio, nowhere.expected) == (None, 0)

    bases = study_coverage(register).bases
    assert [base.denominator and base.denominator.name for base in bases] == [None, "ESS"]
    assert all(base.outside is not None and base.hoover is not None for base in bases)

    remove_denominator(register, "ESS")
    with pytest.raises(UnknownDenominatorError, match="aucun"):
        answer_coverage(register, denominator="ESS")


def test_values_by_epci_are_refused_where_a_level_cuts_them(tmp_path: Path, register: Register) -> None:
    lines = "".join(f"{epci.code};10\n" for epci in register.referential.territories(Level.EPCI))
    path = write(tmp_path, f"siren;emplois\n{lines}")
    add_denominator(register, path, name="emplois")
    answer = answer_coverage(register, denominator="emplois")
    assert answer.outside.population_share_outside == pytest.approx(91 / 92)
    assert answer_coverage(register, denominator="emplois", level=Level.REGION).rows[0].base == 920
    with pytest.raises(DenominatorLevelError, match="intercommunalité"):
        answer_coverage(register, denominator="emplois", level=Level.COMMUNE)
    assert answer_coverage(register, denominator="emplois", outside=f"{MEL_CODE},246200364").outside.codes


def test_the_page_answers_against_values_by_epci(tmp_path: Path, register: Register) -> None:
    lines = "".join(f"{epci.code};10\n" for epci in register.referential.territories(Level.EPCI))
    add_denominator(register, write(tmp_path, f"siren;emplois\n{lines}"), name="emplois")
    study = study_coverage(register, denominator="emplois")
    assert [division.name for division in study.divisions] == ["intercommunalités"]
    with TestClient(create_app(ApiSettings(), register=register)) as client:
        answer = client.get("/couverture?denominator=emplois")
    assert answer.status_code == 200
    assert "et comparés aux emplois" in answer.text.replace("\u00a0", " ")


def test_groups_count_each_presence_once(register: Register) -> None:
    alone = answer_coverage(register, outside="246200364").outside
    both = answer_coverage(register, outside="246200364, 62498").outside
    assert (alone.count_inside, alone.count_outside) == (both.count_inside, both.count_outside) == (30, 10)
    group = answer_coverage(register, outside=f"{MEL_CODE},246200364").outside
    assert (group.count_inside, group.count_outside, group.code) == (40, 0, f"{MEL_CODE},246200364")
