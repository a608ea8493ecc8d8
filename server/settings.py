"""Every setting of the service in one frozen object, read once from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from server.errors import SettingsError

PREFIX = "CASUSKRING_"


def _setting(default: object, text: str) -> object:
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings; each is read from the environment variable `CASUSKRING_` + its name in capitals."""

    database_url: str = _setting(
        "sqlite:///var/casuskring.sqlite",
        "Where the service keeps its data: `sqlite:///PATH` (default, one node) or `postgresql://USER@HOST/NAME`.",
    )  # type: ignore[assignment]
    keystore_url: str = _setting(
        "",
        "Where the wrapped keys are kept, so that they can have a shorter backup term. Empty: beside an SQLite "
        "database in a file of their own, in PostgreSQL in a schema of their own.",
    )  # type: ignore[assignment]
    secrets_dir: Path = _setting(
        Path("var/secrets"), "Folder with the master key and the key that signs the log, readable by the service alone."
    )  # type: ignore[assignment]
    public_origin: str = _setting(
        "http://127.0.0.1:8443", "The origin that browsers use, e.g. `https://casuskring.example.nl`."
    )  # type: ignore[assignment]
    host: str = _setting("127.0.0.1", "The address to listen on.")  # type: ignore[assignment]
    port: int = _setting(8443, "The port to listen on.")  # type: ignore[assignment]
    log_origin: str = _setting(
        "casuskring.example/log", "The name of the audit log in its checkpoints; it never changes."
    )  # type: ignore[assignment]
    site: str = _setting("casuskring", "AuditEnterpriseSiteID of NEN 7513: which installation wrote the entry.")  # type: ignore[assignment]
    region: str = _setting("Regio", "The name of the region, shown on the pages.")  # type: ignore[assignment]
    spacy_model: str = _setting(
        "", "Another spaCy pipeline than the one that ships with the product: a package name or a folder."
    )  # type: ignore[assignment]
    detector_workers: int = _setting(1, "How many processes scan text for identifiers.")  # type: ignore[assignment]
    login_hours: int = _setting(10, "After how many hours a login ends.")  # type: ignore[assignment]
    retention_days: int = _setting(
        120, "Days after the outcome at which the pseudonymised case text is erased; the agreement may say less."
    )  # type: ignore[assignment]

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


IGNORED = frozenset({"vectors", "test_postgresql", "test_require_all"})
"""Variables that the tests use; the service passes over them."""


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
    parts = urlsplit(settings.public_origin)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise SettingsError(f"{PREFIX}PUBLIC_ORIGIN must be an origin such as https://casuskring.example.nl, no path")
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SettingsError(f"{PREFIX}PUBLIC_ORIGIN must be https, except on this computer itself")
    ranges = {"port": (0, 65535), "detector_workers": (1, 64), "login_hours": (1, 24), "retention_days": (92, 3650)}
    for name, (low, high) in ranges.items():
        if not low <= getattr(settings, name) <= high:
            raise SettingsError(f"{PREFIX}{name.upper()} must lie between {low} and {high}")
    if not settings.log_origin or any(one.isspace() or one == "+" for one in settings.log_origin):
        raise SettingsError(f"{PREFIX}LOG_ORIGIN must be a name without spaces and without a plus sign")
