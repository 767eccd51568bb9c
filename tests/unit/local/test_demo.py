"""How the demo conference is made where its API or its file fails."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from local import demo
from local.demo import DemoConference, DemoError, seed
from local.ports import free_ports

Fault = Callable[[web.Request], Awaitable[web.Response]]
Make = Callable[[], Awaitable[DemoConference]]


async def hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def be_unavailable(_: web.Request) -> web.Response:
    return web.Response(status=503)


async def refuse(_: web.Request) -> web.Response:
    return web.Response(status=422)


class ManagementApi:
    """Takes one conference. `faults` are answered first, one for each request."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.conference = {"seatTypes": list[object](), "wasEverPublished": False}
        self.exists = False

    async def answer(self, request: web.Request) -> web.Response:
        if self.faults:
            return await self.faults.pop(0)(request)
        match request.method, request.path.removeprefix("/api/management/"):
            case "POST", "conferences":
                status, self.exists = 409 if self.exists else 201, True
                return web.json_response({"accessCode": "ABCDEF", "token": "t"}, status=status)
            case "POST", "sign-in":
                return web.json_response({"token": "t"})
            case "POST", path if path.endswith("seat-types"):
                self.conference["seatTypes"] = [*self.seat_types, await request.json()]
                return web.json_response({}, status=201)
            case "POST", path if path.endswith("publish"):
                self.conference["wasEverPublished"] = True
        return web.json_response(self.conference)

    @property
    def seat_types(self) -> list[object]:
        found = self.conference["seatTypes"]
        assert isinstance(found, list)
        return found


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> ManagementApi:
    monkeypatch.setattr(demo, "_PAUSES", (0.0, 0.0, 0.0))
    return ManagementApi()


@pytest.fixture
async def make_demo(api: ManagementApi, tmp_path: Path) -> AsyncIterator[Make]:
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", api.answer)
    runner, (port,) = web.AppRunner(application), free_ports(1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with aiohttp.ClientSession() as http:
        yield lambda: seed(http, f"http://127.0.0.1:{port}", tmp_path / "demo.json")
    await runner.cleanup()


async def test_an_api_that_goes_away_meanwhile_is_asked_again(api: ManagementApi, make_demo: Make) -> None:
    api.faults = [hang_up, be_unavailable]
    made = await make_demo()
    assert made.access_code == "ABCDEF"
    assert api.conference["wasEverPublished"]
    assert len(api.seat_types) == 3


async def test_an_api_that_stays_away_is_given_up(api: ManagementApi, make_demo: Make) -> None:
    api.faults = [be_unavailable] * 10
    with pytest.raises(DemoError, match="answered 503"):
        await make_demo()
    assert len(api.faults) == 6


async def test_an_api_that_refuses_is_not_asked_again(api: ManagementApi, make_demo: Make) -> None:
    api.faults = [refuse]
    with pytest.raises(DemoError, match="answered 422"):
        await make_demo()
    assert not api.exists


@pytest.mark.parametrize("damaged", [b"", b'{"accessCode"', b"[]", b"{}", b"\xff"])
async def test_an_access_code_that_cannot_be_read_is_unknown(
    api: ManagementApi, make_demo: Make, tmp_path: Path, damaged: bytes
) -> None:
    (tmp_path / "demo.json").write_bytes(damaged)
    api.exists = True
    assert (await make_demo()).access_code is None


async def test_the_access_code_is_kept_whole_or_not_at_all(make_demo: Make, tmp_path: Path) -> None:
    (tmp_path / "demo.new").mkdir()  # as where the disk is full
    with pytest.raises(IsADirectoryError):
        await make_demo()
    assert not (tmp_path / "demo.json").exists()


async def test_another_run_signs_in_with_the_access_code_that_was_kept(make_demo: Make, tmp_path: Path) -> None:
    made = await make_demo()
    assert (await make_demo()) == made
    assert json.loads((tmp_path / "demo.json").read_bytes())["accessCode"] == made.access_code
