"""The edge: who calls, by what id her request goes, and what time it is. The domain knows only what it is told."""

import asyncio
import ipaddress
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import azure.functions as func

from domain.registration.use_cases import Caller

ACCESS_CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without look-alikes: no I, O, 0 or 1."""

WRONG_ANSWER_SECONDS = 0.3
"""Longer than it takes to find out what is wrong, or the time would tell."""


def draw_access_code() -> str:
    """Six characters that nobody can guess and anybody can read out."""
    return "".join(secrets.choice(ACCESS_CODE_ALPHABET) for _ in range(6))


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


def caller_of(req: func.HttpRequest) -> Caller:
    """Whoever sent this request."""
    return Caller(message_id=str(uuid4()), now=now())


def organizer_token(req: func.HttpRequest) -> str:
    """The organizer's token, or an empty string."""
    # Static Web Apps puts a token of its own into Authorization, so the other header comes first.
    scheme, _, bearer = req.headers.get("authorization", "").partition(" ")
    return req.headers.get("x-organizer-token") or (bearer.strip() if scheme.lower() == "bearer" else "")


def client_address(req: func.HttpRequest, trusted_proxies: int) -> str:
    """The address the request comes from, or an empty string where nobody knows it.

    Each proxy adds who called it at the end of X-Forwarded-For; what stands before those of our own proxies is the
    caller's word, and not taken. Whoever goes around the first of them is known to the last, which everybody passes.
    """
    hops = [hop.strip() for hop in req.headers.get("x-forwarded-for", "").split(",")]
    passed = trusted_proxies if trusted_proxies <= len(hops) else 1
    hop = hops[-passed] if passed else ""
    address, _, port = hop.rpartition(":")
    with_port = port.isdigit() and (address.endswith("]") or ":" not in address)  # 192.0.2.1:443, [2001:db8::1]:443
    return _customer((address if with_port else hop).strip("[]"))


def _customer(address: str) -> str:
    """Of IPv6 the /64, which is what one customer is given and may draw any number of addresses from."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))


@asynccontextmanager
async def guessing() -> AsyncIterator[None]:
    """Inside, a secret is compared: every refusal comes WRONG_ANSWER_SECONDS after the try, whatever was wrong."""
    loop = asyncio.get_running_loop()
    started = loop.time()
    try:
        yield
    except Exception:
        await asyncio.sleep(started + WRONG_ANSWER_SECONDS - loop.time())
        raise
