"""The two engines: one cluster for the whole run, registers that hold the same."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.opening import open_register
from data.session import Register
from data.settings import DatabaseSettings
from tests.engines.builders import fill, make_database, make_rows
from tests.postgis import find_missing_part, run_cluster

ENGINES = ("sqlite", "postgis")

# No power cut is played on this cluster: it may leave to memory what a real one writes at once.
_QUICK = {
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
}


# A server as it is often installed: it sorts texts as a dictionary does, a file as their bytes are.
_IN_FRENCH = "template0 LOCALE_PROVIDER icu ICU_LOCALE 'fr-FR'"


@dataclass(frozen=True)
class Pair:
    """The same register on each engine."""

    sqlite: Register
    postgis: Register


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """Start a cluster, or skip with the remedy where there is none."""
    missing = find_missing_part()
    if missing is not None:
        pytest.skip(missing)
    with run_cluster(_QUICK) as url:
        yield url


@pytest.fixture(scope="session")
def pair(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Give 100,000 presences, awkward ones among them, on each engine."""
    rows = make_rows()
    with ExitStack() as opened:
        home = tmp_path_factory.mktemp("pair")
        sqlite = open_register(DatabaseSettings(home=home, database_url=None))
        opened.callback(sqlite.close)
        postgis = open_register(opened.enter_context(make_database(cluster_url)))
        opened.callback(postgis.close)
        # One fills while the server of the other works.
        with ThreadPoolExecutor() as both:
            for filled in [both.submit(fill, register, rows) for register in (sqlite, postgis)]:
                filled.result()
        yield Pair(sqlite, postgis)


@pytest.fixture(scope="module")
def odd_pair(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Give two empty registers, the one on a server that sorts as French dictionaries do."""
    with ExitStack() as opened:
        home = tmp_path_factory.mktemp("odd")
        sqlite = open_register(DatabaseSettings(home=home, database_url=None))
        opened.callback(sqlite.close)
        postgis = open_register(opened.enter_context(make_database(cluster_url, template=_IN_FRENCH)))
        opened.callback(postgis.close)
        yield Pair(sqlite, postgis)


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Create an empty register in a file once."""
    register = open_register(DatabaseSettings(home=tmp_path_factory.mktemp("empty"), database_url=None))
    register.close()
    return Path(register.where)


@pytest.fixture(scope="session")
def empty_database(cluster_url: str) -> Iterator[str]:
    """Create an empty register in a database once, and give the database's name: others are copies of it."""
    with make_database(cluster_url) as settings:
        register = open_register(settings)
        name = register.url.database or ""
        register.close()
        yield name


@pytest.fixture(params=ENGINES)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseSettings]:
    """Give the settings of an empty register of a test's own, on one engine, then on the other."""
    if request.param == "sqlite":
        source: Path = request.getfixturevalue("empty_file")
        (tmp_path / source.name).write_bytes(source.read_bytes())
        yield DatabaseSettings(home=tmp_path, database_url=None, busy_timeout_s=0.2)
        return
    template: str = request.getfixturevalue("empty_database")
    with make_database(request.getfixturevalue("cluster_url"), template=template) as made:
        yield made


@pytest.fixture
def register(settings: DatabaseSettings) -> Iterator[Register]:
    """Open an empty register."""
    opened = open_register(settings)
    yield opened
    opened.close()


@pytest.fixture
def server(empty_database: str, cluster_url: str) -> Iterator[Register]:
    """Give an empty register on a server."""
    with make_database(cluster_url, template=empty_database) as settings:
        opened = open_register(settings)
        yield opened
        opened.close()
