"""The matrix is stored whole or not at all, takes up where it was stopped, and is used only where it fits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.errors import FileNotWrittenError
from data.travel.building import PARTS, Places, build_matrix
from data.travel.errors import UnreadableMatrixError
from data.travel.matrix import NO_WAY, MatrixFacts, Tenths, TravelMatrix, read_matrix, write_matrix
from data.travel.stored import find_matrix, locate_matrix, stamp_matrix

DAY = date(2026, 11, 24)


class CountingSource:
    """Times that say from where to where they go; interrupted when told to."""

    band = 2

    def __init__(self, *, name: str = "essai", stop_at: int | None = None) -> None:
        self.name = name
        self.stop_at = stop_at
        self.asked: list[tuple[str, ...]] = []

    @property
    def identity(self) -> dict[str, object]:
        return {"name": self.name}

    def measure(self, origins: Places, destinations: Places) -> tuple[Tenths, NDArray[np.float64]]:
        if self.stop_at == len(self.asked):
            raise KeyboardInterrupt
        self.asked.append(destinations.codes)
        pairs = [
            [10 * int(to[-2:]) + int(from_[-1:]) for from_ in origins.codes] for to in destinations.codes
        ]
        tenths = np.array(pairs, dtype=np.uint16)
        tenths[:, 0] = NO_WAY
        return tenths, np.linspace(0, 3_000, len(origins.codes))

    def describe(self, *, computed_on: date, vintage: int, far: dict[str, float]) -> MatrixFacts:
        return MatrixFacts(
            engine=self.name,
            profile="test",
            roads="routes.osm.pbf",
            roads_date=None,
            computed_on=computed_on,
            vintage=vintage,
            speeds_km_h={"primary": 65.0},
            far_from_road_m=far,
        )


def _build(source: CountingSource, places: Places, home: Path) -> TravelMatrix:
    return build_matrix(source, places, places, home=home, vintage=2026, computed_on=DAY)


def test_what_is_read_back_is_what_was_computed(places: Places, tmp_path: Path) -> None:
    done: list[tuple[int, int]] = []
    built = build_matrix(
        CountingSource(),
        places,
        places,
        home=tmp_path,
        vintage=2026,
        computed_on=DAY,
        progress=lambda so_far, total: done.append((so_far, total)),
    )
    assert done == [(2, 7), (4, 7), (6, 7), (7, 7)]
    read = read_matrix(locate_matrix(tmp_path))
    assert np.array_equal(read.tenths, built.tenths)
    assert (read.origins, read.destinations, read.facts) == (places.codes, places.codes, built.facts)
    # The town halls over a kilometre from their road are named.
    assert read.facts.far_from_road_m == {"62498": 1500, "59350": 2000, "59606": 2500, "02408": 3000}
    # Only the matrix is left, readable by all.
    assert [path.name for path in tmp_path.iterdir()] == [locate_matrix(tmp_path).name]
    minutes = read.minutes_to(["59350", "62119"])
    assert minutes.shape == (7, 2)
    assert minutes[1:, 0].tolist() == pytest.approx([50.1, 50.9, 50.8, 50.0, 50.6, 50.8])
    assert np.isnan(minutes[0]).all()
    nearest = read.minutes_to_nearest(["59350", "62119"])
    assert np.array_equal(nearest, minutes.min(axis=1), equal_nan=True)


def test_stopped_it_leaves_the_matrix_in_place_and_takes_up_after_what_is_done(
    places: Places, tmp_path: Path
) -> None:
    _build(CountingSource(name="avant"), places, tmp_path)
    before = locate_matrix(tmp_path).read_bytes()
    stopped = CountingSource(stop_at=2)
    with pytest.raises(KeyboardInterrupt):
        _build(stopped, places, tmp_path)
    assert locate_matrix(tmp_path).read_bytes() == before
    again = CountingSource()
    matrix = _build(again, places, tmp_path)
    assert again.asked == [("59350", "59606"), ("02408",)]
    whole = _build(CountingSource(name="sans arrêt"), places, tmp_path / "autre")
    assert np.array_equal(matrix.tenths, whole.tenths)


def test_parts_of_another_question_are_not_taken_up(places: Places, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _build(CountingSource(name="autres routes", stop_at=3), places, tmp_path)
    source = CountingSource()
    _build(source, places, tmp_path)
    assert len(source.asked) == 4
    assert not (tmp_path / PARTS).exists()


def test_a_part_cut_short_is_computed_again(places: Places, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        _build(CountingSource(stop_at=2), places, tmp_path)
    # What a killed program leaves of the part that it was writing.
    (tmp_path / PARTS / "bande-00004.part").write_bytes(b"PK")
    source = CountingSource()
    _build(source, places, tmp_path)
    assert len(source.asked) == 2


def test_a_folder_that_may_not_be_written_is_told(places: Places, tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("x")
    with pytest.raises(FileNotWrittenError, match="Impossible d'écrire"):
        _build(CountingSource(), places, tmp_path / "fichier")


@pytest.mark.parametrize("damage", ["cut", "text", "empty", "other table"])
def test_a_damaged_matrix_is_told_and_not_used(places: Places, tmp_path: Path, damage: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    _build(CountingSource(), places, tmp_path)
    path = locate_matrix(tmp_path)
    if damage == "other table":
        pq.write_table(pa.table({"a": [1]}), path)
    else:
        path.write_bytes({"cut": path.read_bytes()[:-50], "text": b"bonjour", "empty": b""}[damage])
    with pytest.raises(UnreadableMatrixError, match="maillage access build"):
        read_matrix(path)
    found = find_matrix(tmp_path, origins=places.codes, vintage=2026)
    assert (found.matrix, found.problem) == (None, "les temps enregistrés sont illisibles")


def test_only_times_of_todays_communes_are_used(places: Places, tmp_path: Path) -> None:
    assert find_matrix(tmp_path, origins=places.codes, vintage=2026).problem is None
    assert stamp_matrix(tmp_path) is None
    _build(CountingSource(), places, tmp_path)
    other_year = find_matrix(tmp_path, origins=places.codes, vintage=2027)
    assert other_year.matrix is None
    assert other_year.problem == "les temps enregistrés sont ceux des communes de 2026"
    assert find_matrix(tmp_path, origins=places.codes[1:], vintage=2026).matrix is None
    turned = find_matrix(tmp_path, origins=places.codes[::-1], vintage=2026).matrix
    straight = find_matrix(tmp_path, origins=places.codes, vintage=2026).matrix
    assert turned is not None
    assert straight is not None
    assert np.array_equal(turned.tenths[:, ::-1], straight.tenths)
    assert turned.find_missing(["59350", "75056"]) == ["75056"]


def test_all_communes_to_all_fit_in_a_small_file(tmp_path: Path) -> None:
    count, destinations = 3_782, 400
    generator = np.random.default_rng(1)
    x, y = generator.uniform(0, 150, (2, count))
    tenths = np.rint(44 * np.hypot(x[:destinations, None] - x, y[:destinations, None] - y) ** 0.637).astype(
        np.uint16
    )
    codes = tuple(f"{rank:05d}" for rank in range(count))
    facts = CountingSource().describe(computed_on=DAY, vintage=2026, far={})
    path = tmp_path / "m.parquet"
    write_matrix(
        TravelMatrix(origins=codes, destinations=codes[:destinations], tenths=tenths, facts=facts), path
    )
    assert path.stat().st_size < 30_000_000 * destinations / count
    assert np.array_equal(read_matrix(path).tenths, tenths)
