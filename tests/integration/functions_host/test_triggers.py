"""Service Bus and timer triggers of one running app."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage, ServiceBusSubQueue

from tests.integration.functions_host.hosting import Broker, FunctionsHost, send
from tests.support.patience import eventually

SAMPLE_APP = (Path(__file__).parent / "sample_app.py").read_text(encoding="utf-8")
HOST = {
    "functionTimeout": "00:00:01",
    "extensions": {
        "serviceBus": {"maxConcurrentSessions": 3, "sessionIdleTimeout": "00:00:00.200", "maxMessageBatchSize": 10}
    },
}


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Iterator[FunctionsHost]:
    settings = {"Bus": broker.connection, "SINGLE_QUEUE": "single", "AzureWebJobs_disabled_Disabled": "true"}
    started = FunctionsHost(tmp_path_factory.mktemp("sample"), SAMPLE_APP, settings, HOST)
    try:
        yield started.ready()
    finally:
        started.stop()


def test_a_message_of_a_queue_named_by_a_setting_comes_with_its_metadata(
    host: FunctionsHost, bus: ServiceBusClient
) -> None:
    message = ServiceBusMessage(
        '{"seat": 1}',
        message_id="m-1",
        subject="OrderPlaced",
        correlation_id="c-1",
        application_properties={"kind": "event", "number": 7},
    )
    send(bus, "single", message)
    (seen,) = eventually(lambda: host.seen("single"), "the call")
    assert seen["sequence"] > 0
    assert seen == {
        "body": '{"seat": 1}',
        "id": "m-1",
        "subject": "OrderPlaced",
        "correlation": "c-1",
        "delivery": 1,
        "properties": {"kind": "event", "number": 7},
        "sequence": seen["sequence"],
        "naive": True,
        "metadata": "m-1",
        "invocation": seen["invocation"],
    }


def test_a_message_whose_function_fails_is_dead_lettered_after_the_last_delivery(
    host: FunctionsHost, bus: ServiceBusClient
) -> None:
    send(bus, "failing", ServiceBusMessage("never", message_id="poison"))
    with bus.get_queue_receiver("failing", sub_queue=ServiceBusSubQueue.DEAD_LETTER) as dead_letters:
        (dead,) = dead_letters.receive_messages(1, max_wait_time=15)
        dead_letters.complete_message(dead)
    assert dead.message_id == "poison"
    assert dead.dead_letter_reason == "MaxDeliveryCountExceeded"
    assert host.seen("failing") == [1, 2, 3]
    assert "fails on purpose" in host.log


def test_a_failed_batch_comes_again_whole(host: FunctionsHost, bus: ServiceBusClient) -> None:
    send(bus, "flaky-batch", *(ServiceBusMessage(str(number)) for number in range(5)))
    seen = eventually(lambda: (calls := host.seen("flaky_batch")) and len(calls) > 1 and calls, "the second call")
    assert seen[0] == [[str(number), 1] for number in range(len(seen[0]))]
    again = [entry for call in seen[1:] for entry in call]
    assert again[: len(seen[0])] == [[str(number), 2] for number in range(len(seen[0]))]


def test_a_batch_of_a_subscription_takes_what_waits_up_to_the_limit(host: FunctionsHost, bus: ServiceBusClient) -> None:
    send(bus, "events", *(ServiceBusMessage(str(number), message_id=f"e{number}") for number in range(25)))
    eventually(lambda: sum(map(len, host.seen("topic"))) == 25, "all events")
    calls = host.seen("topic")
    assert [entry for call in calls for entry in call] == [[f"e{number}", str(number)] for number in range(25)]
    assert max(map(len, calls)) == 10


def test_sessions_are_worked_in_order_even_when_a_message_fails(host: FunctionsHost, bus: ServiceBusClient) -> None:
    sessions = [f"order-{number}" for number in range(12)]
    send(bus, "sessions", *(ServiceBusMessage(str(n), session_id=s) for n in range(3) for s in sessions))
    eventually(lambda: len(host.seen("session")) == 4 * len(sessions), "every session")
    for session in sessions:
        calls = [[number, delivery] for name, number, delivery in host.seen("session") if name == session]
        assert calls == [[0, 1], [1, 1], [1, 2], [2, 1]]


def test_a_batch_holds_one_session_and_sessions_are_worked_one_after_another(
    host: FunctionsHost, bus: ServiceBusClient
) -> None:
    sessions = [f"conference-{number}" for number in range(12)]
    send(bus, "session-batches", *(ServiceBusMessage(str(n), session_id=s) for s in sessions for n in range(4)))
    eventually(lambda: sum(len(numbers) for _, numbers in host.seen("session_batch")) == 48, "every message")
    for session in sessions:
        calls = [numbers for name, numbers in host.seen("session_batch") if name == session]
        assert [number for numbers in calls for number in numbers] == [0, 1, 2, 3]
    assert set(host.seen("session_batches_at_once")) == {1}


def test_a_session_that_was_left_idle_is_taken_up_again(host: FunctionsHost, bus: ServiceBusClient) -> None:
    for number in range(2, 5):
        send(bus, "sessions", ServiceBusMessage(str(number), session_id="come-back"))
        wanted = [["come-back", n, 1] for n in range(2, number + 1)]
        eventually(lambda w=wanted: [c for c in host.seen("session") if c[0] == "come-back"] == w, "the call")


def test_a_disabled_function_leaves_its_messages_alone(host: FunctionsHost, bus: ServiceBusClient) -> None:
    send(bus, "disabled", ServiceBusMessage("stay"))
    with bus.get_queue_receiver("disabled") as receiver:
        (message,) = receiver.receive_messages(1, max_wait_time=5)
        receiver.complete_message(message)
    assert message.delivery_count == 0
    assert host.seen("disabled") == []
    status = host.status()
    assert status is not None
    assert status["disabled"] == ["disabled"]


def test_the_start_says_which_functions_were_found(host: FunctionsHost) -> None:
    for line in (
        "echo: HTTP [POST] /echo/{number:int}",
        "nothing: HTTP [ANY] /nothing",
        "single: Service Bus messages of single",
        "topic: Service Bus batches of events/Subscriptions/view",
        "session_batch: Service Bus batches of session-batches by session",
        "every_second: timer * * * * * *",
        "disabled: Service Bus messages of disabled (disabled)",
        "20 functions, listening on http://127.0.0.1:",
    ):
        assert f"local.functions_host: {line}" in host.log


def test_what_a_function_logs_names_it_and_its_invocation(host: FunctionsHost, bus: ServiceBusClient) -> None:
    send(bus, "single", ServiceBusMessage("tell", message_id="telling"))
    (seen,) = eventually(lambda: [call for call in host.seen("single") if call["id"] == "telling"], "the call")
    assert f"INFO    root: [single {seen['invocation']}] got telling" in host.log


def test_a_function_over_its_time_limit_counts_as_failed(host: FunctionsHost, bus: ServiceBusClient) -> None:
    send(bus, "timed-out", ServiceBusMessage(str(uuid.uuid4())))
    eventually(lambda: host.seen("timed_out") == [1, 2, 3], "three deliveries")
    eventually(lambda: host.log.count("timed out after 1.0 s") == 3, "three failures in the log")


def test_a_timer_comes_every_second_and_another_at_the_start(host: FunctionsHost) -> None:
    eventually(lambda: len(host.seen("every_second")) > 2, "three runs")
    assert host.seen("every_second")[:2] == [False, False]
    (following,) = host.seen("on_startup")
    assert following.endswith("-01-01T00:00:00+00:00")


def test_messages_sent_while_the_bus_was_away_are_handled_when_it_is_back(
    host: FunctionsHost, broker: Broker, bus: ServiceBusClient
) -> None:
    before = len(host.seen("single"))
    broker.kill()
    broker.start()
    with ServiceBusClient.from_connection_string(broker.connection) as anew:
        send(anew, "single", ServiceBusMessage("after", message_id="after-restart"))
        send(anew, "sessions", ServiceBusMessage("7", session_id="after-restart"))
    eventually(lambda: len(host.seen("single")) > before, "the message without session")
    eventually(lambda: ["after-restart", 7, 1] in host.seen("session"), "the message of a session")
