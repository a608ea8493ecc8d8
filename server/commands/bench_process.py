"""Processes of a benchmark: the service as an operator runs it, the yardstick beside it, and what CPU they use."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import httpx

from server.commands.bench_report import BenchError
from server.settings import PREFIX, Settings

START_SECONDS = 60.0
SERVE = "from server.cli import main; main()"


def free_port() -> int:
    """Return a port of this computer on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def process(
    code: str, *arguments: str, settings: Settings | None = None, python: str = sys.executable, log: Path
) -> Iterator[int]:
    """Run a piece of Python as a process of its own and give its process id; it ends with the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    for one in fields(settings) if settings else ():
        if value := str(getattr(settings, one.name)):
            environment[PREFIX + one.name.upper()] = value
    with log.open("ab") as output:
        started = subprocess.Popen(  # noqa: S603 - our own code
            [python, "-c", code, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield started.pid
    finally:
        started.terminate()
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


@contextmanager
def service(settings: Settings, folder: Path, code: str = SERVE) -> Iterator[tuple[int, float]]:
    """Run `casuskring serve`; gives its process id and after how many seconds it was ready, model loaded.

    `code` is another way to start it.

    Raises:
        BenchError: it did not become ready.
    """
    began = time.monotonic()
    with process(code, "serve", settings=settings, log=folder / "service.log") as pid:
        while time.monotonic() - began < START_SECONDS and Path(f"/proc/{pid}/exe").exists():
            try:
                if httpx.get(f"{settings.public_origin}/api/v1/health", trust_env=False).is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.02)
        else:
            raise BenchError("de dienst wilde niet starten; is het Nederlandse model er? (casuskring check-config)")
        yield pid, time.monotonic() - began


def wait_for_port(port: int) -> None:
    """Return when something listens.

    Raises:
        BenchError: nothing did in time.
    """
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise BenchError("de maatstaf wilde niet starten")


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the CPU seconds, user and system, that the threads of these processes have used so far.

    From the scheduler's own count in nanoseconds: the one in clock ticks misses most of what runs in short bursts.
    Source: Documentation/scheduler/sched-stats.rst of the Linux kernel.
    """
    threads = [thread for pid in pids for thread in Path(f"/proc/{pid}/task").iterdir()]
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


def helpers(pid: int) -> list[int]:
    """Return the process ids of a process's children, their children, and so on."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]
