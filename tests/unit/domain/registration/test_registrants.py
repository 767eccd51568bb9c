"""What registrants do: place an order, change it, say who registers."""

from functools import partial

import pytest

from domain.kernel.errors import NotFound, Unavailable
from domain.kernel.ids import derive
from domain.kernel.messages import Envelope
from domain.registration.catalogue import SeatsUnavailable, UnknownSeatTypes
from domain.registration.order import ORDER, OrderState
from domain.registration.order_messages import (
    AssignRegistrantDetails,
    ForgetRegistrant,
    RegisterToConference,
    RejectOrder,
)
from domain.registration.order_views import OrderView
from domain.registration.seats import Seats
from domain.registration.use_cases import Registration
from tests.support import orders
from tests.support.backend import Backend
from tests.support.catalogue import caller
from tests.support.given_when_then import refused_because
from tests.support.seals import sealed
from tests.support.vocabulary import (
    ACCESS_CODE,
    CODE,
    EXPIRES,
    EXPIRY_SECONDS,
    JANE,
    ORDER_ID,
    PAYMENT_ID,
    PRICES,
    UNKNOWN_SEAT_TYPE,
    said,
    seats,
)

TWO = seats(general=2)
STREAM = ORDER.stream_id(ORDER_ID)


async def place(registration: Registration, wanted: Seats = TWO, *, code: str = CODE) -> OrderView | None:
    return await registration.place_order(
        caller(), order_id=ORDER_ID, code=code, seats=wanted, access_code=ACCESS_CODE, expiry_seconds=EXPIRY_SECONDS
    )


def last_command(backend: Backend) -> Envelope:
    return backend.events.streams[STREAM][-1].cause


async def nothing_is_read(backend: Backend) -> None:
    backend.events.fail("read", Unavailable("no answer"))


# Place


async def test_placing_an_order_answers_with_its_price_at_once(registration, backend) -> None:
    view = await place(registration)
    assert (view.order_id, view.total, view.state) == (ORDER_ID, 398_00, OrderState.PENDING_RESERVATION)
    assert (view.version, view.reservation_expires_at, view.access_code) == (2, EXPIRES, ACCESS_CODE)
    assert tuple(backend.events.events(STREAM)) == orders.placed(TWO)


async def test_a_new_order_costs_no_read(registration, backend) -> None:
    await place(registration)
    assert backend.events.calls == ["append", "mark_published"]


async def test_the_same_order_is_placed_by_the_same_message_whoever_places_it(registration, backend) -> None:
    """Releases that run side by side must agree on its id, or a repetition would change the order."""
    await place(registration)
    assert last_command(backend).message_id == str(derive(ORDER_ID, "RegisterToConference"))


async def test_an_order_is_known_from_the_moment_it_is_placed(registration) -> None:
    assert await registration.order(ORDER_ID) is None
    placed = await place(registration)
    assert await registration.order(ORDER_ID) == placed


async def test_the_seats_asked_for_decide_how_fresh_the_conference_is_read(registration, catalogue) -> None:
    await place(registration)
    assert catalogue.asked_for == [TWO]


@pytest.mark.parametrize("code", [CODE, CODE.upper()])
async def test_the_same_order_placed_again_is_answered_as_the_first_time(registration, backend, code) -> None:
    first = await place(registration)
    assert await place(registration, code=code) == first
    assert len(backend.events.events(STREAM)) == 2


async def test_the_same_order_placed_again_is_answered_even_if_nothing_is_left_by_now(registration, catalogue) -> None:
    first = await place(registration)
    catalogue.has_left(general=0)
    assert await place(registration) == first
    catalogue.published = None
    assert await place(registration) == first


async def test_the_same_order_placed_again_is_answered_as_the_first_time_when_it_has_gone_on(registration) -> None:
    first = await place(registration)
    await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)
    assert await place(registration) == first


async def test_an_id_taken_by_another_order_is_refused(registration) -> None:
    await place(registration)
    with refused_because("order-exists"):
        await place(registration, seats(general=3))


async def test_no_order_is_placed_at_a_conference_that_is_not_published(registration, catalogue, backend) -> None:
    catalogue.published = None
    with pytest.raises(NotFound, match=CODE):
        await place(registration)
    assert backend.events.events(STREAM) == []


