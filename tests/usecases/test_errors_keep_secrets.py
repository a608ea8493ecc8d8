"""No error says what somebody typed, what a setting holds or what a row contains; importing us changes no logger."""

from __future__ import annotations

import importlib
import inspect
import io
import json
import pkgutil
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.types import Message, Receive, Scope, Send

import anonymisation
import audit
import clients
import consent
import server
from anonymisation.analyser import Analyser
from anonymisation.batch import run_jsonl
from anonymisation.errors import AnonymisationError
from anonymisation.known import Known
from audit.checkpoint import VerifierKey, open_note
from audit.entry import parse
from audit.errors import AuditError
from clients.api import Client
from clients.errors import ClientError, ConnectionEnded, Refusal
from consent.agreements import Agreement, AgreementKind
from consent.errors import ConsentError
from server import errors as service_errors
from server.accounts import service as accounts
from server.accounts.passwords import hash_password
from server.errors import ServiceError, SettingsError
from server.protocol import codec, http
from server.protocol.codec import BadFrame
from server.settings import PREFIX, Settings, read
from server.storage import secrets
from server.storage.crypto import Key, unseal
from server.storage.database import connect
from server.storage.store import Store
from server.web.middleware import Surroundings
from server.web.routing import decode
from tests.support.databases import DatabaseUrls
from tests.support.service import Service

CANARY = "Kwibusvlinder-8291-zang"
PACKAGES = (anonymisation, audit, clients, consent, server)
BASES = (AnonymisationError, AuditError, ClientError, ConsentError, ServiceError)


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if ".migrations" not in found.name and ".training" not in found.name:
            yield importlib.import_module(found.name)


def _everything_said(error: BaseException) -> str:
    """Return all that a person or a log could get to see of an error, with those it came from."""
    links = (error.__cause__, None if error.__suppress_context__ else error.__context__)
    said = [str(error), repr(error), *traceback.format_exception_only(error)]
    return "\n".join([*said, *(_everything_said(link) for link in links if link is not None)])


def _cases(tmp_path: Path) -> dict[str, Callable[[], object]]:
    """Every way in from outside, given the canary in the place where input comes."""
    bad = json.dumps({"circle": CANARY, "key": CANARY, CANARY: CANARY}).encode()
    day, moment = date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
    (tmp_path / secrets.MASTER).write_text(CANARY)
    (tmp_path / secrets.MASTER).chmod(0o600)
    return {
        "known field": lambda: Known.from_mapping({CANARY: 1}),
        "known value": lambda: Known.from_mapping({"names": CANARY, "bsn": CANARY}),
        "known date": lambda: Known.from_mapping({"birth_date": CANARY}),
        "known length": lambda: Known.from_mapping({"bsn": CANARY * 100}),
        "note": lambda: open_note(CANARY, []),
        "key": lambda: VerifierKey.parse(CANARY),
        "entry": lambda: parse(CANARY.encode()),
        "entry field": lambda: parse(json.dumps({"id": CANARY, CANARY: 1}).encode()),
        "agreement": lambda: Agreement(AgreementKind.ART26, 0, (CANARY, CANARY), day, moment),
        "body": lambda: decode(bad, http.SubmitRequest),
        "body not JSON": lambda: decode(CANARY.encode(), http.LoginRequest),
        "frame": lambda: codec.decode_client(json.dumps({"type": CANARY})),
        "frame field": lambda: codec.decode_client(json.dumps({"type": "join", CANARY: 1})),
        "frame from the service": lambda: codec.decode_server(json.dumps({"type": CANARY})),
        "stored event": lambda: codec.decode_body(json.dumps({"type": CANARY}).encode()),
        "secrets": lambda: secrets.load(tmp_path),
        "box": lambda: unseal(Key("k", bytes(32)), CANARY, CANARY.encode()),
        "box version": lambda: unseal(Key("k", bytes(32)), CANARY, b"\x01" + CANARY.encode() * 3),
    }


def test_every_way_in_refuses_without_repeating(tmp_path: Path) -> None:
    for name, attempt in _cases(tmp_path).items():
        with pytest.raises((*BASES, BadFrame)) as raised:
            attempt()
        assert CANARY not in _everything_said(raised.value), name


async def test_the_service_and_the_client_refuse_without_repeating(service: Service) -> None:
    database, stranger = service.store.database, Client(service.origin)
    service.clients.append(stranger)
    attempts: list[Awaitable[object]] = [
        accounts.log_in(database, CANARY, CANARY, hours=1),
        accounts.resolve(database, CANARY),
        hash_password(CANARY * 20),
        service.store.keys.get(CANARY),
        stranger.log_in(CANARY, CANARY),
        (await service.client("gp")).case(CANARY),
    ]
    for attempt in attempts:
        with pytest.raises((ServiceError, ClientError)) as raised:
            await attempt
        assert CANARY not in _everything_said(raised.value)
    async with (await service.client("gp")).live(service.network.session) as at_gp:
        at_gp.token = CANARY
        assert CANARY not in repr(at_gp)
    wrong = (await service.client("gp")).live(CANARY)
    with pytest.raises(ConnectionEnded) as ended:
        await wrong.__aenter__()
    assert CANARY not in _everything_said(ended.value)


