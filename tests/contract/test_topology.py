"""`infra/servicebus.json` against the messages there are: everything has a place, and reaches whoever needs it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from domain.conference_management.events import ConferenceEvent
from domain.payments.third_party_processor_payment import PaymentCommand, PaymentEvent
from domain.registration.order_messages import OrderCommand, OrderEvent
from domain.registration.registration_process import ExpireRegistrationProcess, RegistrationProcessMessage
from domain.registration.seat_assignments import SeatAssignmentsCommand, SeatAssignmentsEvent
from domain.registration.seats_availability import SeatsAvailabilityCommand, SeatsAvailabilityEvent
from infra.bus_messages import COMMIT
from infra.bus_routes import COMMAND_ROUTES, EVENT_ROUTES, PARKED_MESSAGES, QUEUES, TOPICS
from infra.message_types import REGISTRY
from tests.support.function_app import declared_functions

TOPOLOGY = json.loads((Path(__file__).parents[2] / "infra" / "servicebus.json").read_text(encoding="utf-8"))
(NAMESPACE,) = TOPOLOGY["UserConfig"]["Namespaces"]
QUEUE_PROPERTIES = {queue["Name"]: queue["Properties"] for queue in NAMESPACE["Queues"]}
SUBSCRIPTIONS = {
    (topic["Name"], subscription["Name"]): subscription
    for topic in NAMESPACE["Topics"]
    for subscription in topic["Subscriptions"]
}
COMMAND_UNIONS = (OrderCommand, SeatsAvailabilityCommand, SeatAssignmentsCommand, PaymentCommand)
EVENTS_BY_CATEGORY = {
    "order": OrderEvent,
    "assignments": SeatAssignmentsEvent,
    "seats": SeatsAvailabilityEvent,
    "payment": PaymentEvent,
    "conference": ConferenceEvent,
}
EVENTS_BY_TOPIC = {
    topic: {
        event
        for category, events in EVENTS_BY_CATEGORY.items()
        if EVENT_ROUTES[category].entity == topic
        for event in get_args(events)
    }
    for topic in TOPICS
}
MESSAGE_LOG = "message-log"
VIEWS = ("conference-views", "order-views", "managed-orders")
TAKE_COMMITS = {MESSAGE_LOG, *VIEWS}


def subscriptions(*names: str) -> list[Any]:
    return [pytest.param(topic, name, id=f"{topic}/{name}") for topic, name in sorted(SUBSCRIPTIONS) if name in names]


ALL_SUBSCRIPTIONS = subscriptions(*(name for _, name in SUBSCRIPTIONS))


def received_names(topic: str, subscription: str) -> set[str] | None:
    """The message types a subscription lets through; None where it has no filter."""
    rules = SUBSCRIPTIONS[topic, subscription].get("Rules", [])
    if not rules:
        return None
    (rule,) = rules
    if rule["Properties"]["FilterType"] == "Correlation":
        assert rule["Properties"]["CorrelationFilter"].keys() == {"Label"}
        return {rule["Properties"]["CorrelationFilter"]["Label"]}
    expression = rule["Properties"]["SqlFilter"]["SqlExpression"]
    assert re.fullmatch(r"sys\.Label IN \('\w+'(, '\w+')*\)", expression), f"not understood here: {expression}"
    return set(re.findall(r"'(\w+)'", expression))


def test_there_are_exactly_the_queues_and_topics_that_messages_are_sent_to():
    assert set(QUEUE_PROPERTIES) == QUEUES | {MESSAGE_LOG}
    assert {topic["Name"] for topic in NAMESPACE["Topics"]} == TOPICS


def test_every_command_has_a_queue():
    commands = {command for union in COMMAND_UNIONS for command in get_args(union)} | {ExpireRegistrationProcess}

    assert set(COMMAND_ROUTES) == commands


def test_every_kind_of_stream_has_a_topic():
    assert set(EVENT_ROUTES) == set(EVENTS_BY_CATEGORY)


def test_a_queue_has_sessions_exactly_when_its_commands_go_to_one():
    for command, route in COMMAND_ROUTES.items():
        needs_one = command is not ExpireRegistrationProcess
        assert QUEUE_PROPERTIES[route.entity]["RequiresSession"] is needs_one, route.entity


def test_names_on_the_bus_are_unique():
    names = [message_type.__name__ for message_type in REGISTRY.values()]

    assert len(set(names)) == len(names)


def test_every_event_is_registered_to_be_sent():
    assert set(REGISTRY.values()).issuperset(event for events in EVENTS_BY_TOPIC.values() for event in events)


@pytest.mark.parametrize(("topic", "subscription"), ALL_SUBSCRIPTIONS)
def test_a_subscription_waits_only_for_events_of_its_topic(topic, subscription):
    names = received_names(topic, subscription)

    assert names is not None
    assert names <= {event.__name__ for event in EVENTS_BY_TOPIC[topic]} | {COMMIT}


@pytest.mark.parametrize(("topic", "subscription"), subscriptions(*VIEWS))
def test_a_view_receives_commits_whole_so_that_there_are_no_gaps_and_nobody_reads_half_of_one(topic, subscription):
    assert received_names(topic, subscription) == {COMMIT}


@pytest.mark.parametrize(("topic", "subscription"), subscriptions(MESSAGE_LOG))
def test_every_commit_is_forwarded_to_the_message_log(topic, subscription):
    assert received_names(topic, subscription) == {COMMIT}
    assert SUBSCRIPTIONS[topic, subscription]["Properties"]["ForwardTo"] == MESSAGE_LOG


def test_every_topic_has_a_message_log():
    assert {topic for topic, name in SUBSCRIPTIONS if name == MESSAGE_LOG} == TOPICS


@pytest.mark.parametrize(("topic", "subscription"), subscriptions(*{name for _, name in SUBSCRIPTIONS} - TAKE_COMMITS))
def test_whoever_waits_for_an_event_is_not_given_commits(topic, subscription):
    names = received_names(topic, subscription)

    assert names is not None
    assert COMMIT not in names


def test_the_registration_process_receives_every_message_it_listens_to():
    listened = {message.__name__ for message in get_args(RegistrationProcessMessage)} - {"ExpireRegistrationProcess"}
    received = {
        name
        for topic, subscription in SUBSCRIPTIONS
        if subscription == "registration-process"
        for name in received_names(topic, subscription) or ()
    }

    assert received == listened
    assert COMMAND_ROUTES[ExpireRegistrationProcess].entity == "registration-process-commands"


@pytest.mark.parametrize(("topic", "subscription"), ALL_SUBSCRIPTIONS)
def test_only_what_concerns_one_conference_waits_in_line(topic, subscription):
    """Documents of orders mend their gaps; a session for each order would be open longer than it has work."""
    has_sessions = SUBSCRIPTIONS[topic, subscription]["Properties"]["RequiresSession"]

    assert has_sessions is (subscription in ("conference-views", "seats-availability"))


def test_what_has_a_session_for_each_order_comes_message_by_message_and_everything_else_in_batches():
    """The host works sessions side by side only where it hands out messages, not batches."""
    listening = [function for function in declared_functions() if function.listens_to]
    one_by_one = {function.listens_to for function in listening if not function.takes_batches}

    assert one_by_one == {"order-commands", "payment-commands", "seat-assignments-commands"}


def test_duplicates_are_detected_wherever_a_message_may_be_sent_twice():
    topics = {topic["Name"]: topic["Properties"] for topic in NAMESPACE["Topics"]}
    without = {
        name for name, properties in (QUEUE_PROPERTIES | topics).items() if not properties["RequiresDuplicateDetection"]
    }

    # A parked message may be sent again by an operator and parked again; logging a message again changes nothing.
    assert without == {PARKED_MESSAGES, MESSAGE_LOG}


def test_a_store_may_be_away_for_ten_minutes_without_any_message_being_dead_lettered():
    # A message comes back at once, after what infra.retries bears with: 20 deliveries of half a minute.
    for properties in [*QUEUE_PROPERTIES.values(), *(each["Properties"] for each in SUBSCRIPTIONS.values())]:
        assert properties["MaxDeliveryCount"] == 20
        assert properties["LockDuration"] == "PT1M"
