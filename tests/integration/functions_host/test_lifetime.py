"""How the host starts, refuses to start, renews locks, and stops."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import httpx
import pytest
from azure.servicebus import ServiceBusClient, ServiceBusMessage

from tests.integration.functions_host.hosting import Broker, FunctionsHost, send
from tests.support.detour import Detour
from tests.support.patience import eventually

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
        (
            IMPORTS + "@app.retry(strategy='fixed_delay', max_retry_count='3', delay_interval='00:00:01')\n"
            "@app.route(route='x')\ndef f(req: func.HttpRequest) -> str: ...",
            "function f: this host has no retry policies",
        ),
        (
            IMPORTS + "@app.queue_output(arg_name='out', queue_name='q', connection='C')\n"
            "@app.route(route='x')\ndef f(req: func.HttpRequest, out: func.Out[str]) -> str: ...",
            "function f: this host has no queue binding (parameter 'out')",
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
    body = "seen.append(message.delivery_count); await asyncio.sleep(4); seen.append('done')"
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
    body = "seen.append(message.delivery_count); await asyncio.sleep(4); seen.append('done')"
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
    assert httpx.get(f"{host.url}/api/seen/x", trust_env=False).json() == ["late"]


def test_a_request_that_runs_at_a_stop_is_answered(start_host: Callable[..., FunctionsHost]) -> None:
    slow = "@app.route(route='slow')\nasync def slow(req: func.HttpRequest) -> func.HttpResponse:\n"
    host = start_host(
        f"{IMPORTS}{slow}    seen.append(1); await asyncio.sleep(1); return func.HttpResponse('done')"
    ).ready()
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(httpx.get, f"{host.url}/api/slow", trust_env=False)
        eventually(lambda: host.seen("slow"), "the call")
        host.terminate()
        assert answer.result().text == "done"
    assert host.wait() == 0


def test_no_more_calls_run_at_once_than_allowed(
    start_host: Callable[..., FunctionsHost], bus: ServiceBusClient
) -> None:
    body = "seen.append(1); await asyncio.sleep(0.1); seen.append(-1)"
    limits = {"extensions": {"serviceBus": {"maxConcurrentCalls": 2, "prefetchCount": 4}}}
    host = start_host(queue_function("at-once", body), host=limits).ready()
    send(bus, "at-once", *(ServiceBusMessage("x") for _ in range(8)))
    eventually(lambda: len(host.seen("work")) == 16, "all calls")
    assert max(accumulate(host.seen("work"))) == 2


def test_a_lock_is_renewed_no_longer_than_host_json_says(
    start_host: Callable[..., FunctionsHost], bus: ServiceBusClient
) -> None:
    limits = {"extensions": {"serviceBus": {"maxAutoLockRenewalDuration": "00:00:00.1"}}}
    body = "seen.append(message.delivery_count); await asyncio.sleep(2)"
    host = start_host(queue_function("unrenewed", body), host=limits).ready()
    send(bus, "unrenewed", ServiceBusMessage("too long"))
    eventually(lambda: host.seen("work")[:2] == [1, 2], "the second delivery")


def test_without_auto_complete_a_message_stays_locked(
    start_host: Callable[..., FunctionsHost], bus: ServiceBusClient
) -> None:
    limits = {"extensions": {"serviceBus": {"autoCompleteMessages": False}}}
    host = start_host(queue_function("unsettled", "seen.append(message.message_id)"), host=limits).ready()
    send(bus, "unsettled", ServiceBusMessage("x", message_id="kept"))
    eventually(lambda: host.seen("work") == ["kept"], "the call")
    host.stop()
    with bus.get_queue_receiver("unsettled") as receiver:
        assert [message.message_id for message in receiver.peek_messages(5)] == ["kept"]


@pytest.mark.parametrize("cardinality", ["one", "many"])
def test_what_ran_while_the_line_broke_is_settled_over_the_next(
    start_host: Callable[..., FunctionsHost], broker: Broker, bus: ServiceBusClient, cardinality: str
) -> None:
    queue = "cut-off" if cardinality == "one" else "cut-off-batch"
    source = queue_function(queue, "seen.append('begun'); await asyncio.sleep(1); seen.append('done')").replace(
        'connection="Bus"', f'connection="Bus", cardinality="{cardinality}", data_type="binary"'
    )
    if cardinality == "many":
        source = source.replace("message: func.ServiceBusMessage", "message: typing.List[func.ServiceBusMessage]")
    with Detour(lambda: broker.port).running() as detour:
        connection = broker.connection.replace(str(broker.port), str(detour.port))
        host = start_host(source, Bus=connection).ready()
        send(bus, queue, ServiceBusMessage("x"))
        eventually(lambda: host.seen("work"), "the call")
        detour.cut()
        with bus.get_queue_receiver(queue) as receiver:
            eventually(lambda: not receiver.peek_messages(1, sequence_number=1), "its completion")
        assert host.seen("work") == ["begun", "done"]
        assert "The connection to Service Bus was lost" in host.log
        host.stop()


def timer_function(schedule: str) -> str:
    trigger = f"@app.timer_trigger(arg_name='timer', schedule='{schedule}')"
    return f"{IMPORTS}\n{trigger}\nasync def tick(timer: func.TimerRequest) -> None:\n    seen.append(timer.past_due)\n"


def test_a_timer_makes_up_after_a_restart_for_the_run_it_missed(start_host: Callable[..., FunctionsHost]) -> None:
    first = start_host(timer_function("0 0 0 1 1 *"), directory="again").ready()
    first.stop()
    status = first.state / "timers" / "tick.json"
    kept = json.loads(status.read_bytes())
    assert datetime.fromisoformat(kept["Next"]) > datetime.now(UTC)
    missed = datetime.now(UTC) - timedelta(hours=1)  # a year passes
    status.write_text(json.dumps({**kept, "Next": missed.isoformat()}), encoding="utf-8")
    second = start_host(timer_function("0 0 0 1 1 *"), directory="again").ready()
    eventually(lambda: second.seen("tick") == [True], "the run made up for")


def test_only_the_first_worker_runs_timers(start_host: Callable[..., FunctionsHost]) -> None:
    second, first = (start_host(timer_function("* * * * * *"), worker=worker).ready() for worker in (1, 0))
    eventually(lambda: len(first.seen("tick")) > 1, "two runs of the first worker")
    assert second.seen("tick") == []


def test_what_host_json_says_in_vain_is_told(start_host: Callable[..., FunctionsHost]) -> None:
    content = {
        "extensions": {"http": {"routePrefix": "", "maxConcurrentRequests": 5}},
        "logging": {},
        "concurrency": {},
    }
    host = start_host(IMPORTS, host=content)
    eventually(lambda: "1 functions, listening" in host.log, "the start")
    said = [line.partition("host.json: ")[2] for line in host.log.splitlines() if "host.json: " in line]
    assert said == [
        "concurrency has no effect in this host",
        "extensions.http.maxConcurrentRequests has no effect in this host",
    ]
    assert httpx.get(f"{host.url}/seen/x", trust_env=False).status_code == 200
