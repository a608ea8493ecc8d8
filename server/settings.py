"""Every setting of the service in one frozen object, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from server.errors import SettingsError

PREFIX = "CASUSKRING_"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; each is read from the environment variable `CASUSKRING_` + its name in capitals."""

    database_url: str = field(
        default="sqlite:///var/casuskring.sqlite",
        metadata={
            "help": "Where the service keeps its data: `sqlite:///PATH` (one node) or `postgresql://USER@HOST/NAME`."
        },
    )
    keystore_url: str = field(
        default="",
        metadata={
            "help": "Where the wrapped keys are kept, so that they can have a shorter backup term. Empty: beside an "
            "SQLite database in a file of their own, in PostgreSQL in a schema of their own."
        },
    )
    secrets_dir: Path = field(
        default=Path("var/secrets"),
        metadata={"help": "Folder with the master key and the key that signs the log, readable by the service alone."},
    )
    public_origin: str = field(
        default="http://127.0.0.1:8443",
        metadata={"help": "The origin that browsers use, e.g. `https://casuskring.example.nl`."},
    )
    host: str = field(default="127.0.0.1", metadata={"help": "The address to listen on."})
    port: int = field(default=8443, metadata={"help": "The port to listen on."})
    log_origin: str = field(
        default="casuskring.example/log",
        metadata={"help": "The name of the audit log in its checkpoints; it never changes."},
    )
    site: str = field(
        default="casuskring",
        metadata={"help": "AuditEnterpriseSiteID of NEN 7513: which installation wrote the entry."},
    )
    region: str = field(default="Regio", metadata={"help": "The name of the region, shown on the pages."})
    spacy_model: str = field(
        default="",
        metadata={"help": "Another spaCy pipeline than the one that ships with the product: a package name or folder."},
    )
    detector_workers: int = field(default=1, metadata={"help": "How many processes scan text for identifiers."})
    metrics_host: str = field(
        default="127.0.0.1", metadata={"help": "The address at which Prometheus reads the figures."}
    )
    metrics_port: int = field(
        default=0, metadata={"help": "The port at which Prometheus reads the figures, at `/metrics`; 0: none."}
    )
    drain_seconds: int = field(
        default=0,
        metadata={
            "help": "How many seconds a node that is told to stop says that it is not ready, before it sends its "
            "members to another one: as long as the proxy needs to notice."
        },
    )
    login_hours: int = field(default=10, metadata={"help": "After how many hours a login ends."})
    retention_days: int = field(
        default=120,
        metadata={"help": "Days after the outcome at which the pseudonymised case text is erased (at least 92)."},
    )

    def __repr__(self) -> str:
        """Show nothing: the address of a database may hold a password."""
        return "Settings(***)"

    @property
    def secure(self) -> bool:
        """Do browsers reach the service over TLS? Then cookies get the `__Host-` prefix and `Secure`."""
        return self.public_origin.startswith("https://")


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings from the environment.

    Raises:
        SettingsError: a setting has a wrong shape, or a variable with our prefix is unknown; the message names the
            setting and never shows its value.
    """
    known = {one.name: one for one in fields(Settings)}
    values: dict[str, object] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name in IGNORED:
            continue
        if name not in known:
            raise SettingsError(f"{variable} is not a setting of Casuskring; see docs/settings.md")
        values[name] = _convert(variable, text, known[name].default)
    settings = Settings(**values)  # type: ignore[arg-type]
    check(settings)
    return settings


IGNORED = frozenset({"vectors", "test_postgresql", "test_require_all", "peers_python"})
"""Variables that the tests and benchmarks use; the service passes over them."""


def _convert(variable: str, text: str, default: object) -> object:
    if isinstance(default, Path):
        return Path(text)
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{variable} must be a whole number") from None
    return text


def check(settings: Settings) -> None:
    """Refuse settings that cannot work, before anything is opened.

    Raises:
        SettingsError: names the setting and the rule.
    """
    for name in ("database_url", "keystore_url"):
        url = getattr(settings, name)
        if url and not url.startswith(("sqlite:///", "postgresql://")):
            raise SettingsError(f"{PREFIX}{name.upper()} must begin with sqlite:/// or postgresql://")
    try:
        parts = urlsplit(settings.public_origin)
    except ValueError:
        raise SettingsError(f"{PREFIX}PUBLIC_ORIGIN is no address") from None
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise SettingsError(f"{PREFIX}PUBLIC_ORIGIN must be an origin such as https://casuskring.example.nl, no path")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError(f"{PREFIX}PUBLIC_ORIGIN must be https, except on this computer itself")
    ranges = {
        "port": (0, 65535),
        "metrics_port": (0, 65535),
        "drain_seconds": (0, 300),
        "detector_workers": (1, 64),
        "login_hours": (1, 24),
        "retention_days": (92, 3650),
    }
    for name, (low, high) in ranges.items():
        if not low <= getattr(settings, name) <= high:
            raise SettingsError(f"{PREFIX}{name.upper()} must lie between {low} and {high}")
    if not settings.log_origin or any(one.isspace() or one == "+" for one in settings.log_origin):
        raise SettingsError(f"{PREFIX}LOG_ORIGIN must be a name without spaces and without a plus sign")