async def test_no_order_is_placed_for_seats_the_conference_does_not_have(registration, backend) -> None:
    with pytest.raises(UnknownSeatTypes, match=f"CQRS summit.*{UNKNOWN_SEAT_TYPE}, {PAYMENT_ID}") as refused:
        await place(registration, orders.of({UNKNOWN_SEAT_TYPE: 1, PAYMENT_ID: 1}))
    assert refused.value.seat_types == [UNKNOWN_SEAT_TYPE, PAYMENT_ID]
    assert backend.events.events(STREAM) == []


async def test_no_order_is_placed_for_more_than_is_left_and_what_is_left_is_said(
    registration, catalogue, backend
) -> None:
    catalogue.has_left(general=1, workshop=-3, cocktail=500)
    with pytest.raises(SeatsUnavailable) as refusal:
        await place(registration, seats(general=2, workshop=1, cocktail=1))
    assert refusal.value.available == seats(general=1, workshop=0, cocktail=20)
    assert backend.events.events(STREAM) == []


async def test_the_last_seats_can_be_ordered(registration, catalogue) -> None:
    catalogue.has_left(general=2)
    assert (await place(registration)).total == 398_00


async def test_no_order_is_placed_for_more_seats_than_one_order_has(registration, catalogue, backend) -> None:
    catalogue.has_left(general=200)
    with refused_because("too-many-seats"):
        await place(registration, seats(general=101))
    assert backend.events.events(STREAM) == []


async def test_an_order_waits_in_its_queue_while_the_store_does_not_answer(registration, backend) -> None:
    backend.events.fail("append", Unavailable("no answer"))
    assert await place(registration) is None
    (queued,) = backend.bus.sent
    assert isinstance(queued.envelope.message, RegisterToConference)

    await backend.worker().execute(ORDER, ORDER_ID, queued.envelope)
    assert (await place(registration)).total == 398_00
    assert len(backend.events.events(STREAM)) == 2


async def test_whoever_is_answered_by_neither_store_nor_bus_is_told_so(registration, backend) -> None:
    backend.events.fail("append", Unavailable("no answer"))
    backend.bus.fail("send", Unavailable("no answer"))
    with pytest.raises(Unavailable):
        await place(registration)


# Change


async def test_changing_an_order_answers_with_its_new_price(registration) -> None:
    await place(registration)
    view = await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(workshop=1))
    assert (view.total, view.version, view.reservation_expires_at) == (500_00, 4, EXPIRES)


async def test_seats_the_order_holds_already_count_as_left_for_it(registration, catalogue, backend) -> None:
    await place(registration)
    await backend.worker().execute(ORDER, ORDER_ID, said(orders.mark_reserved(TWO)))
    catalogue.has_left(general=1)
    view = await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(general=3))
    assert view.total == 597_00
    with pytest.raises(SeatsUnavailable):
        await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(general=4))


@pytest.mark.parametrize("is_reserved", [False, True])
async def test_of_a_kind_that_an_order_does_not_have_it_gets_what_is_left(
    registration, catalogue, backend, is_reserved
) -> None:
    await place(registration)
    if is_reserved:
        await backend.worker().execute(ORDER, ORDER_ID, said(orders.mark_reserved(TWO)))
    catalogue.has_left(workshop=0)
    with pytest.raises(SeatsUnavailable) as refused:
        await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(workshop=1))
    assert refused.value.available == seats(workshop=0)


async def test_seats_that_are_being_reserved_for_an_order_are_not_taken_from_it(registration, catalogue) -> None:
    await place(registration)
    catalogue.has_left(general=0)  # because of this very order
    await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(general=1))
    await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(general=1))
    with pytest.raises(SeatsUnavailable) as refused:
        await registration.update_order(caller(), order_id=ORDER_ID, seats=TWO)
    assert refused.value.available == seats(general=1)


async def test_seats_that_are_being_reserved_are_not_counted_twice(registration, catalogue) -> None:
    await place(registration)
    catalogue.has_left(general=10)
    await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(general=10))
    with pytest.raises(SeatsUnavailable):
        await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(general=11))


async def test_the_seats_of_a_change_decide_how_fresh_the_conference_is_read(registration, catalogue) -> None:
    await place(registration)
    await registration.update_order(caller(), order_id=ORDER_ID, seats=seats(workshop=1))
    assert catalogue.asked_for == [TWO, seats(workshop=1)]


async def test_an_unknown_order_is_not_changed(registration) -> None:
    with pytest.raises(NotFound, match=str(ORDER_ID)):
        await registration.update_order(caller(), order_id=ORDER_ID, seats=TWO)
    with pytest.raises(NotFound, match=f"order {ORDER_ID}"):
        await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)


