"""Long work that is stopped, and taken up: nothing lost, nothing done twice, the same bytes in the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data.bulk import geocode_file
from data.bulk.errors import AlreadyRunningError, FileChangedError, GeocodingInterruptedError
from data.bulk.slices import ROWS_OF_SLICE
from data.bulk.work_folder import WorkFolder, open_work_folder
from data.geocoders import GeocoderRecipe
from data.intake.preparing import ManyGeocoder

WriteTowns = Callable[[int], Path]
ROWS = 2 * ROWS_OF_SLICE + 500
ROOT = Path(__file__).parents[3]

PROGRAM = """
import sys
from pathlib import Path
from data.bulk import geocode_file
from data.geocoders import GeocoderRecipe

def tell(done):
    print(done, flush=True)

if __name__ == "__main__":
    path, out = map(Path, sys.argv[1:])
    geocode_file(path, out, geocoder=GeocoderRecipe(), workers=2, progress=tell)
"""


def list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def stop(_done: int) -> None:
    raise KeyboardInterrupt


def stop_once(path: Path, out: Path, recipe: GeocoderRecipe) -> GeocodingInterruptedError:
    with pytest.raises(GeocodingInterruptedError) as stopped:
        geocode_file(path, out, geocoder=recipe, progress=stop)
    return stopped.value


def test_one_process_or_two_write_the_same_bytes(
    recipe: GeocoderRecipe, write_towns: WriteTowns, tmp_path: Path
) -> None:
    path = write_towns(ROWS)
    told: list[int] = []

    alone = geocode_file(path, tmp_path / "un.csv", geocoder=recipe, workers=1)
    together = geocode_file(path, tmp_path / "deux.csv", geocoder=recipe, workers=2, progress=told.append)

    assert (tmp_path / "un.csv").read_bytes() == (tmp_path / "deux.csv").read_bytes()
    assert alone == together
    assert told == sorted(told)
    assert told[-1] == alone.counts.received == ROWS
    assert list_names(tmp_path) == ["deux.csv", "un.csv", "villes.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_killed_midway_then_taken_up_gives_the_same_bytes(
    recipe: GeocoderRecipe, write_towns: WriteTowns, tmp_path: Path
) -> None:
    path, out = write_towns(ROWS), tmp_path / "r.csv"
    program = tmp_path / "programme.py"
    program.write_text(PROGRAM)
    with subprocess.Popen(
        [sys.executable, str(program), str(path), str(out)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        first = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        # The processes it started hold this pipe too: its end says that they are gone as well.
        process.stdout.read()
    assert not out.exists()
    assert len([name for name in list_names(tmp_path) if name.endswith(".reprise")]) == 1

    told: list[int] = []
    taken_up = geocode_file(path, out, geocoder=recipe, progress=told.append)
    geocode_file(path, tmp_path / "entier.csv", geocoder=recipe)

    assert taken_up.resumed >= first > 0
    assert told[0] == taken_up.resumed
    assert out.read_bytes() == (tmp_path / "entier.csv").read_bytes()
    assert not [name for name in list_names(tmp_path) if name.endswith(".reprise")]


def test_an_interruption_says_how_to_resume_and_changes_nothing(
    recipe: GeocoderRecipe, write_towns: WriteTowns, tmp_path: Path
) -> None:
    path, out = write_towns(ROWS), tmp_path / "r.csv"
    out.write_text("le résultat d'hier")

    error = stop_once(path, out, recipe)

    assert out.read_text() == "le résultat d'hier"
    assert error.done == ROWS_OF_SLICE
    assert "Relancez la même commande : elle reprendra où elle s'est arrêtée." in str(error)
    assert geocode_file(path, out, geocoder=recipe).resumed == ROWS_OF_SLICE
    assert list_names(tmp_path) == ["r.csv", "villes.csv"]


def test_another_input_or_other_settings_start_anew(
    recipe: GeocoderRecipe, write_towns: WriteTowns, tmp_path: Path
) -> None:
    path, out = write_towns(ROWS), tmp_path / "r.csv"
    stop_once(path, out, recipe)
    assert geocode_file(path, out, geocoder=recipe, mapping={"nom": None}).resumed == 0
    # What the other work had left is gone with it.
    assert list_names(tmp_path) == ["r.csv", "villes.csv"]
    stop_once(path, out, recipe)
    with path.open("a", encoding="utf-8") as file:
        file.write("9;Une de plus;Lens\n")
    assert geocode_file(path, out, geocoder=recipe).resumed == 0


def test_a_slice_that_was_damaged_is_done_again(
    recipe: GeocoderRecipe, write_towns: WriteTowns, tmp_path: Path
) -> None:
    path, out = write_towns(ROWS), tmp_path / "r.csv"
    stop_once(path, out, recipe)
    [folder] = tmp_path.glob(".*.reprise")
    content = WorkFolder(folder).content_path(0)
    content.write_bytes(content.read_bytes().replace(b"Lens", b"Lons"))

    assert geocode_file(path, out, geocoder=recipe).resumed == 0
    assert b"Lons" not in out.read_bytes()


def test_a_geocoder_that_is_made_leaves_nothing_behind(
    geocoder: ManyGeocoder, write_towns: WriteTowns, tmp_path: Path
) -> None:
    path = write_towns(ROWS)
    with pytest.raises(GeocodingInterruptedError, match="pour recommencer"):
        geocode_file(path, tmp_path / "r.csv", geocoder=geocoder, progress=stop)
    assert list_names(tmp_path) == ["villes.csv"]


def test_the_same_work_is_not_done_by_two_at_once(tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    with open_work_folder(out, "clé") as folder:
        with pytest.raises(AlreadyRunningError, match="y travaille déjà"), open_work_folder(out, "clé"):
            pass
        # Other work for the same place leaves alone what is in use.
        with open_work_folder(out, "une autre clé"):
            assert folder.path.is_dir()
    assert list_names(tmp_path) == []


def test_a_file_that_changes_meanwhile_is_refused(
    recipe: GeocoderRecipe, write_towns: WriteTowns, tmp_path: Path
) -> None:
    path, out = write_towns(ROWS), tmp_path / "r.csv"

    def cut(_done: int) -> None:
        path.write_text("n;nom;adresse\n1;A;Lens\n", encoding="utf-8")

    with pytest.raises(FileChangedError, match="il a changé pendant la lecture"):
        geocode_file(path, out, geocoder=recipe, progress=cut)
    assert not out.exists()


def test_what_is_told_of_many_rows_is_counted_beyond_a_limit(
    geocoder: ManyGeocoder, write_towns: WriteTowns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.bulk.slice_log.MOST_PROBLEMS", 50)
    report = geocode_file(write_towns(700), tmp_path / "r.csv", geocoder=geocoder)
    first, *told = report.problems
    assert len(told) == 50
    # Saint-Aubin is ambiguous and Lyon outside: 200 rows to tell of.
    assert first.what.startswith("150 autres remarques")
    assert replace(report, problems=()).counts.received == 700
