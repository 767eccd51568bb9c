"""The SQL filters of rules: which messages a rule takes."""

from __future__ import annotations

from collections.abc import Callable

from local.servicebus.arrival import Arrival
from local.servicebus.sql_parser import ExpressionParser


def compile_filter(text: str) -> Callable[[Arrival], bool]:
    """The test that `text` describes. Raises SqlError naming the place that was not understood."""
    parser = ExpressionParser(text)
    test = parser.predicate()
    if not parser.tokens.is_at_end:
        raise parser.tokens.unexpected("an operator")
    return lambda arrival: test(arrival) is True
