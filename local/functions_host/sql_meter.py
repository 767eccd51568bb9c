"""Counts an app's SQL. The database here is a file, so there is no server to count it: its driver's library does."""

from __future__ import annotations

import importlib
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

_BEGAN = "functions-host-began"


class SqlMeter:
    """Transactions and statements of all SQLAlchemy engines of this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._transactions = self._statements = 0
        self._seconds = 0.0
        self._listening: list[tuple[Any, str, Callable[..., None]]] = []

    def start(self) -> None:
        """Count from now on. An app that has not imported SQLAlchemy by now has nothing to count."""
        if "sqlalchemy" not in sys.modules or self._listening:
            return
        sqlalchemy = importlib.import_module("sqlalchemy")
        self._listening = [
            (sqlalchemy.Engine, "begin", self._began),
            (sqlalchemy.Engine, "commit", self._ended),
            (sqlalchemy.Engine, "rollback", self._ended),
            (sqlalchemy.Engine, "before_cursor_execute", self._executes),
        ]
        for target, name, listener in self._listening:
            sqlalchemy.event.listen(target, name, listener)

    def stop(self) -> None:
        """Count no more. What was counted stays."""
        for target, name, listener in self._listening:
            importlib.import_module("sqlalchemy").event.remove(target, name, listener)
        self._listening = []

    def as_json(self) -> dict[str, float]:
        """What was counted; `seconds` is the time that transactions were open."""
        with self._lock:
            return {
                "transactions": self._transactions,
                "statements": self._statements,
                "seconds": round(self._seconds, 6),
            }

    def _began(self, connection: Any) -> None:
        connection.info[_BEGAN] = time.perf_counter()

    def _ended(self, connection: Any) -> None:
        began = connection.info.pop(_BEGAN, None)
        with self._lock:
            self._transactions += 1
            if began is not None:
                self._seconds += time.perf_counter() - began

    def _executes(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            with self._lock:
                self._statements += 1
