"""Building an index of addresses, opening it, and what happens when files or the index are bad."""

from __future__ import annotations

import gzip
import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from data.reference import load_referential
from geo.geocoding.addressbase import (
    AddressBase,
    LocalAddresses,
    NoAddressFilesError,
    UnreadableAddressFileError,
    UnreadableIndexError,
    describe_index,
    open_index,
)
from geo.geocoding.addressbase.building import build_index
from geo.geocoding.addressbase.layout import sign_letters
from geo.geocoding.addressbase.reading import find_address_files
from geo.geocoding.addressbase.storage import FORMAT_VERSION, MappedArrays, write_arrays
from geo.geocoding.answer import AddressQuery, GeocodedAddress
from geo.geocoding.geocoder import Geocoder
from geo.records import PlacementStatus
from tests.geo.geocoding.small_base import DOUAI, LENS, LILLE, STREETS, point_of, write_small_base

HEADER = "numero;rep;nom_voie;code_postal;code_insee;lon;lat\n"


def test_what_is_indexed_is_said(small_index: Path) -> None:
    facts = describe_index(small_index)
    assert facts.streets == len(STREETS)
    assert facts.numbers == sum(len(numbers) or 1 for *_, numbers in STREETS)
    assert facts.communes == 4
    assert facts.skipped == 1
    assert list(facts.files) == ["adresses-59.csv", "adresses-62.csv.gz"]
    assert sum(facts.numbers_by_departement.values()) == facts.numbers
    assert facts.size_bytes == small_index.stat().st_size


@pytest.mark.parametrize(
    ("commune", "postcode", "street", "numbers"), [(c, p, s, n) for c, _, p, s, _, n in STREETS if n]
)
def test_every_number_is_found_again_at_its_point(
    local: LocalAddresses, commune: str, postcode: str, street: str, numbers: list[str]
) -> None:
    base = local.base
    rank = base.find_commune(commune)
    assert rank is not None
    (found,) = (
        each
        for each in base.walk_streets(rank)
        if (base.name_of(each), base.postcode_of(each)) == (street, postcode)
    )
    points = [base.read_number(found, entry) for entry in base.numbers_of(found)]
    written = [f"{point.number} {point.suffix}".strip() for point in points]
    assert sorted(written) == sorted(numbers)
    if street != "Rue Faidherbe":  # there are two
        for number, point in zip(written, points, strict=True):
            expected = point_of(commune, street, number).lon_lat()
            assert point.position.lon_lat() == pytest.approx(expected, abs=1.5e-6)


def test_communes_of_before_lead_to_those_of_today(tmp_path: Path) -> None:
    (tmp_path / "adresses-59.csv").write_text(
        HEADER + "3;;Rue du Bourg;59160;59355;3.01;50.64\n4;;Rue du Bourg;59160;59355;3.0101;50.64\n",
        encoding="utf-8",
    )
    build_index(tmp_path, tmp_path / "i", referential=load_referential())
    base = AddressBase(tmp_path / "i")
    assert base.find_commune("59355") is None
    assert base.find_commune(LILLE) is not None


