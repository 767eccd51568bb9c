"""Which faults of which service are worth another try."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.cosmos.exceptions import CosmosBatchOperationError, CosmosClientTimeoutError, CosmosHttpResponseError
from azure.servicebus.exceptions import (
    MessageSizeExceededError,
    MessagingEntityNotFoundError,
    ServiceBusConnectionError,
    ServiceBusServerBusyError,
)
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from infra.transient_faults import is_transient_bus, is_transient_cosmos, is_transient_http, is_transient_sql

Judge = Callable[[BaseException], bool]


def spelt(value: Judge | BaseException) -> str:
    """What a case is called, the same in every process."""
    return repr(value) if isinstance(value, BaseException) else value.__name__


def http(status: int) -> HttpResponseError:
    error = HttpResponseError("no")
    error.status_code = status
    return error


def cosmos(status: int, sub_status: int | None = None) -> CosmosHttpResponseError:
    return CosmosHttpResponseError(status_code=status, message="no", sub_status=sub_status)


def sqlite(name: str, code: int) -> DBAPIError:
    original = sqlite3.OperationalError(name)
    original.sqlite_errorcode = code
    return OperationalError("SELECT 1", {}, original)


def odbc(state: str, text: str) -> DBAPIError:
    return DBAPIError("SELECT 1", {}, Exception(state, f"[{state}] [Microsoft][ODBC Driver 18] {text}"))


TRANSIENT: list[tuple[Judge, Any]] = [
    *((is_transient_http, http(status)) for status in (401, 403, 408, 429, 500, 502, 503, 504)),
    *((is_transient_cosmos, cosmos(status)) for status in (401, 403, 408, 410, 429, 449, 500, 503)),
    (is_transient_cosmos, cosmos(404, 1002)),
    (is_transient_cosmos, cosmos(404, 1003)),
    (is_transient_cosmos, CosmosBatchOperationError(status_code=429, headers={}, message="no")),
    (is_transient_cosmos, CosmosClientTimeoutError()),
    (is_transient_cosmos, ServiceRequestError("refused")),
    (is_transient_http, ServiceRequestError("server disconnected")),
    (is_transient_cosmos, ServiceResponseError("cut off")),
    (is_transient_http, DecodeError("half an answer")),
    (is_transient_http, ClientAuthenticationError("no token")),
    (is_transient_http, TimeoutError()),
    (is_transient_http, ConnectionResetError()),
    (is_transient_bus, ServiceBusConnectionError()),
    (is_transient_bus, ServiceBusServerBusyError()),
    (is_transient_bus, MessagingEntityNotFoundError(message="not yet")),
    (is_transient_bus, ConnectionRefusedError()),
    (is_transient_bus, ClientAuthenticationError("no token")),
    (is_transient_sql, PoolTimeoutError("none free")),
    (is_transient_sql, sqlite("database is locked", sqlite3.SQLITE_BUSY)),
    (is_transient_sql, sqlite("database is locked", sqlite3.SQLITE_BUSY_SNAPSHOT)),
    (is_transient_sql, odbc("40001", "deadlock victim (1205) (SQLExecDirectW)")),
    (is_transient_sql, odbc("42000", "the service is busy (40501) (SQLExecDirectW)")),
    (is_transient_sql, odbc("08S01", "communication link failure (10054)")),
    (is_transient_sql, odbc("HYT00", "login timeout expired (0)")),
    (is_transient_sql, odbc("28000", "Login failed for user '<token>'. (18456) (SQLDriverConnect)")),
    (is_transient_sql, odbc("HY000", "Could not find database ID 5. (615) (SQLExecDirectW)")),
]
LASTING: list[tuple[Judge, Any]] = [
    *((is_transient_http, http(status)) for status in (400, 404, 409, 412, 413)),
    *((is_transient_cosmos, cosmos(status)) for status in (400, 404, 409, 412, 413)),
    (is_transient_cosmos, CosmosBatchOperationError(status_code=409, headers={}, message="no")),
    (is_transient_bus, MessageSizeExceededError(message="too large")),
    (is_transient_sql, IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))),
    (is_transient_sql, sqlite("no such table", sqlite3.SQLITE_ERROR)),
    (is_transient_sql, odbc("23000", "duplicate key (2627) (SQLExecDirectW)")),
    (is_transient_sql, DBAPIError("SELECT 1", {}, Exception())),
    *((judge, KeyError("a mistake")) for judge in (is_transient_http, is_transient_cosmos, is_transient_sql)),
    (is_transient_bus, KeyError("a mistake")),
]


@pytest.mark.parametrize(("judge", "error"), TRANSIENT, ids=spelt)
def test_this_passes_by_itself(judge: Judge, error: BaseException) -> None:
    assert judge(error)


@pytest.mark.parametrize(("judge", "error"), LASTING, ids=spelt)
def test_this_does_not(judge: Judge, error: BaseException) -> None:
    assert not judge(error)


def test_a_connection_the_driver_has_given_up_is_transient() -> None:
    error = odbc("HY000", "the connection is broken")
    error.connection_invalidated = True
    assert is_transient_sql(error)


def test_an_answer_without_a_status_is_transient() -> None:
    assert is_transient_http(HttpResponseError(response=SimpleNamespace(status_code=None, reason="cut off")))
