"""Fetching address files: only what changed, resumed where it stopped, checked whole before being in place.

`NAME.part` holds what came so far and `NAME.part.json` what it is a part of, so that a later run asks for the
rest of that very file and of no other (RFC 9110, Range with If-Range). `NAME.json` says what the file in
place is, so that an unchanged one is not fetched again (If-None-Match, If-Modified-Since).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx2
import orjson

from geo.geocoding.ban_download.checking import check_address_file
from geo.geocoding.ban_download.errors import (
    BanDamagedError,
    BanNotWrittenError,
    BanRefusedError,
    BanUnreachableError,
    UnknownDepartementError,
)
from geo.geocoding.ban_download.facts import (
    FileFacts,
    FileVersion,
    read_version,
    write_conditions,
    write_json,
)
from geo.geocoding.ban_download.settings import BanSettings
from geo.geocoding.vocabulary import REGION_DEPARTEMENTS

MOST_ATTEMPTS = 5
"""Attempts in a row that bring nothing before the download is left for later."""

FIRST_PAUSE_S = 1.0

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_PARTIAL, _NOT_MODIFIED, _RANGE_NOT_SATISFIABLE, _TOO_MANY_REQUESTS = 206, 304, 416, 429

Progress = Callable[[str, int, int | None], None]
"""Called with the département, the bytes that came so far, and how many there are (None if not told)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFile:
    """An address file in place: `was_fetched` is False where it had not changed since."""

    departement: str
    path: Path
    size_bytes: int
    addresses: int
    sha256: str
    last_modified: str
    was_fetched: bool


