"""Addresses of a service as a person types them."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST = 300


def is_origin(address: str) -> bool:
    """Is this scheme, host and perhaps a port, with TLS unless it is this computer?"""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    beside = parts.query or parts.fragment or parts.username or parts.password or parts.path not in {"", "/"}
    return bool(len(address) <= LONGEST and host and not beside and (parts.scheme == "https" or is_here(address)))


def is_here(address: str) -> bool:
    """Is this an address of this computer itself, without TLS?"""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme == "http" and (host == "localhost" or ip_address(host).is_loopback)
    except ValueError:
        return False
