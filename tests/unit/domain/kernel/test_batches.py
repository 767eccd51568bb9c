"""Store and forward: the commands of one aggregate, decided one after another and stored at once."""

import pytest

from domain.kernel.aggregates import Outcome
from domain.kernel.errors import DomainError, InvalidCommand, Unavailable
from domain.registration.seats_availability import SEATS_AVAILABILITY as SEATS
from tests.support.availability import STREAM, add, cancel, changed, commit, committed, reserve, reserved
from tests.support.backend import Backend
from tests.support.orders import of
from tests.support.vocabulary import (
    ANOTHER_ORDER_ID,
    CONFERENCE,
    GENERAL,
    ORDER_ID,
    UNKNOWN_SEAT_TYPE,
    said,
    seats,
)

NO_SUCH_SEATS = of({UNKNOWN_SEAT_TYPE: 1})


async def run(backend: Backend, *commands: tuple[str, object]) -> list[Outcome | DomainError]:
    envelopes = [said(command, message_id) for message_id, command in commands]
    return list(await backend.worker().execute_all(SEATS, CONFERENCE, envelopes))


async def test_each_command_is_decided_on_what_the_one_before_it_left(backend: Backend) -> None:
    results = await run(
        backend,
        ("add", add(3)),
        ("first", reserve(seats(general=2))),
        ("second", reserve(seats(general=2), reservation=ANOTHER_ORDER_ID)),
    )
    assert [result.events for result in results] == [
        (changed(seats(general=3)),),
        (reserved(seats(general=2)),),
        (reserved(seats(general=1), reservation=ANOTHER_ORDER_ID),),
    ]
    assert [result.version for result in results] == [1, 2, 3]
    assert [result.state.remaining[GENERAL] for result in results] == [3, 1, 0]


async def test_all_commits_of_a_batch_are_stored_in_one_call(backend: Backend) -> None:
    await run(backend, ("add", add(3)), ("first", reserve(seats(general=2))), ("sold", commit()))
    assert backend.events.calls.count("append") == 1
    assert [stored.message_id for stored in backend.events.streams[STREAM]] == ["add", "first", "sold"]
    assert backend.events.events(STREAM) == [changed(seats(general=3)), reserved(seats(general=2)), committed()]


async def test_a_refused_command_leaves_its_neighbours_alone(backend: Backend) -> None:
    before, refused, after = await run(
        backend, ("before", add(3)), ("refused", reserve(NO_SUCH_SEATS)), ("after", reserve(seats(general=2)))
    )
    assert isinstance(refused, InvalidCommand)
    assert isinstance(before, Outcome)
    assert isinstance(after, Outcome)
    assert backend.events.events(STREAM) == [changed(seats(general=3)), reserved(seats(general=2))]


async def test_a_command_with_nothing_to_do_leaves_its_neighbours_alone(backend: Backend) -> None:
    _, nothing, after = await run(backend, ("add", add(3)), ("nothing", cancel()), ("after", add(1)))
    assert isinstance(nothing, Outcome)
    assert (nothing.events, nothing.commit) == ((), None)
    assert isinstance(after, Outcome)
    assert after.version == 2


async def test_a_message_twice_in_one_batch_counts_once(backend: Backend) -> None:
    results = await run(backend, ("same", add(3)), ("same", add(3)), ("other", add(1)))
    assert [result.events for result in results] == [(changed(seats(general=3)),), (), (changed(seats(general=1)),)]
    assert results[-1].state.remaining == {GENERAL: 4}


async def test_a_repeated_batch_changes_nothing(backend: Backend) -> None:
    batch = (("add", add(3)), ("reserve", reserve(seats(general=2))))
    await run(backend, *batch)
    again = await run(backend, *batch)
    assert [result.events for result in again] == [(), ()]
    assert len(backend.events.streams[STREAM]) == 2


async def test_a_batch_that_holds_something_handled_before_does_the_rest(backend: Backend) -> None:
    await run(backend, ("add", add(3)))
    results = await run(backend, ("add", add(3)), ("new", add(4)))
    assert [result.events for result in results] == [(), (changed(seats(general=4)),)]
    assert results[-1].state.remaining == {GENERAL: 7}


async def test_a_message_handled_before_is_known_also_beside_a_refused_one(backend: Backend) -> None:
    await run(backend, ("add", add(3)), ("hold", reserve(seats(general=1))), ("sold", commit()))
    results = await run(backend, ("hold", reserve(seats(general=1))), ("refused", reserve(NO_SUCH_SEATS)))
    assert isinstance(results[0], Outcome)
    assert isinstance(results[1], InvalidCommand)
    assert len(backend.events.streams[STREAM]) == 3


async def test_messages_that_turn_out_one_after_the_other_to_be_handled_before_are_all_known(
    backend: Backend,
) -> None:
    await run(backend, ("first", add(1)))

    async def nobody_comes_between() -> None: ...

    async def another_worker_handles_the_second() -> None:
        await run(backend, ("second", add(2)))

    backend.events.before("append", nobody_comes_between)
    backend.events.before("append", another_worker_handles_the_second)
    results = await run(backend, ("first", add(1)), ("second", add(2)), ("third", add(4)))
    assert [result.events for result in results] == [(), (), (changed(seats(general=4)),)]
    assert results[-1].state.remaining == {GENERAL: 7}


async def test_a_batch_that_was_overtaken_is_decided_again_as_a_whole(backend: Backend) -> None:
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(3), "add"))
    await run(backend, ("overtaking", reserve(seats(general=2), reservation=ANOTHER_ORDER_ID)))
    results = await worker.execute_all(
        SEATS, CONFERENCE, [said(reserve(seats(general=2)), "hold"), said(add(5), "add more")]
    )
    assert [result.events for result in results] == [
        (reserved(seats(general=1)),),
        (changed(seats(general=5)),),
    ]
    assert results[-1].state.remaining == {GENERAL: 5}


async def test_nothing_to_do_beside_a_commit_on_a_stale_state_is_proven_too(backend: Backend) -> None:
    stale = backend.worker()
    await stale.execute(SEATS, CONFERENCE, said(add(3), "add"))
    await run(backend, ("hold", reserve(seats(general=2))))
    results = await stale.execute_all(SEATS, CONFERENCE, [said(commit(), "sold"), said(add(1), "more")])
    assert [result.events for result in results] == [(committed(),), (changed(seats(general=1)),)]


async def test_a_batch_that_could_not_be_stored_can_be_repeated_as_a_whole(backend: Backend) -> None:
    batch = (("add", add(3)), ("reserve", reserve(seats(general=2))))
    backend.events.fail("append", Unavailable("no answer"))
    with pytest.raises(Unavailable):
        await run(backend, *batch)
    results = await run(backend, *batch)
    assert results[-1].state.pending[ORDER_ID].seats == seats(general=2)
    assert len(backend.events.streams[STREAM]) == 2


async def test_a_batch_on_an_aggregate_that_is_not_known_yet_costs_one_read(backend: Backend) -> None:
    await run(backend, ("add", add(3)), ("hold", reserve(seats(general=2))))
    assert backend.events.calls == ["read", "append", "mark_published"]


async def test_an_empty_batch_is_no_work(backend: Backend) -> None:
    assert await run(backend) == []
    assert "append" not in backend.events.calls
