"""The compiled engine: only ever of these very sources, and with the same answers to the last field."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from geo import compiled
from geo.compiled import MANIFEST, SWITCH, add_compiled, find_compiled, is_current, write_manifest
from geo.geocoding import parse
from scripts.build_engine import ROOT, find_sources

ANSWER = """
import random, sys
from pathlib import Path
from data.geocoder_recipe import GeocoderRecipe
from data.reference import load_referential
from geo.geocoding import geocoder
from geo.geocoding.answer import AddressQuery
from tests.geo.geocoding.test_hostile import HOSTILE

referential = load_referential()
halls = [
    f"{hall.housenumber} {hall.street} {hall.postcode} {referential.find(code).name}"
    for code, hall in sorted(referential.town_halls.items()) if hall.street
]
draw = random.Random(5)
texts = [*HOSTILE, "12 bis rue de l'Église Lens", "3 rue Jean Jaures 62300 Lnes", "rue du Rien 62300 Lens"]
for text in draw.sample(halls, 500):
    words = text.split()
    letters = list(text)
    at = draw.randrange(len(letters) - 1)
    letters[at], letters[at + 1] = letters[at + 1], letters[at]
    texts += [text, text.upper(), " ".join(words[-2:] + words[:-2]), " ".join(words[:-1]), "".join(letters)]
queries = [AddressQuery(text=text) for text in texts]
queries += [AddressQuery(street="1 rue Neuve", city="Lille", code_insee="59350", lat="50,6", lon="3")]
made = GeocoderRecipe(index=Path(sys.argv[1])).make(referential=referential)
print(geocoder.__file__)
for answer in made.geocode_many(queries):
    print(repr(answer).encode("utf-8", "backslashreplace").decode())
"""


def run_answers(index: Path, switch: str) -> list[str]:
    variables = {**os.environ, SWITCH: switch, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", ANSWER, str(index)],
        env=variables, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_both_forms_give_the_same_answers_to_the_last_field(small_index: Path) -> None:
    compiled_form = run_answers(small_index, "1")
    if compiled_form[0].endswith(".py"):
        pytest.skip("the engine is not compiled here: python -m scripts.build_engine says why")
    sources = run_answers(small_index, "0")
    assert sources[0].endswith(".py")
    assert len(sources) > 2_500
    assert sources[1:] == compiled_form[1:]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Copy the sources of the engine, with a « compiled engine » of them beside."""
    root = tmp_path / "sources"
    for path in find_sources():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, root / path)
    build = tmp_path / "build"
    build.mkdir()
    (build / MANIFEST).write_text(write_manifest(find_sources(), root=root), encoding="utf-8")
    assert is_current(build, root=root)
    return tmp_path


def test_one_byte_changed_in_any_source_and_the_compiled_form_is_not_used(tree: Path) -> None:
    root = tree / "sources"
    for path in find_sources():
        text = (root / path).read_bytes()
        (root / path).write_bytes(text + b"\n")
        assert not is_current(tree / "build", root=root), path
        (root / path).write_bytes(text)
    assert is_current(tree / "build", root=root)


def test_a_source_that_is_gone_or_another_interpreter_is_not_current(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "3.99.0 (another)")
        assert not is_current(tree / "build", root=tree / "sources")
    (tree / "sources" / "geo" / "errors.py").unlink()
    assert not is_current(tree / "build", root=tree / "sources")


@pytest.mark.parametrize("manifest", ["", "x", "one line\nno-digest", "\x00\n\n"])
def test_a_damaged_manifest_is_not_current(tmp_path: Path, manifest: str) -> None:
    (tmp_path / MANIFEST).write_text(manifest, encoding="utf-8")
    assert not is_current(tmp_path)


def test_what_the_engine_depends_on_holds_the_records_it_reads() -> None:
    sources = set(find_sources())
    assert {"geo/geocoding/answer.py", "geo/position.py", "geo/territories/__init__.py"} <= sources
    assert not any("geoplateforme" in path for path in sources)


def test_a_package_looks_among_the_compiled_modules_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "find_compiled", lambda: tmp_path)
    path = ["sources"]
    add_compiled("geo.geocoding.addressbase", path)
    assert path == [str(tmp_path / "geo" / "geocoding" / "addressbase"), "sources"]


def test_the_switch_and_an_environment_without_any_build_leave_the_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SWITCH, "0")
    assert find_compiled.__wrapped__() is None
    monkeypatch.delenv(SWITCH)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert find_compiled.__wrapped__() is None


def test_tests_read_the_sources_unless_they_are_told_otherwise() -> None:
    assert parse.__file__.endswith(".py") == (os.environ[SWITCH] == "0" or find_compiled() is None)
