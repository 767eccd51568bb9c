"""What the workers of one function app share: the event store, the snapshots and the bus."""

from __future__ import annotations

from domain.kernel.aggregates import Aggregates
from tests.support.fakes import InMemoryBus, InMemoryEventStore, InMemorySnapshots


class Backend:
    """One set of stores, and as many workers on it as a test asks for, each with a cache of its own."""

    def __init__(self) -> None:
        self.events = InMemoryEventStore()
        self.snapshots = InMemorySnapshots()
        self.bus = InMemoryBus()

    def worker(self, *, cache_size: int = 100, snapshot_every: int = 100) -> Aggregates:
        """A worker that has just started."""
        return Aggregates(self.events, self.snapshots, self.bus, cache_size=cache_size, snapshot_every=snapshot_every)
