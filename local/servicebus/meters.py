"""What clients had the broker do, by entity, for `GET /metrics`.

`transfers` are what clients sent, single messages or batches; the rest are operations as Azure bills them: each 64 KB
of a message that is sent, delivered or forwarded, each settlement, each session taken, each request that found nothing
(`receive-empty`, `accept-session-empty`), each request of `$management` under its own name.
Source: https://azure.microsoft.com/pricing/details/service-bus/ ("How is the operations meter calculated?")
"""

from __future__ import annotations

from collections import Counter

from local.amqp import ACCEPTED, MODIFIED, REJECTED

TRANSFERS = "transfers"
SEND, DELIVER, FORWARD = "send", "deliver", "forward"
RECEIVE_EMPTY, ACCEPT_SESSION, ACCEPT_SESSION_EMPTY = "receive-empty", "accept-session", "accept-session-empty"
_BILLED_UNIT = 64 * 1024
_SETTLEMENTS = {ACCEPTED: "complete", MODIFIED: "abandon", REJECTED: "dead-letter"}


class Meter(Counter[str]):
    """What was done with one entity since the broker started."""

    def count_message(self, operation: str, size: int) -> None:
        """A message of `size` bytes went in or out."""
        self[operation] += max(1, -(-size // _BILLED_UNIT))

    def count_settlement(self, outcome: int, *, is_deferred: bool) -> None:
        """A client settled a message."""
        self["defer" if is_deferred else _SETTLEMENTS.get(outcome, "release")] += 1


def metrics(meters: dict[str, Meter]) -> dict[str, dict[str, dict[str, int]]]:
    """The answer's body; entities that nobody used are left out."""
    return {"entities": {path: dict(sorted(meter.items())) for path, meter in sorted(meters.items()) if meter}}
