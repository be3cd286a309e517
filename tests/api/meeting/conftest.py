"""The fictional register served to Chromium, with some actors who said that they would sponsor."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from sqlalchemy import text

from api.app import create_app
from data.questions import import_file
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.session import Register, open_register
from data.settings import DatabaseSettings


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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(register=meeting_register)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert server.started
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
