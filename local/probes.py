"""What tells that a component is ready: real requests, answered."""

from __future__ import annotations

from collections.abc import Callable

import aiohttp

from local.component import Probe

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_REQUESTS_PER_WORKER = 4


def answers(session: aiohttp.ClientSession, url: str, *, accept: Callable[[int], bool]) -> Probe:
    """A probe that asks for `url` and judges the status."""

    async def probe() -> bool:
        try:
            async with session.get(url, timeout=_TIMEOUT) as response:
                return accept(response.status)
        except (aiohttp.ClientError, TimeoutError):
            return False

    return probe


def is_ok(status: int) -> bool:
    return status == 200


def is_any_answer(status: int) -> bool:
    return status > 0


def every_worker_answers(session: aiohttp.ClientSession, url: str, workers: int) -> Probe:
    """A probe for the functions host: every worker runs, and the app says that it is ready.

    Workers share a port, so each request meets any of them: the probe goes on until it has met all, or is too unlikely
    to; asking on and on would keep those busy that run.
    """
    is_ready = answers(session, f"{url}/api/health/ready", accept=is_ok)

    async def probe() -> bool:
        met: set[int] = set()
        for _ in range(_REQUESTS_PER_WORKER * workers):
            try:
                async with session.get(
                    f"{url}/admin/host/status", headers={"Connection": "close"}, timeout=_TIMEOUT
                ) as response:
                    status = await response.json()
            except (aiohttp.ClientError, TimeoutError):
                return False
            if status["state"] == "Running":
                met.add(status["processId"])
            if len(met) >= workers:
                return await is_ready()
        return False

    return probe
