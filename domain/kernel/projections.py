"""The one way to keep a read model: skip what was seen, mend what is missing, write only what is newest.

A document remembers the last event it has applied of each stream it is made from. An event at or below that is skipped;
one that leaves a gap makes the projection read the missing events from where they are recorded. The result is the
same whatever was repeated, delayed or lost on the way, so a view can be dropped and built again, byte for byte.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from domain.kernel.errors import ConcurrencyConflict
from domain.kernel.messages import RecordedEvent
from domain.kernel.ports import StreamReader, ViewStore
from domain.kernel.views import StoredView, View

MAX_ATTEMPTS = 20


class Projections:
    """Applies events to the documents of views."""

    def __init__(self, store: ViewStore, reader: StreamReader) -> None:
        self._store = store
        self._reader = reader

    async def apply(self, view: View[Any], events: Sequence[RecordedEvent[Any]]) -> None:
        """Apply those of `events` that `view` takes, of any streams in any order, to the documents they belong to.

        Raises ConcurrencyConflict when others write the same document again and again, and Unavailable.
        """
        by_key: dict[str, list[RecordedEvent[Any]]] = {}
        for event in filter(view.takes, events):
            by_key.setdefault(view.key(event.message), []).append(event)
        await asyncio.gather(*(self._apply_to(view, key, group) for key, group in by_key.items()))

    async def _apply_to(self, view: View[Any], key: str, events: Sequence[RecordedEvent[Any]]) -> None:
        nothing_yet = StoredView(document=None, versions={})
        for attempt in range(MAX_ATTEMPTS):
            # The first event of a stream most likely finds nothing: then saving is the proof, as reading would be.
            optimistic = attempt == 0 and _begins(view, events)
            stored = nothing_yet if optimistic else await self._store.load(view, key) or nothing_yet
            document, versions = stored.document, dict(stored.versions)
            for event in sorted(events, key=lambda event: (event.stream_id, event.version)):
                founding = await self._founding(view, event) if document is None else ()
                for unseen in (*founding, *await self._unseen(event, versions.get(event.stream_id, 0))):
                    document = view.evolve(document, unseen)
                    versions[unseen.stream_id] = unseen.version
            if document is None or versions == stored.versions:
                return
            try:
                await self._store.save(view, key, StoredView(document=document, versions=versions, token=stored.token))
            except ConcurrencyConflict:
                continue
            return
        raise ConcurrencyConflict(f"view {view.name}, {key}: gave up after {MAX_ATTEMPTS} attempts")

    async def _founding(self, view: View[Any], event: RecordedEvent[Any]) -> Sequence[RecordedEvent[Any]]:
        founder = _founder(view, event)
        return () if founder == event.stream_id else await self._reader.read_events(founder)

    async def _unseen(self, event: RecordedEvent[Any], seen: int) -> Sequence[RecordedEvent[Any]]:
        if event.version <= seen:
            return ()
        if event.version == seen + 1:
            return (event,)
        return await self._reader.read_events(event.stream_id, after=seen)


def _begins(view: View[Any], events: Sequence[RecordedEvent[Any]]) -> bool:
    return any(event.version == 1 and _founder(view, event) == event.stream_id for event in events)


def _founder(view: View[Any], event: RecordedEvent[Any]) -> str:
    return view.founded_by(event.message) if view.founded_by else event.stream_id
