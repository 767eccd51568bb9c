"""Which faults pass by themselves: what each service raises for them."""

import re
import sqlite3

from azure.core.exceptions import DecodeError, HttpResponseError, ServiceRequestError, ServiceResponseError
from azure.cosmos.exceptions import CosmosClientTimeoutError, CosmosHttpResponseError
from azure.servicebus.exceptions import MessageSizeExceededError, ServiceBusError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_THROTTLED_OR_AWAY = frozenset({401, 403, 408, 410, 429, 449})
"""401 and 403 too: identities and roles take minutes to reach everywhere, and their messages are not at fault."""

_SESSION_NOT_HERE_YET, _CONTAINER_NOT_HERE_YET = 1002, 1003


def is_transient_http(error: BaseException) -> bool:
    """Of any Azure SDK over HTTP: throttled, refused for now, broken on the way, or without an answer."""
    if isinstance(error, HttpResponseError) and not isinstance(error, DecodeError):
        status = error.status_code
        return not status or status in _THROTTLED_OR_AWAY or status >= 500
    return isinstance(error, (DecodeError, ServiceRequestError, ServiceResponseError, OSError))


def is_transient_cosmos(error: BaseException) -> bool:
    """Cosmos also says 404 where a container is missing, or a replica has not caught up with this session."""
    if isinstance(error, CosmosHttpResponseError) and error.status_code == 404:
        return error.sub_status in (_SESSION_NOT_HERE_YET, _CONTAINER_NOT_HERE_YET)
    return isinstance(error, CosmosClientTimeoutError) or is_transient_http(error)


def is_transient_bus(error: BaseException) -> bool:
    """Everything of Service Bus but a message too large, which no patience makes smaller.

    An entity that is missing or disabled, or a full one, is mended by operators while the message waits.
    """
    if isinstance(error, (ServiceBusError, OSError)):
        return not isinstance(error, MessageSizeExceededError)
    return is_transient_http(error)  # the credential


_SQL_SERVER_TRANSIENT = frozenset(
    {615, 1205, 4060, 4221, 10928, 10929, 18456, 40197, 40501, 40613, 49918, 49919, 49920}
)
"""Deadlock victim, database not reachable or failing over, throttled; and 18456, login failed, for the same reason as
401. Source: Microsoft, "Transient fault errors"."""

_SQLITE_TRANSIENT = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})

_LINK_LOST, _TIMED_OUT = "08", "HYT"
"""How the SQLSTATEs begin that the ODBC driver itself reports."""


def is_transient_sql(error: BaseException) -> bool:
    """A lost connection or none to be had, no token, a deadlock, throttling, or (SQLite) a lock held too long."""
    if isinstance(error, PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return is_transient_http(error)  # the credential
    if error.orig is None:
        return False
    if isinstance(error.orig, sqlite3.Error):
        return (getattr(error.orig, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_TRANSIENT
    state, text = (str(argument) for argument in (*error.orig.args, "", "")[:2])
    native = {int(number) for number in re.findall(r"\((\d+)\)", text)}
    return (
        error.connection_invalidated
        or state.startswith((_LINK_LOST, _TIMED_OUT))
        or not native.isdisjoint(_SQL_SERVER_TRANSIENT)
    )
