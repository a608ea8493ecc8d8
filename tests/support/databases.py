"""Both databases, for every test that asks for one: a fresh SQLite file, and a fresh PostgreSQL database.

PostgreSQL is found by itself: the one that `CASUSKRING_TEST_POSTGRESQL` names, else the one that answers on the
standard port, else a throwaway cluster from installed binaries. What is missing is named, and only then skipped;
`CASUSKRING_TEST_REQUIRE_ALL=1` turns that skip into a failure.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

HINT = (
    "no PostgreSQL: start one on the standard port, name one in CASUSKRING_TEST_POSTGRESQL, "
    "or install it (Debian: apt-get install postgresql)"
)
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

    def replace(self, url: str, template_url: str) -> None:
        """Make an empty database a copy of another."""
        name, template = (one.rpartition("/")[2] for one in (url, template_url))
        self.run(f'DROP DATABASE "{name}" WITH (FORCE)')
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


def found_postgresql() -> PostgreSQL | None:
    """Return the server that the environment names, else the one that answers on the standard port, else None."""
    named = os.environ.get("CASUSKRING_TEST_POSTGRESQL")
    if named:
        base, _, admin = named.rpartition("/")
        if not _answers(base, admin):
            raise pytest.UsageError("the PostgreSQL that CASUSKRING_TEST_POSTGRESQL names does not answer")
        return PostgreSQL(base, admin)
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


def _throwaway(folder: Path, binaries: Path) -> PostgreSQL:
    # PostgreSQL refuses to run as root, so a root user hands the cluster to the account that the package made.
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    port = "54329"
    subprocess.run(
        [*prefix, binaries / "initdb", "-D", data, "-A", "trust", "-U", "tester", "-E", "UTF8"],
        check=True,
        capture_output=True,
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    # Its output goes to a file: a pipe would stay open for as long as the server runs.
    command = [
        *prefix,
        str(binaries / "pg_ctl"),
        "-D",
        str(data),
        "-l",
        str(folder / "log"),
        "-o",
        options,
        "-w",
        "start",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return PostgreSQL(f"postgresql://tester@127.0.0.1:{port}", "postgres")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server, or a skip that says how to get one."""
    server = found_postgresql()
    if server is not None:
        yield server
        server.tidy()
        return
    binaries = _binaries()
    if binaries is None:
        if os.environ.get("CASUSKRING_TEST_REQUIRE_ALL"):
            pytest.fail(HINT)
        pytest.skip(HINT)
    folder = Path(tempfile.mkdtemp(prefix="casuskring-pg-"))
    try:
        yield _throwaway(folder, binaries)
    finally:
        prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        subprocess.run([*prefix, binaries / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop"], check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DatabaseUrls]:
    """A fresh, empty database of each kind."""
    if request.param == "sqlite":
        yield DatabaseUrls("sqlite", f"sqlite:///{tmp_path}/casuskring.sqlite")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"casuskring_test_{os.getpid()}_{next(_numbers)}"
    server.run(f'CREATE DATABASE "{name}"')
    try:
        yield DatabaseUrls("postgresql", f"{server.base}/{name}")
    finally:
        server.run(f'DROP DATABASE "{name}" WITH (FORCE)')
