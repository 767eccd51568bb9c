"""The edge: the only place where a clock is read and random ids are drawn."""

import secrets
from datetime import UTC, datetime
from uuid import uuid4

import azure.functions as func

from domain.registration.use_cases import Caller

ACCESS_CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without look-alikes: no I, O, 0 or 1."""


def draw_access_code() -> str:
    """Six characters that nobody can guess and anybody can read out."""
    return "".join(secrets.choice(ACCESS_CODE_ALPHABET) for _ in range(6))


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


def caller_of(req: func.HttpRequest) -> Caller:
    """Whoever sent this request."""
    return Caller(message_id=str(uuid4()), now=now())
