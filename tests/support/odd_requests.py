"""Requests with one thing odd in them, for every operation of the contract: its path, query, headers and body."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import cycle
from typing import Any
from urllib.parse import quote

from tests.support.contract import Operation, document
from tests.support.odd_bodies import changed, places
from tests.support.odd_values import (
    FORBIDDEN_HEADER_VALUES,
    HEADER_VALUES,
    JSON_LITERALS,
    PATH_SEGMENTS,
    QUERY_VALUES,
)

GENERAL_HEADERS = (
    b"Accept",
    b"Accept-Language",
    b"Content-Type",
    b"Cookie",
    b"Host",
    b"If-Match",
    b"Origin",
    b"Range",
    b"Traceparent",
    b"Tracestate",
    b"User-Agent",
    b"X-Forwarded-For",
    b"X-Functions-Key",
    b"X-HTTP-Method-Override",
    b"X-MS-Client-Principal",
    b"X-Odd",
)
TELLING_CLIENTS_APART = ("registerToConference", "locateOrder", "signIn", "forgetRegistrant")
UNREAD = 16
"""How many odd values to put where nobody reads them."""
_HOLE = "a hole in the body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request of an operation. Values of the path and the query are encoded."""

    operation: Operation
    path: Mapping[str, bytes] = field(default_factory=dict)
    query: tuple[tuple[bytes, bytes], ...] = ()
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    body: bytes | None = None

    @property
    def method(self) -> bytes:
        return self.operation.method.encode()

    @property
    def target(self) -> bytes:
        path = self.operation.path.encode()
        for name, value in self.path.items():
            path = path.replace(b"{%s}" % name.encode(), value)
        query = b"&".join(name + b"=" + value for name, value in self.query)
        return path + (b"?" + query if query else b"")

    def head(self, *more: tuple[bytes, bytes], version: bytes = b"HTTP/1.1") -> bytes:
        """Everything before the body."""
        fields = [*self.headers.items(), *more]
        lines = [self.method + b" " + self.target + b" " + version, *(name + b": " + value for name, value in fields)]
        return b"\r\n".join(lines) + b"\r\n\r\n"

    def content(self) -> bytes:
        """The request as it goes over the wire."""
        if self.body is None:
            return self.head()
        return self.head((b"Content-Length", b"%d" % len(self.body))) + self.body


@dataclass(frozen=True, slots=True, kw_only=True)
class OddRequest:
    """`content` goes over the wire as it is. Whoever `breaks_http` may be refused before the app hears of it.

    Without `keeps_operation` it may reach another operation, or none.
    """

    operation_id: str
    what: str
    content: bytes = field(repr=False)
    method: str
    breaks_http: bool = False
    keeps_operation: bool = True
    waits_for_100: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodRequests:
    """A request that succeeds for every operation, to make odd ones from.

    `path` and `headers` are by name of the parameter, and may be given per operation: `{operation id}.{name}`. Where
    `path` has several values, requests take turns, so that those at the same time do not get into each other's way.
    """

    host: bytes
    path: Mapping[str, Iterator[str]]
    headers: Mapping[str, str]
    bodies: Mapping[str, Callable[[], Any]]
    new_bodies: Mapping[str, Callable[[], Any]]
    """Of operations that make something new of each body, but nothing of the ones in `bodies`, which is cheaper."""

    def request(self, operation: Operation) -> Request:
        """A good one."""
        names = [part[1:-1] for part in operation.path.split("/") if part.startswith("{")]
        headers = {b"Host": self.host}
        for name in _own_headers(operation):
            if (value := self.headers.get(f"{operation.id}.{name}", self.headers.get(name))) is not None:
                headers[name.encode()] = value.encode()
        body = None
        if operation.id in self.bodies:
            headers[b"Content-Type"] = b"application/json"
            body = json.dumps(self.bodies[operation.id]()).encode()
        return Request(
            operation=operation,
            path={
                name: quote(next(self.path.get(f"{operation.id}.{name}") or self.path[name]), safe="").encode()
                for name in names
            },
            headers=headers,
            body=body,
        )


MakeRequest = Callable[[], Request]


def odd_requests(good: GoodRequests, operation: Operation, chance: random.Random) -> Iterator[OddRequest]:
    """Everything odd about what the operation reads, and a few odd things about what it does not, by `chance`."""

    def usual() -> Request:
        return good.request(operation)

    yield from _odd_paths(usual)
    yield from _odd_queries(usual, chance)
    yield from _odd_headers(usual, chance)
    if make_body := good.new_bodies.get(operation.id) or good.bodies.get(operation.id):
        for what, content in _odd_contents(make_body):
            yield odd_request(replace(usual(), body=content), f"body {what}")


def odd_request(request: Request, what: str, *, breaks_http: bool = False, keeps_operation: bool = True) -> OddRequest:
    """This request, with what is odd about it."""
    return OddRequest(
        operation_id=request.operation.id,
        what=what,
        content=request.content(),
        method=request.operation.method,
        breaks_http=breaks_http,
        keeps_operation=keeps_operation,
    )


