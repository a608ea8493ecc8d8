"""What every request handler gets: the parts of the service, and who is signed in."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from server.accounts import service as accounts
from server.accounts.model import Actor
from server.detection import Detector
from server.errors import Unauthenticated
from server.room.hub import Hub
from server.settings import Settings
from server.storage.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of the service that handlers use. `log_key` is the audit log's verifier key."""

    settings: Settings
    store: Store
    detector: Detector
    hub: Hub
    log_key: str

    @property
    def cookie(self) -> str:
        """The name of the login cookie; browsers tie a `__Host-` cookie to this host over TLS alone."""
        return "__Host-casuskring" if self.settings.secure else "casuskring"


def context_of(connection: HTTPConnection) -> Context:
    """Return the parts of the service."""
    context: Context = connection.app.state.context
    return context


def token_of(connection: HTTPConnection) -> str | None:
    """Return the login token that a request or handshake carries, from its header or else its cookie."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token
    return connection.cookies.get(context_of(connection).cookie)


def require_token(connection: HTTPConnection) -> str:
    """Return the login token, which need not be valid.

    Raises:
        Unauthenticated: there is none, or nothing that could be one.
    """
    token = token_of(connection)
    if not token or len(token) > 200:
        raise Unauthenticated
    return token


async def signed_in(connection: HTTPConnection) -> Actor:
    """Return the signed-in member.

    Raises:
        Unauthenticated: no token, or one that is not valid (any more).
    """
    return await accounts.resolve(context_of(connection).store.database, require_token(connection))
