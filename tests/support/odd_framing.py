"""Requests that are odd as HTTP: in their version, their framing, their coding and their first line."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace

from tests.support.contract import Operation
from tests.support.odd_requests import GoodRequests, OddRequest, Request

CHUNKED = (b"Transfer-Encoding", b"chunked")
ONE_MEGABYTE = 1_000_000


def oddly_framed(good: GoodRequests, operation: Operation) -> Iterator[OddRequest]:
    """Good requests of an operation, framed oddly, within the rules of HTTP and beyond them."""
    for framing in (_chunks, _extras, _codings, _first_lines, _fields, _lengths):
        usual = good.request(operation)
        is_allowed = framing in (_chunks, _extras, _codings)
        for what, content in framing(usual):
            yield _framed(usual, what, content, breaks_http=not is_allowed)
    usual = good.request(operation)
    if usual.body is not None:
        yield _framed(usual, "waits for 100 Continue", _sized(usual, (b"Expect", b"100-continue")), waits_for_100=True)


def _framed(
    usual: Request, what: str, content: bytes, *, breaks_http: bool = False, waits_for_100: bool = False
) -> OddRequest:
    return OddRequest(
        operation_id=usual.operation.id,
        what=what,
        content=content,
        method=usual.operation.method,
        breaks_http=breaks_http,
        keeps_operation=not breaks_http,
        waits_for_100=waits_for_100,
    )


def _sized(usual: Request, *more: tuple[bytes, bytes], version: bytes = b"HTTP/1.1") -> bytes:
    body = usual.body or b""
    return usual.head((b"Content-Length", b"%d" % len(body)), *more, version=version) + body


def _chunked(body: bytes, size: int, extension: bytes = b"") -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts) + b"0\r\n\r\n"


def _chunks(usual: Request) -> Iterator[tuple[str, bytes]]:
    body = usual.body or b""
    yield "in one chunk", usual.head(CHUNKED) + _chunked(body, len(body) or 1)
    yield "in chunks of three bytes", usual.head(CHUNKED) + _chunked(body, 3)
    yield "in chunks with extensions", usual.head(CHUNKED) + _chunked(body, 50, b';a="b"')
    yield "with a trailer", usual.head(CHUNKED) + _chunked(body, 50)[:-2] + b"X-Odd: 1\r\n\r\n"


def _extras(usual: Request) -> Iterator[tuple[str, bytes]]:
    yield "in HTTP/1.0", _sized(usual, version=b"HTTP/1.0")
    yield "in HTTP/1.0, kept alive", _sized(usual, (b"Connection", b"keep-alive"), version=b"HTTP/1.0")
    yield "after an empty line", b"\r\n" + _sized(usual)
    yield "with 90 headers", _sized(usual, *((b"X-Odd-%d" % number, b"1") for number in range(90)))
    yield "with one header 90 times", _sized(usual, *[(b"X-Odd", b"1")] * 90)
    if usual.body is None:
        yield "with a body that nobody asked for", _sized(replace(usual, body=b"{}"))
        yield "with a megabyte that nobody asked for", _sized(replace(usual, body=b"x" * ONE_MEGABYTE))


def _codings(usual: Request) -> Iterator[tuple[str, bytes]]:
    """Nothing decodes bodies, neither the host nor the app."""
    body = usual.body or b"{}"
    for name, coded in {
        b"gzip": gzip.compress(body),
        b"deflate": zlib.compress(body),
        b"br": body,
        b"gzip, gzip": gzip.compress(gzip.compress(body)),
        b"identity": body,
        b"nonsense": body,
    }.items():
        yield f"coded as {name.decode()}", _sized(replace(usual, body=coded), (b"Content-Encoding", name))
    for what, coded in {
        "that is no gzip": b"x" * 100,
        "of half a gzip": gzip.compress(body)[:-9],
        "of a gzip that grows": gzip.compress(b" " * 4 * ONE_MEGABYTE),
    }.items():
        yield what, _sized(replace(usual, body=coded), (b"Content-Encoding", b"gzip"))


def _first_lines(usual: Request) -> Iterator[tuple[str, bytes]]:
    content, target, method, host = _sized(usual), usual.target, usual.method, usual.headers[b"Host"]
    first_line = method + b" " + target + b" HTTP/1.1"
    for what, line in {
        "in HTTP/9.9": method + b" " + target + b" HTTP/9.9",
        "in HTTP/2.0": b"PRI * HTTP/2.0",
        "without a version": method + b" " + target,
        "with a method in small letters": method.lower() + b" " + target + b" HTTP/1.1",
        "with a method that nobody knows": b"FROBNICATE " + target + b" HTTP/1.1",
        "with CONNECT": b"CONNECT " + target + b" HTTP/1.1",
        "with TRACE": b"TRACE " + target + b" HTTP/1.1",
        "with PATCH": b"PATCH " + target + b" HTTP/1.1",
        "with an absolute target": method + b" http://" + host + target + b" HTTP/1.1",
        "with the target of somebody else": method + b" http://127.0.0.2:1" + target + b" HTTP/1.1",
        "with a fragment": method + b" " + target + b"#odd HTTP/1.1",
        "with slashes doubled": method + b" " + target.replace(b"/", b"//") + b" HTTP/1.1",
        "with an asterisk for a target": method + b" * HTTP/1.1",
        "without a target": method + b"  HTTP/1.1",
        "with a blank in the target": method + b" " + target + b" odd HTTP/1.1",
        "with NUL in the target": method + b" " + target + b"\0 HTTP/1.1",
        "with a target of raw bytes": method + b" " + target + b"\xff\xfe HTTP/1.1",
        "with a target of 100,000 bytes": method + b" " + target + b"?" + b"x" * 100_000 + b" HTTP/1.1",
    }.items():
        yield what, content.replace(first_line, line, 1)


def _fields(usual: Request) -> Iterator[tuple[str, bytes]]:
    content, host = _sized(usual), b"Host: " + usual.headers[b"Host"] + b"\r\n"
    for what, fields in {
        "without a host": b"",
        "with two hosts": host * 2,
        "with a header without a colon": host + b"nonsense\r\n",
        "with a blank before the colon": host + b"X-Odd : 1\r\n",
        "with a header without a name": host + b": 1\r\n",
        "with a header of two lines": host + b"X-Odd: 1\r\n  2\r\n",
        "with a header named by raw bytes": host + b"\xff\xfe: 1\r\n",
        "with 3,000 headers": host + b"X-Odd: 1\r\n" * 3_000,
        "with an upgrade to WebSocket": host + b"Connection: upgrade\r\nUpgrade: websocket\r\n",
        "with an upgrade to HTTP/2": host + b"Connection: upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n",
        "expecting nonsense": host + b"Expect: nonsense\r\n",
    }.items():
        yield what, content.replace(host, fields, 1)


def _lengths(usual: Request) -> Iterator[tuple[str, bytes]]:
    body = usual.body or b""
    for length in (b"-1", b"+1", b"1e3", b"0x10", b"", b"1, 2", b"\xd9\xa3"):
        yield f"of length {length!r}", usual.head((b"Content-Length", length)) + body
    yield "of two lengths", _sized(usual, (b"Content-Length", b"0"))
    yield "of a length, and in chunks", _sized(usual, CHUNKED) + b"0\r\n\r\n"
    for coding in (b"nonsense", b"gzip, chunked", b"chunked, chunked", b"xchunked"):
        yield f"transferred as {coding.decode()}", usual.head((b"Transfer-Encoding", coding)) + _chunked(body, 50)
    for size in (b"-1", b"zz", b""):
        yield f"in a chunk of size {size!r}", usual.head(CHUNKED) + size + b"\r\n" + body + b"\r\n0\r\n\r\n"
