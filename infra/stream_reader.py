"""Events by stream, wherever that stream is kept: conferences in SQL, everything else in Cosmos."""

from collections.abc import Sequence
from typing import Any

from domain.conference_management.events import CATEGORY
from domain.kernel.messages import RecordedEvent
from domain.kernel.ports import StreamReader


class AllStreams:
    """The one StreamReader that projections mend their gaps with."""

    def __init__(self, aggregates: StreamReader, conferences: StreamReader) -> None:
        self._aggregates = aggregates
        self._conferences = conferences

    async def read_events(self, stream_id: str, after: int = 0) -> Sequence[RecordedEvent[Any]]:
        """Events numbered above `after`, in order."""
        reader = self._conferences if stream_id.startswith(f"{CATEGORY}-") else self._aggregates
        return await reader.read_events(stream_id, after)
