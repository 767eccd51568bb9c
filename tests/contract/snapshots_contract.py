"""What every store of mementos must do. Subclass it where there is a fixture `snapshots`."""

from __future__ import annotations

import asyncio

from immutables import Map

from domain.kernel.ports import Snapshot, Snapshots
from domain.registration.seats_availability import PendingReservation, SeatsAvailability
from tests.contract.event_store_contract import new_stream
from tests.support.vocabulary import GENERAL, ORDER_ID, seats

HELD = PendingReservation(seats=seats(general=2), attempt=1)


def memento(version: int) -> Snapshot:
    state = SeatsAvailability(remaining={GENERAL: version}, pending=Map({ORDER_ID: HELD}))
    return Snapshot(version=version, state=state)


class SnapshotsContract:
    async def test_there_is_none_at_first(self, snapshots: Snapshots) -> None:
        assert await snapshots.load(new_stream()) is None

    async def test_a_memento_is_read_as_it_was_saved(self, snapshots: Snapshots) -> None:
        stream = new_stream()
        await snapshots.save(stream, memento(100))
        assert await snapshots.load(stream) == memento(100)
        assert await snapshots.load(new_stream()) is None

    async def test_a_later_memento_replaces_an_earlier_one(self, snapshots: Snapshots) -> None:
        stream = new_stream()
        for version in (100, 200):
            await snapshots.save(stream, memento(version))
        assert await snapshots.load(stream) == memento(200)

    async def test_an_earlier_memento_does_not_replace_a_later_one(self, snapshots: Snapshots) -> None:
        stream = new_stream()
        for version in (200, 100):
            await snapshots.save(stream, memento(version))
        assert await snapshots.load(stream) == memento(200)

    async def test_of_many_saved_at_once_the_latest_stays(self, snapshots: Snapshots) -> None:
        stream = new_stream()
        versions = [500, 100, 800, 300, 700, 200, 600, 400]
        await asyncio.gather(*(snapshots.save(stream, memento(version)) for version in versions))
        assert await snapshots.load(stream) == memento(800)