@pytest.mark.parametrize(("wanted", "total"), [(TWO, 398_00), (seats(general=3), 597_00)])
async def test_of_what_an_order_asked_for_some_can_be_had_while_its_conference_is_not_published(
    registration, catalogue, backend, wanted, total
) -> None:
    await place(registration, seats(general=3, workshop=1))
    await backend.worker().execute(ORDER, ORDER_ID, said(orders.mark_reserved(TWO)))
    catalogue.published = None
    view = await registration.update_order(caller(), order_id=ORDER_ID, seats=wanted)
    assert (view.state, view.total) == (OrderState.PENDING_RESERVATION, total)
    assert tuple(backend.events.events(STREAM)[-2:]) == orders.updated(wanted)


@pytest.mark.parametrize("wanted", [seats(general=3), seats(general=2, workshop=1), seats(workshop=1)])
async def test_no_other_seats_are_asked_for_while_the_conference_is_not_published(
    registration, catalogue, wanted
) -> None:
    await place(registration)
    catalogue.published = None
    with pytest.raises(NotFound, match=CODE):
        await registration.update_order(caller(), order_id=ORDER_ID, seats=wanted)


async def test_an_expired_order_is_not_changed_whatever_is_left(registration, backend, catalogue) -> None:
    await place(registration)
    catalogue.has_left(general=0)
    await backend.worker().execute(ORDER, ORDER_ID, said(RejectOrder(order_id=ORDER_ID)))
    with refused_because("order-expired"):
        await registration.update_order(caller(), order_id=ORDER_ID, seats=TWO)


async def test_whether_an_order_is_there_that_was_placed_here_is_not_asked_for(registration, backend) -> None:
    await place(registration)
    backend.events.calls.clear()
    await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)
    assert backend.events.calls == ["append", "mark_published", "read"]


async def test_who_registers_is_in_the_answer(registration) -> None:
    await place(registration)
    view = await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)
    assert view.registrant == sealed(JANE)


async def test_what_was_done_is_accepted_when_only_reading_it_gets_no_answer(registration, backend) -> None:
    await place(registration)
    for ask in (
        partial(registration.update_order, seats=seats(workshop=1)),
        partial(registration.assign_registrant, registrant=JANE),
    ):
        backend.events.before("append", partial(nothing_is_read, backend))
        assert await ask(caller(), order_id=ORDER_ID) is None
    done = await registration.order(ORDER_ID)
    assert (done.total, done.registrant) == (500_00, sealed(JANE))
    assert backend.bus.sent == []


async def test_the_domain_gets_to_see_sealed_names_only(registration, backend) -> None:
    await place(registration)
    await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)
    assert backend.events.events(STREAM)[-1].registrant == sealed(JANE)


async def test_no_key_is_drawn_for_an_order_that_nobody_placed(registration, sealer) -> None:
    with pytest.raises(NotFound):
        await registration.assign_registrant(caller(), order_id=ORDER_ID, registrant=JANE)
    with pytest.raises(NotFound):
        await registration.assign_seat(caller(), order_id=ORDER_ID, position=0, attendee=JANE)
    assert sealer.keys == set()


# Whatever she asks for


async def test_what_she_asks_for_names_its_request_and_belongs_to_the_conversation_about_her_order(
    registration, backend
) -> None:
    """Each command is kept for audit as she gave it."""

    def asked(message: object) -> None:
        assert last_command(backend) == said(message, who.message_id, causation_id=who.message_id)

    await place(registration)
    assert last_command(backend).message == orders.register(TWO, prices=PRICES[:1])
    assert last_command(backend).correlation_id == str(ORDER_ID)

    who, three = caller(), seats(general=3)
    await registration.update_order(who, order_id=ORDER_ID, seats=three)
    asked(orders.register(three, prices=PRICES[:1], expiry_seconds=0))

    who = caller()
    await registration.assign_registrant(who, order_id=ORDER_ID, registrant=JANE)
    asked(AssignRegistrantDetails(order_id=ORDER_ID, registrant=sealed(JANE)))

    await backend.worker().execute(ORDER, ORDER_ID, said(RejectOrder(order_id=ORDER_ID)))
    who = caller()
    await registration.forget_registrant(who, order_id=ORDER_ID)
    asked(ForgetRegistrant(order_id=ORDER_ID))
