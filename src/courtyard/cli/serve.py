"""`courtyard serve`: the web server, and the worker beside it."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click
from django.conf import settings

from courtyard.orphans import PARENT

from .ready import NotMigrated, ready_database, ready_static

WORK = (sys.executable, "-c", "from courtyard.cli.main import courtyard; courtyard()", "work")
PATIENCE = 10  # seconds


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; that of COURTYARD_URL otherwise.")
@click.option("--workers", default=2, show_default=True)
@click.option("--tls-cert", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--tls-key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def serve(
    host: str, port: int | None, workers: int, tls_cert: Path | None, tls_key: Path | None
) -> None:
    """Serves Courtyard at COURTYARD_URL, until it is stopped."""
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together.")
    try:
        ready_database()
    except NotMigrated as error:
        click.echo(error, err=True)
        raise SystemExit(2) from error
    ready_static()
    run(host, port or port_of(settings.COURTYARD_URL), workers, tls_cert, tls_key)


def port_of(url: str) -> int:
    """The port an address names, or its scheme's own."""
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def run(
    host: str, port: int, workers: int, tls_cert: Path | None = None, tls_key: Path | None = None
) -> None:
    """Runs granian, and one worker for what was handed in, until both are stopped.

    Exits with 2 if something answers at this port already.
    """
    if is_taken(host, port):
        click.echo(
            f"Something answers at port {port} of {host} already. "
            "Stop it first, or give another port with --port.",
            err=True,
        )
        raise SystemExit(2)
    os.environ[PARENT] = str(os.getpid())  # its children end with it: orphans.py
    from granian import Granian  # noqa: PLC0415  # only here
    from granian.constants import Interfaces  # noqa: PLC0415

    server = Granian(
        "courtyard.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=32,  # a slow sender holds one; docs/https.md says what holds many
        log_access=False,
        websockets=False,
        ssl_cert=tls_cert,
        ssl_key=tls_key,
        respawn_failed_workers=True,
    )
    with working():
        server.serve()


def is_taken(host: str, port: int) -> bool:
    """Whether something answers there."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # to look at, not to bind
    try:
        with socket.create_connection((everywhere.get(host, host), port), timeout=2):
            return True
    except OSError:
        return False


@contextmanager
def working() -> Iterator[None]:
    """Runs `courtyard work` beside this process, again if it ends, and stops it at the end."""
    over = threading.Event()
    now: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not over.is_set():
            now[:] = [subprocess.Popen(WORK)]  # noqa: S603  # our own command
            now[0].wait()
            over.wait(1)

    keeper = threading.Thread(target=keep, name="keeper of the worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        while keeper.is_alive():  # it may just be starting one that is not in the list yet
            for one in now:
                stop(one)
            keeper.join(0.05)


def stop(worker: "subprocess.Popen[bytes]") -> None:
    """Lets it put down what it reads; what it does not put down in time the next one takes up."""
    worker.terminate()
    try:
        worker.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
