"""Built-in functions on numbers, and the time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from local.cosmos.query_signatures import NUMBER, Signature, signature
from local.cosmos.query_values import number

_NANOSECONDS_PER_TICK = 100
_TICKS_BEFORE_1970 = 621_355_968_000_000_000


def _of(compute: Callable[..., float], arguments: int = 1) -> Signature:
    return signature(lambda *values: number(compute(*values)), *[NUMBER] * arguments)


def _round(value: float, digits: float = 0) -> Any:
    """Halves away from zero."""
    factor = 10 ** int(digits)
    return number(math.copysign(math.floor(abs(value) * factor + 0.5) / factor, value))


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _logarithm(value: float, base: float = math.e) -> Any:
    return number(math.log(value) if base == math.e else math.log(value, base))


def _now() -> str:
    now = datetime.now(UTC)
    return f"{now:%Y-%m-%dT%H:%M:%S.%f}0Z"


NUMBER_FUNCTIONS = {
    "ABS": _of(abs),
    "CEILING": _of(math.ceil),
    "FLOOR": _of(math.floor),
    "ROUND": signature(_round, NUMBER, NUMBER, optional=1),
    "TRUNC": _of(math.trunc),
    "SIGN": _of(_sign),
    "SQRT": _of(math.sqrt),
    "SQUARE": _of(lambda value: value * value),
    "POWER": _of(math.pow, 2),
    "EXP": _of(math.exp),
    "LOG": signature(_logarithm, NUMBER, NUMBER, optional=1),
    "LOG10": _of(math.log10),
    "PI": _of(lambda: math.pi, 0),
    "DEGREES": _of(math.degrees),
    "RADIANS": _of(math.radians),
    "SIN": _of(math.sin),
    "COS": _of(math.cos),
    "TAN": _of(math.tan),
    "COT": _of(lambda value: 1 / math.tan(value)),
    "ASIN": _of(math.asin),
    "ACOS": _of(math.acos),
    "ATAN": _of(math.atan),
    "ATN2": _of(math.atan2, 2),
    "GETCURRENTDATETIME": signature(_now),
    "GETCURRENTTIMESTAMP": signature(lambda: time.time_ns() // 1_000_000),
    "GETCURRENTTICKS": signature(lambda: time.time_ns() // _NANOSECONDS_PER_TICK + _TICKS_BEFORE_1970),
}
