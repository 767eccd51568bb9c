"""Events reach the bus after their commit and in order; while it does not answer, commands succeed all the same."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.kernel.errors import Unavailable
from domain.kernel.left_behind import STREAMS_AT_ONCE
from domain.kernel.messages import Commit
from domain.registration.seats_availability import SEATS_AVAILABILITY as SEATS
from tests.support.availability import STREAM, add, reserve
from tests.support.backend import Backend
from tests.support.vocabulary import ANOTHER_CONFERENCE, CONFERENCE, GENERAL, NOW, said, seats


def pending(backend: Backend) -> list[int]:
    return [commit.version for commit in backend.events.streams[STREAM] if commit.pending]


async def test_a_commit_is_published_and_then_marked_so(backend: Backend) -> None:
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3)))
    assert backend.bus.published_ids == [f"{STREAM}:1"]
    assert pending(backend) == []


async def test_nothing_is_published_before_it_is_stored(backend: Backend) -> None:
    async def nothing_went_out() -> None:
        assert backend.bus.calls == []

    backend.events.before("append", nothing_went_out)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3)))
    assert backend.bus.calls == ["publish"]


async def test_what_could_not_be_stored_is_not_published(backend: Backend) -> None:
    backend.events.fail("append", Unavailable("no answer"))
    with pytest.raises(Unavailable):
        await backend.worker().execute(SEATS, CONFERENCE, said(add(3)))
    assert backend.bus.published == []


async def test_a_bus_that_does_not_answer_leaves_the_commit_pending_and_the_command_successful(
    backend: Backend,
) -> None:
    backend.bus.fail("publish", Unavailable("no answer"))
    outcome = await backend.worker().execute(SEATS, CONFERENCE, said(add(3)))
    assert outcome.state.remaining == {GENERAL: 3}
    assert backend.bus.published == []
    assert pending(backend) == [1]


async def test_a_mark_that_could_not_be_made_leaves_the_commit_pending_and_the_command_successful(
    backend: Backend,
) -> None:
    backend.events.fail("mark_published", Unavailable("no answer"))
    outcome = await backend.worker().execute(SEATS, CONFERENCE, said(add(3)))
    assert outcome.state.remaining == {GENERAL: 3}
    assert pending(backend) == [1]


async def test_the_same_worker_publishes_what_it_left_behind_before_its_next_events(backend: Backend) -> None:
    worker = backend.worker()
    backend.bus.fail("publish", Unavailable("no answer"))
    await worker.execute(SEATS, CONFERENCE, said(add(3), "first"))
    await worker.execute(SEATS, CONFERENCE, said(add(4), "second"))
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2"]
    assert pending(backend) == []


async def test_a_worker_that_knew_the_stream_publishes_what_it_left_behind_before_its_next_events(
    backend: Backend,
) -> None:
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(3), "first"))
    backend.bus.fail("publish", Unavailable("no answer"))
    await worker.execute(SEATS, CONFERENCE, said(add(4), "second"))
    backend.events.calls.clear()
    await worker.execute(SEATS, CONFERENCE, said(add(5), "third"))
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2", f"{STREAM}:3"]
    assert backend.events.calls[0] == "read"


async def test_whoever_loads_a_stream_publishes_what_others_left_behind_before_its_own_events(
    backend: Backend,
) -> None:
    backend.bus.fail("publish", Unavailable("no answer"))
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "left behind"))
    await backend.worker().execute(SEATS, CONFERENCE, said(add(4), "second"))
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2"]
    assert pending(backend) == []


async def test_whoever_is_overtaken_publishes_what_the_faster_one_left_behind_before_its_own_events(
    backend: Backend,
) -> None:
    slow = backend.worker()
    await slow.execute(SEATS, CONFERENCE, said(add(3), "first"))
    backend.bus.fail("publish", Unavailable("no answer"))
    await backend.worker().execute(SEATS, CONFERENCE, said(add(4), "left behind"))
    await slow.execute(SEATS, CONFERENCE, said(add(5), "third"))
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2", f"{STREAM}:3"]


async def test_commands_succeed_while_no_events_can_go_out_and_later_all_of_them_do_in_order(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"), times=2)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "left behind"))
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(4), "as well"))
    assert pending(backend) == [1, 2]

    await worker.execute(SEATS, CONFERENCE, said(add(5), "third"))
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2", f"{STREAM}:3"]
    assert pending(backend) == []


async def test_whoever_is_overtaken_twice_publishes_all_that_was_left_behind(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"), times=2)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "left behind"))

    async def somebody_is_faster() -> None:
        await backend.worker().execute(SEATS, CONFERENCE, said(add(4), "left behind as well"))

    slow = backend.worker()
    backend.events.before("append", somebody_is_faster)
    await slow.execute(SEATS, CONFERENCE, said(add(5), "third"))
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2", f"{STREAM}:3"]
    assert pending(backend) == []


async def test_a_repeated_command_publishes_what_its_first_run_left_behind(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"))
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(3), "seats created"))
    await worker.execute(SEATS, CONFERENCE, said(add(3), "seats created"))
    assert backend.bus.published_ids == [f"{STREAM}:1"]
    assert pending(backend) == []


async def test_the_commits_of_a_batch_go_out_together_in_order(backend: Backend) -> None:
    commands = [said(add(3), "add"), said(reserve(seats(general=2)), "reserve")]
    await backend.worker().execute_all(SEATS, CONFERENCE, commands)
    assert backend.bus.calls == ["publish"]
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2"]
    assert pending(backend) == []


async def test_the_timer_publishes_what_stayed_pending_for_too_long(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"), times=2)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "old", time=NOW - timedelta(minutes=1)))
    await backend.worker().execute(SEATS, ANOTHER_CONFERENCE, said(add(3), "young"))

    assert await backend.worker().publish_left_behind(NOW - timedelta(seconds=30)) == 1
    assert backend.bus.published_ids == [f"{STREAM}:1"]
    assert pending(backend) == []


async def test_the_timer_counts_what_it_published(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"), times=2)
    for conference in (CONFERENCE, ANOTHER_CONFERENCE):
        await backend.worker().execute(SEATS, conference, said(add(3), f"add to {conference}"))
    later = NOW + timedelta(seconds=1)
    assert await backend.worker().publish_left_behind(later) == 2
    assert await backend.worker().publish_left_behind(later) == 0


async def test_the_timer_says_when_the_bus_does_not_answer(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"), times=2)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3)))
    with pytest.raises(Unavailable):
        await backend.worker().publish_left_behind(NOW + timedelta(seconds=1))
    assert pending(backend) == [1]


async def test_a_stream_that_cannot_go_out_keeps_its_order_and_holds_up_no_other(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"), times=3)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "too large"))
    await backend.worker().execute(SEATS, CONFERENCE, said(add(4), "after it"))
    await backend.worker().execute(SEATS, ANOTHER_CONFERENCE, said(add(3), "of another stream"))
    backend.bus.fail("publish", ValueError("a message is too large for the bus"))

    with pytest.raises(Unavailable, match=f"{STREAM} stays pending: a message is too large"):
        await backend.worker().publish_left_behind(NOW + timedelta(seconds=1))
    assert pending(backend) == [1, 2]
    assert backend.bus.published_ids == [f"{SEATS.stream_id(ANOTHER_CONFERENCE)}:1"]


async def test_the_timer_publishes_all_of_a_stream_at_once(backend: Backend) -> None:
    backend.bus.fail("publish", Unavailable("no answer"), times=2)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "first"))
    await backend.worker().execute(SEATS, CONFERENCE, said(add(4), "second"))
    backend.bus.calls.clear()

    assert await backend.worker().publish_left_behind(NOW + timedelta(seconds=1)) == 2
    assert backend.bus.published_ids == [f"{STREAM}:1", f"{STREAM}:2"]
    assert backend.bus.calls == ["publish"]


async def left_behind(backend: Backend, **streams: int) -> list[str]:
    """So many streams of each category, each with one event that is not on the bus."""
    names = [f"{category}-{UUID(int=number)}" for category, count in streams.items() for number in range(count)]
    for name in names:
        cause = said(add(3), name)
        await backend.events.append([Commit(stream_id=name, version=1, cause=cause, events=(cause.message,))])
    return names


async def test_a_topic_that_does_not_answer_holds_up_no_other_and_is_not_asked_for_every_stream(
    backend: Backend,
) -> None:
    *_, first, second = await left_behind(backend, order=3 * STREAMS_AT_ONCE, payment=2)
    backend.bus.fail("publish", Unavailable("disabled"), times=STREAMS_AT_ONCE)

    with pytest.raises(Unavailable, match=r"^order-… stays pending: disabled$"):
        await backend.worker().publish_left_behind(NOW + timedelta(seconds=1))
    assert backend.bus.published_ids == [f"{first}:1", f"{second}:1"]
    assert backend.bus.calls == ["publish"] * (STREAMS_AT_ONCE + 2)


async def test_the_timer_names_every_topic_that_does_not_answer(backend: Backend) -> None:
    await left_behind(backend, order=2, payment=2)
    backend.bus.fail("publish", Unavailable("disabled"), times=4)

    with pytest.raises(Unavailable, match=r"^order-… stays pending: disabled; payment-… stays pending: disabled$"):
        await backend.worker().publish_left_behind(NOW + timedelta(seconds=1))


async def test_streams_go_out_side_by_side(backend: Backend) -> None:
    await left_behind(backend, order=2)
    both = asyncio.Barrier(2)

    async def wait_for_the_other() -> None:
        await both.wait()

    for _ in range(2):
        backend.bus.before("publish", wait_for_the_other)
    assert await backend.worker().publish_left_behind(NOW + timedelta(seconds=1)) == 2


async def test_when_the_time_of_the_timer_is_over_the_next_one_goes_on(backend: Backend) -> None:
    await left_behind(backend, order=STREAMS_AT_ONCE + 1)
    later, worker = NOW + timedelta(seconds=1), backend.worker()
    assert await worker.publish_left_behind(later, is_over=lambda: True) == STREAMS_AT_ONCE
    assert await worker.publish_left_behind(later, is_over=lambda: True) == 1
