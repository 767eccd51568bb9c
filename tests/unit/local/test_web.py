"""The local web site, between a browser and the functions host."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from local.ports import free_ports
from local.web import Site
from tests.support.patience import eventually


class SlowHost:
    """A functions host whose one answer waits until a test lets it go on."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()

    async def answer(self, _: web.Request) -> web.Response:
        self.asked.set()
        await self.may_answer.wait()
        return web.Response(text="at last")


@asynccontextmanager
async def served(application: web.Application, port: int) -> AsyncIterator[web.Server]:
    """As `local.web` serves it: who hangs up does not cancel what is under way."""
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    assert runner.server is not None
    try:
        yield runner.server
    finally:
        await runner.cleanup()


async def test_a_browser_that_hangs_up_is_no_error_of_the_site(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "local.web")
    host, functions = SlowHost(), web.Application()
    functions.router.add_get("/api/slow", host.answer)
    host_port, site_port = free_ports(2)
    site = Site(tmp_path, f"http://127.0.0.1:{host_port}").application()

    async with served(functions, host_port), served(site, site_port) as server:
        _, browser = await asyncio.open_connection("127.0.0.1", site_port)
        browser.write(b"GET /api/slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await host.asked.wait()
        browser.transport.abort()
        (connection,) = server.connections
        await asyncio.to_thread(eventually, lambda: connection.transport is None, "the end of the connection")
        host.may_answer.set()
        hung_up = "GET /api/slow: the browser has hung up"
        await asyncio.to_thread(eventually, lambda: hung_up in caplog.messages, "a word about it")

    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("path", ["x" * 256, "%00", "folder/" * 1000], ids=["long name", "zero byte", "long path"])
async def test_a_path_that_no_file_can_have_is_as_any_that_is_unknown(tmp_path: Path, path: str) -> None:
    (tmp_path / "index.html").write_text("home", encoding="utf-8")
    (port,) = free_ports(1)
    url = URL(f"http://127.0.0.1:{port}/{path}", encoded=True)
    async with served(Site(tmp_path, "").application(), port), aiohttp.request("GET", url) as answer:
        assert (answer.status, await answer.text()) == (200, "home")
