"""One command on one aggregate: conflicts, repetitions, and what a cached state is worth."""

import asyncio

import pytest

from domain.kernel.aggregates import MAX_ATTEMPTS, Outcome
from domain.kernel.errors import ConcurrencyConflict, InvalidCommand, NotFound, NotPossible, Unavailable
from domain.payments.third_party_processor_payment import PAYMENT, CompleteThirdPartyProcessorPayment
from domain.registration.order import ORDER
from domain.registration.order_messages import RejectOrder
from domain.registration.seats import by_type
from domain.registration.seats_availability import SEATS_AVAILABILITY, SeatsAvailability
from tests.support import orders
from tests.support.availability import STREAM, add, changed, commit, committed, reserve, reserved
from tests.support.backend import Backend
from tests.support.vocabulary import CONFERENCE, GENERAL, NOW, ORDER_ID, PAYMENT_ID, said, seats

SEATS = SEATS_AVAILABILITY


def remaining(outcome: Outcome[SeatsAvailability]) -> int:
    return outcome.state.remaining[GENERAL]


async def test_the_events_of_a_command_are_one_commit_that_bears_its_id(backend: Backend) -> None:
    command = said(orders.register(seats(general=1)), "register")
    outcome = await backend.worker().execute(ORDER, ORDER_ID, command)

    (stored,) = backend.events.streams[ORDER.stream_id(ORDER_ID)]
    assert (stored.message_id, stored.version, stored.last_version) == ("register", 1, 2)
    assert stored.cause == command
    assert outcome.events == stored.events == orders.placed(seats(general=1))
    assert outcome.version == 2


async def test_decisions_see_the_time_of_their_message_and_no_other_clock(backend: Backend) -> None:
    command = said(orders.register(seats(general=1)), time=NOW.replace(year=1999))
    outcome = await backend.worker().execute(ORDER, ORDER_ID, command)
    assert outcome.events[0].reservation_auto_expiration.year == 1999


async def test_a_repeated_command_adds_nothing_and_answers_with_the_present_state(backend: Backend) -> None:
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(10), "seats created"))
    again = await worker.execute(SEATS, CONFERENCE, said(add(10), "seats created"))

    assert backend.events.events(STREAM) == [changed(seats(general=10))]
    assert (again.events, remaining(again), again.version) == ((), 10, 1)


async def test_a_command_repeated_on_another_worker_adds_nothing(backend: Backend) -> None:
    await backend.worker().execute(SEATS, CONFERENCE, said(add(10), "seats created"))
    again = await backend.worker().execute(SEATS, CONFERENCE, said(add(10), "seats created"), assume_new=True)

    assert backend.events.events(STREAM) == [changed(seats(general=10))]
    assert (again.events, remaining(again)) == ((), 10)


async def test_a_repeated_command_that_would_be_refused_by_now_has_succeeded(backend: Backend) -> None:
    worker = backend.worker()
    await worker.execute(ORDER, ORDER_ID, said(orders.register(seats(general=1)), "register"))
    await worker.execute(ORDER, ORDER_ID, said(orders.register(seats(general=2)), "change"))
    await worker.execute(ORDER, ORDER_ID, said(RejectOrder(order_id=ORDER_ID), "expire"))

    again = await worker.execute(ORDER, ORDER_ID, said(orders.register(seats(general=2)), "change"))
    assert again.events == ()
    with pytest.raises(NotPossible):
        await worker.execute(ORDER, ORDER_ID, said(orders.register(seats(general=2)), "another change"))


async def test_whoever_was_overtaken_reloads_and_decides_again(backend: Backend) -> None:
    slow, fast = backend.worker(), backend.worker()
    await slow.execute(SEATS, CONFERENCE, said(add(3), "add"))
    await fast.execute(SEATS, CONFERENCE, said(reserve(seats(general=2), reservation=PAYMENT_ID), "first"))

    outcome = await slow.execute(SEATS, CONFERENCE, said(reserve(seats(general=2)), "second"))
    assert outcome.events == (reserved(seats(general=1)),)
    assert (remaining(outcome), outcome.version) == (0, 3)


