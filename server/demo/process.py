"""The service as a process of its own, the way an operator runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from clients.api import Client
from clients.errors import ClientError
from server.settings import PREFIX, Settings

START_SECONDS = 30.0


def free_port() -> int:
    """Return a port of this computer on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment with exactly these settings in it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    ours = {
        "DATABASE_URL": settings.database_url,
        "SECRETS_DIR": str(settings.secrets_dir),
        "PUBLIC_ORIGIN": settings.public_origin,
        "PORT": str(settings.port),
        "LOG_ORIGIN": settings.log_origin,
        "REGION": settings.region,
    }
    if settings.spacy_model:
        ours["SPACY_MODEL"] = settings.spacy_model
    return clean | {PREFIX + name: value for name, value in ours.items()}


@dataclass(slots=True)
class ServiceProcess:
    """A running `casuskring serve`; what it writes goes to `log`."""

    settings: Settings
    log: Path
    _process: subprocess.Popen[bytes] | None = None

    async def start(self) -> float:
        """Start it and return after how many seconds it answered, model loaded.

        Raises:
            TimeoutError: it did not answer in time, or ended; its log says why.
        """
        started = asyncio.get_running_loop().time()
        command = [sys.executable, "-c", "from server.cli import main; main()", "serve"]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own command, and Popen returns at once
                command, env=environment(self.settings), stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )
        async with Client(self.settings.public_origin) as client:
            while asyncio.get_running_loop().time() - started < START_SECONDS:
                if self._process.poll() is not None:
                    break
                if await _healthy(client):
                    return asyncio.get_running_loop().time() - started
                await asyncio.sleep(0.05)
        raise TimeoutError(f"the service did not answer; see {self.log}")

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait(self) -> None:
        """Wait until it ends by itself."""
        if self._process is not None:
            self._process.wait()


async def _healthy(client: Client) -> bool:
    try:
        return (await client.health()).status == "ok"
    except (OSError, ClientError, httpx.TransportError):
        return False