def test_every_error_of_ours_has_a_code_and_a_message_of_its_own() -> None:
    """A class that takes its message from outside could pass input on; ours state a rule, or take codes and numbers."""
    found = {
        kind
        for package in PACKAGES
        for module in _modules(package)
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, BASES) and kind.__module__ == module.__name__
    }
    assert set(BASES) <= found
    codes = {kind: kind.code for kind in found}
    assert all(code and code.isidentifier() for code in codes.values())
    outward = [kind for kind in found if issubclass(kind, ServiceError)]
    assert len({kind.code for kind in outward}) == len(outward) - _share_their_code(outward)
    for kind in outward:
        assert kind.message.endswith(".")
        assert str(kind()) == kind.code


def _share_their_code(kinds: list[type[ServiceError]]) -> int:
    """Return how many classes use the code of their parent on purpose."""
    return sum("code" not in vars(kind) for kind in kinds)


def test_a_bad_line_of_a_batch_is_named_and_not_repeated() -> None:
    out = io.StringIO()
    lines = [b'{"id":"a","text":"' + CANARY.encode(), b'{"id":"b","' + CANARY.encode() + b'":1}', CANARY.encode()]
    assert run_jsonl(iter(lines), out, Analyser.load(use_model=False)) == 3
    assert CANARY not in out.getvalue()
    assert all("error" in json.loads(line) for line in out.getvalue().splitlines())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", CANARY),
        ("keystore_url", CANARY),
        ("public_origin", CANARY),
        ("public_origin", f"http://[{CANARY}"),
        ("public_origin", f"http://{CANARY}"),
        ("public_origin", f"https://elders.example/{CANARY}"),
        ("port", CANARY),
        ("port", "99999"),
        ("detector_workers", CANARY),
        ("login_hours", "8291"),
        ("retention_days", CANARY),
        ("log_origin", f"{CANARY} +"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read({PREFIX + name.upper(): value})
    said = _everything_said(raised.value) + raised.value.message
    assert PREFIX + name.upper() in said
    assert value not in said
    assert CANARY not in said


def test_secrets_and_requests_show_nothing_of_themselves() -> None:
    shown = [
        repr(secrets.Secrets(CANARY.encode(), CANARY.encode())),
        repr(Key("k", CANARY.encode())),
        repr(http.LoginRequest(CANARY, CANARY)),
        repr(http.MemberRequest(CANARY, CANARY, CANARY, "o")),
        repr(Known(names=(CANARY,))),
        repr(Refusal(400, "code", "Zin.")),
    ]
    assert not any(CANARY in one for one in shown)


async def test_an_error_of_the_database_hides_its_parameters(database_urls: DatabaseUrls) -> None:
    engine = connect(database_urls.url)
    try:
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError) as raised:
                await connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": CANARY})
    finally:
        await engine.dispose()
    assert CANARY not in _everything_said(raised.value)
    assert "hide_parameters" in str(raised.value)


async def test_whatever_goes_wrong_only_its_kind_is_logged_and_answered(store: Store) -> None:
    """Drivers quote values in some errors all the same; so the last place to catch them prints their kind alone."""

    async def failing(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise SQLAlchemyError(CANARY) from ValueError(CANARY)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope: Scope = {
        "type": "http",
        "method": CANARY,
        "path": f"/api/v1/{CANARY}",
        "query_string": CANARY.encode(),
        "headers": [(b"user-agent", CANARY.encode())],
    }
    with structlog.testing.capture_logs() as logged:
        await Surroundings(failing, origin="https://x.example", secure=True)(scope, receive, send)
    assert [one["event"] for one in logged] == ["request_failed", "request"]
    assert CANARY not in repr(logged)
    assert sent[0]["status"] == 503
    assert msgspec.json.decode(sent[1]["body"])["code"] == service_errors.Busy.code
    assert CANARY not in repr(sent)


LOGGERS = """
import logging, importlib, pkgutil
root = logging.getLogger()
before = (root.level, list(root.handlers), list(root.filters), logging.root.manager.disable)
for package in ("anonymisation", "audit", "clients", "consent", "server"):
    top = importlib.import_module(package)
    for found in pkgutil.walk_packages(top.__path__, package + "."):
        if ".migrations" not in found.name and ".training" not in found.name:
            importlib.import_module(found.name)
after = (root.level, list(root.handlers), list(root.filters), logging.root.manager.disable)
assert before == after, (before, after)
assert logging.getLogger("websockets").getEffectiveLevel() >= logging.INFO
print("untouched")
"""


def test_importing_all_of_us_leaves_the_root_logger_alone() -> None:
    done = subprocess.run([sys.executable, "-c", LOGGERS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "untouched\n"), done.stderr


def test_our_own_logging_drops_what_is_not_on_its_list(capsys: pytest.CaptureFixture[str]) -> None:
    script = (
        "import logging, structlog\n"
        "from server.observability import configure\n"
        "configure()\n"
        f"structlog.get_logger().info('request', route='/x', text='{CANARY}', name='{CANARY}')\n"
        f"logging.getLogger('websockets').debug('{CANARY}')\n"
        f"logging.getLogger('sqlalchemy.engine').warning('%s', '{CANARY}')\n"
        f"try:\n    raise ValueError('{CANARY}')\n"
        "except ValueError:\n    logging.getLogger('asyncio').exception('unhandled')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.count("\n") == 3
    assert CANARY not in done.stderr + done.stdout
    assert '"kind": "asyncio:ValueError"' in done.stderr


def test_settings_show_nothing_of_themselves() -> None:
    """The address of a database may hold a password."""
    settings = Settings(database_url=f"postgresql://user:{CANARY}@host/name")
    assert repr(settings) == str(settings) == "Settings(***)"