async def test_a_first_command_that_assumed_a_new_aggregate_wrongly_decides_again(backend: Backend) -> None:
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "first"))
    outcome = await backend.worker().execute(SEATS, CONFERENCE, said(add(4), "second"), assume_new=True)
    assert (remaining(outcome), outcome.version) == (7, 2)


async def test_a_new_aggregate_costs_no_read(backend: Backend) -> None:
    await backend.worker().execute(PAYMENT, PAYMENT_ID, said(orders.initiate_payment()), assume_new=True)
    assert backend.events.calls == ["append", "mark_published"]


async def test_of_many_workers_that_race_each_gets_its_turn(backend: Backend) -> None:
    workers = [backend.worker() for _ in range(8)]
    await asyncio.gather(
        *(worker.execute(SEATS, CONFERENCE, said(add(1), f"add {n}")) for n, worker in enumerate(workers))
    )
    state = (await backend.worker().load(SEATS, CONFERENCE)).state
    assert state.remaining == {GENERAL: 8}


async def test_one_worker_takes_several_commands_on_one_aggregate_at_the_same_time(backend: Backend) -> None:
    worker = backend.worker()

    async def take_another() -> None:
        await worker.execute(SEATS, CONFERENCE, said(add(1), "in between"))

    backend.events.before("append", take_another)
    outcome = await worker.execute(SEATS, CONFERENCE, said(add(1), "first"))
    assert (remaining(outcome), outcome.version) == (2, 2)
    assert (await worker.load(SEATS, CONFERENCE)).state.remaining == {GENERAL: 2}


async def test_a_conflict_that_never_ends_is_given_back_to_the_bus(backend: Backend) -> None:
    backend.events.fail("append", ConcurrencyConflict("busy"), times=MAX_ATTEMPTS)
    with pytest.raises(ConcurrencyConflict, match=STREAM):
        await backend.worker().execute(SEATS, CONFERENCE, said(add(1)))
    assert backend.events.calls.count("append") == MAX_ATTEMPTS


async def test_a_store_that_does_not_answer_is_not_hidden(backend: Backend) -> None:
    worker = backend.worker()
    backend.events.fail("append", Unavailable("no answer"))
    with pytest.raises(Unavailable):
        await worker.execute(SEATS, CONFERENCE, said(add(1)))
    outcome = await worker.execute(SEATS, CONFERENCE, said(add(1)))
    assert remaining(outcome) == 1


async def test_a_cached_state_saves_the_read(backend: Backend) -> None:
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(3), "first"))
    await worker.execute(SEATS, CONFERENCE, said(add(4), "second"))
    assert backend.events.calls.count("read") == 1


async def test_nothing_to_do_in_a_cached_state_is_proven_on_what_the_store_has_now(backend: Backend) -> None:
    stale, other = backend.worker(), backend.worker()
    await stale.execute(SEATS, CONFERENCE, said(add(3), "add"))
    await other.execute(SEATS, CONFERENCE, said(reserve(seats(general=2)), "reserve"))

    outcome = await stale.execute(SEATS, CONFERENCE, said(commit(), "commit"))
    assert outcome.events == (committed(),)


async def test_a_refusal_from_a_cached_state_is_proven_on_what_the_store_has_now(backend: Backend) -> None:
    stale, other = backend.worker(), backend.worker()
    await stale.execute(SEATS, CONFERENCE, said(add(3), "add"))
    await other.execute(SEATS, CONFERENCE, said(add(5, PAYMENT_ID), "add another type"))

    outcome = await stale.execute(SEATS, CONFERENCE, said(reserve(orders.of({PAYMENT_ID: 2})), "reserve"))
    assert by_type(outcome.state.pending[ORDER_ID].seats) == {PAYMENT_ID: 2}


async def test_nothing_to_do_for_an_aggregate_assumed_to_be_new_is_proven_too(backend: Backend) -> None:
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "add"))
    await backend.worker().execute(SEATS, CONFERENCE, said(reserve(seats(general=2)), "reserve"))
    outcome = await backend.worker().execute(SEATS, CONFERENCE, said(commit(), "commit"), assume_new=True)
    assert outcome.events == (committed(),)