def test_progress_ends_at_one_and_never_goes_back(small_files: Path, tmp_path: Path) -> None:
    told: list[tuple[float, str]] = []
    build_index(small_files, tmp_path / "i", progress=lambda share, what: told.append((share, what)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[-1] == (1.0, "Index prêt")


def test_building_twice_gives_the_same_streets_and_numbers(small_files: Path, tmp_path: Path) -> None:
    names = ("street_keys", "street_names", "number_value", "number_east", "key_hash", "cell_number")
    stored = []
    for name in ("one", "two"):
        build_index(small_files, tmp_path / name)
        stored.append(MappedArrays(tmp_path / name))
    assert all(np.array_equal(stored[0][name], stored[1][name]) for name in names)


def test_an_index_without_referential_still_answers(small_files: Path, tmp_path: Path) -> None:
    build_index(small_files, tmp_path / "i")
    geocoder = Geocoder(load_referential(), providers=[open_index(tmp_path / "i")])
    assert (
        geocoder.geocode(AddressQuery(text="12 rue de l'Eglise 62300 Lens")).status is PlacementStatus.PLACED
    )
    assert (
        geocoder.geocode(AddressQuery(text="1 place Bellecour, Lyon")).status is PlacementStatus.OUT_OF_REGION
    )


def test_of_one_file_that_is_there_twice_the_newer_is_read(tmp_path: Path) -> None:
    old, new = tmp_path / "adresses-59.csv", tmp_path / "adresses-59.csv.gz"
    for older, newer in ((old, new), (new, old)):
        for path in (older, newer):
            path.write_bytes(b"x")
        os.utime(older, (1_000, 1_000))
        os.utime(newer, (2_000, 2_000))
        assert find_address_files(tmp_path) == [newer]


def test_a_folder_without_files_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoAddressFilesError, match="maillage ban fetch"):
        build_index(tmp_path, tmp_path / "i")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("adresses-59.csv.gz", b"not gzip at all"),
        ("adresses-59.csv.gz", gzip.compress(b"numero;rep\n1;bis\n" * 2_000)[:200]),
        ("adresses-59.csv", b"\x00\x01\x02\x03" * 50),
        ("adresses-59.csv", b"a;b;c\n1;2;3\n"),
        ("adresses-59.csv", (HEADER + "1;;Rue;59000;59350;trois;cinquante\n").encode()),
        ("adresses-59.csv", (HEADER + "1;;Rue Noël;59000;59350;3;50\n").encode("latin-1")),
        ("adresses-59.csv", (HEADER + "1;;Rue;59000\n").encode()),
    ],
)
def test_a_bad_file_is_named_and_the_index_in_place_stays(tmp_path: Path, name: str, content: bytes) -> None:
    index = tmp_path / "i"
    build_index(write_small_base(tmp_path / "good"), index)
    before = index.read_bytes()
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / name).write_bytes(content)
    with pytest.raises(UnreadableAddressFileError, match="adresses-59"):
        build_index(bad, index)
    assert index.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "good", "i"]


def test_a_build_that_is_stopped_while_writing_leaves_the_old_index(
    small_files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "i"
    build_index(small_files, index)
    before = index.read_bytes()

    def refuse(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        build_index(small_files, index)
    assert index.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["i"]


def test_a_reader_keeps_its_index_while_another_takes_its_place(small_files: Path, tmp_path: Path) -> None:
    index = tmp_path / "i"
    build_index(small_files, index)
    old = open_index(index).base
    write_arrays(index, {}, {})
    rank = old.find_commune(DOUAI)
    assert rank is not None
    names = {old.name_of(street) for street in old.walk_streets(rank)}
    assert names == {street for commune, _, _, street, *_ in STREETS if commune == DOUAI}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "il n'existe pas"),
        (b"", "sa lecture échoue"),
        (b"PK\x03\x04" + b"x" * 200, "ce n'est pas un index"),
        (b"MAILLAGE-ADRESSES\n" + (20).to_bytes(8, "little") + b"{" * 200, "abîmé"),
    ],
)
def test_an_index_that_cannot_be_read_says_to_build_it_again(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "adresses.index"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UnreadableIndexError, match=why) as raised:
        open_index(path)
    assert "maillage ban index" in str(raised.value)


