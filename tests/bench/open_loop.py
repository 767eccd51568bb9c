"""Load at a fixed rate: each registration starts when it is due, however long the others take."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp

from tests.bench.registration import Conference, Registration, Timings


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """So many registrations a second for so many seconds."""

    rate: float
    seconds: float

    @property
    def registrations(self) -> int:
        return max(1, round(self.rate * self.seconds))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of a load. `latest_start` says how late the generator itself ever was, in seconds."""

    timings: Sequence[Timings]
    seconds: float
    latest_start: float
    generator_cpu_seconds: float


async def run_load(url: str, conferences: Sequence[Conference], load: Load) -> Run:
    """Put the load on, and wait until every registration has come to an end."""
    cpu = time.process_time()
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
    timeout = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(url, connector=connector, timeout=timeout) as session:
        began = time.monotonic() + 0.1
        running: list[asyncio.Task[Timings]] = []
        latest = 0.0
        for number, conference in zip(range(load.registrations), itertools.cycle(conferences), strict=False):
            due = began + number / load.rate
            await asyncio.sleep(due - time.monotonic())
            latest = max(latest, time.monotonic() - due)
            running.append(asyncio.create_task(Registration(session, conference, due).run()))
        timings = await asyncio.gather(*running)
        seconds = time.monotonic() - began
    return Run(
        timings=timings,
        seconds=seconds,
        latest_start=latest,
        generator_cpu_seconds=time.process_time() - cpu,
    )