def _shown(value: bytes) -> str:
    return repr(value[:40])[1:] + (f"… ({len(value):,} bytes)" if len(value) > 40 else "")


def _odd_paths(usual: MakeRequest) -> Iterator[OddRequest]:
    for name in usual().path:
        for value in PATH_SEGMENTS:
            path = {**usual().path, name: value}
            yield odd_request(
                replace(usual(), path=path),
                f"path {name} = {_shown(value)}",
                breaks_http=not value,
                keeps_operation=value not in (b"", b".", b"..", b"%2e%2e", b"locate"),
            )


def _odd_queries(usual: MakeRequest, chance: random.Random) -> Iterator[OddRequest]:
    read = [each["name"].encode() for each in _parameters(usual().operation) if each["in"] == "query"]
    odd = [(name, value) for name in read for value in QUERY_VALUES]
    odd += [(b"odd", value) for value in chance.sample(QUERY_VALUES, UNREAD)]
    odd += [(name, b"1") for name in (b"%00", b"%ff", b"%F0%9F%98%80", b"", b"a[b]", b"__proto__", b"x" * 5_000)]
    for name, value in odd:
        yield odd_request(replace(usual(), query=((name, value),)), f"query {_shown(name)} = {_shown(value)}")
    for name in [*read, b"odd"]:
        yield odd_request(replace(usual(), query=((name, b"1"), (name, b"2"))), f"query {_shown(name)} twice")
    yield odd_request(replace(usual(), query=((b"a", b""),) * 1_000), "query of 1,000 members")


def _odd_headers(usual: MakeRequest, chance: random.Random) -> Iterator[OddRequest]:
    read = [name.encode() for name in _own_headers(usual().operation)]
    unread = cycle(chance.sample(GENERAL_HEADERS, len(GENERAL_HEADERS)))
    odd = [(name, value) for name in read for value in HEADER_VALUES]
    odd += [(next(unread), value) for value in chance.sample(HEADER_VALUES, UNREAD)]
    for name, value in odd:
        yield odd_request(_with_header(usual(), name, value), f"header {name.decode()}: {_shown(value)}")
    for name in [*read, next(unread)]:
        for value in FORBIDDEN_HEADER_VALUES:
            what = f"header {name.decode()}: {_shown(value)}"
            yield odd_request(_with_header(usual(), name, value), what, breaks_http=True)
    for name in read:
        without = {key: value for key, value in usual().headers.items() if key != name}
        yield odd_request(replace(usual(), headers=without), f"no header {name.decode()}")


def _with_header(usual: Request, name: bytes, value: bytes) -> Request:
    return replace(usual, headers={**usual.headers, name: value})


def _own_headers(operation: Operation) -> list[str]:
    """Those that the operation reads to know who asks."""
    names = [each["name"] for each in _parameters(operation) if each["in"] == "header"]
    if "security" in operation.definition:
        names += ["X-Organizer-Token", "Authorization"]
    if operation.id in TELLING_CLIENTS_APART:
        names.append("X-Forwarded-For")
    return names


def _parameters(operation: Operation) -> Iterator[Mapping[str, Any]]:
    for parameter in operation.definition.get("parameters", ()):
        name = parameter.get("$ref", "").rpartition("/")[2]
        yield document()["components"]["parameters"][name] if name else parameter


def _odd_contents(make_body: Callable[[], Any]) -> Iterator[tuple[str, bytes]]:
    for place in places(make_body()):
        for literal in JSON_LITERALS:
            yield (
                f"{'/'.join(map(str, place)) or 'as a whole'} = {_shown(literal)}",
                _filled(make_body(), place, literal),
            )
    good = json.dumps(make_body()).encode()
    yield "with every member twice", good[:-1] + b"," + good[1:]
    yield "with a member named by NUL", good[:-1] + b',"\\u0000":1}'
    yield "with a member named by half a surrogate pair", good[:-1] + b',"\\ud800":1}'
    yield "with 5,000 members too many", good[:-1] + b"".join(b',"odd%d":0' % number for number in range(5_000)) + b"}"
    yield "with a byte order mark", b"\xef\xbb\xbf" + good
    yield "in UTF-16", good.decode().encode("utf-16")
    yield "in UTF-32", good.decode().encode("utf-32")
    yield "followed by NUL", good + b"\0"
    yield "twice", good + good
    yield "after 60,000 blanks", b" " * 60_000 + good
    for end in range(0, len(good), max(1, len(good) // 12)):
        yield f"cut off after {end} bytes", good[:end]


def _filled(body: Any, place: tuple[str | int, ...], literal: bytes) -> bytes:
    with_hole = json.dumps(changed(body, place, lambda _: _HOLE)).encode()
    return with_hole.replace(json.dumps(_HOLE).encode(), literal)
