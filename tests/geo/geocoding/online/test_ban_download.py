"""`maillage ban fetch`: only what changed, resumed where it stopped, checked to the last byte."""

from __future__ import annotations

import gzip
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from geo.geocoding.ban_download import (
    BanDamagedError,
    BanNotWrittenError,
    BanRefusedError,
    BanSettings,
    BanUnreachableError,
    FetchedFile,
    UnknownDepartementError,
    fetch_address_files,
)
from geo.geocoding.ban_download.fetching import MOST_ATTEMPTS, Progress
from tests.geo.geocoding.online.conftest import FakeClock

HEADER = (
    "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;"
    "nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;"
    "source_position;source_nom_voie;certification_commune;cad_parcelles"
)
ROWS = 4_000


def make_file(departement: str, rows: int = ROWS, header: str = HEADER) -> bytes:
    """Make an address file; the numbers are drawn so that it hardly compresses."""
    lines = [header]
    for rank in range(rows):
        noise = hashlib.sha256(f"{departement}{rank}".encode()).hexdigest()
        lines.append(
            f"{departement}350_{noise};;{rank};;Rue {noise};{departement}000;{departement}350;Lille;;;1;2;3.0"
            f";50.0;;;;LILLE;;;;;"
        )
    return gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)


@dataclass
class Site:
    """The site: its files with their versions, what it was asked, and what it does wrong."""

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    dated: float = 1_700_000_000
    asked: list[dict[str, str]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    cut_at: list[int] = field(default_factory=list)
    sends_etag: bool = True
    sends_date: bool = True
    sends_length: bool = True
    lies_about_ranges: bool = False

    def put(self, departement: str, content: bytes) -> None:
        name = f"adresses-{departement}.csv.gz"
        self.files[name] = content
        self.etags[name] = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        self.dated += 3_600


class _Handler(BaseHTTPRequestHandler):
    site: Site
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing on the tests' output."""

    def do_GET(self) -> None:
        site = self.site
        name = self.path.rsplit("/", 1)[-1]
        asked = {key.lower(): value for key, value in self.headers.items()}
        site.asked.append(asked)
        if site.statuses:
            return self._send(site.statuses.pop(0), b"")
        if name not in site.files:
            return self._send(404, b"")
        content, etag, date = site.files[name], site.etags[name], formatdate(site.dated, usegmt=True)
        proofs = ({etag} if site.sends_etag else set()) | ({date} if site.sends_date else set())
        if asked.get("if-none-match") in proofs or asked.get("if-modified-since") in proofs:
            return self._send(304, b"")
        headers = {"etag": etag} if site.sends_etag else {}
        if site.sends_date:
            headers["last-modified"] = date
        start = int(asked["range"].removeprefix("bytes=").rstrip("-")) if "range" in asked else 0
        if start and asked.get("if-range") in proofs:
            if start >= len(content):
                return self._send(416, b"", {"content-range": f"bytes */{len(content)}"})
            told = start + (1 if site.lies_about_ranges else 0)
            headers["content-range"] = f"bytes {told}-{len(content) - 1}/{len(content)}"
            return self._send(206, content[start:], headers)
        return self._send(200, content, headers)

    def _send(self, code: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        site = self.site
        self.send_response(code)
        if site.sends_length or code != 200:
            self.send_header("content-length", str(len(body)))
        else:
            self.send_header("connection", "close")
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.end_headers()
        if body and site.cut_at:
            body = body[: site.cut_at.pop(0)]
            self.close_connection = True
        self.wfile.write(body)


@contextmanager
def run_site() -> Iterator[Site]:
    site = Site()

    class Handler(_Handler):
        pass

    Handler.site = site
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_address[1]}/latest/csv"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with run_site() as running:
        running.put("59", make_file("59"))
        running.put("62", make_file("62", rows=10))
        yield running


@pytest.fixture
def fetch(site: Site, tmp_path: Path, clock: FakeClock) -> Fetch:
    return Fetch(site, tmp_path / "ban", clock)


@dataclass
class Fetch:
    """Fetches from the site into a folder, without waiting."""

    site: Site
    folder: Path
    clock: FakeClock

    def __call__(self, *departements: str, progress: Progress | None = None) -> list[FetchedFile]:
        settings = BanSettings(ban_url=self.site.url, ban_timeout_s=5)
        return fetch_address_files(
            departements, self.folder, settings=settings, progress=progress, sleep=self.clock.sleep
        )

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


def test_files_are_put_in_place_whole_and_told(fetch: Fetch, site: Site) -> None:
    told: list[tuple[str, int, int | None]] = []
    north, pas = fetch("59", "62", progress=lambda *each: told.append(each))
    content = site.files["adresses-59.csv.gz"]
    assert north.path.read_bytes() == content
    assert (north.departement, north.size_bytes, north.addresses) == ("59", len(content), ROWS)
    assert north.sha256 == hashlib.sha256(content).hexdigest()
    assert north.was_fetched
    assert pas.addresses == 10
    assert ("59", len(content), len(content)) in told
    assert fetch.names() == [
        "adresses-59.csv.gz", "adresses-59.csv.gz.json", "adresses-62.csv.gz", "adresses-62.csv.gz.json",
    ]  # fmt: skip
    assert site.asked[0]["accept-encoding"] == "identity"


@pytest.mark.parametrize(("etag", "date"), [(True, True), (True, False), (False, True)])
def test_an_unchanged_file_is_not_fetched_again(fetch: Fetch, site: Site, *, etag: bool, date: bool) -> None:
    site.sends_etag, site.sends_date = etag, date
    first = fetch("59")[0]
    inode = first.path.stat().st_ino
    again = fetch("59")[0]
    assert not again.was_fetched
    assert (again.addresses, again.sha256) == (first.addresses, first.sha256)
    assert again.path.stat().st_ino == inode
    assert len(site.asked) == 2


def test_a_changed_file_takes_the_place_of_the_old_one(fetch: Fetch, site: Site) -> None:
    fetch("59")
    site.put("59", make_file("59", rows=12))
    assert fetch("59")[0].addresses == 12
    assert fetch.names() == ["adresses-59.csv.gz", "adresses-59.csv.gz.json"]


def test_a_file_altered_in_place_is_fetched_again(fetch: Fetch, site: Site) -> None:
    path = fetch("59")[0].path
    path.write_bytes(path.read_bytes()[:-50])
    assert fetch("59")[0].was_fetched
    assert path.read_bytes() == site.files["adresses-59.csv.gz"]


def test_a_broken_connection_is_taken_up_where_it_broke(fetch: Fetch, site: Site) -> None:
    site.cut_at = [30_000, 20_000, 1_000]
    assert fetch("59")[0].addresses == ROWS
    assert [asked.get("range") for asked in site.asked] == [
        None, "bytes=30000-", "bytes=50000-", "bytes=51000-",
    ]  # fmt: skip
    assert {asked["if-range"] for asked in site.asked[1:]} == {site.etags["adresses-59.csv.gz"]}


def test_an_interrupted_download_goes_on_the_next_time(fetch: Fetch, site: Site) -> None:
    def interrupt(departement: str, received: int, total: int | None) -> None:
        if received > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("59", progress=interrupt)
    assert fetch.names() == ["adresses-59.csv.gz.part", "adresses-59.csv.gz.part.json"]
    assert fetch("59")[0].addresses == ROWS
    assert int(site.asked[1]["range"].removeprefix("bytes=").rstrip("-")) > 100_000
    assert fetch.names() == ["adresses-59.csv.gz", "adresses-59.csv.gz.json"]


def test_an_interruption_leaves_the_file_in_place_as_it_was(fetch: Fetch, site: Site) -> None:
    old = fetch("59")[0].path.read_bytes()
    site.put("59", make_file("59", rows=ROWS + 1))

    def interrupt(departement: str, received: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("59", progress=interrupt)
    assert (fetch.folder / "adresses-59.csv.gz").read_bytes() == old


def test_a_kill_between_the_last_byte_and_the_check_costs_nothing(fetch: Fetch, site: Site) -> None:
    total = len(site.files["adresses-59.csv.gz"])

    def interrupt(departement: str, received: int, _: int | None) -> None:
        if received == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("59", progress=interrupt)
    assert fetch("59")[0].addresses == ROWS
    assert len(site.asked) == 1


def test_a_file_that_changed_meanwhile_is_started_again(fetch: Fetch, site: Site) -> None:
    def interrupt(departement: str, received: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("59", progress=interrupt)
    site.put("59", make_file("59", rows=ROWS + 7))
    assert fetch("59")[0].addresses == ROWS + 7


@pytest.mark.parametrize(
    "proof", [b"{}", b"not json", b'{"url": "http://ailleurs/x", "etag": "\\"1\\""}', None]
)
def test_a_part_that_nothing_vouches_for_is_thrown_away(
    fetch: Fetch, site: Site, proof: bytes | None
) -> None:
    fetch.folder.mkdir()
    (fetch.folder / "adresses-59.csv.gz.part").write_bytes(b"x" * 500)
    if proof is not None:
        (fetch.folder / "adresses-59.csv.gz.part.json").write_bytes(proof)
    assert fetch("59")[0].addresses == ROWS
    assert "range" not in site.asked[0]


def test_a_site_without_any_proof_of_version_starts_again_each_time(fetch: Fetch, site: Site) -> None:
    site.sends_etag = site.sends_date = False
    site.cut_at = [30_000]
    assert fetch("59")[0].addresses == ROWS
    assert all("range" not in asked for asked in site.asked)


def test_a_site_that_gives_another_piece_than_asked_is_not_believed(fetch: Fetch, site: Site) -> None:
    site.cut_at = [30_000]
    site.lies_about_ranges = True
    assert fetch("59")[0].addresses == ROWS
    assert [asked.get("range") for asked in site.asked] == [None, "bytes=30000-", None]


@pytest.mark.parametrize("spoilt", ["cut", "bit", "not gzip", "other columns", "other departement", "empty"])
def test_a_damaged_file_is_refused_and_changes_nothing(fetch: Fetch, site: Site, spoilt: str) -> None:
    old = fetch("59")[0].path.read_bytes()
    whole = make_file("59", rows=ROWS - 1)
    content, why = {
        "cut": (whole[:-400], "incomplet"),
        "bit": (whole[:9_000] + bytes([whole[9_000] ^ 1]) + whole[9_001:], "altéré|somme"),
        "not gzip": (b"<html>Identifiez-vous</html>", "pas un fichier gzip"),
        "other columns": (make_file("59", header="a;b;c"), "les colonnes numero"),
        "other departement": (make_file("62"), "on attend le département 59"),
        "empty": (gzip.compress((HEADER + "\n").encode()), "aucune adresse"),
    }[spoilt]
    site.put("59", content)
    with pytest.raises(BanDamagedError, match=why):
        fetch("59")
    assert fetch.names() == ["adresses-59.csv.gz", "adresses-59.csv.gz.json"]
    assert (fetch.folder / "adresses-59.csv.gz").read_bytes() == old
    site.put("59", whole)
    assert fetch("59")[0].addresses == ROWS - 1


def test_a_file_cut_short_by_a_site_that_tells_no_length_is_refused(fetch: Fetch, site: Site) -> None:
    site.sends_length = False
    site.cut_at = [len(site.files["adresses-59.csv.gz"]) // 2]
    with pytest.raises(BanDamagedError, match="incomplet"):
        fetch("59")
    assert fetch("59")[0].addresses == ROWS


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_passing_failure_is_tried_again(fetch: Fetch, site: Site, status: int) -> None:
    site.statuses = [status, status]
    assert fetch("59")[0].addresses == ROWS
    assert fetch.clock.slept == [1, 2]


def test_a_site_that_is_not_there_is_told_and_what_came_is_kept(fetch: Fetch, site: Site) -> None:
    site.cut_at = [30_000]
    site.statuses = []
    settings = BanSettings(ban_url="http://127.0.0.1:9/csv")
    with pytest.raises(BanUnreachableError, match="reprendra où il s'est arrêté"):
        fetch_address_files(["59"], fetch.folder, settings=settings, sleep=fetch.clock.sleep)
    assert len(fetch.clock.slept) == MOST_ATTEMPTS - 1


@pytest.mark.parametrize("status", [404, 403, 410])
def test_a_refusal_names_the_other_way(fetch: Fetch, site: Site, status: int) -> None:
    site.statuses = [status]
    with pytest.raises(BanRefusedError, match="ban index --from"):
        fetch("59")


def test_no_departement_means_all_and_a_wrong_one_is_refused_before_anything(
    fetch: Fetch, site: Site
) -> None:
    for departement in ("02", "60", "80"):
        site.put(departement, make_file(departement, rows=3))
    assert [each.departement for each in fetch()] == ["02", "59", "60", "62", "80"]
    assert [each.departement for each in fetch("2", "59", "59")] == ["02", "59"]
    site.asked.clear()
    with pytest.raises(UnknownDepartementError, match="02, 59, 60, 62 et 80"):
        fetch("59", "75")
    assert site.asked == []


@pytest.mark.skipif(os.name != "posix", reason="les droits d'un dossier se disent autrement ailleurs")
def test_a_folder_that_cannot_be_written_is_told(site: Site, tmp_path: Path, clock: FakeClock) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for folder in (file, file / "ban"):
        with pytest.raises(BanNotWrittenError, match="Impossible d'écrire"):
            Fetch(site, folder, clock)("59")
