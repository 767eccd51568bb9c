"""What a message looks like on the bus."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.kernel.errors import UnreadableMessage
from domain.kernel.messages import Commit, OutgoingCommand
from domain.registration.order_messages import ConfirmOrder, OrderConfirmed, OrderExpired, RejectOrder
from domain.registration.registration_process import ExpireRegistrationProcess
from domain.registration.seat_assignments import SeatAssignmentsCreated, assignments_id
from domain.registration.seats_availability import MakeSeatReservation, SeatsReserved
from infra.bus_messages import command_message, decode_commit, event_messages
from infra.bus_routes import command_route, event_route
from infra.serialization import decode_envelope
from tests.support.vocabulary import CONFERENCE, NOW, ORDER_ID, said, seats

A_MINUTE = timedelta(minutes=1)
ORDER_STREAM = f"order-{ORDER_ID}"
EXPIRY = ExpireRegistrationProcess(order_id=ORDER_ID)


def body(message):
    return b"".join(message.body)


def outgoing(command, **times):
    return command_message(OutgoingCommand(envelope=said(command), **times), command_route(command), NOW)


def published(stream_id, *events, cause=None):
    cause = cause or said(ConfirmOrder(order_id=ORDER_ID), "the command")
    commit = Commit(stream_id=stream_id, version=7, cause=cause, events=events)
    return list(event_messages([commit], event_route(stream_id)))


def test_an_event_is_known_by_its_place_in_its_stream_and_carries_its_envelope():
    message, _ = published(ORDER_STREAM, OrderExpired(order_id=ORDER_ID))

    assert message.properties.message_id == f"{ORDER_STREAM}:7"
    assert message.properties.subject == "OrderExpired"
    assert message.properties.correlation_id == str(ORDER_ID)
    assert message.properties.group_id == str(ORDER_ID)
    assert message.properties.to == "order-events"
    assert decode_envelope(body(message)).version == 7


def test_the_whole_commit_follows_its_events_for_read_models_and_the_message_log():
    expired = OrderExpired(order_id=ORDER_ID)
    *events, copy = published(ORDER_STREAM, expired, expired)

    assert [event.properties.message_id for event in events] == [f"{ORDER_STREAM}:7", f"{ORDER_STREAM}:8"]
    assert (copy.properties.subject, copy.properties.group_id) == ("Commit", str(ORDER_ID))
    commit = decode_commit(body(copy))
    assert (commit.cause, commit.version, commit.events) == (
        said(ConfirmOrder(order_id=ORDER_ID), "the command"),
        7,
        (expired, expired),
    )


@pytest.mark.parametrize("unreadable", [b"", b"[]", b"{}", b'{"Commit": 1}', b'{"Commit": {"id": "x"}}'])
def test_what_is_no_commit_is_said_to_be_unreadable(unreadable):
    with pytest.raises(UnreadableMessage):
        decode_commit(unreadable)


def test_events_of_seat_assignments_follow_those_of_their_order():
    assignments = assignments_id(ORDER_ID)
    created = SeatAssignmentsCreated(assignments_id=assignments, order_id=ORDER_ID, seats=())

    message, _ = published(f"assignments-{assignments}", created)
    confirmed, _ = published(ORDER_STREAM, OrderConfirmed(order_id=ORDER_ID, conference_id=CONFERENCE, seats=()))

    assert message.properties.to == confirmed.properties.to
    assert message.properties.group_id == confirmed.properties.group_id == str(ORDER_ID)


def test_events_of_seats_availability_belong_to_the_session_of_their_conference():
    reserved = SeatsReserved(
        conference_id=CONFERENCE,
        reservation_id=ORDER_ID,
        reservation_details=(),
        available_seats_changed=(),
        attempt=1,
    )
    message, _ = published(f"seats-{CONFERENCE}", reserved)

    assert (message.properties.to, message.properties.group_id) == ("availability-events", str(CONFERENCE))


def test_a_command_goes_to_the_session_of_its_aggregate():
    command = MakeSeatReservation(conference_id=CONFERENCE, reservation_id=ORDER_ID, seats=seats(general=1), attempt=1)

    message = outgoing(command)

    assert message.properties.message_id == "a message"
    assert message.properties.group_id == str(CONFERENCE)
    assert message.properties.to == "seats-availability-commands"
    assert decode_envelope(body(message)).message == command
    assert message.header is None
    assert message.annotations is None


def test_a_command_to_the_process_itself_belongs_to_no_session():
    assert outgoing(EXPIRY).properties.group_id is None


def test_a_command_for_later_is_scheduled():
    message = outgoing(EXPIRY, not_before=NOW + A_MINUTE)

    assert message.annotations == {"x-opt-scheduled-enqueue-time": NOW + A_MINUTE}


def test_a_command_whose_time_has_come_is_not_scheduled():
    assert outgoing(EXPIRY, not_before=NOW).annotations is None


def test_a_command_lives_until_its_time_is_over():
    assert outgoing(RejectOrder(order_id=ORDER_ID), not_after=NOW + A_MINUTE).header.time_to_live == 60_000


def test_a_delayed_command_lives_from_when_it_appears():
    message = outgoing(EXPIRY, not_before=NOW + A_MINUTE, not_after=NOW + 3 * A_MINUTE)

    assert message.header.time_to_live == 120_000


def test_a_command_that_is_over_is_no_message():
    assert outgoing(RejectOrder(order_id=ORDER_ID), not_after=NOW) is None
    assert outgoing(EXPIRY, not_before=NOW + 2 * A_MINUTE, not_after=NOW + A_MINUTE) is None
