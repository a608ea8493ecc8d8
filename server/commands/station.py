"""`casuskring station`: the partner station on this computer, in the browser; restore and check of its vault."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import uvicorn

from anonymisation.analyser import Analyser
from clients.errors import ClientError
from clients.station.vault import Vault
from clients.station.web.app import Setup, create_station
from clients.station.web.keeper import Keeper
from server.errors import ServiceError

LOOPBACK = "127.0.0.1"


class PortTaken(ServiceError):
    """The port cannot be used."""

    code = "port_taken"
    message = "Deze poort is al in gebruik: draait er al een station? Kies anders een andere met --port."


def serve(folder: Path, *, port: int, origin: str, now: Callable[[], datetime], model: str = "") -> None:
    """Serve the station until it is stopped. Behind a proxy that does TLS, `origin` is what browsers see."""
    load = lru_cache(maxsize=1)(lambda: Analyser.load(model=model or None))
    origin = origin or f"http://{LOOPBACK}:{port}"
    app = create_station(Setup(Keeper(folder, load, now), origin))
    sock = _listening(port)
    # The model loads while a person types a passphrase; a missing one is told when it is first needed.
    threading.Thread(target=_quietly(load), daemon=True).start()
    print(f"Het station draait op {origin}  (Ctrl+C stopt)")
    # Without its logging: a traceback can hold what a person typed. Our own handler logs the kind of an error.
    logging.getLogger("uvicorn.error").disabled = True
    server = uvicorn.Server(
        uvicorn.Config(app, access_log=False, log_config=None, server_header=False, date_header=False)
    )
    with sock:
        server.run(sockets=[sock])


def _listening(port: int) -> socket.socket:
    """Return a socket on this computer's own address.

    Raises:
        PortTaken: something else listens there, or it may not be used.
    """
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
    except (OSError, OverflowError):
        sock.close()
        raise PortTaken from None
    return sock


def _quietly(load: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            load()
        except Exception:  # noqa: BLE001 - whoever needs it first gets the error and can act on it
            return

    return run


def restore(archive: Path, folder: Path) -> str:
    """Put a backup back as the vault in an empty folder; return a sentence that says how it went."""
    try:
        Vault.restore(archive, folder)
    except ClientError as error:
        return str(getattr(error, "detail", "De reservekopie is niet terug te zetten."))
    return ""
