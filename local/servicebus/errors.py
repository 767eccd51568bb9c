"""What a Service Bus refuses, in the conditions its SDKs turn into exceptions.

ServiceBusError
  carries the AMQP condition, a description, and the status for `$management` replies. The functions below make the
  ones that have a fixed wording.
"""

from __future__ import annotations

import uuid

import proton


class ServiceBusError(Exception):
    """A request that is refused. `status` is the HTTP-like code of a management reply."""

    def __init__(self, condition: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.condition = condition
        self.description = description
        self.status = status

    def as_condition(self) -> proton.Condition:
        """The error on the wire. Its info must not be empty: pyamqp reads it unasked, and hangs without."""
        return proton.Condition(self.condition, self.description, {proton.symbol("tracking-id"): str(uuid.uuid4())})


def message_lock_lost() -> ServiceBusError:
    return ServiceBusError(
        "com.microsoft:message-lock-lost",
        "The lock supplied is invalid. Either the lock expired, or the message was already removed from the queue.",
        410,
    )


def session_lock_lost() -> ServiceBusError:
    return ServiceBusError(
        "com.microsoft:session-lock-lost",
        "The session lock has expired on the MessageSession. Accept a new MessageSession.",
        410,
    )


def message_not_found(sequence: int) -> ServiceBusError:
    return ServiceBusError(
        "com.microsoft:message-not-found",
        f"Failed to lock one or more specified messages. The message {sequence} does not exist.",
        404,
    )


def session_cannot_be_locked(session_id: str) -> ServiceBusError:
    return ServiceBusError(
        "com.microsoft:session-cannot-be-locked",
        f"The requested session '{session_id}' cannot be accepted. It may be locked by another receiver.",
    )


def no_session_in_time(milliseconds: int) -> ServiceBusError:
    return ServiceBusError(
        "com.microsoft:timeout",
        f"The operation did not complete within the allotted {milliseconds} ms: no session had messages.",
    )


def session_id_missing() -> ServiceBusError:
    return ServiceBusError(
        "amqp:not-allowed",
        "The SessionId was not set on a message, and it cannot be sent to the entity. Entities that have session "
        "support enabled can only receive messages that have the SessionId set to a valid value.",
    )


def session_required() -> ServiceBusError:
    return ServiceBusError(
        "amqp:not-allowed",
        "It is not possible for an entity that requires sessions to create a non-sessionful message receiver.",
    )


def entity_not_found(path: str) -> ServiceBusError:
    return ServiceBusError("amqp:not-found", f"The messaging entity '{path}' could not be found.", 404)


def rule_exists(name: str, path: str) -> ServiceBusError:
    return ServiceBusError(
        "com.microsoft:entity-already-exists", f"The messaging entity '{path}|{name}' already exists.", 409
    )


def rule_not_found(name: str, path: str) -> ServiceBusError:
    return entity_not_found(f"{path}|{name}")


def quota_exceeded(description: str) -> ServiceBusError:
    return ServiceBusError("amqp:resource-limit-exceeded", description, 403)


def receiver_not_allowed(path: str, target: str) -> ServiceBusError:
    return ServiceBusError(
        "amqp:not-allowed",
        f"Cannot create a message receiver on an entity with auto-forwarding enabled: '{path}' forwards to '{target}'.",
    )


def message_too_large(size: int, limit: int) -> ServiceBusError:
    return ServiceBusError(
        "amqp:link:message-size-exceeded",
        f"The message of {size} bytes is over the limit of {limit} bytes for this entity.",
    )


def not_allowed(description: str) -> ServiceBusError:
    return ServiceBusError("amqp:not-allowed", description)


def bad_argument(description: str) -> ServiceBusError:
    return ServiceBusError("com.microsoft:argument-error", description)


def not_supported(description: str) -> ServiceBusError:
    return ServiceBusError("amqp:not-implemented", description, 501)


def malformed(description: str) -> ServiceBusError:
    return ServiceBusError("amqp:decode-error", description)


def unauthorized(description: str) -> ServiceBusError:
    return ServiceBusError("amqp:unauthorized-access", description, 401)
