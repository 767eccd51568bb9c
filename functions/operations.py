"""For operators: is it alive, is it ready, what is its contract. And what is not in the contract."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import azure.functions as func

from functions.http import operation, respond
from functions.problems import Problem, not_found
from infra.bootstrap import App, app
from infra.health import check_health, is_healthy, warm_up

blueprint = func.Blueprint()

ALL_METHODS = [func.HttpMethod(method) for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")]


@blueprint.function_name("Live")
@blueprint.route("health/live", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def live(req: func.HttpRequest) -> func.HttpResponse:
    """live."""
    return respond(200, {"status": "healthy"})


@blueprint.function_name("Ready")
@blueprint.route("health/ready", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def ready(req: func.HttpRequest) -> func.HttpResponse:
    """ready."""
    system = await app()
    return _health(system, await check_health(system))


@blueprint.function_name("Warm")
@blueprint.route("health/warm", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def warm(req: func.HttpRequest) -> func.HttpResponse:
    """The same, as patient as the start of a process asks for. Not in the contract: the platform asks before a swap.

    It takes the first answer for the last, so that one 503 ends the swap. (WEBSITE_SWAP_WARMUP_PING_STATUSES)
    """
    system = await app()
    return _health(system, await warm_up(system))


def _health(system: App, checks: dict[str, str]) -> func.HttpResponse:
    healthy = is_healthy(checks)
    status = "healthy" if healthy else "unhealthy"
    return respond(200 if healthy else 503, {"status": status, "release": system.settings.release, "checks": checks})


@cache
def contract() -> dict[str, Any]:
    """The contract that this code keeps; tests hold the functions, the schemas and the answers to it."""
    document: dict[str, Any] = json.loads(Path(__file__).with_name("openapi.json").read_text(encoding="utf-8"))
    return document


@blueprint.function_name("OpenApi")
@blueprint.route("openapi.json", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def openapi(req: func.HttpRequest) -> func.HttpResponse:
    """openapi."""
    return respond(200, contract())


@blueprint.function_name("NotInTheContract")
@blueprint.route("{*path}", methods=ALL_METHODS, auth_level=func.AuthLevel.ANONYMOUS)
@operation
async def not_in_the_contract(req: func.HttpRequest) -> func.HttpResponse:
    """Whatever no other function takes: 405 with Allow where the path is known, else 404."""
    path = f"/api/{req.route_params.get('path', '')}"
    allowed = allowed_methods(path)
    if not allowed:
        raise not_found(f"There is nothing at {path}.")
    raise Problem(
        status=405,
        type="method-not-allowed",
        title="Method not allowed",
        detail=f"{path} takes {', '.join(allowed)}.",
        headers={"Allow": ", ".join(allowed)},
    )


def allowed_methods(path: str) -> list[str]:
    """The methods that the contract has for a path."""
    return sorted({method for pattern, methods in _routes() if pattern.fullmatch(path) for method in methods})


@cache
def _routes() -> list[tuple[re.Pattern[str], list[str]]]:
    return [
        (
            re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template))),
            [method.upper() for method in item if method in ("get", "put", "post", "delete", "patch")],
        )
        for template, item in contract()["paths"].items()
    ]
