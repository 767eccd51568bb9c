"""The contract (tests/contract/openapi.yaml): its operations, and whether an answer keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

CONTRACT_FILE = Path(__file__).parents[1] / "contract" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "patch")

FORMATS = FormatChecker(["uuid", "date"])


@FORMATS.checks("email")
def _is_email(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*", value) is not None


@FORMATS.checks("date-time", raises=ValueError)
def _is_utc_time(value: object) -> bool:
    """All times of the contract are RFC 3339 UTC."""
    return not isinstance(value, str) or (
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value, re.ASCII) is not None
        and datetime.fromisoformat(value) is not None
    )


@FORMATS.checks("uri", raises=ValueError)
def _is_absolute_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


def _pattern(validator: Any, pattern: str, value: object, schema: object) -> Iterator[ValidationError]:
    """Patterns are those of ECMA 262: \\d is an ASCII digit, and $ is the very end."""
    if isinstance(value, str) and re.search(re.sub(r"\$$", r"\\Z", pattern), value, re.ASCII) is None:
        yield ValidationError(f"{value!r} does not match {pattern!r}")


_Validator = extend(Draft202012Validator, {"pattern": _pattern})


@cache
def document() -> dict[str, Any]:
    """The contract as data."""
    loaded: dict[str, Any] = yaml.safe_load(CONTRACT_FILE.read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the contract. `responses` are by status, `default` among them."""

    id: str
    method: str
    path: str
    tag: str
    responses: Mapping[str, Any]
    definition: Mapping[str, Any]


@cache
def operations() -> dict[str, Operation]:
    """All operations, by operation id."""
    return {
        definition["operationId"]: Operation(
            id=definition["operationId"],
            method=method.upper(),
            path=path,
            tag=definition["tags"][0],
            responses={status: _resolved(response) for status, response in definition["responses"].items()},
            definition=definition,
        )
        for path, item in document()["paths"].items()
        for method, definition in item.items()
        if method in METHODS
    }


def _resolved(part: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in part:
        return part
    target: Any = document()
    for name in part["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return _resolved(target)


def validator_of(schema: Mapping[str, Any]) -> Any:
    """A validator of a schema that may refer to the contract's components."""
    return _Validator({**schema, "components": document()["components"]}, format_checker=FORMATS)


@cache
def _body_validator(operation_id: str, status: str, media_type: str) -> Any:
    return validator_of(operations()[operation_id].responses[status]["content"][media_type]["schema"])


def violations(operation_id: str, status: int, headers: Mapping[str, str], body: Any) -> list[str]:
    """What an answer does that the contract does not allow; `body` is None where there was none.

    A status that the operation does not name falls to `default`, which is for errors only.
    """
    responses = operations()[operation_id].responses
    name = str(status) if str(status) in responses else "default"
    if name == "default" and status < 400:
        return [f"status {status} is not in the contract"]
    return [*_wrong_headers(responses[name], headers), *_wrong_body(operation_id, name, status, headers, body)]


def _wrong_headers(response: Mapping[str, Any], headers: Mapping[str, str]) -> list[str]:
    faults = []
    for name, header in response.get("headers", {}).items():
        value = headers.get(name)
        wants_integer = header["schema"]["type"] == "integer"
        if value is None or (wants_integer and not value.isdigit()):
            faults.append(f"header {name} is {value!r}")
    return faults


def _wrong_body(operation_id: str, name: str, status: int, headers: Mapping[str, str], body: Any) -> list[str]:
    content = operations()[operation_id].responses[name].get("content", {})
    if not content:
        return []
    (media_type,) = content
    given = headers.get("content-type", "").partition(";")[0]
    if given != media_type:
        return [f"content type {given!r} instead of {media_type}"]
    faults = [
        f"{error.json_path}: {error.message}"
        for error in _body_validator(operation_id, name, media_type).iter_errors(body)
    ]
    if media_type == "application/problem+json" and isinstance(body, dict) and body.get("status") != status:
        faults.append(f"the problem's status is {body.get('status')}, the answer's {status}")
    return faults
