"""`GET /health`: whether the broker works, and what waits in it; `GET /metrics`: what it was asked to do."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from local.servicebus.broker import Broker
from local.servicebus.meters import metrics
from local.servicebus.queue import Queue


def health(broker: Broker) -> dict[str, Any]:
    """The answer's body: status, connections, and counts per entity by its path."""
    return {
        "status": "failed" if broker.failed.done() else "ok",
        "connections": len(broker.connections),
        "entities": {
            entity.path: entity.counts() if isinstance(entity, Queue) else {"scheduled": len(entity.messages)}
            for entity in broker.entities.values()
        },
    }


async def serve_health(broker: Broker, host: str, port: int) -> web.AppRunner:
    """Serve both until the runner is cleaned up. Raises OSError if the port is taken."""

    async def answer(request: web.Request) -> web.Response:
        body = health(broker)
        return web.json_response(body, status=200 if body["status"] == "ok" else 503)

    async def answer_metrics(request: web.Request) -> web.Response:
        return web.json_response(metrics({entity.path: entity.meter for entity in broker.entities.values()}))

    application = web.Application()
    application.router.add_get("/health", answer)
    application.router.add_get("/metrics", answer_metrics)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner
