"""Figures for people who run the service, as Prometheus reads them: how much, how long, which code.

Every label comes from a closed list of this program (a route's pattern, a message type, a status, a close code): never
a path, a reference, a name or a word. They are kept in memory only and served on a port of their own, which is off
unless `CASUSKRING_METRICS_PORT` says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "casuskring_requests", "HTTP requests by route and status.", ("method", "route", "status"), registry=REGISTRY
)
REQUEST_SECONDS = Histogram("casuskring_request_seconds", "How long an HTTP request took.", registry=REGISTRY)
FRAMES = Counter(
    "casuskring_frames_received", "Frames of live sessions that came in, by message type.", ("type",), registry=REGISTRY
)
FRAMES_SENT = Counter(
    "casuskring_frames_sent", "Frames with events that were given to members' connections.", registry=REGISTRY
)
CLOSES = Counter(
    "casuskring_connections_closed", "Connections that ended, by the close code we gave.", ("code",), registry=REGISTRY
)
SCAN_SECONDS = Histogram(
    "casuskring_scan_seconds",
    "How long the detector took, waiting for a worker included.",
    ("what",),
    registry=REGISTRY,
)
SCANS_FAILED = Counter("casuskring_scans_failed", "Scans that could not be done: nothing passed.", registry=REGISTRY)
DRAINING = Gauge("casuskring_draining", "1 while this node sends its members on before it stops.", registry=REGISTRY)


@dataclass(frozen=True, slots=True)
class Census:
    """How many rooms are open on this node, and how many connections they have."""

    rooms: int
    connections: int


class CensusTaker(Collector):
    """Counts when Prometheus asks, so that nothing has to be kept in step."""

    def __init__(self, census: Callable[[], Census]) -> None:
        self.census = census

    def collect(self) -> Iterator[Metric]:
        """Yield the figures of this moment."""
        found = self.census()
        yield GaugeMetricFamily("casuskring_rooms", "Live sessions that are open on this node.", found.rooms)
        yield GaugeMetricFamily("casuskring_connections", "Connections to those sessions.", found.connections)


def serve(host: str, port: int, census: Callable[[], Census]) -> Callable[[], None]:
    """Serve the figures at `/metrics` on a thread of their own; return what ends that.

    Raises:
        OSError: the address cannot be listened on.
    """
    taker = CensusTaker(census)
    REGISTRY.register(taker)
    try:
        server, thread = start_http_server(port, host, registry=REGISTRY)
    except BaseException:
        REGISTRY.unregister(taker)
        raise

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()
        REGISTRY.unregister(taker)

    return stop