def fetch_address_files(
    departements: Iterable[str],
    folder: Path,
    *,
    settings: BanSettings | None = None,
    progress: Progress | None = None,
    client: httpx2.Client | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[FetchedFile]:
    """
    Put the address files of départements into a folder, as new as the site has them.

    Interrupted, it leaves the files in place as they were, and goes on from there the next time.

    Parameters
    ----------
    departements
        Numbers, among those of the region; none means all.
    folder
        Where to put `adresses-XX.csv.gz`; made if it is not there.
    settings
        Where the files are; by default, from the environment.
    progress
        Called as bytes come.
    client
        The HTTP client; by default one of its own.
    sleep
        How to let seconds pass between two attempts.

    Raises
    ------
    UnknownDepartementError
        If a number is not one of the region's.
    BanUnreachableError, BanRefusedError, BanDamagedError, BanNotWrittenError
        If a file cannot be had; those before it are in place.
    """
    wanted = [_check_departement(departement) for departement in departements] or list(REGION_DEPARTEMENTS)
    settings = settings or BanSettings()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BanNotWrittenError(path=folder, cause=error.strerror or str(error)) from error
    own = client or httpx2.Client(timeout=settings.ban_timeout_s, follow_redirects=True)
    try:
        return [
            _Download(own, settings.ban_url, departement, folder, progress, sleep).run()
            for departement in dict.fromkeys(wanted)
        ]
    finally:
        if client is None:
            own.close()


def _check_departement(departement: str) -> str:
    number = departement.strip().zfill(2)
    if number not in REGION_DEPARTEMENTS:
        raise UnknownDepartementError(departement=departement, known=REGION_DEPARTEMENTS)
    return number


class _Download:
    """The download of one file, over as many connections as it takes."""

    def __init__(
        self,
        client: httpx2.Client,
        base_url: str,
        departement: str,
        folder: Path,
        progress: Progress | None,
        sleep: Callable[[float], None],
    ) -> None:
        name = f"adresses-{departement}.csv.gz"
        self._client = client
        self._url = f"{base_url}/{name}"
        self._departement = departement
        self._path = folder / name
        self._part = folder / f"{name}.part"
        self._facts_path = folder / f"{name}.json"
        self._part_version_path = folder / f"{name}.part.json"
        self._progress = progress
        self._sleep = sleep

    def run(self) -> FetchedFile:
        """Fetch the file if it changed, from where it stopped, until it is whole."""
        known = self._read_facts()
        version = self._receive_patiently(known)
        if version is None and known is not None:
            return self._tell(known, was_fetched=False)
        return self._tell(self._put_in_place(version or FileVersion(url=self._url)), was_fetched=True)

    def _receive_patiently(self, known: FileFacts | None) -> FileVersion | None:
        """Receive the file over as many connections as it takes, while each brings something."""
        failures = 0
        while True:
            before = self._count_received()
            try:
                return self._receive(known)
            except httpx2.HTTPError as error:
                failures = 1 if self._count_received() > before else failures + 1
                if failures >= MOST_ATTEMPTS:
                    cause = str(error) or type(error).__name__
                    raise BanUnreachableError(url=self._url, cause=cause) from error
                self._sleep(FIRST_PAUSE_S * 2 ** (failures - 1))
            except OSError as error:
                raise BanNotWrittenError(path=self._part, cause=error.strerror or str(error)) from error

    def _receive(self, known: FileFacts | None) -> FileVersion | None:
        """Receive the file, or the rest of it; None where the one in place has not changed."""
        version = self._read_part_version()
        received = self._count_received()
        if version is not None and received == version.length:
            return version  # the last run was stopped between the last byte and the check
        headers = {"Accept-Encoding": "identity"}
        if version is not None and received:
            headers |= {"Range": f"bytes={received}-", "If-Range": version.proof}
        elif known is not None:
            headers |= write_conditions(known.version)
        with self._client.stream("GET", self._url, headers=headers) as response:
            if response.status_code == _NOT_MODIFIED and known is not None:
                return None
            if response.status_code == _RANGE_NOT_SATISFIABLE and received:
                self._forget_part()
                raise httpx2.ReadError("la partie déjà reçue n'est pas de ce fichier")
            if response.is_server_error or response.status_code == _TOO_MANY_REQUESTS:
                raise httpx2.ReadError(f"HTTP {response.status_code}")
            if not response.is_success:
                raise BanRefusedError(url=self._url, status_code=response.status_code)
            return self._save(response, version, received)

    def _save(self, response: httpx2.Response, version: FileVersion | None, received: int) -> FileVersion:
        """Write what comes after what came, or from the start where the site gives the whole file."""
        if response.status_code == _PARTIAL:
            told = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
            if version is None or told is None or int(told[1]) != received or int(told[2]) != version.length:
                self._forget_part()
                raise httpx2.ReadError("le site a répondu par un autre morceau que celui demandé")
        else:
            received = 0
            self._forget_part()
            version = read_version(response, self._url)
            if version.proof:  # without a proof, nothing could tell whose part it is
                write_json(self._part_version_path, version)
        with self._part.open("ab") as part:
            for block in response.iter_raw():  # as it comes: blocks of a size would lose the last on a cut
                part.write(block)
                received += len(block)
                if self._progress is not None:
                    self._progress(self._departement, received, version.length)
            part.flush()
            os.fsync(part.fileno())
        if version.length is not None and received < version.length:
            raise httpx2.ReadError("la connexion s'est fermée trop tôt")
        return version

    def _put_in_place(self, version: FileVersion) -> FileFacts:
        """Check what came, whole, and only then let it take its place."""
        if version.length is not None and self._count_received() != version.length:
            self._forget_part()
            raise BanDamagedError(path=self._path, why="il n'a pas la longueur annoncée")
        try:
            checked = check_address_file(self._part, self._departement)
        except BanDamagedError as error:
            self._forget_part()
            raise BanDamagedError(path=self._path, why=error.why) from error
        facts = FileFacts(
            version=version, size_bytes=checked.size_bytes, addresses=checked.addresses, sha256=checked.sha256
        )
        try:
            self._facts_path.unlink(missing_ok=True)
            self._part.replace(self._path)
            write_json(self._facts_path, facts)
        except OSError as error:
            raise BanNotWrittenError(path=self._path, cause=error.strerror or str(error)) from error
        self._part_version_path.unlink(missing_ok=True)
        return facts

    def _count_received(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _forget_part(self) -> None:
        self._part.unlink(missing_ok=True)
        self._part_version_path.unlink(missing_ok=True)

    def _read_part_version(self) -> FileVersion | None:
        """Give which file the part is of; a part of which that is not known is thrown away."""
        try:
            version = FileVersion(**orjson.loads(self._part_version_path.read_bytes()))
        except (OSError, ValueError, TypeError):
            version = None
        if version is None or version.url != self._url or not version.proof:
            self._forget_part()
            return None
        return version

    def _read_facts(self) -> FileFacts | None:
        """Give what is known of the file in place, None where it is another than the one that was checked."""
        try:
            stored = orjson.loads(self._facts_path.read_bytes())
            facts = FileFacts(**{**stored, "version": FileVersion(**stored["version"])})
            is_same = self._path.stat().st_size == facts.size_bytes
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return facts if is_same and facts.version.url == self._url else None

    def _tell(self, facts: FileFacts, *, was_fetched: bool) -> FetchedFile:
        return FetchedFile(
            departement=self._departement,
            path=self._path,
            size_bytes=facts.size_bytes,
            addresses=facts.addresses,
            sha256=facts.sha256,
            last_modified=facts.version.last_modified,
            was_fetched=was_fetched,
        )
