"""`casuskring station`: the partner station on this computer, in the browser; restore and check of its vault."""

from __future__ import annotations

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

LOOPBACK = "127.0.0.1"


def serve(folder: Path, *, port: int, origin: str, now: Callable[[], datetime], model: str = "") -> None:
    """Serve the station until it is stopped. Behind a proxy that does TLS, `origin` is what browsers see."""
    load = lru_cache(maxsize=1)(lambda: Analyser.load(model=model or None))
    origin = origin or f"http://{LOOPBACK}:{port}"
    app = create_station(Setup(Keeper(folder, load, now), origin))
    # The model loads while a person types a passphrase; a missing one is told when it is first needed.
    threading.Thread(target=_quietly(load), daemon=True).start()
    print(f"Het station draait op {origin}  (Ctrl+C stopt)")
    uvicorn.run(
        app, host=LOOPBACK, port=port, access_log=False, log_level="warning", server_header=False, date_header=False
    )


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
