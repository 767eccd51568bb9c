"""How the host starts, refuses to start, renews locks, and stops."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage

from tests.integration.functions_host.hosting import Broker, FunctionsHost, eventually, send

IMPORTS = """
import asyncio
import json
import pathlib
import typing

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
seen = []


@app.route(route="seen/{function}", methods=["GET"])
async def recorded(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(seen))

"""


def queue_function(queue: str, body: str) -> str:
    trigger = f'@app.service_bus_queue_trigger(arg_name="message", queue_name="{queue}", connection="Bus")'
    return f"{IMPORTS}\n{trigger}\nasync def work(message: func.ServiceBusMessage) -> None:\n    {body}\n"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import nowhere", "function_app cannot be imported: ModuleNotFoundError"),
        ("app = None", "exactly one FunctionApp at module level, not 0"),
        (
            IMPORTS + "@app.route(route='x')\ndef recorded(req: func.HttpRequest) -> func.HttpResponse: ...",
            "does not have a unique function name",
        ),
        (
            IMPORTS + "@app.route(route='x')\ndef f(req: func.HttpRequest, more: str) -> func.HttpResponse: ...",
            "function f: the parameters ['more'] have no binding",
        ),
        (IMPORTS + "@app.route(route='x')\ndef f(req: func.HttpRequest) -> dict: ...", "return annotation"),
        (
            IMPORTS + "@app.route(route='x')\ndef f(req: func.HttpRequest) -> func.HttpResponse | None: ...",
            "must be annotated with one plain type",
        ),
        (queue_function("single", "...").replace("message: func.ServiceBusMessage", "message: dict"), "cannot fill"),
        (queue_function("%NOT_SET%", "..."), "there is no application setting 'NOT_SET'"),
        (queue_function("single", "...").replace('"Bus"', '"Other"'), "the Service Bus connection 'Other' is not set"),
        (IMPORTS + "@app.route(route='{id:what}')\ndef f(req: func.HttpRequest) -> str: ...", "constraint 'what'"),
        (
            IMPORTS + "@app.timer_trigger(arg_name='t', schedule='61 * * * * *')\ndef f(t: func.TimerRequest): ...",
            "'61' is no second",
        ),
    ],
)
def test_a_faulty_app_is_refused_with_the_reason(
    start_host: Callable[..., FunctionsHost], source: str, reason: str
) -> None:
    host = start_host(source)
    assert host.wait() == 1
    assert reason in host.log


def test_work_that_runs_at_a_stop_is_finished_and_completed(
    start_host: Callable[..., FunctionsHost], bus: ServiceBusClient, tmp_path: object
) -> None:
    body = "seen.append('begun'); await asyncio.sleep(1); pathlib.Path('{}/done').touch()"
    host = start_host(queue_function("drained", body.format(tmp_path))).ready()
    send(bus, "drained", ServiceBusMessage("finish me"))
    eventually(lambda: host.seen("work") == ["begun"], "the call")
    host.terminate()
    assert host.wait() == 0
    assert (host.log_file.parent.parent / "done").exists()
    with bus.get_queue_receiver("drained") as receiver:
        assert receiver.peek_messages(1) == []


def test_a_message_is_kept_while_its_function_outlasts_the_lock(
    start_host: Callable[..., FunctionsHost], bus: ServiceBusClient
) -> None:
    body = "seen.append(message.delivery_count); await asyncio.sleep(7); seen.append('done')"
    host = start_host(queue_function("short-lock", body)).ready()
    send(bus, "short-lock", ServiceBusMessage("take your time"))
    eventually(lambda: "done" in host.seen("work"), "the end of the call")
    assert host.seen("work") == [1, "done"]
    host.stop()
    with bus.get_queue_receiver("short-lock") as receiver:
        assert receiver.peek_messages(1) == []


def test_a_session_is_kept_while_its_function_outlasts_the_lock(
    start_host: Callable[..., FunctionsHost], bus: ServiceBusClient
) -> None:
    body = "seen.append(message.delivery_count); await asyncio.sleep(7); seen.append('done')"
    source = queue_function("short-session-lock", body).replace(
        'connection="Bus"', 'connection="Bus", is_sessions_enabled=True'
    )
    host = start_host(source).ready()
    send(bus, "short-session-lock", ServiceBusMessage("take your time", session_id="s"))
    eventually(lambda: "done" in host.seen("work"), "the end of the call")
    host.stop()
    assert "was not settled" not in host.log
    with bus.get_queue_receiver("short-session-lock", session_id="s") as receiver:
        assert receiver.peek_messages(1) == []


def test_a_small_batch_waits_for_more_and_then_goes(
    start_host: Callable[..., FunctionsHost], bus: ServiceBusClient
) -> None:
    batch = {"minMessageBatchSize": 4, "maxMessageBatchSize": 8, "maxBatchWaitTime": "00:00:02"}
    source = queue_function("patient", "seen.append(len(message))").replace(
        'connection="Bus"', 'connection="Bus", cardinality="many", data_type="binary"'
    )
    source = source.replace("message: func.ServiceBusMessage", "message: typing.List[func.ServiceBusMessage]")
    host = start_host(source, host={"extensions": {"serviceBus": batch}}).ready()
    for count in (2, 3):  # five make a batch at once
        send(bus, "patient", *(ServiceBusMessage("x") for _ in range(count)))
    eventually(lambda: host.seen("work") == [5], "the batch that is large enough")
    send(bus, "patient", ServiceBusMessage("x"))
    assert host.seen("work") == [5]
    eventually(lambda: host.seen("work") == [5, 1], "the batch that waited long enough")


def test_two_hosts_share_the_work(
    start_host: Callable[..., FunctionsHost], broker: Broker, bus: ServiceBusClient
) -> None:
    body = "seen.append(message.message_id); await asyncio.sleep(0.05)"
    limits = {"extensions": {"serviceBus": {"maxConcurrentCalls": 1}}}
    hosts = [start_host(queue_function("slow", body), host=limits).ready() for _ in range(2)]
    send(bus, "slow", *(ServiceBusMessage("x", message_id=str(number)) for number in range(20)))
    eventually(lambda: sum(len(host.seen("work")) for host in hosts) == 20, "all messages")
    done = [host.seen("work") for host in hosts]
    assert sorted(done[0] + done[1], key=int) == [str(number) for number in range(20)]
    assert min(map(len, done)) > 0


def test_a_host_starts_before_the_bus_and_finds_it_later(
    start_host: Callable[..., FunctionsHost], broker: Broker
) -> None:
    broker.kill()
    host = start_host(queue_function("slow-start", "seen.append(message.message_id)"))
    eventually(lambda: (status := host.status()) and status["state"] == "Running", "the host's start")
    status = host.status()
    assert status is not None
    assert status["serviceBusConnected"] is False
    broker.start()
    host.ready()
    with ServiceBusClient.from_connection_string(broker.connection) as client:
        send(client, "slow-start", ServiceBusMessage("x", message_id="late"))
    eventually(lambda: host.seen("work") == ["late"], "the call")
    assert httpx.get(f"{host.url}/api/seen/x").json() == ["late"]
