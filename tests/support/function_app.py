"""The functions that `function_app` declares, indexed once for all tests: a second `get_functions()` raises."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredFunction:
    """One function, with its trigger as the host reads it."""

    name: str
    trigger: dict[str, Any]
    handler: Callable[..., Any]

    @property
    def listens_to(self) -> str:
        """The queue, or `topic/subscription`, whose messages trigger it; empty if none do."""
        if self.trigger["type"] != "serviceBusTrigger":
            return ""
        return str(self.trigger.get("queueName") or f"{self.trigger['topicName']}/{self.trigger['subscriptionName']}")

    @property
    def takes_batches(self) -> bool:
        """Of messages, and not one at a time."""
        return bool(self.trigger.get("cardinality") == "MANY")


@cache
def declared_functions() -> tuple[DeclaredFunction, ...]:
    """All functions of the app."""
    app = importlib.import_module("function_app").app
    return tuple(
        DeclaredFunction(
            name=function.get_function_name(),
            trigger=_trigger(function.get_raw_bindings()),
            handler=function.get_user_function(),
        )
        for function in app.get_functions()
    )


def _trigger(raw_bindings: Sequence[str]) -> dict[str, Any]:
    (trigger,) = [binding for binding in map(json.loads, raw_bindings) if binding["type"].endswith("Trigger")]
    return dict(trigger)
