"""`maillage serve`: the site and the API on this machine."""

from __future__ import annotations

import os
import socket
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from geo.errors import MaillageError
from geo.french import write_system_error
from scripts.console import say

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000


class PortInUseError(MaillageError, OSError):
    """The port cannot be opened: the operator frees it or chooses another."""

    def __init__(self, *, host: str, port: int, reason: str) -> None:
        self.host = host
        self.port = port
        super().__init__(
            f"Impossible d'ouvrir {host}:{port} ({reason}). Un autre programme l'utilise peut-être : "
            f"arrêtez-le, ou choisissez un autre port, par exemple : maillage serve --port {port + 1}"
        )


def serve(
    host: Annotated[str, typer.Option(help="L'adresse d'écoute.")] = DEFAULT_HOST,
    port: Annotated[int, typer.Option(help="Le port d'écoute.", min=1, max=65_535)] = DEFAULT_PORT,
    workers: Annotated[
        int, typer.Option(help="Combien de processus répondent : un par cœur de la machine.", min=1, max=64)
    ] = 1,
) -> None:
    """Servir le site et l'API."""
    run_server(host=host, port=port, workers=workers)


def run_server(*, host: str, port: int, workers: int = 1) -> None:
    """Serve until Ctrl-C; say first where, or why not."""
    import uvicorn

    from api.app import create_served_app

    _refuse_busy_port(host, port)
    if workers > 1:
        _serve_with_workers(host, port, workers)
        return
    app = create_served_app()
    say(f"Le site est ouvert sur http://{host}:{port} (Ctrl-C pour arrêter).")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


def _serve_with_workers(host: str, port: int, workers: int) -> None:
    """Serve with several processes on one port; a worker that dies is replaced."""
    import uvicorn

    from api.metrics import SHARED_FOLDER
    from api.settings import ApiSettings

    # Settings that cannot be read are said once, here, and not by each worker for ever.
    ApiSettings()
    say(f"Le site est ouvert sur http://{host}:{port}, {workers} processus (Ctrl-C pour arrêter).")
    with TemporaryDirectory(prefix="maillage-metrics-") as folder:
        # Read by each worker when it begins: /metrics adds up what all have counted.
        os.environ[SHARED_FOLDER] = folder
        try:
            uvicorn.run(
                "api.app:create_served_app",
                factory=True,
                host=host,
                port=port,
                workers=workers,
                log_level="warning",
                access_log=False,
            )
        finally:
            del os.environ[SHARED_FOLDER]


def _refuse_busy_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PortInUseError(host=host, port=port, reason=write_system_error(error)) from error