def test_an_index_cut_short_or_of_another_version_is_refused(small_index: Path, tmp_path: Path) -> None:
    whole = small_index.read_bytes()
    cut, other = tmp_path / "cut", tmp_path / "other"
    cut.write_bytes(whole[: len(whole) // 2])
    current = f'"format": {FORMAT_VERSION}'.encode()
    assert current in whole
    other.write_bytes(whole.replace(current, b'"format": 7', 1))
    with pytest.raises(UnreadableIndexError, match="incomplet"):
        open_index(cut)
    with pytest.raises(UnreadableIndexError, match="format 7"):
        open_index(other)


def _answer_elsewhere(index: Path) -> str | None:
    geocoder = Geocoder(load_referential(), providers=[open_index(index)])
    return geocoder.geocode(AddressQuery(text="7 rue Foch 62300 Lens")).label


def test_several_processes_read_one_index(small_index: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        assert pool.map(_answer_elsewhere, [small_index] * 2) == ["7 Rue Foch 62300 Lens"] * 2


@given(
    st.dictionaries(
        st.text("abc", min_size=1, max_size=4),
        st.lists(st.integers(-(2**31), 2**31 - 1), max_size=20).map(
            lambda values: np.array(values, dtype=np.int32)
        ),
        max_size=4,
    )
)
def test_arrays_come_back_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, arrays: dict[str, np.ndarray[tuple[int], np.dtype[np.int32]]]
) -> None:
    path = tmp_path_factory.mktemp("arrays") / "file"
    write_arrays(path, arrays, {"who": "Éléonore"})
    stored = MappedArrays(path)
    assert stored.facts == {"who": "Éléonore"}
    for name, array in arrays.items():
        assert np.array_equal(stored[name], array)
        assert list(stored.view(name)) == array.tolist()


def test_a_number_of_a_very_long_street_keeps_its_point(tmp_path: Path) -> None:
    rows = "".join(
        f"{number};;Route du Littoral;59000;59350;{3 + number / 1000:.6f};50.63\n" for number in range(1, 90)
    )
    (tmp_path / "adresses-59.csv").write_text(HEADER + rows, encoding="utf-8")
    build_index(tmp_path, tmp_path / "i")
    base = AddressBase(tmp_path / "i")
    for rank in base.numbers_of(0):
        point = base.read_number(0, rank)
        assert point.position.lon == pytest.approx(3 + point.number / 1000, abs=3e-6)
    assert LENS not in base.facts["commune_codes"]


def test_streets_that_differ_by_their_spaces_only_stay_two(tmp_path: Path) -> None:
    (tmp_path / "adresses-59.csv").write_text(
        HEADER
        + "8;;Rue de la Barre;59100;59512;3.18;50.69\n8;;Rue de Labarre;59100;59512;3.19;50.70\n"
        + "9;;RUE DE LABARRE;59100;59512;3.1901;50.70\n",
        encoding="utf-8",
    )
    build_index(tmp_path, tmp_path / "i", referential=load_referential())
    geocoder = Geocoder(load_referential(), providers=[open_index(tmp_path / "i")])
    for street in ("Rue de la Barre", "Rue de Labarre"):
        answer = geocoder.geocode(AddressQuery(text=f"8 {street} 59100 Roubaix"))
        assert (answer.street, answer.status) == (street, PlacementStatus.PLACED)
    assert geocoder.geocode(AddressQuery(text="9 rue de la Barre 59100 Roubaix")).housenumber == "9"


@given(
    st.text("abcdefgijlmnorstu 0123456789", min_size=1, max_size=25),
    st.integers(0, 25),
    st.sampled_from("aeiz7"),
)
def test_one_edit_changes_two_letters_of_a_signature_at_most(name: str, at: int, letter: str) -> None:
    at = min(at, len(name))
    for edited in (
        name[:at] + letter + name[at:],
        name[:at] + name[at + 1 :],
        name[:at] + letter + name[at + 1 :],
        name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :],
    ):
        assert (sign_letters(name) ^ sign_letters(edited)).bit_count() <= 2


def test_near_names_are_those_that_comparing_with_every_name_gives(local: LocalAddresses) -> None:
    base = local.base
    rank = base.find_commune(LENS)
    assert rank is not None
    for written in ("ruedelegilse", "bouvelardemilebasly", "ruerogersalengo", "ruepaulthorz", "ruefoch"):
        every = {street: OSA.distance(written, base.key_of(street)) for street in base.walk_streets(rank)}
        near = {street: edits for street, edits in every.items() if edits <= 3}
        assert near
        assert dict(base.find_near_streets(rank, written, 3)) == near


def test_threads_that_share_one_base_get_the_answers_of_one_thread(street_geocoder: Geocoder) -> None:
    texts = [
        f"{number} {street} {postcode} {commune}"
        for street in (
            "rue Natoinale",
            "rue Faidherbe",
            "rue de l'Eglsie",
            "place Jean Jorès",
            "rue de l'Ecluse",
        )
        for postcode, commune in (("59000", "Lille"), ("62300", "Lens"), ("59500", "Douai"), ("62300", ""))
        for number in (2, 5, 10)
    ]
    alone = [street_geocoder.geocode(AddressQuery(text=text)) for text in texts]

    def ask_all(start: int) -> list[GeocodedAddress]:
        turned = texts[start:] + texts[:start]
        answers = [street_geocoder.geocode(AddressQuery(text=text)) for text in turned]
        return answers[len(texts) - start :] + answers[: len(texts) - start]

    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(ask_all, range(0, len(texts), 4)):
            assert answers == alone
