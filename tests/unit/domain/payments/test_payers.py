"""Paying for an order: one open payment at a time, and a few tries while the reservation lasts."""

import pytest

from domain.kernel.errors import NotFound, Unavailable
from domain.kernel.ids import derive
from domain.payments.third_party_processor_payment import (
    PAYMENT,
    CancelThirdPartyProcessorPayment,
    CompleteThirdPartyProcessorPayment,
    PaymentState,
)
from domain.payments.use_cases import MOST_TRIES, NothingToPay, PaymentDue, Payments
from domain.registration.order import ORDER
from domain.registration.order_messages import AssignRegistrantDetails, RejectOrder
from domain.registration.seats import Seats
from tests.support import orders
from tests.support.backend import Backend
from tests.support.catalogue import PublishedConference, caller
from tests.support.given_when_then import refused, refused_because
from tests.support.vocabulary import CODE, JANE, NOW, ORDER_ID, PAYMENT_ID, said, seats

ONE = seats(general=1)
JANE_REGISTERS = AssignRegistrantDetails(order_id=ORDER_ID, registrant=JANE)


@pytest.fixture
def payments(backend: Backend, catalogue: PublishedConference) -> Payments:
    return Payments(backend.worker(), backend.bus, catalogue)


async def nameless(_code: str) -> None:
    """What a conference is called that is not there."""


async def order(backend: Backend, *commands: object) -> None:
    worker = backend.worker()
    for command in commands:
        known = len(backend.events.streams[ORDER.stream_id(ORDER_ID)])
        await worker.execute(ORDER, ORDER_ID, said(command, f"{type(command).__name__} {known}"))


async def ready_to_pay(backend: Backend, wanted: Seats = ONE) -> None:
    await order(backend, orders.register(wanted), JANE_REGISTERS, orders.mark_reserved(wanted))


async def payment(backend: Backend, due: PaymentDue):
    return (await backend.worker().load(PAYMENT, due.payment_id)).state


async def start_refused_because(payments: Payments, reason: str) -> None:
    with refused_because(reason):
        await payments.start(caller(), ORDER_ID)


