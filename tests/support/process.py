"""The service as a process of its own, for tests that kill it, start it again or read all that it ever wrote."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import httpx

from server.settings import PREFIX, Settings

COMMAND = (sys.executable, "-c", "from server.cli import main; main()", "serve")
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class DidNotStart(Exception):
    """The service ended, or did not answer in time; what it wrote is in its output file."""


def environment(settings: Settings) -> dict[str, str]:
    """Return this process's environment with exactly these settings in it."""
    result = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    result |= {PREFIX + one.name.upper(): str(getattr(settings, one.name)) for one in fields(settings)}
    if not settings.spacy_model:
        del result[PREFIX + "SPACY_MODEL"]
    return result


@dataclass(slots=True)
class ServiceProcess:
    """A `casuskring serve`. `output` gets all that it writes, at every start; `extra` goes into its environment."""

    settings: Settings
    output: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running service."""
        if self._process is None:
            raise RuntimeError("the service is not running")
        return self._process.pid

    async def start(self) -> float:
        """Start it, wait for its first healthy answer and return after how many seconds that came.

        Raises:
            DidNotStart: it ended or stayed silent.
        """
        if self._process is not None:
            raise RuntimeError("the service is running already")
        began = time.monotonic()
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - returns at once
                COMMAND,
                env=environment(self.settings) | dict(self.extra),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        url = f"http://{self.settings.host}:{self.settings.port}/api/v1/health"
        async with httpx.AsyncClient(trust_env=False, timeout=5.0) as client:
            while time.monotonic() - began < START_SECONDS and self._process.poll() is None:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(url)).is_success:
                        return time.monotonic() - began
                await asyncio.sleep(0.05)
        self.kill()
        raise DidNotStart

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL): it can finish nothing and tell nobody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    async def stop(self) -> None:
        """Ask it to end (SIGTERM) and wait until it has."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[ServiceProcess]:
        """Give the started service, and end it however the block ends."""
        try:
            await self.start()
            yield self
            await self.stop()
        finally:
            self.kill()


def descendants(pid: int) -> set[int]:
    """Return the process ids of a process's children, their children, and so on."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    children: dict[int, set[int]] = {}
    for line in listed.splitlines():
        child, parent = map(int, line.split())
        children.setdefault(parent, set()).add(child)
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        new = children.get(waiting.pop(), set()) - found
        found |= new
        waiting.extend(new)
    return found


def alive(pids: set[int]) -> set[int]:
    """Return which of these processes still run."""
    listed = subprocess.run(["ps", "-A", "-o", "pid="], check=True, capture_output=True, text=True).stdout
    return pids & set(map(int, listed.split()))