async def test_a_true_refusal_reaches_the_caller_and_stores_nothing(backend: Backend) -> None:
    with pytest.raises(InvalidCommand):
        await backend.worker().execute(SEATS, CONFERENCE, said(reserve(seats(general=1))))
    with pytest.raises(NotFound):
        await backend.worker().execute(
            PAYMENT, PAYMENT_ID, said(CompleteThirdPartyProcessorPayment(payment_id=PAYMENT_ID))
        )
    assert not any(backend.events.streams.values())


async def test_an_unknown_aggregate_has_version_zero_and_is_not_taken_for_known_later(backend: Backend) -> None:
    worker = backend.worker()
    nobody = await worker.load(SEATS, CONFERENCE)
    assert (nobody.version, nobody.state) == (0, SEATS.initial)
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3)))
    assert (await worker.load(SEATS, CONFERENCE)).version == 1


async def test_what_was_loaded_is_known_to_the_next_command(backend: Backend) -> None:
    await backend.worker().execute(SEATS, CONFERENCE, said(add(3), "first"))
    worker = backend.worker()
    await worker.load(SEATS, CONFERENCE)
    backend.events.calls.clear()
    await worker.execute(SEATS, CONFERENCE, said(add(4), "second"))
    assert backend.events.calls == ["append", "mark_published"]


async def test_a_worker_reads_only_what_it_does_not_know_yet(backend: Backend) -> None:
    worker, other = backend.worker(), backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(1), "first"))
    await other.execute(SEATS, CONFERENCE, said(add(2), "second"))
    del backend.events.streams[STREAM][:1]  # what the worker knows
    assert (await worker.load(SEATS, CONFERENCE)).state.remaining == {GENERAL: 3}

    await other.execute(SEATS, CONFERENCE, said(add(4), "third"))
    del backend.events.streams[STREAM][:1]
    outcome = await worker.execute(SEATS, CONFERENCE, said(add(8), "overtaken"))
    assert (remaining(outcome), outcome.version) == (15, 4)


async def test_load_shows_what_other_workers_did(backend: Backend) -> None:
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(3), "mine"))
    await backend.worker().execute(SEATS, CONFERENCE, said(add(4), "theirs"))
    assert (await worker.load(SEATS, CONFERENCE)).state.remaining == {GENERAL: 7}


async def test_the_cache_forgets_what_was_not_used_for_longest(backend: Backend) -> None:
    worker = backend.worker(cache_size=2)
    conferences = [CONFERENCE, ORDER_ID, PAYMENT_ID]
    for conference in (*conferences[:2], conferences[0], conferences[2]):
        await worker.execute(SEATS, conference, said(add(1), f"add {len(backend.events.calls)}"))
    backend.events.calls.clear()

    for conference in (conferences[0], conferences[2]):
        await worker.execute(SEATS, conference, said(add(1), f"again {conference}"))
    assert "read" not in backend.events.calls
    await worker.execute(SEATS, conferences[1], said(add(1), "forgotten"))
    assert "read" in backend.events.calls


async def test_aggregates_that_do_not_exist_push_nothing_out_of_the_cache(backend: Backend) -> None:
    worker = backend.worker(cache_size=1)
    await worker.execute(SEATS, CONFERENCE, said(add(1), "first"))
    await worker.load(SEATS, ORDER_ID)
    backend.events.calls.clear()
    await worker.execute(SEATS, CONFERENCE, said(add(1), "second"))
    assert "read" not in backend.events.calls


async def test_a_command_that_is_done_last_does_not_put_an_older_state_into_the_cache(backend: Backend) -> None:
    worker = backend.worker()
    await worker.execute(SEATS, CONFERENCE, said(add(1), "first"))

    async def overtake_while_it_is_published() -> None:
        await worker.execute(SEATS, CONFERENCE, said(add(1), "third"))

    backend.bus.before("publish", overtake_while_it_is_published)
    await worker.execute(SEATS, CONFERENCE, said(add(1), "second"))
    backend.events.calls.clear()
    await worker.execute(SEATS, CONFERENCE, said(add(1), "fourth"))
    assert backend.events.calls == ["append", "mark_published"]
