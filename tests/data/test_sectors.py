"""The sectors: the list that ships, what its file may get wrong, and how a label finds its sector."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sector_entries import SectorEntry
from data.sectors import (
    ALL_SECTORS_ID,
    SECTORS_FILE,
    SectorBook,
    SectorFileError,
    UnknownSectorError,
    load_sectors,
)
from geo.errors import MaillageError
from geo.records import Sector

BOOK = load_sectors()
CODES = [sector.code for sector in BOOK.sectors]
REAL_LISTS = Path(__file__).parents[3] / "shared" / "data"


def write_sectors(folder: Path, text: str) -> Path:
    file = folder / "filieres.toml"
    file.write_text(text, encoding="utf-8")
    return file


class TestTheListThatShips:
    def test_has_about_a_dozen_top_sectors_with_sub_sectors_under_each(self) -> None:
        tops = BOOK.children()

        assert 10 <= len(tops) <= 13
        assert all(len(BOOK.children(top.code)) >= 3 for top in tops)
        assert all(not BOOK.children(child.code) for top in tops for child in BOOK.children(top.code))

    def test_every_sector_has_a_transiscope_label_and_an_essglobal_code(self) -> None:
        for code in CODES:
            crosswalk = BOOK.crosswalk(code)
            assert crosswalk.transiscope, code
            assert crosswalk.essglobal, code

    def test_says_in_its_header_that_it_is_a_proposal(self) -> None:
        header = SECTORS_FILE.read_text(encoding="utf-8").split("[[sector]]")[0]

        assert "une proposition, à modifier" in header

    @pytest.mark.real_lists
    @pytest.mark.skipif(not REAL_LISTS.is_dir(), reason="les listes réelles ne sont pas sur cette machine")
    def test_knows_every_service_and_measure_of_the_real_lists(self) -> None:
        with (REAL_LISTS / "data-inclusion-mednum-2022-hdf.csv").open(encoding="utf-8-sig") as lines:
            services = {label for row in csv.DictReader(lines) for label in row["services"].split(";")}
        with (REAL_LISTS / "siae-2019-hdf.csv").open(encoding="utf-8-sig") as lines:
            rows = list(csv.DictReader(lines))
        known_activities = [row for row in rows if BOOK.find_by_naf(row["CODE_NAF2"])]

        assert [label for label in services if BOOK.find(label) is None] == []
        assert {row["MESURE"] for row in rows if BOOK.find(row["MESURE"]) is None} == set()
        # Membership organisations, public administration and security say nothing of a sector.
        assert {row["CODE_NAF2"][:2] for row in rows if row not in known_activities} <= {"94", "84", "80"}


class TestIds:
    def test_run_from_one_without_gap_and_never_take_the_id_of_all(self) -> None:
        assert [BOOK.id_of(code) for code in CODES] == list(range(1, len(BOOK) + 1))
        assert ALL_SECTORS_ID not in map(BOOK.id_of, CODES)

    def test_a_parent_is_the_range_of_itself_and_its_children(self) -> None:
        for top in BOOK.children():
            first, last = BOOK.id_range(top.code)
            held = [sector.code for sector in BOOK.sectors[first - 1 : last]]
            assert held == [top.code, *(child.code for child in BOOK.children(top.code))]

    def test_top_ranges_tile_the_whole_list(self) -> None:
        ranges = [BOOK.id_range(top.code) for top in BOOK.children()]

        assert ranges[0][0] == 1
        assert ranges[-1][1] == len(BOOK)
        assert all(before[1] + 1 == after[0] for before, after in pairwise(ranges))

    @given(st.data())
    def test_hold_for_any_tree_whatever_its_depth_and_the_order_of_its_file(
        self, data: st.DataObject
    ) -> None:
        size = data.draw(st.integers(1, 25))
        parents = [
            None if rank == 0 else data.draw(st.none() | st.integers(0, rank - 1)) for rank in range(size)
        ]
        shuffled = data.draw(st.permutations(range(size)))
        book = SectorBook(
            SectorEntry(
                sector=Sector(
                    code=f"s{rank}",
                    label=f"Filière {rank}",
                    parent=None if parents[rank] is None else f"s{parents[rank]}",
                )
            )
            for rank in shuffled
        )

        def stands_under(rank: int | None, root: int) -> bool:
            while rank is not None and rank != root:
                rank = parents[rank]
            return rank == root

        for root in range(size):
            first, last = book.id_range(f"s{root}")
            held = {sector.code for sector in book.sectors[first - 1 : last]}
            assert held == {f"s{rank}" for rank in range(size) if stands_under(rank, root)}

    def test_an_unknown_code_is_refused_in_french_with_a_proposal(self) -> None:
        with pytest.raises(UnknownSectorError, match=r"Filière inconnue : 'mobilites'.*mobilite") as caught:
            BOOK.id_of("mobilites")

        assert isinstance(caught.value, MaillageError | LookupError)
        assert caught.value.code == "mobilites"
        assert "mobilite" in caught.value.close


class TestFindingByLabel:
    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("RESSOURCERIE", "ressourceries"),
            ("Recycleries", "ressourceries"),
            ("TIERS_LIEUX", "tiers-lieux"),
            ("Tiers lieu", "tiers-lieux"),
            ("  alimentation  ", "alimentation"),
            ("Santé & solidarités", "solidarites"),
            ("SANTE / SOLIDARITES", "solidarites"),
            ("Devenir autonome dans les démarches administratives", "acces-aux-droits"),
            ("Favoriser mon insertion professionnelle", "acces-emploi"),
            ("DECHETS - REEMPLOI", "reemploi"),
            ("second oeuvre", "ecoconstruction"),
            ("garages-solidaires", "garages-solidaires"),
            ("Éducation, formation", "education"),
            ("ACI", "insertion-activite"),
            ("Producteurs, fournisseurs", "artisanat"),  # a Transiscope label that no synonym claims
            ("Médias et numérique", "numerique"),  # claimed by two crosswalks: the top sector takes it
        ],
    )
    def test_as_real_lists_write_it(self, written: str, code: str) -> None:
        found = BOOK.find(written)

        assert found is not None
        assert found.code == code

    @pytest.mark.parametrize(
        "written", ["", "   ", "—", "de la", "Autre", "ESS", "ASSO", "philatélie", "mob"]
    )
    def test_an_unknown_label_stays_unknown_or_is_a_known_short_code(self, written: str) -> None:
        found = BOOK.find(written)

        assert found is None or (written == "mob" and found.code == "mobilite")

    @given(
        entry=st.sampled_from(BOOK.sectors),
        change=st.sampled_from(
            [
                str.upper,
                str.lower,
                str.title,
                lambda text: f" «{text}», ",
                lambda text: text.rstrip("sx") + "s",
            ]
        ),
    )
    def test_case_punctuation_and_plural_never_matter(self, entry: Sector, change: object) -> None:
        assert callable(change)
        assert BOOK.find(change(entry.label)) == entry

    def test_every_name_of_the_file_leads_to_its_own_sector(self) -> None:
        for sector in BOOK.sectors:
            assert BOOK.find(sector.code) == sector
            assert BOOK.find(sector.label) == sector


class TestFindingByNaf:
    @pytest.mark.parametrize(
        ("naf", "code"),
        [
            ("38.32Z", "recyclage"),
            ("3832z", "recyclage"),
            ("01.13Z", "agriculture"),
            ("113Z", "agriculture"),  # a spreadsheet ate the zero
            ("88.10C", "travail-adapte"),
            ("88.10A", "grand-age"),
            ("88.99B", "solidarites"),
            ("62.02A", "numerique-or-below"),
            ("Q", "solidarites"),
            ("59", "medias"),
        ],
    )
    def test_the_most_precise_claim_wins(self, naf: str, code: str) -> None:
        found = BOOK.find_by_naf(naf)

        assert found is not None
        if code == "numerique-or-below":
            assert BOOK.top_of(found.code).code == "numerique"
        else:
            assert found.code == code

    @pytest.mark.parametrize("naf", ["94.99Z", "84.11Z", "", "00", "ZZ", "123456", "commerce", "S"])
    def test_what_says_nothing_of_a_sector_gives_none(self, naf: str) -> None:
        assert BOOK.find_by_naf(naf) is None

    @given(st.text(max_size=8))
    def test_never_fails_whatever_the_cell(self, naf: str) -> None:
        found = BOOK.find_by_naf(naf)

        assert found is None or found.code in BOOK


class TestAFileSomeoneEdited:
    def test_is_read_with_three_levels_and_its_own_synonyms(self, tmp_path: Path) -> None:
        book = load_sectors(
            write_sectors(
                tmp_path,
                '[[sector]]\ncode = "b"\nlabel = "Petite"\nparent = "a"\n\n'
                '[[sector]]\ncode = "a"\nlabel = "Grande"\nsynonyms = ["La très grande"]\n\n'
                '[[sector]]\ncode = "c"\nlabel = "Toute petite"\nparent = "b"\n',
            )
        )

        assert [sector.code for sector in book.sectors] == ["a", "b", "c"]
        assert book.id_range("a") == (1, 3)
        assert book.find("tres GRANDE") == book.get("a")
        assert book.top_of("c").code == "a"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "au moins une filière"),
            ("[[sector]\n", "pas du TOML valable"),
            ('sector = "x"', "au moins une filière"),
            ('[[sector]]\nlabel = "Sans code"\n', "filière n° 1 : « code »"),
            ('[[sector]]\ncode = "Vélo"\nlabel = "Vélo"\n', "minuscules sans accent"),
            ('[[sector]]\ncode = "velo"\nlabel = " "\n', "« label » doit être un nom"),
            ('[[sector]]\ncode = "velo"\nlabel = "V"\nsynonymes = []\n', "clé inconnue « synonymes »"),
            (
                '[[sector]]\ncode = "velo"\nlabel = "V"\nsynonyms = "bicyclette"\n',
                "« synonyms » doit être une liste",
            ),
            ('[[sector]]\ncode = "velo"\nlabel = "V"\nparent = 3\n', "« parent » doit être un code"),
            (
                '[[sector]]\ncode = "velo"\nlabel = "V"\nnaf = ["30.9", "vélo"]\n',
                "code NAF « vélo » illisible",
            ),
            (
                '[[sector]]\ncode = "velo"\nlabel = "V"\nessglobal = ["A22"]\n',
                "code ESSGlobal « A22 » inconnu",
            ),
            (
                '[[sector]]\ncode = "velo"\nlabel = "V"\nparent = "mobilite"\n',
                "parent « mobilite », qui n'existe pas",
            ),
            (
                '[[sector]]\ncode = "velo"\nlabel = "Un"\n[[sector]]\ncode = "velo"\nlabel = "Deux"\n',
                "« velo » est donné à deux filières",
            ),
            (
                (
                    '[[sector]]\ncode = "a"\nlabel = "Un"\nparent = "b"\n'
                    '[[sector]]\ncode = "b"\nlabel = "Deux"\nparent = "a"\n'
                ),
                "« a » est rangée sous elle-même (a < b < a)",
            ),
            (
                (
                    '[[sector]]\ncode = "velo"\nlabel = "Vélo"\nsynonyms = ["Les Cycles"]\n'
                    '[[sector]]\ncode = "moto"\nlabel = "Moto"\nsynonyms = ["CYCLE"]\n'
                ),
                "« CYCLE » désigne deux filières : « velo » et « moto »",
            ),
            (
                (
                    '[[sector]]\ncode = "velo"\nlabel = "Vélo"\nnaf = ["30.9"]\n'
                    '[[sector]]\ncode = "moto"\nlabel = "Moto"\nnaf = ["309"]\n'
                ),
                "le code NAF « 309 » est donné à deux filières",
            ),
            (
                '[[sector]]\ncode = "velo"\nlabel = "V"\nsynonyms = ["…"]\n',
                "« … » (velo) ne contient aucun mot",
            ),
        ],
    )
    def test_is_refused_with_what_is_wrong_in_french(self, tmp_path: Path, text: str, said: str) -> None:
        file = write_sectors(tmp_path, text)

        with pytest.raises(SectorFileError, match=re.escape(said)) as caught:
            load_sectors(file)

        assert isinstance(caught.value, MaillageError)
        assert str(file) in str(caught.value)

    def test_every_fault_is_told_at_once(self, tmp_path: Path) -> None:
        file = write_sectors(
            tmp_path,
            '[[sector]]\ncode = "A"\nlabel = ""\n[[sector]]\ncode = "b"\nlabel = "B"\nnaf = ["?"]\nx = 2\n',
        )

        with pytest.raises(SectorFileError) as caught:
            load_sectors(file)

        assert len(caught.value.faults) == 4

    def test_a_missing_file_and_one_in_another_encoding_are_said(self, tmp_path: Path) -> None:
        latin = tmp_path / "latin.toml"
        latin.write_bytes('[[sector]]\ncode = "velo"\nlabel = "Vélo"\n'.encode("latin-1"))

        with pytest.raises(SectorFileError, match="ne peut pas être ouverte"):
            load_sectors(tmp_path / "absent.toml")
        with pytest.raises(SectorFileError, match="UTF-8"):
            load_sectors(latin)
