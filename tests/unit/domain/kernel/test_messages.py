"""Envelopes and commits: where a message comes from, and ids that are the same each time."""

from uuid import UUID

from domain.kernel.ids import derive
from domain.kernel.messages import Commit
from domain.registration.order_messages import RejectOrder
from domain.registration.seats_availability import AddSeats
from tests.support import orders
from tests.support.vocabulary import CONFERENCE, GENERAL, NOW, ORDER_ID, said, seats

REJECT = RejectOrder(order_id=ORDER_ID)
ADD = AddSeats(conference_id=CONFERENCE, seat_type=GENERAL, quantity=1)


def test_a_derived_id_is_the_same_each_time() -> None:
    assert derive(ORDER_ID, "SeatAssignments") == derive(str(ORDER_ID), "SeatAssignments")


def test_derived_ids_never_change_from_release_to_release() -> None:
    assert derive(UUID(int=0), "SeatAssignments") == UUID("0e80576c-0fbf-5970-b15a-f3b5f910f3aa")


def test_different_causes_and_different_names_have_different_ids() -> None:
    ids = {derive(cause, name) for cause in ("a", "b") for name in ("x", "y")}
    assert len(ids) == 4


def test_a_caused_command_has_the_same_id_each_time_it_is_caused() -> None:
    event = said(orders.expired(), "order-1:3")
    assert event.caused(REJECT) == event.caused(REJECT)
    assert event.caused(REJECT).message_id != said(orders.expired(), "order-1:4").caused(REJECT).message_id


def test_the_id_of_a_caused_command_follows_from_its_cause_and_its_name_in_every_release() -> None:
    event = said(orders.expired(), "order-1:3")
    assert event.caused(REJECT).message_id == str(derive("order-1:3", "RejectOrder"))


def test_different_commands_of_one_cause_have_different_ids() -> None:
    event = said(orders.expired(), "order-1:3")
    ids = {event.caused(REJECT).message_id, event.caused(ADD).message_id, event.caused(ADD, suffix="2").message_id}
    assert len(ids) == 3


def test_a_caused_command_keeps_the_conversation_the_cause_and_the_time() -> None:
    caused = said(orders.expired(), "order-1:3").caused(REJECT)
    assert (caused.correlation_id, caused.causation_id, caused.time) == (str(ORDER_ID), "order-1:3", NOW)
    assert caused.message == REJECT


def test_recorded_events_are_numbered_on_from_their_commit_and_name_the_command() -> None:
    command = said(orders.register(seats(general=1)), "register")
    commit = Commit(stream_id="order-1", version=4, cause=command, events=orders.placed(seats(general=1)))
    first, second = commit.recorded()
    assert (first.message, second.message) == commit.events
    assert (first.message_id, second.message_id) == ("order-1:4", "order-1:5")
    assert (first.version, second.version, commit.last_version) == (4, 5, 5)
    assert {event.stream_id for event in (first, second)} == {"order-1"}
    assert {event.causation_id for event in (first, second)} == {"register"} == {commit.message_id}
    assert {event.correlation_id for event in (first, second)} == {str(ORDER_ID)}
    assert {event.time for event in (first, second)} == {NOW}
