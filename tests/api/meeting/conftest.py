"""The fictional register served to Chromium, with some actors who said that they would sponsor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from data.opening import open_register
from data.questions import import_file
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register
from data.settings import DatabaseSettings
from tests.live_server import serve


@pytest.fixture(scope="session")
def meeting_register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    home = tmp_path_factory.mktemp("meeting-site")
    register = open_register(DatabaseSettings(home=home, database_url=None))
    import_file(register, SAMPLE_REGISTER, source=SAMPLE_REGISTER.stem, as_of=SAMPLE_AS_OF)
    with register.writing() as session:
        session.connection.execute(
            text("UPDATE presences SET willing_to_sponsor = TRUE WHERE kind = 'actor' AND id % 3 = 0")
        )
    yield register
    register.close()


@pytest.fixture(scope="session")
def meeting_site(meeting_register: Register) -> Iterator[str]:
    with serve(meeting_register) as address:
        yield address