async def test_a_payment_is_begun_for_the_total_of_the_order(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    initiated = (await payment(backend, due)).initiated
    assert initiated == orders.payment_initiated(199_00, due.payment_id)
    assert initiated.description == "Registration for CQRS summit"


async def test_beginning_to_pay_reads_the_order_alone(payments, backend) -> None:
    await ready_to_pay(backend)
    backend.events.calls.clear()
    await payments.start(caller(), ORDER_ID)
    assert backend.events.calls == ["read", "append", "mark_published"]


async def test_a_payment_says_what_it_is_for_also_while_the_conference_is_not_published(
    payments, backend, catalogue
) -> None:
    await ready_to_pay(backend)
    catalogue.published = None
    due = await payments.start(caller(), ORDER_ID)
    assert (await payment(backend, due)).initiated.description == "Registration for CQRS summit"


async def test_a_conference_that_the_read_models_do_not_know_is_called_by_its_code(
    payments, backend, catalogue, monkeypatch
) -> None:
    await ready_to_pay(backend)
    monkeypatch.setattr(catalogue, "name", nameless)
    due = await payments.start(caller(), ORDER_ID)
    assert (await payment(backend, due)).initiated.description == f"Registration for {CODE}"


async def test_a_double_click_pays_once(payments, backend) -> None:
    await ready_to_pay(backend)
    first = await payments.start(caller(), ORDER_ID)
    assert await payments.start(caller(), ORDER_ID) == first
    assert await Payments(backend.worker(), backend.bus, PublishedConference()).start(caller(), ORDER_ID) == first


async def test_a_free_order_is_confirmed_without_a_payment(payments, backend) -> None:
    await ready_to_pay(backend, seats(free=1))
    who = caller()
    assert await payments.start(who, ORDER_ID) == NothingToPay()
    confirming = backend.events.streams[ORDER.stream_id(ORDER_ID)][-1]
    assert confirming.events == (orders.confirmed(seats(free=1), payment_id=None),)
    assert confirming.cause == said(orders.confirm(), who.message_id, causation_id=who.message_id)


async def test_an_order_is_not_paid_for_before_it_is_ready(payments, backend) -> None:
    with refused(NotFound):
        await payments.start(caller(), ORDER_ID)
    await order(backend, orders.register(seats(general=2)))
    await start_refused_because(payments, "reservation-pending")
    await order(backend, orders.mark_reserved(ONE))
    await start_refused_because(payments, "partially-reserved")
    await order(backend, orders.mark_reserved(seats(general=2)))
    await start_refused_because(payments, "registrant-missing")


async def test_an_order_that_is_over_is_not_paid_for(payments, backend) -> None:
    await ready_to_pay(backend)
    await order(backend, RejectOrder(order_id=ORDER_ID))
    await start_refused_because(payments, "order-expired")


async def test_a_confirmed_order_is_not_paid_for_again(payments, backend) -> None:
    await ready_to_pay(backend)
    await order(backend, orders.confirm(199_00))
    await start_refused_because(payments, "order-settled")


async def test_a_paid_order_is_not_paid_for_again_while_it_is_being_confirmed(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    await payments.complete(caller(), due.payment_id)
    await start_refused_because(payments, "order-settled")


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
    cancelling = backend.events.streams[PAYMENT.stream_id(first.payment_id)][-1].cause
    assert cancelling.message == CancelThirdPartyProcessorPayment(payment_id=first.payment_id)
    assert cancelling.correlation_id == str(ORDER_ID)


async def test_tries_to_pay_are_numbered_and_the_same_try_is_the_same_message_whoever_makes_it(
    payments, backend
) -> None:
    """Releases that run side by side must agree on these ids, or a double click would pay twice."""
    await ready_to_pay(backend)
    for number in (1, 2, 3):
        who = caller()
        payment_id = (await payments.start(who, ORDER_ID)).payment_id
        assert payment_id == derive(ORDER_ID, f"payment-{number}")

        begun = backend.events.streams[PAYMENT.stream_id(payment_id)][0].cause
        assert begun.message == orders.initiate_payment(199_00, payment_id)
        assert begun.message_id == str(derive(payment_id, "InitiateThirdPartyProcessorPayment"))
        assert (begun.correlation_id, begun.causation_id, begun.time) == (str(ORDER_ID), who.message_id, NOW)
        await payments.cancel(caller(), payment_id)


async def test_twenty_payments_can_be_begun_for_an_order_and_no_more(payments, backend) -> None:
    await ready_to_pay(backend)
    for _ in range(MOST_TRIES):
        due = await payments.start(caller(), ORDER_ID)
        assert await payments.start(caller(), ORDER_ID) == due
        await payments.cancel(caller(), due.payment_id)
    await start_refused_because(payments, "too-many-payments")
    assert due.payment_id == derive(ORDER_ID, "payment-20")


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
    with refused_because("payment-rejected"):
        await payments.complete(caller(), first.payment_id)

    second = await payments.start(caller(), ORDER_ID)
    await payments.complete(caller(), second.payment_id)
    with refused_because("payment-accepted"):
        await payments.cancel(caller(), second.payment_id)


async def test_a_payment_nobody_began_is_unknown(payments) -> None:
    with refused(NotFound):
        await payments.complete(caller(), PAYMENT_ID)
    with refused(NotFound):
        await payments.cancel(caller(), PAYMENT_ID)


async def test_the_processor_saying_the_same_again_is_the_same_message(payments, backend) -> None:
    backend.events.fail("read", Unavailable("no answer"), times=8)
    for say in (payments.complete, payments.complete, payments.cancel, payments.cancel):
        assert await say(caller(), PAYMENT_ID) is None

    said_again = [queued.envelope for queued in backend.bus.sent]
    assert [envelope.message_id for envelope in said_again] == [
        str(derive(PAYMENT_ID, f"{kind}ThirdPartyProcessorPayment"))
        for kind in ("Complete", "Complete", "Cancel", "Cancel")
    ]
    assert [envelope.message for envelope in said_again[1:3]] == [
        CompleteThirdPartyProcessorPayment(payment_id=PAYMENT_ID),
        CancelThirdPartyProcessorPayment(payment_id=PAYMENT_ID),
    ]
    assert {envelope.correlation_id for envelope in said_again} == {str(PAYMENT_ID)}


async def test_what_the_processor_says_belongs_to_the_conversation_about_its_order(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    elsewhere = Payments(backend.worker(), backend.bus, PublishedConference())
    backend.events.calls.clear()
    await elsewhere.complete(caller(), due.payment_id)
    assert backend.events.calls == ["read", "append", "mark_published"]
    assert backend.events.streams[PAYMENT.stream_id(due.payment_id)][-1].cause.correlation_id == str(ORDER_ID)


async def test_what_the_processor_says_waits_in_the_queue_while_the_store_does_not_answer(payments, backend) -> None:
    await ready_to_pay(backend)
    due = await payments.start(caller(), ORDER_ID)
    backend.events.fail("append", Unavailable("no answer"))
    assert await payments.complete(caller(), due.payment_id) is None

    (queued,) = backend.bus.sent
    await backend.worker().execute(PAYMENT, due.payment_id, queued.envelope)
    assert (await payments.complete(caller(), due.payment_id)).state is PaymentState.ACCEPTED
    assert len(backend.events.events(PAYMENT.stream_id(due.payment_id))) == 2
