"""The operations of `<entity>/$management`: what a receiver or sender asks for besides messages.

Source: Microsoft Learn, "AMQP 1.0 in Azure Service Bus: request-response-based operations".
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from typing import Any

import proton

from local.servicebus.entity import Entity
from local.servicebus.errors import ServiceBusError, malformed, message_too_large, not_allowed, not_supported
from local.servicebus.payload import Payload
from local.servicebus.queue import Queue
from local.servicebus.requests import Answer
from local.servicebus.rule_operations import RULE_OPERATIONS
from local.servicebus.session import Session
from local.servicebus.subscription import Subscription

_PREFIX = "com.microsoft:"
_OK, _NO_CONTENT = 200, 204
_RECEIVE_AND_DELETE = 0
_DEAD_LETTER_KEYS = {"deadletter-reason": "DeadLetterReason", "deadletter-description": "DeadLetterErrorDescription"}
# From this time on (31 December 9999) `get-message-sessions` asks for all sessions with messages or a state.
_ALL_SESSIONS = 253_402_300_799_000


def manage(entity: Entity, max_message_size: int, request: proton.Message) -> Answer:
    """Do what `request` asks for and say how it went; a refusal is an answer too."""
    properties: dict[str, Any] = request.properties or {}
    name = str(properties.get("operation", "")).removeprefix(_PREFIX)
    entity.meter[name] += 1
    try:
        status, body = _perform(entity, name, request.body or {}, max_message_size)
        return Answer({"statusCode": proton.int32(status), "statusDescription": "OK"}, body)
    except ServiceBusError as error:
        failure = {
            "statusCode": proton.int32(error.status),
            "statusDescription": error.description,
            "errorCondition": proton.symbol(error.condition),
        }
        return Answer(failure, {})


def _perform(entity: Entity, name: str, body: Any, max_message_size: int) -> tuple[int, dict[str, Any]]:
    try:
        if name == "schedule-message":
            return schedule_messages(entity, body, max_message_size)
        if name == "cancel-scheduled-message":
            entity.cancel_scheduled(list(body["sequence-numbers"]))
            return _OK, {}
        if name in RULE_OPERATIONS:
            if not isinstance(entity, Subscription):
                raise not_allowed(f"The operation {name!r} needs a subscription; {entity.path} is none.")
            return RULE_OPERATIONS[name](entity, body)
        operation = _QUEUE_OPERATIONS.get(name)
        if operation is None:
            raise not_supported(f"The operation {name!r} is not supported.")
        if not isinstance(entity, Queue):
            raise not_allowed(f"The operation {name!r} needs a queue or subscription; {entity.path} is a topic.")
        return operation(entity, body)
    except (KeyError, TypeError, AttributeError) as fault:
        raise malformed(f"The body of {name!r} lacks or mistypes something: {fault!r}.") from fault


def schedule_messages(entity: Entity, body: dict[str, Any], max_message_size: int) -> tuple[int, dict[str, Any]]:
    payloads = []
    for each in body["messages"]:
        raw = bytes(each["message"])
        entity.store.room.require(len(raw))
        if len(raw) > max_message_size:
            raise message_too_large(len(raw), max_message_size)
        payloads.append(Payload(raw))
    for payload in payloads:
        entity.check(payload)
    sequences = [entity.submit(payload) for payload in payloads]
    return _OK, {"sequence-numbers": _array(proton.Data.LONG, sequences)}


def peek_messages(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    found = queue.peek(body["from-sequence-number"], body.get("session-id"))
    messages = [{"message": message.encode()} for message in itertools.islice(found, body["message-count"])]
    return (_OK, {"messages": messages}) if messages else (_NO_CONTENT, {})


def renew_locks(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    ends = [queue.renew_lock(token.bytes_le) for token in body["lock-tokens"]]
    return _OK, {"expirations": _array(proton.Data.TIMESTAMP, ends)}


def update_disposition(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Settle by lock token: what was received deferred has no delivery on a link."""
    session = _held_session(queue, body)
    status = body["disposition-status"]
    properties = body.get("properties-to-modify") or {}
    for message in [queue.locked(token.bytes_le, session) for token in body["lock-tokens"]]:
        if status == "completed":
            queue.complete(message)
        elif status == "abandoned":
            queue.modify(message, properties)
            queue.release(message)
        elif status == "defered":  # the protocol's own spelling
            queue.modify(message, properties)
            queue.defer(message)
        elif status == "suspended":
            reason = {name: body[key] for key, name in _DEAD_LETTER_KEYS.items() if body.get(key) is not None}
            queue.dead_letter(message, {**properties, **reason})
        else:
            raise malformed(f"The disposition-status {status!r} is unknown.")
    return _OK, {}


def receive_by_sequence_number(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    deletes = body.get("receiver-settle-mode", 1) == _RECEIVE_AND_DELETE
    sequences = list(body["sequence-numbers"])
    answers = []
    for message in queue.receive_deferred(sequences, _held_session(queue, body), deletes=deletes):
        answer: dict[str, Any] = {"message": message.encode()}
        if message.lock_token is not None:
            answer["lock-token"] = uuid.UUID(bytes_le=message.lock_token)
        answers.append(answer)
    return _OK, {"messages": answers}


def renew_session_lock(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    session = queue.held_session(body["session-id"])
    queue.renew_session(session)
    return _OK, {"expiration": proton.timestamp(session.locked_until)}


def get_session_state(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return _OK, {"session-state": queue.held_session(body["session-id"]).state}


def set_session_state(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    state = body.get("session-state")
    queue.set_session_state(queue.held_session(body["session-id"]), None if state is None else bytes(state))
    return _OK, {}


def get_message_sessions(queue: Queue, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    since, skip, top = int(body["last-updated-time"]), body["skip"], body["top"]
    matching = (
        session.id
        for session in queue.sessions.by_id.values()
        if (session.updated_at > since if since < _ALL_SESSIONS else session.index or session.state is not None)
    )
    found = list(itertools.islice(matching, skip, skip + top))
    if not found:
        return _NO_CONTENT, {}
    ids = _array(proton.Data.STRING, found)
    return _OK, {"skip": proton.int32(skip + len(found)), "sessions-ids": ids}


def _array(element_type: int, elements: list[Any]) -> proton.Array:
    undescribed: Any = proton.UNDESCRIBED
    return proton.Array(undescribed, element_type, *elements)


def _held_session(queue: Queue, body: dict[str, Any]) -> Session | None:
    return queue.held_session(body["session-id"]) if queue.settings.requires_session else None


_QUEUE_OPERATIONS: dict[str, Callable[[Queue, dict[str, Any]], tuple[int, dict[str, Any]]]] = {
    "peek-message": peek_messages,
    "renew-lock": renew_locks,
    "update-disposition": update_disposition,
    "receive-by-sequence-number": receive_by_sequence_number,
    "renew-session-lock": renew_session_lock,
    "get-session-state": get_session_state,
    "set-session-state": set_session_state,
    "get-message-sessions": get_message_sessions,
}
