"""What every HTTP function shares: reading bodies, writing answers, and mapping errors."""

import functools
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import azure.functions as func
import msgspec
import pydantic

from functions.problems import FieldError, Problem, invalid, not_found, problem_of
from functions.schemas import is_uuid
from infra.retries import patience

logger = logging.getLogger(__name__)

Handler = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]
Model = TypeVar("Model", bound=pydantic.BaseModel)

PATIENCE_SECONDS = 8.0
"""How long a person waits for a store that does not answer, beyond the waiting she asked for."""
LONGEST_WAIT_SECONDS = 10.0
MAX_BODY_BYTES = 64 * 1024
MAX_ERRORS_NAMED = 100
"""A small body can have thousands of faults; nobody mends more than these at once."""
_NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_json = msgspec.json.Encoder()


def operation(handler: Handler) -> Handler:
    """Answer every error as problem details; one that nobody expected as a 500 that tells nothing of the inside."""

    @functools.wraps(handler)
    async def handle(req: func.HttpRequest) -> func.HttpResponse:
        try:
            _refuse_large_body(req)
            with patience(PATIENCE_SECONDS + _waiting_asked_for(req)):
                return await handler(req)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                logger.exception("%s %s failed", req.method, req.url)
                problem = Problem(status=500, type="internal-error", title="Something went wrong on our side")
            return _problem_response(problem)

    return handle


def _refuse_large_body(req: func.HttpRequest) -> None:
    if len(req.get_body()) > MAX_BODY_BYTES:
        raise Problem(status=413, type="too-large", title="The body is too large", detail="At most 64 KiB are read.")


def _waiting_asked_for(req: func.HttpRequest) -> float:
    """Seconds; what is no number of them the operation refuses by itself."""
    text = req.params.get("wait", "0")
    return min(float(text), LONGEST_WAIT_SECONDS) if _NUMBER.fullmatch(text) else 0.0


def respond(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    """An answer in JSON, or without a body. Money, dates and ids in `body` are strings already."""
    content = b"" if body is None else _json.encode(body)
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return func.HttpResponse(content, status_code=status, headers=all_headers, mimetype="application/json")


def _problem_response(problem: Problem) -> func.HttpResponse:
    return func.HttpResponse(
        _json.encode(problem.body()),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **problem.headers},
        mimetype="application/problem+json",
    )


def json_body(req: func.HttpRequest, model: type[Model]) -> Model:
    """The body as `model`. Raises Problem: 415 not JSON, 400 malformed, 422 wrong fields."""
    body = req.get_body()
    media_type = req.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(
            status=415,
            type="unsupported-media-type",
            title="The body must be JSON",
            detail="Send it with Content-Type: application/json.",
        )
    try:
        return model.model_validate_json(body, strict=True)
    except pydantic.ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        why_malformed = _why_malformed(body)
        if why_malformed or any(fault["type"] == "json_invalid" for fault in faults):
            detail = why_malformed or "It holds something that JSON cannot, such as half of a surrogate pair."
            raise Problem(
                status=400, type="malformed-json", title="The body is not well-formed JSON", detail=detail
            ) from error
        raise invalid(
            [FieldError(path=_path(fault["loc"]), message=fault["msg"]) for fault in faults[:MAX_ERRORS_NAMED]]
        ) from error


def _why_malformed(body: bytes) -> str:
    try:
        json.loads(body, parse_constant=_refuse_constant, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""


def _refuse_constant(name: str) -> None:
    """pydantic and Python both read NaN and Infinity, which are not JSON."""
    raise ValueError(f"{name} is not JSON")


def _path(location: tuple[int | str, ...]) -> str:
    return "/".join(str(part) for part in location)


def path_uuid(req: func.HttpRequest, name: str, what: str) -> UUID:
    """The id in the route. Raises Problem (404): what has no proper id does not exist."""
    text = req.route_params[name]
    if not is_uuid(text):
        raise not_found(f"There is no {what} {text!r}.")
    return UUID(text)


def query_number(req: func.HttpRequest, name: str, *, default: float, low: float, high: float) -> float:
    """A number from the query. Raises Problem (422) unless it is one from `low` to `high`."""
    text = req.params.get(name)
    if text is None:
        return default
    number = float(text) if _NUMBER.fullmatch(text) else float("nan")
    if not low <= number <= high:
        raise invalid([FieldError(path=name, message=f"must be a number from {low:g} to {high:g}")])
    return number


def query_integer(req: func.HttpRequest, name: str, *, default: int, low: int, high: int) -> int:
    """A whole number from the query. Raises Problem (422) unless it is one from `low` to `high`."""
    text = req.params.get(name)
    if text is None:
        return default
    if re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) is None or not low <= int(text) <= high:
        raise invalid([FieldError(path=name, message=f"must be a whole number from {low} to {high}")])
    return int(text)
