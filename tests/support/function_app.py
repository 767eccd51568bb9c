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
