"""Where projections find what they missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.kernel.messages import RecordedEvent
from tests.support.fakes import Interruptible


class History(Interruptible):
    """StreamReader of events that have all happened already."""

    def __init__(self, *events: RecordedEvent[Any]) -> None:
        super().__init__()
        self._events = sorted(events, key=lambda event: event.version)

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        await self._called("read_events")
        return [event for event in self._events if event.stream_id == stream_id and event.version > after]
