"""Publishing what stayed pending, as the timer does: streams side by side, each of them whole and in order."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from domain.kernel.errors import Unavailable
from domain.kernel.messages import Commit

logger = logging.getLogger(__name__)

STREAMS_AT_ONCE = 16


class LeftBehind:
    """One run over what is pending. `publish` sends commits of one stream and marks them so."""

    def __init__(self, publish: Callable[[Sequence[Commit]], Awaitable[None]]) -> None:
        self._publish = publish
        self._count = 0
        self._failed: dict[str, Exception] = {}

    async def publish(self, pending: AsyncIterator[Commit], is_over: Callable[[], bool]) -> int:
        """Publish `pending`, which comes stream by stream, until it is done or over; gives how many commits.

        A stream that fails keeps nobody else from going out, but where something is unavailable, others of its category
        would only wait for the same. Raises Unavailable at the end, naming what failed.
        """
        waiting: list[list[Commit]] = []
        async for stream in _by_stream(pending):
            if _category(stream) not in self._failed:
                waiting.append(stream)
            if len(waiting) == STREAMS_AT_ONCE:
                await self._publish_all(waiting)
                waiting = []
                if is_over():
                    break
        await self._publish_all(waiting)
        if self._failed:
            raise Unavailable("; ".join(f"{name} stays pending: {error}" for name, error in self._failed.items()))
        return self._count

    async def _publish_all(self, streams: Sequence[list[Commit]]) -> None:
        await asyncio.gather(*(self._try(stream) for stream in streams))

    async def _try(self, stream: list[Commit]) -> None:
        try:
            await self._publish(stream)
            self._count += len(stream)
        except Exception as error:
            stream_id = stream[0].stream_id
            logger.exception("%s stays pending from version %d", stream_id, stream[0].version)
            self._failed[_category(stream) if isinstance(error, Unavailable) else stream_id] = error


def _category(stream: Sequence[Commit]) -> str:
    return stream[0].stream_id.partition("-")[0] + "-…"


async def _by_stream(commits: AsyncIterator[Commit]) -> AsyncIterator[list[Commit]]:
    stream: list[Commit] = []
    async for commit in commits:
        if stream and commit.stream_id != stream[0].stream_id:
            yield stream
            stream = []
        stream.append(commit)
    if stream:
        yield stream
