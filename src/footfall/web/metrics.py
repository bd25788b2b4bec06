"""The server's figures for Prometheus, read when they are asked for: the way of a chunk pays nothing for them.

No label names a project, a visitor or an address.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from footfall.index import AnyIndexer
from footfall.ingest import Guard, Ingest
from footfall.log import Log
from footfall.web.connections import Connections


@dataclass
class Phase:
    """Where the server stands between its start and its end."""

    caught_up: bool = False  # the index holds what the log held at the start
    draining: bool = False  # it is told to stop, and finishes what it has begun


@dataclass(frozen=True)
class Sources:
    """What the figures are read from."""

    ingest: Ingest
    guard: Guard
    connections: Connections
    log: Log
    indexer: AnyIndexer
    phase: Phase


def registry(sources: Sources) -> CollectorRegistry:
    """Return a registry of a server's figures and its process's."""
    made = CollectorRegistry(auto_describe=False)
    made.register(_Figures(sources))
    for of_process in (ProcessCollector, PlatformCollector, GCCollector):
        of_process(registry=made)
    return made


class _Figures(Collector):
    """What Footfall itself counts."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        yield from self._of_ingest()
        yield from self._of_connections()
        yield from self._of_storage()

    def _of_ingest(self) -> Iterator[Metric]:
        counters, guard = self._sources.ingest.counters, self._sources.guard
        yield _counter("chunks", "Chunks stored.", counters.chunks)
        yield _counter("chunk_bytes", "Bytes of the chunks stored.", counters.chunk_bytes)
        yield _counter("chunk_repeats", "Chunks that were there already.", counters.repeats)
        yield _counter("assets", "Assets taken.", counters.assets)
        yield _counter("asset_bytes", "Bytes of the assets taken.", counters.asset_bytes)
        yield _counter(
            "opted_out", "Requests of visitors who refuse to be recorded.", counters.opted_out
        )
        yield _counter("paused", "Chunks and assets of paused projects.", counters.paused)
        yield _counter("unavailable", "Requests answered 503.", counters.unavailable)
        yield _labelled(
            "refused", "Requests refused, by the code they were told.", "code", counters.refused
        )
        held = {"chunk": guard.chunks.held, "asset": guard.assets.held}
        in_flight = GaugeMetricFamily(
            "footfall_in_flight_bytes", "Bytes of bodies that are held.", labels=["kind"]
        )
        for kind, size in held.items():
            in_flight.add_metric([kind], size)
        yield in_flight

    def _of_connections(self) -> Iterator[Metric]:
        connections = self._sources.connections
        yield GaugeMetricFamily(
            "footfall_connections", "Connections that are open.", value=connections.open
        )
        yield GaugeMetricFamily(
            "footfall_worker_connections",
            "Connections that are open at worker processes.",
            value=connections.open_at_workers,
        )
        yield _labelled(
            "connections_ended",
            "Connections ended before or instead of a request, by reason.",
            "reason",
            vars(connections.turned),
        )

    def _of_storage(self) -> Iterator[Metric]:
        log, indexer, phase = self._sources.log, self._sources.indexer, self._sources.phase
        end, position = log.end, indexer.position
        behind = end.offset - position.offset if end.segment == position.segment else end.offset
        yield _counter("log_commits", "Groups of chunks made durable.", log.commits)
        yield GaugeMetricFamily("footfall_log_segment", "The newest segment.", value=end.segment)
        yield GaugeMetricFamily(
            "footfall_index_behind_bytes",
            "Bytes of the newest segment that are not indexed yet.",
            value=max(0, behind),
        )
        yield _counter("index_unreadable", "Stored chunks not readable.", indexer.unreadable)
        yield _counter("index_damaged", "Damaged stretches of the log met.", indexer.damaged)
        is_ready = phase.caught_up and not phase.draining
        yield GaugeMetricFamily("footfall_ready", "1 as /readyz says 200.", value=int(is_ready))


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"footfall_{name}", text, value=value)


def _labelled(name: str, text: str, label: str, values: dict[str, int]) -> Metric:
    family = CounterMetricFamily(f"footfall_{name}", text, labels=[label])
    for value, count in list(values.items()):
        family.add_metric([value], count)
    return family
