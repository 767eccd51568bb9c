"""The web site, as Azure Static Web Apps serves it: static files, and `/api` of the functions on the same origin.

`python -m local.web --root web --port N --api-url http://127.0.0.1:7071`
Source: https://learn.microsoft.com/azure/static-web-apps/configuration
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fnmatch
import json
import logging
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from aiohttp import hdrs, web
from multidict import CIMultiDict
from yarl import URL

from local.static_files import StaticFiles

log = logging.getLogger(__name__)
_HOP_BY_HOP = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "host",
    ]
)
_RETRY_AFTER_SECONDS = 2
_LARGEST_BODY = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SiteConfiguration:
    """What is used of staticwebapp.config.json."""

    fallback: str = "/index.html"
    fallback_exclude: tuple[str, ...] = ()
    global_headers: dict[str, str] = field(default_factory=dict)
    routes: tuple[dict[str, Any], ...] = ()

    def headers(self, path: str) -> dict[str, str]:
        """The headers of a file: the global ones, then those of the first route that fits."""
        route = next((route for route in self.routes if matches(route["route"], path)), {})
        merged = CIMultiDict(self.global_headers)
        merged.update(route.get("headers", {}))
        return {name: value for name, value in merged.items() if value}

    def has_fallback(self, path: str) -> bool:
        return bool(self.fallback) and not any(matches(pattern, path) for pattern in self.fallback_exclude)


def matches(pattern: str, path: str) -> bool:
    """Whether a route pattern fits, such as `/images/*` or `/*.{css,js}`."""
    before, brace, rest = pattern.partition("{")
    if not brace:
        return fnmatch.fnmatchcase(path, pattern)
    choices, _, after = rest.partition("}")
    return any(fnmatch.fnmatchcase(path, before + choice + after) for choice in choices.split(","))


def read_configuration(root: Path) -> SiteConfiguration:
    path = root / "staticwebapp.config.json"
    if not path.exists():
        return SiteConfiguration()
    config = json.loads(path.read_bytes())
    navigation = config.get("navigationFallback", {})
    return SiteConfiguration(
        fallback=navigation.get("rewrite", ""),
        fallback_exclude=tuple(navigation.get("exclude", ())),
        global_headers=config.get("globalHeaders", {}),
        routes=tuple(config.get("routes", ())),
    )


class Site:
    """Answers with files under `root`, and passes `/api` on to the functions host."""

    def __init__(self, root: Path, api_url: str) -> None:
        self._root, self._api_url = root.resolve(), api_url.rstrip("/")
        self._configuration = read_configuration(self._root)
        self._files = StaticFiles()

    def application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_BODY)
        application.cleanup_ctx.append(self._client)
        application.router.add_route("*", "/api/{path:.*}", self._pass_on)
        application.router.add_get("/{path:.*}", self._file)
        return application

    async def _client(self, _: web.Application) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=2)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector, auto_decompress=False) as self._http:
            yield

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        headers = CIMultiDict((n, v) for n, v in request.headers.items() if n.lower() not in _HOP_BY_HOP)
        headers[hdrs.X_FORWARDED_FOR] = request.remote or ""
        headers[hdrs.X_FORWARDED_PROTO], headers[hdrs.X_FORWARDED_HOST] = request.scheme, request.host
        url = f"{self._api_url}{request.rel_url.raw_path_qs}"
        body = request.content if request.body_exists else None
        try:
            answer = await self._http.request(
                request.method, _as_is(url), headers=headers, data=body, allow_redirects=False
            )
        except (aiohttp.ClientConnectionError, TimeoutError) as error:
            log.warning("%s %s: the functions host does not answer: %s", request.method, request.path, error)
            return _unavailable()
        async with answer:
            return await self._stream(request, answer)

    async def _stream(self, request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
        headers = CIMultiDict((n, v) for n, v in answer.headers.items() if n.lower() not in _HOP_BY_HOP)
        response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
        try:
            await response.prepare(request)
            async for chunk in answer.content.iter_any():
                await response.write(chunk)
            await response.write_eof()
        except aiohttp.ClientConnectionResetError:
            log.debug("%s %s: the browser has hung up", request.method, request.path)
        return response

    async def _file(self, request: web.Request) -> web.StreamResponse:
        path = request.path
        found = self._find(path)
        if found is None and self._configuration.has_fallback(path):
            found = self._find(self._configuration.fallback)
        if found is None:
            return web.Response(status=404, text="Not found", headers=self._configuration.headers(path))
        headers = CIMultiDict({hdrs.CACHE_CONTROL: "no-cache"})
        headers.update(self._configuration.headers(path))
        return self._files.answer(request, found, headers)

    def _find(self, path: str) -> Path | None:
        try:
            wanted = (self._root / path.lstrip("/")).resolve()
            if wanted.is_dir():
                wanted /= "index.html"
            hidden = wanted.name.startswith(".") or wanted.name == "staticwebapp.config.json"
            inside = wanted.is_relative_to(self._root)
            return wanted if inside and not hidden and wanted.is_file() else None
        except (OSError, ValueError):  # a name no file can have: too long, or with a zero byte
            return None


def _as_is(url: str) -> URL:
    return URL(url, encoded=True)


def _unavailable() -> web.Response:
    problem = {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The functions host does not answer. Try again shortly.",
    }
    headers = {hdrs.RETRY_AFTER: str(_RETRY_AFTER_SECONDS)}
    return web.json_response(problem, status=503, content_type="application/problem+json", headers=headers)


async def serve(site: Site, port: int) -> None:
    """Serve on 127.0.0.1 until SIGINT or SIGTERM."""
    runner = web.AppRunner(site.application(), access_log=None, shutdown_timeout=3)
    await runner.setup()
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(f"web site on http://127.0.0.1:{port}", flush=True)
    await stop.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.web", description="The web site with /api behind it.")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--api-url", required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"))
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve(Site(arguments.root, arguments.api_url), arguments.port))


if __name__ == "__main__":
    main()
