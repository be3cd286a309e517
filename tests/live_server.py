"""The site on a port of this machine, for the programs that only speak to real addresses."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.settings import ApiSettings
from data.session import Register

_STARTS_WITHIN_S = 20
_ENDS_WITHIN_S = 20


@contextmanager
def serve(register: Register, *, app: FastAPI | None = None) -> Iterator[str]:
    """Serve a register (or an application of its own) on 127.0.0.1; yields the address of the site."""
    app = app or create_app(ApiSettings(), register=register)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        waited = threading.Event()
        for _ in range(_STARTS_WITHIN_S * 100):
            if server.started:
                break
            waited.wait(0.01)
        assert server.started, "the server did not start"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(_ENDS_WITHIN_S)
            assert not thread.is_alive(), "the server did not stop"
