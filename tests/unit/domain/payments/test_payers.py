"""Paying for an order: one open payment at a time, any number of tries while the reservation lasts."""

import pytest

from domain.kernel.errors import NotFound, NotPossible, Unavailable
from domain.payments.third_party_processor_payment import PAYMENT, PaymentState
from domain.payments.use_cases import NothingToPay, PaymentDue, Payments
from domain.registration.order import ORDER
from domain.registration.order_messages import AssignRegistrantDetails, RejectOrder
from domain.registration.seats import Seats
from tests.support import orders
from tests.support.backend import Backend
from tests.support.catalogue import PublishedConference, caller
from tests.support.vocabulary import CODE, JANE, ORDER_ID, PAYMENT_ID, said, seats

ONE = seats(general=1)
JANE_REGISTERS = AssignRegistrantDetails(order_id=ORDER_ID, registrant=JANE)


@pytest.fixture
def backend() -> Backend:
    return Backend()


@pytest.fixture
def catalogue() -> PublishedConference:
    return PublishedConference()


@pytest.fixture
def payments(backend: Backend, catalogue: PublishedConference) -> Payments:
    return Payments(backend.worker(), backend.bus, catalogue)


async def order(backend: Backend, *commands: object) -> None:
    worker = backend.worker()
    for command in commands:
        known = len(backend.events.streams[ORDER.stream_id(ORDER_ID)])
        await worker.execute(ORDER, ORDER_ID, said(command, f"{type(command).__name__} {known}"))


async def ready_to_pay(backend: Backend, wanted: Seats = ONE) -> None:
    await order(backend, orders.register(wanted), JANE_REGISTERS, orders.mark_reserved(wanted))


async def payment(backend: Backend, due: PaymentDue):
    return (await backend.worker().load(PAYMENT, due.payment_id)).state


async def refused(payments: Payments) -> str:
    with pytest.raises(NotPossible) as refusal:
        await payments.start(caller(), ORDER_ID)
    return refusal.value.reason


async def test_a_payment_is_begun_for_the_total_of_the_order(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    initiated = (await payment(backend, due)).initiated
    assert (initiated.order_id, initiated.total_amount) == (ORDER_ID, 199_00)
    assert initiated.description == "Registration for CQRS summit"


async def test_a_payment_is_described_by_its_code_while_the_conference_is_not_published(
    payments, backend, catalogue
) -> None:
    await ready_to_pay(backend)
    catalogue.published = None
    due = await payments.start(caller(), ORDER_ID)
    assert (await payment(backend, due)).initiated.description == f"Registration for {CODE}"


async def test_a_double_click_pays_once(payments, backend) -> None:
    await ready_to_pay(backend)
    first = await payments.start(caller(), ORDER_ID)
    assert await payments.start(caller(), ORDER_ID) == first
    assert await Payments(backend.worker(), backend.bus, PublishedConference()).start(caller(), ORDER_ID) == first


async def test_a_free_order_is_confirmed_without_a_payment(payments, backend) -> None:
    await ready_to_pay(backend, seats(free=1))
    assert await payments.start(caller(), ORDER_ID) == NothingToPay()
    events = backend.events.events(ORDER.stream_id(ORDER_ID))
    assert events[-1] == orders.confirmed(seats(free=1), payment_id=None)


async def test_an_order_is_not_paid_for_before_it_is_ready(payments, backend) -> None:
    with pytest.raises(NotFound):
        await payments.start(caller(), ORDER_ID)
    await order(backend, orders.register(seats(general=2)))
    assert await refused(payments) == "reservation-pending"
    await order(backend, orders.mark_reserved(ONE))
    assert await refused(payments) == "partially-reserved"
    await order(backend, orders.mark_reserved(seats(general=2)))
    assert await refused(payments) == "registrant-missing"


async def test_an_order_that_is_over_is_not_paid_for(payments, backend) -> None:
    await ready_to_pay(backend)
    await order(backend, RejectOrder(order_id=ORDER_ID))
    assert await refused(payments) == "order-expired"


async def test_a_confirmed_order_is_not_paid_for_again(payments, backend) -> None:
    await ready_to_pay(backend)
    await order(backend, orders.confirm(199_00))
    assert await refused(payments) == "order-settled"


async def test_a_paid_order_is_not_paid_for_again_while_it_is_being_confirmed(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    await payments.complete(caller(), due.payment_id)
    assert await refused(payments) == "order-settled"


async def test_a_rejected_payment_lets_her_try_again(payments, backend) -> None:
    await ready_to_pay(backend)
    first = await payments.start(caller(), ORDER_ID)
    await payments.cancel(caller(), first.payment_id)
    second = await payments.start(caller(), ORDER_ID)
    assert second != first
    assert (await payment(backend, second)).state is PaymentState.INITIATED


async def test_a_payment_to_be_given_back_lets_her_try_again(payments, backend) -> None:
    await ready_to_pay(backend)
    first = await payments.start(caller(), ORDER_ID)
    await payments.complete(caller(), first.payment_id)
    await order(backend, orders.require_refund(199_00, first.payment_id))
    assert await payments.start(caller(), ORDER_ID) != first


async def test_a_payment_for_other_seats_is_cancelled_before_a_new_one_is_begun(payments, backend) -> None:
    await ready_to_pay(backend)
    first = await payments.start(caller(), ORDER_ID)
    two = seats(general=2)
    await order(backend, orders.register(two), orders.mark_reserved(two, revision=2))
    second = await payments.start(caller(), ORDER_ID)
    assert (await payment(backend, first)).state is PaymentState.REJECTED
    assert (await payment(backend, second)).initiated.total_amount == 398_00


async def test_completing_twice_is_one_completion(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    for _ in range(2):
        assert (await payments.complete(caller(), due.payment_id)).state is PaymentState.ACCEPTED
    events = backend.events.events(PAYMENT.stream_id(due.payment_id))
    assert events[1:] == [orders.payment_completed(199_00, due.payment_id)]


async def test_a_payment_that_was_cancelled_is_not_completed_and_the_other_way_round(payments, backend) -> None:
    await ready_to_pay(backend)
    first = await payments.start(caller(), ORDER_ID)
    await payments.cancel(caller(), first.payment_id)
    with pytest.raises(NotPossible) as refusal:
        await payments.complete(caller(), first.payment_id)
    assert refusal.value.reason == "payment-rejected"

    second = await payments.start(caller(), ORDER_ID)
    await payments.complete(caller(), second.payment_id)
    with pytest.raises(NotPossible) as refusal:
        await payments.cancel(caller(), second.payment_id)
    assert refusal.value.reason == "payment-accepted"


async def test_a_payment_nobody_began_is_unknown(payments) -> None:
    with pytest.raises(NotFound):
        await payments.complete(caller(), PAYMENT_ID)
    with pytest.raises(NotFound):
        await payments.cancel(caller(), PAYMENT_ID)


async def test_what_the_processor_says_waits_in_the_queue_while_the_store_does_not_answer(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    backend.events.fail("append", Unavailable("no answer"))
    assert await payments.complete(caller(), due.payment_id) is None

    (queued,) = backend.bus.sent
    await backend.worker().execute(PAYMENT, due.payment_id, queued.envelope)
    assert (await payments.complete(caller(), due.payment_id)).state is PaymentState.ACCEPTED
    assert len(backend.events.events(PAYMENT.stream_id(due.payment_id))) == 2
