"""The message bus on a local Service Bus, through Microsoft's SDK."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.kernel.errors import InvalidCommand
from domain.kernel.messages import Commit, OutgoingCommand
from domain.payments.third_party_processor_payment import CancelThirdPartyProcessorPayment, PaymentRejected
from domain.registration.order_messages import AssignRegistrantDetails, OrderRegistrantForgotten, RejectOrder
from domain.registration.registration_process import ExpireRegistrationProcess
from domain.registration.seats_availability import CommitSeatReservation
from infra.bus_routes import QUEUES, TOPICS
from infra.parking import Parking
from tests.integration.service_bus_adapter.order_events import commit, commits, envelopes
from tests.support.vocabulary import CONFERENCE, PersonalInfo, said
from tests.unit.infra.doubles import received_envelope

pytestmark = pytest.mark.asyncio(loop_scope="module")


def of_order(order_id):
    return lambda message: message.session_id == str(order_id)


async def test_commits_reach_read_models_whole_and_in_order(bus, onlooker):
    order_id = uuid4()
    published = [commit(order_id, 1, events=2), commit(order_id, 3)]
    await bus.publish(published)

    messages = await onlooker.subscription("order-events", "order-views", 2, wanted=of_order(order_id))
    assert commits(messages) == published
    assert {message.subject for message in messages} == {"Commit"}
    assert {message.correlation_id for message in messages} == {str(order_id)}


async def test_events_reach_whoever_listens_in_order_and_their_commit_does_not(bus, onlooker):
    order_id = uuid4()
    forgotten = OrderRegistrantForgotten(order_id=order_id)
    published = [replace(commit(order_id, 1), events=(forgotten, forgotten)), commit(order_id, 3)]
    await bus.publish(published)

    messages = await onlooker.subscription("order-events", "personal-data", 2, wanted=of_order(order_id))
    assert envelopes(messages) == list(published[0].recorded())
    assert {message.subject for message in messages} == {"OrderRegistrantForgotten"}
    assert {message.correlation_id for message in messages} == {str(order_id)}


async def test_the_message_log_receives_commits_whole(bus, onlooker):
    payment_id = uuid4()
    published = Commit(
        stream_id=f"payment-{payment_id}",
        version=1,
        cause=replace(said(CancelThirdPartyProcessorPayment(payment_id=payment_id)), correlation_id=str(payment_id)),
        events=(PaymentRejected(payment_id=payment_id, order_id=uuid4()),),
    )
    await bus.publish([published])

    conversation = published.cause.correlation_id
    messages = await onlooker.queue("message-log", 1, wanted=lambda message: message.correlation_id == conversation)
    assert commits(messages) == [published]


async def test_a_message_sent_again_is_dropped(bus, onlooker):
    order_id = uuid4()
    again = commit(order_id, 1)
    await bus.publish([again])
    await bus.publish([again])
    await bus.publish([commit(order_id, 2)])

    messages = await onlooker.subscription("order-events", "order-views", 2, wanted=of_order(order_id))
    assert [each.version for each in commits(messages)] == [1, 2]


async def test_commands_reach_the_sessions_of_their_aggregates(bus, onlooker):
    order_id = uuid4()
    reject = said(RejectOrder(order_id=order_id), str(uuid4()))
    sell = said(CommitSeatReservation(conference_id=CONFERENCE, reservation_id=order_id), str(uuid4()))
    await bus.send([OutgoingCommand(envelope=reject), OutgoingCommand(envelope=sell)])

    (to_order,) = await onlooker.queue("order-commands", 1, session_id=str(order_id))
    (to_seats,) = await onlooker.queue("seats-availability-commands", 1, session_id=str(CONFERENCE))
    assert envelopes([to_order, to_seats]) == [reject, sell]
    assert to_order.message_id == reject.message_id


async def test_a_command_for_later_arrives_then(bus, onlooker):
    due = datetime.now(UTC) + timedelta(seconds=2)
    expire = said(ExpireRegistrationProcess(order_id=uuid4()), str(uuid4()))
    await bus.send([OutgoingCommand(envelope=expire, not_before=due)])

    (message,) = await onlooker.queue("registration-process-commands", 1)
    assert envelopes([message]) == [expire]
    assert message.enqueued_time_utc >= due - timedelta(milliseconds=1)


async def test_a_command_carries_its_time_to_live(bus, onlooker):
    order_id = uuid4()
    reject = said(RejectOrder(order_id=order_id), str(uuid4()))
    await bus.send([OutgoingCommand(envelope=reject, not_after=datetime.now(UTC) + timedelta(minutes=16))])

    (message,) = await onlooker.queue("order-commands", 1, session_id=str(order_id))
    assert timedelta(minutes=15) < message.time_to_live <= timedelta(minutes=16)


async def test_a_command_that_is_over_is_not_sent_and_that_is_logged(bus, onlooker, caplog):
    over = said(ExpireRegistrationProcess(order_id=uuid4()), "too late")
    await bus.send([OutgoingCommand(envelope=over, not_after=datetime.now(UTC))])

    assert await onlooker.is_empty("registration-process-commands")
    assert "ExpireRegistrationProcess too late is not sent" in caplog.text


async def test_a_message_larger_than_the_bus_takes_is_refused_by_name(bus):
    enormous = PersonalInfo(first_name="x" * 2_000_000, last_name="", email="")
    command = AssignRegistrantDetails(order_id=uuid4(), registrant=enormous)
    with pytest.raises(ValueError, match="order-commands: a message is too large"):
        await bus.send([OutgoingCommand(envelope=said(command))])


async def test_a_parked_message_waits_with_its_reason(bus, onlooker):
    envelope = said(RejectOrder(order_id=uuid4()), str(uuid4()))
    await Parking(bus).park(received_envelope(envelope), InvalidCommand("no such seat type"))

    (message,) = await onlooker.queue("parked-messages", 1)
    properties = {name.decode(): value for name, value in message.application_properties.items()}
    assert envelopes([message]) == [envelope]
    assert (properties["source"], properties["reason"]) == (b"order-events", b"no such seat type")
    assert (properties["errorType"], properties["deliveryCount"]) == (b"InvalidCommand", 1)


@pytest.mark.asyncio(loop_scope="function")
async def test_all_links_are_opened_at_once(own_bus, own_broker):
    await own_bus.warm_up()
    assert own_broker.connections() == len(QUEUES | TOPICS) + 1, "a sender each, and who peeks"

    order_id = uuid4()
    await own_bus.publish([commit(order_id, 1)])
    await own_bus.send([OutgoingCommand(envelope=said(RejectOrder(order_id=order_id)))])
    assert own_broker.connections() == len(QUEUES | TOPICS) + 1
