"""`make server`: the shared service on this machine: PostGIS, the site (two workers), nginx in front.

The same processes and settings as `compose.yaml`, without containers. The register lives in `MAILLAGE_HOME`
(`var/` of a checkout), filled with the fictional sample the first time. Ctrl-C stops everything.
"""

from __future__ import annotations

import http.client
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from data.opening import open_register
from data.questions import describe_register, import_file
from data.samples import SAMPLE_AS_OF, SAMPLE_REGISTER
from data.settings import DatabaseSettings
from geo.errors import MaillageError
from scripts.console import say, say_error
from scripts.servers.cluster import run_cluster
from scripts.servers.ports import LOOPBACK, find_free_port
from scripts.servers.programs import find_nginx, run_program, write_proxy_settings, write_site_command

_READY_WITHIN_S = 90
_LOOKS_EVERY_S = 0.2


class SiteDidNotStartError(MaillageError, RuntimeError):
    """The site does not answer."""


def run_servers(
    port: Annotated[int, typer.Option(help="Le port du service.", min=1, max=65_535)] = 8080,
    workers: Annotated[int, typer.Option(help="Combien de processus répondent.", min=1, max=64)] = 2,
    folder: Annotated[
        Path | None, typer.Option(help="Le dossier de la base ; MAILLAGE_HOME/postgres par défaut.")
    ] = None,
    seconds: Annotated[
        int, typer.Option(help="S'arrêter tout seul après tant de secondes ; 0 : jamais.", min=0)
    ] = 0,
) -> None:
    """Faire tourner le service partagé sur cette machine : PostGIS, le site, nginx devant."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    home = DatabaseSettings().home
    try:
        with ExitStack() as running:
            cluster = running.enter_context(run_cluster(folder or home / "postgres"))
            _fill_with_sample(cluster.url)
            nginx = find_nginx()
            site_port = find_free_port() if nginx else port
            site = running.enter_context(
                run_program(
                    write_site_command(port=site_port, workers=workers),
                    environment={"MAILLAGE_DATABASE_URL": cluster.url},
                )
            )
            _wait_until_ready(site, site_port)
            if nginx:
                working = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="maillage-nginx-")))
                # As root, nginx gives up its rights for an account that could not read this folder otherwise.
                working.chmod(0o755)
                settings = write_proxy_settings(working, port=port, site_port=site_port)
                running.enter_context(run_program([nginx, "-p", str(working), "-c", str(settings)]))
                _wait_until_ready(site, port)
            else:
                say("nginx n'est pas installé : le site répond sans proxy (sudo apt-get install nginx).")
            say(f"Service ouvert sur http://{LOOPBACK}:{port} (Ctrl-C pour tout arrêter).")
            say(f"Chiffres de surveillance : http://{LOOPBACK}:{site_port}/metrics")
            _stay(site, seconds)
    except KeyboardInterrupt:
        pass
    except MaillageError as error:
        say_error(str(error))
        raise typer.Exit(1) from error
    say("Tout est arrêté ; le registre est gardé.")


def _fill_with_sample(url: str) -> None:
    register = open_register(DatabaseSettings(database_url=url))
    try:
        if not describe_register(register).counts.received:
            import_file(register, SAMPLE_REGISTER, source=SAMPLE_REGISTER.stem, as_of=SAMPLE_AS_OF)
            say("Registre d'exemple (fictif) importé.")
    finally:
        register.close()


def _wait_until_ready(site: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < deadline and site.poll() is None:
        try:
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=10)
            connection.request("GET", "/readyz")
            is_ready = connection.getresponse().status == 200
            connection.close()
        except OSError:
            is_ready = False
        if is_ready:
            return
        time.sleep(_LOOKS_EVERY_S)
    raise SiteDidNotStartError(
        f"Le site n'a pas répondu sur {LOOPBACK}:{port} en {_READY_WITHIN_S} s. "
        "Un autre programme occupe peut-être le port : choisissez-en un autre avec --port."
    )


def _stay(site: subprocess.Popen[bytes], seconds: int) -> None:
    """Stay until the site ends, or the time is over."""
    try:
        site.wait(seconds or None)
    except subprocess.TimeoutExpired:
        return
    raise SiteDidNotStartError("Le site s'est arrêté. Son message est ci-dessus.")


if __name__ == "__main__":
    typer.run(run_servers)
