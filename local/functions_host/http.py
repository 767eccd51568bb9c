"""HTTP triggers on aiohttp's bare server: routes, keys, CORS, and the answers of the Functions host."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from aiohttp import HttpVersion11, hdrs, web
from azure.functions import meta
from azure.functions.http import HttpRequest, HttpResponseConverter
from multidict import CIMultiDict

from local.functions_host.invocation import Invoker
from local.functions_host.keys import HostKeys
from local.functions_host.routes import RouteTable, compile_route
from local.functions_host.settings import CorsPolicy
from local.functions_host.triggers import AuthLevel, Function, HttpTrigger

log = logging.getLogger(__name__)
LARGEST_BODY = 100 * 1024 * 1024
EVERY_METHOD = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


class HttpListener:
    """Answers requests with the functions that have HTTP triggers.

    Without `keys` every auth level is open, as with `func start`. `pages` are the host's own, by path; with keys
    they ask for the master key.
    """

    def __init__(
        self,
        functions: Iterable[Function],
        invoker: Invoker,
        *,
        route_prefix: str,
        keys: HostKeys | None,
        cors: CorsPolicy | None,
        pages: Mapping[str, Callable[[], Mapping[str, Any]]],
    ) -> None:
        self._invoker, self._keys, self._cors, self._pages = invoker, keys, cors, pages
        self._routes = RouteTable(
            compile_route(f"{route_prefix}/{function.trigger.route}", function.trigger.methods, function)
            for function in functions
            if isinstance(function.trigger, HttpTrigger)
        )
        self.is_stopping = False

    def server(self) -> web.Server:
        """A protocol factory for `loop.create_server`."""
        return web.Server(self._answer, request_factory=_new_request, access_log=None, auto_decompress=False)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        origin = request.headers.get(hdrs.ORIGIN) if self._cors else None
        if self._cors is None or origin is None:
            response = await self._route(request)
        elif _is_preflight(request):
            response = web.Response(status=204)
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_METHODS] = EVERY_METHOD
            wanted = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS, "")
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = wanted
        else:
            response = await self._route(request)
        if self._cors and origin and self._cors.allows(origin):
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            response.headers.add(hdrs.VARY, hdrs.ORIGIN)
            if self._cors.credentials:
                response.headers[hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS] = "true"
        if self.is_stopping:
            response.force_close()
        return response

    async def _route(self, request: web.BaseRequest) -> web.Response:
        if not all(map(_is_unicode, request.headers.values())):
            return web.Response(status=400)
        path = request.rel_url.raw_path
        if (page := self._pages.get(path)) is not None:
            return web.json_response(dict(page())) if self._is_open("admin", "", request) else web.Response(status=401)
        found = self._routes.find(request.method, path)
        if found is None:
            return web.Response(status=404)
        function, route_values = found
        assert isinstance(function.trigger, HttpTrigger)
        if not self._is_open(function.trigger.auth_level, function.name, request):
            return web.Response(status=401)
        await _say_continue(request)
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        trace = request.headers.get("traceparent"), request.headers.get("tracestate", "")
        value = http_request(request, route_values, body)
        try:
            result = await self._invoker.invoke(function, value, trace_parent=trace[0], trace_state=trace[1])
            return http_response(result)
        except _UnanswerableError:
            log.exception("Function %s gave no HTTP answer", function.name)
            return web.Response(status=500)
        except Exception:
            return web.Response(status=500)  # the invoker has logged and counted it

    def _is_open(self, level: AuthLevel, function_name: str, request: web.BaseRequest) -> bool:
        if self._keys is None or level == "anonymous":
            return True
        key = request.headers.get("x-functions-key")
        return self._keys.open(level, function_name, request.query.get("code", "") if key is None else key)


class _UnanswerableError(TypeError):
    """A function returned what cannot become an HTTP answer."""


def http_request(request: web.BaseRequest, route_values: Mapping[str, str], body: bytes) -> HttpRequest:
    """The `HttpRequest` a function gets: header names lower-cased, what is repeated joined by commas.

    It is what the library's `httpTrigger` converter makes of the host's datum, without the datum in between
    (a test holds the two together). Empty query values are left out, as the host leaves them out. What Azure's
    front end adds is added here: the caller's address at the end of X-Forwarded-For. The host believes
    X-Forwarded-Proto.
    """
    headers: dict[str, str] = {}
    for name, text in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    if caller := _address(request):
        before = headers.get("x-forwarded-for")
        headers["x-forwarded-for"] = f"{before}, {caller}" if before else caller
    query: dict[str, str] = {}
    if request.rel_url.raw_query_string:
        for key, text in request.rel_url.query.items():
            if text:
                query[key] = f"{query[key]},{text}" if key in query else text
    scheme = "https" if headers.get("x-forwarded-proto", request.scheme).lower() == "https" else "http"
    url = f"{scheme}://{request.host}{request.rel_url.raw_path_qs}"
    return HttpRequest(
        request.method,
        url,
        headers=headers,
        params=query,
        route_params=dict(route_values),
        body_type="bytes",
        body=body,
    )


def _address(request: web.BaseRequest) -> str | None:
    """`ip:port` of the caller, an IPv6 address in brackets; None where the connection has no such address."""
    peer = request.transport.get_extra_info("peername") if request.transport is not None else None
    if not isinstance(peer, tuple):
        return None
    ip, port = peer[:2]
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def http_response(result: object) -> web.Response:
    """The answer for what a function returned, through the library's own `http` converter."""
    if result is None:
        return web.Response(status=204)
    try:
        datum: meta.Datum = HttpResponseConverter.encode(result, expected_type=None)
    except NotImplementedError:
        raise _UnanswerableError(
            f"a {type(result).__name__} cannot be an HTTP answer; return an HttpResponse"
        ) from None
    if datum.type == "string":
        return web.Response(text=datum.value)
    value = datum.value
    headers = CIMultiDict((name, field.value) for name, field in value["headers"].items())
    for cookie in value["cookies"] or ():
        for morsel in cookie.values():
            headers.add(hdrs.SET_COOKIE, morsel.OutputString())
    headers.pop(hdrs.CONTENT_LENGTH, None)
    return web.Response(status=int(value["status_code"].value), headers=headers, body=value["body"].value)


def _is_unicode(text: str) -> bool:
    """Whether it came as UTF-8. Kestrel refuses headers that did not; aiohttp hands them on as lone surrogates."""
    return text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text)


async def _say_continue(request: web.BaseRequest) -> None:
    """To a client that holds its body back until it is asked for; as Kestrel, when the body is first wanted."""
    if request.version >= HttpVersion11 and request.headers.get(hdrs.EXPECT, "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def _is_preflight(request: web.BaseRequest) -> bool:
    return request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers


def _new_request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = protocol._loop
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)
