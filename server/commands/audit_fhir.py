"""`casuskring audit fhir`: an export of the log as FHIR R4 AuditEvents."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from audit.checkpoint import VerifierKey
from audit.errors import AuditError
from audit.fhir import BASE
from audit.fhir_export import write_audit_events
from audit.report import describe


def write(directory: Path, out: Path, *, key_file: Path | None, base: str) -> int:
    """Write the events and print the verdict on the export; 0 when it was done, 1 when the export does not hold.

    2 when a file cannot be read or written, or `base` is no address.
    """
    base = base.rstrip("/") or BASE
    if not _is_address(base):
        print("casuskring: --base is een adres, zoals https://casuskring.example.nl/fhir", file=sys.stderr)
        return 2
    try:
        key = VerifierKey.parse(key_file.read_text()) if key_file else None
        verified = write_audit_events(directory, out, key=key, base=base)
    except AuditError as error:
        print(describe(error, "nl"))
        return 1
    except (OSError, UnicodeDecodeError) as error:
        print(
            f"casuskring: een bestand kan niet worden gelezen of geschreven ({type(error).__name__})", file=sys.stderr
        )
        return 2
    print(describe(verified, "nl"))
    print(f"Geschreven: {verified.checkpoint.size} AuditEvents in {out}.")
    return 0


def _is_address(base: str) -> bool:
    try:
        parts = urlsplit(base)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(one.isspace() for one in base)
