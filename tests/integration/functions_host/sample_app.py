"""The app that most tests run. It records what its functions are given, and tells it at /api/seen/{function}."""

import asyncio
import json
import logging
import typing

import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)
recorded: dict[str, list[typing.Any]] = {}
session_batches: list[str] = []
"""Sessions a batch of which is being worked on."""


def record(function: str, value: typing.Any) -> None:
    recorded.setdefault(function, []).append(value)


@app.route(route="seen/{function}", methods=["GET"])
async def seen(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse(json.dumps(recorded.get(req.route_params["function"], [])), mimetype="application/json")


@app.route(route="echo/{number:int}", methods=["POST"])
async def echo(req: func.HttpRequest, context: func.Context) -> func.HttpResponse:
    seen = {
        "method": req.method,
        "url": req.url,
        "headers": dict(req.headers),
        "params": dict(req.params),
        "route": dict(req.route_params),
        "size": len(req.get_body()),
        "function": context.function_name,
        "trace": context.trace_context.trace_parent,
    }
    return func.HttpResponse(json.dumps(seen), status_code=201, headers={"X-Made-By": "echo"})


@app.route(route="things/latest", methods=["GET"])
def latest(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("literal")


@app.route(route="things/{id:guid}", methods=["GET"])
def by_id(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("guid")


@app.route(route="things/{name}", methods=["GET"])
def by_name(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("parameter")


@app.route(route="things/{name}", methods=["DELETE"])
def remove(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("removed")


@app.route(route="things/{*rest}", methods=["GET"])
def rest(req: func.HttpRequest) -> func.HttpResponse:
    return func.HttpResponse("rest " + req.route_params["rest"])


@app.route(route="nothing")
def nothing(req: func.HttpRequest) -> None:
    return None


@app.route(route="broken", methods=["GET"])
async def broken(req: func.HttpRequest) -> func.HttpResponse:
    raise RuntimeError("broken on purpose")


@app.route(route="too-slow", methods=["GET"])
async def too_slow(req: func.HttpRequest) -> func.HttpResponse:
    await asyncio.sleep(60)
    return func.HttpResponse("never")


@app.service_bus_queue_trigger(arg_name="message", queue_name="%SINGLE_QUEUE%", connection="Bus")
async def single(message: func.ServiceBusMessage, context: func.Context) -> None:
    logging.info("got %s", message.message_id)
    record(
        "single",
        {
            "body": message.get_body().decode(),
            "id": message.message_id,
            "subject": message.label,
            "correlation": message.correlation_id,
            "delivery": message.delivery_count,
            "properties": message.user_properties,
            "sequence": message.sequence_number,
            "naive": message.enqueued_time_utc.tzinfo is None,
            "metadata": (message.metadata or {})["MessageId"],
            "invocation": context.invocation_id,
        },
    )


@app.service_bus_queue_trigger(arg_name="message", queue_name="failing", connection="Bus")
async def failing(message: func.ServiceBusMessage) -> None:
    record("failing", message.delivery_count)
    raise ValueError("fails on purpose")


@app.service_bus_queue_trigger(
    arg_name="messages", queue_name="flaky-batch", connection="Bus", cardinality="many", data_type="binary"
)
async def flaky_batch(messages: typing.List[func.ServiceBusMessage]) -> None:  # noqa: UP006
    record("flaky_batch", [[message.get_body().decode(), message.delivery_count] for message in messages])
    if len(recorded["flaky_batch"]) == 1:
        raise ValueError("fails once on purpose")


@app.service_bus_topic_trigger(
    arg_name="messages",
    topic_name="events",
    subscription_name="view",
    connection="Bus",
    cardinality="many",
    data_type="binary",
)
async def topic(messages: typing.List[func.ServiceBusMessage]) -> None:  # noqa: UP006
    record("topic", [[message.message_id, message.get_body().decode()] for message in messages])


@app.service_bus_queue_trigger(arg_name="message", queue_name="sessions", connection="Bus", is_sessions_enabled=True)
async def session(message: func.ServiceBusMessage) -> None:
    number = int(message.get_body())
    record("session", [message.session_id, number, message.delivery_count])
    if number == 1 and message.delivery_count == 1:
        raise ValueError("fails once on purpose")


@app.service_bus_queue_trigger(
    arg_name="messages",
    queue_name="session-batches",
    connection="Bus",
    cardinality="many",
    is_sessions_enabled=True,
    data_type="binary",
)
async def session_batch(messages: typing.List[func.ServiceBusMessage]) -> None:  # noqa: UP006
    session_batches.append(messages[0].session_id)
    record("session_batches_at_once", len(session_batches))
    record("session_batch", [messages[0].session_id, [int(message.get_body()) for message in messages]])
    await asyncio.sleep(0.02)
    session_batches.pop()


@app.service_bus_queue_trigger(arg_name="message", queue_name="disabled", connection="Bus")
async def disabled(message: func.ServiceBusMessage) -> None:
    record("disabled", message.message_id)


@app.service_bus_queue_trigger(arg_name="message", queue_name="timed-out", connection="Bus")
async def timed_out(message: func.ServiceBusMessage) -> None:
    record("timed_out", message.delivery_count)
    await asyncio.sleep(60)


@app.timer_trigger(arg_name="timer", schedule="* * * * * *")
async def every_second(timer: func.TimerRequest) -> None:
    record("every_second", timer.past_due)


@app.timer_trigger(arg_name="timer", schedule="0 0 0 1 1 *", run_on_startup=True)
def on_startup(timer: func.TimerRequest) -> None:
    record("on_startup", timer.schedule_status["Next"])
