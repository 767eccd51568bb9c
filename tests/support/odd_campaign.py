"""Asks odd requests, several at a time, and keeps what was wrong with the answers."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tests.support.contract import validator_of, violations
from tests.support.odd_http import BareAnswer, BareClient, NoAnswer
from tests.support.odd_requests import OddRequest

AT_ONCE = 16
PROBLEM = "application/problem+json"
REFUSALS_BY_THE_HOST = (400, 404, 405, 408, 411, 413, 414, 417, 431)
"""What may be answered without a problem, to a request that breaks the rules of HTTP."""
_SHOWN_BYTES = 300
_problem_schema = validator_of({"$ref": "#/components/schemas/Problem"})


@dataclass(slots=True)
class Campaign:
    """What has been asked so far. `statuses` counts answers by operation and status; `faults` says what was wrong."""

    url: str
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return self.statuses.total()

    def ask(self, requests: Iterable[OddRequest]) -> None:
        """Ask them all, in any order."""
        own = threading.local()
        clients: list[BareClient] = []

        def ask(request: OddRequest) -> tuple[OddRequest, BareAnswer | NoAnswer]:
            if not hasattr(own, "client"):
                own.client = BareClient(self.url)
                clients.append(own.client)
            return request, _asked(own.client, request)

        with ThreadPoolExecutor(AT_ONCE) as threads:
            for request, answer in threads.map(ask, requests):
                self._note(request, answer)
        for client in clients:
            client.close()

    def _note(self, request: OddRequest, answer: BareAnswer | NoAnswer) -> None:
        if isinstance(answer, BareAnswer):
            self.statuses[request.operation_id, answer.status] += 1
            fault, shown = _fault(request, answer), f"{answer.status} {answer.body[:_SHOWN_BYTES]!r}"
        else:
            fault = shown = str(answer)
        if fault:
            sent = f"{request.content[:_SHOWN_BYTES]!r} ({len(request.content):,} bytes)"
            self.faults.append(f"{request.operation_id}, {request.what}: {fault}\n  sent {sent}\n  got  {shown}")

    def report(self) -> dict[str, Any]:
        """For people: how many requests, and how they were answered."""
        by_status: Counter[str] = Counter()
        by_operation: Counter[str] = Counter()
        for (operation_id, status), count in self.statuses.items():
            by_status[str(status)] += count
            by_operation[operation_id] += count
        return {
            "requests": self.count,
            "answeredWith5xx": sum(count for (_, status), count in self.statuses.items() if status >= 500),
            "byStatus": dict(sorted(by_status.items())),
            "byOperation": dict(sorted(by_operation.items())),
            "faults": self.faults,
        }


def _asked(client: BareClient, request: OddRequest) -> BareAnswer | NoAnswer:
    try:
        return client.ask(request.content, method=request.method, waits_for_100=request.waits_for_100)
    except NoAnswer as none:
        return none
    finally:
        if request.breaks_http:  # whatever it left on the connection
            client.close()


def _fault(request: OddRequest, answer: BareAnswer) -> str | None:
    """What is wrong with the answer."""
    if answer.status >= 500:
        return "the server failed"
    if answer.status >= 400 and answer.media_type != PROBLEM:
        is_host = request.breaks_http and answer.status in REFUSALS_BY_THE_HOST
        return None if is_host else f"refused with {answer.media_type or 'no body'}"
    try:
        body = json.loads(answer.body) if answer.body else None
    except ValueError as error:
        return f"not JSON: {error}"
    if request.keeps_operation:
        return "; ".join(violations(request.operation_id, answer.status, answer.headers, body)) or None
    if answer.status >= 400 and not _problem_schema.is_valid(body):
        return "no problem as the contract has it"
    return None
