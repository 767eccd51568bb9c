"""Mementos: taken now and then, used by who starts, and never the truth."""

from domain.kernel.aggregates import Aggregates
from domain.kernel.errors import Unavailable
from domain.kernel.ports import Snapshot
from domain.registration.order import ORDER
from domain.registration.seats_availability import SEATS_AVAILABILITY as SEATS
from tests.support import orders
from tests.support.availability import STREAM, add
from tests.support.backend import Backend
from tests.support.vocabulary import CONFERENCE, GENERAL, ORDER_ID, said, seats


async def add_one(backend: Backend, times: int, *, start: int = 0, every: int = 3) -> None:
    worker = backend.worker(snapshot_every=every)
    for number in range(start, start + times):
        await worker.execute(SEATS, CONFERENCE, said(add(1), f"add {number}"))


async def test_none_is_taken_before_its_time(backend: Backend) -> None:
    await add_one(backend, 2)
    assert backend.snapshots.kept == {}


async def test_one_is_taken_each_time_a_multiple_of_the_interval_is_reached(backend: Backend) -> None:
    await add_one(backend, 8)
    assert backend.snapshots.calls.count("save") == 2
    assert backend.snapshots.kept[STREAM].version == 6
    assert backend.snapshots.kept[STREAM].state.remaining == {GENERAL: 6}


async def test_one_is_taken_every_hundred_events_unless_told_otherwise(backend: Backend) -> None:
    worker = Aggregates(backend.events, backend.snapshots, backend.bus)
    await worker.execute_all(SEATS, CONFERENCE, [said(add(1), f"add {number}") for number in range(99)])
    assert backend.snapshots.kept == {}
    await worker.execute(SEATS, CONFERENCE, said(add(1), "the hundredth"))
    assert backend.snapshots.kept[STREAM].version == 100


async def test_a_batch_that_passes_over_the_multiple_is_followed_by_one(backend: Backend) -> None:
    batch = [said(add(1), f"add {number}") for number in range(5)]
    await backend.worker(snapshot_every=3).execute_all(SEATS, CONFERENCE, batch)
    assert backend.snapshots.kept[STREAM].version == 5


async def test_who_starts_reads_only_what_came_after_it(backend: Backend) -> None:
    await add_one(backend, 4)
    del backend.events.streams[STREAM][:3]  # what the snapshot stands for

    loaded = await backend.worker().load(SEATS, CONFERENCE)
    assert (loaded.state.remaining, loaded.version) == ({GENERAL: 4}, 4)


async def test_a_command_goes_on_from_it(backend: Backend) -> None:
    await add_one(backend, 3)
    outcome = await backend.worker().execute(SEATS, CONFERENCE, said(add(10), "more"))
    assert (outcome.state.remaining, outcome.version) == ({GENERAL: 13}, 4)


async def test_a_repetition_of_what_lies_before_it_is_still_known(backend: Backend) -> None:
    await add_one(backend, 4)
    outcome = await backend.worker().execute(SEATS, CONFERENCE, said(add(1), "add 0"))
    assert (outcome.events, outcome.state.remaining) == ((), {GENERAL: 4})


async def test_one_that_cannot_be_stored_costs_nothing_but_reading(backend: Backend) -> None:
    backend.snapshots.fail("save", Unavailable("no answer"))
    await add_one(backend, 4)
    assert backend.snapshots.kept == {}
    assert (await backend.worker().load(SEATS, CONFERENCE)).state.remaining == {GENERAL: 4}


async def test_none_stands_for_events_that_may_not_have_gone_out(backend: Backend) -> None:
    await add_one(backend, 2)
    backend.bus.fail("publish", Unavailable("no answer"))
    await add_one(backend, 1, start=2)
    assert backend.snapshots.kept == {}

    await add_one(backend, 1, start=3)
    assert backend.bus.published_ids == [f"{STREAM}:{version}" for version in (1, 2, 3, 4)]


async def test_an_older_one_does_not_replace_a_later_one(backend: Backend) -> None:
    state = SEATS.initial
    await backend.snapshots.save(STREAM, Snapshot(version=9, state=state))
    await backend.snapshots.save(STREAM, Snapshot(version=3, state=state))
    assert backend.snapshots.kept[STREAM].version == 9


async def test_short_streams_have_none(backend: Backend) -> None:
    worker = backend.worker(snapshot_every=1)
    await worker.execute(ORDER, ORDER_ID, said(orders.register(seats(general=1))))
    await backend.worker().load(ORDER, ORDER_ID)
    assert backend.snapshots.calls == []
