"""Both databases, for every test that asks for one: a fresh SQLite file, and a fresh PostgreSQL database.

PostgreSQL is found by itself: the one that `CASUSKRING_TEST_POSTGRESQL` names, else a throwaway cluster from installed
binaries, which need not keep anything and is several times as fast, else the one that answers on the standard port.
What is missing is named, and only then skipped; `CASUSKRING_TEST_REQUIRE_ALL=1` turns that skip into a failure.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

HINT = (
    "no PostgreSQL: install it (Debian: apt-get install postgresql), start one on the standard port, "
    "or name one in CASUSKRING_TEST_POSTGRESQL"
)
INITDB = ("-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync")
FLEETING = ("fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "checkpoint_timeout=1h")
"""What a cluster need not do that nobody ever starts again. Commits still wait for the log to be written."""
_numbers = itertools.count(1)


@dataclass(frozen=True)
class DatabaseUrls:
    """Where one test keeps its data."""

    kind: str
    url: str


@dataclass(frozen=True)
class PostgreSQL:
    """A server on which tests may create databases; `admin` is a database to say so from."""

    base: str
    admin: str
    made: list[str] = field(default_factory=list)

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""

        async def go() -> None:
            connection = await asyncpg.connect(f"{self.base}/{self.admin}")
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(go())

    def create(self, name: str) -> str:
        """Make an empty database and return its address; it is dropped with the server's other test databases."""
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self.run(f'CREATE DATABASE "{name}"')
        self.made.append(name)
        return f"{self.base}/{name}"

    def copy(self, url: str, template_url: str) -> None:
        """Make a database a copy of another."""
        name, template = (one.rpartition("/")[2] for one in (url, template_url))
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def tidy(self) -> None:
        """Drop what tests made and did not drop themselves."""
        for name in self.made:
            self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _answers(base: str, admin: str) -> bool:
    try:
        PostgreSQL(base, admin).run("SELECT 1")
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    return True


def named_postgresql() -> PostgreSQL | None:
    """Return the server that the environment names, or None."""
    named = os.environ.get("CASUSKRING_TEST_POSTGRESQL")
    if not named:
        return None
    base, _, admin = named.rpartition("/")
    if not _answers(base, admin):
        raise pytest.UsageError("the PostgreSQL that CASUSKRING_TEST_POSTGRESQL names does not answer")
    return PostgreSQL(base, admin)


def found_postgresql() -> PostgreSQL | None:
    """Return the server that the environment names, else the one that answers on the standard port, else None."""
    if named := named_postgresql():
        return named
    user = os.environ.get("PGUSER") or os.environ.get("USER") or "root"
    for name in (user, "postgres"):
        base = f"postgresql://{name}@127.0.0.1:5432"
        if _answers(base, "postgres"):
            return PostgreSQL(base, "postgres")
    return None


def _binaries() -> Path | None:
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


@contextlib.contextmanager
def _throwaway(binaries: Path) -> Iterator[PostgreSQL]:
    """Give a cluster of this process's own, which is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="casuskring-pg-"))
    # PostgreSQL refuses to run as root, so a root user hands the cluster to the account that the package made.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = " ".join((f"-p {port} -k {folder} -c listen_addresses=127.0.0.1", *(f"-c {one}" for one in FLEETING)))
    data = ["-D", str(folder / "data")]
    control = [*prefix, str(binaries / "pg_ctl"), *data]
    try:
        for command in (
            [*prefix, str(binaries / "initdb"), *data, *INITDB],
            # Its output goes to a file: a pipe would stay open for as long as the server runs.
            [*control, "-l", str(folder / "log"), "-o", options, "-w", "start"],
        ):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        yield PostgreSQL(f"postgresql://tester@127.0.0.1:{port}", "postgres")
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server, or a skip that says how to get one."""
    server, binaries = named_postgresql(), _binaries()
    if server is None and binaries is not None:
        with _throwaway(binaries) as fleeting:
            yield fleeting
        return
    server = server or found_postgresql()
    if server is None:
        if os.environ.get("CASUSKRING_TEST_REQUIRE_ALL"):
            pytest.fail(HINT)
        pytest.skip(HINT)
    yield server
    server.tidy()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseUrls]:
    """A fresh, empty database of each kind."""
    if request.param == "sqlite":
        yield DatabaseUrls("sqlite", f"sqlite:///{tmp_path}/casuskring.sqlite")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"casuskring_test_{os.getpid()}_{next(_numbers)}"
    if "seeded" not in request.fixturenames:  # which is a copy, made where it is asked for
        server.run(f'CREATE DATABASE "{name}"')
    try:
        yield DatabaseUrls("postgresql", f"{server.base}/{name}")
    finally:
        server.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
