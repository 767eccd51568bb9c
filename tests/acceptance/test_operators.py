"""What operators rely on: health, and messages that were given up."""

from __future__ import annotations

import json
from uuid import uuid4

from azure.servicebus import ServiceBusClient, ServiceBusMessage

from tests.support.api import Api
from tests.support.bus import BusInspector
from tests.support.conferences import GENERAL, OrganizedConference
from tests.support.contract import document
from tests.support.patience import eventually
from tests.support.registrants import Registrant
from tests.support.stack import Stack


def test_the_system_says_that_it_lives_and_is_ready(api: Api) -> None:
    api.call("live").expect(200)
    health = api.call("ready").expect(200)
    assert health["status"] == "healthy"
    assert health["checks"]
    assert set(health["checks"].values()) == {"healthy"}


def test_the_system_serves_its_contract(api: Api) -> None:
    assert api.call("openapi").expect(200) == document()


def test_a_message_that_can_never_succeed_is_parked_and_its_neighbours_go_on(
    api: Api, stack: Stack, bus: BusInspector
) -> None:
    conference = OrganizedConference.published(api, {GENERAL: 20})
    poison = ServiceBusMessage(
        json.dumps({"nobody": "reads this"}),
        message_id=f"poison-{uuid4()}",
        subject="MakeSeatReservation",
        session_id=conference.id,
    )
    with (
        ServiceBusClient.from_connection_string(stack.bus_connection) as client,
        client.get_queue_sender("seats-availability-commands") as sender,
    ):
        sender.send_messages(poison)
    Registrant(conference).registers({GENERAL: 1})

    def parked() -> bool:
        return any(
            message.where == "parked-messages" and str(poison.message_id) in message.reason
            for message in bus.failed_messages()
        )

    eventually(parked, "the poison message parked, with its id and the reason")
