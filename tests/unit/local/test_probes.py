"""What tells that a component is ready."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle

import aiohttp
import pytest
from aiohttp import web

from local import probes
from local.ports import free_ports


class Workers:
    """Functions hosts behind one port, which are met in turn."""

    def __init__(self, *pids: int) -> None:
        self.times_asked = 0
        self._pids = cycle(pids)

    async def status(self, _: web.Request) -> web.Response:
        self.times_asked += 1
        return web.json_response({"state": "Running", "processId": next(self._pids)})

    async def health(self, _: web.Request) -> web.Response:
        return web.Response()

    @asynccontextmanager
    async def served(self) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_get("/admin/host/status", self.status)
        application.router.add_get("/api/health/ready", self.health)
        runner, (port,) = web.AppRunner(application), free_ports(1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{port}"
        await runner.cleanup()


@pytest.mark.parametrize(("running", "is_ready", "most_asked"), [((1, 2), True, 2), ((1,), False, 8)])
async def test_all_workers_are_to_be_met_within_a_few_requests(
    running: tuple[int, ...], is_ready: bool, most_asked: int
) -> None:
    workers = Workers(*running)
    async with workers.served() as url, aiohttp.ClientSession() as http:
        assert await probes.every_worker_answers(http, url, 2)() is is_ready
    assert workers.times_asked <= most_asked
