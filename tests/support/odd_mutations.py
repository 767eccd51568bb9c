"""Good requests with a few bytes changed at random: what no catalogue of odd values thinks of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from tests.support.contract import Operation
from tests.support.odd_requests import GoodRequests, OddRequest, odd_request

_JSON_TOKENS = (
    b'"',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"\\u0000",
    b"\\ud800",
    b"\\",
    b"1e999",
    b"\xff",
    b"\0",
)


def mutated_requests(
    good: GoodRequests, operation: Operation, chance: random.Random, count: int
) -> Iterator[OddRequest]:
    """As many good ones, each with a few bytes of its target, a header or its body changed at random."""
    for number in range(count):
        usual = good.request(operation)
        part = chance.choice(["target", "header", "body"] if usual.body else ["target", "header"])
        what = f"mutation {number} of its {part}"
        if part == "body":
            assert usual.body is not None
            yield odd_request(replace(usual, body=_mutated(usual.body, chance)), what)
        elif part == "header":
            name = chance.choice(list(usual.headers))
            value = _mutated(usual.headers[name], chance).translate(None, b"\r\n")
            headers = {**usual.headers, name: value}
            yield odd_request(replace(usual, headers=headers), what, breaks_http=True, keeps_operation=False)
        else:
            target = _mutated(usual.target, chance).translate(None, b"\r\n")
            content = usual.content().replace(usual.target, target, 1)
            yield replace(odd_request(usual, what, breaks_http=True, keeps_operation=False), content=content)


def _mutated(content: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(content))
        end = min(len(content), start + chance.randint(0, 6))
        middle = chance.choice(
            [
                b"",
                content[start:end] * 2,
                chance.choice(_JSON_TOKENS),
                chance.randbytes(chance.randint(1, 4)),
                bytes(byte ^ 1 << chance.randrange(8) for byte in content[start:end]),
            ]
        )
        content = content[:start] + middle + content[end:]
    return content
