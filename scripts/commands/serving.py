"""`maillage serve`: the site and the API on this machine."""

from __future__ import annotations

import socket
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
) -> None:
    """Servir le site et l'API."""
    run_server(host=host, port=port)


def run_server(*, host: str, port: int) -> None:
    """Serve until Ctrl-C; say first where, or why not."""
    import uvicorn

    from api.app import create_app
    from api.settings import ApiSettings

    _refuse_busy_port(host, port)
    app = create_app(ApiSettings())
    say(f"Le site est ouvert sur http://{host}:{port} (Ctrl-C pour arrêter).")
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False)


def _refuse_busy_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PortInUseError(host=host, port=port, reason=write_system_error(error)) from error
