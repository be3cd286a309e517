"""Fetch what maps and printed pages need from npm packages, and keep it in `maps/assets`.

A map asks nothing of anyone: Folium's own pages load about ten files from five foreign hosts. Ours need
Leaflet, and pbf where a map is drawn from tiles: no jQuery, no Bootstrap, no icon font, and clusters of ours
(`maps/assets/maillage/clusters.js`) instead of leaflet.markercluster. Re-runnable: the same packages give the
same bytes.

    python -m scripts.vendor_assets            fetch, check, write
    python -m scripts.vendor_assets --check    only compare what is on disk with the manifest (no network)
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ASSETS_FOLDER = Path(__file__).resolve().parents[1] / "maps" / "assets"
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class VendoredPackage:
    """One npm package: `files` maps a path in its archive to the name it gets here."""

    name: str
    version: str
    licence: str
    sha256: str
    files: Mapping[str, str]


PACKAGES = (
    VendoredPackage(
        name="leaflet",
        version="1.9.4",
        licence="BSD-2-Clause",
        sha256="84c65a256e50657896f54c33bd857b6849ebe94c817803be818bf32a3dde0b77",
        files={
            "package/dist/leaflet.js": "leaflet.js",
            "package/dist/leaflet.css": "leaflet.css",
            "package/LICENSE": "LICENSE",
        },
    ),
    # Reads the protocol buffers that vector tiles are made of.
    VendoredPackage(
        name="pbf",
        version="5.1.2",
        licence="BSD-3-Clause",
        sha256="3b3dc3c096a3a264ae68722d1e380893d89d56161093f8e90b1910020fbdb5d7",
        files={"package/dist/pbf.js": "pbf.js", "package/LICENSE": "LICENSE"},
    ),
    # Source Sans 3 as TrueType files, which a PDF embeds: no other package of the registry carries them.
    VendoredPackage(
        name="@expo-google-fonts/source-sans-3",
        version="0.4.1",
        licence="OFL-1.1",
        sha256="eb41834f563921e19b18b40bc924b97110983aef800d9cb67b9186f546311828",
        files={
            "package/400Regular/SourceSans3_400Regular.ttf": "regular.ttf",
            "package/600SemiBold/SourceSans3_600SemiBold.ttf": "semibold.ttf",
            "package/400Regular_Italic/SourceSans3_400Regular_Italic.ttf": "italic.ttf",
            "package/LICENSE_FONT": "LICENSE_FONT",
        },
    ),
    # The same letters, Latin only, small enough to stand in an SVG file.
    VendoredPackage(
        name="@fontsource/source-sans-3",
        version="5.3.1",
        licence="OFL-1.1",
        sha256="b598201d980b3512805bbea186aab8ef91590d59990e6a13c90e030b6ff37881",
        files={
            "package/files/source-sans-3-latin-400-normal.woff2": "regular.woff2",
            "package/files/source-sans-3-latin-600-normal.woff2": "semibold.woff2",
            "package/files/source-sans-3-latin-400-italic.woff2": "italic.woff2",
            "package/LICENSE": "LICENSE",
        },
    ),
)


class VendoringError(RuntimeError):
    """A package that could not be fetched, or that is not the one expected: nothing was written."""


def fetch_archive(package: VendoredPackage) -> bytes:
    """
    Fetch a package's archive with `npm pack` and check it.

    Raises
    ------
    VendoringError
        If npm is missing or fails, or the archive's sha256 is not the expected one.
    """
    wanted = f"{package.name}@{package.version}"
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run(  # noqa: S603  the words are constants of this file
                ["npm", "pack", wanted, "--silent"],  # noqa: S607  npm is wherever the user has it
                cwd=folder,
                check=True,
                capture_output=True,
                text=True,
            )
        except FileNotFoundError as error:
            raise VendoringError(
                "npm est introuvable. Installez Node.js et npm, puis recommencez."
            ) from error
        except subprocess.CalledProcessError as error:
            raise VendoringError(f"« npm pack {wanted} » a échoué : {error.stderr.strip()}") from error
        [archive] = Path(folder).glob("*.tgz")
        content = archive.read_bytes()
    received = hashlib.sha256(content).hexdigest()
    if received != package.sha256:
        raise VendoringError(
            f"L'archive de {wanted} n'est pas celle attendue : sha256 {package.sha256} attendu, "
            f"{received} reçu. Rien n'a été écrit."
        )
    return content


def read_files(package: VendoredPackage, archive: bytes) -> dict[str, bytes]:
    """Read from an archive the files that a package declares, by the name they get here."""
    content_by_name = {}
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for path, name in package.files.items():
            member = tar.extractfile(path)
            if member is None:
                raise VendoringError(f"{package.name}@{package.version} ne contient pas {path}.")
            content_by_name[name] = member.read()
    return content_by_name


def write_manifest(folder: Path, packages: Mapping[str, Mapping[str, bytes]]) -> None:
    """Write what is vendored: per package its name, version and licence, per file its sha256."""
    entries = [
        {
            "name": package.name,
            "version": package.version,
            "licence": package.licence,
            "archive_sha256": package.sha256,
            "files": {
                f"{package.name}/{name}": hashlib.sha256(content).hexdigest()
                for name, content in sorted(packages[package.name].items())
            },
        }
        for package in PACKAGES
    ]
    text = json.dumps({"packages": entries}, indent=2, ensure_ascii=False)
    (folder / MANIFEST_NAME).write_text(text + "\n", encoding="utf-8")


def find_differences(folder: Path = ASSETS_FOLDER) -> list[str]:
    """
    Compare the files on disk with the manifest and the manifest with this script, without network.

    Returns
    -------
    list of str
        One French sentence a difference; empty when all is as it should be.
    """
    manifest = json.loads((folder / MANIFEST_NAME).read_text(encoding="utf-8"))
    differences = []
    declared = {(entry["name"], entry["version"]) for entry in manifest["packages"]}
    if declared != {(package.name, package.version) for package in PACKAGES}:
        differences.append("Le manifeste ne nomme pas les mêmes paquets que scripts/vendor_assets.py.")
    for entry in manifest["packages"]:
        for name, sha256 in entry["files"].items():
            path = folder / name
            if not path.is_file():
                differences.append(f"Il manque {name}.")
            elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
                differences.append(f"{name} a été modifié.")
    return differences


def vendor(folder: Path = ASSETS_FOLDER) -> None:
    """Fetch every package, then write all of them: a failure leaves the folder as it was."""
    fetched = {package.name: read_files(package, fetch_archive(package)) for package in PACKAGES}
    for package_name, content_by_name in fetched.items():
        (folder / package_name).mkdir(parents=True, exist_ok=True)
        for name, content in content_by_name.items():
            (folder / package_name / name).write_bytes(content)
    write_manifest(folder, fetched)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 when the assets are right, 1 when they are not."""
    parser = argparse.ArgumentParser(description="Met à jour les bibliothèques embarquées par les cartes.")
    parser.add_argument("--check", action="store_true", help="vérifier seulement, sans réseau")
    options = parser.parse_args(arguments)
    try:
        if not options.check:
            vendor()
    except VendoringError as error:
        print(error, file=sys.stderr)
        return 1
    differences = find_differences()
    print("\n".join(differences) or "Les bibliothèques embarquées sont celles du manifeste.")
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
