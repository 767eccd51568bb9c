"""Finds the functions of an app and holds them to the rules of the Azure Functions Python worker.

One fault fails the whole app, as in Azure, where it shows as "0 functions found". Here it is an IndexingError
that names the function and the fault.

Source: azure-functions-python-worker, `loader.index_function_app` and `functions.Registry.add_indexed_function`.
"""

from __future__ import annotations

import importlib
import inspect
import json
import sys
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import azure.functions as func
from azure.functions import meta
from azure.functions.decorators.function_app import FunctionRegister

from local.functions_host.settings import SettingsError, resolve, service_bus_connection
from local.functions_host.triggers import Function, HttpTrigger, ServiceBusTrigger, TimerTrigger, Trigger

_SUPPORTED = ("httpTrigger", "serviceBusTrigger", "timerTrigger")
Binding = dict[str, Any]


class IndexingError(Exception):
    """Why the app cannot be indexed."""


def index_app(app_root: Path, settings: Mapping[str, str]) -> list[Function]:
    """Import `function_app` from `app_root` and return its functions. Raises IndexingError."""
    app = _load_app(app_root)
    try:
        found = app.get_functions()  # works once only: a second call reports every name as a duplicate
    except (ValueError, TypeError) as error:
        raise IndexingError(str(error)) from error
    return [_index(function, app_root, settings) for function in found]


def _load_app(app_root: Path) -> FunctionRegister:
    if not (app_root / "function_app.py").is_file():
        raise IndexingError(f"there is no function_app.py in {app_root}")
    sys.path.insert(0, str(app_root))
    try:
        module = importlib.import_module("function_app")
    except Exception as error:
        raise IndexingError(f"function_app cannot be imported: {type(error).__name__}: {error}") from error
    apps = {id(value): value for value in vars(module).values() if isinstance(value, FunctionRegister)}
    if len(apps) != 1:
        raise IndexingError(f"function_app must hold exactly one FunctionApp at module level, not {len(apps)}")
    return next(iter(apps.values()))


def _index(declared: Any, app_root: Path, settings: Mapping[str, str]) -> Function:
    name, call = str(declared.get_function_name()), declared.get_user_function()
    bindings = {binding["name"]: binding for binding in map(json.loads, declared.get_raw_bindings())}
    try:
        _check_settings(declared)
        trigger = _only_trigger(bindings)
        _check_signature(call, bindings)
        return Function(
            name=name,
            call=call,
            is_async=inspect.iscoroutinefunction(call),
            parameter=trigger["name"],
            wants_context="context" in inspect.signature(call).parameters and "context" not in bindings,
            trigger=_trigger(name, trigger, settings),
            directory=str(app_root),
        )
    except (IndexingError, SettingsError) as error:
        raise IndexingError(f"function {name}: {error}") from error


def _check_settings(declared: Any) -> None:
    if declared.get_settings_dict("retry_policy"):
        raise IndexingError("this host has no retry policies")


def _only_trigger(bindings: Mapping[str, Binding]) -> Binding:
    triggers = [binding for binding in bindings.values() if str(binding["type"]).endswith("Trigger")]
    if len(triggers) != 1:
        raise IndexingError(f"a function has exactly one trigger, this one has {len(triggers)}")
    if triggers[0]["type"] not in _SUPPORTED:
        raise IndexingError(f"this host runs {', '.join(_SUPPORTED)}, not {triggers[0]['type']}")
    others = [b for b in bindings.values() if b is not triggers[0] and b["type"] != "http"]
    if others:
        raise IndexingError(f"this host has no {others[0]['type']} binding (parameter {others[0]['name']!r})")
    return triggers[0]


def _check_signature(call: Callable[..., Any], bindings: Mapping[str, Binding]) -> None:
    parameters = set(inspect.signature(call).parameters)
    bound = {name for name in bindings if name != "$return"}
    if missing := bound - parameters:
        raise IndexingError(f"the bindings {sorted(missing)} have no parameter of that name")
    if unbound := parameters - bound - {"context"}:
        raise IndexingError(f"the parameters {sorted(unbound)} have no binding of that name")
    try:
        annotations = typing.get_type_hints(call)
    except NameError as error:
        raise IndexingError(f"an annotation cannot be resolved: {error}") from error
    if not issubclass(_plain_type(annotations.get("context", func.Context), "context"), func.Context):
        raise IndexingError("the context parameter must be annotated as azure.functions.Context")
    for name in bound & set(annotations):
        _check_input(name, annotations[name], bindings[name])
    if "return" in annotations:
        _check_output(annotations["return"], bindings.get("$return"))


def _check_input(name: str, annotation: Any, binding: Binding) -> None:
    converter = _converter(binding)
    try:
        fits = converter.check_input_type_annotation(annotation)
    except TypeError:  # the library's own check expects a class and trips over unions
        fits = False
    if not fits:
        raise IndexingError(f"{binding['type']} cannot fill {name!r}, which is annotated {annotation!r}")


def _check_output(annotation: Any, binding: Binding | None) -> None:
    if annotation in (None, type(None)):
        return
    if binding is None:
        raise IndexingError(f"it is annotated to return {annotation!r} but has no output binding")
    converter = _converter(binding)
    if not converter.check_output_type_annotation(_plain_type(annotation, "return value")):
        raise IndexingError(f"its return annotation {annotation!r} does not fit its {binding['type']} output")


def _converter(binding: Binding) -> Any:
    library: Any = meta  # half of it is untyped
    return library.get_binding_registry().get(binding["type"])


def _plain_type(annotation: Any, what: str) -> type:
    if not isinstance(annotation, type):
        raise IndexingError(f"the {what} must be annotated with one plain type, not {annotation!r}")
    return annotation


def _trigger(name: str, binding: Binding, settings: Mapping[str, str]) -> Trigger:
    match binding["type"]:
        case "httpTrigger":
            route = binding.get("route")
            methods = tuple(str(method).upper() for method in binding.get("methods") or ())
            level = str(binding.get("authLevel") or "function").lower()
            if level not in ("anonymous", "function", "admin"):
                raise IndexingError(f"unknown auth level {level!r}")
            return HttpTrigger(name if route is None else str(route).strip("/"), methods, level)  # type: ignore[arg-type]
        case "timerTrigger":
            monitored = binding.get("useMonitor")
            schedule = resolve(str(binding["schedule"]), settings)
            return TimerTrigger(schedule, bool(binding.get("runOnStartup")), monitored is not False)
        case _:
            return ServiceBusTrigger(
                entity=_entity(binding, settings),
                connection=service_bus_connection(str(binding["connection"]), settings),
                is_batch=str(binding.get("cardinality") or "one").lower() == "many",
                has_sessions=bool(binding.get("isSessionsEnabled")),
                is_binary=str(binding.get("dataType") or "").lower() == "binary",
            )


def _entity(binding: Binding, settings: Mapping[str, str]) -> str:
    if queue := binding.get("queueName"):
        return resolve(str(queue), settings)
    topic, subscription = (
        resolve(str(binding["topicName"]), settings),
        resolve(str(binding["subscriptionName"]), settings),
    )
    return f"{topic}/Subscriptions/{subscription}"
