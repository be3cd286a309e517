"""The libraries that maps carry are the ones named, whole, with their licences."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from maps.vendored import ASSETS_FOLDER, SCRIPTS, link_asset, pack_scripts, read_styles
from scripts.vendor_assets import PACKAGES, VendoringError, fetch_archive, find_differences, main
from tests.maps.reading import unpack


def test_what_is_on_disk_is_what_the_manifest_says(capsys: pytest.CaptureFixture[str]) -> None:
    assert find_differences() == []
    assert main(["--check"]) == 0
    assert "celles du manifeste" in capsys.readouterr().out


def test_a_changed_or_missing_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "assets"
    shutil.copytree(ASSETS_FOLDER, folder)
    (folder / "leaflet" / "leaflet.js").write_text("alert(1)", encoding="utf-8")
    (folder / "leaflet" / "LICENSE").unlink()
    assert sorted(find_differences(folder)) == [
        "Il manque leaflet/LICENSE.",
        "leaflet/leaflet.js a été modifié.",
    ]


def test_the_manifest_names_version_and_licence_and_no_address() -> None:
    text = (ASSETS_FOLDER / "manifest.json").read_text(encoding="utf-8")
    leaflet = next(entry for entry in json.loads(text)["packages"] if entry["name"] == "leaflet")
    assert (leaflet["name"], leaflet["version"], leaflet["licence"]) == ("leaflet", "1.9.4", "BSD-2-Clause")
    assert "://" not in text


def test_every_vendored_file_is_in_the_manifest() -> None:
    manifest = json.loads((ASSETS_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    named = {name for package in manifest["packages"] for name in package["files"]}
    on_disk = {
        path.relative_to(ASSETS_FOLDER).as_posix() for path in ASSETS_FOLDER.rglob("*") if path.is_file()
    }
    assert {name for name in on_disk if not name.startswith("maillage/")} == named | {"manifest.json"}


def test_an_archive_that_is_not_the_expected_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "npm"
    fake.write_text("#!/bin/sh\necho autre > leaflet-1.9.4.tgz\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(VendoringError, match="n'est pas celle attendue"):
        fetch_archive(PACKAGES[0])


def test_a_machine_without_npm_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VendoringError, match=r"Installez Node\.js"):
        fetch_archive(PACKAGES[0])


def test_packed_scripts_hold_every_script_and_the_licence() -> None:
    source = unpack(pack_scripts()).decode()
    assert "BSD 2-Clause License" in source
    assert "leaflet-container" in source
    for name in SCRIPTS[1:]:
        first_words = (ASSETS_FOLDER / name).read_text(encoding="utf-8").split("\n")[-4].strip()
        assert first_words in source, name


def test_styles_lose_their_comments_only() -> None:
    styles = read_styles()
    assert "/*" not in styles
    assert ".mm-title" in styles
    assert styles.count("{") == styles.count("}")


def test_an_address_changes_with_its_file() -> None:
    one, other = link_asset(SCRIPTS[0], "/assets/"), link_asset(SCRIPTS[1], "/assets")
    assert one.startswith("/assets/leaflet/leaflet.js?v=")
    assert one.split("=")[1] != other.split("=")[1]
